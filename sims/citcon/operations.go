package citcon

import (
	"slices"

	"paysim/internal/catalog"
	"paysim/internal/provider"
)

var operations = slices.Concat([]provider.Operation{
	{ID: "access_token.create", Method: "POST", Path: "/v1/access-tokens", Auth: byKey, Outcomes: with(),
		Summary: "trades the private key for an access token", Evidence: observed("authentication/access_token_success"), Handle: createToken},

	{ID: "charge.create", Method: "POST", Path: "/v1/charges", Auth: byAny, Later: true, Outcomes: with(chargeOutcomes...), Events: chargeEvents,
		Summary: "asks a payer for money, or charges a card at once", Evidence: observed("charge/create_alipay"), Handle: createCharge},
	{ID: "charge.confirm", Method: "POST", Path: "/v1/charges/{charge_token}", Auth: byAny, Later: true, Outcomes: with(chargeOutcomes...), Events: chargeEvents,
		Summary: "gives a charge its payment method, or changes it before it is authorized", Evidence: documented("Confirm Charge"), Handle: confirmCharge},
	{ID: "charge.capture", Method: "POST", Path: "/v1/captures", Auth: byServer, Outcomes: with("capture_failed"), Events: []string{"charge.captured"},
		Summary: "takes an authorized charge, or a part of it", Evidence: documented("Capture, printed requests"), Handle: captureCharge},
	{ID: "charge.capture", Method: "POST", Path: "/v1/capture", Auth: byServer, Outcomes: with("capture_failed"), Events: []string{"charge.captured"},
		Summary: "the same at the address of the document's End Point lines", Evidence: documented("Capture, End Point"), Handle: captureCharge},
	{ID: "charge.refund", Method: "POST", Path: "/v1/refunds", Auth: byServer, Outcomes: with("refund_failed", "insufficient_balance", "partial_refund_ineligible"),
		Events: []string{"refund.success", "refund.fail"}, Summary: "gives captured money back", Evidence: observed("refund/create_full_refund_success"), Handle: refundCharge},
	{ID: "charge.cancel", Method: "POST", Path: "/v1/cancels", Auth: byServer, Outcomes: with("cancel_failed"), Events: []string{"charge.canceled"},
		Summary: "calls off a charge that is not captured", Evidence: observed("cancel/create_cancel"), Handle: cancelCharge},

	{ID: "transaction.get", Method: "GET", Path: "/v1/transactions/{id}", Auth: byAny, Outcomes: with(),
		Summary: "reads a charge, capture or refund, by id or with ?type=reference by reference", Evidence: documented("Inquiry"), Handle: getTransaction},

	{ID: "vault.create", Method: "POST", Path: "/v1/vault", Auth: byAny, Outcomes: with("vault_failed"), Events: []string{"vault.success", "vault.fail"},
		Summary: "puts a payment instrument on file", Evidence: documented("Vault - Add token"), Handle: createVault},
	{ID: "vault.list", Method: "GET", Path: "/v1/vault", Auth: byAny, Outcomes: with(),
		Summary: "lists the instruments on file", Evidence: assumed("the call is in the document's overview; neither parameters nor an answer are public"), Handle: listVault},
	{ID: "vault.get", Method: "GET", Path: "/v1/vault/{token}", Auth: byAny, Outcomes: with(),
		Summary: "reads an instrument, deleted ones too", Evidence: documented("Vault - Inquire token"), Handle: getVault},
	{ID: "vault.delete", Method: "DELETE", Path: "/v1/vault/{token}", Auth: byAny, Outcomes: with(),
		Summary: "takes an instrument off file", Evidence: documented("Vault - Delete token"), Handle: deleteVault},

	{ID: "consult.get", Method: "GET", Path: "/v1/consults", Auth: byAny, Outcomes: with(),
		Summary: "tells which instalment plans and promotions an amount can have", Evidence: documented("Consult"), Handle: getConsult},
	{ID: "config.create", Method: "POST", Path: "/v1/config", Auth: byAny, Outcomes: with(),
		Summary: "gives an SDK what it needs to open the gateway's fields", Evidence: assumed("request and members as in Citcon's Android SDK and WebSDK demo; the values are ours"), Handle: createConfig},
}, preflights(), pages("/v1/landing/{token}", usualPages), pages("/v1/qr/{token}", usualPages),
	pages(mainland+"/v1/landing/{token}", mainlandPages), pages(mainland+"/v1/qr/{token}", mainlandPages))

var chargeEvents = []string{"charge.authorized", "charge.success", "charge.fail", "charge.canceled", "vault.success"}

// mainland begins the path of pages that country_accelerator asks for.
const mainland = "/upi/u_landing"

var (
	usualPages    = observed("charge/create_alipay has the address; what it shows is ours")
	mainlandPages = observed("payment_methods/alipay_with_accelerator has the address; what it shows is ours")
	submission    = assumed("how a payer decides is not public; the form is ours")
)

// pages are the rows of one address of a payer's page.
func pages(path string, e catalog.Evidence) []provider.Operation {
	return []provider.Operation{
		{ID: "page.view", Method: "GET", Path: path, Page: true, Summary: "shows the payer a charge; a QR page answers image requests with the code", Evidence: e, Handle: viewPage},
		{ID: "page.submit", Method: "POST", Path: path, Page: true, Events: chargeEvents, Summary: "lets the payer decide", Evidence: submission, Handle: submitPage},
	}
}

// shared are the paths that browsers call from the merchant's own pages, with
// the methods that each knows.
var shared = []struct {
	path, methods string
	catalog.Evidence
}{
	{"/v1/access-tokens", "POST", assumed("a recorded answer has Vary: Origin; no preflight is recorded")},
	{"/v1/charges", "POST", assumed("a recorded answer has Vary: Origin; no preflight is recorded")},
	{"/v1/charges/{charge_token}", "POST", assumed("the WebSDK confirms from the browser")},
	{"/v1/transactions/{id}", "GET", assumed("the WebSDK inquires from the browser")},
	{"/v1/vault", "GET, POST", assumed("client tokens may use it")},
	{"/v1/vault/{token}", "GET, DELETE", assumed("client tokens may use it")},
	{"/v1/consults", "GET", assumed("client tokens may use it")},
	{"/v1/config", "POST", assumed("the WebSDK calls it from the browser")},
}

func preflights() []provider.Operation {
	var out []provider.Operation
	for _, s := range shared {
		allow := s.methods
		out = append(out, provider.Operation{
			ID: "cors.preflight", Method: "OPTIONS", Path: s.path, Summary: "lets a browser ask before it calls", Evidence: s.Evidence,
			Handle: func(c *provider.Call) (provider.Reply, error) { return preflight(c, allow), nil },
		})
	}
	return out
}
