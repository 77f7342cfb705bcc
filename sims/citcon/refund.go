package citcon

import (
	"slices"

	"paysim/internal/provider"
)

func refundCharge(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	t, amount := readTarget(in), in.amount("amount")
	in.text("note")
	if err := in.err(); err != nil {
		return provider.Reply{}, err
	}
	if in.has("transaction_amount") && !in.has("amount") {
		c.Note("a refund's amount is called amount; transaction_amount is not read")
	}
	f, err := t.find(c)
	if err != nil {
		return provider.Reply{}, err
	}
	r := refund{ID: newID(c.Tx), Charge: f.charge.ID, Capture: f.capture.ID, Reference: t.own, Amount: amount, Created: c.Now}
	if err := use(c, t.own, "refund", r.ID); err != nil {
		return provider.Reply{}, err
	}
	left := f.refundable()
	if r.Amount == 0 {
		r.Amount = left
	}
	switch {
	case f.kind == "refund":
		return provider.Reply{}, errRefund.Because("a refund cannot be refunded")
	case !chargeStates.Can(f.charge.State, "refund") || f.charge.Captured == 0:
		return provider.Reply{}, errRefund.Because("the charge is %s and nothing of it is captured", f.charge.State)
	case r.Amount > left || left == 0:
		return provider.Reply{}, errRefund.Because("%d is more than the %d that are left", r.Amount, left)
	case r.Amount < f.charge.Captured && slices.Contains(c.Texts("whole_refund_only"), f.charge.Method):
		return provider.Reply{}, errPartial.Because("%s is refunded whole or not at all", f.charge.Method)
	}
	switch outcome := c.Outcome(""); outcome {
	case "partial_refund_ineligible":
		return provider.Reply{}, errPartial.Because("the outcome %s", outcome)
	case "refund_failed", "insufficient_balance":
		r.Reason = outcome
		return failRefund(c, f.charge, r)
	default:
		if err := trouble(outcome); err != nil {
			return provider.Reply{}, err
		}
	}
	return giveBack(c, f, r)
}

// refundable is what can still be refunded of what was named.
func (f found) refundable() int64 {
	left := f.charge.kept()
	if f.kind == "capture" {
		left = min(left, f.capture.Amount-f.capture.Refunded)
	}
	return max(left, 0)
}

func giveBack(c *provider.Call, f found, r refund) (provider.Reply, error) {
	ch := f.charge
	var err error
	if ch.State, err = c.Step(&chargeStates, ch.ID, ch.State, "refund"); err != nil {
		return provider.Reply{}, err
	}
	if r.State, err = c.Step(&refundStates, r.ID, r.State, "create", succeeded); err != nil {
		return provider.Reply{}, err
	}
	ch.Refunded += r.Amount
	r.Total = ch.Refunded
	charges.Put(c, ch)
	refunds.Put(c, r)
	if f.kind == "capture" {
		f.capture.Refunded += r.Amount
		captures.Put(c, f.capture)
	}
	ch.booked(c.Tx, "refunded", r.Amount)
	tellRefund(c.Tx, ch, r)
	return success(r.wire(ch)), nil
}

// failRefund keeps a refund that the gateway refused: it can be read, and its
// reference is used up.
func failRefund(c *provider.Call, ch charge, r refund) (provider.Reply, error) {
	var err error
	if r.State, err = c.Step(&refundStates, r.ID, r.State, "create", failed); err != nil {
		return provider.Reply{}, err
	}
	r.Total = ch.Refunded
	refunds.Put(c, r)
	tellRefund(c.Tx, ch, r)
	return fail(errRefund), nil
}

// wire is a refund as it is answered: a card's as the document prints it, any
// other as it was recorded.
func (r refund) wire(ch charge) wireRefund {
	w := wireRefund{
		ID: r.ID, Object: "refund", Reference: r.Reference, Amount: r.Amount, AmountRefunded: r.Total, Currency: ch.Currency,
		Country: orNull(ch.Country), TimeCreated: r.Created.Unix(), Payment: wirePayment{Method: ch.Method}, Status: string(r.State),
		Exchange: noExchange,
	}
	if ch.Method == "card" {
		w.Payment.Data = &wireCard{PAN: ch.PAN}
		return w
	}
	w.TimeCompleted = there(r.Created.Unix())
	if m, _ := methodOf(ch.Method); m.exchange {
		w.Exchange = *sameCurrency(r.Amount, ch.Currency)
	}
	return w
}
