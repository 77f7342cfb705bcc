package firstoken

import (
	"time"

	"paysim/internal/provider"
)

func refundPayment(c *provider.Call) (provider.Reply, error) {
	return giveBack(c, payment, paymentRefund)
}

func refundCapture(c *provider.Call) (provider.Reply, error) {
	return giveBack(c, captureOf, captureRefund)
}

// giveBack refunds a sale or capture, in parts if need be, until 60 days after
// it was settled.
func giveBack(c *provider.Call, of, k kind) (provider.Reply, error) {
	body, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	t := transaction{Kind: k}
	_, t.Reference = about(body, k)
	info := body.member("refund_info").object(true)
	t.Amount, t.Currency = amounts(info, true, false, true)
	installments(info)
	info.only("amount_details", "installments")
	device(c, body, false)
	body.only("transaction_info", "refund_info", "device_info")
	if body.r.err != nil {
		return provider.Reply{}, body.r.err
	}
	parent, err := lookUp(c.Tx, c.Vars["id"], of)
	if err != nil {
		return provider.Reply{}, err
	}
	states := forms[of].states
	given := sum(live(c.Tx, parent.ID, k))
	switch {
	case !states.Can(parent.State, refund), tooOld(parent, c.Now):
		return provider.Reply{}, errNotRefundable
	case t.Currency != parent.Currency:
		return provider.Reply{}, errCurrency
	case given.Add(given, exact(t.Amount)).Cmp(exact(parent.Amount)) > 0:
		return provider.Reply{}, errAmount
	}
	t.Parent, t.ReconciliationID = parent.ID, parent.RequestID
	if t, err = book(c, t, pending); err != nil {
		return provider.Reply{}, err
	}
	if t.State == declined {
		return answer(t), nil
	}
	if _, err = c.Step(states, parent.ID, parent.State, refund); err != nil {
		return provider.Reply{}, err
	}
	return answer(t), nil
}

func tooOld(t transaction, now time.Time) bool {
	return !t.HandedOver.IsZero() && now.After(t.HandedOver.AddDate(0, 0, refundableForDays))
}

func voidRefund(c *provider.Call) (provider.Reply, error) {
	_, reference, err := readVoid(c, refundVoid)
	if err != nil {
		return provider.Reply{}, err
	}
	t, err := lookUp(c.Tx, c.Vars["id"], paymentRefund, captureRefund)
	if err != nil {
		return provider.Reply{}, err
	}
	return takeBack(c, t, refundVoid, reference)
}
