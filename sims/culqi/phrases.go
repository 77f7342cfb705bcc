package culqi

import (
	"paysim/internal/machine"
	"paysim/internal/page"
	"paysim/internal/provider"
)

// language is Culqi's own unless the payer's browser prefers English.
func language(c *provider.Call) string {
	return page.Language(c.Request.Header.Get("Accept-Language"), "es", "en")
}

// phrases are what a page says, in one language.
type phrases struct {
	order, yours, code, pay, expire, abandon string
	identity, authenticate, reject           string
	states, messages                         map[machine.State]string
}

func say(lang string) phrases {
	if lang == "en" {
		return english
	}
	return spanish
}

var english = phrases{
	order: "Pay your order", yours: "Your order", code: "Payment code", pay: "Pay", expire: "Let the time run out", abandon: "Leave without an answer",
	identity: "Confirm that it is you", authenticate: "Authenticate", reject: "Reject",
	states: map[machine.State]string{
		orderCreated: "No payment code yet", orderPending: "Waiting for payment", orderPaid: "Paid", orderExpired: "Expired",
		chargeReview: "Waiting for you", chargeAuthenticated: "Authenticated", chargeUnauthenticated: "Not authenticated", chargeAbandoned: "Out of time",
	},
	messages: map[machine.State]string{
		orderCreated: "The shop has not asked for a payment code.", orderPending: "Pay with the code at an agent or in your bank's app.", orderPaid: "The shop knows of your payment.",
		chargeReview: "Your bank asks whether this purchase is yours.", chargeAuthenticated: "You can go back to the shop.", chargeUnauthenticated: "Your bank did not confirm the purchase.",
	},
}

var spanish = phrases{
	order: "Paga tu orden", yours: "Tu orden", code: "Código de pago", pay: "Pagar", expire: "Dejar pasar el tiempo", abandon: "Salir sin responder",
	identity: "Verifica tu identidad", authenticate: "Autenticar", reject: "Rechazar",
	states: map[machine.State]string{
		orderCreated: "Sin código de pago", orderPending: "Pendiente de pago", orderPaid: "Pagada", orderExpired: "Expirada",
		chargeReview: "Pendiente", chargeAuthenticated: "Autenticado", chargeUnauthenticated: "No autenticado", chargeAbandoned: "Tiempo agotado",
	},
	messages: map[machine.State]string{
		orderCreated: "La tienda aún no pidió un código de pago.", orderPending: "Paga con el código en un agente o en la app de tu banco.", orderPaid: "La tienda ya conoce tu pago.",
		chargeReview: "Tu banco pregunta si esta compra es tuya.", chargeAuthenticated: "Puedes volver a la tienda.", chargeUnauthenticated: "Tu banco no confirmó la compra.",
	},
}
