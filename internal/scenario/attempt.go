package scenario

import (
	"math"
	"regexp"
	"strconv"

	"gopkg.in/yaml.v3"
)

// attempt says which of the calls that a rule fits it answers. The zero value
// is all of them.
type attempt struct {
	from, to int // counted from 1; to 0 is open
	every    int
	chance   float64
}

// counts reports whether it depends on how many calls came before.
func (a attempt) counts() bool { return a != attempt{} }

// fits reports whether the nth call that fits the rule is one to answer. draw
// is asked for a number in [0, 1) for each call if there is a chance.
func (a attempt) fits(n int, draw func() float64) bool {
	switch {
	case a.chance > 0:
		return draw() < a.chance
	case a.every > 0:
		return n%a.every == 0
	case a.from > 0:
		return n >= a.from && (a.to == 0 || n <= a.to)
	}
	return true
}

// String is the attempt as a file has it.
func (a attempt) String() string {
	switch {
	case a.chance > 0:
		return "{chance: " + strconv.FormatFloat(a.chance, 'g', -1, 64) + "}"
	case a.every > 0:
		return "every " + strconv.Itoa(a.every)
	case a.from > 0 && a.to == 0:
		return strconv.Itoa(a.from) + ".."
	case a.from > 0 && a.from == a.to:
		return strconv.Itoa(a.from)
	case a.from > 0:
		return strconv.Itoa(a.from) + "-" + strconv.Itoa(a.to)
	}
	return "all"
}

const attemptForms = `1, 1-3, 2.., every 3 or {chance: 0.1}`

var (
	single = regexp.MustCompile(`^\d+$`)
	span   = regexp.MustCompile(`^(\d+)-(\d+)$`)
	onward = regexp.MustCompile(`^(\d+)\.\.$`)
	every  = regexp.MustCompile(`^every (\d+)$`)
)

func (r *reader) attempt(n *yaml.Node, seeded bool) (attempt, bool) {
	if n.Kind == yaml.MappingNode {
		return r.chance(n, seeded)
	}
	if n.Kind != yaml.ScalarNode {
		r.fault(n, `"attempt" must be %s, not %s`, attemptForms, kind(n))
		return attempt{}, false
	}
	var a attempt
	switch v := n.Value; {
	case single.MatchString(v) && n.Tag == "!!int":
		a.from = atoi(v)
		a.to = a.from
	case span.MatchString(v):
		m := span.FindStringSubmatch(v)
		a.from, a.to = atoi(m[1]), atoi(m[2])
		if a.to < a.from && a.to > 0 {
			r.fault(n, `"attempt" ends before it begins: %s`, v)
			r.instead(m[2] + "-" + m[1])
			return a, false
		}
	case onward.MatchString(v):
		a.from = atoi(onward.FindStringSubmatch(v)[1])
		if a.from == 1 {
			a = attempt{} // all of them
			return a, true
		}
	case every.MatchString(v):
		a.every = atoi(every.FindStringSubmatch(v)[1])
		if a.every == 1 {
			a = attempt{}
			return a, true
		}
		a.from = a.every
	default:
		r.fault(n, `"attempt" must be %s, not %s`, attemptForms, kind(n))
		return a, false
	}
	if a.from < 1 || span.MatchString(n.Value) && a.to < 1 {
		r.fault(n, `"attempt" counts calls from 1 to %d, not %s`, math.MaxInt32, n.Value)
		return a, false
	}
	if a.every > 0 {
		a.from = 0
	}
	return a, true
}

// atoi reads digits; 0, which is never right here, for too many.
func atoi(digits string) int {
	v, err := strconv.ParseInt(digits, 10, 32)
	if err != nil {
		return 0
	}
	return int(v)
}

func (r *reader) chance(n *yaml.Node, seeded bool) (attempt, bool) {
	o, ok := r.object(n, `"attempt"`, []string{"chance"})
	if !ok || !r.need(o, `"attempt"`, "chance") {
		return attempt{}, false
	}
	c, ok := r.number(o.fields["chance"], `"chance"`)
	if !ok {
		return attempt{}, false
	}
	if c <= 0 || c >= 1 {
		r.fault(o.fields["chance"], `"chance" must be above 0 and below 1, not %s`, o.fields["chance"].Value)
		return attempt{}, false
	}
	if !seeded {
		r.fault(o.keys["chance"], `"chance" needs a "seed" at the top of the file, so that every run is the same`)
		return attempt{}, false
	}
	return attempt{chance: c}, true
}
