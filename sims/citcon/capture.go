package citcon

import "paysim/internal/provider"

// target is the transaction that a request speaks of, as it names it.
type target struct {
	id, reference string // of the transaction
	own           string // the reference of what is asked for
}

// readTarget reads id, transaction_reference and reference.
func readTarget(in object) target {
	t := target{id: in.text("id"), reference: in.text("transaction_reference"), own: in.required("reference")}
	if t.id == "" && t.reference == "" {
		in.fault("id", "and transaction_reference are both missing")
	}
	return t
}

// found is a transaction by id or by reference: a charge, and what of it was named.
type found struct {
	kind    string // charge, capture or refund
	charge  charge
	capture capture // when a capture was named
}

// find looks a target up. Where both are given the id decides, because the
// document's own example sends a reference of something else beside it.
func (t target) find(c *provider.Call) (found, error) {
	id := t.id
	if id == "" || t.reference != "" && c.Flag("strict_reference") {
		r, ok := references.Get(c, t.reference)
		switch {
		case !ok:
			return found{}, errNotFound.Because("no transaction has this transaction_reference")
		case id != "" && id != r.ID:
			return found{}, errBadRequest.Because("id and transaction_reference name different transactions")
		}
		id = r.ID
	}
	if ch, ok := charges.Get(c, id); ok {
		if r, known := references.Get(c, t.reference); known && r.ID != id {
			c.Note("transaction_reference names another transaction; the id decides")
		}
		return found{kind: "charge", charge: ch}, nil
	}
	if k, ok := captures.Get(c, id); ok {
		ch, _ := charges.Get(c, k.Charge)
		return found{kind: "capture", charge: ch, capture: k}, nil
	}
	if r, ok := refunds.Get(c, id); ok {
		ch, _ := charges.Get(c, r.Charge)
		return found{kind: "refund", charge: ch}, nil
	}
	return found{}, errNotFound.Because("no transaction has this id")
}

func captureCharge(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	t, amount := readTarget(in), in.amount("transaction_amount")
	several, last := in.flag("multi_capture"), in.flag("last_capture")
	if err := in.err(); err != nil {
		return provider.Reply{}, err
	}
	if in.has("amount") && !in.has("transaction_amount") {
		c.Note("a capture's amount is called transaction_amount; amount is not read")
	}
	f, err := t.find(c)
	if err != nil {
		return provider.Reply{}, err
	}
	ch := f.charge
	if (several || last) && ch.Method != "klarna" {
		return provider.Reply{}, errBadRequest.Because("multi_capture and last_capture are for klarna alone")
	}
	k := capture{ID: newID(c.Tx), Charge: ch.ID, Reference: t.own, Amount: amount, Created: c.Now}
	if err := use(c, t.own, "capture", k.ID); err != nil {
		return provider.Reply{}, err
	}
	rest := ch.Amount - ch.Captured
	if k.Amount == 0 {
		k.Amount = rest
	}
	switch {
	case f.kind != "charge":
		return provider.Reply{}, errCapture.Because("a %s cannot be captured", f.kind)
	case ch.State != authorized:
		return provider.Reply{}, errCapture.Because("the charge is %s", ch.State)
	case k.Amount > rest:
		return provider.Reply{}, errCapture.Because("%d is more than the %d that are left", k.Amount, rest)
	}
	if err := gateway(c, "capture_failed", errCapture); err != nil {
		return provider.Reply{}, err
	}
	return takePart(c, ch, k, several && !last && k.Amount < rest)
}

// takePart books a capture. What it leaves is released unless more is to come.
func takePart(c *provider.Call, ch charge, k capture, more bool) (provider.Reply, error) {
	to := succeeded
	if more {
		to = authorized
	}
	var err error
	if ch.State, err = c.Step(&chargeStates, ch.ID, ch.State, "capture", to); err != nil {
		return provider.Reply{}, err
	}
	if k.State, err = c.Step(&captureStates, k.ID, k.State, "create"); err != nil {
		return provider.Reply{}, err
	}
	ch.Captured += k.Amount
	ch.CapturedAt, k.Total = c.Now, ch.Captured
	charges.Put(c, ch)
	captures.Put(c, k)
	ch.booked(c.Tx, "captured", k.Amount)
	if rest := ch.Amount - ch.Captured; rest > 0 && !more {
		ch.booked(c.Tx, "released", rest)
	}
	tellCaptured(c.Tx, ch)
	return success(k.wire(ch)), nil
}

// wire is a capture as it is answered. Its amount is the charge's, by the
// document's words.
func (k capture) wire(ch charge) wireCapture {
	return wireCapture{
		Object: "capture", ID: k.ID, Reference: k.Reference, Amount: ch.Amount, AmountCaptured: k.Total, Currency: ch.Currency,
		TimeCreated: k.Created.Unix(), TimeCaptured: k.Created.Unix(), Status: string(k.State), Country: orNull(ch.Country),
		Exchange: wireExchange{Amount: there(0), Rate: nullNumber},
		Payment:  wireCapturePayment{Method: ch.Method, Token: ch.VaultToken, Data: wirePAN{ch.PAN}},
	}
}

// gateway is the moment at which a call reaches the payment method behind the
// service: trouble ends it, and so does the one outcome by which it fails.
func gateway(c *provider.Call, failure string, as error) error {
	outcome := c.Outcome("")
	if outcome == failure {
		return as
	}
	return trouble(outcome)
}
