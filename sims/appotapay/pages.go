package appotapay

import (
	"crypto/hmac"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"paysim/internal/machine"
	"paysim/internal/page"
	"paysim/internal/provider"
)

// viewPage and submitPage serve both kinds of page: which one it is, the link
// says, at either path.
func viewPage(c *provider.Call) (provider.Reply, error) {
	if c.Request.Query().Has("tran") {
		return viewOrder(c)
	}
	return viewChallenge(c)
}

func submitPage(c *provider.Call) (provider.Reply, error) {
	if c.Request.Query().Has("tran") {
		return submitOrder(c)
	}
	return submitChallenge(c)
}

// challenged is the enrollment that a challenge page's link leads to.
func challenged(c *provider.Call) (enrollment, error) {
	q := c.Request.Query()
	e, ok := enrollments.Get(c, strings.ToUpper(q.Get("id")))
	if !ok {
		return e, errChargeNotFound.Because("the page's link leads to no enrollment")
	}
	if !hmac.Equal([]byte(q.Get("signature")), []byte(pageSignature(c.Tenant, e.ID))) {
		return e, errSignature.Because("the page's link is not signed by us")
	}
	return e, nil
}

// viewChallenge shows the challenge. A card without one passes through: opening
// the page collects the device's data, and the cardholder is sent back at once.
func viewChallenge(c *provider.Call) (provider.Reply, error) {
	e, err := challenged(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if e.State != enrollPending || e.Passes == "" || page.WantsJSON(c.Request.Header.Get("Accept")) {
		return showChallenge(c, e, ""), nil
	}
	if e, err = authenticated(c.Tx, e, "pass_through", machine.State(e.Passes)); err != nil {
		return provider.Reply{}, err
	}
	return redirect(http.StatusFound, e.back()), nil
}

// submitChallenge takes the button that the cardholder pressed and leads back to
// the merchant. What is decided stays so, and the page shows it.
func submitChallenge(c *provider.Call) (provider.Reply, error) {
	e, err := challenged(c)
	if err != nil {
		return provider.Reply{}, err
	}
	action, _, err := pressed(c, "approve", "decline", "cancel", "abandon", "pass_through")
	if err != nil {
		return provider.Reply{}, err
	}
	if action == "abandon" {
		return showChallenge(c, e, say(e.Lang).left), nil
	}
	// A card without a challenge can only pass through, any other cannot.
	if !enrollmentStates.Can(e.State, action) || (action == "pass_through") != (e.Passes != "") {
		return showChallenge(c, e, ""), nil
	}
	var to []machine.State
	if action == "pass_through" {
		to = []machine.State{machine.State(e.Passes)}
	}
	if e, err = authenticated(c.Tx, e, action, to...); err != nil {
		return provider.Reply{}, err
	}
	if page.WantsJSON(c.Request.Header.Get("Accept")) {
		return showChallenge(c, e, ""), nil
	}
	return redirect(http.StatusSeeOther, e.back()), nil
}

// pressed is the button of a posted form, if it is one of the page's.
func pressed(c *provider.Call, buttons ...string) (action, outcome string, err error) {
	form, err := url.ParseQuery(string(c.Request.Body))
	if err != nil {
		return "", "", errInvalidRequest.Because("the form does not decode")
	}
	action, outcome = page.ParseChoice(form.Get("action"))
	if !slices.Contains(buttons, action) {
		return "", "", errInvalid.Because("the page has no such button")
	}
	return action, outcome, nil
}

func redirect(status int, to string) provider.Reply {
	h := page.Header()
	h.Set("Location", to)
	return provider.Reply{Status: status, Header: h}
}

var challengeKinds = map[machine.State]page.StateKind{enrollPending: page.Open, cardEnrolled: page.Open, verified: page.Good, failed: page.Bad}

func showChallenge(c *provider.Call, e enrollment, message string) provider.Reply {
	w := say(e.Lang)
	v := page.View{
		Lang: e.Lang, Title: w.challenge, ProviderTitle: "AppotaPay", Accent: page.Amber,
		Merchant: c.Tenant, Amount: dong(e.Amount), Reference: e.Reference, Method: e.Card.Brand,
		Fields: []page.Field{{Name: "card", Label: w.card, Value: e.Card.Masked}, {Name: "authenticationId", Label: "authenticationId", Value: e.ID}},
		State:  string(e.State), StateText: w.states[e.State], StateKind: challengeKinds[e.State], Message: message,
		Now: c.Now, ClockStopped: c.Frozen,
	}
	switch {
	case v.StateKind != page.Open:
		v.ReturnURL = e.back()
	case e.Passes != "":
		v.Choices = []page.Choice{{Action: "pass_through", Label: w.goOn, Kind: page.Primary, LeadsTo: e.Passes}}
	default:
		v.Choices = []page.Choice{
			{Action: "approve", Label: w.pass, Kind: page.Primary, LeadsTo: string(verified)},
			{Action: "decline", Label: w.fail, Kind: page.Danger, LeadsTo: string(failed)},
			{Action: "cancel", Label: w.cancel, LeadsTo: string(failed)},
		}
		v.Outcomes = []page.Choice{{Action: "abandon", Label: w.leave, LeadsTo: string(e.State)}}
	}
	return show(c, v)
}

// paged is the order that a payment page's link leads to.
func paged(c *provider.Call) (order, error) {
	q := c.Request.Query()
	tran := q.Get("tran")
	o, ok := orders.Get(c, tranValues(tran).Get("tid"))
	if !ok {
		return o, errChargeNotFound.Because("the page's link leads to no order")
	}
	if !hmac.Equal([]byte(q.Get("sign")), []byte(pageSignature(c.Tenant, tran))) {
		return o, errSignature.Because("the page's link is not signed by us")
	}
	return o, nil
}

func viewOrder(c *provider.Call) (provider.Reply, error) {
	o, err := paged(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if c.Request.Query().Get("image") != "qr" && !page.WantsImage(c.Request.Header.Get("Accept")) {
		return showOrder(c, o, ""), nil
	}
	png, err := page.QRPNG(o.Page, 300)
	if err != nil {
		return provider.Reply{}, err
	}
	h := page.Header()
	h.Set("Content-Type", "image/png")
	return provider.Reply{Status: http.StatusOK, Header: h, Body: png}, nil
}

func submitOrder(c *provider.Call) (provider.Reply, error) {
	o, err := paged(c)
	if err != nil {
		return provider.Reply{}, err
	}
	action, outcome, err := pressed(c, "approve", "decline", "cancel", "expire", "abandon")
	if err != nil {
		return provider.Reply{}, err
	}
	if outcome != "" && !slices.Contains(orderDeclines, outcome) {
		return provider.Reply{}, errInvalid.Because("the page has no such button")
	}
	if action == "abandon" {
		return showOrder(c, o, say(o.Lang).left), nil
	}
	if !orderStates.Can(o.State, action) {
		return showOrder(c, o, ""), nil
	}
	if outcome != "" {
		c.Record.Decided("page", outcome)
	}
	if o, err = pay(c.Tx, o, action, outcome); err != nil {
		return provider.Reply{}, err
	}
	if page.WantsJSON(c.Request.Header.Get("Accept")) {
		return showOrder(c, o, ""), nil
	}
	return redirect(http.StatusSeeOther, o.back(c)), nil
}

var orderKinds = map[machine.State]page.StateKind{statusPending: page.Open, statusProcessing: page.Neutral, statusSuccess: page.Good, statusError: page.Bad}

func showOrder(c *provider.Call, o order, message string) provider.Reply {
	w := say(o.Lang)
	if o.State == statusError {
		message = wording(o.outcome(), o.Lang)
	}
	v := page.View{
		Lang: o.Lang, Title: w.pay, ProviderTitle: "AppotaPay", Accent: page.Amber,
		Merchant: c.Tenant, Amount: dong(o.Amount), Reference: o.Reference, Method: o.Method,
		Fields: []page.Field{{Name: "info", Label: w.info, Value: o.Info}, {Name: "transactionId", Label: "transactionId", Value: o.ID}},
		State:  string(o.State), StateText: w.states[o.State], StateKind: orderKinds[o.State], Message: message,
		Now: c.Now, ClockStopped: c.Frozen,
	}
	if v.StateKind != page.Open {
		v.Title, v.ReturnURL = w.yours, o.back(c)
		return show(c, v)
	}
	v.Expires = o.Expires
	if o.qr() != nil {
		v.QR = o.Page
	}
	v.Choices = []page.Choice{
		{Action: "approve", Label: w.payNow, Kind: page.Primary, LeadsTo: string(statusSuccess)},
		{Action: "cancel", Label: w.cancel, Kind: page.Danger, LeadsTo: string(statusError)},
	}
	for _, name := range orderDeclines {
		v.Outcomes = append(v.Outcomes, page.Choice{Action: "decline", Outcome: name, Label: wording(declinedWith(name), o.Lang), LeadsTo: string(statusError)})
	}
	v.Outcomes = append(v.Outcomes,
		page.Choice{Action: "expire", Label: w.expire, LeadsTo: string(statusError)},
		page.Choice{Action: "abandon", Label: w.leave, LeadsTo: string(o.State)})
	return show(c, v)
}

func show(c *provider.Call, v page.View) provider.Reply {
	h := page.Header()
	if page.WantsJSON(c.Request.Header.Get("Accept")) {
		h.Set("Content-Type", "application/json; charset=utf-8")
		return provider.Reply{Status: http.StatusOK, Header: h, Body: v.JSON()}
	}
	return provider.Reply{Status: http.StatusOK, Header: h, Body: v.HTML()}
}

// dong writes an amount as people in Vietnam do: 1.000.000 ₫.
func dong(amount int64) string {
	text := strconv.FormatInt(amount, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "." + text[i:]
	}
	return text + " ₫"
}

// words are the pages' own.
type words struct {
	challenge, pay, card, info                                   string
	pass, fail, cancel, leave, left, goOn, payNow, expire, yours string
	states                                                       map[machine.State]string
}

func say(lang string) words {
	if lang == "en" {
		return english
	}
	return viet
}

var english = words{
	challenge: "Confirm that it is you", pay: "Pay your order", card: "Card", info: "Order",
	pass: "Confirm with the right code", fail: "Enter a wrong code", cancel: "Cancel", leave: "Leave without an answer",
	left: "Nothing was decided. This page can still be answered.", goOn: "Continue", payNow: "Pay", expire: "Let the time run out", yours: "Your order",
	states: map[machine.State]string{
		enrollPending: "Waiting for you", cardEnrolled: "Waiting for you", verified: "Confirmed", failed: "Not confirmed",
		notEnrolled: "No confirmation needed", checkFailed: "No confirmation possible",
		statusPending: "Waiting for payment", statusProcessing: "Being processed", statusSuccess: "Paid", statusError: "Not paid",
	},
}

var viet = words{
	challenge: "Xác nhận chủ thẻ", pay: "Thanh toán đơn hàng", card: "Thẻ", info: "Đơn hàng",
	pass: "Nhập đúng mã xác thực", fail: "Nhập sai mã xác thực", cancel: "Huỷ", leave: "Rời đi, không trả lời",
	left: "Chưa có gì được quyết định. Trang này vẫn còn hiệu lực.", goOn: "Tiếp tục", payNow: "Thanh toán", expire: "Để hết thời gian thanh toán", yours: "Đơn hàng của bạn",
	states: map[machine.State]string{
		enrollPending: "Chờ xác nhận", cardEnrolled: "Chờ xác nhận", verified: "Đã xác nhận", failed: "Không xác nhận được",
		notEnrolled: "Không cần xác nhận", checkFailed: "Không thể xác nhận",
		statusPending: "Chờ thanh toán", statusProcessing: "Đang xử lý", statusSuccess: "Đã thanh toán", statusError: "Chưa thanh toán",
	},
}
