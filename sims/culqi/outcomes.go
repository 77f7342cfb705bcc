package culqi

import (
	"slices"

	"paysim/internal/catalog"
	"paysim/internal/provider"
)

// decline is how a refused card is worded. kind and code stand for card_error
// and card_declined when they are not; beta is the beta's own code.
type decline struct {
	outcome        string
	means          string
	decline        string // decline_code
	kind, code     string
	merchant, user string
	beta           string
	catalog.Evidence
}

const (
	deniedByIssuer = "La operación ha sido denegada por la entidad emisora de tu tarjeta. Contáctate con el banco para conocer el motivo de la denegación"
	tryAnother     = deniedByIssuer + " o intenta nuevamente con otra tarjeta."
	checkCVV       = "El código de seguridad (CVV) es incorrecto. Verifica tu tarjeta e ingresa los dígitos correctamente. Si es denegada nuevamente, contáctate con el banco emisor de tu tarjeta. "
	checkExpiry    = "Su tarjeta está vencida. Verifica la fecha de vencimiento de tu tarjeta e ingrésalos correctamente. Si es denegada nuevamente, contáctate con el banco emisor de tu tarjeta."
)

var declines = []decline{
	// The user of a stolen card is told that it has expired. That is what was recorded.
	{outcome: "stolen_card", decline: "stolen_card", beta: "tarjeta_robada", means: "the card was reported stolen",
		merchant: "Tarjeta robada. La tarjeta fue bloqueada y reportada al banco emisor como una tarjeta robada.", user: checkExpiry, Evidence: cassettes},
	{outcome: "lost_card", decline: "lost_card", beta: "tarjeta_perdida", means: "the card was reported lost",
		merchant: "Tarjeta perdida. La tarjeta fue bloqueada y reportada al banco emisor como una tarjeta perdida.", user: deniedByIssuer + ".", Evidence: cassettes},
	{outcome: "insufficient_funds", decline: "insufficient_funds", beta: "fondos_insuficientes", means: "the account holds too little",
		merchant: "Fondos insuficientes. La tarjeta no tiene fondos suficientes para realizar la compra.",
		user:     "Su tarjeta no tiene fondos suficientes. Para realizar la compra, verifica tus fondos disponibles con el banco emisor o inténta nuevamente con otra tarjeta.", Evidence: cassettes},
	{outcome: "contact_issuer", decline: "contact_issuer", means: "the holder has to call the bank",
		merchant: "Contactar emisor. La operación fue denegada por el banco emisor de la tarjeta y el cliente necesita contactarse con la entidad para conocer el motivo.", user: tryAnother, Evidence: cassettes},
	{outcome: "incorrect_cvv", decline: "incorrect_cvv", means: "the security code is not the card's",
		merchant: "CVV incorrecto. El código de seguridad (CVV2, CVC2, CID) de la tarjeta es incorrecto.", user: checkCVV, Evidence: cassettes},
	{outcome: "issuer_unavailable", decline: "issuer_not_available", means: "the bank does not answer",
		merchant: "Emisor no disponible. El banco que emitió la tarjeta no responde. El cliente debe realizar el pago nuevamente.",
		user:     "El banco emisor de tu tarjeta no responde y la operación no pudo ser completada. Vuelve a realizar el pago en unos minutos o intenta nuevamente con otra tarjeta.", Evidence: cassettes},
	{outcome: "issuer_declined", decline: "issuer_decline_operation", means: "the bank refuses and says no more",
		merchant: "Operación denegada. La operación fue denegada por el banco emisor de la tarjeta por una razón desconocida.", user: tryAnother, Evidence: cassettes},
	{outcome: "invalid_card", decline: "invalid_card", means: "the card may not be used for this kind of purchase",
		merchant: "Tarjeta inválida. La tarjeta utilizada tiene restricciones para este tipo de compras. El cliente necesita contactarse con el banco emisor para conocer el motivo de la denegación.", user: tryAnother, Evidence: cassettes},
	{outcome: "processing_error", decline: "processing_error", means: "the processor fails",
		merchant: "Error de procesamiento. Ocurrió un error mientras procesabamos la compra. Contáctate con culqi.com/soporte para que te demos una solución.",
		user:     "Ocurrió un error mientras procesabamos tu compra. Contáctate con culqi.com/soporte para que te demos una solución.", Evidence: cassettes},
	{outcome: "fraud_suspected", decline: "fraudulent", means: "the bank suspects fraud",
		merchant: "Operación fraudulenta. El banco emisor de la tarjeta sospecha que se trata de una compra fraudulenta.", user: tryAnother, Evidence: cassettes},
	{outcome: "expired_card", decline: "expired_card", beta: "tarjeta_vencida", means: "the card has expired",
		merchant: "Tarjeta vencida. La tarjeta está vencida o la fecha de vencimiento ingresada es incorrecta.", user: checkExpiry, Evidence: openAPI},
	{outcome: "invalid_cvv", decline: "invalid_cvv", means: "the security code cannot be right",
		merchant: "CVV inválido. El código de seguridad (CVV2, CVC2, CID) de la tarjeta es inválido.", user: checkCVV, Evidence: openAPI},
	{outcome: "too_many_attempts_cvv", decline: "too_many_attempts_cvv", means: "the security code was wrong too often",
		merchant: "Exceso CVV. El cliente ha intentado demasiadas veces ingresar el código de seguridad (CVV2, CVC2, CID) de la tarjeta.", user: tryAnother, Evidence: openAPI},
	{outcome: "culqi_card", decline: "culqi_card", means: "a test card in production",
		merchant: "Tarjeta Culqi. Estás utilizando una tarjeta de pruebas de Culqi para realizar una compra real.", user: tryAnother, Evidence: openAPI},
	{outcome: "soft_block", decline: "soft_block", means: "blocked for a while after too many attempts",
		merchant: "Tarjeta con bloqueo temporal por reintentos. El cliente debe intentar nuevamente con otra tarjeta.", user: tryAnother, Evidence: openAPI},
	{outcome: "contact_issuer_unmapped", kind: "contactar_emisor", code: "DNGE0001", means: "the processor's own refusal, without a decline_code",
		merchant: "Contactar con entidad emisora de su tarjeta. ", user: "Contáctese con la entidad emisora de su tarjeta.", Evidence: cassettes},
	{outcome: "issuer_declined_unmapped", kind: "operacion_denegada", code: "DNGE0087", means: "another refusal of the processor's own",
		merchant: "Operación denegada.", user: tryAnother, Evidence: sandbox},
	{outcome: "invalid_expiry", kind: "expiracion_invalida", code: "DNGA0054", means: "the expiry date has passed",
		merchant: "Fecha de Expiracion Invalida.", user: "La fecha de expiración de su tarjeta es inválida. Intente nuevamente o utilice otra tarjeta.", Evidence: cassettes},
}

func declineOf(outcome string) *decline {
	i := slices.IndexFunc(declines, func(d decline) bool { return d.outcome == outcome })
	if i < 0 {
		return nil
	}
	return &declines[i]
}

const (
	approved       = "approved"
	requires3DS    = "requires_3ds"
	refundRejected = "refund_rejected"
)

// cardOutcomes are what a charge or the saving of a card can be told.
func cardOutcomes() []string {
	out := []string{approved, requires3DS}
	for _, d := range declines {
		out = append(out, d.outcome)
	}
	return out
}

func outcomeRows() []provider.Outcome {
	out := []provider.Outcome{
		{Name: approved, Means: "the bank agrees; for an order, the payer pays", Evidence: cassettes},
		{Name: requires3DS, Means: "the payer must authenticate first: 200 with action_code REVIEW, and no money moves", Evidence: guides},
		{Name: refundRejected, Means: "the processor rejects the refund", Declines: true, Error: "devolucion_rechazada", Evidence: beta},
	}
	for _, d := range declines {
		out = append(out, provider.Outcome{Name: d.outcome, Means: d.means, Declines: true, Evidence: d.Evidence})
	}
	return out
}

// testCard is a number that Culqi gives out for tests.
type testCard struct {
	number, outcome, flow, means string
	catalog.Evidence
}

// The four 3-D Secure flows.
const (
	flowChallenge    = "challenge"
	flowFrictionless = "frictionless"
	flowTimeout      = "timeout"
	flowError        = "error"
)

var testCards = []testCard{
	{number: "4111111111111111", outcome: approved, means: "Visa, BBVA, credit, CVV 123", Evidence: cassettes},
	{number: "4111111110101113", outcome: approved, means: "Visa, CVV 123", Evidence: sandbox},
	{number: "5111111111111118", outcome: approved, means: "MasterCard, INTERBANK, debit, CVV 039", Evidence: cassettes},
	{number: "371212121212122", outcome: approved, means: "Amex, CVV 2841", Evidence: cassettes},
	{number: "36001212121210", outcome: approved, means: "Diners, CVV 964", Evidence: cassettes},
	{number: "3600121212121210", outcome: approved, means: "Diners as newer documents print it, though its check digit is wrong", Evidence: sandbox},
	{number: "4000020000000000", outcome: "stolen_card", means: "Visa, CVV 354", Evidence: cassettes},
	{number: "4000030000000009", outcome: "lost_card", means: "Visa, CVV 836", Evidence: cassettes},
	{number: "4000040000000008", outcome: "insufficient_funds", means: "Visa, CVV 295", Evidence: cassettes},
	{number: "5400000000000005", outcome: "contact_issuer", means: "MasterCard, CVV 492", Evidence: cassettes},
	{number: "5400020000000003", outcome: "incorrect_cvv", means: "MasterCard, CVV 203", Evidence: cassettes},
	{number: "370001000000000", outcome: "issuer_unavailable", means: "Amex, CVV 2511", Evidence: cassettes},
	{number: "370002000000008", outcome: "issuer_declined", means: "Amex, CVV 1810", Evidence: cassettes},
	{number: "36000000000008", outcome: "invalid_card", means: "Diners, CVV 683", Evidence: cassettes},
	{number: "36000100000007", outcome: "processing_error", means: "Diners, CVV 820", Evidence: cassettes},
	{number: "36000200000006", outcome: "fraud_suspected", means: "Diners, CVV 230", Evidence: cassettes},
	{number: "4111110000000013", outcome: "issuer_declined_unmapped", means: "Visa, CVV 123", Evidence: sandbox},
	{number: "4456530000001096", outcome: requires3DS, flow: flowChallenge, means: "Visa, CVV 111: the challenge can be passed", Evidence: sandbox},
	{number: "4456530000001005", outcome: requires3DS, flow: flowFrictionless, means: "Visa, CVV 111: authenticates without a challenge", Evidence: sandbox},
	{number: "4456530000001070", outcome: requires3DS, flow: flowTimeout, means: "Visa, CVV 111: the authentication times out", Evidence: sandbox},
	{number: "4456530000001013", outcome: requires3DS, flow: flowError, means: "Visa, CVV 111: the authentication fails", Evidence: sandbox},
	{number: "5200000000001096", outcome: requires3DS, flow: flowChallenge, means: "MasterCard, CVV 111: the challenge can be passed", Evidence: sandbox},
	{number: "5200000000001005", outcome: requires3DS, flow: flowFrictionless, means: "MasterCard, CVV 111: authenticates without a challenge", Evidence: sandbox},
	{number: "5200000000001070", outcome: requires3DS, flow: flowTimeout, means: "MasterCard, CVV 111: the authentication times out", Evidence: sandbox},
	{number: "5200000000001013", outcome: requires3DS, flow: flowError, means: "MasterCard, CVV 111: the authentication fails", Evidence: sandbox},
}

func testCardOf(number string) (testCard, bool) {
	i := slices.IndexFunc(testCards, func(k testCard) bool { return k.number == number })
	if i < 0 {
		return testCard{}, false
	}
	return testCards[i], true
}

// testPhone is the Yape account that Culqi gives out for tests.
const testPhone = "900000001"

func cardRows() []provider.Card {
	out := []provider.Card{
		{Value: testPhone, Kind: "phone", Outcome: approved, Means: "Yape, with any six digits as otp", Evidence: sandbox},
		{Value: "review@culqi.com", Kind: "email", Outcome: requires3DS, Means: "a token or charge with this address, or review1NN@culqi.com, has to be authenticated", Evidence: sandbox},
	}
	for _, k := range testCards {
		out = append(out, provider.Card{Value: k.number, Kind: "card", Outcome: k.outcome, Means: k.means, Evidence: k.Evidence})
	}
	return out
}
