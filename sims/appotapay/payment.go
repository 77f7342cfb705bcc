package appotapay

import (
	"slices"

	"paysim/internal/machine"
	"paysim/internal/provider"
)

// actions are what cardholders, payers and banks do from outside, to whatever
// the id names: an enrollment, a charge or an order.
var actions = []provider.Action{
	{Name: "approve", Means: "the cardholder passes the challenge; the payer pays; the bank agrees", Outcomes: []string{"approved", "partially_approved"},
		Evidence: assumed("what a payer does on the real pages, from outside"), Do: approve},
	{Name: "decline", Means: "the cardholder fails the challenge; the bank refuses", Outcomes: names(declines),
		Evidence: assumed("what a payer does on the real pages, from outside"), Do: refuse},
	{Name: "cancel", Means: "the cardholder or payer cancels", Evidence: assumed("what a payer does on the real pages, from outside"), Do: cancel},
	{Name: "abandon", Means: "the payer goes away; nothing changes", Evidence: assumed("what a payer does on the real pages, from outside"), Do: abandon},
	{Name: "expire", Means: "an order's time is over; a charge's hold ends as after 7 days", Evidence: assumed("time, hurried on"), Do: expire},
}

// payable is one of the things that a payment's id can name.
type payable struct {
	enrollment *enrollment
	charge     *charge
	order      *order
}

func lookUp(tx *provider.Tx, id string) (payable, error) {
	if e, ok := enrollments.Get(tx, id); ok {
		return payable{enrollment: &e}, nil
	}
	if c, ok := charges.Get(tx, id); ok {
		return payable{charge: &c}, nil
	}
	if o, ok := orders.Get(tx, id); ok {
		return payable{order: &o}, nil
	}
	return payable{}, &provider.UnknownPaymentError{ID: id}
}

// machine is the table that rules over the thing, and where in it the thing is.
func (p payable) machine() (*machine.Table, machine.State) {
	switch {
	case p.enrollment != nil:
		return &enrollmentStates, p.enrollment.State
	case p.charge != nil:
		return &chargeStates, p.charge.State
	}
	return &orderStates, p.order.State
}

func approve(tx *provider.Tx, id, outcome string) error {
	p, err := lookUp(tx, id)
	switch {
	case err != nil:
		return err
	case p.enrollment != nil:
		_, err = authenticated(tx, *p.enrollment, "approve")
	case p.charge != nil:
		to := authorized
		switch {
		case outcome == "partially_approved":
			to = partialAuthorized
		case p.charge.Capture:
			to = captured
		}
		_, err = decide(tx, *p.charge, "approve", to, outcome)
	default:
		_, err = pay(tx, *p.order, "approve", outcome)
	}
	return err
}

func refuse(tx *provider.Tx, id, outcome string) error {
	p, err := lookUp(tx, id)
	switch {
	case err != nil:
		return err
	case p.enrollment != nil:
		_, err = authenticated(tx, *p.enrollment, "decline")
	case p.charge != nil:
		_, err = decide(tx, *p.charge, "decline", declined, outcome)
	default:
		_, err = pay(tx, *p.order, "decline", outcome)
	}
	return err
}

func cancel(tx *provider.Tx, id, _ string) error {
	p, err := lookUp(tx, id)
	switch {
	case err != nil:
		return err
	case p.enrollment != nil:
		_, err = authenticated(tx, *p.enrollment, "cancel")
	case p.order != nil:
		_, err = pay(tx, *p.order, "cancel", "")
	default:
		_, err = tx.Step(&chargeStates, id, p.charge.State, "cancel") // which no state allows
	}
	return err
}

// abandon changes nothing, and is possible only while there is something to
// leave.
func abandon(tx *provider.Tx, id, _ string) error {
	p, err := lookUp(tx, id)
	if err != nil {
		return err
	}
	if table, state := p.machine(); !table.Can(state, "approve") {
		return &machine.IllegalError{Table: table.Name, From: state, Trigger: "abandon"}
	}
	tx.Note("the payer of %s went away", id)
	return nil
}

func expire(tx *provider.Tx, id, _ string) error {
	p, err := lookUp(tx, id)
	switch {
	case err != nil:
		return err
	case p.charge != nil:
		return expireHold(tx, *p.charge)
	case p.order != nil:
		_, err = pay(tx, *p.order, "expire", "")
		return err
	}
	_, err = tx.Step(&enrollmentStates, id, p.enrollment.State, "expire") // which no state allows
	return err
}

// legal lists the actions that are possible now.
func (p payable) legal() []string {
	table, state := p.machine()
	var out []string
	for _, a := range actions {
		trigger := a.Name
		if trigger == "abandon" {
			trigger = "approve"
		}
		if !table.Can(state, trigger) {
			continue
		}
		if p.charge != nil && a.Name == "expire" && p.charge.Hold != held {
			continue
		}
		out = append(out, a.Name)
	}
	return out
}

func payments(tx *provider.Tx) []provider.Payment {
	var out []provider.Payment
	for _, e := range enrollments.All(tx) {
		out = append(out, provider.Payment{
			ID: e.ID, Kind: "enrollment", Reference: e.Reference, Amount: e.Amount, Currency: currency, State: string(e.State),
			Page: e.openPage(), Actions: payable{enrollment: &e}.legal(), Created: e.Created,
		})
	}
	for _, c := range charges.All(tx) {
		out = append(out, provider.Payment{
			ID: c.ID, Kind: "charge", Reference: c.Reference, Amount: c.Requested, Captured: c.Captured, Refunded: c.Refunded, Currency: currency,
			State: string(c.State), Actions: payable{charge: &c}.legal(), Created: c.Created,
		})
	}
	for _, o := range orders.All(tx) {
		p := provider.Payment{
			ID: o.ID, Kind: "order", Reference: o.Reference, Amount: o.Amount, Refunded: o.Refunded, Currency: currency,
			State: string(o.State), Page: o.Page, Actions: payable{order: &o}.legal(), Created: o.Created,
		}
		if o.State == statusSuccess {
			p.Captured = o.Amount
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b provider.Payment) int { return a.Created.Compare(b.Created) })
	return out
}

var timers = []provider.Timer{
	{Name: "charge.expire", When: "7 days after the authorization", Evidence: documented("cc-merchant-host/reversal-authorization"), Fire: fireExpiry},
	{Name: "reversal.settle", When: "1 day after a reversal that is pending", Evidence: settled, Fire: reversalWay.settle},
	{Name: "refund.settle", When: "1 day after a refund that is pending", Evidence: settled, Fire: refundWay.settle},
	{Name: "order.expire", When: "order_minutes after the order", Evidence: assumed("no lifetime is published"), Fire: expireOrder},
	{Name: "order_refund.settle", When: "1 day after a refund that is pending or processing", Evidence: orderRefundPage, Fire: settleOrderRefund},
}

func fireExpiry(tx *provider.Tx, id string) error {
	ch, ok := charges.Get(tx, id)
	if !ok || ch.Hold != held {
		return nil
	}
	return expireHold(tx, ch)
}
