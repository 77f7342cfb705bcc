package scenario

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"paysim/internal/engine"
	"paysim/internal/journal"
	"paysim/internal/plan"
	"paysim/internal/provider"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
)

// nearestLimit is how many journal entries a failed expectation shows.
const nearestLimit = 5

// Verify judges expectations by everything that the tenant remembers, once what
// is due now has happened. nil stands for the loaded scenario's own; without
// any, the question is whether money was captured at most once per reference.
func Verify(ctx context.Context, e *engine.Engine, t *tenant.Tenant, expects []Expect) (Report, error) {
	stay := func(now time.Time) (time.Time, error) { return now, nil }
	if _, err := e.MoveClock(ctx, t, stay, engine.AsBefore); err != nil {
		return Report{}, err
	}
	j := judge{names: servedBy(e), payments: e.Payments(t)}
	t.Lock()
	defer t.Unlock()
	j.entries = t.Journal.Since(0, 0, func(*journal.Entry) bool { return true })
	j.deliveries = t.Outbox.All()
	out := Report{Holds: true, NotFired: []Unused{}}
	if r, ok := t.Planner.(*run); ok {
		out.NotFired = r.unused()
		if expects == nil {
			expects = r.Expects
		}
	}
	if len(expects) == 0 {
		expects = []Expect{{}}
	}
	for _, x := range expects {
		res := j.judge(x)
		res.Expect, res.Line = x.String(), x.line
		if res.Holds {
			res.Nearest = nil
		}
		out.Holds = out.Holds && res.Holds
		out.Results = append(out.Results, res)
	}
	return out, nil
}

func servedBy(e *engine.Engine) (out names) {
	for _, p := range e.Providers() {
		out = append(out, p.Provider)
	}
	return out
}

// unused lists what did nothing, and why.
func (r *run) unused() []Unused {
	out := []Unused{}
	for i, s := range r.states() {
		if s.Fired > 0 {
			continue
		}
		u := Unused{Rule: s.Rule, On: s.On, Line: s.Line, Why: "nothing of the kind happened"}
		if i < len(r.rules) {
			u.Why = r.rules[i].idle(s.Fitted)
		}
		out = append(out, u)
	}
	return out
}

func (ru *rule) idle(fitted int) string {
	switch {
	case fitted == 0:
		return "no call fits it"
	case ru.attempt.counts():
		return fmt.Sprintf("%s, and it answers %s", times(fitted, "call fits it", "calls fit it"), ru.attempt)
	}
	return fmt.Sprintf("%s, and an earlier rule answered", times(fitted, "call fits it", "calls fit it"))
}

func times(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// judge holds what expectations are judged by.
type judge struct {
	names      names
	payments   []provider.Payment
	entries    []*journal.Entry
	deliveries []webhook.Delivery
}

func (j *judge) judge(x Expect) Result {
	switch {
	case x.calls != nil:
		return j.calls(x.calls, x.places)
	case x.money != nil:
		return j.money(x.money)
	case x.webhooks != nil:
		return j.webhooks(x.webhooks)
	}
	return j.capturedOnce()
}

func (j *judge) calls(x *expectCalls, places int) Result {
	l := look{found: make([]found, places)}
	var n int64
	var near []*journal.Entry
	for _, e := range j.entries {
		if e.Kind != journal.Call || !x.on.covers(e.Provider, e.Operation) || e.Operation == "" {
			continue
		}
		near = append(near, e)
		f := j.facts(e)
		l.begin(&f)
		if !slices.ContainsFunc(x.match, func(c condition) bool { return !c.holds(l.at(&c)) }) {
			n++
		}
	}
	return Result{
		Holds: x.count.holds(n), Wanted: times64(x.count, "call", "calls"), Got: times(int(n), "call", "calls"), Nearest: last(near),
	}
}

func times64(n number, one, many string) string {
	if n.String() == "1" {
		return "1 " + one
	}
	return n.String() + " " + many
}

// facts is a call as the journal remembers it: without secrets, and a long body
// cut.
func (j *judge) facts(e *journal.Entry) plan.Facts {
	f := plan.Facts{Operation: e.Provider + "." + e.Operation, Header: http.Header{}, Body: []byte(e.Request.Body)}
	for _, line := range e.Request.Headers {
		name, value, _ := strings.Cut(line, ": ")
		f.Header.Add(name, value)
	}
	query, _ := url.ParseQuery(e.Request.Query)
	f.Query = func() url.Values { return query }
	for _, op := range rows(j.names.find(e.Provider), e.Operation) {
		if vars, ok := pathVars(op.Path, e.Request.Path); ok && op.Method == e.Request.Method {
			f.Path = vars
		}
	}
	return f
}

// pathVars reads a path by the pattern that served it.
func pathVars(pattern, path string) (map[string]string, bool) {
	want, got := strings.Split(strings.Trim(pattern, "/"), "/"), strings.Split(strings.Trim(path, "/"), "/")
	if len(want) != len(got) {
		return nil, false
	}
	vars := map[string]string{}
	for i, w := range want {
		m := variable.FindStringSubmatch(w)
		if m == nil {
			if w != got[i] {
				return nil, false
			}
			continue
		}
		plain, err := url.PathUnescape(got[i])
		if err != nil {
			plain = got[i]
		}
		vars[m[1]] = plain
	}
	return vars, true
}

func (j *judge) money(x *expectMoney) Result {
	var captured, refunded, payments int64
	var ids []string
	for _, p := range j.payments {
		if p.Provider == x.provider && (x.reference == "" || p.Reference == x.reference) {
			captured, refunded, payments = captured+p.Captured, refunded+p.Refunded, payments+1
			ids = append(ids, p.ID)
		}
	}
	res := Result{Holds: true}
	var wanted, got []string
	for _, q := range []struct {
		name string
		want *int64
		got  int64
	}{{"captured", x.captured, captured}, {"refunded", x.refunded, refunded}, {"payments", x.payments, payments}} {
		if q.want == nil {
			continue
		}
		res.Holds = res.Holds && *q.want == q.got
		wanted, got = append(wanted, fmt.Sprintf("%s %d", q.name, *q.want)), append(got, fmt.Sprintf("%s %d", q.name, q.got))
	}
	res.Wanted, res.Got = strings.Join(wanted, ", "), strings.Join(got, ", ")
	if payments == 0 && x.reference != "" {
		res.Got += j.otherReferences(x)
	}
	res.Nearest = last(j.about(x.provider, x.reference, ids))
	return res
}

// otherReferences names the references that there are instead.
func (j *judge) otherReferences(x *expectMoney) string {
	var known []string
	for _, p := range j.payments {
		if p.Provider == x.provider && p.Reference != "" && !slices.Contains(known, p.Reference) {
			known = append(known, p.Reference)
		}
	}
	if len(known) == 0 {
		return ": " + x.provider + " has no payment with a reference"
	}
	return fmt.Sprintf(": no payment has the reference %q; there is %s", x.reference, strings.Join(known[max(0, len(known)-nearestLimit):], ", "))
}

// about is the entries that changed these payments or moved money under that
// reference; when there are none, all that changed something.
func (j *judge) about(who, reference string, ids []string) []*journal.Entry {
	var exact, some []*journal.Entry
	for _, e := range j.entries {
		if e.Provider != who || len(e.Money) == 0 && len(e.Transitions) == 0 {
			continue
		}
		some = append(some, e)
		if slices.ContainsFunc(e.Money, func(m provider.Movement) bool {
			return slices.Contains(ids, m.Payment) || reference != "" && m.Reference == reference
		}) || slices.ContainsFunc(e.Transitions, func(s provider.Transition) bool { return slices.Contains(ids, s.ID) }) {
			exact = append(exact, e)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return some
}

func (j *judge) webhooks(x *expectWebhooks) Result {
	var sent, heard int64
	var open []string
	var near []*journal.Entry
	ids := map[string]bool{}
	for _, d := range j.deliveries {
		if !x.on.covers(d.Provider, d.Event) || d.State == webhook.Held {
			continue
		}
		sent++
		if d.State == webhook.Delivered {
			heard++
			continue
		}
		ids[d.ID] = true
		open = append(open, describeDelivery(d))
	}
	for _, e := range j.entries {
		if slices.ContainsFunc(e.Webhooks, func(w journal.Webhook) bool { return ids[w.ID] || len(ids) == 0 && x.on.covers(e.Provider, w.Event) }) {
			near = append(near, e)
		}
	}
	res := Result{Holds: true, Nearest: last(near)}
	var wanted []string
	if x.count != nil {
		res.Holds = x.count.holds(sent)
		wanted = append(wanted, times64(*x.count, "webhook", "webhooks"))
	}
	if x.acknowledged != nil {
		res.Holds = res.Holds && *x.acknowledged == heard
		wanted = append(wanted, fmt.Sprintf("%d acknowledged", *x.acknowledged))
	}
	if x.all {
		res.Holds = res.Holds && sent > 0 && heard == sent
		wanted = append(wanted, "all acknowledged, and at least one")
	}
	res.Wanted = strings.Join(wanted, ", ")
	res.Got = fmt.Sprintf("%s, %d acknowledged", times(int(sent), "webhook", "webhooks"), heard)
	if !res.Holds && len(open) > 0 {
		res.Got += ": " + strings.Join(open[:min(len(open), nearestLimit)], "; ")
	}
	return res
}

func describeDelivery(d webhook.Delivery) string {
	s := fmt.Sprintf("%s %s.%s is %s", d.ID, d.Provider, d.Event, d.State)
	if n := len(d.Attempts); n > 0 {
		a := d.Attempts[n-1]
		s += fmt.Sprintf(" after %s, the last answered %s", times(n, "attempt", "attempts"), cmp.Or(a.Error, fmt.Sprint(a.Status)))
	} else if d.Reason != "" {
		s += ": " + d.Reason
	}
	return s
}

// capturedOnce is the question that every test should ask: did one purchase
// take money twice?
func (j *judge) capturedOnce() Result {
	res := Result{Holds: true, Wanted: "one captured payment per reference at most", Got: "that"}
	seen := map[string]string{}
	var twice []string
	for _, p := range j.payments {
		if p.Captured == 0 || p.Reference == "" {
			continue
		}
		key := p.Provider + " " + p.Reference
		if first, ok := seen[key]; ok {
			twice = append(twice, fmt.Sprintf("%s captured %s by %s and by %s", p.Provider, p.Reference, first, p.ID))
			res.Nearest = append(res.Nearest, j.about(p.Provider, p.Reference, []string{first, p.ID})...)
			continue
		}
		seen[key] = p.ID
	}
	if len(twice) > 0 {
		res.Holds, res.Got, res.Nearest = false, strings.Join(twice, "; "), last(res.Nearest)
	}
	return res
}

func last(all []*journal.Entry) []*journal.Entry { return all[max(0, len(all)-nearestLimit):] }
