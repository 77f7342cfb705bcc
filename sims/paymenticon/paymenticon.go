package paymenticon

import (
	"time"

	"paysim/internal/catalog"
	"paysim/internal/machine"
	"paysim/internal/provider"
)

// Where facts come from. doc names the section of the API document.
const apiDoc = "API document (api-developer.paymenticon.com/doc/api.html), "

func doc(section string) catalog.Evidence {
	return catalog.Evidence{Basis: catalog.Documented, Source: apiDoc + section}
}

func assumed(why string) catalog.Evidence {
	return catalog.Evidence{Basis: catalog.Assumed, Source: why}
}

// lifetime is how long a session lives: expires minus created in every example.
const lifetime = 30 * time.Minute

// Provider is Paymenticon.
func Provider() *provider.Provider {
	return &provider.Provider{
		Name:         "paymenticon",
		Title:        "Paymenticon",
		Summary:      "Wallet payments with signed requests, a hosted page in an iframe, vouchers and account data.",
		Slot:         2,
		Hosts:        []string{"pay.paymenticon.com"},
		Operations:   operations,
		Machines:     []*machine.Table{&paymentStates, &accessStates, &withdrawalStates},
		Errors:       errorRows,
		Outcomes:     outcomes,
		Events:       events,
		Timers:       timers,
		Actions:      actions,
		Payables:     []string{"session"},
		Settings:     settings,
		Webhooks:     webhooks,
		Secrets:      []string{"voucher_id", "pin", "password", "id", "code", "national_id", "wallet"}, // wallet: a voucher's number may be typed there
		Keys:         keys,
		Whose:        whose,
		Authenticate: authenticate,
		Refusal:      refusal,
		Envelope:     envelope,
		Finish:       finish,
		World:        world,
		Payments:     payments,
	}
}

var settings = []provider.Setting{
	{Name: "notification_url", Kind: provider.Text, Default: "", Means: "the confirmation URL of the merchant's panel; no notifications without it", Evidence: doc("Notifications about session status changes")},
	{Name: "ignore_client_ip", Kind: provider.Flag, Default: false, Means: "let the page be opened from any address, not the session's client_ip alone", Evidence: assumed("a switch for containers and proxies, where the caller's address is not the browser's")},
	{Name: "trust_forwarded_for", Kind: provider.Flag, Default: false, Means: "take the browser's address from X-Forwarded-For", Evidence: assumed("for a simulator behind a proxy")},
	{Name: "notification_signature", Kind: provider.Flag, Default: false, Means: "put _signature into the body of notifications too", Evidence: assumed("the document says the structure is that of the create answer, which has the member; a receiver that signs the whole body would trip over it")},
	{Name: "signature_dialect", Kind: provider.Choice, Default: "json", Choices: []string{"json", "python", "php"}, Means: "how booleans and null are written in what we sign: true/false/\"\", True/False/None, 1/\"\"/\"\"", Evidence: assumed("no worked example holds a boolean or null")},
	{Name: "error_details", Kind: provider.Flag, Default: false, Means: "add to the body of a refusal a list, details, with the reason", Evidence: assumed("error bodies are not documented")},
	{Name: "iframe_message", Kind: provider.Choice, Default: "object", Choices: []string{"object", "text"}, Means: "what an embedding page receives as event.data: an object, or its JSON as text", Evidence: assumed("the document shows the members, not which of the two carries them")},
	{Name: "withdraw_status", Kind: provider.Choice, Default: "202", Choices: []string{"202", "200"}, Means: "HTTP status of a withdrawal: the example's or the list's", Evidence: doc("Withdrawal: the example says 202, the list 200")},
	{Name: "anonymous_limit", Kind: provider.Number, Default: int64(50_000), Means: "yearly limit of an anonymous wallet, in minor units of any currency", Evidence: assumed("500 EUR a year by the operator's FAQ, applied to every currency alike")},
	{Name: "payer_amount", Kind: provider.Number, Default: int64(1000), Means: "what a scripted payer pays, in minor units, when the session names no amount", Evidence: assumed("a payer who is not a person needs a number")},
}
