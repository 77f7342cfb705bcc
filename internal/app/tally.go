package app

import (
	"fmt"
	"strings"

	"paysim/internal/journal"
	"paysim/internal/tenant"
)

// totals is what happened in a tenant, counted.
type totals struct {
	calls, payments, webhooks int
	lines                     []string // one per operation and event, in the order of their first mention
}

// tally counts what a tenant remembers. The tenant is locked.
func tally(t *tenant.Tenant) totals {
	var out totals
	ops, events := counts{}, counts{}
	for _, e := range t.Journal.Since(0, 0, func(e *journal.Entry) bool { return e.Kind == journal.Call }) {
		out.calls++
		name := e.Operation
		if name == "" {
			name = e.Request.Method + " " + e.Request.Path
		}
		status := "no answer"
		if e.Response != nil {
			status = fmt.Sprint(e.Response.Status)
		}
		if len(e.Answer) > 0 { // the caller heard something else
			status += " (" + strings.Join(e.Answer, ", ") + ")"
		}
		ops.add(e.Provider+"."+name, status)
	}
	for _, d := range t.Outbox.All() {
		out.webhooks++
		events.add("webhook "+d.Provider+"."+d.Event, string(d.State))
	}
	out.lines = append(ops.lines(), events.lines()...)
	return out
}

func (t totals) String() string {
	return fmt.Sprintf("%s, %s, %s", many(t.calls, "call"), many(t.payments, "payment"), many(t.webhooks, "webhook"))
}

func many(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// counts is how often something ended in which way.
type counts struct {
	names []string
	ends  map[string][]string // by name, in the order of their first mention
	count map[[2]string]int
}

func (c *counts) add(name, end string) {
	if c.count == nil {
		c.ends, c.count = map[string][]string{}, map[[2]string]int{}
	}
	if c.ends[name] == nil {
		c.names = append(c.names, name)
	}
	key := [2]string{name, end}
	if c.count[key] == 0 {
		c.ends[name] = append(c.ends[name], end)
	}
	c.count[key]++
}

func (c *counts) lines() []string {
	var out []string
	for _, name := range c.names {
		var ends []string
		for _, end := range c.ends[name] {
			ends = append(ends, fmt.Sprintf("%d× %s", c.count[[2]string{name, end}], end))
		}
		out = append(out, name+": "+strings.Join(ends, ", "))
	}
	return out
}
