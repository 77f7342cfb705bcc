package journal

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// bodyLimit is how much of a body an entry keeps, in bytes.
const bodyLimit = 4096

const hidden = "***"

// Redactor takes secrets out of what is recorded: card numbers wherever they
// stand, and the values of named members, parameters and headers.
type Redactor struct{ names map[string]bool }

// NewRedactor hides the values of these names, whatever their case.
func NewRedactor(names []string) *Redactor {
	r := &Redactor{names: map[string]bool{}}
	for _, n := range names {
		r.names[strings.ToLower(n)] = true
	}
	return r
}

// Body redacts a JSON or form body and cuts it to what an entry keeps. It needs
// no well-formed body: what looks like a secret member is hidden all the same.
func (r *Redactor) Body(body []byte) string {
	out := hideCards(r.hideMembers(body))
	if len(out) > bodyLimit {
		return string(out[:bodyLimit]) + "… (" + strconv.Itoa(len(out)) + " bytes)"
	}
	return string(out)
}

// Query redacts a query string or form body.
func (r *Redactor) Query(raw string) string {
	if raw == "" {
		return ""
	}
	parts := strings.Split(raw, "&")
	for i, p := range parts {
		if name, _, ok := strings.Cut(p, "="); ok && r.param(name) {
			parts[i] = name + "=" + hidden
		}
	}
	out := string(hideCards([]byte(strings.Join(parts, "&"))))
	// Escapes hide digits and quotes: a client that sends its JSON as the query
	// too spells a card number and a name in them. It is kept as it reads.
	if plain, err := url.QueryUnescape(out); err == nil && plain != out {
		if safe := string(hideCards(r.hideMembers([]byte(plain)))); safe != plain {
			return safe
		}
	}
	return out
}

// param reports whether a parameter is secret, by its own name or, spelt as forms
// spell members and lists (card[cvv], cvv[0]), by the innermost.
func (r *Redactor) param(name string) bool {
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	name = strings.ToLower(name)
	if r.names[name] {
		return true
	}
	parts := strings.FieldsFunc(name, func(c rune) bool { return c == '[' || c == ']' })
	for i := len(parts) - 1; i >= 0; i-- {
		if strings.Trim(parts[i], "0123456789") != "" {
			return r.names[parts[i]]
		}
	}
	return false
}

// Path redacts a path.
func (r *Redactor) Path(p string) string { return string(hideCards([]byte(p))) }

// unrecorded are headers that say nothing about the call.
var unrecorded = []string{"Accept-Encoding", "Connection", "Content-Length"}

// Headers redacts and sorts headers. Of credentials only the scheme is kept.
func (r *Redactor) Headers(h http.Header) []string {
	out := make([]string, 0, len(h))
	for name, values := range h {
		if slices.Contains(unrecorded, name) {
			continue
		}
		for _, v := range values {
			out = append(out, name+": "+r.header(name, v))
		}
	}
	slices.Sort(out)
	return out
}

func (r *Redactor) header(name, value string) string {
	switch {
	case name == "Authorization" || name == "Proxy-Authorization":
		scheme, _, ok := strings.Cut(value, " ")
		if !ok {
			return hidden
		}
		return scheme + " " + hidden
	case name == "Cookie" || r.names[strings.ToLower(name)]:
		return hidden
	}
	return string(hideCards([]byte(value)))
}

// hideMembers replaces the scalar values of secret members. It reads strings
// and colons only, so that it works on broken JSON too.
func (r *Redactor) hideMembers(body []byte) []byte {
	if len(r.names) == 0 {
		return body
	}
	var out []byte // nil until something was hidden
	from := 0
	for i := 0; i < len(body); {
		if body[i] != '"' {
			i++
			continue
		}
		end := stringEnd(body, i)
		value := skipBlank(body, end)
		if value >= len(body) || body[value] != ':' || !r.secret(body[i:end]) {
			i = end
			continue
		}
		value = skipBlank(body, value+1)
		stop := valueEnd(body, value)
		if stop > value {
			out = append(append(out, body[from:value]...), `"`+hidden+`"`...)
			from = stop
		}
		i = max(stop, value)
	}
	if out == nil {
		return body
	}
	return append(out, body[from:]...)
}

func (r *Redactor) secret(quoted []byte) bool {
	inside := bytes.Trim(quoted, `"`)
	if plainLower(inside) {
		return r.names[string(inside)]
	}
	name := string(inside)
	if strings.Contains(name, `\`) {
		if plain, err := strconv.Unquote(string(quoted)); err == nil {
			name = plain
		}
	}
	return r.names[strings.ToLower(name)]
}

// plainLower reports whether a name needs no unescaping and no lower case, as
// nearly all do.
func plainLower(b []byte) bool {
	for _, c := range b {
		if c == '\\' || c >= 'A' && c <= 'Z' || c >= 0x80 {
			return false
		}
	}
	return true
}

// stringEnd is the index behind the string literal that begins at i.
func stringEnd(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

func skipBlank(b []byte, i int) int {
	for i < len(b) && strings.IndexByte(" \t\r\n", b[i]) >= 0 {
		i++
	}
	return i
}

// valueEnd is the index behind the scalar or list that begins at i; i itself
// for an object, whose members are looked at one by one.
func valueEnd(b []byte, i int) int {
	if i >= len(b) || b[i] == '{' {
		return i
	}
	switch b[i] {
	case '"':
		return stringEnd(b, i)
	case '[':
		return listEnd(b, i)
	}
	if n := bytes.IndexAny(b[i:], ",}] \t\r\n"); n >= 0 {
		return i + n
	}
	return len(b)
}

// listEnd is the index behind the list that begins at i.
func listEnd(b []byte, i int) int {
	for depth := 0; i < len(b); {
		switch b[i] {
		case '"':
			i = stringEnd(b, i)
			continue
		case '[':
			depth++
		case ']':
			depth--
		}
		i++
		if depth == 0 {
			return i
		}
	}
	return len(b)
}

// The lengths that a card number can have, in digits.
const shortestCard, longestCard = 14, 19

// hideCards masks all but the first six and last four digits of every card
// number: 14 to 19 digits, blanks or dashes between their groups allowed, that
// are one by the first digit and the check digit. b itself is not changed.
func hideCards(b []byte) []byte {
	out := b
	var room [longestCard]int
	for i := 0; i < len(b); {
		if !digit(b[i]) {
			i++
			continue
		}
		if at := cardAt(b, i, room[:0]); len(at) > 0 {
			if &out[0] == &b[0] {
				out = bytes.Clone(b)
			}
			for _, j := range at[6 : len(at)-4] {
				out[j] = '*'
			}
			i = at[len(at)-1]
		}
		for i < len(b) && digit(b[i]) {
			i++
		}
	}
	return out
}

// cardAt lists in at, which is empty and has room for them, where the digits of
// a card number stand that begins with the group of digits at i: the longest
// that ends with a group. Nothing if there is none.
func cardAt(b []byte, i int, at []int) []int {
	if b[i] < '2' || b[i] > '6' {
		return nil
	}
	found := 0
	for ; i < len(b); i++ {
		last := i+1 == len(b) || !digit(b[i+1])
		switch {
		case digit(b[i]) && len(at) < longestCard:
			at = append(at, i)
			if last && len(at) >= shortestCard && luhn(b, at) {
				found = len(at)
			}
		case (b[i] == ' ' || b[i] == '-') && !last:
		default:
			return at[:found]
		}
	}
	return at[:found]
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func luhn(b []byte, digits []int) bool {
	sum := 0
	for n := range digits {
		d := int(b[digits[len(digits)-1-n]] - '0')
		if n%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
