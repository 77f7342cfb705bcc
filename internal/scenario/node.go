package scenario

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"paysim/internal/spell"
)

// sourceLimit is how much of a source line a Problem shows, in characters.
const sourceLimit = 160

// reader turns nodes into values and remembers everything that is wrong.
type reader struct {
	file     string
	lines    []string
	runes    map[int][]rune // of the lines that something is wrong with
	names    names
	problems Problems
	notices  Problems
}

func newReader(file string, src []byte, n names) *reader {
	return &reader{file: file, lines: strings.Split(string(src), "\n"), runes: map[int][]rune{}, names: n}
}

// fault reports a problem with what stands at n.
func (r *reader) fault(n *yaml.Node, format string, args ...any) {
	r.problems = append(r.problems, r.problem(n.Line, n.Column, width(n), fmt.Sprintf(format, args...)))
}

// unknown reports a name that is not one of known.
func (r *reader) unknown(n *yaml.Node, got string, known []string, format string, args ...any) {
	r.fault(n, format, args...)
	r.suggest(got, known)
}

// suggest adds to the problem just reported the one of known that is spelt most
// like got, unless it is got.
func (r *reader) suggest(got string, known []string) {
	if near := spell.Nearest(got, known); near != got {
		r.instead(near)
	}
}

// instead adds what should have been written to the problem just reported.
func (r *reader) instead(s string) { r.problems[len(r.problems)-1].Suggestion = s }

// notice reports what is no reason to refuse.
func (r *reader) notice(n *yaml.Node, format string, args ...any) {
	r.notices = append(r.notices, r.problem(n.Line, n.Column, width(n), fmt.Sprintf(format, args...)))
}

func (r *reader) problem(line, column, width int, message string) Problem {
	p := Problem{File: r.file, Line: max(line, 1), Column: max(column, 1), Message: message, width: width}
	if p.Line > len(r.lines) { // what is missing at the end
		p.Line, p.Column = len(r.lines), 1
	}
	p.Source, p.caret = r.excerpt(p.Line, p.Column)
	return p
}

// excerpt is a line, or what stands around the column of a long one, and which
// of its characters stands in that column. It is empty where a caret would
// point at nothing.
func (r *reader) excerpt(line, column int) (source string, caret int) {
	text := r.lines[line-1]
	if !utf8.ValidString(text) {
		return "", 0
	}
	if r.runes[line] == nil {
		r.runes[line] = []rune(strings.TrimSuffix(text, "\r"))
	}
	all := r.runes[line]
	switch {
	case column > len(all)+1:
		return "", 0
	case len(all) <= sourceLimit:
		return string(all), column
	case column <= sourceLimit/2:
		return string(all[:sourceLimit]) + "…", column
	}
	from := min(column-sourceLimit/2, len(all)-sourceLimit)
	shown := "…" + string(all[from:from+sourceLimit])
	if from+sourceLimit < len(all) {
		shown += "…"
	}
	return shown, column - from + 1
}

// width is how many characters of its line a node takes.
func width(n *yaml.Node) int {
	if n.Kind != yaml.ScalarNode || strings.Contains(n.Value, "\n") {
		return 1
	}
	w := utf8.RuneCountInString(n.Value)
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		w += 2
	}
	return w
}

// kind is what a node is, in words.
func kind(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.Tag {
	case "!!str":
		return "the text " + quote(n.Value)
	case "!!null":
		return "nothing"
	}
	return quote(n.Value)
}

// quote is a value as a message shows it, short.
func quote(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return strconv.Quote(s)
}

// object is a mapping whose keys have been checked.
type object struct {
	*yaml.Node
	fields map[string]*yaml.Node
	keys   map[string]*yaml.Node
	meant  map[string]bool // keys that an unknown one is probably a misspelling of
}

// has reports whether the key is there with a value.
func (o object) has(key string) bool { return o.fields[key] != nil }

// object reads a mapping. Keys that are not known, doubled or without a value
// are reported and left out. what names the mapping; known are its keys.
func (r *reader) object(n *yaml.Node, what string, known []string) (object, bool) {
	o := object{n, map[string]*yaml.Node{}, map[string]*yaml.Node{}, map[string]bool{}}
	if n.Kind != yaml.MappingNode {
		r.fault(n, "%s must be a mapping of %s, not %s", what, strings.Join(known, ", "), kind(n))
		return o, false
	}
	r.pairs(n, what, func(key, value *yaml.Node) {
		switch {
		case !slices.Contains(known, key.Value):
			r.unknown(key, key.Value, known, "%s has no key %s; it takes %s", what, quote(key.Value), strings.Join(known, ", "))
			o.meant[spell.Nearest(key.Value, known)] = true
		case value.Tag == "!!null":
			r.fault(key, "%s has no value", quote(key.Value))
		default:
			o.fields[key.Value], o.keys[key.Value] = value, key
		}
	})
	return o, true
}

// pairs visits the keys of a mapping. A key that stands twice is reported.
func (r *reader) pairs(n *yaml.Node, what string, visit func(key, value *yaml.Node)) {
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			r.fault(key, "a key must be a word, not %s", kind(key))
			continue
		}
		if line, twice := seen[key.Value]; twice {
			r.fault(key, "%s stands twice in %s, first in line %d", quote(key.Value), what, line)
			continue
		}
		seen[key.Value] = key.Line
		visit(key, value)
	}
}

// need reports a key that is missing.
func (r *reader) need(o object, what, key string) bool {
	if o.has(key) {
		return true
	}
	if !o.tried(key) {
		r.fault(o.Node, "%s needs %q", what, key)
	}
	return false
}

// tried reports whether the key was written, if wrongly: that was reported.
func (o object) tried(key string) bool {
	for i := 0; i+1 < len(o.Content); i += 2 {
		if o.Content[i].Value == key {
			return true
		}
	}
	return o.meant[key]
}

// list reads a list; no empty entries.
func (r *reader) list(n *yaml.Node, what string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		r.fault(n, "%s must be a list, not %s", what, kind(n))
		return nil
	}
	return n.Content
}

// text reads a text that is not empty.
func (r *reader) text(n *yaml.Node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.fault(n, "%s must be a text, not %s", what, kind(n))
		return "", false
	}
	if strings.TrimSpace(n.Value) == "" {
		r.fault(n, "%s is empty", what)
		return "", false
	}
	return n.Value, true
}

// word reads one of a few words.
func (r *reader) word(n *yaml.Node, what string, known []string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.fault(n, "%s must be %s, not %s", what, either(known), kind(n))
		return "", false
	}
	if !slices.Contains(known, n.Value) {
		r.unknown(n, n.Value, known, "%s must be %s, not %s", what, either(known), quote(n.Value))
		return "", false
	}
	return n.Value, true
}

// either is "a, b or c".
func either(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// whole reads a whole number from low to high.
func (r *reader) whole(n *yaml.Node, what string, low, high int64) (int64, bool) {
	span := fmt.Sprintf("from %d to %d", low, high)
	if high == math.MaxInt64 {
		span = fmt.Sprintf("from %d", low)
	}
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" {
		r.fault(n, "%s must be a whole number %s, not %s", what, span, kind(n))
		return 0, false
	}
	v, err := strconv.ParseInt(n.Value, 0, 64)
	if err != nil || v < low || v > high {
		r.fault(n, "%s must be a whole number %s, not %s", what, span, n.Value)
		return 0, false
	}
	return v, true
}

// number reads any number.
func (r *reader) number(n *yaml.Node, what string) (float64, bool) {
	if n.Kind == yaml.ScalarNode && (n.Tag == "!!int" || n.Tag == "!!float") {
		if v, err := strconv.ParseFloat(n.Value, 64); err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
			return v, true
		}
	}
	r.fault(n, "%s must be a number, not %s", what, kind(n))
	return 0, false
}

// boolean reads true or false.
func (r *reader) boolean(n *yaml.Node, what string) (value, ok bool) {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!bool" {
		return strings.EqualFold(n.Value, "true"), true
	}
	r.fault(n, "%s must be true or false, not %s", what, kind(n))
	return false, false
}

// duration reads a length of time above 0 and up to most: "2s", "500ms".
func (r *reader) duration(n *yaml.Node, what string, most time.Duration) (time.Duration, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.fault(n, "%s must be a length of time such as 2s, not %s", what, kind(n))
		return 0, false
	}
	d, err := time.ParseDuration(n.Value)
	switch {
	case err != nil && days(n.Value) > 0:
		r.fault(n, "%s: days are written as hours", what)
		r.instead(strconv.Itoa(24*days(n.Value)) + "h")
	case err != nil && isNumber(n):
		r.fault(n, "%s needs a unit: %ss, %sms, %sm or %sh", what, n.Value, n.Value, n.Value, n.Value)
	case err != nil:
		r.fault(n, "%s must be a length of time such as 500ms, 2s, 10m or 168h, not %s", what, quote(n.Value))
	case d <= 0:
		r.fault(n, "%s must be longer than nothing, not %s", what, n.Value)
	case d > most:
		r.fault(n, "%s must be at most %s, not %s", what, plain(most), n.Value)
	default:
		return d, true
	}
	return 0, false
}

func isNumber(n *yaml.Node) bool { return n.Tag == "!!int" || n.Tag == "!!float" }

// days reads "7d"; 0 for anything else.
func days(s string) int {
	digits, ok := strings.CutSuffix(s, "d")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 0 || n > 36500 {
		return 0
	}
	return n
}

// plain is a duration without its empty tail: "1h", not "1h0m0s".
func plain(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
