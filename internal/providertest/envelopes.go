package providertest

import "paysim/internal/plan"

// envelopes: every row of the catalogue can be worded for every operation, and
// what is on the wire is the row's status and code; look compares them.
func envelopes(h *harness) {
	w := h.world()
	w.forced, w.broken = true, true
	for _, key := range h.examples() {
		h.try(func() { w.wordEach(key) })
	}
}

// wordEach refuses an example with each row in turn.
func (w *world) wordEach(key string) {
	c := w.fresh()
	r := c.example(key)
	before := c.snapshot()
	for _, row := range w.provider.Errors {
		subject := "envelopes " + row.Name
		c.plan(&script{call: plan.Call{Effect: plan.Effect{Error: row.Name}}, only: operationOf(key)})
		reply := c.send(c.unplanned(r))
		if reply.Entry != nil && reply.Entry.Error != row.Name {
			w.found(subject, "%s was refused as %q", key, reply.Entry.Error)
		}
		if w.isPage(operationOf(key)) && len(reply.Body) > 0 && !isHTML(reply) {
			w.found(subject, "%s, which is for people, is answered %s", key, reply.Header.Get("Content-Type"))
		}
		if after := c.snapshot(); after != before {
			w.found(subject, "%s leaves something behind:\n%s", key, diff(before, after))
			before = after
		}
	}
}

// unplanned signs a request in a world as usual: what Sign calls must not meet
// what the request shall meet.
func (c *Client) unplanned(r *Request) *Request {
	c.t.Lock()
	p := c.t.Planner
	c.t.Planner = nil
	c.t.Unlock()
	signed := c.signed(r)
	c.t.Lock()
	c.t.Planner = p
	c.t.Unlock()
	return signed
}
