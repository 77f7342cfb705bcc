package appotapay

import (
	"time"

	"paysim/internal/machine"
	"paysim/internal/provider"
)

func refundOrder(c *provider.Call) (provider.Reply, error) {
	f, err := readForm(c)
	if err != nil {
		return provider.Reply{}, err
	}
	r := orderRefund{
		Reference: f.text("partnerRefId", 1, 50), OrderID: f.text("transactionId", 1, 50),
		Amount: f.integer("amount", leastAmount), Created: c.Now,
	}
	f.currency()
	r.Reason = f.text("reason", 1, 100)
	if err := f.err(); err != nil {
		return provider.Reply{}, err
	}
	if _, ok := orderRefunds.First(c, "reference", r.Reference); ok {
		return provider.Reply{}, errOrderRefundDup
	}
	o, ok := orders.Get(c, r.OrderID)
	if !ok {
		return provider.Reply{}, errOrderNotFound
	}
	outcome := c.Outcome("")
	if err := refused(outcome); err != nil {
		return provider.Reply{}, err
	}
	if o, err = r.allowed(c, o); err != nil {
		return provider.Reply{}, err
	}
	r.ID = c.Stream("order refund").UUID(c.Mark).String()
	if r.State, err = c.Step(&orderRefundStates, r.ID, r.State, "create", orderRefundEnd(o, outcome)); err != nil {
		return provider.Reply{}, err
	}
	switch r.State {
	case statusSuccess:
		r.Done = c.Now
		o.Refunded += r.Amount
		c.Moved(o.movement("refunded", r.Amount))
	case statusPending, statusProcessing:
		c.At(c.Now.Add(settleTime), "order_refund.settle", r.ID)
	}
	orders.Put(c, o)
	orderRefunds.Put(c, r)
	return reply(r.wire(time.Time{})) // the sample's refundedAt is empty here and filled on inquiry
}

// allowed is the step that a refund takes, if the order allows it.
func (r orderRefund) allowed(c *provider.Call, o order) (order, error) {
	var err error
	if o.State, err = c.Step(&orderStates, o.ID, o.State, "refund"); err != nil {
		return o, err
	}
	for _, other := range orderRefunds.Where(c, "order", o.ID) {
		if orderRefundStates.Can(other.State, "settle") {
			return o, errOrderRefundWait
		}
	}
	switch {
	case o.Refunded == o.Amount:
		return o, errOrderNoRefund
	case o.Refunded+r.Amount > o.Amount:
		return o, errOrderAmount
	}
	o.Updated = c.Now
	return o, nil
}

// orderRefundEnd is the state that a refund goes to: what a virtual account
// received is paid back by hand.
func orderRefundEnd(o order, outcome string) machine.State {
	switch {
	case outcome == "processing":
		return statusProcessing
	case outcome == "refund_failed":
		return statusError
	case o.Method == "VA":
		return statusPending
	}
	return statusSuccess
}

// getOrderRefund takes the type from the query, as the page says, or from a body,
// as the published collection sends it.
func getOrderRefund(c *provider.Call) (provider.Reply, error) {
	f, err := readParameters(c, "type")
	if err != nil {
		return provider.Reply{}, err
	}
	byMerchant := f.orderReference()
	if err := f.err(); err != nil {
		return provider.Reply{}, err
	}
	r, err := referred(c, orderRefunds, c.Vars["refundRefId"], byMerchant, errOrderNotFound)
	if err != nil {
		return provider.Reply{}, err
	}
	return reply(r.wire(r.Done))
}

func settleOrderRefund(tx *provider.Tx, id string) error {
	r, ok := orderRefunds.Get(tx, id)
	if !ok {
		return nil
	}
	var err error
	if r.State, err = tx.Step(&orderRefundStates, r.ID, r.State, "settle"); err != nil {
		return err
	}
	r.Done = tx.Now
	orderRefunds.Put(tx, r)
	if o, ok := orders.Get(tx, r.OrderID); ok {
		o.Refunded += r.Amount
		orders.Put(tx, o)
		tx.Moved(o.movement("refunded", r.Amount))
	}
	return nil
}
