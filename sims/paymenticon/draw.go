package paymenticon

import (
	"net/http"
	"slices"
	"strings"

	"paysim/internal/machine"
	"paysim/internal/money"
	"paysim/internal/page"
	"paysim/internal/provider"
)

// show draws the page as the session stands now.
func (o *opened) show() provider.Reply {
	s := o.s
	v := page.View{
		Lang: o.lang, ProviderTitle: "Paymenticon", Accent: page.Plum, Merchant: s.Merchant, Reference: s.Description,
		State: string(s.Status), StateText: o.w.ends[string(s.Status)], StateKind: kinds[s.Status], Now: o.c.Now, Expires: s.Expires, ClockStopped: o.c.Frozen,
		Message: o.message, Messages: o.messages(o.events...),
	}
	if total := asked(&s, s.Authorized); total > 0 {
		v.Amount = money.Amount{Minor: total, Currency: s.Currency}.String()
	}
	if s.Type == p2pTransfer {
		v.Merchant = s.Receiver
	}
	if s.Consumer != "" && s.Consumer != outside {
		v.Fields = append(v.Fields, page.Field{Name: "wallet", Label: o.w.wallet, Value: s.Consumer})
	}
	switch {
	case v.StateKind != page.Open:
		v.StateText = "" // the title says it in words, the badge as the API does
		o.drawEnd(&v)
	case s.Type == dataAccess:
		o.drawAccess(&v)
	case s.Status == loggedIn:
		o.drawConfirm(&v)
	case o.s.AtBank || o.s.Gateway == "BLIK":
		o.drawGateway(&v)
	case leaves(o.s.Gateway):
		o.drawChosen(&v)
	default:
		o.drawLogin(&v)
	}
	return o.reply(http.StatusOK, v)
}

var kinds = map[machine.State]page.StateKind{
	created: page.Open, loggedIn: page.Open, authorized: page.Good, captured: page.Good, accepted: page.Good,
	declined: page.Bad, rejected: page.Bad, cancelled: page.Neutral, canceled: page.Neutral,
}

// returnAfter is how long the last page stands before the browser goes back to
// the merchant, in seconds: long enough for an embedding page to hear the end.
const returnAfter = 2

func (o *opened) drawEnd(v *page.View) {
	v.Title = o.w.ends[string(o.s.Status)]
	v.ReturnURL = o.s.SuccessURL
	if o.c.Request.Method == http.MethodPost { // who looks at a decided session again may want to read
		v.ReturnAfter = returnAfter
	}
	if v.StateKind != page.Good {
		v.ReturnURL = o.s.ErrorURL
	}
}

// rest are the ends that every open payment can still have.
func (o *opened) rest(v *page.View) {
	v.Choices = append(v.Choices,
		page.Choice{Action: "cancel", Label: o.w.cancel, Kind: page.Danger, LeadsTo: o.cancelled()},
		page.Choice{Action: "close", Label: o.w.close, Hint: o.w.closeHint, LeadsTo: string(o.s.Status)})
	if o.s.Type != dataAccess {
		for _, r := range []string{"insufficient_funds", "limit_exceeded", "fraud_suspected"} {
			v.Outcomes = append(v.Outcomes, page.Choice{Action: "decline", Outcome: r, Label: o.w.declines[r], Kind: page.Danger, LeadsTo: string(declined)})
		}
	}
	v.Outcomes = append(v.Outcomes, page.Choice{Action: "expire", Label: o.w.expire, LeadsTo: o.cancelled()})
}

func (o *opened) cancelled() string {
	if o.s.Type == dataAccess {
		return string(canceled)
	}
	return string(cancelled)
}

func (o *opened) loginInputs(v *page.View) {
	if o.s.VoucherID != "" {
		v.Inputs = []page.Input{{Name: "pin", Label: o.w.pin, Type: "password", Mode: "numeric", Autocomplete: "off"}}
		return
	}
	v.Inputs = []page.Input{
		{Name: "wallet", Label: o.w.login, Value: usualConsumer, Autocomplete: "username"},
		{Name: "password", Label: o.w.password, Type: "password", Value: "password", Autocomplete: "current-password", Hint: o.w.loginHint},
	}
}

// offered are the gateways with a button of their own; the others are in the
// drawer.
var offered = []string{"BLIK", "CARD", "MBANK", "PKOBP"}

func (o *opened) drawLogin(v *page.View) {
	v.Title = o.w.loginTitle
	o.loginInputs(v)
	v.Choices = []page.Choice{{Action: "login", Label: o.w.loginButton, Kind: page.Primary}}
	if o.s.VoucherID == "" {
		v.Choices[0].LeadsTo = string(loggedIn)
	}
	if o.s.NoLogin {
		for _, g := range offered {
			v.Choices = append(v.Choices, page.Choice{Action: "gateway", Outcome: g, Label: o.w.gatewayName(g), Hint: o.w.withoutLogin})
		}
	}
	o.rest(v)
	if o.s.NoLogin {
		for _, g := range gateways {
			if leaves(g) && !slices.Contains(offered, g) {
				v.Outcomes = append(v.Outcomes, page.Choice{Action: "gateway", Outcome: g, Label: o.w.gatewayName(g)})
			}
		}
	}
}

func (o *opened) amountInput(v *page.View) {
	if o.s.Amount == 0 {
		v.Inputs = append(v.Inputs, page.Input{Name: "amount", Label: o.w.amount + " (" + o.s.Currency + ")", Mode: "decimal", Value: "10.00"})
	}
}

func (o *opened) drawConfirm(v *page.View) {
	v.Title = o.w.confirmTitle
	o.amountInput(v)
	v.Choices = []page.Choice{{Action: "confirm", Label: o.w.confirm, Kind: page.Primary, LeadsTo: o.paid()}}
	o.rest(v)
}

// paid is what a good payment leads to.
func (o *opened) paid() string {
	if o.s.Mode == "capture" {
		return string(captured)
	}
	return string(authorized)
}

// drawChosen shows the gateway that the merchant chose; the consumer is not
// there yet.
func (o *opened) drawChosen(v *page.View) {
	name := o.w.gatewayName(o.s.Gateway)
	v.Title, v.Method = o.w.gatewayTitle+" "+name, name
	v.Choices = []page.Choice{
		{Action: "gateway", Outcome: o.s.Gateway, Label: o.w.goTo + " " + name, Kind: page.Primary},
		{Action: "gateway", Label: o.w.back},
	}
	o.rest(v)
}

// drawGateway is the bank's page, or ours where BLIK's code is typed.
func (o *opened) drawGateway(v *page.View) {
	name := o.w.gatewayName(o.s.Gateway)
	v.Title, v.Method = o.w.gatewayTitle+" "+name, name
	o.amountInput(v)
	pay := page.Choice{Action: "pay", Label: o.w.confirm, Kind: page.Primary, LeadsTo: o.paid()}
	if o.s.Gateway == "BLIK" {
		if o.oneClick() {
			pay.Label = o.w.oneClick
		} else {
			in := page.Input{Name: "code", Label: o.w.code, Mode: "numeric", Pattern: "[0-9]{6}", Autocomplete: "one-time-code", Hint: o.w.codeHint}
			v.Inputs = append(v.Inputs, in)
		}
		if label := o.params["blikLabel"]; o.params["blikUserUid"] != "" {
			v.Fields = append(v.Fields, page.Field{Name: "one-click", Label: "BLIK One Click", Value: label})
		}
	}
	v.Choices = []page.Choice{
		pay,
		{Action: "decline", Label: o.w.bankDeclines, Kind: page.Danger, LeadsTo: string(declined)},
		{Action: "gateway", Label: o.w.back},
	}
	o.rest(v)
}

func (o *opened) drawAccess(v *page.View) {
	v.PayTo, v.StateText = o.w.askedBy, o.w.undecided
	if o.s.Consumer == "" {
		v.Title = o.w.loginTitle
		o.loginInputs(v)
		v.Choices = []page.Choice{{Action: "login", Label: o.w.loginButton, Kind: page.Primary, LeadsTo: string(created)}}
		o.rest(v)
		return
	}
	v.Title = o.w.accessTitle
	var all []string
	for _, s := range o.s.Scopes {
		all = append(all, o.w.scopes[s])
	}
	v.Message = o.w.asks + " " + strings.Join(all, ", ") + "."
	v.Choices = []page.Choice{
		{Action: "accept", Label: o.w.accept, Kind: page.Primary, LeadsTo: string(accepted)},
		{Action: "reject", Label: o.w.reject, Kind: page.Danger, LeadsTo: string(rejected)},
	}
	o.rest(v)
}
