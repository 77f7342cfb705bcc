package toypay

import (
	"time"

	"paysim/internal/catalog"
	"paysim/internal/machine"
	"paysim/internal/provider"
)

// ours is the evidence of everything here: nobody else's word exists.
var ours = catalog.Evidence{Basis: catalog.Assumed, Source: "toypay is made up"}

// Provider is toypay.
func Provider() *provider.Provider {
	return &provider.Provider{
		Name:         "toypay",
		Title:        "ToyPay",
		Summary:      "A made-up provider that uses every part of the contract.",
		Slot:         1,
		Hosts:        []string{"api.toypay.test"},
		Operations:   operations,
		Machines:     []*machine.Table{&chargeStates},
		Errors:       errorRows,
		Outcomes:     outcomes,
		Cards:        cards,
		Events:       events,
		Timers:       timers,
		Actions:      actions,
		Settings:     settings,
		Webhooks:     webhooks,
		Secrets:      []string{"card", "cvv", "toy-key"},
		Keys:         keys,
		Whose:        whose,
		Authenticate: authenticate,
		Refusal:      refusal,
		Envelope:     envelope,
		Finish:       finish,
		World:        func(tx *provider.Tx) { seed(tx) },
		Payments:     payments,
	}
}

var settings = []provider.Setting{
	{Name: "webhook_url", Kind: provider.Text, Default: "", Means: "where webhooks go when the charge names no address", Evidence: ours},
	{Name: "strict", Kind: provider.Flag, Default: false, Means: "refuse members that are not known", Evidence: ours},
}

// lifetime is how long a charge waits for its payer.
const lifetime = 15 * time.Minute
