package scenario

import (
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"paysim/internal/provider"
	"paysim/internal/spell"
)

var operators = []string{"glob", "in", "gt", "gte", "lt", "lte", "exists"}

var variable = regexp.MustCompile(`\{([^}:]+)(?::[^}]*)?\}`)

// conditions reads "match". on says where the rule applies, so that a path's
// variables can be checked.
func (r *reader) conditions(n *yaml.Node, on *pattern) []condition {
	if n.Kind != yaml.MappingNode {
		r.fault(n, `"match" must be a mapping of places to values, not %s`, kind(n))
		return nil
	}
	var out []condition
	r.pairs(n, `"match"`, func(key, val *yaml.Node) {
		p, ok := r.place(key, on)
		c, fine := r.condition(key, val)
		c.place = p
		if ok && fine {
			out = append(out, c)
		}
	})
	if len(n.Content) == 0 {
		r.fault(n, `"match" is empty: leave it out to match every call`)
	}
	return out
}

func (r *reader) place(key *yaml.Node, on *pattern) (place, bool) {
	in, name, prefixed := strings.Cut(key.Value, ":")
	if !prefixed {
		if strings.TrimSpace(key.Value) == "" {
			r.fault(key, "a place to look at must have a name")
			return place{}, false
		}
		return place{"body", key.Value}, true
	}
	known := []string{"header", "query", "path"}
	if !slices.Contains(known, in) {
		r.fault(key, "%s: a place is a path into the body, header:Name, query:name or path:name", quote(key.Value))
		if near := spell.Nearest(in, known); near != "" {
			r.instead(near + ":" + name)
		}
		return place{}, false
	}
	if strings.TrimSpace(name) != name || name == "" {
		r.fault(key, "%s names no %s", quote(key.Value), in)
		return place{}, false
	}
	switch in {
	case "header":
		if name = http.CanonicalHeaderKey(name); name == "Host" {
			r.fault(key, `the header Host is not seen here: "on" says whose call it is`)
			return place{}, false
		}
	case "path":
		return place{in, name}, r.pathVariable(key, name, on)
	}
	return place{in, name}, true
}

// pathVariable checks that a path that the rule is about has that variable.
func (r *reader) pathVariable(key *yaml.Node, name string, on *pattern) bool {
	if on == nil {
		return true // what it is on was reported already
	}
	var known []string
	for _, p := range r.names {
		for _, op := range p.Operations {
			if on.covers(p.Name, op.ID) {
				known = append(known, variables(op)...)
			}
		}
	}
	if slices.Contains(known, name) {
		return true
	}
	if len(known) == 0 {
		r.fault(key, "the path of %s has no variables", on)
		return false
	}
	r.fault(key, "the path of %s has no variable %s", on, quote(name))
	if near := spell.Nearest(name, known); near != "" {
		r.instead("path:" + near)
	}
	return false
}

func variables(op provider.Operation) []string {
	var out []string
	for _, m := range variable.FindAllStringSubmatch(op.Path, -1) {
		out = append(out, m[1])
	}
	return out
}

func (r *reader) condition(key, n *yaml.Node) (c condition, ok bool) {
	what := quote(key.Value)
	switch n.Kind {
	case yaml.ScalarNode:
		s, ok := r.scalar(n, what)
		return condition{values: []scalar{s}}, ok
	case yaml.SequenceNode:
		r.fault(n, "%s must be a value, or {in: […]} for one of several", what)
		return c, false
	}
	o, ok := r.object(n, "the condition on "+what, operators)
	if !ok || len(o.fields) == 0 {
		if ok && len(n.Content) == 0 {
			r.fault(n, "the condition on %s says nothing; it takes %s", what, either(operators))
		}
		return c, false
	}
	for _, alone := range []string{"glob", "in", "exists"} {
		if o.has(alone) && len(o.fields) > 1 {
			r.fault(o.keys[alone], "%q stands alone", alone)
			return c, false
		}
	}
	switch {
	case o.has("glob"):
		c.glob, ok = r.text(o.fields["glob"], `"glob"`)
	case o.has("exists"):
		var b bool
		b, ok = r.boolean(o.fields["exists"], `"exists"`)
		c.exists = &b
	case o.has("in"):
		c.values, ok = r.oneOf(o.fields["in"])
	default:
		c.bounds, ok = r.bounds(o)
	}
	return c, ok && len(o.fields)*2 == len(n.Content)
}

func (r *reader) scalar(n *yaml.Node, what string) (scalar, bool) {
	if n.Kind != yaml.ScalarNode {
		r.fault(n, "%s must be a value, not %s", what, kind(n))
		return scalar{}, false
	}
	switch n.Tag {
	case "!!null":
		return scalar{kind: isNull}, true
	case "!!bool":
		return scalar{kind: isBool, text: strings.ToLower(n.Value)}, true
	case "!!int", "!!float":
		v, err := strconv.ParseFloat(n.Value, 64)
		if i, bad := strconv.ParseInt(n.Value, 0, 64); err != nil && bad == nil {
			v, err = float64(i), nil
		}
		if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
			r.fault(n, "%s must be a number that JSON can write, not %s", what, n.Value)
			return scalar{}, false
		}
		return scalar{kind: isNum, num: v, text: n.Value}, true
	}
	return scalar{kind: isText, text: n.Value}, true
}

func (r *reader) oneOf(n *yaml.Node) ([]scalar, bool) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		r.fault(n, `"in" must be a list of values, and at least one`)
		return nil, false
	}
	var out []scalar
	for _, c := range n.Content {
		s, ok := r.scalar(c, `each of "in"`)
		if !ok {
			return nil, false
		}
		if slices.Contains(out, s) {
			r.fault(c, `%s stands twice in "in"`, c.Value)
			return nil, false
		}
		out = append(out, s)
	}
	return out, true
}

func (r *reader) bounds(o object) ([]bound, bool) {
	var out []bound
	low, high := math.Inf(-1), math.Inf(1)
	open := false
	for _, op := range []string{"gt", "gte", "lt", "lte"} {
		if !o.has(op) {
			continue
		}
		v, ok := r.number(o.fields[op], quote(op))
		if !ok {
			return nil, false
		}
		out = append(out, bound{op, v})
		if op[0] == 'g' {
			low = max(low, v)
		} else {
			high = min(high, v)
		}
		open = open || len(op) == 2
	}
	if low > high || low == high && open {
		r.fault(o.Node, "no number is in that range")
		return nil, false
	}
	return out, true
}
