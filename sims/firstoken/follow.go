package firstoken

import (
	"time"

	"paysim/internal/provider"
)

// What refers to an earlier transaction takes or gives back a part of it, or
// voids it.

// part books a capture or refund: an amount of what it refers to, no more than
// is left of that. info is the member that says how much.
func part(c *provider.Call, k kind, trigger, info string) (provider.Reply, error) {
	t, err := readPart(c, k, info)
	if err != nil {
		return provider.Reply{}, err
	}
	parent, err := lookUp(c.Tx, c.Vars["id"], k)
	if err != nil {
		return provider.Reply{}, err
	}
	states := forms[parent.Kind].states
	taken := sum(live(c.Tx, parent.ID, k))
	switch {
	case !states.Can(parent.State, trigger), tooOld(parent, c.Now):
		return provider.Reply{}, illegal[trigger]
	case t.Currency != parent.Currency:
		return provider.Reply{}, errCurrency
	case taken.Add(taken, exact(t.Amount)).Cmp(exact(parent.Amount)) > 0:
		return provider.Reply{}, errAmount
	}
	t.Parent, t.ReconciliationID = parent.ID, parent.RequestID
	if t, err = book(c, t, pending); err != nil {
		return provider.Reply{}, err
	}
	if t.State == declined {
		return answer(t), nil
	}
	if parent.State, err = c.Step(states, parent.ID, parent.State, trigger); err != nil {
		return provider.Reply{}, err
	}
	transactions.Put(c, parent)
	return answer(t), nil
}

func readPart(c *provider.Call, k kind, info string) (transaction, error) {
	t := transaction{Kind: k}
	body, err := read(c)
	if err != nil {
		return t, err
	}
	_, t.Reference = about(body, k)
	asked := body.member(info).object(true)
	t.Amount, t.Currency = amounts(asked, true, false, true)
	installments(asked)
	asked.only("amount_details", "installments")
	device(c, body, false)
	body.only("transaction_info", info, "device_info")
	return t, body.r.err
}

// tooOld reports that 60 days have passed since t was settled. What is captured
// was never settled, and is never too old.
func tooOld(t transaction, now time.Time) bool {
	return !t.HandedOver.IsZero() && now.After(t.HandedOver.AddDate(0, 0, refundableForDays))
}

// undo voids what the processor does not have yet, with the type of one of these
// kinds. What was refunded in part stays.
func undo(c *provider.Call, kinds ...kind) (provider.Reply, error) {
	k, reference, err := readVoid(c, kinds...)
	if err != nil {
		return provider.Reply{}, err
	}
	t, err := lookUp(c.Tx, c.Vars["id"], k)
	if err != nil {
		return provider.Reply{}, err
	}
	if len(live(c.Tx, t.ID, paymentRefund, captureRefund)) > 0 {
		return provider.Reply{}, errNotVoidable.Because("a part was refunded")
	}
	return takeBack(c, t, k, void, reference)
}

func readVoid(c *provider.Call, kinds ...kind) (kind, string, error) {
	body, err := read(c)
	if err != nil {
		return "", "", err
	}
	k, reference := about(body, kinds...)
	device(c, body, false)
	body.only("transaction_info", "device_info")
	return k, reference, body.r.err
}

// takeBack ends a transaction before its time, and books and answers that as a
// transaction of its own.
func takeBack(c *provider.Call, parent transaction, k kind, trigger, reference string) (provider.Reply, error) {
	if c.Outcome("") == processingError {
		return provider.Reply{}, errProcessor
	}
	if err := end(c.Tx, parent, trigger); err != nil {
		return provider.Reply{}, err
	}
	t := identify(c.Tx, transaction{Kind: k, Parent: parent.ID, Reference: reference})
	var err error
	if t.State, err = c.Step(forms[k].states, t.ID, "", trigger); err != nil {
		return provider.Reply{}, err
	}
	transactions.Put(c, t)
	return answer(t), nil
}
