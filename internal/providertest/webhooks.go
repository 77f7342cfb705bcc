package providertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"paysim/internal/edit"
	"paysim/internal/plan"
	"paysim/internal/provider"
	"paysim/internal/webhook"
)

// webhooks: what the merchant hears is what the provider's tables say, signed
// so that an independent verifier agrees, and tried again on the ladder.
func webhooks(h *harness) {
	p := h.suite.Provider
	if p.Webhooks == nil {
		return
	}
	w := h.world()
	if !p.Webhooks.Received(http.StatusOK, []byte(h.suite.Acknowledge)) {
		h.found("webhooks acknowledge", "the answer 200 %q does not count as received", h.suite.Acknowledge)
	}
	if p.Webhooks.Received(http.StatusInternalServerError, nil) {
		h.found("webhooks acknowledge", "the answer 500 counts as received")
	}
	var telling *tale
	c := w.fresh()
	for _, key := range h.examples() {
		for _, action := range append([]string{""}, actionNames(p)...) {
			h.try(func() {
				if s := (tale{key, action}); c.hear(s) && telling == nil {
					telling = &s
				}
			})
			c.restart()
		}
	}
	if telling == nil {
		h.found("webhooks", "no example, and no action on what examples leave, makes the merchant hear anything")
		return
	}
	for _, part := range []func(tale){w.forgeries, w.changes, w.stale, w.ladder, w.copies, w.redelivery} {
		h.try(func() { part(*telling) })
	}
}

func actionNames(p *provider.Provider) []string {
	var out []string
	for _, a := range p.Actions {
		out = append(out, a.Name)
	}
	return out
}

// tale is something that webhooks may come of: an example and then, unless it
// is "", an action on every payment that lists it.
type tale struct{ key, action string }

func (t tale) String() string {
	if t.action == "" {
		return t.key
	}
	return t.key + ", " + t.action
}

// tell lets a tale happen; false when there was nothing to do.
func (c *Client) tell(t tale) bool {
	reply := c.Do(c.example(t.key))
	c.eventsOf(reply)
	if t.action == "" {
		return true
	}
	did := false
	for _, p := range c.Payments() {
		if slices.Contains(p.Actions, t.action) {
			c.Act(p.ID, t.action, "")
			did = true
		}
	}
	return did
}

// eventsOf compares what a call caused with what its operation may cause.
func (c *Client) eventsOf(reply *Reply) {
	if reply.Entry == nil || c.w.parallel {
		return
	}
	op := c.w.provider.Operation(reply.Entry.Operation)
	for _, sent := range reply.Entry.Webhooks {
		if op != nil && !slices.Contains(op.Events, sent.Event) {
			c.w.found("webhooks "+op.ID, "it caused %s, which its row does not name", sent.Event)
		}
	}
}

// hear lets a tale happen and judges everything that was heard of it; false
// when that is nothing.
func (c *Client) hear(t tale) bool {
	w := c.w
	if !c.tell(t) {
		return false
	}
	for _, d := range c.outbox() {
		subject := "webhooks " + d.Event
		if !slices.ContainsFunc(w.provider.Events, func(e provider.Event) bool { return e.Name == d.Event }) {
			w.found(subject, "%s: the event is in no table", t)
		}
		if d.State != webhook.Delivered && d.State != webhook.Unheard {
			w.found(subject, "%s: the webhook to %s is %s: %s", t, d.URL, d.State, d.Reason)
		}
	}
	all := c.Heard()
	sent := c.outbox()
	last := map[string]int{} // payment → which of sent was heard of it last
	for _, m := range all {
		if err := w.suite.Verify(m); err != nil {
			w.found("webhooks "+m.Event, "%s: the merchant does not accept it: %v", t, err)
		}
		n := slices.IndexFunc(sent, func(d webhook.Delivery) bool { return d.ID == m.ID })
		if n < 0 || sent[n].Payment == "" {
			continue
		}
		of := sent[n].Payment
		if before, ok := last[of]; ok && before > n {
			w.found("webhooks "+m.Event, "%s: %s of %s is heard after %s", t, m.ID, of, sent[before].ID)
		}
		last[of] = n
	}
	return len(all) > 0
}

// heardOf lets a tale happen while webhooks travel like that.
func (w *world) heardOf(t tale, how plan.Webhook) (*Client, []Received) {
	c := w.fresh()
	c.plan(&script{webhook: how})
	c.tell(t)
	return c, c.Heard()
}

// forgeries are what the merchant must not believe.
func (w *world) forgeries(t tale) {
	if w.provider.Webhooks.Sign == nil {
		return
	}
	for _, mode := range []provider.SignMode{provider.SignWrongKey, provider.SignMissing} {
		_, all := w.heardOf(t, plan.Webhook{Sign: mode})
		if len(all) == 0 {
			w.found("webhooks "+string(mode), "%s: nothing is heard", t)
		}
		for _, m := range all {
			if w.suite.Verify(m) == nil {
				w.found("webhooks "+string(mode), "%s: the merchant accepts it: %v %s", t, m.Header, short(m.Body))
			}
		}
	}
}

// oddly is a message that says the same in other bytes, and more.
var oddly = edit.Body{
	Set:   []edit.Member{{Path: "odd", Value: json.RawMessage(`{"größe/1":[1.50,null]}`)}},
	Write: []edit.Spelling{edit.Reversed, edit.Escaped, edit.Spaced},
}

// changes are what the merchant must believe: a message that a scenario has
// changed is signed as it is sent.
func (w *world) changes(t tale) {
	_, plain := w.heardOf(t, plan.Webhook{})
	_, all := w.heardOf(t, plan.Webhook{Change: oddly})
	if len(all) != len(plain) {
		w.found("webhooks change", "%s: %d webhooks are heard, and %d when they are changed", t, len(plain), len(all))
		return
	}
	for i, m := range all {
		if bytes.Equal(m.Body, plain[i].Body) {
			w.found("webhooks change", "%s: it is as it was: %s", t, short(m.Body))
		}
		if err := w.suite.Verify(m); err != nil {
			w.found("webhooks change", "%s: the merchant does not accept it: %v: %s", t, err, short(m.Body))
		}
	}
}

// stale signatures say that they were made before they were.
func (w *world) stale(t tale) {
	if w.provider.Webhooks.Sign == nil || !w.provider.Webhooks.Dated {
		return
	}
	const age = 24 * time.Hour
	_, fresh := w.heardOf(t, plan.Webhook{})
	_, old := w.heardOf(t, plan.Webhook{Stale: age})
	if len(old) != len(fresh) {
		w.found("webhooks stale", "%s: %d webhooks are heard, and %d when their signatures are stale", t, len(fresh), len(old))
	}
	for i, m := range old {
		if i < len(fresh) && bytes.Equal(m.Body, fresh[i].Body) && fmt.Sprint(m.Header) == fmt.Sprint(fresh[i].Header) {
			w.found("webhooks stale", "%s: a signature of yesterday is that of today, and the table says it covers a time", t)
		}
		m.At = m.At.Add(-age)
		if err := w.suite.Verify(m); err != nil {
			w.found("webhooks stale", "%s: a stale signature would not have been accepted when it says it was made: %v", t, err)
		}
	}
}

// ladder follows a webhook that nobody acknowledges, and then redelivers it.
func (w *world) ladder(t tale) {
	c := w.fresh()
	w.merchant.answer(c.Tenant, http.StatusInternalServerError)
	c.tell(t)
	var whole time.Duration
	for _, rung := range w.provider.Webhooks.Ladder {
		whole += rung
	}
	c.Advance(whole + 24*time.Hour)
	for _, d := range c.outbox() {
		if d.State == webhook.Unheard {
			continue
		}
		subject := "webhooks ladder"
		if want := len(w.provider.Webhooks.Ladder) + 1; len(d.Attempts) != want || d.State != webhook.Failed {
			w.found(subject, "%s: %s was attempted %d times and is %s, not %d times and failed", t, d.Event, len(d.Attempts), d.State, want)
			continue
		}
		due := d.Created
		for i, a := range d.Attempts {
			if i > 0 {
				due = due.Add(w.provider.Webhooks.Ladder[i-1])
			}
			if !a.At.Equal(due) {
				w.found(subject, "%s: attempt %d at %s is at %v, not %v", t, i+1, d.Event, a.At, due)
			}
		}
		w.merchant.answer(c.Tenant, http.StatusOK)
		if again, ok := w.engine.Redeliver(c.t, d.ID); !ok || again.State != webhook.Delivered {
			w.found(subject, "%s: %s, redelivered and acknowledged, is %s", t, d.Event, again.State)
		}
	}
	w.alike("webhooks ladder", t, c.Heard())
}

// alike demands that every webhook of one id had the same bytes, and that all
// are accepted.
func (w *world) alike(subject string, t tale, all []Received) {
	first := map[string]Received{}
	for _, m := range all {
		f, ok := first[m.ID]
		if !ok {
			first[m.ID] = m
			continue
		}
		if !bytes.Equal(f.Body, m.Body) || fmt.Sprint(f.Header) != fmt.Sprint(m.Header) {
			w.found(subject, "%s: %s changes between attempts:\n%s", t, m.ID, diff(fmt.Sprintf("%v\n%s", f.Header, f.Body), fmt.Sprintf("%v\n%s", m.Header, m.Body)))
		}
	}
}

// copies are the same webhook more than once.
func (w *world) copies(t tale) {
	_, once := w.heardOf(t, plan.Webhook{})
	c, _ := w.heardOf(t, plan.Webhook{Copies: 2, Gap: time.Minute})
	c.Advance(time.Minute)
	all := c.Heard()
	if len(all) != 2*len(once) {
		w.found("webhooks copies", "%s: two copies of %d webhooks are heard as %d", t, len(once), len(all))
	}
	w.alike("webhooks copies", t, all)
	for _, m := range all {
		if err := w.suite.Verify(m); err != nil {
			w.found("webhooks copies", "%s: a copy is not accepted: %v", t, err)
		}
	}
}

// redelivery is one attempt more, with the same bytes.
func (w *world) redelivery(t tale) {
	c := w.fresh()
	c.tell(t)
	before := c.Heard()
	for _, m := range before {
		if _, ok := w.engine.Redeliver(c.t, m.ID); !ok {
			w.found("webhooks redelivery", "%s: %s cannot be redelivered", t, m.ID)
		}
	}
	after := c.Heard()
	if len(after) != 2*len(before) {
		w.found("webhooks redelivery", "%s: %d webhooks, redelivered, are heard as %d", t, len(before), len(after))
	}
	w.alike("webhooks redelivery", t, after)
}
