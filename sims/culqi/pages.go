package culqi

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"
	"net/url"

	"paysim/internal/machine"
	"paysim/internal/money"
	"paysim/internal/page"
	"paysim/internal/provider"
)

//go:embed pages/culqi.js
var checkoutScript []byte

//go:embed pages/3ds.js
var authenticationScript []byte

// viewScript serves the stand-in for the browser library. It is one file: the
// checkout and, after it, 3-D Secure.
func viewScript(*provider.Call) (provider.Reply, error) {
	return javascript(append(append([]byte{}, checkoutScript...), authenticationScript...)), nil
}

// viewAuthenticationScript serves 3-D Secure alone, as 3ds.culqi.com does at its root.
func viewAuthenticationScript(*provider.Call) (provider.Reply, error) {
	return javascript(authenticationScript), nil
}

func javascript(text []byte) provider.Reply {
	return provider.Reply{Status: 200, Body: text, Header: http.Header{
		"Content-Type": {"text/javascript; charset=utf-8"}, "Cache-Control": {"no-store"}, "Access-Control-Allow-Origin": {"*"}, "X-Content-Type-Options": {"nosniff"},
	}}
}

// preflight lets a browser call from any page, as Culqi's API does.
func preflight(c *provider.Call) (provider.Reply, error) {
	headers := c.Request.Header.Get("Access-Control-Request-Headers")
	if headers == "" {
		headers = "Authorization, Content-Type"
	}
	return provider.Reply{Status: 204, Header: http.Header{
		"Access-Control-Allow-Origin": {"*"}, "Access-Control-Allow-Methods": {"GET, POST, PATCH, DELETE, OPTIONS"},
		"Access-Control-Allow-Headers": {headers}, "Access-Control-Max-Age": {"600"},
	}}, nil
}

func viewOrder(c *provider.Call) (provider.Reply, error) {
	o, err := orderNamed(c, c.Vars["order"])
	if err != nil {
		return provider.Reply{}, err
	}
	if c.Request.Query().Has("qr") || page.WantsImage(c.Request.Header.Get("Accept")) {
		return codeImage(o)
	}
	return show(c, o.view(c)), nil
}

func codeImage(o orderRow) (provider.Reply, error) {
	png, err := page.QRPNG(o.Page, 300)
	if err != nil {
		return provider.Reply{}, errNotFound.Because("no code can be drawn: %v", err)
	}
	header := page.Header()
	header.Set("Content-Type", "image/png")
	return provider.Reply{Status: 200, Header: header, Body: png}, nil
}

// submitOrder takes the payer's button. What is decided stays decided, and the
// page shows the truth.
func submitOrder(c *provider.Call) (provider.Reply, error) {
	o, err := orderNamed(c, c.Vars["order"])
	if err != nil {
		return provider.Reply{}, err
	}
	action, err := pressed(c, "approve", "expire", "abandon")
	if err != nil {
		return provider.Reply{}, err
	}
	if orderStates.Can(o.State, action) {
		if o, err = payOrder(c.Tx, o.ID, action); err != nil {
			return provider.Reply{}, err
		}
	}
	return show(c, o.view(c)), nil
}

// pressed is the button of a form, if it is one of the allowed.
func pressed(c *provider.Call, allowed ...string) (string, error) {
	form, err := url.ParseQuery(string(c.Request.Body))
	if err != nil {
		return "", errPath.Because("the form does not decode")
	}
	action, _ := page.ParseChoice(form.Get("action"))
	for _, a := range allowed {
		if action == a {
			return action, nil
		}
	}
	return "", errPath.Because("no such button")
}

var orderKinds = map[machine.State]page.StateKind{
	orderCreated: page.Neutral, orderPending: page.Open, orderPaid: page.Good, orderExpired: page.Neutral,
}

func (o orderRow) view(c *provider.Call) page.View {
	lang := language(c)
	w := say(lang)
	v := page.View{
		Lang: lang, Title: w.order, ProviderTitle: "Culqi", Accent: page.Teal, Merchant: c.Tenant, Reference: o.Number, Method: "PagoEfectivo",
		Amount: money.Amount{Minor: o.Amount, Currency: o.Currency}.String(), State: string(o.State), StateText: w.states[o.State], StateKind: orderKinds[o.State],
		Message: w.messages[o.State], Now: c.Now, ClockStopped: c.Frozen, FormAction: o.Page,
	}
	if v.StateKind != page.Open {
		v.Title = w.yours
	}
	if o.Code != "" {
		v.Fields = []page.Field{{Name: "payment_code", Label: w.code, Value: o.Code}}
	}
	if o.State == orderPending {
		v.QR = o.Page
		if o.Expires <= endOfTime {
			v.Expires = unix(o.Expires)
		}
		v.Choices = []page.Choice{{Action: "approve", Label: w.pay, Kind: page.Primary, LeadsTo: string(orderPaid)}}
		v.Outcomes = []page.Choice{
			{Action: "expire", Label: w.expire, LeadsTo: string(orderExpired)},
			{Action: "abandon", Label: w.abandon, LeadsTo: string(orderPending)},
		}
	}
	return v
}

// show answers as a page, or as JSON for programs, which may be scripts of any page.
func show(c *provider.Call, v page.View) provider.Reply {
	header := page.Header()
	if page.WantsJSON(c.Request.Header.Get("Accept")) {
		header.Set("Content-Type", "application/json; charset=utf-8")
		return provider.Reply{Status: 200, Header: header, Body: v.JSON()}
	}
	return provider.Reply{Status: 200, Header: header, Body: v.HTML()}
}

func viewAuthentication(c *provider.Call) (provider.Reply, error) {
	ch, ok := challenged(c)
	if !ok {
		return provider.Reply{}, missing(errNotFound, "la autenticación", c.Vars["token"])
	}
	return show(c, ch.view(c)), nil
}

func submitAuthentication(c *provider.Call) (provider.Reply, error) {
	ch, ok := challenged(c)
	if !ok {
		return provider.Reply{}, missing(errNotFound, "la autenticación", c.Vars["token"])
	}
	action, err := pressed(c, "approve", "decline", "expire", "abandon")
	if err != nil {
		return provider.Reply{}, err
	}
	if ch.State == chargeReview && action != "abandon" {
		if err := decideReview(c.Tx, ch.ID, action); err != nil {
			return provider.Reply{}, err
		}
		ch, _ = charges.Get(c, ch.ID)
	}
	return show(c, ch.view(c)), nil
}

// challenged finds the charge whose authentication the page is about: the
// newest of that token.
func challenged(c *provider.Call) (chargeRow, bool) {
	all := charges.Where(c, "token", c.Vars["token"])
	if len(all) == 0 {
		return chargeRow{}, false
	}
	return all[len(all)-1], true
}

var authenticationKinds = map[machine.State]page.StateKind{
	chargeReview: page.Open, chargeAuthenticated: page.Good, chargeUnauthenticated: page.Bad, chargeAbandoned: page.Neutral,
}

func (ch chargeRow) view(c *provider.Call) page.View {
	lang := language(c)
	w := say(lang)
	shown := ch.State
	if _, ok := authenticationKinds[shown]; !ok {
		shown = chargeAuthenticated // the charge came after it
	}
	t, _ := tokens.Get(c, ch.Token)
	flow := t.Flow
	if flow == "" {
		flow = flowChallenge
	}
	v := page.View{
		Lang: lang, Title: w.identity, ProviderTitle: "Culqi 3DS", Accent: page.Teal, Merchant: c.Tenant, Reference: ch.reference(), Method: t.Masked,
		Amount: money.Amount{Minor: ch.Amount, Currency: ch.Currency}.String(), State: string(ch.State), StateText: w.states[shown], StateKind: authenticationKinds[shown],
		Message: w.messages[shown], Fields: []page.Field{{Name: "flow", Label: "3-D Secure", Value: flow}}, Now: c.Now, ClockStopped: c.Frozen, FormAction: c.Base + c.Request.Path,
	}
	if c.Request.RawQuery != "" {
		v.FormAction += "?" + c.Request.RawQuery
	}
	switch ch.State {
	case chargeReview:
		v.Expires = ch.Created.Add(tokenLife)
		v.Choices = []page.Choice{
			{Action: "approve", Label: w.authenticate, Kind: page.Primary, LeadsTo: string(chargeAuthenticated)},
			{Action: "decline", Label: w.reject, Kind: page.Danger, LeadsTo: string(chargeUnauthenticated)},
		}
		v.Outcomes = []page.Choice{
			{Action: "expire", Label: w.expire, LeadsTo: string(chargeAbandoned)},
			{Action: "abandon", Label: w.abandon, LeadsTo: string(chargeReview)},
		}
	case chargeAuthenticated:
		v.Fields = append(v.Fields, ch.proof()...)
	}
	return v
}

// proof is what the library hands to the merchant's page as parameters3DS.
func (ch chargeRow) proof() []page.Field {
	sum := sha256.Sum256([]byte("3-D Secure of " + ch.ID))
	text := base64.StdEncoding.EncodeToString
	return []page.Field{
		{Name: "eci", Label: "ECI", Value: "05"},
		{Name: "xid", Label: "XID", Value: text(sum[:20])},
		{Name: "cavv", Label: "CAVV", Value: text(sum[12:])},
		{Name: "protocolVersion", Label: "Versión", Value: "2.2.0"},
		{Name: "directoryServerTransactionId", Label: "Transacción", Value: text(sum[4:20])},
	}
}
