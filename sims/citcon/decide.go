package citcon

import (
	"paysim/internal/machine"
	"paysim/internal/provider"
)

// decide is what the payer, the bank or time does to a charge from outside the
// API. reason is why it was declined.
func decide(tx *provider.Tx, id, trigger, reason string) error {
	ch, ok := charges.Get(tx, id)
	if !ok {
		return &provider.UnknownPaymentError{ID: id}
	}
	if !ch.may(trigger) {
		return &machine.IllegalError{Table: chargeStates.Name, Trigger: trigger, From: ch.State}
	}
	var to machine.State
	switch trigger {
	case "approve", "late_approve":
		to = ch.goal()
	case "decline", "late_decline":
		to, ch.Reason = failed, reason
	case "cancel":
		to = canceled
	case "expire":
		to = expired
	}
	return ch.move(tx, trigger, to)
}

// may says whether a charge's state and its money allow an action.
func (ch charge) may(action string) bool {
	if !chargeStates.Can(ch.State, action) {
		return false
	}
	switch action {
	case "late_approve": // what was undone once is not paid again
		return ch.Method != "" && ch.Authorized.IsZero() && ch.Captured == 0
	case "late_decline":
		return ch.State == authorized && ch.Captured == 0 || ch.kept() > 0
	case "cancel", "expire":
		return ch.Captured == 0
	}
	return true
}

// kept is what the merchant has of a charge.
func (ch charge) kept() int64 { return ch.Captured - ch.Refunded - ch.Lost }

// move takes a charge to another state, with all that this entails: money,
// times, notifications, a token for the vault.
func (ch *charge) move(tx *provider.Tx, trigger string, to machine.State) error {
	from := ch.State
	var err error
	if ch.State, err = tx.Step(&chargeStates, ch.ID, from, trigger, to); err != nil {
		return err
	}
	switch to {
	case authorized:
		ch.Authorized = tx.Now
		ch.booked(tx, "authorized", ch.Amount)
	case succeeded:
		ch.Captured, ch.CapturedAt = ch.Amount, tx.Now
		ch.booked(tx, "captured", ch.Amount)
	case canceled:
		ch.Canceled = tx.Now
		fallthrough
	case failed, expired:
		ch.undo(tx, from)
	}
	tellCharge(tx, *ch)
	if to == authorized || to == succeeded {
		if err := ch.putOnFile(tx); err != nil {
			return err
		}
	}
	charges.Put(tx, *ch)
	return nil
}

// undo gives back what a charge held or had taken.
func (ch *charge) undo(tx *provider.Tx, from machine.State) {
	switch from {
	case authorized:
		ch.booked(tx, "released", ch.Amount)
	case succeeded:
		rest := ch.kept()
		ch.Refunded += rest
		ch.booked(tx, "refunded", rest)
	}
}

func (ch charge) booked(tx *provider.Tx, kind string, amount int64) {
	tx.Moved(provider.Movement{Kind: kind, Payment: ch.ID, Reference: ch.Reference, Amount: amount, Currency: ch.Currency})
}

// doing is an action that is an edge of a charge.
func doing(trigger string) func(tx *provider.Tx, id, outcome string) error {
	return func(tx *provider.Tx, id, outcome string) error { return decide(tx, id, trigger, outcome) }
}

var actions = []provider.Action{
	{Name: "approve", Means: "the payer agrees", Evidence: payerDecides, Do: doing("approve")},
	{Name: "decline", Means: "the payer's bank or wallet refuses", Outcomes: declines, Evidence: payerDecides, Do: doing("decline")},
	{Name: "cancel", Means: "the payer turns back, or the merchant cancels in the portal", Evidence: assumed("urls.cancel is for it; the status is that of a merchant's cancellation"), Do: doing("cancel")},
	{Name: "abandon", Means: "the payer closes the page; nothing changes until the charge expires", Evidence: assumed("what payers do"), Do: abandon},
	{Name: "expire", Means: "the time is over, or an authorization lapses", Evidence: lapsed, Do: doing("expire")},
	{Name: "late_approve", Means: "the money comes although the charge had ended unpaid", Evidence: lateTrouble, Do: doing("late_approve")},
	{Name: "late_decline", Means: "the money is taken back after it was authorized or paid", Outcomes: declines, Evidence: lateTrouble, Do: doing("late_decline")},
	{Name: "chargeback", Means: "the payer disputes the charge, and the case goes on to the status named, or to the usual next", Evidence: disputed, Do: dispute,
		Outcomes: []string{string(claimed), string(infoAsked), string(infoSupplied), string(won), string(lost), string(closed)}},
}

func abandon(tx *provider.Tx, id, _ string) error {
	ch, ok := charges.Get(tx, id)
	if !ok {
		return &provider.UnknownPaymentError{ID: id}
	}
	if ch.State != initiated {
		return &machine.IllegalError{Table: chargeStates.Name, Trigger: "abandon", From: ch.State}
	}
	tx.Note("the payer has left the page of charge %s", id)
	return nil
}

var timers = []provider.Timer{
	{Name: "charge.expire", When: "payment.timeout or payment.expiry has passed", Evidence: assumed("the members are documented, what follows is not"), Fire: fireExpiry},
}

// fireExpiry ends a charge that nobody paid in time. A charge that was
// confirmed again meanwhile has another time.
func fireExpiry(tx *provider.Tx, id string) error {
	ch, ok := charges.Get(tx, id)
	if !ok || ch.State != initiated || ch.Expires.IsZero() || ch.Expires.After(tx.Now) {
		return nil
	}
	return decide(tx, id, "expire", "")
}

func payments(tx *provider.Tx) []provider.Payment {
	var out []provider.Payment
	for _, ch := range charges.All(tx) {
		p := provider.Payment{
			ID: ch.ID, Kind: "charge", Reference: ch.Reference, Amount: ch.Amount, Captured: ch.Captured, Refunded: ch.Refunded + ch.Lost,
			Currency: ch.Currency, State: string(ch.State), Created: ch.Created, Actions: ch.legal(tx),
		}
		if ch.Page != "" {
			p.Page = tx.Base + ch.Page
		}
		out = append(out, p)
	}
	return out
}

// legal lists the actions that a charge allows now.
func (ch charge) legal(tx *provider.Tx) []string {
	b, known := chargebacks.First(tx, "charge", ch.ID)
	var out []string
	for _, a := range actions {
		switch {
		case a.Name == "abandon" && ch.State == initiated, a.Name == "chargeback" && ch.disputable(b, known), ch.may(a.Name):
			out = append(out, a.Name)
		}
	}
	return out
}
