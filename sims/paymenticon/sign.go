package paymenticon

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// value is a parsed piece of JSON with its literals as they were sent.
type value struct {
	kind   kind
	text   string // of a string, or a number's literal
	names  []string
	values []value // of an object, beside names; or of a list
}

type kind int

const (
	null kind = iota
	yes
	no
	number
	text
	list
	object
)

var errNotObject = errors.New("not a JSON object")

// deepest is how far a body may be nested.
const deepest = 64

// parse reads one JSON object. Of members that come twice the last counts.
func parse(body []byte) (value, error) {
	if !utf8.Valid(body) {
		return value{}, errNotObject
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	v, err := next(d, deepest)
	if err != nil || v.kind != object {
		return value{}, errNotObject
	}
	if _, err := d.Token(); err != io.EOF {
		return value{}, errNotObject
	}
	return v, nil
}

func next(d *json.Decoder, depth int) (value, error) {
	t, err := d.Token()
	if err == nil && depth == 0 {
		err = errNotObject
	}
	if err != nil {
		return value{}, err
	}
	switch t := t.(type) {
	case nil:
		return value{kind: null}, nil
	case bool:
		if t {
			return value{kind: yes}, nil
		}
		return value{kind: no}, nil
	case json.Number:
		return value{kind: number, text: t.String()}, nil
	case string:
		return value{kind: text, text: t}, nil
	}
	v := value{kind: list}
	if t == json.Delim('{') {
		v.kind = object
	}
	at := map[string]int{} // where the members of an object are
	for d.More() {
		name := ""
		if v.kind == object {
			t, err := d.Token()
			if err != nil {
				return value{}, err
			}
			name = t.(string)
		}
		member, err := next(d, depth-1)
		if err != nil {
			return value{}, err
		}
		if i, twice := at[name]; twice && v.kind == object {
			v.values[i] = member
			continue
		}
		at[name] = len(v.values)
		v.names, v.values = append(v.names, name), append(v.values, member)
	}
	_, err = d.Token()
	return v, err
}

// holds reports whether an object, or one inside it, has one of these members.
func (v value) holds(names ...string) bool {
	for i, m := range v.values {
		if v.kind == object && slices.Contains(names, v.names[i]) || m.holds(names...) {
			return true
		}
	}
	return false
}

// dialect is how booleans and null are written into the signed text. No worked
// example of the document holds one.
type dialect struct{ yes, no, null string }

// dialects by the setting that chooses ours.
var dialects = map[string]dialect{
	"json":   {"true", "false", ""},
	"python": {"True", "False", ""},
	"php":    {"1", "", ""},
}

// understood are all the ways in which a caller may have written them.
var understood = func() []dialect {
	var all []dialect
	for _, b := range []dialect{{"true", "false", ""}, {"True", "False", ""}, {"1", "", ""}} {
		for _, n := range []string{"", "null", "None"} {
			all = append(all, dialect{b.yes, b.no, n})
		}
	}
	return all
}()

// flatten joins a value's leaves: an object's by the byte order of its keys, a
// list's in its own order, numbers as they were sent. Members named in hide are
// left out of sight.
func (v value) flatten(d dialect, hide ...string) string {
	var b strings.Builder
	v.write(&b, d, true, hide)
	return b.String()
}

func (v value) write(b *strings.Builder, d dialect, sorted bool, hide []string) {
	switch v.kind {
	case null:
		b.WriteString(d.null)
	case yes:
		b.WriteString(d.yes)
	case no:
		b.WriteString(d.no)
	case number, text:
		b.WriteString(v.text)
	}
	order := make([]int, len(v.values))
	for i := range order {
		order[i] = i
	}
	if v.kind == object && sorted {
		slices.SortFunc(order, func(i, j int) int { return strings.Compare(v.names[i], v.names[j]) })
	}
	for _, i := range order {
		if v.kind == object && slices.Contains(hide, v.names[i]) {
			b.WriteString("***")
			continue
		}
		v.values[i].write(b, d, sorted, hide)
	}
}

// digest signs method, URL, time and flattened body with an API key.
func digest(key, method, url, time, flat string) string {
	mac := hmac.New(sha256.New, []byte(key))
	io.WriteString(mac, method+url+time+flat)
	return hex.EncodeToString(mac.Sum(nil))
}

// signBody signs a JSON object that we send.
func signBody(key, method, url, time string, body []byte, d dialect) string {
	v, err := parse(body)
	if err != nil {
		return digest(key, method, url, time, "")
	}
	return digest(key, method, url, time, v.flatten(d))
}

// seal appends a member to a JSON object, unless a scenario has put one there.
func seal(body []byte, name, text string) []byte {
	end := bytes.LastIndexByte(body, '}')
	if end < 0 || gjson.GetBytes(body, name).Exists() {
		return body
	}
	out := bytes.Clone(body[:end])
	if len(bytes.TrimSpace(out)) > 1 {
		out = append(out, ',')
	}
	quoted, _ := json.Marshal(text)
	out = append(out, `"`+name+`":`...)
	return append(append(out, quoted...), '}')
}
