package scenario

import (
	"context"
	"errors"
	"fmt"
	"time"

	"paysim/internal/engine"
	"paysim/internal/tenant"
)

// problem is an error of Load, at the clock that it is about.
func (s *Scenario) problem(err error) Problem {
	p := Problem{File: s.File, Line: 1, Column: 1, Message: err.Error()}
	if s.clockAt != nil {
		p.Line, p.Column = s.clockAt.Line, s.clockAt.Column
	}
	return p
}

// Load makes a scenario the tenant's own, with counters at zero. Its clock is
// set first: everything that is due by then happens as the scenario before it
// says. What is wrong (the clock cannot go back to that time, ctx ended) leaves
// everything as it was. A file that is loaded again, changed but for its clock,
// leaves the clock where it has come to.
func (s *Scenario) Load(ctx context.Context, e *engine.Engine, t *tenant.Tenant) error {
	if !s.Clock.IsZero() {
		to := func(time.Time) (time.Time, error) { return s.Clock, nil }
		_, err := e.MoveClock(ctx, t, to, engine.Frozen)
		if err != nil && !(errors.Is(err, engine.ErrBackwards) && s.continues(t)) {
			return fmt.Errorf("scenario %q begins at %s: %w", s.Name, s.Clock.Format(time.RFC3339), err)
		}
	}
	t.Lock()
	defer t.Unlock()
	s.install(t)
	return nil
}

// continues reports whether what the tenant has loaded began at the same time.
func (s *Scenario) continues(t *tenant.Tenant) bool {
	t.Lock()
	defer t.Unlock()
	r, ok := t.Planner.(*run)
	return ok && r.Clock.Equal(s.Clock)
}

// Start is Load for a tenant that was born just now, which nobody else has
// seen yet: tenant.Options.Born is where to call it.
func (s *Scenario) Start(t *tenant.Tenant) {
	if !s.Clock.IsZero() {
		t.Clock.Freeze(s.Clock)
	}
	s.install(t)
}

func (s *Scenario) install(t *tenant.Tenant) {
	if s.Seed != nil {
		t.Reseed(*s.Seed)
	}
	t.Planner = s.run(t.Name)
}

// Unload takes a tenant's scenario away. Its clock and seed stay.
func Unload(t *tenant.Tenant) {
	t.Lock()
	defer t.Unlock()
	t.Planner = nil
}

// State is what a tenant has loaded, and how far it has come.
type State struct {
	Name   string      `json:"name"`
	File   string      `json:"file,omitempty"`
	Source string      `json:"source"`
	Rules  []RuleState `json:"rules"`
}

// RuleState is how often one entry of rules, webhooks or payer was used.
type RuleState struct {
	Rule   string `json:"rule"` // as the journal calls it
	On     string `json:"on"`
	Line   int    `json:"line"`
	Fitted int    `json:"fitted"` // calls that on and match fit
	Fired  int    `json:"fired"`
}

// Loaded gives a tenant's scenario; false when there is none.
func Loaded(t *tenant.Tenant) (State, bool) {
	t.Lock()
	defer t.Unlock()
	r, ok := t.Planner.(*run)
	if !ok {
		return State{}, false
	}
	return State{Name: r.Name, File: r.File, Source: r.Source, Rules: r.states()}, true
}

func (r *run) states() []RuleState {
	out := []RuleState{}
	for i, ru := range r.rules {
		out = append(out, RuleState{ru.title, ru.on.String(), ru.node.Line, r.counts[i].fitted, r.counts[i].fired})
	}
	for i, h := range r.hooks {
		out = append(out, RuleState{h.title(), h.on.String(), h.node.Line, r.heard[i], r.heard[i]})
	}
	for i, a := range r.acts {
		out = append(out, RuleState{a.title(), a.on.String(), a.node.Line, r.acted[i], r.acted[i]})
	}
	return out
}
