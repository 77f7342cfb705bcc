package scenario

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"paysim/internal/edit"
	"paysim/internal/provider"
)

var changeKeys = []string{"set", "drop", "write"}

func spellings() []string {
	var out []string
	for _, s := range edit.Spellings {
		out = append(out, string(s))
	}
	return out
}

// change reads how a body differs.
func (r *reader) change(n *yaml.Node) (e edit.Body) {
	o, ok := r.object(n, `"change"`, changeKeys)
	if !ok {
		return e
	}
	if len(n.Content) == 0 {
		r.fault(n, `"change" says nothing; it takes %s`, either(changeKeys))
	}
	if s := o.fields["set"]; s != nil {
		e.Set = r.members(s)
	}
	if d := o.fields["drop"]; d != nil {
		for _, c := range r.oneOrMore(d, `"drop"`) {
			if r.editable(c) {
				e.Drop = append(e.Drop, c.Value)
			}
		}
	}
	if w := o.fields["write"]; w != nil {
		for _, c := range r.oneOrMore(w, `"write"`) {
			word, ok := r.word(c, `"write"`, spellings())
			if ok && slices.Contains(e.Write, edit.Spelling(word)) {
				r.fault(c, `%s stands twice in "write"`, word)
			}
			e.Write = append(e.Write, edit.Spelling(word))
		}
	}
	return e
}

func (r *reader) members(n *yaml.Node) (out []edit.Member) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, `"set" must be a mapping of paths to values, not %s`, kind(n))
		return nil
	}
	switch {
	case len(n.Content) == 0:
		r.fault(n, `"set" is empty`)
	case len(n.Content) > 2*editsLimit:
		r.fault(n, `"set" has %d entries; %d are the most`, len(n.Content)/2, editsLimit)
		return nil
	}
	r.pairs(n, `"set"`, func(key, value *yaml.Node) {
		if v, ok := r.literal(value); ok && r.editable(key) {
			out = append(out, edit.Member{Path: key.Value, Value: v})
		}
	})
	return out
}

// oneOrMore is a list, or the one thing that stands in its place.
func (r *reader) oneOrMore(n *yaml.Node, what string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		return []*yaml.Node{n}
	}
	switch {
	case len(n.Content) == 0:
		r.fault(n, "%s is an empty list", what)
	case len(n.Content) > editsLimit:
		r.fault(n, "%s has %d entries; %d are the most", what, len(n.Content), editsLimit)
		return nil
	}
	return n.Content
}

// onePath is a path to one member: names and places in lists, with a dot
// between. What else gjson knows finds several, or is no place.
var onePath = regexp.MustCompile(`^([^.*?|#@\\]|\\.)+(\.([^.*?|#@\\]|\\.)+)*$`)

// farPlace is a place in a list that would have to be made long for it.
var farPlace = regexp.MustCompile(`(^|\.)[0-9]{3,}(\.|$)`)

// A tenant waits while a body is changed, and lists are made for the places in
// a path, so all of it is bounded.
const (
	editsLimit = 100 // entries of "set", and of "drop"
	pathLimit  = 16  // names in a path
)

func (r *reader) editable(n *yaml.Node) bool {
	path, ok := r.text(n, "a path")
	switch {
	case !ok:
		return false
	case !onePath.MatchString(path):
		r.fault(n, `%s is no path to one member: names and places in lists, with dots between, as in lines.0.amount; \ goes before a dot in a name`, quote(path))
		return false
	case farPlace.MatchString(path):
		r.fault(n, "%s: places in a list go up to 99; a name of digits is written with a colon before it", quote(path))
		return false
	case strings.Count(path, ".") >= pathLimit:
		r.fault(n, "%s has more than %d names", quote(path), pathLimit)
		return false
	}
	return true
}

// literal is a value as JSON. Numbers keep their digits.
func (r *reader) literal(n *yaml.Node) (json.RawMessage, bool) {
	var b bytes.Buffer
	ok := true
	switch n.Kind {
	case yaml.SequenceNode:
		b.WriteByte('[')
		for i, c := range n.Content {
			if i > 0 {
				b.WriteByte(',')
			}
			v, fine := r.literal(c)
			b.Write(v)
			ok = ok && fine
		}
		b.WriteByte(']')
	case yaml.MappingNode:
		b.WriteByte('{')
		r.pairs(n, "an object", func(key, value *yaml.Node) {
			if b.Len() > 1 {
				b.WriteByte(',')
			}
			v, fine := r.literal(value)
			b.Write(provider.Marshal(key.Value))
			b.WriteByte(':')
			b.Write(v)
			ok = ok && fine
		})
		b.WriteByte('}')
	default:
		s, fine := r.scalar(n, "a value")
		return s.json(), fine
	}
	return b.Bytes(), ok
}

func (s scalar) json() json.RawMessage {
	switch {
	case s.kind == isNull:
		return json.RawMessage("null")
	case s.kind == isBool, s.kind == isNum && json.Valid([]byte(s.text)):
		return json.RawMessage(s.text)
	case s.kind == isNum: // 0x10, +1, .5
		return provider.Marshal(s.num)
	}
	return provider.Marshal(s.text)
}
