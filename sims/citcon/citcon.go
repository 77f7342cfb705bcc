package citcon

import (
	"paysim/internal/catalog"
	"paysim/internal/machine"
	"paysim/internal/provider"
)

// Provider is Citcon UPI.
func Provider() *provider.Provider {
	return &provider.Provider{
		Name:    "citcon",
		Title:   "Citcon UPI",
		Summary: "Wallets, cards and pay-later plans behind one charge, with hosted pages, QR codes, a vault and signed notifications.",
		Slot:    1,
		Hosts: []string{
			"api.citconpay.com", "api.sandbox.citconpay.com", "sandbox.citconpay.com",
			"landing.uat01.citconpay.com", "proxy.citconpay.cn",
		},
		Operations:   operations,
		Machines:     []*machine.Table{&chargeStates, &captureStates, &refundStates, &vaultStates, &chargebackStates},
		Errors:       errorRows,
		Outcomes:     outcomes,
		Cards:        cards,
		Events:       events,
		Timers:       timers,
		Actions:      actions,
		Settings:     settings,
		Webhooks:     webhooks,
		Secrets:      []string{"access_token", "client_token", "cvv", "nonce", "pan"},
		Keys:         keys,
		Whose:        whose,
		Authenticate: authenticate,
		Refusal:      refusal,
		Envelope:     envelope,
		Finish:       finish,
		Payables:     []string{"charge"},
		Payments:     payments,
	}
}

var settings = []provider.Setting{
	{Name: "ipn_words", Kind: provider.Choice, Choices: []string{"documented", "sdk"}, Default: "documented",
		Means:    "how notifications spell a status: success, captured, fail, cancelled as the documents do, or succeeded, failed, canceled as the SDKs do",
		Evidence: assumed("the documents and a public shop plugin disagree")},
	{Name: "timeout_unit", Kind: provider.Choice, Choices: []string{"seconds", "milliseconds"}, Default: "seconds",
		Means:    "what payment.timeout counts",
		Evidence: assumed("the document's 1000 and 1200 fit seconds; the iOS manual 2.0.0 says milliseconds")},
	{Name: "token_reuse_minutes", Kind: provider.Number, Default: int64(60),
		Means:    "for how long after its issue an access token is answered again to calls of the same token_type; 0 for never",
		Evidence: assumed("tokens up to 51 minutes old were recorded, and another one 145 minutes later")},
	{Name: "strict_reference", Kind: provider.Flag, Default: false,
		Means:    "refuse a capture, refund or cancellation whose id and transaction_reference name different transactions; otherwise the id decides",
		Evidence: assumed("the document's own example sends both; nothing says which wins")},
	{Name: "whole_refund_only", Kind: provider.Texts, Default: []string{"linepay"},
		Means:    "payment methods that refuse a partial refund with 4208",
		Evidence: assumed("the refusal is printed, the methods are not")},
}

// The three kinds of evidence, with the source that most rows share.

func documented(section string) catalog.Evidence {
	return catalog.Evidence{Basis: catalog.Documented, Source: "Citcon UPI API reference, " + section}
}

func observed(cassette string) catalog.Evidence {
	return catalog.Evidence{Basis: catalog.Observed, Source: "sandbox exchanges recorded in lorismaz/citcon_pay: " + cassette}
}

func assumed(why string) catalog.Evidence {
	return catalog.Evidence{Basis: catalog.Assumed, Source: why}
}

// manual is evidence from Citcon's manuals for its SDKs.
func manual(which string) catalog.Evidence {
	return catalog.Evidence{Basis: catalog.Documented, Source: "Citcon, " + which}
}
