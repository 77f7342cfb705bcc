package citcon

import (
	"paysim/internal/machine"
	"paysim/internal/provider"
)

// getTransaction reads by id or, as Citcon's Android client asks, by reference
// with ?type=reference. A cancellation has no id of its own: its reference
// leads to the charge.
func getTransaction(c *provider.Call) (provider.Reply, error) {
	if err := trouble(c.Outcome("")); err != nil {
		return provider.Reply{}, err
	}
	id := c.Vars["id"]
	if c.Request.Query().Get("type") == "reference" {
		r, ok := references.Get(c, id)
		if !ok {
			return provider.Reply{}, errNotFound.Because("no transaction has this reference")
		}
		id = r.ID
	}
	if ch, ok := charges.Get(c, id); ok {
		return success(ch.inquiry(c.Tx)), nil
	}
	if k, ok := captures.Get(c, id); ok {
		ch, _ := charges.Get(c, k.Charge)
		return success(k.wire(ch)), nil
	}
	if r, ok := refunds.Get(c, id); ok {
		ch, _ := charges.Get(c, r.Charge)
		return success(r.wire(ch)), nil
	}
	return provider.Reply{}, errNotFound.Because("no transaction has this id; a reference needs ?type=reference")
}

func (ch charge) inquiry(tx *provider.Tx) wireInquiry {
	w := wireInquiry{
		ID: ch.ID, Object: "charge", Amount: ch.Amount, Currency: ch.Currency, Status: ch.status(),
		TimeCanceled: when(ch.Canceled), Expiry: when(ch.Expires), TimeCreated: ch.Created.Unix(), TimeCaptured: when(ch.CapturedAt),
		Country: orNull(ch.Country), Reference: ch.Reference, AmountCaptured: whenAny(ch.Captured), AmountRefunded: whenAny(ch.Refunded),
		AuthorizedRemaining: nullNumber, AutoCapture: ch.capturesItself(), Payment: wireInquiryPayment{Method: ch.Method}, Exchange: noExchange,
		Captures: wireList{Data: []wirePart{}}, Refunds: wireList{Data: []wirePart{}}, Chargebacks: wireList{Data: []wirePart{}},
	}
	switch {
	case ch.State == authorized:
		w.AuthorizedRemaining = there(ch.Amount - ch.Captured)
	case !ch.Authorized.IsZero() || ch.Captured > 0:
		w.AuthorizedRemaining = there(0)
	}
	for _, k := range captures.Where(tx, "charge", ch.ID) {
		w.Captures.Data = append(w.Captures.Data, part("capture", k.ID, k.Reference, ch.Currency, k.Amount, k.State, k.Created.Unix()))
	}
	for _, r := range refunds.Where(tx, "charge", ch.ID) {
		w.Refunds.Data = append(w.Refunds.Data, part("refund", r.ID, r.Reference, ch.Currency, r.Amount, r.State, r.Created.Unix()))
	}
	for _, b := range chargebacks.Where(tx, "charge", ch.ID) {
		p := part("chargeback", b.ID, "", ch.Currency, b.Amount, b.State, b.Created.Unix())
		p.Status = caseWords[b.State]
		w.Chargebacks.Data = append(w.Chargebacks.Data, p)
	}
	return w
}

func part(object, id, reference, currency string, amount int64, s machine.State, created int64) wirePart {
	return wirePart{ID: id, Object: object, Reference: reference, Amount: amount, Currency: currency, Status: string(s), TimeCreated: created}
}
