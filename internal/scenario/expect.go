package scenario

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"paysim/internal/provider"
)

// Expect is one thing that must be true in the end. Exactly one of its parts
// is set.
type Expect struct {
	line     int
	calls    *expectCalls
	money    *expectMoney
	webhooks *expectWebhooks
	places   int // how many places its match looks at
}

// number is how often, or how much; one bound may be nil, which is open.
type number struct{ low, high *int64 }

func (n number) holds(v int64) bool {
	return (n.low == nil || v >= *n.low) && (n.high == nil || v <= *n.high)
}

func (n number) String() string {
	switch {
	case n.low != nil && n.high != nil && *n.low == *n.high:
		return strconv.FormatInt(*n.low, 10)
	case n.low != nil && n.high != nil:
		return fmt.Sprintf("%d to %d", *n.low, *n.high)
	case n.low != nil:
		return fmt.Sprintf("at least %d", *n.low)
	}
	return fmt.Sprintf("at most %d", *n.high)
}

// fields is n as a file has it.
func (n number) fields() string {
	switch {
	case n.low != nil && n.high != nil && *n.low == *n.high:
		return fmt.Sprintf("count: %d", *n.low)
	case n.low != nil && n.high != nil:
		return fmt.Sprintf("at_least: %d, at_most: %d", *n.low, *n.high)
	case n.low != nil:
		return fmt.Sprintf("at_least: %d", *n.low)
	}
	return fmt.Sprintf("at_most: %d", *n.high)
}

type expectCalls struct {
	on    pattern
	match []condition
	count number
}

type expectMoney struct {
	provider, reference          string
	captured, refunded, payments *int64
}

type expectWebhooks struct {
	on           pattern
	count        *number // of those sent
	all          bool    // every one was acknowledged, and there is one
	acknowledged *int64
}

var (
	expectKinds = []string{"calls", "money", "webhooks"}
	countKeys   = []string{"count", "at_least", "at_most"}
	callsKeys   = append([]string{"on", "match"}, countKeys...)
	moneyKeys   = []string{"provider", "reference", "captured", "refunded", "payments"}
	heardKeys   = append([]string{"on", "acknowledged"}, countKeys...)
)

// String is the expectation as a file has it, but for what it matches.
func (e Expect) String() string {
	var b strings.Builder
	add := func(format string, args ...any) {
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, format, args...)
	}
	amount := func(name string, v *int64) {
		if v != nil {
			add("%s: %d", name, *v)
		}
	}
	switch {
	case e.calls != nil:
		add("on: %s", written(e.calls.on.String()))
		if len(e.calls.match) > 0 {
			add("match: …")
		}
		add("%s", e.calls.count.fields())
		return "calls: {" + b.String() + "}"
	case e.money != nil:
		add("provider: %s", e.money.provider)
		if e.money.reference != "" {
			add("reference: %s", written(e.money.reference))
		}
		amount("captured", e.money.captured)
		amount("refunded", e.money.refunded)
		amount("payments", e.money.payments)
		return "money: {" + b.String() + "}"
	case e.webhooks != nil:
		add("on: %s", written(e.webhooks.on.String()))
		if e.webhooks.count != nil {
			add("%s", e.webhooks.count.fields())
		}
		amount("acknowledged", e.webhooks.acknowledged)
		if e.webhooks.all {
			add("acknowledged: all")
		}
		return "webhooks: {" + b.String() + "}"
	}
	return "money: captured at most once per reference"
}

var plainWord = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._*-]*$`)

// written is a text as a file has it: in quotes where it needs them.
func written(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}

// ParseExpect reads what POST …/verify is given: {"expect": […]} or the bare
// list. Nothing at all gives nil: the loaded scenario's own expectations.
func ParseExpect(file string, src []byte, providers []*provider.Provider) ([]Expect, Problems) {
	if strings.TrimSpace(string(src)) == "" {
		return nil, nil
	}
	r := newReader(file, src, providers)
	root := r.document(src)
	if root == nil {
		return nil, r.problems.sorted()
	}
	list := root
	if root.Kind == yaml.MappingNode {
		o, _ := r.object(root, "the request", []string{"expect"})
		if list = o.fields["expect"]; list == nil {
			return nil, r.problems.sorted()
		}
	}
	out := r.expects(list)
	if len(r.problems) > 0 {
		return nil, r.problems.sorted()
	}
	return out, nil
}

func (r *reader) expects(n *yaml.Node) []Expect {
	var out []Expect
	for i, c := range r.list(n, `"expect"`) {
		if e, ok := r.expect(fmt.Sprintf("expectation %d", i+1), c); ok {
			out = append(out, e)
		}
	}
	return out
}

func (r *reader) expect(what string, n *yaml.Node) (e Expect, ok bool) {
	o, ok := r.object(n, what, expectKinds)
	if !ok {
		return e, false
	}
	if len(n.Content) == 0 {
		r.fault(n, "%s says nothing; it takes %s", what, either(expectKinds))
		return e, false
	}
	if len(o.fields) > 1 {
		r.fault(n, "%s asks several things: make each an entry of the list", what)
		return e, false
	}
	before := len(r.problems)
	e.line = n.Line
	switch {
	case o.has("calls"):
		e.calls = r.expectCalls(o.fields["calls"])
		if e.calls != nil {
			e.places = slots(e.calls.match)
		}
	case o.has("money"):
		e.money = r.expectMoney(o.fields["money"])
	case o.has("webhooks"):
		e.webhooks = r.expectWebhooks(o.fields["webhooks"])
	}
	return e, len(r.problems) == before && len(o.fields) == 1
}

func (r *reader) expectCalls(n *yaml.Node) *expectCalls {
	o, ok := r.object(n, `"calls"`, callsKeys)
	if !ok {
		return nil
	}
	c := &expectCalls{}
	var on *pattern
	if r.need(o, `"calls"`, "on") {
		if p, ok := r.pattern(o.fields["on"], operations); ok {
			c.on, on = p, &p
		}
	}
	if m := o.fields["match"]; m != nil {
		c.match = r.conditions(m, on)
	}
	count := r.count(o)
	if count == nil {
		r.missing(o, `"calls"`, countKeys)
		return c
	}
	c.count = *count
	return c
}

// missing reports that none of keys was written. One that was written and is
// wrong has been reported already.
func (r *reader) missing(o object, what string, keys []string) {
	if !slices.ContainsFunc(keys, o.tried) {
		r.fault(o.Node, "%s needs %s", what, either(keys))
	}
}

// count reads count, at_least and at_most; nil when none is there.
func (r *reader) count(o object) *number {
	get := func(key string) *int64 {
		if n := o.fields[key]; n != nil {
			if v, ok := r.whole(n, quote(key), 0, math.MaxInt64); ok {
				return &v
			}
		}
		return nil
	}
	exact, low, high := get("count"), get("at_least"), get("at_most")
	switch {
	case o.has("count") && (o.has("at_least") || o.has("at_most")):
		r.fault(o.keys["count"], `"count" is exact: it stands without "at_least" and "at_most"`)
	case low != nil && high != nil && *low > *high:
		r.fault(o.keys["at_most"], `"at_most" %d is below "at_least" %d`, *high, *low)
	case exact != nil:
		return &number{exact, exact}
	case low != nil || high != nil:
		return &number{low, high}
	}
	return nil
}

func (r *reader) expectMoney(n *yaml.Node) *expectMoney {
	o, ok := r.object(n, `"money"`, moneyKeys)
	if !ok {
		return nil
	}
	m := &expectMoney{}
	if r.need(o, `"money"`, "provider") {
		m.provider, _ = r.word(o.fields["provider"], `"provider"`, r.names.all())
	}
	if ref := o.fields["reference"]; ref != nil {
		m.reference, _ = r.text(ref, `"reference"`)
	}
	for key, to := range map[string]**int64{"captured": &m.captured, "refunded": &m.refunded, "payments": &m.payments} {
		if v := o.fields[key]; v != nil {
			if whole, ok := r.whole(v, quote(key), 0, math.MaxInt64); ok {
				*to = &whole
			}
		}
	}
	r.missing(o, `"money"`, []string{"captured", "refunded", "payments"})
	return m
}

func (r *reader) expectWebhooks(n *yaml.Node) *expectWebhooks {
	o, ok := r.object(n, `"webhooks"`, heardKeys)
	if !ok {
		return nil
	}
	w := &expectWebhooks{}
	if r.need(o, `"webhooks"`, "on") {
		w.on, _ = r.pattern(o.fields["on"], events)
	}
	w.count = r.count(o)
	if a := o.fields["acknowledged"]; a != nil {
		switch {
		case a.Kind == yaml.ScalarNode && a.Value == "all":
			w.all = true
		case a.Kind == yaml.ScalarNode && a.Tag == "!!int":
			if v, ok := r.whole(a, `"acknowledged"`, 0, math.MaxInt64); ok {
				w.acknowledged = &v
			}
		default:
			r.word(a, `"acknowledged"`, []string{"all", "a number"})
		}
	}
	r.missing(o, `"webhooks"`, append([]string{"acknowledged"}, countKeys...))
	return w
}
