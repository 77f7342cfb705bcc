package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"paysim/internal/edit"
	"paysim/internal/fault"
	"paysim/internal/plan"
	"paysim/internal/provider"
)

// rule is one "on → do" as the file has it.
type rule struct {
	number  int    // from 1, as people count
	title   string // how the journal calls it
	node    *yaml.Node
	on      pattern
	match   []condition
	attempt attempt
	limit   int // 0 for none
	effect  effect
	change  edit.Body // of the answer
	answer  []fault.Fault

	// targets is what a call of each operation meets that the rule reaches.
	targets map[string]plan.Call
}

// effect is what the file says happens to the money.
type effect struct {
	none    bool
	outcome *yaml.Node
	error   *yaml.Node
	later   time.Duration
	laterAt *yaml.Node
}

// futureLimit is the longest that anything on a tenant's clock can be told to
// wait.
const futureLimit = 10 * 365 * 24 * time.Hour

var (
	ruleKeys   = []string{"on", "match", "attempt", "effect", "answer", "limit"}
	effectKeys = []string{"outcome", "error", "later"}
)

func (r *reader) rule(number int, n *yaml.Node, seeded bool) *rule {
	what := fmt.Sprintf("rule %d", number)
	o, ok := r.object(n, what, ruleKeys)
	if !ok {
		return nil
	}
	before := len(r.problems)
	ru := &rule{number: number, title: fmt.Sprintf("rule %d (line %d)", number, n.Line), node: n}
	var on *pattern
	if r.need(o, what, "on") {
		if p, ok := r.pattern(o.fields["on"], operations); ok {
			ru.on, on = p, &p
		}
	}
	if m := o.fields["match"]; m != nil {
		ru.match = r.conditions(m, on)
	}
	if a := o.fields["attempt"]; a != nil {
		ru.attempt, _ = r.attempt(a, seeded)
	}
	if l := o.fields["limit"]; l != nil {
		v, _ := r.whole(l, `"limit"`, 1, 1_000_000)
		ru.limit = int(v)
	}
	if e := o.fields["effect"]; e != nil {
		ru.effect = r.effect(e)
	}
	if a := o.fields["answer"]; a != nil {
		ru.change, ru.answer = r.answers(a)
	}
	if on == nil {
		return nil
	}
	r.reach(ru)
	if len(r.problems) > before || len(o.fields)*2 != len(n.Content) {
		return nil // it is not what was meant, so nothing follows from it
	}
	return ru
}

func (r *reader) effect(n *yaml.Node) (e effect) {
	if n.Kind == yaml.ScalarNode {
		word, _ := r.word(n, `"effect"`, []string{"commit", "none", "{outcome: NAME}", "{error: CODE}", "{later: 2m, outcome: NAME}"})
		switch word {
		case "commit":
			return effect{}
		case "none":
			return effect{none: true}
		}
		if word != "" {
			r.fault(n, `"effect" must be a mapping here, without quotes: %s`, word)
		}
		return e
	}
	o, ok := r.object(n, `"effect"`, effectKeys)
	if !ok {
		return e
	}
	if len(n.Content) == 0 {
		r.fault(n, `"effect" says nothing; it takes %s`, either(effectKeys))
	}
	if o.has("error") && len(o.fields) > 1 {
		r.fault(o.keys["error"], `"error" stands alone: a refused call has no outcome`)
		return e
	}
	if l := o.fields["later"]; l != nil {
		e.later, _ = r.duration(l, `"later"`, futureLimit)
		e.laterAt = l
		r.need(o, `an "effect" that comes later`, "outcome")
	}
	for key, to := range map[string]**yaml.Node{"outcome": &e.outcome, "error": &e.error} {
		if v := o.fields[key]; v != nil {
			if _, ok := r.text(v, quote(key)); ok {
				*to = v
			}
		}
	}
	return e
}

// reach works out what a rule does to each operation it is on. What a provider
// cannot do is a fault where it is named and a notice where a wildcard leads
// there; a rule that reaches nothing is a fault.
func (r *reader) reach(ru *rule) {
	ru.targets = map[string]plan.Call{}
	var missed []string
	for _, p := range r.names {
		why, reached := "", false
		for _, id := range operationNames(p) {
			if !ru.on.covers(p.Name, id) {
				continue
			}
			effect, no := r.effectOn(ru.effect, p, id)
			if no != "" {
				why = no
				continue
			}
			reached = true
			ru.targets[p.Name+"."+id] = plan.Call{Rule: ru.title, Effect: effect, Change: ru.change, Answer: ru.answer}
		}
		if why != "" && !reached {
			missed = append(missed, r.reason(ru, p, why))
		}
	}
	if len(missed) == 0 {
		return
	}
	at := ru.effect.node()
	if !ru.on.named() && len(ru.targets) > 0 {
		for _, why := range missed {
			r.notice(at, "this does not happen everywhere: %s", why)
		}
		return
	}
	r.fault(at, "%s", strings.Join(missed, "; "))
	r.suggest(at.Value, r.alternatives(ru))
}

// node is what a complaint about the effect points at.
func (e effect) node() *yaml.Node {
	if e.error != nil {
		return e.error
	}
	return e.outcome
}

// effectOn is the effect on one operation, or why it cannot be had.
func (r *reader) effectOn(e effect, p *provider.Provider, id string) (plan.Effect, string) {
	switch {
	case e.none:
		return plan.Effect{None: true}, ""
	case e.error != nil:
		return errorOn(p, e.error.Value)
	case e.outcome != nil:
		return outcomeOn(e, p, id)
	}
	return plan.Effect{}, ""
}

func errorOn(p *provider.Provider, name string) (plan.Effect, string) {
	found := errorsCalled(p, name)
	switch len(found) {
	case 0:
		return plan.Effect{}, fmt.Sprintf("%s has no error %s", p.Name, quote(name))
	case 1:
		return plan.Effect{Error: found[0].Name}, ""
	}
	var names []string
	for _, row := range found {
		names = append(names, row.Name)
	}
	return plan.Effect{}, fmt.Sprintf("%s has several errors with the code %s: write %s", p.Name, quote(name), either(names))
}

func outcomeOn(e effect, p *provider.Provider, id string) (plan.Effect, string) {
	name := e.outcome.Value
	out := plan.Effect{Outcome: name, Later: e.later}
	if !slices.Contains(outcomesOf(p, id), name) {
		return out, whyNot(p, id, name)
	}
	if e.laterAt == nil {
		return out, ""
	}
	action, declines := plan.Decision(p, name)
	switch {
	case !canLater(p, id):
		return out, fmt.Sprintf("%s.%s has no undecided state, so nothing can be decided later", p.Name, id)
	case action == nil:
		return out, fmt.Sprintf("%s has nobody who could decide a payment later", p.Name)
	case !slices.Contains(action.Outcomes, name) && (declines || name != "approved"):
		return out, fmt.Sprintf("at %s a payment that waits cannot end as %s%s", p.Name, quote(name), onlyAs(action.Outcomes))
	}
	return out, ""
}

func onlyAs(outcomes []string) string {
	if len(outcomes) == 0 {
		return ""
	}
	return ", only as " + either(outcomes)
}

// whyNot is the reason why an operation cannot end as name.
func whyNot(p *provider.Provider, id, name string) string {
	if !slices.ContainsFunc(p.Outcomes, func(o provider.Outcome) bool { return o.Name == name }) {
		return fmt.Sprintf("%s has no outcome %s", p.Name, quote(name))
	}
	var where []string
	for _, other := range operationNames(p) {
		if slices.Contains(outcomesOf(p, other), name) {
			where = append(where, other)
		}
	}
	if len(where) == 0 {
		return fmt.Sprintf("%s.%s cannot be told to end as %s", p.Name, id, quote(name))
	}
	return fmt.Sprintf("%s.%s cannot end as %s; %s can", p.Name, id, quote(name), strings.Join(where, ", "))
}

// reason is why a provider is not reached. A wildcard over operations has no
// single one to speak of.
func (r *reader) reason(ru *rule, p *provider.Provider, why string) string {
	e := ru.effect
	switch {
	case ru.on.rest != "*" || e.outcome == nil:
		return why
	case e.laterAt != nil:
		return fmt.Sprintf("no operation of %s can be decided later as %s", p.Name, quote(e.outcome.Value))
	}
	return fmt.Sprintf("no operation of %s can end as %s", p.Name, quote(e.outcome.Value))
}

// alternatives is what the effect could have been called.
func (r *reader) alternatives(ru *rule) []string {
	var known []string
	for _, p := range r.names {
		for _, id := range operationNames(p) {
			switch {
			case !ru.on.covers(p.Name, id):
			case ru.effect.error != nil:
				known = append(known, errorNames(p)...)
			default:
				known = append(known, outcomesOf(p, id)...)
			}
		}
	}
	return known
}
