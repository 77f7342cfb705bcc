package culqi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"paysim/internal/provider"
)

// input is a JSON object being read. It is lenient where Culqi is: members that
// are not known are passed over, numbers may be strings and strings numbers. The
// first member that makes no sense is kept in err, and what is read after it is
// of no use.
type input struct {
	members map[string]json.RawMessage
	err     error
}

// read takes the body apart. No body at all and null are an empty object: that
// is how the SDKs capture and confirm.
func read(c *provider.Call) (*input, error) {
	body, err := plainBody(c)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return &input{}, nil
	}
	if kind := c.Request.Header.Get("Content-Type"); kind != "" {
		if media, _, err := mime.ParseMediaType(kind); err != nil || !strings.HasSuffix(media, "json") {
			return nil, errNotJSON.Because("the content type is not JSON")
		}
	}
	return parse(body)
}

// patched reads the body of a change. Most objects let their metadata be
// changed, and many nothing else.
func patched(c *provider.Call, metadata *json.RawMessage) (*input, error) {
	in, err := read(c)
	if err != nil {
		return nil, err
	}
	if m := in.metadata(); m != nil {
		*metadata = m
	}
	return in, in.err
}

func parse(body []byte) (*input, error) {
	if !utf8.Valid(body) {
		return nil, errNotJSON.Because("the body is not UTF-8")
	}
	in := &input{}
	d := json.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(&in.members); err != nil {
		return nil, errNotJSON.Because("the body is not a JSON object")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errNotJSON.Because("the body goes on after the object")
	}
	return in, nil
}

func (in *input) fail(name string) {
	if in.err == nil {
		in.err = wrong(name)
	}
}

func (in *input) has(name string) bool {
	raw, ok := in.members[name]
	return ok && string(raw) != "null"
}

// scalar is a member's text, whether string or number.
func (in *input) scalar(name string) (string, bool) {
	raw := in.members[name]
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s, true
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return n.String(), true
	}
	return "", false
}

// text is a member of least to most characters that must be there.
func (in *input) text(name string, least, most int) string {
	s, ok := in.scalar(name)
	if n := utf8.RuneCountInString(s); !in.has(name) || !ok || n < least || n > most {
		in.fail(name)
	}
	return s
}

// optional is a member that may be missing, null or empty.
func (in *input) optional(name string, most int) string {
	if !in.has(name) {
		return ""
	}
	return in.text(name, 0, most)
}

func (in *input) oneOf(name string, allowed ...string) string {
	s := in.text(name, 1, 50)
	for _, a := range allowed {
		if s == a {
			return s
		}
	}
	in.fail(name)
	return s
}

var emailForm = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)

func (in *input) email(name string) string {
	s := in.text(name, 5, 50)
	if !emailForm.MatchString(s) {
		in.fail(name)
	}
	return s
}

// number is a whole number from least to most that must be there.
func (in *input) number(name string, least, most int64) int64 {
	s, ok := in.scalar(name)
	n, err := strconv.ParseInt(s, 10, 64)
	if !in.has(name) || !ok || err != nil || n < least || n > most {
		in.fail(name)
	}
	return n
}

func (in *input) numberOr(name string, least, most, missing int64) int64 {
	if !in.has(name) {
		return missing
	}
	return in.number(name, least, most)
}

func (in *input) flag(name string, missing bool) bool {
	if !in.has(name) {
		return missing
	}
	switch s := strings.Trim(string(in.members[name]), `"`); s {
	case "true":
		return true
	case "false":
		return false
	}
	in.fail(name)
	return false
}

func (in *input) currency(name string) string {
	s, _ := in.scalar(name)
	if s != "PEN" && s != "USD" && in.err == nil {
		in.err = errCurrency
	}
	return s
}

// object is a nested object; nil when it is not there.
func (in *input) object(name string) *input {
	if !in.has(name) {
		return nil
	}
	inner := &input{}
	if json.Unmarshal(in.members[name], &inner.members) != nil {
		in.fail(name)
		return nil
	}
	return inner
}

// metadata is the member of that name as it was sent; nil when it is not there.
func (in *input) metadata() json.RawMessage {
	if in.object("metadata") == nil {
		return nil
	}
	return compact(in.members["metadata"])
}

func compact(raw json.RawMessage) json.RawMessage {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return nil
	}
	return b.Bytes()
}

func (in *input) texts(name string) []string {
	if !in.has(name) {
		return nil
	}
	var out []string
	if json.Unmarshal(in.members[name], &out) != nil {
		in.fail(name)
	}
	return out
}

// metadataText is a scalar of a metadata object, as text; "" when there is none.
func metadataText(metadata []byte, key string) string {
	in := &input{}
	if json.Unmarshal(metadata, &in.members) != nil {
		return ""
	}
	s, _ := in.scalar(key)
	return s
}

// amount is the sum of a charge, from the least that the merchant may ask for.
func (in *input) amount(least, most int64) int64 {
	n := in.number("amount", -1<<62, most)
	if in.err == nil && n < least {
		word := "Nuevos Soles"
		if least == 100 {
			word = "Nuevo Sol"
		}
		in.err = &refused{row: errAmount, args: []any{strconv.FormatInt(least, 10), fmt.Sprintf("%g %s", float64(least)/100, word)}}
	}
	return n
}

var twoLetters = regexp.MustCompile(`^[A-Za-z]{2}$`)

// person reads the six members that describe a customer, besides its e-mail.
func (in *input) person() antifraud {
	who := antifraud{
		First: in.text("first_name", 2, 50), Last: in.text("last_name", 2, 50),
		Address: in.text("address", 5, 100), City: in.text("address_city", 2, 30),
		Country: in.text("country_code", 2, 2), Phone: in.text("phone_number", 5, 15),
	}
	if !twoLetters.MatchString(who.Country) {
		in.fail("country_code")
	}
	return who
}

// checkDigit reports whether a card number passes Luhn's test.
func checkDigit(number string) bool {
	sum, double := 0, false
	for i := len(number) - 1; i >= 0; i-- {
		d := int(number[i] - '0')
		if d < 0 || d > 9 {
			return false
		}
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum, double = sum+d, !double
	}
	return sum%10 == 0
}
