// Package edit changes a JSON text that is on its way out: it puts values in,
// leaves members out, and writes the same in other bytes. What it is not told to
// change stays as it is, byte for byte.
package edit

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"

	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"

	"paysim/internal/provider"
)

// Body is how a body differs from what would be sent. The zero value changes
// nothing.
type Body struct {
	Set   []Member // in order; a member that is not there is made
	Drop  []string // paths of members that are left out, one after the other
	Write []Spelling
}

// Member is a value and the path where it is put, which CheckPath has passed.
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
func (b Body) None() bool { return len(b.Set)+len(b.Drop)+len(b.Write) == 0 }

// depthLimit is how deeply what is changed may be nested: what is written anew
// grows with it.
const depthLimit = 64

var (
	errNotObject = errors.New("it is no JSON object")
	errDeep      = errors.New("it is nested too deeply")
	errSpoilt    = errors.New("it would be no JSON")
)

// Of is the text changed; an error says why it cannot be changed so.
func (b Body) Of(text []byte) ([]byte, error) {
	if !gjson.ValidBytes(text) || !gjson.ParseBytes(text).IsObject() {
		return nil, errNotObject
	}
	if depth(text) > depthLimit {
		return nil, errDeep
	}
	var err error
	for _, s := range b.Set {
		if err = leads(text, s.Path); err != nil {
			return nil, err
		}
		if text, err = sjson.SetRawBytes(text, s.Path, s.Value); err != nil {
			return nil, err
		}
	}
	for _, path := range b.Drop {
		if leads(text, path) != nil {
			continue // it is not there
		}
		if text, err = sjson.DeleteBytes(text, path); err != nil {
			return nil, err
		}
	}
	if !gjson.ValidBytes(text) {
		return nil, errSpoilt
	}
	if slices.Contains(b.Write, Reversed) {
		text = reversed(gjson.ParseBytes(text))
	}
	if slices.Contains(b.Write, Escaped) {
		text = provider.Escape(text)
	}
	if slices.Contains(b.Write, Spaced) {
		var lines bytes.Buffer
		if err := json.Indent(&lines, text, "", "  "); err != nil {
			return nil, err
		}
		text = lines.Bytes()
	}
	return text, nil
}

// depth is how deeply objects and lists are nested in a JSON text.
func depth(text []byte) int {
	open, most, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			open++
			most = max(most, open)
		case c == '}' || c == ']':
			open--
		}
	}
	return most
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
