package firstoken

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"paysim/internal/provider"
)

// reader walks a body and keeps the first complaint, as the service's validator
// does: in the order of the members, then about members that nobody asked for.
type reader struct {
	strict bool // complain about those
	err    error
}

// node is a place in the body, whether or not something is there.
type node struct {
	r     *reader
	path  []string
	value any
	there bool
}

// read decodes the body. An empty body counts as an empty object, as it does in
// the framework that the service's wording points to.
func read(c *provider.Call) (node, error) {
	n := node{r: &reader{strict: c.Flag(strictMembers)}, value: map[string]any{}, there: true}
	if len(bytes.TrimSpace(c.Request.Body)) == 0 {
		return n, nil
	}
	if !utf8.Valid(c.Request.Body) {
		return n, errInvalid.Because("the body is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(c.Request.Body))
	d.UseNumber() // 10.50 stays 10.50
	if err := d.Decode(&n.value); err != nil {
		return n, errInvalid.Because("the body does not decode")
	}
	if _, err := d.Token(); err != io.EOF {
		return n, errInvalid.Because("the body goes on after its end")
	}
	if _, ok := n.value.(map[string]any); !ok {
		return n, errInvalid.Because("the body is not an object")
	}
	return n, nil
}

// readOneOf is read for an operation that takes several kinds of body, which
// transaction_info.type tells apart. A body that is none of them has no member
// that could be named.
func readOneOf(c *provider.Call, types ...string) (node, string, error) {
	body, err := read(c)
	if err != nil {
		return body, "", errNoMatch.Because("%v", err)
	}
	chosen, _ := body.member("transaction_info").member("type").value.(string)
	if !slices.Contains(types, chosen) {
		return body, "", errNoMatch.Because("transaction_info.type is none of %s", strings.Join(types, ", "))
	}
	return body, chosen, nil
}

// wholly turns a complaint about a member into one about the body, if the
// merchant has it so.
func wholly(c *provider.Call, err error) error {
	var wrong *complaint
	if errors.As(err, &wrong) && c.Text(validationDetail) == wholeBody {
		return errNoMatch.Because("%s", wrong.text)
	}
	return err
}

var longDigits = regexp.MustCompile(`[0-9]{5,}`)

// label is the place as the validator names it. A name that the caller chose
// may be anything, a card number even; long runs of digits are blanked.
func (n node) label() string {
	if len(n.path) == 0 {
		return "value"
	}
	var b strings.Builder
	for i, step := range n.path {
		if step[0] >= '0' && step[0] <= '9' && len(step) < 5 {
			b.WriteString("[" + step + "]")
			continue
		}
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(step)
	}
	return b.String()
}

func (n node) down(step string, v any, there bool) node {
	if step == "" {
		step = "(empty)"
	}
	step = longDigits.ReplaceAllString(step, "*****")
	return node{n.r, append(slices.Clip(n.path), step), v, there}
}

func (n node) member(name string) node {
	members, _ := n.value.(map[string]any)
	v, ok := members[name]
	return n.down(name, v, ok)
}

// absent reports that there is nothing, and complains if there must be.
func (n node) absent(required bool) bool {
	if !n.there && required {
		n.refuse("is required")
	}
	return !n.there
}

// object is the node itself, once it is known to be an object.
func (n node) object(required bool) node {
	if n.absent(required) {
		return n
	}
	if _, ok := n.value.(map[string]any); !ok {
		n.refuse("must be of type object")
	}
	return n
}

// only complains about members other than these, if the merchant has it so.
func (n node) only(names ...string) {
	members, _ := n.value.(map[string]any)
	if !n.r.strict {
		return
	}
	var others []string
	for name := range members {
		if !slices.Contains(names, name) {
			others = append(others, name)
		}
	}
	if len(others) > 0 {
		n.member(slices.Min(others)).refuse("is not allowed")
	}
}

func (n node) text(required bool) string {
	s := n.blank(required)
	if n.there && s == "" {
		n.refuse("is not allowed to be empty")
	}
	return s
}

// blank is text that may be empty.
func (n node) blank(required bool) string {
	if n.absent(required) {
		return ""
	}
	s, ok := n.value.(string)
	if !ok {
		n.refuse("must be a string")
	}
	return s
}

// digits is text, or an integer written as such: the documents type a card
// number as int and show it as a string.
func (n node) digits(required bool) string {
	if number, ok := n.value.(json.Number); ok {
		return string(number)
	}
	return n.text(required)
}

func (n node) oneOf(allowed ...string) string {
	s := n.text(true)
	if slices.Contains(allowed, s) {
		return s
	}
	if len(allowed) == 1 {
		n.refuse("must be [%s]", allowed[0])
	} else {
		n.refuse("must be one of [%s]", strings.Join(allowed, ", "))
	}
	return s
}

func (n node) currency() string {
	s := n.text(true)
	if utf8.RuneCountInString(s) != 3 {
		n.refuse("length must be 3 characters long")
	}
	return s
}

// number is a number, or a text that is one, as it is written.
func (n node) number(required bool) (float64, string) {
	if n.absent(required) {
		return 0, ""
	}
	var text string
	switch v := n.value.(type) {
	case json.Number:
		text = string(v)
	case string:
		text = v
	}
	f, text, ok := readNumber(text)
	if !ok {
		n.refuse("must be a number")
		return 0, ""
	}
	if f > largest || f < -largest {
		n.refuse("must be a safe number")
	}
	return f, text
}

// amount is a number above zero, or zero too.
func (n node) amount(required, zero bool) string {
	f, text := n.number(required)
	switch {
	case !n.there:
	case zero && f < 0:
		n.refuse("must be greater than or equal to 0")
	case !zero && f <= 0:
		n.refuse("must be a positive number")
	}
	return text
}

func (n node) integer(required bool, least, most int64) int64 {
	f, _ := n.number(required)
	i := int64(f)
	switch {
	case !n.there:
	case float64(i) != f:
		n.refuse("must be an integer")
	case i < least:
		n.refuse("must be greater than or equal to %d", least)
	case i > most:
		n.refuse("must be less than or equal to %d", most)
	}
	return i
}

// list is the items of an array.
func (n node) list(required bool) []node {
	if n.absent(required) {
		return nil
	}
	items, ok := n.value.([]any)
	if !ok {
		n.refuse("must be an array")
	}
	out := make([]node, len(items))
	for i, v := range items {
		out[i] = n.down(strconv.Itoa(i), v, true)
	}
	return out
}

// texts is an array of strings, never nil.
func (n node) texts() []string {
	out := []string{}
	for _, item := range n.list(true) {
		out = append(out, item.text(true))
	}
	return out
}

// luhn is the validator's rule for a card number, and a length that cards have.
func luhn(number string) bool {
	if len(number) < 12 || len(number) > 19 {
		return false
	}
	total := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if d < 0 || d > 9 {
			return false
		}
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		total += d
	}
	return total > 0 && total%10 == 0
}

var (
	monthYear     = regexp.MustCompile(`^(0[1-9]|1[0-2])/([0-9]{2}|[0-9]{4})$`)
	monthTwoYear  = regexp.MustCompile(`^(0[1-9]|1[0-2])/[0-9]{2}$`)
	threeFourCode = regexp.MustCompile(`^[0-9]{3,4}$`)
)

// The checks of card data, shared by payments and vault. They never repeat the
// value, which the validator itself would.
func (n node) cardNumber(s string) {
	if !luhn(s) {
		n.refuse("must be a credit card")
	}
}

func (n node) pattern(s string, p *regexp.Regexp) {
	if !p.MatchString(s) {
		n.refuse("fails to match the required pattern: /%s/", p)
	}
}
