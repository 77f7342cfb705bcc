package appotapay

import (
	"time"

	"paysim/internal/machine"
	"paysim/internal/provider"
)

// settleTime is how long a reversal or a refund stays pending.
const settleTime = 24 * time.Hour

func createReversal(c *provider.Call) (provider.Reply, error) {
	f, err := readForm(c)
	if err != nil {
		return provider.Reply{}, err
	}
	id, reference := f.text("authorizationId", 1, 40), f.reference()
	if err := f.err(); err != nil {
		return provider.Reply{}, err
	}
	if _, ok := reversals.First(c, "reference", reference); ok {
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
	b := back{ID: c.Stream("reversal").ULID(c.Now, c.Mark), Reference: reference, ChargeID: ch.ID, Amount: ch.Authorized, Created: c.Now, Updated: c.Now}
	if err := reversible(ch); err != nil {
		return provider.Reply{}, err
	}
	if outcome == "reversal_failed" {
		c.Cites(errReversalFailed)
		b.Refusal = errReversalFailed.Name
	} else if ch, err = reverse(c, ch); err != nil {
		return provider.Reply{}, err
	}
	if b.State, err = c.Step(&reversalStates, b.ID, b.State, "create", backEnd(outcome)); err != nil {
		return provider.Reply{}, err
	}
	switch b.State {
	case statusSuccess:
		b.Done = c.Now
		c.Moved(ch.movement("released", ch.Authorized))
	case statusPending:
		c.At(c.Now.Add(settleTime), "reversal.settle", b.ID)
	}
	reversals.Put(c, b)
	return reply(b.wireReversal(language(c)))
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

// reversible is the step that a reversal needs and does not take when it fails.
func reversible(ch charge) error {
	if _, err := chargeStates.Step(ch.State, "reverse"); err != nil {
		return err
	}
	_, err := holdStates.Step(ch.Hold, "reverse")
	return err
}

// reverse takes the money out of the merchant's reach. The charge's status does
// not tell.
func reverse(c *provider.Call, ch charge) (charge, error) {
	var err error
	if ch.State, err = c.Step(&chargeStates, ch.ID, ch.State, "reverse"); err != nil {
		return ch, err
	}
	if ch.Hold, err = c.Step(&holdStates, ch.ID, ch.Hold, "reverse"); err != nil {
		return ch, err
	}
	ch.Updated = c.Now
	charges.Put(c, ch)
	return ch, nil
}

func getReversal(c *provider.Call) (provider.Reply, error) {
	byMerchant, err := byMerchantReference(c)
	if err != nil {
		return provider.Reply{}, err
	}
	id := c.Vars["creditCardReversalId"]
	b, ok := reversals.Get(c, id)
	if byMerchant {
		b, ok = reversals.First(c, "reference", id)
	}
	if !ok {
		return provider.Reply{}, errReverseNotFound
	}
	return reply(b.wireReversal(language(c)))
}

func settleReversal(tx *provider.Tx, id string) error {
	b, ok := reversals.Get(tx, id)
	if !ok {
		return nil
	}
	var err error
	if b.State, err = tx.Step(&reversalStates, b.ID, b.State, "settle"); err != nil {
		return err
	}
	b.Done, b.Updated = tx.Now, tx.Now
	reversals.Put(tx, b)
	if ch, ok := charges.Get(tx, b.ChargeID); ok {
		tx.Moved(ch.movement("released", b.Amount))
	}
	return nil
}
