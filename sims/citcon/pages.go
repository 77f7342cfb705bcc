package citcon

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"paysim/internal/machine"
	"paysim/internal/money"
	"paysim/internal/page"
	"paysim/internal/provider"
)

const (
	title  = "Citcon UPI"
	accent = page.Blue
)

// qrSize is the side of a QR code's image, in pixels.
const qrSize = 400

// viewPage shows a charge. A QR page gives whoever asks for an image the code of
// its own address, so that what is embedded and what is scanned is one link.
func viewPage(c *provider.Call) (provider.Reply, error) {
	l, ch, err := opened(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if isQR(c) && page.WantsImage(c.Request.Header.Get("Accept")) {
		png, err := page.QRPNG(address(c), qrSize)
		if err != nil {
			return provider.Reply{}, err
		}
		r := provider.Reply{Status: http.StatusOK, Header: page.Header(), Body: png}
		r.Header.Set("Content-Type", "image/png")
		return r, nil
	}
	return show(c, l, ch, ""), nil
}

// submitPage takes the payer's choice and leads back to the shop, to the address
// that the merchant gave, unchanged. A charge that is decided stays as it is.
func submitPage(c *provider.Call) (provider.Reply, error) {
	l, ch, err := opened(c)
	if err != nil {
		return provider.Reply{}, err
	}
	form, err := url.ParseQuery(string(c.Request.Body))
	if err != nil {
		return provider.Reply{}, errBadRequest.Because("the form does not decode")
	}
	action, outcome := page.ParseChoice(form.Get("action"))
	if !offers(action, outcome) {
		return provider.Reply{}, errBadRequest.Because("the page has no such button")
	}
	if ch.State != initiated {
		return show(c, l, ch, ""), nil
	}
	if action == "abandon" {
		return show(c, l, ch, phrasesFor(language(c, ch)).abandoned), abandon(c.Tx, ch.ID, "")
	}
	if outcome != "" {
		c.Record.Decided("page", outcome)
	}
	if err := decide(c.Tx, ch.ID, action, outcome); err != nil {
		return provider.Reply{}, err
	}
	ch, _ = charges.Get(c, ch.ID)
	to := ch.returnTo(l)
	if action == "expire" || !isWeb(to) || page.WantsJSON(c.Request.Header.Get("Accept")) {
		return show(c, l, ch, ""), nil
	}
	r := provider.Reply{Status: http.StatusSeeOther, Header: page.Header()}
	r.Header.Del("Content-Type")
	r.Header.Set("Location", to)
	return r, nil
}

// opened finds what a page's address leads to.
func opened(c *provider.Call) (link, charge, error) {
	l, ok := links.Get(c, c.Vars["token"])
	if !ok {
		return l, charge{}, errNotFound.Because("no charge has this page")
	}
	ch, ok := charges.Get(c, l.Charge)
	if !ok {
		return l, ch, errNotFound.Because("the charge of this page is gone")
	}
	return l, ch, nil
}

func isQR(c *provider.Call) bool { return strings.Contains(c.Operation.Path, "/v1/qr/") }

// address is the page's own, as it was reached.
func address(c *provider.Call) string { return c.Base + strings.TrimSuffix(c.Request.Path, "/") }

// returnTo is where the payer goes once a charge is decided; "" when the
// merchant named no address.
func (ch charge) returnTo(l link) string {
	switch ch.State {
	case authorized, succeeded:
		if l.Client == mobile && ch.URLs.Mobile != "" {
			return ch.URLs.Mobile
		}
		return ch.URLs.Success
	case canceled:
		if ch.URLs.Cancel != "" {
			return ch.URLs.Cancel
		}
		return ch.URLs.Fail
	case failed, expired:
		return ch.URLs.Fail
	}
	return ""
}

// offers says whether a page has a button for that.
func offers(action, outcome string) bool {
	for _, b := range append(choices(charge{}, english), otherChoices(english)...) {
		if b.Action == action && b.Outcome == outcome {
			return true
		}
	}
	return false
}

func choices(ch charge, w phrases) []page.Choice {
	return []page.Choice{
		{Action: "approve", Label: w.pay, Kind: page.Primary, LeadsTo: string(ch.goal())},
		{Action: "decline", Label: w.decline, Kind: page.Danger, LeadsTo: string(failed)},
		{Action: "cancel", Label: w.cancel, LeadsTo: string(canceled)},
	}
}

func otherChoices(w phrases) []page.Choice {
	var out []page.Choice
	for _, o := range outcomes {
		if slices.Contains(declines, o.Name) {
			label, ok := w.reasons[o.Name]
			if !ok {
				label = sentence(o.Means)
			}
			out = append(out, page.Choice{Action: "decline", Outcome: o.Name, Label: label, LeadsTo: string(failed)})
		}
	}
	return append(out,
		page.Choice{Action: "expire", Label: w.expire, LeadsTo: string(expired)},
		page.Choice{Action: "abandon", Label: w.abandon, LeadsTo: string(initiated)})
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// kinds are what a page makes of a state.
var kinds = map[machine.State]page.StateKind{
	initiated: page.Open, pending: page.Neutral, authorized: page.Good, succeeded: page.Good, failed: page.Bad, canceled: page.Neutral, expired: page.Neutral,
}

// language is the one that the merchant named for the charge, else the one that
// the payer's browser prefers.
func language(c *provider.Call, ch charge) string {
	if ch.Locale != "" {
		return ch.Locale
	}
	return page.Language(c.Request.Header.Get("Accept-Language"), "en", "zh")
}

// show draws the page as the charge stands now; message is "" for what the
// state has to say.
func show(c *provider.Call, l link, ch charge, message string) provider.Reply {
	m, _ := methodOf(ch.Method)
	lang := language(c, ch)
	w := phrasesFor(lang)
	if message == "" {
		message = w.messages[ch.State]
	}
	v := page.View{
		Lang: lang, Title: strings.Replace(w.title, "{method}", m.title, 1), ProviderTitle: title, Accent: accent, Merchant: c.Tenant, Reference: ch.Reference, Method: m.title,
		Amount: money.Amount{Minor: ch.Amount, Currency: ch.Currency}.String(),
		State:  ch.status(), StateText: w.states[ch.State], StateKind: kinds[ch.State], Message: message, Now: c.Now, ClockStopped: c.Frozen, Expires: ch.Expires,
		ReturnURL: ch.returnTo(l),
	}
	if v.StateKind != page.Open {
		v.Title = m.title // there is nothing to pay with any more
	}
	if ch.State == initiated {
		v.Choices, v.Outcomes = choices(ch, w), otherChoices(w)
		if isQR(c) {
			v.QR = address(c)
		}
	}
	r := provider.Reply{Status: http.StatusOK, Header: page.Header()}
	if page.WantsJSON(c.Request.Header.Get("Accept")) {
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
		r.Body = v.JSON()
		return r
	}
	r.Body = v.HTML()
	return r
}
