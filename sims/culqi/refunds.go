package culqi

import (
	"time"

	"paysim/internal/provider"
)

// refundable is how long a charge can be given back.
const refundable = 360 * 24 * time.Hour

const reasonExpiry = "expiry"

// reasons are what Culqi makes of a refund's reason.
var reasons = map[string]string{
	"solicitud_comprador": "Devolución solicitada por el comercio",
	"duplicado":           "Operación duplicada",
	"fraudulento":         "Operación fraudulenta",
	reasonExpiry:          "Expiración de autorización",
}

func createRefund(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	id := in.text("charge_id", 1, 40)
	reason := in.oneOf("reason", "solicitud_comprador", "duplicado", "fraudulento")
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	amount := in.number("amount", 1, 1<<40)
	if in.err != nil {
		return provider.Reply{}, errRefundAmount
	}
	ch, ok := charges.Get(c, id)
	if !ok || hidden(ch.State) {
		return provider.Reply{}, errRefundCharge
	}
	if err := ch.refundable(c.Now, amount); err != nil {
		return provider.Reply{}, err
	}
	metadata := in.metadata()
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	if c.Outcome("") == refundRejected {
		return provider.Reply{}, errRefundRejected
	}
	r, err := refund(c.Tx, ch, refundRow{Charge: id, Amount: amount, Reason: reason, Metadata: metadata})
	if err != nil {
		return provider.Reply{}, err
	}
	return reply(201, r.wire(c.Tx)), tell(c.Tx, "refund.creation.succeeded", r.Charge, eventRefund(r))
}

func (ch chargeRow) refundable(now time.Time, amount int64) error {
	switch {
	case ch.State == chargeRefunded:
		return errRefundDone
	case ch.State == chargeDisputed:
		return errRefundDispute
	case ch.State != chargeAuthorized && ch.State != chargeCaptured:
		return errRefundDeclined
	case now.Sub(ch.Created) > refundable:
		return errRefundTime
	case amount > ch.Amount-ch.Refunded:
		return errRefundTooMuch
	}
	return nil
}

// refund gives back a part of a charge, or all that is left.
func refund(tx *provider.Tx, ch chargeRow, r refundRow) (refundRow, error) {
	to := ch.State
	if ch.Refunded+r.Amount == ch.Amount {
		to = chargeRefunded
	}
	kind := "refunded"
	if ch.State == chargeAuthorized {
		kind = "released"
		ch.Released += r.Amount
	}
	var err error
	if ch.State, err = tx.Step(&chargeStates, ch.ID, ch.State, "refund", to); err != nil {
		return r, err
	}
	ch.Refunded += r.Amount
	charges.Put(tx, ch)
	tx.Moved(ch.moved(kind, r.Amount))
	return keepRefund(tx, r), nil
}

func keepRefund(tx *provider.Tx, r refundRow) refundRow {
	s := tx.Stream("refund")
	r.ID, r.Serial, r.Created = "ref_test_"+s.Text(16, alphanumeric), s.Tick(840_000), tx.Now.Truncate(time.Second)
	refunds.Put(tx, r)
	return r
}

func refundOf(c *provider.Call) (refundRow, error) {
	r, ok := refunds.Get(c, c.Vars["id"])
	if !ok {
		return r, missing(errNotFound, "la devolución", c.Vars["id"])
	}
	return r, nil
}

var getRefund = one(refundOf, func(c *provider.Call, r refundRow) any { return r.wire(c.Tx) })

func listRefunds(c *provider.Call) (provider.Reply, error) {
	return list(c, listing[refundRow]{
		path: "/v2/refunds", rows: newest(refunds.All(c), func(refundRow) bool { return true }), id: func(r refundRow) string { return r.ID }, uncounted: true,
		facts: func(r refundRow) facts {
			return facts{
				texts: map[string]string{"reason": r.Reason, "status": refundStatus, "charge_id": r.Charge}, numbers: map[string]int64{"amount": r.Amount},
				dates: map[string]time.Time{"creation_date": r.Created, "modification_date": r.Created}, metadata: r.Metadata,
			}
		},
		wire: func(r refundRow) any { return r.wire(c.Tx) },
	})
}

func updateRefund(c *provider.Call) (provider.Reply, error) {
	r, err := refundOf(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if _, err := patched(c, &r.Metadata); err != nil {
		return provider.Reply{}, err
	}
	refunds.Put(c, r)
	return reply(200, r.wire(c.Tx)), tell(c.Tx, "refund.update.succeeded", r.Charge, eventRefund(r))
}

// refundStatus is that of every refund: none is left pending here.
const refundStatus = "completado"

func (r refundRow) wire(tx *provider.Tx) wireRefund {
	out := wireRefund{Object: "refund", ID: r.ID, Charge: r.Charge, Created: whole(r.Created), Amount: r.Amount, Reason: reasons[r.Reason], Metadata: orEmpty(r.Metadata)}
	if tx.Flag("current_shapes") {
		out.Status, out.Modified = refundStatus, whole(r.Created)
	}
	return out
}
