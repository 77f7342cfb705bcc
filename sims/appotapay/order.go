package appotapay

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"time"

	"paysim/internal/provider"
)

// The bounds of an order's amount.
const mostAmount = 500_000_000

var (
	paymentMethods = []string{"ATM", "CC", "EWALLET", "VA", "MM", "ISTM", "ALL"}
	orderActions   = []string{"PAY", "PAY_WITH_RETURN_TOKEN", "PAY_WITH_TOKEN"}
)

// banks are the bank codes of each method; ALL knows them all.
var banks = map[string][]string{
	"ATM": {
		"VCB", "TECHCOMBANK", "TPBANK", "VIETINBANK", "VIB", "VIETBANK", "HDBANK", "MB", "VIETABANK", "MARITIMEBANK", "EXIMBANK", "SHB", "VPBANK", "ABBANK",
		"SACOMBANK", "NAMA", "OCEANBANK", "BIDV", "SEABANK", "BACA", "NCB", "AGRIBANK", "SAIGONBANK", "PVBANK", "ACB", "LPB", "BVBANK", "OCB", "KIENLONGBANK",
		"VRB", "PBVN", "PGBANK", "GPBANK", "SCB", "WOORIBANK", "VIETCAPITALBANK", "UOB", "IVB", "SHINHANBANK",
	},
	"CC":      {"VISA", "MASTERCARD", "JCB"},
	"EWALLET": {"APPOTA", "SHOPEEPAY", "VNPTWALLET", "ZALOPAY"},
	"VA":      {"WOORIBANK", "VIETCAPITALBANK"},
	"MM":      {"VINAPHONE"},
	"ISTM":    {"BAOKIM"},
}

func createOrder(c *provider.Call) (provider.Reply, error) {
	f, err := readForm(c)
	if err != nil {
		return provider.Reply{}, err
	}
	o := f.order()
	o.Created, o.Updated, o.Lang = c.Now, c.Now, language(c)
	if err := firstOf(orderForm(f), o.check(c)); err != nil {
		return provider.Reply{}, err
	}
	outcome := c.Outcome("")
	if err := refused(outcome); err != nil {
		return provider.Reply{}, err
	}
	for taken := true; taken; _, taken = orders.Get(c, o.ID) {
		o.ID = accountID(c.Stream("order"), c.Now)
	}
	if o.Action == "PAY_WITH_RETURN_TOKEN" {
		o.Token = "23" + c.Stream("order token").Text(14, digits)
	}
	o.Expires = c.Now.Add(time.Duration(c.Number("order_minutes")) * time.Minute)
	o.Page = orderPageURL(c, o)
	if o.State, err = c.Step(&orderStates, o.ID, o.State, "create"); err != nil {
		return provider.Reply{}, err
	}
	orders.Put(c, o)
	c.Cites(errPending)
	if o, err = orderEnd(c, o, outcome); err != nil {
		return provider.Reply{}, err
	}
	out := o.wire(c.Tenant, language(c))
	out.Payment = &wirePayment{URL: o.Page, QRCode: o.qr()}
	return reply(out)
}

// order reads the body in the document's order.
func (f form) order() order {
	t, _ := f.object("transaction", true)
	amount := t.amount("amount", false)
	t.currency()
	o := order{
		Amount: amount, Bank: t.optional("bankCode", 0, 40),
		Method: t.oneOf("paymentMethod", paymentMethods...), Action: t.oneOf("action", orderActions...),
	}
	if o.Action == "PAY_WITH_TOKEN" {
		t.text("token", 1, 32)
	}
	p, _ := f.object("partnerReference", true)
	m, _ := p.object("order", true)
	o.Reference, o.Info, o.ExtraData = m.text("id", 1, 50), m.text("info", 1, 150), m.optional("extraData", 0, 200)
	n, _ := p.object("notificationConfig", true)
	o.NotifyURL, o.ReturnURL = n.link("notifyUrl", 500), n.link("redirectUrl", 500)
	n.optional("deeplinkUrl", 0, 500)
	n.optional("installmentNotifyUrl", 0, 500)
	return o
}

// orderForm is form.err with the gateway's own code for amounts.
func orderForm(f form) error {
	if f.wrong.amount && len(f.wrong.fields) == 0 {
		return errOrderAmount
	}
	return f.err()
}

func (o order) check(c *provider.Call) error {
	if o.Amount < leastAmount || o.Amount > mostAmount {
		return errOrderAmount
	}
	if !slices.Contains(c.Texts("payment_methods"), o.Method) {
		return errOrderMethod
	}
	if o.Bank != "" && o.Method != "ALL" && !slices.Contains(banks[o.Method], o.Bank) {
		return errOrderBank
	}
	if _, ok := orders.First(c, "reference", o.Reference); ok {
		return errOrderExists
	}
	return nil
}

// orderEnd lets the order wait for its payer, unless the outcome knows better.
func orderEnd(c *provider.Call, o order, outcome string) (order, error) {
	switch {
	case c.Later || outcome == "":
		c.Opened("order", o.ID)
		c.At(o.Expires, "order.expire", o.ID)
		return o, nil
	case outcome == "approved":
		return pay(c.Tx, o, "approve", "")
	case outcome == "processing":
		c.Opened("order", o.ID)
		return pay(c.Tx, o, "process", "")
	}
	return pay(c.Tx, o, "decline", outcome)
}

// pay is what the payer, the bank or time does to an order.
func pay(tx *provider.Tx, o order, trigger, outcome string) (order, error) {
	var err error
	if o.State, err = tx.Step(&orderStates, o.ID, o.State, trigger); err != nil {
		return o, err
	}
	o.Updated = tx.Now
	if o.State == statusError {
		row := declinedWith(outcome)
		switch {
		case trigger == "cancel":
			row = errCancelled
		case trigger == "expire":
			row = errOrderTooLate
		case row == nil:
			row = errFailed
		}
		tx.Cites(row)
		o.Refusal = row.Name
	}
	orders.Put(tx, o)
	if o.State == statusSuccess {
		tx.Moved(o.movement("captured", o.Amount))
		tell(tx, o)
	}
	return o, nil
}

func (o order) movement(kind string, amount int64) provider.Movement {
	return provider.Movement{Kind: kind, Payment: o.ID, Reference: o.Reference, Amount: amount, Currency: currency}
}

// orderPageURL is the hosted page's address. tran is a query string in base64, as
// recorded ones are, and holds the tenant's mark besides.
func orderPageURL(c *provider.Call, o order) string {
	values := "tid=" + o.ID + "&orderId=" + url.QueryEscape(o.Reference) + "&ts=" + strconv.FormatInt(o.Created.Unix(), 10) + "&m=" + c.Mark.String()
	tran := base64.RawURLEncoding.EncodeToString([]byte(values))
	return c.Base + "/v2/bank/payment/process?tran=" + tran + "&sign=" + pageSignature(c.Tenant, tran) + "&lang=" + o.Lang
}

// qrMethods are those that a payer scans for.
var qrMethods = []string{"EWALLET", "VA"}

// qr is the code of an order that is paid by scanning: an image's address, and
// what it holds, which is the page.
func (o order) qr() *wireQR {
	if !slices.Contains(qrMethods, o.Method) {
		return nil
	}
	return &wireQR{URL: o.Page + "&image=qr", Content: o.Page, Expiry: stamp(o.Expires)}
}

// getOrder takes its parameters from the query, as the page says, or from a body,
// as the published collection and some clients send them.
func getOrder(c *provider.Call) (provider.Reply, error) {
	f, err := readParameters(c, "referenceId", "type")
	if err != nil {
		return provider.Reply{}, err
	}
	id, byMerchant := f.text("referenceId", 1, 50), f.orderReference()
	if err := f.err(); err != nil {
		return provider.Reply{}, err
	}
	o, err := referred(c, orders, id, byMerchant, errOrderNotFound)
	if err != nil {
		return provider.Reply{}, err
	}
	c.Cites(o.outcome())
	return reply(o.wire(c.Tenant, language(c)))
}

// orderReference is what the gateway's pages call referenceType.
func (f form) orderReference() bool {
	return f.referenceType("type", "TRANSACTION_ID", "PARTNER_ORDER_ID")
}

func expireOrder(tx *provider.Tx, id string) error {
	o, ok := orders.Get(tx, id)
	if !ok || !orderStates.Can(o.State, "expire") {
		return nil
	}
	_, err := pay(tx, o, "expire", "")
	return err
}
