package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"paysim/internal/journal"
	"paysim/internal/plan"
	"paysim/internal/provider"
	"paysim/internal/spell"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
)

// act is the name of engine timers that do a payer's action.
const act = "act"

// fireDue lets every timer fire whose time has come, under the tenant's lock,
// so that no call ever sees a payment that should have expired.
func (e *Engine) fireDue(t *tenant.Tenant) {
	for {
		due, ok := t.Due.Pop(t.Clock.Now())
		if !ok {
			return
		}
		e.fire(t, due)
	}
}

// fire lets one timer happen in a transaction of its own, under the lock, and
// says whether it did anything: a charge that was paid does not expire.
func (e *Engine) fire(t *tenant.Tenant, due tenant.Timer) bool {
	before := t.Journal.Last()
	p := e.provider(due.Provider)
	entry := journal.Entry{Kind: journal.Timer, Operation: due.Name, Object: due.Key}
	var err error
	if due.Name == act {
		entry.Kind, entry.Operation = journal.Action, due.Action
		entry.Rule = due.Rule
		err = e.perform(t, p, entry, due.Outcome)
	} else if timer := p.Timer(due.Name); timer != nil {
		err = e.happen(t, p, entry, func(tx *provider.Tx) error { return timer.Fire(tx, due.Key) })
	} else {
		err = fmt.Errorf("%s lists no timer %q", p.Name, due.Name)
	}
	if err != nil { // a script that came too late, or a defect: either way somebody will ask
		entry.At, entry.Provider, entry.Cause = t.Clock.Now(), p.Name, err.Error()
		t.Journal.Append(&entry)
	}
	return t.Journal.Last() > before
}

// happen runs f in a transaction and journals it if it did anything.
func (e *Engine) happen(t *tenant.Tenant, p *served, entry journal.Entry, f func(*provider.Tx) error) (err error) {
	tx := e.begin(t, p, "")
	defer func() {
		if v := recover(); v != nil {
			tx.Rollback()
			err = e.panicked(p, entry.Operation, v)
		}
	}()
	if err := f(tx); err != nil {
		tx.Rollback()
		return err
	}
	rec := tx.Record
	var urgent []*webhook.Delivery
	entry.Webhooks, urgent = e.keep(t, p, tx, e.seal(t, p, tx))
	for _, d := range urgent { // there is no answer that they could come before
		t.Attempts.Push(tenant.Timer{At: d.Due, Provider: p.Name, Name: "webhook", Key: d.ID})
	}
	if len(rec.Transitions) == 0 && len(rec.Money) == 0 && len(entry.Webhooks) == 0 && len(rec.Notes) == 0 {
		return nil
	}
	if rec.Outcome != "" {
		t.Touch(p.Name, "outcome "+rec.Outcome)
	}
	entry.At, entry.Provider = tx.Now, p.Name
	entry.Outcome, entry.Origin = rec.Outcome, rec.Origin
	entry.Transitions, entry.Money, entry.Notes = rec.Transitions, rec.Money, rec.Notes
	t.Journal.Append(&entry)
	return nil
}

// perform does the payer's or bank's action that entry names, under the lock.
func (e *Engine) perform(t *tenant.Tenant, p *served, entry journal.Entry, outcome string) error {
	a := p.Action(entry.Operation)
	if a == nil {
		return &UnknownActionError{Action: entry.Operation, Known: actionNames(p)}
	}
	return e.happen(t, p, entry, func(tx *provider.Tx) error {
		if outcome != "" {
			tx.Record.Decided(origin(entry), outcome)
		}
		return a.Do(tx, entry.Object, outcome)
	})
}

// origin is who decides by an action: a scenario, or somebody outside.
func origin(entry journal.Entry) string {
	if entry.Rule != "" {
		return "rule"
	}
	return "action"
}

// UnknownActionError says that a provider has no such action.
type UnknownActionError struct {
	Action string
	Known  []string
}

func (e *UnknownActionError) Error() string {
	return fmt.Sprintf("there is no action %q%s", e.Action, spell.Hint(e.Action, e.Known))
}

func actionNames(p *served) []string {
	var out []string
	for _, a := range p.Actions {
		out = append(out, a.Name)
	}
	return out
}

// script asks the scenario what the payer of a new payment will do.
func (e *Engine) script(t *tenant.Tenant, p *served, o provider.Opened, now time.Time) {
	if t.Planner == nil {
		return
	}
	payer, ok := t.Planner.Payer(p.Name + "." + o.Kind)
	if !ok {
		return
	}
	for _, does := range append([]plan.Payer{payer}, payer.Then...) {
		t.Due.Push(tenant.Timer{
			At: now.Add(does.After), Provider: p.Name, Name: act, Key: o.ID, Action: does.Action, Outcome: does.Outcome, Rule: does.Rule,
		})
	}
}

// decideLater ends the payment that a call left undecided, in the place of the
// payer, whom the scenario is not asked about then.
func (e *Engine) decideLater(t *tenant.Tenant, p *served, tx *provider.Tx, how plan.Call) {
	action, outcome := "approve", how.Effect.Outcome
	a, declines := plan.Decision(p.Provider, outcome)
	if declines {
		action = "decline"
	}
	if a != nil && !slices.Contains(a.Outcomes, outcome) {
		outcome = ""
	}
	for _, id := range undecided(p, tx.Record) {
		t.Due.Push(tenant.Timer{
			At: tx.Now.Add(how.Effect.Later), Provider: p.Name, Name: act, Key: id, Action: action, Outcome: outcome, Rule: how.Rule,
		})
	}
	tx.Record.Opened = nil
}

// undecided is the payments that a call made and left open: those it says wait
// for a payer, or else what it made.
func undecided(p *served, rec *provider.Record) []string {
	var out []string
	for _, o := range rec.Opened {
		out = append(out, o.ID)
	}
	if len(out) > 0 {
		return out
	}
	for _, s := range rec.Transitions {
		for _, m := range p.Machines {
			if m.Name == s.Object && m.Start == s.From && !slices.Contains(out, s.ID) {
				out = append(out, s.ID)
			}
		}
	}
	return out
}

// Fired is something that happened while a clock was moved.
type Fired struct {
	At       time.Time     `json:"at"`
	Provider string        `json:"provider"`
	What     string        `json:"what"`   // a timer's or action's name, or "webhook"
	Object   string        `json:"object"` // what it was about
	State    webhook.State `json:"state,omitempty"`
}

// MoveClock moves a tenant's clock to target (Advance adds to what it shows,
// once its turn has come), lets everything due by then happen in order, waits
// for the webhook attempts, and says what fired. then says how the clock goes
// on. It gives ctx's error if another mover does not end.
func (e *Engine) MoveClock(ctx context.Context, t *tenant.Tenant, target func(now time.Time) (time.Time, error), then After) ([]Fired, error) {
	if !t.TakeTurn(ctx.Done()) {
		return nil, ctx.Err()
	}
	defer t.EndTurn()
	t.Lock()
	wasRunning := !t.Clock.Frozen()
	now := t.Clock.Now()
	until, err := target(now)
	if err == nil && until.Before(now) {
		err = rewind(t)
	}
	if err != nil {
		t.Unlock()
		return nil, err
	}
	t.Moving = true
	t.Clock.Freeze(now)
	t.Unlock()

	fired := e.passTime(t, until)

	t.Lock()
	t.Moving = false
	if then == Running || then == AsBefore && wasRunning {
		t.Clock.Run()
	}
	t.Unlock()
	e.wake(t)
	return fired, nil
}

// rewind makes a tenant ready to go back in time, under its lock. One in which
// nothing happened yet holds at most the world it began with, laid out by
// whoever looked at it; that is laid out again, then.
func rewind(t *tenant.Tenant) error {
	if t.Journal.Len() > 0 {
		return ErrBackwards
	}
	t.Rewind()
	return nil
}

// After says how a clock goes on after it was moved.
type After int

// How a clock goes on.
const (
	AsBefore After = iota
	Frozen
	Running
)

// ErrBackwards says that a tenant that holds data cannot go back in time.
var ErrBackwards = errors.New("the clock goes back only while the tenant holds no data")

// passTime steps from one due thing to the next.
func (e *Engine) passTime(t *tenant.Tenant, until time.Time) []Fired {
	fired := []Fired{}
	for e.ctx.Err() == nil {
		t.Lock()
		for t.InFlight > 0 {
			t.Idle.Wait()
		}
		queue, next, ok := soonest(t)
		if !ok || next.At.After(until) {
			t.Clock.Freeze(until)
			t.Unlock()
			return fired
		}
		if next.At.After(t.Clock.Now()) {
			t.Clock.Freeze(next.At)
		}
		queue.Pop(next.At)
		f := Fired{At: t.Clock.Now(), Provider: next.Provider, What: next.Name, Object: next.Key}
		if queue == &t.Due {
			if next.Name == act {
				f.What = next.Action
			}
			did := e.fire(t, next)
			t.Unlock()
			if did {
				fired = append(fired, f)
			}
			continue
		}
		d := t.Outbox.Get(next.Key)
		t.Unlock()
		if d == nil || d.State != webhook.Waiting {
			continue
		}
		made, _ := e.attempt(t, d, false)
		f.State = made.State
		fired = append(fired, f)
	}
	return fired
}

// Act does a payer's or bank's action on a payment. The error is an
// *UnknownActionError, a *provider.UnknownPaymentError or a
// *machine.IllegalError when it cannot be done.
func (e *Engine) Act(t *tenant.Tenant, providerName, id, action, outcome string) error {
	p := e.provider(providerName)
	t.Lock()
	e.fireDue(t)
	err := e.perform(t, p, journal.Entry{Kind: journal.Action, Operation: action, Object: id}, outcome)
	t.Unlock()
	e.wake(t)
	return err
}

// Payments lists a tenant's payments across providers.
func (e *Engine) Payments(t *tenant.Tenant) []provider.Payment {
	t.Lock()
	defer t.Unlock()
	e.fireDue(t)
	out := []provider.Payment{}
	for _, p := range e.providers {
		if p.Payments == nil {
			continue
		}
		tx := e.begin(t, p, "")
		for _, pay := range p.Payments(tx) {
			pay.Provider = p.Name
			if pay.Actions == nil {
				pay.Actions = []string{}
			}
			out = append(out, pay)
		}
		tx.Rollback()
	}
	return out
}

// Redeliver makes one more attempt at a delivery, whatever its state; false
// when the tenant has no such delivery.
func (e *Engine) Redeliver(t *tenant.Tenant, id string) (webhook.Delivery, bool) {
	t.Lock()
	d := t.Outbox.Get(id)
	t.Unlock()
	if d == nil {
		return webhook.Delivery{}, false
	}
	return e.attempt(t, d, true)
}

// Flush makes an attempt at everything that waits, now, and says what came of
// each. It waits for whoever moves the clock or flushes too, so that nothing is
// sent twice.
func (e *Engine) Flush(t *tenant.Tenant) []webhook.Delivery {
	out := []webhook.Delivery{}
	if !t.TakeTurn(e.Done()) {
		return out
	}
	defer t.EndTurn()
	t.Lock()
	for t.InFlight > 0 {
		t.Idle.Wait()
	}
	waiting := t.Outbox.Waits()
	t.Attempts.Clear()
	t.Unlock()
	for _, d := range waiting {
		if made, ok := e.attempt(t, d, false); ok {
			out = append(out, made)
		}
	}
	e.wake(t)
	return out
}
