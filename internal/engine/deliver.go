package engine

import (
	"context"
	"time"

	"paysim/internal/clock"
	"paysim/internal/edit"
	"paysim/internal/journal"
	"paysim/internal/plan"
	"paysim/internal/provider"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
)

// firstWait is how long an answer waits for a webhook that shall be heard
// before it, in real time.
const firstWait = 5 * time.Second

// letter is a message, signed, and how it shall travel.
type letter struct {
	provider.Message
	how plan.Webhook
}

// seal asks the scenario how a transaction's messages shall travel, changes and
// signs them so, under the tenant's lock and before the commit: signing is the
// provider's code, and may fail.
func (e *Engine) seal(t *tenant.Tenant, p *served, tx *provider.Tx) []letter {
	var out []letter
	for _, m := range tx.Record.Messages {
		var how plan.Webhook
		if t.Planner != nil {
			how = t.Planner.Webhook(p.Name + "." + m.Event)
		}
		m, err := changed(p.Webhooks, m, how.Change)
		if err != nil {
			how.Rule += unchanged(err)
		}
		if p.Webhooks.Sign != nil {
			mode := how.Sign
			if mode == "" {
				mode = provider.SignRight
			}
			m = p.Webhooks.Sign(m, provider.Signature{Tenant: t.Name, Mode: mode, At: tx.Now.Add(-how.Stale)})
		}
		out = append(out, letter{m, how})
	}
	return out
}

// changed is a message as a scenario wants it, where its provider keeps what
// merchants read. After an error it is as it was.
func changed(w *provider.Webhooks, m provider.Message, how edit.Body) (provider.Message, error) {
	if how.None() || len(m.Body) == 0 { // there may be nobody to hear it
		return m, nil
	}
	if w.Inside != nil {
		return w.Inside(m, how.Of)
	}
	body, err := how.Of(m.Body)
	if err == nil {
		m.Body = body
	}
	return m, err
}

// unchanged is what the journal adds to the name of an entry that could not
// change a body.
func unchanged(err error) string { return ", but the body cannot be changed so: " + err.Error() }

// post puts a message into the outbox, as often and for when the scenario says,
// under the tenant's lock. urgent are those to be heard before the answer.
func (e *Engine) post(t *tenant.Tenant, p *served, l letter, now time.Time) (sent []journal.Webhook, urgent []*webhook.Delivery) {
	how := l.how
	for n := range max(how.Copies, 1) {
		d := t.Outbox.Add(p.Name, l.Message, n+1, now)
		sent = append(sent, journal.Webhook{ID: d.ID, Event: d.Event, Rule: how.Rule})
		if d.State != webhook.Waiting {
			continue
		}
		if how.Never {
			d.State, d.Due, d.Reason = webhook.Held, time.Time{}, "the scenario says never: "+how.Rule
			continue
		}
		if err := e.sender.Blocked(d.URL); err != nil {
			d.State, d.Due, d.Reason = webhook.Blocked, time.Time{}, err.Error()
			continue
		}
		d.Due = now.Add(how.After + time.Duration(n)*how.Gap)
		if how.Before && !d.Due.After(now) {
			urgent = append(urgent, d)
			continue
		}
		t.Attempts.Push(tenant.Timer{At: d.Due, Provider: p.Name, Name: "webhook", Key: d.ID})
	}
	return sent, urgent
}

// tellFirst makes the attempts that shall end before the answer begins, and
// waits for them, but not longer than firstWait in all. An attempt that takes
// longer goes on behind the answer, as long as the provider would wait.
func (e *Engine) tellFirst(t *tenant.Tenant, urgent []*webhook.Delivery) {
	if !e.join() { // nobody will hear them
		t.Lock()
		defer t.Unlock()
		for range urgent {
			e.ended(t)
		}
		return
	}
	heard, done := context.WithCancel(e.ctx)
	go func() {
		defer e.running.Done()
		defer done()
		for _, d := range urgent {
			e.attempt(t, d, false)
			t.Lock()
			e.ended(t)
			t.Unlock()
		}
	}()
	if clock.Wait(heard, firstWait) == nil {
		e.log.Debug("a webhook that should be heard before the answer is not", "tenant", t.Name)
	}
}

// ended counts an attempt that has ended, under the tenant's lock.
func (e *Engine) ended(t *tenant.Tenant) {
	t.InFlight--
	if t.InFlight == 0 {
		t.Idle.Broadcast()
	}
}

// attempt makes one attempt at a delivery, without the lock while it lasts, and
// sets the next if one is due. It gives the delivery as it is then; false when
// the tenant was reset and the delivery is gone.
func (e *Engine) attempt(t *tenant.Tenant, d *webhook.Delivery, manual bool) (webhook.Delivery, bool) {
	t.Lock()
	if t.Outbox.Get(d.ID) != d {
		t.Unlock()
		return webhook.Delivery{}, false
	}
	hooks := e.provider(d.Provider).Webhooks
	now, copied := t.Clock.Now(), *d
	t.Unlock()

	a := e.sender.Attempt(e.ctx, copied, now, hooks.Timeout)
	a.Manual = manual

	t.Lock()
	defer t.Unlock()
	if t.Outbox.Get(d.ID) != d {
		return webhook.Delivery{}, false
	}
	if next, again := d.Record(a, hooks); again && !manual {
		t.Attempts.Push(tenant.Timer{At: next, Provider: d.Provider, Name: "webhook", Key: d.ID})
	}
	return d.Clone(), true
}

// dispatch starts the attempts that are due, under the tenant's lock. Those of
// one payment are made in order, those of others beside them.
func (e *Engine) dispatch(t *tenant.Tenant, now time.Time) {
	for {
		due, ok := t.Attempts.Pop(now)
		if !ok {
			return
		}
		d := t.Outbox.Get(due.Key)
		if d == nil || d.State != webhook.Waiting {
			continue
		}
		lane := d.Provider + "/" + d.Payment
		waiting, busy := t.Lanes[lane]
		if !busy && !e.join() {
			return
		}
		t.Lanes[lane] = append(waiting, d)
		t.InFlight++
		if !busy {
			go e.run(t, lane)
		}
	}
}

// run makes a lane's attempts until there are none.
func (e *Engine) run(t *tenant.Tenant, lane string) {
	defer e.running.Done()
	for {
		t.Lock()
		waiting := t.Lanes[lane]
		if len(waiting) == 0 {
			delete(t.Lanes, lane)
			t.Unlock()
			break
		}
		t.Lanes[lane] = waiting[1:]
		t.Unlock()
		e.attempt(t, waiting[0], false)
		t.Lock()
		e.ended(t)
		t.Unlock()
	}
	e.wake(t) // for the next rung
}

// wake lets everything happen that is due now and, while the clock runs, sets
// the real timer for what comes next. It is called without the lock.
func (e *Engine) wake(t *tenant.Tenant) {
	t.Lock()
	defer t.Unlock()
	if t.Moving || e.ctx.Err() != nil {
		return
	}
	e.fireDue(t)
	now := t.Clock.Now()
	e.dispatch(t, now)
	if t.Wake != nil {
		t.Wake.Stop()
		t.Wake = nil
	}
	_, next, ok := soonest(t)
	if !ok || t.Clock.Frozen() {
		return
	}
	t.Wake = clock.After(next.At.Sub(now), func() {
		if e.join() {
			defer e.running.Done()
			e.wake(t)
		}
	})
}

// soonest gives what happens next and the queue that it waits in; at one
// instant timers come before webhooks.
func soonest(t *tenant.Tenant) (*tenant.Queue, tenant.Timer, bool) {
	timer, ok := t.Due.Peek()
	attempt, also := t.Attempts.Peek()
	if also && (!ok || attempt.At.Before(timer.At)) {
		return &t.Attempts, attempt, true
	}
	return &t.Due, timer, ok
}
