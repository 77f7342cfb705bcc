package providertest

import (
	"errors"
	"slices"

	"paysim/internal/plan"
	"paysim/internal/provider"
)

// saboteur fails what it is wrapped around, after it has done its work.
type saboteur struct{ how func() error }

func (s *saboteur) after(err error) error {
	if err != nil || s.how == nil {
		return err
	}
	return s.how()
}

// around gives a copy of a provider whose handlers and actions s can fail.
func (s *saboteur) around(p *provider.Provider) *provider.Provider {
	copied := *p
	copied.Operations = append([]provider.Operation{}, p.Operations...)
	for i := range copied.Operations {
		handle := p.Operations[i].Handle
		copied.Operations[i].Handle = func(c *provider.Call) (provider.Reply, error) {
			reply, err := handle(c)
			return reply, s.after(err)
		}
	}
	copied.Actions = append([]provider.Action{}, p.Actions...)
	for i := range copied.Actions {
		do := p.Actions[i].Do
		copied.Actions[i].Do = func(tx *provider.Tx, id, outcome string) error { return s.after(do(tx, id, outcome)) }
	}
	return &copied
}

// defects are the ways in which code fails that nobody foresaw.
var defects = []struct {
	what string
	how  func() error
}{
	{"a panic at its end", func() error { panic("sabotage") }},
	{"an error that the catalogue does not know", func() error { return errors.New("sabotage") }},
}

// rollback: what fails at its very end, and what a scenario says never
// happened, leaves nothing behind; and then it can still happen.
func rollback(h *harness) {
	s := &saboteur{}
	w := h.worldOf(s.around(h.suite.Provider))
	w.forced, w.broken = true, true
	for _, key := range h.examples() {
		h.try(func() { w.undone(key, s) })
	}
	for _, a := range h.suite.Provider.Actions {
		h.try(func() { w.actionUndone(a.Name, s) })
	}
}

// undone fails an example in each way, and then lets it succeed.
func (w *world) undone(key string, s *saboteur) {
	subject := "rollback " + key
	c := w.fresh()
	r := c.example(key)
	signed := c.signed(r)
	before := c.snapshot()
	unchanged := func(what string) {
		if after := c.snapshot(); after != before {
			w.found(subject, "%s leaves something behind:\n%s", what, diff(before, after))
			before = after
		}
	}
	for _, d := range defects {
		s.how = d.how
		reply := c.send(signed)
		s.how = nil
		if reply.Entry == nil || reply.Entry.Error != w.internal.Name {
			w.found(subject, "%s is answered %d %s, not as the defect it is", d.what, reply.Status, short(reply.Body))
		}
		unchanged(d.what)
	}
	c.plan(&script{call: plan.Call{Effect: plan.Effect{None: true}}})
	reply := c.send(signed)
	c.plan(nil)
	if !reply.OK() {
		w.found(subject, "an effect of none is answered %d %s", reply.Status, short(reply.Body))
	}
	unchanged("an effect of none")
	if reply := c.send(signed); !reply.OK() {
		w.found(subject, "after three calls that left nothing, the fourth is answered %d %s%s", reply.Status, short(reply.Body), because(reply.Entry))
	}
}

// actionUndone fails an action on the first payment of an example that allows
// it.
func (w *world) actionUndone(action string, s *saboteur) {
	subject := "rollback " + action
	c := w.fresh()
	for _, key := range w.examples() {
		c.restart()
		c.Do(c.example(key))
		for _, p := range c.Payments() {
			if !slices.Contains(p.Actions, action) {
				continue
			}
			before := c.snapshot()
			for _, d := range defects {
				s.how = d.how
				err := c.act(p.ID, action, "")
				s.how = nil
				if err == nil {
					w.found(subject, "%s is no error", d.what)
				}
				if after := c.snapshot(); after != before {
					w.found(subject, "%s leaves something behind:\n%s", d.what, diff(before, after))
					before = after
				}
			}
			return
		}
	}
	w.found(subject, "no example leaves a payment that lists this action")
}
