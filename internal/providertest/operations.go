package providertest

import (
	"net/http"
	"strings"

	"paysim/internal/provider"
)

// operations: what the suite calls a valid request is answered, in every
// spelling that the table knows.
func operations(h *harness) {
	shown := map[string]bool{}
	for key := range h.suite.Examples {
		shown[operationOf(key)] = true
	}
	for _, op := range h.suite.Provider.Operations {
		if !shown[op.ID] {
			shown[op.ID] = true
			h.found("operations "+op.ID, "no example makes this request")
		}
	}
	w := h.world()
	for _, key := range h.examples() {
		h.try(func() { w.spellings(key) })
	}
}

// spellings sends an example as it is, with a final slash more or less, and by
// every other row of the table with the same operation; each in a tenant of its
// own.
func (w *world) spellings(key string) {
	subject := "operations " + key
	id := operationOf(key)
	// spelt prepares the example again and sends it as another row has it.
	spelt := func(method, template, slash string) bool {
		c := w.fresh()
		r := c.example(key)
		_, vars := w.match(r.Method, strings.TrimPrefix(r.Path, w.base))
		r = r.withPath(fill(template, vars) + slash)
		r.Method = method
		return w.answered(subject, c, r, id)
	}
	c := w.fresh()
	r := c.example(key)
	op, _ := w.match(r.Method, strings.TrimPrefix(r.Path, w.base))
	if op == nil || op.ID != id {
		w.found(subject, "%s %s is not a path of this operation", r.Method, r.Path)
		return
	}
	if !w.answered(subject, c, r, id) || !spelt(op.Method, op.Path, "/") {
		return
	}
	for _, other := range w.provider.Operations {
		if other.ID == id && (other.Method != op.Method || other.Path != op.Path) && sameNames(other, *op) {
			spelt(other.Method, other.Path, "")
		}
	}
}

func sameNames(a, b provider.Operation) bool {
	return strings.Join(names(a.Path), " ") == strings.Join(names(b.Path), " ")
}

// answered sends a request that must succeed as that operation.
func (w *world) answered(subject string, c *Client, r *Request, id string) bool {
	reply := c.Do(r)
	switch {
	case !reply.OK() || reply.Status == 0:
		w.found(subject, "%s %s is answered %d %s%s", r.Method, r.Path, reply.Status, short(reply.Body), because(reply.Entry))
		return false
	case reply.Entry != nil && reply.Entry.Operation != id:
		w.found(subject, "%s %s is answered by %s", r.Method, r.Path, reply.Entry.Operation)
	case reply.Header.Get("Content-Length") == "" && reply.Status != http.StatusNoContent && reply.Status != http.StatusNotModified:
		w.found(subject, "%s %s is answered without a Content-Length", r.Method, r.Path)
	}
	return true
}
