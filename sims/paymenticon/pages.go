package paymenticon

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"

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
	o := &opened{c: c, s: s, params: readParams(c)}
	o.lang, o.w = wordsFor(o.params["lang"])
	return o, nil
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
