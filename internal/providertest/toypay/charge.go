package toypay

import (
	"paysim/internal/machine"
	"paysim/internal/provider"
)

// seed gives every tenant one charge that is captured already.
func seed(tx *provider.Tx) {
	charges.Put(tx, charge{ID: "c0-" + tx.Mark.String(), Reference: "welcome", Amount: 100, Captured: 100, Currency: "EUR", State: captured, Created: tx.Now})
}

func createCharge(c *provider.Call) (provider.Reply, error) {
	var in wireCreate
	if err := read(c, &in); err != nil {
		return provider.Reply{}, err
	}
	if err := in.check(); err != nil {
		return provider.Reply{}, err
	}
	if _, ok := charges.First(c, "reference", in.Reference); ok {
		return provider.Reply{}, errDuplicate
	}
	outcome := c.Outcome(cardOutcome(in.Card))
	if outcome == "processing_error" {
		return provider.Reply{}, errProcessing
	}
	ch := charge{
		ID:        c.Stream("charge").Hex(8) + "-" + c.Mark.String(),
		Reference: in.Reference, Amount: in.Amount, Currency: in.Currency, Notify: in.NotifyURL, Created: c.Now,
	}
	ch.Page = c.Base + "/pay/" + ch.ID
	if ch.Notify == "" {
		ch.Notify = c.Text("webhook_url")
	}
	var err error
	if ch.State, err = c.Step(&chargeStates, ch.ID, ch.State, "create"); err != nil {
		return provider.Reply{}, err
	}
	c.At(c.Now.Add(lifetime), "charge.expire", ch.ID)
	c.Opened("charge", ch.ID)
	charges.Put(c, ch)
	if outcome != "" && !c.Later {
		trigger := "approve"
		if outcome != "approved" {
			trigger = "decline"
		}
		if ch, err = decide(c.Tx, ch.ID, trigger, outcome); err != nil {
			return provider.Reply{}, err
		}
	}
	return provider.JSON(201, ch.wire()), nil
}

func cardOutcome(card string) string {
	for _, k := range cards {
		if k.Value == card {
			return k.Outcome
		}
	}
	return ""
}

func getCharge(c *provider.Call) (provider.Reply, error) {
	ch, ok := charges.Get(c, c.Vars["id"])
	if !ok {
		return provider.Reply{}, errNotFound
	}
	return provider.JSON(200, ch.wire()), nil
}

func captureCharge(c *provider.Call) (provider.Reply, error) {
	in := wireCapture{}
	if len(c.Request.Body) > 0 {
		if err := read(c, &in); err != nil {
			return provider.Reply{}, err
		}
	}
	ch, ok := charges.Get(c, c.Vars["id"])
	if !ok {
		return provider.Reply{}, errNotFound
	}
	if c.Outcome("") == "processing_error" {
		return provider.Reply{}, errProcessing
	}
	rest := ch.Amount - ch.Captured
	if in.Amount == 0 {
		in.Amount = rest
	}
	if in.Amount < 0 {
		return provider.Reply{}, errInvalid
	}
	to := paid
	if in.Amount == rest {
		to = captured
	}
	var err error
	if ch.State, err = c.Step(&chargeStates, ch.ID, ch.State, "capture", to); err != nil {
		return provider.Reply{}, err
	}
	if in.Amount > rest {
		return provider.Reply{}, errAmount
	}
	ch.Captured += in.Amount
	charges.Put(c, ch)
	c.Moved(provider.Movement{Kind: "captured", Payment: ch.ID, Reference: ch.Reference, Amount: in.Amount, Currency: ch.Currency})
	tell(c.Tx, "charge.captured", ch)
	return provider.JSON(200, ch.wire()), nil
}

// decide is what the payer, the bank or time does to a charge that waits.
func decide(tx *provider.Tx, id, trigger, reason string) (charge, error) {
	ch, ok := charges.Get(tx, id)
	if !ok {
		return ch, &provider.UnknownPaymentError{ID: id}
	}
	var err error
	if ch.State, err = tx.Step(&chargeStates, id, ch.State, trigger); err != nil {
		return ch, err
	}
	if ch.State == declined {
		ch.Reason = reason
	}
	charges.Put(tx, ch)
	if ch.State == paid {
		tx.Moved(provider.Movement{Kind: "authorized", Payment: ch.ID, Reference: ch.Reference, Amount: ch.Amount, Currency: ch.Currency})
		tell(tx, "charge.paid", ch)
	}
	return ch, nil
}

func doing(trigger string) func(tx *provider.Tx, id, outcome string) error {
	return func(tx *provider.Tx, id, outcome string) error {
		_, err := decide(tx, id, trigger, outcome)
		return err
	}
}

var actions = []provider.Action{
	{Name: "approve", Means: "the payer agrees", Evidence: ours, Do: doing("approve")},
	{Name: "decline", Means: "the bank refuses", Outcomes: []string{"insufficient_funds"}, Evidence: ours, Do: doing("decline")},
	{Name: "expire", Means: "the time is over", Evidence: ours, Do: doing("expire")},
}

var timers = []provider.Timer{
	{Name: "charge.expire", When: "15 minutes after it was created", Evidence: ours, Fire: func(tx *provider.Tx, id string) error {
		if ch, ok := charges.Get(tx, id); !ok || !chargeStates.Can(ch.State, "expire") {
			return nil
		}
		_, err := decide(tx, id, "expire", "")
		return err
	}},
}

func payments(tx *provider.Tx) []provider.Payment {
	var out []provider.Payment
	for _, ch := range charges.All(tx) {
		p := provider.Payment{
			ID: ch.ID, Kind: "charge", Reference: ch.Reference, Amount: ch.Amount, Captured: ch.Captured, Currency: ch.Currency,
			State: string(ch.State), Page: ch.Page, Created: ch.Created, Actions: legal(ch.State),
		}
		out = append(out, p)
	}
	return out
}

func legal(s machine.State) []string {
	var out []string
	for _, a := range actions {
		if chargeStates.Can(s, a.Name) {
			out = append(out, a.Name)
		}
	}
	return out
}
