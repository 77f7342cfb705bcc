package citcon

import (
	"strings"
	"time"

	"paysim/internal/provider"
)

// order is what a request asks of a charge. A confirmation leaves out what
// stays as it is.
type order struct {
	reference, currency, country, locale string
	amount                               int64
	autoCapture                          *bool
	accelerated                          bool
	urls                                 *urls
	pay                                  *instrument // nil without a payment
}

// instrument is how shall be paid.
type instrument struct {
	method       method
	clients      []string
	token, nonce string
	pan          string // digits alone; it is masked before it is kept
	cardExpiry   string
	requestToken bool
	expires      time.Time // zero for never
}

// direct says that nobody has to be asked at a page.
func (p *instrument) direct() bool { return p.token != "" || p.nonce != "" || p.pan != "" }

// readOrder reads and checks the body of a charge or of a confirmation, which
// has to name less.
func readOrder(c *provider.Call, confirms bool) (order, error) {
	in, err := read(c)
	if err != nil {
		return order{}, err
	}
	t := in.object("transaction")
	o := order{
		reference: t.required("reference"), amount: t.amount("amount"),
		currency: t.form("currency", currencyForm, "three capital letters"),
		country:  t.form("country", countryForm, "two capital letters"),
		locale:   t.text("locale"),
	}
	if !confirms && o.amount == 0 && !t.has("amount") {
		t.fault("amount", "is missing")
	}
	if !confirms && o.currency == "" {
		t.fault("currency", "is missing or empty")
	}
	if t.has("auto_capture") {
		asked := t.flag("auto_capture")
		o.autoCapture = &asked
	}
	// The UAT guide shows the member at the top level, the recordings inside.
	o.accelerated = strings.EqualFold(t.text("country_accelerator"), "CN") || strings.EqualFold(in.text("country_accelerator"), "CN")
	if in.has("urls") {
		u := in.object("urls")
		o.urls = &urls{IPN: u.webAddress("ipn"), Success: u.address("success"), Fail: u.address("fail"), Mobile: u.address("mobile"), Cancel: u.address("cancel")}
	}
	if in.has("payment") {
		o.pay = readInstrument(c, in.object("payment"))
	}
	return o, in.err()
}

func readInstrument(c *provider.Call, p object) *instrument {
	i := &instrument{
		method: p.method(), token: p.text("token"), nonce: p.text("nonce"), requestToken: p.flag("request_token"), clients: p.texts("client"),
	}
	for _, name := range i.clients {
		if name != desktop && name != mobile && name != native {
			p.fault("client", "is not a list of %s, %s and %s", desktop, mobile, native)
			break
		}
	}
	if len(i.clients) == 0 {
		i.clients = []string{desktop, mobile}
	}
	i.pan, i.cardExpiry = p.card()
	i.expires = p.deadline(c)
	return i
}

// method reads the payment method's name.
func (o object) method() method {
	name := o.required("method")
	m, ok := methodOf(name)
	if name != "" && !ok {
		o.fault("method", "is no payment method that is known here")
	}
	return m
}

// card reads data, if it names a card. The date may be past: those that the
// document prints are.
func (o object) card() (pan, expiry string) {
	d := o.object("data")
	if d.text("pan") == "" {
		return "", ""
	}
	pan = strings.NewReplacer(" ", "", "-", "").Replace(d.text("pan"))
	if !panForm.MatchString(pan) {
		d.fault("pan", "is not 12 to 19 digits")
	}
	if d.form("expiry", expiryForm, "MM/YY") == "" {
		d.fault("expiry", "is missing or empty")
	}
	d.form("cvv", cvvForm, "3 or 4 digits")
	return pan, d.text("expiry")
}

// longest is the longest that a charge can be asked to wait.
const longest = 366 * 24 * time.Hour

// deadline reads timeout, which counts from now, or expiry, which is a time in
// seconds or, when it is that large, in milliseconds.
func (o object) deadline(c *provider.Call) time.Time {
	const mostSeconds = 1e11 // what is larger are milliseconds
	var at time.Time
	if n := o.count("expiry", 1e14); n > mostSeconds {
		at = time.UnixMilli(n).UTC()
	} else if n > 0 {
		at = time.Unix(n, 0).UTC()
	}
	unit := time.Second
	if c.Text("timeout_unit") == "milliseconds" {
		unit = time.Millisecond
	}
	if at.IsZero() && !o.zero("timeout") {
		if n := o.count("timeout", int64(longest/unit)); n > 0 {
			at = c.Now.Add(time.Duration(n) * unit)
		}
	}
	switch {
	case at.IsZero():
	case !at.After(c.Now):
		o.fault("expiry", "is past")
	case at.After(c.Now.Add(longest)):
		o.fault("timeout or expiry", "is more than a year away")
	}
	return at
}
