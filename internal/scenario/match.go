package scenario

import (
	"math"
	"slices"
	"strconv"

	"github.com/tidwall/match"
)

// place is where a condition looks.
type place struct {
	in   string // body, header, query, path
	name string // a gjson path into the body, or a name
}

func (p place) String() string {
	if p.in == "body" {
		return p.name
	}
	return p.in + ":" + p.name
}

// value is what stands at a place.
type value struct {
	there bool
	kind  valueKind
	text  string // as written; a number's digits
	num   float64
}

type valueKind int

const (
	isText valueKind = iota
	isNum
	isBool
	isNull
	isOther // a list or an object
)

// condition is one thing that must hold.
type condition struct {
	place place
	slot  int // the place's number within the scenario, so that it is looked up once for all rules

	values []scalar // one of these, when there are any
	glob   string
	bounds []bound
	exists *bool
}

// scalar is a value that is looked for.
type scalar struct {
	kind valueKind
	text string
	num  float64
}

type bound struct {
	op  string // gt, gte, lt, lte
	num float64
}

// fits reports whether v is the value that is looked for. A number also fits a
// text that spells it, since forms, queries and headers know only texts; a text
// fits only a text.
func (s *scalar) fits(v *value) bool {
	if !v.there {
		return false
	}
	switch s.kind {
	case isNum:
		if v.kind == isNum && v.num == s.num {
			return math.Abs(s.num) < 1<<53 || v.text == s.text
		}
		if v.kind != isText {
			return false
		}
		n, err := strconv.ParseFloat(v.text, 64)
		return err == nil && n == s.num && (math.Abs(n) < 1<<53 || v.text == s.text)
	case isBool:
		return (v.kind == isBool || v.kind == isText) && v.text == s.text
	case isNull:
		return v.kind == isNull
	}
	return v.kind == isText && v.text == s.text
}

func (b bound) holds(n float64) bool {
	switch b.op {
	case "gt":
		return n > b.num
	case "gte":
		return n >= b.num
	case "lt":
		return n < b.num
	}
	return n <= b.num
}

func (c *condition) holds(v *value) bool {
	switch {
	case len(c.values) == 1: // the most common, so it comes first
		return c.values[0].fits(v)
	case c.exists != nil:
		return v.there == *c.exists
	case !v.there:
		return false
	case c.glob != "":
		return (v.kind == isText || v.kind == isNum) && globs(v.text, c.glob)
	case len(c.bounds) > 0:
		n, ok := v.num, v.kind == isNum
		if v.kind == isText {
			f, err := strconv.ParseFloat(v.text, 64)
			n, ok = f, err == nil
		}
		return ok && !slices.ContainsFunc(c.bounds, func(b bound) bool { return !b.holds(n) })
	}
	return slices.ContainsFunc(c.values, func(s scalar) bool { return s.fits(v) })
}

// globSteps is how many steps a glob may take, well under a second: every call
// of the tenant waits for it. Only one with several * that meets a text made for
// the purpose takes more, and does not match then.
const globSteps = 10_000_000

func globs(text, pattern string) bool {
	matched, _ := match.MatchLimit(text, pattern, globSteps/(len(text)+1))
	return matched
}

// same reports whether two conditions ask for the same thing.
func (c *condition) same(d *condition) bool {
	return c.place == d.place && slices.Equal(c.values, d.values) && c.glob == d.glob && slices.Equal(c.bounds, d.bounds) &&
		(c.exists == nil) == (d.exists == nil) && (c.exists == nil || *c.exists == *d.exists)
}

// follows reports whether c holds wherever d does.
func (c *condition) follows(d *condition) bool {
	if c.place != d.place {
		return false
	}
	if c.same(d) {
		return true
	}
	if len(d.values) == 0 {
		return c.exists != nil && *c.exists && d.exists == nil
	}
	for _, s := range d.values {
		if !c.holds(&value{there: true, kind: s.kind, text: s.text, num: s.num}) {
			return false
		}
	}
	return true
}
