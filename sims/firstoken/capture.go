package firstoken

import "paysim/internal/provider"

// capturePayment takes what was authorized, or less; once.
func capturePayment(c *provider.Call) (provider.Reply, error) {
	body, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	t := transaction{Kind: captureOf}
	_, t.Reference = about(body, captureOf)
	info := body.member("capture_info").object(true)
	t.Amount, t.Currency = amounts(info, true, false, true)
	installments(info)
	info.only("amount_details", "installments")
	device(c, body, false)
	body.only("transaction_info", "capture_info", "device_info")
	if body.r.err != nil {
		return provider.Reply{}, body.r.err
	}
	parent, err := lookUp(c.Tx, c.Vars["id"], authorization)
	if err != nil {
		return provider.Reply{}, err
	}
	switch {
	case !authorizationStates.Can(parent.State, capture):
		return provider.Reply{}, errNotCapturable
	case t.Currency != parent.Currency:
		return provider.Reply{}, errCurrency
	case exact(t.Amount).Cmp(exact(parent.Amount)) > 0:
		return provider.Reply{}, errAmount
	}
	t.Parent, t.ReconciliationID = parent.ID, parent.RequestID
	if t, err = book(c, t, pending); err != nil {
		return provider.Reply{}, err
	}
	if t.State == declined {
		return answer(t), nil
	}
	if parent.State, err = c.Step(&authorizationStates, parent.ID, parent.State, capture); err != nil {
		return provider.Reply{}, err
	}
	transactions.Put(c, parent)
	return answer(t), nil
}

func voidCapture(c *provider.Call) (provider.Reply, error) {
	_, reference, err := readVoid(c, captureVoid)
	if err != nil {
		return provider.Reply{}, err
	}
	t, err := lookUp(c.Tx, c.Vars["id"], captureOf)
	if err != nil {
		return provider.Reply{}, err
	}
	if len(live(c.Tx, t.ID, captureRefund)) > 0 {
		return provider.Reply{}, errNotVoidable.Because("a part was refunded")
	}
	return takeBack(c, t, captureVoid, reference)
}
