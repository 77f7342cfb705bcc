package appotapay

import "paysim/internal/provider"

func createReversal(c *provider.Call) (provider.Reply, error) {
	f, err := readForm(c)
	if err != nil {
		return provider.Reply{}, err
	}
	id, reference := f.text("authorizationId", 1, 40), f.reference()
	if err := f.err(); err != nil {
		return provider.Reply{}, err
	}
	ch, outcome, err := reversalWay.open(c, id, reference)
	if err != nil {
		return provider.Reply{}, err
	}
	if err := reversible(ch); err != nil {
		return provider.Reply{}, err
	}
	if backEnd(outcome) != statusError {
		if ch, err = reverse(c, ch); err != nil {
			return provider.Reply{}, err
		}
	}
	b := back{ID: c.Stream("reversal").ULID(c.Now, c.Mark), Reference: reference, Amount: ch.Authorized}
	if b, err = reversalWay.create(c, ch, b, outcome); err != nil {
		return provider.Reply{}, err
	}
	return reply(b.wireReversal(language(c)))
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

// bookReversal notes the money that a reversal gave back.
func bookReversal(tx *provider.Tx, ch charge, b back) { tx.Moved(ch.movement("released", b.Amount)) }

func getReversal(c *provider.Call) (provider.Reply, error) {
	b, err := pathRow(c, reversals, "creditCardReversalId", errReverseNotFound)
	if err != nil {
		return provider.Reply{}, err
	}
	return reply(b.wireReversal(language(c)))
}
