package appotapay

import (
	"paysim/internal/provider"
)

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
	if _, ok := refunds.First(c, "reference", reference); ok {
		return provider.Reply{}, errDuplicate
	}
	ch, ok := charges.Get(c, id)
	if !ok {
		return provider.Reply{}, errChargeUnknown
	}
	outcome := c.Outcome("")
	if err := refused(outcome); err != nil {
		return provider.Reply{}, err
	}
	if ch, err = refundable(c, ch, amount); err != nil {
		return provider.Reply{}, err
	}
	b := back{ID: c.Stream("refund").ULID(c.Now, c.Mark), Reference: reference, ChargeID: ch.ID, Amount: amount, Created: c.Now, Updated: c.Now}
	if b.State, err = c.Step(&refundStates, b.ID, b.State, "create", backEnd(outcome)); err != nil {
		return provider.Reply{}, err
	}
	switch b.State {
	case statusError:
		c.Cites(errRefundFailed)
		b.Refusal = errRefundFailed.Name
	case statusPending:
		c.At(c.Now.Add(settleTime), "refund.settle", b.ID)
	default:
		b.Done = c.Now
		ch.Refunded += amount
		c.Moved(ch.movement("refunded", amount))
	}
	charges.Put(c, ch)
	refunds.Put(c, b)
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

func getRefund(c *provider.Call) (provider.Reply, error) {
	byMerchant, err := byMerchantReference(c)
	if err != nil {
		return provider.Reply{}, err
	}
	id := c.Vars["creditCardRefundId"]
	b, ok := refunds.Get(c, id)
	if byMerchant {
		b, ok = refunds.First(c, "reference", id)
	}
	if !ok {
		return provider.Reply{}, errRefundNotFound
	}
	return reply(b.wireRefund(language(c)))
}

func settleRefund(tx *provider.Tx, id string) error {
	b, ok := refunds.Get(tx, id)
	if !ok {
		return nil
	}
	var err error
	if b.State, err = tx.Step(&refundStates, b.ID, b.State, "settle"); err != nil {
		return err
	}
	b.Done, b.Updated = tx.Now, tx.Now
	refunds.Put(tx, b)
	if ch, ok := charges.Get(tx, b.ChargeID); ok {
		ch.Refunded += b.Amount
		charges.Put(tx, ch)
		tx.Moved(ch.movement("refunded", b.Amount))
	}
	return nil
}
