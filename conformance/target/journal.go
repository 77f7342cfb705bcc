package target

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"paysim/conformance/report"
)

// entry is one line of a tenant's journal.
type entry struct {
	Kind, Operation string
	Request         struct {
		Method  string
		Headers []string
	}
	Response    struct{ Status int }
	Transitions []struct{ Object, From, Trigger, To string }
	Webhooks    []struct{ Event string }
}

func (e entry) chromium() bool {
	return slices.ContainsFunc(e.Request.Headers, func(h string) bool {
		return strings.HasPrefix(h, "User-Agent: ") && strings.Contains(h, "Chrome/")
	})
}

// Providers are the names of what the target serves.
func (t *Target) Providers() []string { return slices.Sorted(maps.Keys(t.bases)) }

// Operations is a provider's table of operations; nil where it does not serve the provider.
func (t *Target) Operations(ctx context.Context, provider string) ([]report.Operation, error) {
	var all struct {
		Providers []struct {
			Name       string
			Operations []report.Operation
		}
	}
	if err := get(ctx, t.Control+"/_sim/providers", &all); err != nil {
		return nil, err
	}
	for _, p := range all.Providers {
		if p.Name == provider {
			return p.Operations, nil
		}
	}
	return nil, nil
}

// Calls sums up what a simulator's journals say that was done with a provider, in all its tenants.
func (t *Target) Calls(ctx context.Context, provider string) ([]report.Call, error) {
	var all struct{ Tenants []struct{ Name string } }
	if err := get(ctx, t.Control+"/_sim/tenants", &all); err != nil {
		return nil, err
	}
	type who struct {
		operation string
		chromium  bool
	}
	calls := map[who]*report.Call{}
	for _, tenant := range all.Tenants {
		var journal struct{ Entries []entry }
		if err := get(ctx, t.Control+"/_sim/tenants/"+url.PathEscape(tenant.Name)+"/journal?provider="+provider, &journal); err != nil {
			return nil, err
		}
		for _, e := range journal.Entries {
			if e.Kind != "call" || e.Operation == "" {
				continue
			}
			key := who{e.Operation, e.chromium()}
			if calls[key] == nil {
				calls[key] = &report.Call{Operation: e.Operation, Chromium: key.chromium, Methods: []string{}, Statuses: []int{}, Edges: []string{}, Events: []string{}}
			}
			e.addTo(calls[key])
		}
	}
	sorted := []report.Call{}
	for _, key := range slices.SortedFunc(maps.Keys(calls), func(a, b who) int {
		return strings.Compare(fmt.Sprint(a.operation, a.chromium), fmt.Sprint(b.operation, b.chromium))
	}) {
		sorted = append(sorted, *calls[key])
	}
	return sorted, nil
}

func (e entry) addTo(c *report.Call) {
	c.Methods = with(c.Methods, e.Request.Method)
	c.Statuses = with(c.Statuses, e.Response.Status)
	for _, edge := range e.Transitions {
		c.Edges = with(c.Edges, fmt.Sprintf("%s: %s -%s-> %s", edge.Object, edge.From, edge.Trigger, edge.To))
	}
	for _, hook := range e.Webhooks {
		c.Events = with(c.Events, hook.Event)
	}
}

// with adds a member to a sorted set.
func with[T cmp.Ordered](set []T, member T) []T {
	if at, there := slices.BinarySearch(set, member); !there {
		return slices.Insert(set, at, member)
	}
	return set
}
