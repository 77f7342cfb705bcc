package paymenticon

import (
	"math"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"paysim/internal/machine"
	"paysim/internal/money"
	"paysim/internal/page"
	"paysim/internal/provider"
)

// opened is a session's page as one browser sees it.
type opened struct {
	c       *provider.Call
	s       session
	w       words
	lang    string
	params  map[string]string // appended to the URL: lang, blikUserUid, blikLabel
	message string            // what went wrong with the last step
	events  []string          // what the embedding page is told, in order
}

// open finds the session of a page's URL: by the page's own id, or by the
// session's, which the iframe form names.
func open(c *provider.Call) (*opened, error) {
	id, _ := cutParams(c.Vars["page"])
	s, ok := sessions.First(c, "page", id)
	if !ok {
		s, ok = sessions.Get(c, id)
	}
	if !ok {
		return nil, errNotFound.Because("no session has this page")
	}
	params := readParams(c)
	return &opened{c: c, s: s, lang: params["lang"], w: wordsFor(params["lang"]), params: params}, nil
}

// cutParams parts an id from what a merchant appends to it.
func cutParams(s string) (id, params string) {
	at := strings.IndexAny(s, "|?")
	if at < 0 {
		return s, ""
	}
	return s[:at], s[at:]
}

// readParams reads "|lang=pl|blikLabel=shoes?lang=pl", wherever in the URL it
// was appended: the document itself once continues with a question mark.
func readParams(c *provider.Call) map[string]string {
	_, inline := cutParams(c.Vars["page"])
	out := map[string]string{}
	for _, part := range strings.FieldsFunc(inline+"|"+c.Vars["params"], func(r rune) bool { return r == '|' || r == '?' }) {
		if name, v, ok := strings.Cut(part, "="); ok {
			out[name] = v
		}
	}
	for name, values := range c.Request.Query() {
		out[name] = values[0]
	}
	return out
}

func language(c *provider.Call) string { return readParams(c)["lang"] }

// from is where the browser is.
func (o *opened) from() netip.Addr {
	if o.c.Flag("trust_forwarded_for") {
		first, _, _ := strings.Cut(o.c.Request.Header.Get("X-Forwarded-For"), ",")
		if a, err := netip.ParseAddr(strings.TrimSpace(first)); err == nil {
			return a.Unmap()
		}
	}
	return o.c.Request.Remote.Unmap()
}

// elsewhere reports whether the browser is not where the merchant said.
func (o *opened) elsewhere() bool {
	if o.c.Flag("ignore_client_ip") {
		return false
	}
	from := o.from()
	want, err := netip.ParseAddr(o.s.ClientIP)
	want = want.Unmap()
	return err != nil || from != want && !(from.IsLoopback() && want.IsLoopback())
}

func viewPage(c *provider.Call) (provider.Reply, error) {
	o, err := open(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if o.elsewhere() {
		return o.wrongPlace(), nil
	}
	o.events = []string{"session_started"}
	if !o.running() {
		o.events = []string{"session_error"}
	}
	return o.show(), nil
}

// running reports whether the consumer still has something to decide.
func (o *opened) running() bool { return kinds[o.s.Status] == page.Open }

// standing is the event of where the session stands.
func (o *opened) standing() string {
	switch {
	case o.s.Closed && !o.c.Now.Before(o.s.Expires):
		return "session_error"
	case o.s.Status == loggedIn, o.s.Status == created && o.s.Consumer != "":
		return "user_logged_in"
	case o.running():
		return "session_started"
	case kinds[o.s.Status] == page.Good:
		return "session_succeeded"
	}
	return "session_failed"
}

func (o *opened) wrongPlace() provider.Reply {
	o.c.Cites(errWrongPlace)
	o.c.Note("the page was opened from %s, the session names another client_ip", o.from())
	v := page.View{
		Lang: o.lang, ProviderTitle: "Paymenticon", Accent: page.Plum, Title: o.w.elsewhere, Message: o.w.elsewhereHint, StateKind: page.Bad,
		State: "session_error", Messages: o.messages("session_error"), ReturnURL: o.s.ErrorURL,
		Fields: []page.Field{{Name: "client-ip", Label: "client_ip", Value: o.s.ClientIP}, {Name: "from", Label: o.w.from, Value: o.from().String()}},
	}
	return o.reply(http.StatusForbidden, v)
}

// submitPage takes one step of the consumer's. What the session's state no
// longer allows changes nothing: the page shows the truth and tells it once
// more, because a browser drops the answer to a button that is pressed twice.
func submitPage(c *provider.Call) (provider.Reply, error) {
	o, err := open(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if o.elsewhere() {
		return o.wrongPlace(), nil
	}
	form, err := url.ParseQuery(string(c.Request.Body))
	if err != nil {
		return provider.Reply{}, errInvalid.Because("the form does not decode")
	}
	action, detail := page.ParseChoice(form.Get("action"))
	step, ok := steps[action]
	if !ok {
		return provider.Reply{}, errInvalid.Because("no such button")
	}
	if !step.legal(o) {
		o.events = []string{o.standing()}
		return o.show(), nil
	}
	if err := step.do(o, detail, form); err != nil {
		return provider.Reply{}, err
	}
	return o.show(), nil
}

// step is what a button does and when it may.
type step struct {
	trigger string // of the state table; "" when the step changes no status
	do      func(o *opened, detail string, form url.Values) error
}

func (st step) legal(o *opened) bool {
	if !o.running() || st.trigger == "accept" && o.s.Consumer == "" || st.trigger == "pay" && !o.s.NoLogin {
		return false
	}
	return st.trigger == "" || o.s.machine().Can(o.s.Status, st.trigger)
}

var steps map[string]step

func init() {
	steps = map[string]step{
		"login":   {"login", (*opened).login},
		"confirm": {"confirm", (*opened).confirm},
		"gateway": {"pay", (*opened).chooseGateway},
		"pay":     {"pay", (*opened).payAtGateway},
		"accept":  {"accept", func(o *opened, _ string, _ url.Values) error { return o.finish("accept", "session_succeeded") }},
		"reject":  {"reject", func(o *opened, _ string, _ url.Values) error { return o.finish("reject", "session_failed") }},
		"cancel":  {"cancel", func(o *opened, _ string, _ url.Values) error { return o.finish("cancel", "session_failed") }},
		"decline": {"decline", (*opened).decline},
		"expire":  {"expire", (*opened).expire},
		"close":   {"", func(o *opened, _ string, _ url.Values) error { o.events = []string{"user_left_session"}; return nil }},
	}
}

func (o *opened) finish(trigger, event string) error {
	o.events = []string{event}
	return end(o.c.Tx, &o.s, trigger)
}

func (o *opened) decline(reason string, _ url.Values) error {
	if slices.ContainsFunc(outcomes, func(x provider.Outcome) bool { return x.Name == reason }) {
		o.c.Record.Decided("page", reason)
	}
	return o.finish("decline", "session_failed")
}

func (o *opened) expire(string, url.Values) error {
	o.events = []string{"session_error"}
	return expire(o.c.Tx, &o.s, "")
}

func (o *opened) login(_ string, form url.Values) error {
	w, ok := o.wallet(form)
	if !ok {
		o.message = o.w.unknownWallet
		return nil
	}
	if o.s.OnlyRegistered && w.Category == "anonymous" {
		o.message = o.w.onlyRegistered
		return nil
	}
	o.events = []string{"user_logged_in"}
	return login(o.c.Tx, &o.s, w.Ref)
}

// wallet is that of the voucher that the merchant's reader has read, with its
// PIN; else the one whose number or e-mail is typed, with any password; or
// whose voucher's, with the PIN.
func (o *opened) wallet(form url.Values) (wallet, bool) {
	if o.s.VoucherID != "" {
		w, ok := wallets.First(o.c, "voucher", o.s.VoucherID)
		return w, ok && w.opens(form.Get("pin"))
	}
	name, password := strings.TrimSpace(form.Get("wallet")), form.Get("password")
	for _, w := range wallets.All(o.c) {
		switch {
		case w.Merchant || name == "":
		case w.Ref == name || strings.EqualFold(w.Email, name):
			return w, password != ""
		case w.ManualNumber == name || w.VoucherID == name:
			return w, w.opens(password)
		}
	}
	return wallet{}, false
}

// opens reports whether a voucher and this PIN open the wallet.
func (w wallet) opens(pin string) bool { return !w.Deactivated && pin == w.PIN }

func (o *opened) confirm(_ string, form url.Values) error {
	amount, ok := o.typedAmount(form)
	if !ok {
		o.message = o.w.badAmount
		return nil
	}
	if err := confirm(o.c.Tx, &o.s, amount); err != nil {
		return err
	}
	o.result()
	return nil
}

// result tells how a payment went.
func (o *opened) result() {
	o.events = append(o.events, "session_succeeded")
	if o.s.Status == declined {
		o.events[len(o.events)-1] = "session_failed"
	}
}

// typedAmount reads what the consumer typed, in major units; it is not asked
// for when the merchant has named the amount.
func (o *opened) typedAmount(form url.Values) (int64, bool) {
	if o.s.Amount > 0 {
		return o.s.Amount, true
	}
	whole, cents, _ := strings.Cut(strings.Replace(strings.TrimSpace(form.Get("amount")), ",", ".", 1), ".")
	n, err := strconv.ParseInt(whole+(cents + "00")[:2], 10, 64)
	return n, err == nil && n > 0 && n < math.MaxInt32 && len(cents) <= 2 && !strings.ContainsAny(whole+cents, "+-")
}

// chooseGateway goes to a bank, or asks for the BLIK code, or back.
func (o *opened) chooseGateway(symbol string, _ url.Values) error {
	if symbol != "" && !slices.Contains(gateways, symbol) {
		return errInvalid.Because("no such gateway")
	}
	o.s.Gateway, o.s.AtBank = symbol, leaves(symbol)
	if o.s.AtBank {
		o.events = []string{"user_redirected"}
	}
	sessions.Put(o.c, o.s)
	return nil
}

// leaves reports whether a gateway is somebody else's page. BLIK's code is typed
// on ours, and PAYMENTICON is the wallet itself.
func leaves(gateway string) bool {
	return gateway != "" && gateway != "BLIK" && gateway != "PAYMENTICON"
}

func (o *opened) payAtGateway(_ string, form url.Values) error {
	blik := o.s.Gateway == "BLIK"
	if !blik && !o.s.AtBank {
		o.events = []string{o.standing()} // no button leads from here to there
		return nil
	}
	amount, ok := o.typedAmount(form)
	if !ok {
		o.message = o.w.badAmount
		return nil
	}
	if blik && !o.oneClick() && !isBlik(form.Get("code")) {
		o.message = o.w.badCode
		return nil
	}
	if err := payOutside(o.c.Tx, &o.s, amount); err != nil {
		return err
	}
	if uid := o.params["blikUserUid"]; blik && uid != "" && o.s.Status != declined {
		aliases.Put(o.c, alias{uid, o.params["blikLabel"]})
	}
	o.result()
	return nil
}

// oneClick reports whether BLIK knows consumer and shop from an earlier payment,
// so that no code is asked for.
func (o *opened) oneClick() bool {
	_, known := aliases.Get(o.c, o.params["blikUserUid"])
	return known
}

func isBlik(code string) bool {
	return len(code) == 6 && strings.Trim(code, "0123456789") == ""
}

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

func (o *opened) reply(status int, v page.View) provider.Reply {
	if page.WantsJSON(o.c.Request.Header.Get("Accept")) {
		h := page.Header()
		h.Set("Content-Type", "application/json")
		return provider.Reply{Status: status, Header: h, Body: v.JSON()}
	}
	return provider.Reply{Status: status, Header: page.Header(), Body: v.HTML()}
}

// frameMessage is what the embedding page receives.
type frameMessage struct {
	Date      int64  `json:"date"` // seconds
	SessionID string `json:"session_id"`
	Event     string `json:"event"`
}

func (o *opened) messages(events ...string) []any {
	var out []any
	for _, e := range events {
		m := frameMessage{o.c.Now.Unix(), o.s.ID, e}
		if o.c.Text("iframe_message") == "text" {
			out = append(out, string(provider.Marshal(m)))
			continue
		}
		out = append(out, m)
	}
	return out
}
