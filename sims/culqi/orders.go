package culqi

import (
	"math"
	"time"

	"paysim/internal/provider"
)

// endOfTime is the last second that a date can show: clients that send
// milliseconds mean the year 50000, and such an order never expires.
const endOfTime = 253402300799

func createOrder(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	o := orderRow{
		Amount: in.number("amount", 600, maxAmount), Currency: in.currency("currency_code"), Description: in.text("description", 5, 80), Number: in.text("order_number", 1, 36),
		Expires: in.number("expiration_date", 1, math.MaxInt64), Metadata: in.metadata(),
	}
	who := in.object("client_details")
	if who == nil {
		in.fail("client_details")
		who = &input{}
	}
	o.First, o.Last, o.Email, o.Phone = who.text("first_name", 1, 50), who.text("last_name", 1, 50), who.email("email"), who.text("phone_number", 5, 15)
	confirmed := in.flag("confirm", true)
	if in.err == nil {
		in.err = who.err
	}
	if in.err == nil && o.Expires <= c.Now.Unix() {
		in.fail("expiration_date")
	}
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	if _, taken := orders.First(c, "number", o.Number); taken {
		return provider.Reply{}, errOrderNumber
	}
	if o, err = keepOrder(c, o, confirmed); err != nil {
		return provider.Reply{}, err
	}
	return reply(201, o.wire(c.Tx)), tell(c.Tx, "order.creation.succeeded", o.ID, provider.Marshal(o.wire(c.Tx)))
}

func keepOrder(c *provider.Call, o orderRow, confirmed bool) (orderRow, error) {
	o.ID = "ord_test_" + c.Stream("order").Text(16, alphanumeric)
	o.Created, o.Updated = c.Now.Truncate(time.Second), c.Now.Unix()
	o.Page = c.Base + "/pago/" + c.Mark.String() + "/" + o.ID
	to := orderCreated
	if confirmed {
		to = orderPending
	}
	var err error
	if o.State, err = c.Step(&orderStates, o.ID, o.State, "create", to); err != nil {
		return o, err
	}
	o.expireLater(c.Tx)
	if !confirmed {
		orders.Put(c, o)
		return o, nil
	}
	return open(c, o)
}

func (o orderRow) expireLater(tx *provider.Tx) {
	if o.Expires <= endOfTime {
		tx.At(unix(o.Expires), "order.expire", o.ID)
	}
}

// open gives an order what its payer needs. Told to, the payer pays at once.
func open(c *provider.Call, o orderRow) (orderRow, error) {
	o.Code = "0" + c.Stream("payment code").Text(8, "0123456789")
	orders.Put(c, o)
	c.Opened("order", o.ID)
	if c.Outcome("") == approved && !c.Later {
		return payOrder(c.Tx, o.ID, "approve")
	}
	return o, nil
}

func orderOf(c *provider.Call) (orderRow, error) { return orderNamed(c, c.Vars["id"]) }

func orderNamed(c *provider.Call, id string) (orderRow, error) {
	o, ok := orders.Get(c, id)
	if !ok || o.State == orderDeleted {
		return o, missing(errNotFound, "la orden", id)
	}
	return o, nil
}

var getOrder = one(orderOf, func(c *provider.Call, o orderRow) any { return o.wire(c.Tx) })

// listOrders links its pages to plans: so does Culqi.
func listOrders(c *provider.Call) (provider.Reply, error) {
	return list(c, listing[orderRow]{
		path: "/v2/plans", rows: newest(orders.All(c), func(o orderRow) bool { return o.State != orderDeleted }), id: func(o orderRow) string { return o.ID },
		facts: func(o orderRow) facts {
			return facts{
				texts:   map[string]string{"state": string(o.State), "currency_code": o.Currency, "order_number": o.Number},
				numbers: map[string]int64{"amount": o.Amount}, dates: map[string]time.Time{"creation_date": o.Created}, metadata: o.Metadata,
			}
		},
		wire: func(o orderRow) any { return o.wire(c.Tx) },
	})
}

func confirmOrder(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	id, types := c.Vars["id"], in.texts("order_types")
	if id == "" { // the form that names the ways to pay
		id = in.optional("order_id", 40)
		if id == "" {
			id = in.text("id", 1, 40)
		}
	}
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	o, err := orderNamed(c, id)
	if err != nil {
		return provider.Reply{}, err
	}
	if o.State, err = c.Step(&orderStates, o.ID, o.State, "confirm"); err != nil {
		return provider.Reply{}, errOrderState
	}
	o.Types = types
	if o, err = open(c, o); err != nil {
		return provider.Reply{}, err
	}
	return reply(201, o.wire(c.Tx)), nil
}

// updateOrder takes any date, though Culqi's document wants a later one: an SDK
// of Culqi's own sends a date that has passed, and expects success.
func updateOrder(c *provider.Call) (provider.Reply, error) {
	o, err := orderOf(c)
	if err != nil {
		return provider.Reply{}, err
	}
	in, err := patched(c, &o.Metadata)
	if err != nil {
		return provider.Reply{}, err
	}
	date := in.numberOr("expiration_date", 1, math.MaxInt64, o.Expires)
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	if date != o.Expires {
		if !orderStates.Can(o.State, "expire") {
			return provider.Reply{}, errState
		}
		o.Expires = date
		o.expireLater(c.Tx)
	}
	orders.Put(c, o)
	return reply(200, o.wire(c.Tx)), nil
}

func deleteOrder(c *provider.Call) (provider.Reply, error) {
	o, err := orderOf(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if o.State, err = c.Step(&orderStates, o.ID, o.State, "delete"); err != nil {
		return provider.Reply{}, err
	}
	orders.Put(c, o)
	return provider.Reply{Status: 204}, tellOrder(c.Tx, o)
}

// payOrder is the payer at the counter, or the end of the order's time.
func payOrder(tx *provider.Tx, id, trigger string) (orderRow, error) {
	o, ok := orders.Get(tx, id)
	if !ok {
		return o, &provider.UnknownPaymentError{ID: id}
	}
	var err error
	if o.State, err = tx.Step(&orderStates, id, o.State, trigger); err != nil {
		return o, err
	}
	if o.State == orderPaid {
		o.PaidAt, o.Updated = tx.Now.Unix(), tx.Now.Unix()
		tx.Moved(provider.Movement{Kind: "authorized", Payment: id, Reference: o.Number, Amount: o.Amount, Currency: o.Currency})
		tx.Moved(provider.Movement{Kind: "captured", Payment: id, Reference: o.Number, Amount: o.Amount, Currency: o.Currency})
	}
	orders.Put(tx, o)
	return o, tellOrder(tx, o)
}

// expireOrder looks at the date again: it may have been moved.
func expireOrder(tx *provider.Tx, id string) error {
	o, ok := orders.Get(tx, id)
	if !ok || !orderStates.Can(o.State, "expire") || o.Expires > tx.Now.Unix() {
		return nil
	}
	_, err := payOrder(tx, id, "expire")
	return err
}

func tellOrder(tx *provider.Tx, o orderRow) error {
	if !tx.Flag("order_events") {
		return nil
	}
	return tell(tx, "order.status.changed", o.ID, provider.Marshal(o.wire(tx)))
}

func (o orderRow) wire(tx *provider.Tx) wireOrder {
	out := wireOrder{
		Object: "order", ID: o.ID, Amount: o.Amount, Code: textOrNull(o.Code), Currency: o.Currency, Description: o.Description, Number: o.Number, State: string(o.State),
		Created: o.Created.Unix(), Expires: o.Expires, Updated: numberOrNull(o.Updated), Paid: numberOrNull(o.PaidAt), Metadata: orEmpty(o.Metadata),
	}
	if o.State == orderPaid {
		fee, taxes := fees(o.Amount)
		out.TotalFee, out.Net = new(fee+taxes), new(o.Amount-fee-taxes)
		out.Fees = &wireFees{Fixed: &struct{}{}, Variable: &wireVariable{Currency: o.Currency, Commission: commission, Total: fee}}
	}
	if tx.Flag("current_shapes") {
		out.wireOrderLinks = &wireOrderLinks{}
		if o.Code != "" {
			out.QR, out.URL = new(o.Page+"?qr"), &o.Page
		}
	}
	return out
}

func unix(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }
