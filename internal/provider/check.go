package provider

import (
	"errors"
	"fmt"
	"regexp"

	"paysim/internal/catalog"
)

var (
	providerName  = regexp.MustCompile(`^[a-z][a-z0-9]*$`)
	operationName = regexp.MustCompile(`^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$`)
)

// Check reports everything in which a provider's tables contradict themselves,
// each other or this contract.
func (p *Provider) Check() error {
	c := checker{p: p, outcomes: map[string]bool{}, events: map[string]bool{}}
	c.facts()
	c.operations()
	c.rest()
	return errors.Join(c.all...)
}

type checker struct {
	p                *Provider
	all              []error
	outcomes, events map[string]bool
}

func (c *checker) fault(format string, args ...any) {
	c.all = append(c.all, fmt.Errorf(format, args...))
}

func (c *checker) evidence(what string, e catalog.Evidence) {
	if err := e.Check(); err != nil {
		c.fault("%s: %w", what, err)
	}
}

func (c *checker) facts() {
	p := c.p
	if !providerName.MatchString(p.Name) || p.Title == "" || p.Summary == "" || p.Slot < 1 || len(p.Hosts) == 0 {
		c.fault("name, title, summary, slot and hosts are required")
	}
	if p.Keys == nil || p.Whose == nil || p.Authenticate == nil || p.Refusal == nil || p.Envelope == nil {
		c.fault("keys, whose, authenticate, refusal and envelope are required")
	}
	if err := p.Errors.Check(); err != nil {
		c.all = append(c.all, err)
	}
	for _, m := range p.Machines {
		if err := m.Check(); err != nil {
			c.all = append(c.all, err)
		}
	}
	for _, o := range p.Outcomes {
		c.once("outcome", c.outcomes, o.Name)
		if o.Error != "" && p.Errors.ByName(o.Error) == nil {
			c.fault("outcome %q: no error %q", o.Name, o.Error)
		}
		c.evidence("outcome "+o.Name, o.Evidence)
	}
	for _, e := range p.Events {
		c.once("event", c.events, e.Name)
		c.evidence("event "+e.Name, e.Evidence)
	}
	if p.Webhooks != nil {
		c.evidence("webhooks", p.Webhooks.Evidence)
	}
	if len(p.Events) > 0 && (p.Webhooks == nil || p.Webhooks.Received == nil || p.Webhooks.Timeout <= 0) {
		c.fault("a provider with events needs webhooks with a timeout and a rule for what is received")
	}
}

func (c *checker) operations() {
	seen := map[string]bool{}
	for _, op := range c.p.Operations {
		what := "operation " + op.ID
		if !operationName.MatchString(op.ID) {
			c.fault("operation %q is not noun.verb", op.ID)
		}
		if op.Handle == nil || op.Method == "" || op.Path == "" || op.Summary == "" {
			c.fault("%s: method, path, summary and handler are required", what)
		}
		if way := op.Method + " " + op.Path; seen[way] {
			c.fault("%s: %s is served twice", what, way)
		} else {
			seen[way] = true
		}
		for _, o := range op.Outcomes {
			if !c.outcomes[o] {
				c.fault("%s: no outcome %q", what, o)
			}
		}
		for _, e := range op.Events {
			if !c.events[e] {
				c.fault("%s: no event %q", what, e)
			}
		}
		c.evidence(what, op.Evidence)
	}
}

// once reports a name that stands twice in a table.
func (c *checker) once(what string, seen map[string]bool, name string) {
	if seen[name] {
		c.fault("%s %q is listed twice", what, name)
	}
	seen[name] = true
}

func (c *checker) rest() {
	timers, actions, settings := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, t := range c.p.Timers {
		c.once("timer", timers, t.Name)
		if t.Fire == nil {
			c.fault("timer %s does nothing", t.Name)
		}
		c.evidence("timer "+t.Name, t.Evidence)
	}
	for _, a := range c.p.Actions {
		c.once("action", actions, a.Name)
		if a.Do == nil {
			c.fault("action %s does nothing", a.Name)
		}
		for _, o := range a.Outcomes {
			if !c.outcomes[o] {
				c.fault("action %s: no outcome %q", a.Name, o)
			}
		}
		c.evidence("action "+a.Name, a.Evidence)
	}
	for _, k := range c.p.Cards {
		if !c.outcomes[k.Outcome] {
			c.fault("card %s: no outcome %q", k.Value, k.Outcome)
		}
		c.evidence("card "+k.Value, k.Evidence)
	}
	for _, s := range c.p.Settings {
		c.once("setting", settings, s.Name)
		if !s.holds(s.Default) {
			c.fault("setting %s: its default is a %T and not a %s", s.Name, s.Default, s.Kind)
		}
		c.evidence("setting "+s.Name, s.Evidence)
	}
}
