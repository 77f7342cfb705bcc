package webhook

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"

	"paysim/internal/provider"
)

// Edit is how the JSON of a message differs from what the provider would send.
// The zero value changes nothing.
type Edit struct {
	Set   []Member // in order; a member that is not there is made
	Drop  []string // paths of members that are left out
	Write []Spelling
}

// Member is a value and the sjson path where it is put.
type Member struct {
	Path  string
	Value json.RawMessage
}

// Spelling writes the same values in other bytes.
type Spelling string

// The spellings.
const (
	Reversed Spelling = "reversed" // the members of every object from the last to the first
	Escaped  Spelling = "escaped"  // ASCII alone, slashes escaped
	Spaced   Spelling = "spaced"   // indented, over several lines
)

// Spellings lists all.
var Spellings = []Spelling{Reversed, Escaped, Spaced}

// None reports whether nothing is changed.
func (e Edit) None() bool { return len(e.Set)+len(e.Drop)+len(e.Write) == 0 }

// Apply changes a message where its provider keeps what merchants read. The
// error says why that cannot be changed so; then the message is as it was.
func (e Edit) Apply(w *provider.Webhooks, m provider.Message) (provider.Message, error) {
	if e.None() || len(m.Body) == 0 { // there may be nobody to hear it
		return m, nil
	}
	if w.Inside != nil {
		return w.Inside(m, e.change)
	}
	body, err := e.change(m.Body)
	if err != nil {
		return m, err
	}
	m.Body = body
	return m, nil
}

func (e Edit) change(text []byte) ([]byte, error) {
	var err error
	for _, s := range e.Set {
		if text, err = sjson.SetRawBytes(text, s.Path, s.Value); err != nil {
			return nil, err
		}
	}
	for _, path := range e.Drop {
		if text, err = sjson.DeleteBytes(text, path); err != nil {
			return nil, err
		}
	}
	if slices.Contains(e.Write, Reversed) {
		text = reversed(gjson.ParseBytes(text))
	}
	if slices.Contains(e.Write, Escaped) {
		text = provider.Escape(text)
	}
	if slices.Contains(e.Write, Spaced) {
		var b bytes.Buffer
		if err := json.Indent(&b, text, "", "  "); err != nil {
			return nil, err
		}
		text = b.Bytes()
	}
	return text, nil
}

// reversed writes a value with the members of its objects in reverse order.
func reversed(v gjson.Result) []byte {
	if !v.IsObject() && !v.IsArray() {
		return []byte(v.Raw)
	}
	var parts [][]byte
	v.ForEach(func(name, value gjson.Result) bool {
		part := reversed(value)
		if v.IsObject() {
			part = slices.Concat([]byte(name.Raw), []byte(":"), part)
		}
		parts = append(parts, part)
		return true
	})
	if v.IsArray() {
		return slices.Concat([]byte("["), bytes.Join(parts, []byte(",")), []byte("]"))
	}
	slices.Reverse(parts)
	return slices.Concat([]byte("{"), bytes.Join(parts, []byte(",")), []byte("}"))
}
