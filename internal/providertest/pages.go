package providertest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// pages: what the payer sees is a page and the truth; deciding happens once,
// whatever is pressed how often.
func pages(h *harness) {
	w := h.world()
	for _, key := range h.examples() {
		op := h.suite.Provider.Operation(operationOf(key))
		if !op.Page || op.Method != http.MethodGet {
			continue
		}
		h.try(func() { w.looking(key) })
		h.try(func() { w.unknownLinks(key) })
		if op.ID != "page.view" {
			continue
		}
		c := w.fresh()
		values := gjson.GetBytes(c.twin("pages "+key, c.example(key)).Body, "actions.#.value").Array()
		if len(values) == 0 {
			h.found("pages "+key, "the payment of the example waits for its payer, and its page offers nothing to do")
		}
		for _, v := range values {
			h.try(func() { w.press(key, v.String()) })
		}
		h.try(func() { w.tooLate(key) })
	}
}

// looking changes nothing.
func (w *world) looking(key string) {
	subject := "pages " + key
	c := w.fresh()
	r := c.example(key)
	before := c.snapshot()
	reply := c.Do(r)
	kind := reply.Header.Get("Content-Type")
	switch {
	case reply.Status != http.StatusOK:
		w.found(subject, "the page is answered %d %s", reply.Status, short(reply.Body))
	case !isHTML(reply) || !strings.Contains(strings.ToLower(kind), "charset=utf-8"):
		w.found(subject, "the page is %q, not text/html; charset=utf-8", kind)
	case reply.Header.Get("Cache-Control") == "":
		w.found(subject, "the page may be cached, so that going back would not show the truth")
	}
	if after := c.snapshot(); after != before {
		w.found(subject, "looking at the page changes something:\n%s", diff(before, after))
	}
}

// unknownLinks are a page of the provider's all the same.
func (w *world) unknownLinks(key string) {
	subject := "pages " + key
	c := w.fresh()
	r := c.example(key)
	r.Path = strings.TrimPrefix(r.Path, w.base)
	op, vars := w.match(r.Method, r.Path)
	if op == nil {
		return
	}
	before := c.snapshot()
	for _, name := range names(op.Path) {
		for _, value := range []string{"nosuch", mangled(vars[name], 0), mangled(vars[name], len(vars[name])-1), vars[name] + vars[name]} {
			other := map[string]string{}
			for k, v := range vars {
				other[k] = v
			}
			other[name] = value
			reply := c.Do(r.withPath(fill(op.Path, other)))
			if reply.OK() || !isHTML(reply) {
				w.found(subject, "the unknown link %s is answered %d %s %s", fill(op.Path, other), reply.Status, reply.Header.Get("Content-Type"), short(reply.Body))
			}
		}
	}
	if after := c.snapshot(); after != before {
		w.found(subject, "an unknown link changes something:\n%s", diff(before, after))
	}
}

// mangled is an id with the character at i changed.
func mangled(id string, i int) string {
	b := []byte(id)
	if b[i] == '0' {
		b[i] = '1'
	} else {
		b[i] = '0'
	}
	return string(b)
}

// twin asks for a page as a program does.
func (c *Client) twin(subject string, r *Request) *Reply {
	reply := c.Do(r.with("Accept", "application/json"))
	if !strings.Contains(reply.Header.Get("Content-Type"), "json") || reply.Get("state") == "" {
		c.w.stop("%s has no JSON twin with a state: %d %s", r.Path, reply.Status, short(reply.Body))
	}
	return reply
}

// press presses one button, twice, then every other, and goes back each time.
func (w *world) press(key, value string) {
	subject := "pages " + key + " " + value
	c := w.fresh()
	r := c.example(key)
	was := c.twin(subject, r)
	reply := c.Do(c.form(r, was, value))
	w.shown(subject, value, reply)
	now := c.twin(subject, r)
	leads := was.Get(`actions.#(value=="` + value + `").leads_to`)
	if leads != "" && now.Get("state") != leads {
		w.found(subject, "the button leads to %q, and the payment is %q", leads, now.Get("state"))
	}
	w.looksDecided(subject, c, r, now)
	if now.Get("state_kind") == "open" {
		return // nothing is decided: it may be pressed again
	}
	before := c.snapshot()
	others := was.Get("actions.#.value")
	for _, v := range append([]gjson.Result{{Type: gjson.String, Str: value}}, gjson.Parse(others).Array()...) {
		again := c.Do(c.form(r, was, v.String()))
		w.shown(subject, v.String()+" after that", again)
		w.looksDecided(subject, c, r, now)
		if after := c.snapshot(); after != before {
			w.found(subject, "pressing %s after that changes something:\n%s", v.String(), diff(before, after))
			before = after
		}
	}
}

// shown judges the answer to a button: a page, or a redirect to where the
// payer goes on.
func (w *world) shown(subject, value string, reply *Reply) {
	if !reply.OK() {
		w.found(subject, "pressing %s is answered %d %s", value, reply.Status, short(reply.Body))
	}
	if to := reply.Header.Get("Location"); reply.Status/100 == 3 {
		if u, err := url.Parse(to); err != nil || to == "" || u.Scheme == "javascript" {
			w.found(subject, "pressing %s redirects to %q", value, to)
		}
	}
}

// looksDecided goes back to the page: it shows the state that it had.
func (w *world) looksDecided(subject string, c *Client, r *Request, want *Reply) {
	back := c.Do(r)
	if !back.OK() {
		w.found(subject, "going back is answered %d %s", back.Status, short(back.Body))
	}
	if now := c.twin(subject, r); now.Get("state") != want.Get("state") {
		w.found(subject, "going back shows %q, and it was %q", now.Get("state"), want.Get("state"))
	}
}

// form is what a button posts, as the twin describes it.
func (c *Client) form(view *Request, twin *Reply, value string) *Request {
	values := url.Values{"action": {value}}
	gjson.GetBytes(twin.Body, "submit.form").ForEach(func(name, v gjson.Result) bool {
		values.Set(name.String(), v.String())
		return true
	})
	to := twin.Get("submit.url")
	if to == "" {
		to = view.Path
	}
	return AskAnyone("POST "+to, values.Encode())
}

// tooLate is a payment that expired or was decided elsewhere while its page was
// open, and a button that is none.
func (w *world) tooLate(key string) {
	subject := "pages " + key
	c := w.fresh()
	r := c.example(key)
	was := c.twin(subject, r)
	button := gjson.GetBytes(was.Body, "actions.0.value").String()
	before := c.snapshot()
	if reply := c.Do(c.form(r, was, "no-such-button")); reply.OK() && reply.Status/100 == 2 && c.snapshot() != before {
		w.found(subject, "a button that is none does something")
	}
	for _, p := range c.Payments() {
		if i := slices.IndexFunc([]string{"expire", "cancel", "decline"}, func(a string) bool { return slices.Contains(p.Actions, a) }); i >= 0 {
			c.Act(p.ID, []string{"expire", "cancel", "decline"}[i], "")
		}
	}
	before = c.snapshot()
	reply := c.Do(c.form(r, was, button))
	if reply.Status >= 500 || !isHTML(reply) && reply.Status/100 != 3 {
		w.found(subject, "%s, too late, is answered %d %s", button, reply.Status, short(reply.Body))
	}
	if after := c.snapshot(); after != before {
		w.found(subject, "%s, too late, changes something:\n%s", button, diff(before, after))
	}
}
