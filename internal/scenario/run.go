package scenario

import (
	"strconv"
	"strings"

	"paysim/internal/ident"
	"paysim/internal/plan"
)

// run is a scenario in one tenant: the counters. The tenant's lock guards it.
type run struct {
	*Scenario
	look   look
	counts []count // by rule
	heard  []int   // how often each webhook entry applied
	acted  []int   // how often each payer entry was handed out
	draws  []func() float64
}

type count struct{ fitted, fired int }

func (s *Scenario) run(tenant string) *run {
	r := &run{
		Scenario: s, look: look{found: make([]found, s.places)},
		counts: make([]count, len(s.rules)), heard: make([]int, len(s.hooks)), acted: make([]int, len(s.acts)),
		draws: make([]func() float64, len(s.rules)),
	}
	for i, ru := range s.rules {
		if ru.attempt.chance > 0 {
			stream := ident.NewStream(*s.Seed, tenant, "scenario", "rule "+strconv.Itoa(i+1))
			r.draws[i] = func() float64 { return float64(stream.IntN(1<<30)) / (1 << 30) }
		}
	}
	return r
}

// Named is the scenario's name.
func (r *run) Named() string { return r.Name }

// Call implements plan.Planner. Every rule is looked at, also after one was
// chosen: it counts the calls that it fits, whoever answers them.
func (r *run) Call(f plan.Facts) plan.Call {
	r.look.begin(&f)
	var chosen *target
	var why reasons
	targets := r.calls[f.Operation]
	for i := range targets {
		t := &targets[i]
		ru := t.rule
		if miss := r.miss(ru); miss != nil {
			why.add(ru, differs, 0, miss)
			continue
		}
		c := &r.counts[ru.number-1]
		c.fitted++
		fits := ru.attempt.fits(c.fitted, r.draws[ru.number-1])
		switch {
		case chosen != nil:
		case !fits:
			why.add(ru, notItsTurn, c.fitted, nil)
		case ru.limit > 0 && c.fired >= ru.limit:
			why.add(ru, spent, 0, nil)
		default:
			c.fired++
			chosen = t
		}
	}
	if chosen == nil {
		return plan.Call{Rule: why.String()}
	}
	return chosen.call
}

// miss is the first condition that does not hold; nil when all do.
func (r *run) miss(ru *rule) *condition {
	for i := range ru.match {
		if c := &ru.match[i]; !c.holds(r.look.at(c)) {
			return c
		}
	}
	return nil
}

// Webhook implements plan.Planner.
func (r *run) Webhook(event string) plan.Webhook {
	h := r.messages[event]
	if h == nil {
		return plan.Webhook{}
	}
	r.heard[h.number-1]++
	return h.how
}

// Payer implements plan.Planner.
func (r *run) Payer(kind string) (plan.Payer, bool) {
	acts := r.payers[kind]
	if len(acts) == 0 {
		return plan.Payer{}, false
	}
	all := make([]plan.Payer, len(acts))
	for i, a := range acts {
		r.acted[a.number-1]++
		all[i] = a.what
	}
	first := all[0]
	first.Then = all[1:]
	return first, true
}

// reasons is why no rule was chosen: of the first few rules that were looked
// at. Values are left out, since they may be secrets.
type reasons struct {
	first [3]reason
	n     int
}

type reason struct {
	rule *rule
	why  whyCode
	call int
	miss *condition
}

type whyCode int

const (
	differs    whyCode = iota
	notItsTurn         // its attempt is another
	spent              // its limit is
)

func (rs *reasons) add(ru *rule, why whyCode, call int, miss *condition) {
	if rs.n < len(rs.first) {
		rs.first[rs.n] = reason{ru, why, call, miss}
	}
	rs.n++
}

func (rs *reasons) String() string {
	if rs.n == 0 {
		return "none: no rule is on this operation"
	}
	var b strings.Builder
	b.Grow(256)
	b.WriteString("none: ")
	for i, re := range rs.first[:min(rs.n, len(rs.first))] {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(re.rule.title)
		switch re.why {
		case differs:
			b.WriteString(": ")
			b.WriteString(re.miss.place.String())
			b.WriteString(" does not match")
		case notItsTurn:
			b.WriteString(": this is call ")
			b.WriteString(strconv.Itoa(re.call))
			b.WriteString(", it answers ")
			b.WriteString(re.rule.attempt.String())
		case spent:
			b.WriteString(": its limit of ")
			b.WriteString(strconv.Itoa(re.rule.limit))
			b.WriteString(" is spent")
		}
	}
	if more := rs.n - len(rs.first); more > 0 {
		b.WriteString("; and ")
		b.WriteString(strconv.Itoa(more))
		b.WriteString(" more")
	}
	return b.String()
}
