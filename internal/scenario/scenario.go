package scenario

import (
	"io"
	"math"
	"slices"
	"time"

	"gopkg.in/yaml.v3"

	"paysim/internal/ident"
	"paysim/internal/plan"
	"paysim/internal/provider"
)

// Scenario is a file without problems. It is never changed once it is read and
// can be loaded into any number of tenants.
type Scenario struct {
	Name    string
	File    string
	Source  string      // as it was read
	Seed    *ident.Seed // nil when the file names none
	Clock   time.Time   // zero when the file names none
	clockAt *yaml.Node
	Expects []Expect
	Notices Problems // what a wildcard cannot reach: worth knowing, no reason to refuse

	rules  []*rule
	hooks  []*hook
	acts   []*act
	places int // how many places the rules look at

	calls    map[string][]target // provider.operation → the rules that reach it, in order
	messages map[string]*hook    // provider.event → the first entry on it
	payers   map[string][]*act   // provider.kind → the script
}

// target is a rule and what it does to one operation.
type target struct {
	rule *rule
	call plan.Call
}

var topKeys = []string{"version", "name", "seed", "clock", "rules", "webhooks", "payer", "expect"}

// Parse reads a scenario. Names are checked against the providers. With any
// problem there is no scenario. file is what problems call it and may be "".
func Parse(file string, src []byte, providers []*provider.Provider) (*Scenario, Problems) {
	r := newReader(file, src, providers)
	s := &Scenario{File: file, Source: string(src)}
	if root := r.document(src); root != nil {
		r.scenario(root, s)
	}
	if len(r.problems) > 0 {
		return nil, r.problems.sorted()
	}
	s.Notices = r.notices.sorted()
	s.index(providers)
	return s, nil
}

func (r *reader) scenario(root *yaml.Node, s *Scenario) {
	o, ok := r.object(root, "a scenario", topKeys)
	if !ok {
		return
	}
	if v := o.fields["version"]; v != nil && (v.Kind != yaml.ScalarNode || v.Value != "1") {
		r.fault(v, `"version" must be 1, the only one there is, not %s`, kind(v))
	}
	if n := o.fields["name"]; n != nil {
		s.Name, _ = r.text(n, `"name"`)
	}
	if n := o.fields["seed"]; n != nil {
		if v, ok := r.whole(n, `"seed"`, 0, math.MaxInt64); ok {
			seed := ident.Seed(v)
			s.Seed = &seed
		}
	}
	if n := o.fields["clock"]; n != nil {
		s.Clock, s.clockAt = r.clock(n), n
	}
	if n := o.fields["rules"]; n != nil {
		s.rules = readAll(r, n, `"rules"`, func(i int, c *yaml.Node) *rule { return r.rule(i, c, o.has("seed")) })
		s.places = slots(conditionsOf(s.rules)...)
		r.unreachable(s.rules)
	}
	if n := o.fields["webhooks"]; n != nil {
		s.hooks = readAll(r, n, `"webhooks"`, r.hook)
		r.shadowed(s.hooks)
	}
	if n := o.fields["payer"]; n != nil {
		s.acts = readAll(r, n, `"payer"`, r.act)
		r.repeated(s.acts)
	}
	if n := o.fields["expect"]; n != nil {
		s.Expects = r.expects(n)
	}
	if len(root.Content) == 0 {
		r.fault(root, "the scenario is empty; it takes %s", either(topKeys))
	}
}

// readAll reads the entries of a list, counted from 1. Those with problems are
// left out.
func readAll[T any](r *reader, n *yaml.Node, what string, read func(int, *yaml.Node) *T) []*T {
	nodes := r.list(n, what)
	if len(nodes) > rulesLimit {
		r.fault(nodes[rulesLimit], "%s has %d entries; %d are the most", what, len(nodes), rulesLimit)
		return nil
	}
	var out []*T
	for i, c := range nodes {
		if x := read(i+1, c); x != nil {
			out = append(out, x)
		}
	}
	return out
}

func conditionsOf(rules []*rule) (all [][]condition) {
	for _, ru := range rules {
		all = append(all, ru.match)
	}
	return all
}

// slots numbers the places that conditions look at, equal ones alike, and says
// how many there are.
func slots(all ...[]condition) int {
	seen := map[place]int{}
	for _, cs := range all {
		for i := range cs {
			slot, ok := seen[cs[i].place]
			if !ok {
				slot = len(seen)
				seen[cs[i].place] = slot
			}
			cs[i].slot = slot
		}
	}
	return len(seen)
}

func (r *reader) clock(n *yaml.Node) time.Time {
	o, ok := r.object(n, `"clock"`, []string{"at"})
	if !ok || !r.need(o, `"clock"`, "at") {
		return time.Time{}
	}
	at := o.fields["at"]
	t, err := time.Parse(time.RFC3339, at.Value)
	if at.Kind != yaml.ScalarNode || err != nil {
		r.fault(at, `"at" must be a time with its zone, such as 2026-03-01T09:00:00Z, not %s`, kind(at))
		if day, err := time.Parse(time.DateOnly, at.Value); err == nil {
			r.instead(day.Format(time.RFC3339))
		}
		return time.Time{}
	}
	if t.Year() < 1970 || t.Year() > 2200 {
		r.fault(at, `"at" must lie between 1970 and 2200, not in %d`, t.Year())
	}
	return t.UTC()
}

// index arranges everything by the name that it will be asked for.
func (s *Scenario) index(ns names) {
	s.calls, s.messages, s.payers = map[string][]target{}, map[string]*hook{}, map[string][]*act{}
	for _, ru := range s.rules {
		for operation, call := range ru.targets {
			s.calls[operation] = append(s.calls[operation], target{ru, call})
		}
	}
	for _, h := range s.hooks {
		for _, event := range h.on.covered(ns, events) {
			if s.messages[event] == nil {
				s.messages[event] = h
			}
		}
	}
	for _, a := range s.acts {
		for _, p := range ns {
			if !a.possible(p) {
				continue
			}
			for _, k := range payableNames(p) {
				if a.on.covers(p.Name, k) {
					s.payers[p.Name+"."+k] = append(s.payers[p.Name+"."+k], a)
				}
			}
		}
	}
}

// possible reports whether a provider's payers can do it.
func (a *act) possible(p *provider.Provider) bool {
	action := p.Action(a.what.Action)
	return action != nil && (a.what.Outcome == "" || slices.Contains(action.Outcomes, a.what.Outcome))
}

// Check prints what is wrong with a file, and what is worth knowing about it,
// as `simulator check` does. It reports whether the file can be loaded.
func Check(w io.Writer, file string, src []byte, providers []*provider.Provider) bool {
	s, problems := Parse(file, src, providers)
	if len(problems) > 0 {
		io.WriteString(w, problems.String())
		return false
	}
	for _, n := range s.Notices {
		n.Message = "note: " + n.Message
		io.WriteString(w, n.String())
	}
	return true
}
