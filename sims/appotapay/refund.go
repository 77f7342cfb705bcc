package appotapay

import "paysim/internal/provider"

// refundMonths is how long after its capture a charge can be refunded.
const refundMonths = 6

func createRefund(c *provider.Call) (provider.Reply, error) {
	f, err := readForm(c)
	if err != nil {
		return provider.Reply{}, err
	}
	id, reference := f.text("transactionId", 1, 40), f.reference()
	amount := f.amount("amount", true)
	f.currency()
	if err := f.err(); err != nil {
		return provider.Reply{}, err
	}
	if amount < leastAmount {
		return provider.Reply{}, errRefundMinimum
	}
	ch, outcome, err := refundWay.open(c, id, reference)
	if err != nil {
		return provider.Reply{}, err
	}
	if ch, err = refundable(c, ch, amount); err != nil {
		return provider.Reply{}, err
	}
	charges.Put(c, ch)
	b := back{ID: c.Stream("refund").ULID(c.Now, c.Mark), Reference: reference, Amount: amount}
	if b, err = refundWay.create(c, ch, b, outcome); err != nil {
		return provider.Reply{}, err
	}
	return reply(b.wireRefund(language(c)))
}

// refundable is the step that a refund takes, if it is allowed. Pending refunds
// count as given back.
func refundable(c *provider.Call, ch charge, amount int64) (charge, error) {
	var err error
	if ch.State, err = c.Step(&chargeStates, ch.ID, ch.State, "refund"); err != nil {
		return ch, err
	}
	asked := amount
	for _, b := range refunds.Where(c, "charge", ch.ID) {
		if b.State != statusError {
			asked += b.Amount
		}
	}
	switch {
	case c.Now.After(ch.CapturedAt.In(hanoi).AddDate(0, refundMonths, 0)):
		return ch, errRefundTooLate
	case asked-amount == ch.Captured:
		return ch, errRefunded
	case asked > ch.Captured:
		return ch, errRefundTooLarge
	}
	ch.Updated = c.Now
	return ch, nil
}

// bookRefund notes the money that a refund gave back.
func bookRefund(tx *provider.Tx, ch charge, b back) {
	ch.Refunded += b.Amount
	charges.Put(tx, ch)
	tx.Moved(ch.movement("refunded", b.Amount))
}

func getRefund(c *provider.Call) (provider.Reply, error) {
	b, err := pathRow(c, refunds, "creditCardRefundId", errRefundNotFound)
	if err != nil {
		return provider.Reply{}, err
	}
	return reply(b.wireRefund(language(c)))
}
