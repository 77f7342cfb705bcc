package toypay

import (
	"net/url"

	"paysim/internal/machine"
	"paysim/internal/money"
	"paysim/internal/page"
	"paysim/internal/provider"
)

func viewPage(c *provider.Call) (provider.Reply, error) {
	ch, ok := charges.Get(c, c.Vars["id"])
	if !ok {
		return provider.Reply{}, errNotFound
	}
	return show(c, ch), nil
}

// submitPage takes the button that the payer pressed. A charge that is decided
// stays as it is, and the page shows the truth.
func submitPage(c *provider.Call) (provider.Reply, error) {
	ch, ok := charges.Get(c, c.Vars["id"])
	if !ok {
		return provider.Reply{}, errNotFound
	}
	form, err := url.ParseQuery(string(c.Request.Body))
	if err != nil {
		return provider.Reply{}, errInvalid.Because("the form does not decode")
	}
	action, outcome := page.ParseChoice(form.Get("action"))
	if action != "approve" && action != "decline" {
		return provider.Reply{}, errInvalid.Because("no such button: %q", action)
	}
	if !chargeStates.Can(ch.State, action) {
		return show(c, ch), nil
	}
	if ch, err = decide(c.Tx, ch.ID, action, outcome); err != nil {
		return provider.Reply{}, err
	}
	return show(c, ch), nil
}

func show(c *provider.Call, ch charge) provider.Reply {
	v := page.View{
		Title: "Pay with ToyPay", ProviderTitle: "ToyPay", Merchant: c.Tenant, Reference: ch.Reference,
		Amount: money.Amount{Minor: ch.Amount, Currency: ch.Currency}.String(),
		State:  string(ch.State), StateKind: kinds[ch.State], Now: c.Now, ClockStopped: c.Frozen,
		FormAction: ch.Page,
	}
	if ch.State == pending {
		v.Expires, v.QR = ch.Created.Add(lifetime), ch.Page
		v.Choices = []page.Choice{
			{Action: "approve", Label: "Pay", Kind: page.Primary, LeadsTo: string(paid)},
			{Action: "decline", Label: "Decline", Kind: page.Danger, LeadsTo: string(declined)},
		}
		v.Outcomes = []page.Choice{{Action: "decline", Outcome: "insufficient_funds", Label: "Too little money", LeadsTo: string(declined)}}
	}
	if page.WantsJSON(c.Request.Header.Get("Accept")) {
		r := provider.JSON(200, nil)
		r.Body = v.JSON()
		return r
	}
	return provider.Reply{Status: 200, Header: page.Header(), Body: v.HTML()}
}

var kinds = map[machine.State]page.StateKind{
	pending: page.Open, paid: page.Good, captured: page.Good, declined: page.Bad, expired: page.Neutral,
}
