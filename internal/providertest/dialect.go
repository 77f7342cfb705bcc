package providertest

import (
	"net/http"
	"slices"
	"strings"
)

// dialect: whatever is wrong with a request, the answer is the provider's own
// and a refusal leaves nothing behind. What exactly is refused is the
// provider's business; that look finds no defect in the answer is the test.
func dialect(h *harness) {
	w := h.world()
	h.try(w.breaksOff)
	h.try(w.unknownPaths)
	h.try(w.wrongMethods)
	for _, key := range h.examples() {
		h.try(func() { w.spoilEach(key) })
	}
}

// breaksOff sends the first example with a body at a real socket, and not all of
// it.
func (w *world) breaksOff() {
	for _, key := range w.examples() {
		c := w.fresh()
		r := c.example(key)
		if len(r.Body) == 0 {
			continue
		}
		before := c.snapshot()
		reply := c.garbled(c.signed(r))
		if reply.Entry == nil || reply.Entry.Error == "" {
			w.found("dialect "+key, "a body that breaks off is answered %d %s", reply.Status, short(reply.Body))
		}
		if after := c.snapshot(); after != before {
			w.found("dialect "+key, "a body that breaks off leaves something behind:\n%s", diff(before, after))
		}
		return
	}
}

// unknownPaths asks for what nobody serves.
func (w *world) unknownPaths() {
	c := w.fresh()
	for _, path := range []string{
		"/", "//", "/nosuch", "/nosuch/", "/%6eosuch", "/nosuch/..", "/..", "/%2e%2e/", "/%00", "/%ff", "/nosuch?a=1&a=%zz", "/a%2Fb", "/.env",
		"/" + strings.Repeat("a", long), strings.Repeat("/a", 500),
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			if op, _ := w.match(method, path); op == nil {
				w.refused("dialect unknown path", c, Ask(method+" "+path, "{}"))
			}
		}
	}
	for _, op := range w.provider.Operations {
		path := nowhere(op.Path) + "/nosuch/nosuch"
		if known, _ := w.match(op.Method, path); known == nil {
			w.refused("dialect unknown path", c, Ask(op.Method+" "+path, ""))
		}
	}
}

// nowhere is a template with variables that name nothing.
func nowhere(template string) string {
	vars := map[string]string{}
	for _, name := range names(template) {
		vars[name] = "nosuch"
	}
	return fill(template, vars)
}

// wrongMethods asks every path by the methods that it does not know.
func (w *world) wrongMethods() {
	c := w.fresh()
	var seen []string
	for _, op := range w.provider.Operations {
		path := nowhere(op.Path)
		if slices.Contains(seen, path) {
			continue
		}
		seen = append(seen, path)
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} {
			if known, _ := w.match(method, path); known == nil {
				w.refused("dialect wrong method", c, Ask(method+" "+path, ""))
			}
		}
	}
}

// refused sends a request that nothing may come of.
func (w *world) refused(subject string, c *Client, r *Request) {
	c.signed(r)
	before := c.snapshot()
	reply := c.Do(r)
	if reply.OK() && !(reply.Entry != nil && reply.Entry.Error != "") {
		w.found(subject, "%s %s is answered %d %s", r.Method, short([]byte(r.Path)), reply.Status, short(reply.Body))
	}
	if after := c.snapshot(); after != before {
		w.found(subject, "%s %s leaves something behind:\n%s", r.Method, short([]byte(r.Path)), diff(before, after))
	}
}

// spoilEach spoils an example in every way, each time in a world in which it
// could have succeeded.
func (w *world) spoilEach(key string) {
	subject := "dialect " + key
	c := w.fresh()
	var ways []spoilt
	var before string
	prepare := func() bool {
		r := c.example(key)
		r.Path = strings.TrimPrefix(r.Path, w.base)
		op, _ := w.match(r.Method, r.Path)
		if op == nil {
			return false // the theme operations says so
		}
		ways, before = spoilings(r, op.Path), c.snapshot()
		return true
	}
	if !prepare() {
		return
	}
	for n := 0; n < len(ways); n++ {
		bad := ways[n]
		if !possible(bad.Path) {
			continue
		}
		if known, _ := w.match(bad.Method, bad.Path); known == nil || known.ID != operationOf(key) {
			bad.must = false // it leads elsewhere now
		}
		reply := c.Do(bad.Request)
		refused := reply.Entry != nil && reply.Entry.Error != ""
		if bad.must && !refused && reply.OK() {
			w.found(subject, "with %s: answered %d %s", bad.what, reply.Status, short(reply.Body))
		}
		after := c.snapshot()
		if refused && after != before {
			w.found(subject, "with %s: refused as %s and leaves something behind:\n%s", bad.what, reply.Entry.Error, diff(before, after))
		}
		if after != before { // it succeeded, so the next needs a world as it was
			c.restart()
			prepare()
		}
	}
}
