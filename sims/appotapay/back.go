package appotapay

import (
	"time"

	"paysim/internal/catalog"
	"paysim/internal/machine"
	"paysim/internal/provider"
	"paysim/internal/store"
)

// settleTime is how long a reversal or a refund stays pending.
const settleTime = 24 * time.Hour

// wayBack is one of the two ways in which a charge's money goes back.
type wayBack struct {
	rows   *store.Table[back]
	states *machine.Table
	timer  string                           // ends what is pending
	failed *catalog.Error                   // what it ends with as error
	book   func(*provider.Tx, charge, back) // notes the money, once it is back
}

var (
	reversalWay = wayBack{reversals, &reversalStates, "reversal.settle", errReversalFailed, bookReversal}
	refundWay   = wayBack{refunds, &refundStates, "refund.settle", errRefundFailed, bookRefund}
)

// open gives the charge and the outcome, if the merchant's reference is new and
// the outcome does not refuse.
func (w wayBack) open(c *provider.Call, chargeID, reference string) (ch charge, outcome string, err error) {
	if _, ok := w.rows.First(c, "reference", reference); ok {
		return ch, "", errDuplicate
	}
	ch, ok := charges.Get(c, chargeID)
	if !ok {
		return ch, "", errChargeUnknown
	}
	outcome = c.Outcome("")
	return ch, outcome, refused(outcome)
}

// create makes a reversal or a refund. It succeeds at once, unless the outcome
// has it wait or fail.
func (w wayBack) create(c *provider.Call, ch charge, b back, outcome string) (back, error) {
	b.ChargeID, b.Created, b.Updated = ch.ID, c.Now, c.Now
	var err error
	if b.State, err = c.Step(w.states, b.ID, b.State, "create", backEnd(outcome)); err != nil {
		return b, err
	}
	switch b.State {
	case statusError:
		c.Cites(w.failed)
		b.Refusal = w.failed.Name
	case statusPending:
		c.At(c.Now.Add(settleTime), w.timer, b.ID)
	default:
		b.Done = c.Now
		w.book(c.Tx, ch, b)
	}
	w.rows.Put(c, b)
	return b, nil
}

// backEnd is the state that a new reversal or refund goes to.
func backEnd(outcome string) machine.State {
	switch outcome {
	case "pending":
		return statusPending
	case "reversal_failed", "refund_failed":
		return statusError
	}
	return statusSuccess
}

// settle is the end of what is pending.
func (w wayBack) settle(tx *provider.Tx, id string) error {
	b, ok := w.rows.Get(tx, id)
	if !ok {
		return nil
	}
	var err error
	if b.State, err = tx.Step(w.states, b.ID, b.State, "settle"); err != nil {
		return err
	}
	b.Done, b.Updated = tx.Now, tx.Now
	w.rows.Put(tx, b)
	if ch, ok := charges.Get(tx, b.ChargeID); ok {
		w.book(tx, ch, b)
	}
	return nil
}
