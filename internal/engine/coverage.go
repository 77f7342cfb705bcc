package engine

import (
	"paysim/internal/provider"
	"paysim/internal/tenant"
)

// Coverage is what a tenant's traffic touched of one provider's tables, and
// what it did not, kind by kind: operations, errors, outcomes, transitions,
// events.
type Coverage map[string]Touched

// Touched splits a table's rows.
type Touched struct {
	Touched   map[string]int `json:"touched"` // row → how often
	Untouched []string       `json:"untouched"`
}

// Coverage reports on every provider.
func (e *Engine) Coverage(t *tenant.Tenant) map[string]Coverage {
	t.Lock()
	defer t.Unlock()
	out := map[string]Coverage{}
	for _, p := range e.providers {
		c := Coverage{}
		for kind, rows := range Tables(p.Provider) {
			split := Touched{Touched: map[string]int{}, Untouched: []string{}}
			for _, row := range rows {
				if n := t.Touched[p.Name][kind+" "+row]; n > 0 {
					split.Touched[row] = n
					continue
				}
				split.Untouched = append(split.Untouched, row)
			}
			c[kind+"s"] = split
		}
		out[p.Name] = c
	}
	return out
}

// Tables names the rows of a provider's tables by kind: what traffic can touch.
func Tables(p *provider.Provider) map[string][]string {
	out := map[string][]string{"operation": nil, "error": nil, "outcome": nil, "transition": nil, "event": nil}
	seen := map[string]bool{}
	for _, op := range p.Operations {
		if !seen[op.ID] {
			seen[op.ID] = true
			out["operation"] = append(out["operation"], op.ID)
		}
	}
	for _, row := range p.Errors {
		out["error"] = append(out["error"], row.Name)
	}
	for _, o := range p.Outcomes {
		out["outcome"] = append(out["outcome"], o.Name)
	}
	for _, m := range p.Machines {
		for _, edge := range m.Edges {
			out["transition"] = append(out["transition"], m.Name+": "+edge.String())
		}
	}
	for _, ev := range p.Events {
		out["event"] = append(out["event"], ev.Name)
	}
	return out
}
