package scenario

import (
	"bytes"
	"encoding/json"
	"math/big"
	"slices"

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

// editsLimit is the most entries of "set", and of "drop": a tenant waits while a
// body is changed.
const editsLimit = 100

func (r *reader) editable(n *yaml.Node) bool {
	path, ok := r.text(n, "a path")
	if !ok {
		return false
	}
	if err := edit.CheckPath(path); err != nil {
		r.fault(n, "%s %v", quote(path), err)
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
	case s.kind == isNum:
		if i, ok := new(big.Int).SetString(s.text, 0); ok { // 0x10, +1
			return json.RawMessage(i.String())
		}
		return provider.Marshal(s.num) // +.5
	}
	return provider.Marshal(s.text)
}
