package culqi

import (
	"paysim/internal/machine"
	"paysim/internal/provider"
)

// What time, the payer and the bank do to what the merchant made.

var timers = []provider.Timer{
	{Name: "token.expire", When: "five minutes after it was made", Evidence: guides, Fire: expireToken},
	{Name: "charge.expire", When: "four days after it was authorized, unless it was captured", Evidence: guides, Fire: lapse},
	{Name: "charge.abandon", When: "five minutes after authentication was asked for", Evidence: assumed("a saved card has no token life of its own"), Fire: func(tx *provider.Tx, id string) error {
		if ch, ok := charges.Get(tx, id); !ok || !hidden(ch.State) || ch.State == chargeAbandoned {
			return nil
		}
		return decideReview(tx, id, "expire")
	}},
	{Name: "order.expire", When: "at its expiration_date", Evidence: guides, Fire: expireOrder},
	{Name: "subscription.activate", When: "one second after it was made", Evidence: measured, Fire: activate},
	{Name: "subscription.bill", When: "at its next_billing_date", Evidence: guides, Fire: bill},
}

var actions = []provider.Action{
	{Name: "approve", Means: "the payer pays the order, or passes 3-D Secure", Evidence: guides, Do: decide("approve")},
	{Name: "decline", Means: "the payer fails 3-D Secure", Evidence: guides, Do: decide("decline")},
	{Name: "expire", Means: "the order's time, or that of the authentication, is over", Evidence: guides, Do: decide("expire")},
	{Name: "abandon", Means: "the payer goes away; nothing happens until it expires", Evidence: assumed("the simulator's own"), Do: abandon},
	{Name: "chargeback", Means: "the card's holder disputes a captured charge", Evidence: guides, Do: decide("chargeback")},
}

// abandon changes nothing, and only while something waits for the payer.
func abandon(tx *provider.Tx, id, _ string) error {
	if o, ok := orders.Get(tx, id); ok {
		return waiting(&orderStates, o.State)
	}
	if ch, ok := charges.Get(tx, id); ok {
		return waiting(&chargeStates, ch.State)
	}
	return &provider.UnknownPaymentError{ID: id}
}

func waiting(t *machine.Table, s machine.State) error {
	if t.Can(s, "approve") {
		return nil
	}
	return &machine.IllegalError{Table: t.Name, From: s, Trigger: "abandon"}
}

func decide(trigger string) func(*provider.Tx, string, string) error {
	return func(tx *provider.Tx, id, _ string) error {
		if _, ok := orders.Get(tx, id); ok {
			_, err := payOrder(tx, id, trigger)
			return err
		}
		if trigger == "chargeback" {
			return dispute(tx, id)
		}
		return decideReview(tx, id, trigger)
	}
}

// payments are charges and orders, each by its own id.
func payments(tx *provider.Tx) []provider.Payment {
	var out []provider.Payment
	for _, ch := range charges.All(tx) {
		p := provider.Payment{
			ID: ch.ID, Kind: "charge", Reference: ch.reference(), Amount: ch.Amount, Refunded: ch.Refunded - ch.Released, Currency: ch.Currency, State: string(ch.State), Created: ch.Created,
		}
		if ch.captured() {
			p.Captured = ch.Amount - ch.Released
		}
		if hidden(ch.State) {
			p.Page = tx.Base + "/3ds/" + tx.Mark.String() + "/" + ch.Token
		}
		for _, name := range []string{"approve", "decline", "expire", "chargeback"} {
			if chargeStates.Can(ch.State, name) && (name != "expire" || hidden(ch.State)) {
				p.Actions = append(p.Actions, name)
			}
		}
		if chargeStates.Can(ch.State, "approve") {
			p.Actions = append(p.Actions, "abandon")
		}
		out = append(out, p)
	}
	for _, o := range orders.All(tx) {
		p := provider.Payment{
			ID: o.ID, Kind: "order", Reference: o.Number, Amount: o.Amount, Currency: o.Currency, State: string(o.State), Page: o.Page, Created: o.Created,
		}
		if o.State == orderPaid {
			p.Captured = o.Amount
		}
		for _, name := range []string{"approve", "expire"} {
			if orderStates.Can(o.State, name) {
				p.Actions = append(p.Actions, name)
			}
		}
		if orderStates.Can(o.State, "approve") {
			p.Actions = append(p.Actions, "abandon")
		}
		out = append(out, p)
	}
	return out
}
