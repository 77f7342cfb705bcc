package providertest

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"paysim/internal/journal"
	"paysim/internal/plan"
	"paysim/internal/provider"
)

// later is when a decision comes that is put off.
const later = 2 * time.Minute

// scenarios: every outcome that an operation's row names can be told, by header
// and by rule, now and, where the row says so, later; and it makes a difference.
func scenarios(h *harness) {
	for _, op := range h.suite.Provider.Operations {
		if i := slices.IndexFunc(h.examples(), func(key string) bool { return operationOf(key) == op.ID }); i >= 0 {
			h.try(func() { h.eachOutcome(&op, h.examples()[i]) })
		}
	}
	h.try(h.cards)
}

// eachOutcome tells an operation each of its outcomes in worlds that are equal.
func (h *harness) eachOutcome(op *provider.Operation, key string) {
	subject := "scenarios " + op.ID
	paid := "" // how a call ends that nobody tells anything bad
	for _, name := range append([]string{""}, op.Outcomes...) {
		o := h.outcome(name)
		c := h.world().fresh()
		r := c.signed(c.example(key))
		if name == "" && len(op.Outcomes) == 0 {
			h.unknownOutcome(subject, c, r)
			return
		}
		if name != "" {
			r = r.with("Sim-Outcome", name)
		} else {
			h.unknownOutcome(subject, c, r)
		}
		reply := c.send(r)
		end := fmt.Sprintf("%d %s\n%s", reply.Status, reply.Body, c.snapshot())
		if name == "" {
			paid = end
			continue
		}
		h.judgeOutcome(subject+" "+name, o, reply, "header")
		if o.Declines && end == paid {
			h.found(subject+" "+name, "told to end like this, it ends as if nobody had told it: %d %s", reply.Status, short(reply.Body))
		}

		c = h.world().fresh()
		r = c.signed(c.example(key))
		c.plan(&script{call: plan.Call{Rule: "a rule", Effect: plan.Effect{Outcome: name}}})
		ruled := c.send(r)
		h.judgeOutcome(subject+" "+name, o, ruled, "rule")
		if string(ruled.Body) != string(reply.Body) || ruled.Status != reply.Status {
			h.found(subject+" "+name, "told by a rule it is answered %d %s, by a header %d %s", ruled.Status, short(ruled.Body), reply.Status, short(reply.Body))
		}
		if op.Later {
			h.decideLater(subject+" "+name+" later", o, key)
		}
	}
}

func (h *harness) outcome(name string) provider.Outcome {
	for _, o := range h.suite.Provider.Outcomes {
		if o.Name == name {
			return o
		}
	}
	return provider.Outcome{Name: name}
}

// judgeOutcome compares what the journal says of a call with what it was told.
func (h *harness) judgeOutcome(subject string, o provider.Outcome, reply *Reply, origin string) {
	e := reply.Entry
	if e == nil {
		return
	}
	if e.Outcome != o.Name || e.Origin != origin {
		h.found(subject, "told by a %s, the journal says %q by %q", origin, e.Outcome, e.Origin)
	}
	if o.Error != "" && e.Error != o.Error {
		h.found(subject, "the outcome's row is %s, and the call was answered as %q (%d %s)", o.Error, e.Error, reply.Status, short(reply.Body))
	}
	if e.Error != "" && e.Error != o.Error {
		h.found(subject, "the call was refused as %s before the outcome could be (%s)%s", e.Error, short(reply.Body), because(e))
	}
	if taken := moved(e); o.Declines && taken != "" {
		h.found(subject, "a decline moves money: %s", taken)
	}
}

// moved says which money an entry took or held.
func moved(e *journal.Entry) string {
	for _, m := range e.Money {
		if m.Kind == "captured" || m.Kind == "authorized" {
			return fmt.Sprintf("%d %s %s", m.Amount, m.Currency, m.Kind)
		}
	}
	return ""
}

// unknownOutcome: a name that the operation does not have books nothing, and
// the control API's envelope says so.
func (h *harness) unknownOutcome(subject string, c *Client, r *Request) {
	before := c.snapshot()
	reply := c.w.serve(c.w.handler, c.request(r.with("Sim-Outcome", "no_such_outcome")))
	if reply.Status != http.StatusBadRequest || reply.Get("error.code") != "unknown_outcome" {
		h.found(subject, "an outcome that it does not have is answered %d %s", reply.Status, short(reply.Body))
	}
	if after := c.snapshot(); after != before {
		h.found(subject, "an outcome that it does not have leaves something behind:\n%s", diff(before, after))
	}
}

// decideLater accepts a call now and decides it later.
func (h *harness) decideLater(subject string, o provider.Outcome, key string) {
	c := h.world().fresh()
	r := c.signed(c.example(key))
	c.plan(&script{call: plan.Call{Rule: "a rule", Effect: plan.Effect{Outcome: o.Name, Later: later}}})
	reply := c.send(r)
	c.plan(nil)
	if reply.Entry == nil || !reply.OK() {
		h.found(subject, "it is not accepted: %d %s", reply.Status, short(reply.Body))
		return
	}
	if taken := moved(reply.Entry); taken != "" {
		h.found(subject, "it is not left undecided: %s", taken)
	}
	seen := len(c.journal())
	c.Advance(later - time.Second)
	for _, e := range c.journal()[seen:] {
		if e.Kind == journal.Action {
			h.found(subject, "%s is decided before its time", e.Object)
		}
	}
	c.Advance(time.Second)
	decided := false
	for _, e := range c.journal()[seen:] {
		if e.Kind != journal.Action {
			continue
		}
		decided = true
		if e.Cause != "" {
			h.found(subject, "the decision fails: %s", e.Cause)
		}
		if taken := moved(e); o.Declines && taken != "" {
			h.found(subject, "a decline moves money: %s", taken)
		}
	}
	if !decided {
		h.found(subject, "nothing is decided when the time has come")
	}
}

// cards: each magic value ends as its row says, and the journal says why.
func (h *harness) cards() {
	if h.suite.Card == nil {
		return
	}
	w := h.world()
	for _, k := range h.suite.Provider.Cards {
		h.try(func() {
			c := w.fresh()
			r := h.suite.Card(c, k)
			if r == nil {
				return
			}
			h.judgeOutcome("scenarios "+k.Kind+" "+k.Outcome, h.outcome(k.Outcome), c.Do(r), "card")
		})
	}
}
