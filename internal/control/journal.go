package control

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"paysim/internal/journal"
	"paysim/internal/provider"
)

// filter chooses entries of a journal.
type filter struct {
	provider, operation string // "" for any
	since               int64
	limit               int // 0 for all
}

func (f filter) match(e *journal.Entry) bool {
	return (f.provider == "" || e.Provider == f.provider) && (f.operation == "" || e.Operation == f.operation)
}

func (c *Control) journal(in *call) (any, error) {
	f, err := c.filter(in.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	if wantsEvents(in.Header.Get("Accept")) {
		return c.follow(in, f)
	}
	in.tenant.Lock()
	defer in.tenant.Unlock()
	return map[string]any{"entries": in.tenant.Journal.Since(f.since, f.limit, f.match)}, nil
}

func (c *Control) filter(query string) (filter, error) {
	var f filter
	q, err := url.ParseQuery(query)
	if err != nil {
		return f, bad("invalid_query", "the query does not decode")
	}
	names := []string{"operation", "provider", "since", "limit"}
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if !slices.Contains(names, name) {
			return f, bad("unknown_parameter", "there is no parameter %q%s", name, nearest(name, names))
		}
		if len(q[name]) > 1 {
			return f, bad("invalid_parameter", "parameter %q is given more than once", name)
		}
	}
	if text := q.Get("since"); text != "" {
		if f.since, err = strconv.ParseInt(text, 10, 64); err != nil || f.since < 0 {
			return f, bad("invalid_parameter", "since is a sequence number, not %q", text)
		}
	}
	if text := q.Get("limit"); text != "" {
		if f.limit, err = strconv.Atoi(text); err != nil || f.limit < 1 {
			return f, bad("invalid_parameter", "limit is a number from 1 on, not %q", text)
		}
	}
	if f.provider = q.Get("provider"); f.provider != "" {
		if _, err := c.provider(f.provider); err != nil {
			return f, asBad(err)
		}
	}
	err = c.filterOperation(&f, q.Get("operation"))
	return f, err
}

// filterOperation reads provider.operation, where "*" may stand for either half.
func (c *Control) filterOperation(f *filter, text string) error {
	if text == "" || text == "*" {
		return nil
	}
	name, op, ok := strings.Cut(text, ".")
	if !ok || name == "" || op == "" {
		return bad("invalid_parameter", "operation is provider.operation, not %q", text)
	}
	var known []string
	if name == "*" {
		for _, p := range c.Engine.Providers() {
			known = append(known, happenings(p.Provider)...)
		}
	} else {
		p, err := c.provider(name)
		if err != nil {
			return asBad(err)
		}
		if f.provider != "" && f.provider != name {
			return bad("invalid_parameter", "operation %s is not one of %s", text, f.provider)
		}
		f.provider, known = name, happenings(p)
	}
	if op == "*" {
		return nil
	}
	if !slices.Contains(known, op) {
		return bad("unknown_operation", "%s has no operation %q%s", name, op, nearest(op, known))
	}
	f.operation = op
	return nil
}

// happenings names everything of a provider that a journal records.
func happenings(p *provider.Provider) []string {
	var out []string
	for _, op := range p.Operations {
		if !slices.Contains(out, op.ID) {
			out = append(out, op.ID)
		}
	}
	for _, t := range p.Timers {
		out = append(out, t.Name)
	}
	for _, a := range p.Actions {
		out = append(out, a.Name)
	}
	return out
}
