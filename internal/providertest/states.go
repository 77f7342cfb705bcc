package providertest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"paysim/internal/ident"
	"paysim/internal/journal"
	"paysim/internal/machine"
	"paysim/internal/provider"
)

// A walk takes so many steps in each of so many tenants.
const (
	walks = 6
	steps = 90
)

// states: a random walk over examples, earlier requests, actions and time. At
// every step objects move only along their tables, the payments list tells
// which actions are possible and the money adds up.
func states(h *harness) {
	w := h.world()
	for n := range walks {
		h.try(func() { w.walk(ident.NewStream(ident.Seed(n), "walk")) })
	}
	c := w.fresh()
	for _, key := range h.examples() {
		for _, action := range actionNames(h.suite.Provider) {
			h.try(func() { c.tooLateFor(key, action) })
			c.restart()
		}
	}
}

// tooLateFor sends an example after an action has changed what it is about: a
// capture of what was canceled, say. What it is answered is the provider's
// business; that nothing moves off its table is not.
func (c *Client) tooLateFor(key, action string) {
	k := c.walker()
	r := k.example(key)
	k.step("before the example "+key, func() {})
	did := false
	k.step(action, func() {
		for _, p := range k.was {
			if slices.Contains(p.Actions, action) {
				k.act(p.ID, action, "")
				did = true
			}
		}
	})
	if did {
		k.step("the example "+key+" after "+action, func() { k.Do(r) })
		k.step("that again", func() { k.Do(r) })
	}
}

// walker begins a walk.
func (c *Client) walker() *walker {
	k := &walker{Client: c, tried: map[string]bool{}, at: map[string]machine.State{}, sums: map[string]sums{}, was: c.Payments()}
	for _, p := range k.was { // the world's own, from before the journal
		k.sums[p.ID] = sums{p.Captured, p.Refunded}
	}
	return k
}

// walker is a tenant on its way.
type walker struct {
	*Client
	random  *ident.Stream
	sent    []*Request
	tried   map[string]bool // actions tried in a state
	at      map[string]machine.State
	seen    int // entries of the journal
	sums    map[string]sums
	was     []provider.Payment
	current string // the step, for findings
}

// sums is the money that the journal says a payment moved.
type sums struct{ captured, refunded int64 }

func (w *world) walk(random *ident.Stream) {
	c, keys := w.fresh(), w.examples()
	k := c.walker()
	k.random = random
	if err := c.act("no-such-payment", firstAction(w.provider), ""); len(w.provider.Actions) > 0 && !unknown(err) {
		w.found("states unknown payment", "%s of a payment that is not there gives %v, not a *provider.UnknownPaymentError", firstAction(w.provider), err)
	}
	for range steps {
		switch n := random.IntN(20); {
		case n < 8:
			key := keys[random.IntN(len(keys))]
			var r *Request
			k.step("before the example "+key, func() { r = c.example(key) })
			k.step("the example "+key, func() { c.Do(r) })
			k.sent = append(k.sent, r)
		case n < 13 && len(k.sent) > 0:
			r := k.sent[random.IntN(len(k.sent))]
			k.step("again "+r.Method+" "+r.Path+" "+short(r.Body), func() { c.Do(r) })
		case n < 18 && len(k.was) > 0 && len(w.provider.Actions) > 0:
			k.anAction()
		case n >= 18:
			d := []time.Duration{time.Second, time.Minute, 20 * time.Minute, 3 * time.Hour, 30 * time.Hour, 8 * 24 * time.Hour}[random.IntN(6)]
			k.step("time passes: "+d.String(), func() { c.Advance(d) })
		}
		k.illegalActions()
	}
	c.t.Lock()
	defer c.t.Unlock()
	if err := c.t.DB.Check(); err != nil {
		w.found("states rows", "%v", err)
	}
}

func firstAction(p *provider.Provider) string {
	if len(p.Actions) == 0 {
		return ""
	}
	return p.Actions[0].Name
}

func unknown(err error) bool {
	var u *provider.UnknownPaymentError
	return errors.As(err, &u)
}

// anAction does something that a random payment lists.
func (k *walker) anAction() {
	p := k.was[k.random.IntN(len(k.was))]
	if len(p.Actions) == 0 {
		return
	}
	name := p.Actions[k.random.IntN(len(p.Actions))]
	a := k.w.provider.Action(name)
	if a == nil {
		k.w.found("states "+name, "a %s that is %s lists the action %s, which the provider does not", p.Kind, p.State, name)
		return
	}
	outcome := ""
	if n := k.random.IntN(len(a.Outcomes) + 1); n < len(a.Outcomes) {
		outcome = a.Outcomes[n]
	}
	k.step(fmt.Sprintf("%s %s %s", name, p.ID, outcome), func() {
		if err := k.act(p.ID, name, outcome); err != nil {
			k.w.found("states "+name, "a %s that is %s lists %s, and %s fails: %v", p.Kind, p.State, name, k.current, err)
		}
	})
}

// illegalActions tries what a payment does not list, once for each state.
func (k *walker) illegalActions() {
	for _, p := range k.was {
		for _, a := range k.w.provider.Actions {
			key := p.Kind + " " + p.State + " " + fmt.Sprint(p.Actions) + a.Name
			if slices.Contains(p.Actions, a.Name) || k.tried[key] {
				continue
			}
			k.tried[key] = true
			before := k.snapshot()
			err := k.act(p.ID, a.Name, "")
			var illegal *machine.IllegalError
			if !errors.As(err, &illegal) {
				k.w.found("states "+a.Name, "a %s that is %s does not list %s, which gives %v, not a *machine.IllegalError", p.Kind, p.State, a.Name, err)
			}
			if after := k.snapshot(); after != before {
				k.w.found("states "+a.Name, "a %s that is %s does not list %s, which changes it:\n%s", p.Kind, p.State, a.Name, diff(before, after))
			}
		}
	}
}

// step does something and judges what came of it.
func (k *walker) step(what string, do func()) {
	k.current = what
	do()
	now := k.Payments()
	entries := k.journal()[k.seen:]
	k.seen += len(entries)
	moved := false
	for _, e := range entries {
		moved = moved || len(e.Transitions) > 0
		k.judgeEntry(e, now)
	}
	for _, p := range now {
		k.judgePayment(p, moved)
	}
	k.was = now
}

// judgeEntry follows the objects along their tables and the money along the
// payments.
func (k *walker) judgeEntry(e *journal.Entry, now []provider.Payment) {
	for _, t := range e.Transitions {
		i := slices.IndexFunc(k.w.provider.Machines, func(m *machine.Table) bool { return m.Name == t.Object })
		if i < 0 {
			k.w.found("states "+t.Object, "%s: a %s has no table", k.current, t.Object)
			continue
		}
		if _, err := k.w.provider.Machines[i].Step(t.From, t.Trigger, t.To); err != nil {
			k.w.found("states "+t.Object, "%s: %v", k.current, err)
		}
		key := t.Object + " " + t.ID
		if was, ok := k.at[key]; ok && was != t.From {
			k.w.found("states "+t.Object, "%s: %s was %s and leaves %s by %s", k.current, key, was, t.From, t.Trigger)
		}
		k.at[key] = t.To
	}
	for _, m := range e.Money {
		if len(e.Transitions) == 0 {
			k.w.found("states money", "%s: %d %s is %s and no object takes a step", k.current, m.Amount, m.Currency, m.Kind)
		}
		if !slices.ContainsFunc(now, func(p provider.Payment) bool { return p.ID == m.Payment }) {
			k.w.found("states money", "%s: %d %s is %s for %q, which is no payment", k.current, m.Amount, m.Currency, m.Kind, m.Payment)
		}
		s := k.sums[m.Payment]
		switch m.Kind {
		case "captured":
			s.captured += m.Amount
		case "refunded":
			s.refunded += m.Amount
		case "authorized", "released":
		default:
			k.w.found("states money", "%s: money is %q, which nobody understands", k.current, m.Kind)
		}
		k.sums[m.Payment] = s
		if m.Amount == 0 || m.Currency == "" {
			k.w.found("states money", "%s: %d %q is %s", k.current, m.Amount, m.Currency, m.Kind)
		}
	}
}

// judgePayment compares a payment with its limits, with what moved, and with
// how it was.
func (k *walker) judgePayment(p provider.Payment, moved bool) {
	who := fmt.Sprintf("%s: the %s %s (%s)", k.current, p.Kind, p.ID, p.State)
	if p.Captured < 0 || p.Refunded < 0 || p.Refunded > p.Captured || p.Amount > 0 && p.Captured > p.Amount {
		k.w.found("states money "+p.Kind, "%s of %d has %d captured and %d refunded", who, p.Amount, p.Captured, p.Refunded)
	}
	if s := k.sums[p.ID]; s.captured != p.Captured || s.refunded != p.Refunded {
		k.w.found("states money "+p.Kind, "%s has %d captured and %d refunded, and the journal saw %d and %d", who, p.Captured, p.Refunded, s.captured, s.refunded)
	}
	for _, was := range k.was {
		if was.ID == p.ID && was.State != p.State && !moved {
			k.w.found("states "+p.Kind, "%s was %s, and nothing took a step", who, was.State)
		}
	}
}
