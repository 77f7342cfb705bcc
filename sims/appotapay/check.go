package appotapay

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"paysim/internal/catalog"
	"paysim/internal/provider"
	"paysim/internal/store"
)

// invalidError is a refusal that names fields.
type invalidError struct {
	row    *catalog.Error
	fields []wireField
}

func (e *invalidError) Error() string {
	var names []string
	for _, f := range e.fields {
		names = append(names, f.Field)
	}
	return e.row.Error() + ": " + strings.Join(names, ", ")
}

func (e *invalidError) Unwrap() error { return e.row }

// requestIDLimit is the longest X-Request-ID. That it should be a UUID is
// written, but the samples send other texts.
const requestIDLimit = 42

// checked looks at the headers that every call may carry.
func checked(handle func(*provider.Call) (provider.Reply, error)) func(*provider.Call) (provider.Reply, error) {
	return func(c *provider.Call) (provider.Reply, error) {
		h := c.Request.Header
		if utf8.RuneCountInString(h.Get("X-Request-ID")) > requestIDLimit {
			return provider.Reply{}, &invalidError{family(c, errInvalid, errOrderInvalid), []wireField{{"X-Request-ID", tooLong("X-Request-ID", requestIDLimit)}}}
		}
		if id := h.Get("X-Account-Ref-ID"); id != "" {
			_, err := uuid.Parse(id)
			if allowed := c.Texts("sub_accounts"); err != nil || len(allowed) > 0 && !slices.Contains(allowed, id) {
				return provider.Reply{}, errSubAccount.Because("X-Account-Ref-ID is not one of the account's")
			}
		}
		return handle(c)
	}
}

// form reads an object's members and collects what is wrong with them, in the
// order in which they are asked for.
type form struct {
	path   string // of the object, with a dot behind it
	values map[string]any
	wrong  *problems
}

type problems struct {
	row    *catalog.Error // the code for them in the API that is called
	fields []wireField
	amount bool // an amount is a number, but not one of whole dong above zero
}

func newForm(c *provider.Call) form {
	return form{values: map[string]any{}, wrong: &problems{row: family(c, errInvalid, errOrderInvalid)}}
}

// readForm takes the body as an object. No body is an object without members.
func readForm(c *provider.Call) (form, error) {
	f := newForm(c)
	body := bytes.TrimSpace(c.Request.Body)
	if len(body) == 0 {
		return f, nil
	}
	malformed := family(c, errInvalidRequest, errOrderInvalid)
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if !utf8.Valid(body) || d.Decode(&v) != nil {
		return f, malformed.Because("the body is not JSON in UTF-8")
	}
	if _, err := d.Token(); err != io.EOF {
		return f, malformed.Because("the body goes on after its first value")
	}
	object, ok := v.(map[string]any)
	if !ok {
		return f, malformed.Because("the body is not an object")
	}
	f.values = object
	return f, nil
}

// queryForm takes parameters of the query. An empty one is as good as absent.
func queryForm(c *provider.Call, names ...string) form {
	f := newForm(c)
	for _, name := range names {
		if v := c.Request.Query().Get(name); v != "" {
			f.values[name] = v
		}
	}
	return f
}

// readParameters takes parameters from the query, and from the body where the
// query lacks the first.
func readParameters(c *provider.Call, names ...string) (form, error) {
	query := queryForm(c, names...)
	if query.values[names[0]] != nil {
		return query, nil
	}
	f, err := readForm(c)
	maps.Copy(f.values, query.values)
	return f, err
}

// err is what is wrong, if anything is: fields first, then amounts.
func (f form) err() error {
	switch {
	case len(f.wrong.fields) > 0:
		return &invalidError{f.wrong.row, f.wrong.fields}
	case f.wrong.amount:
		return &invalidError{errAmount, []wireField{{"amount", "Field amount must be a whole number above zero"}}}
	}
	return nil
}

func (f form) fault(name, reason string) {
	f.wrong.fields = append(f.wrong.fields, wireField{f.path + name, reason})
}

func missing(name string) string { return "Field " + name + " is required" }

func tooLong(name string, limit int) string {
	return fmt.Sprintf("Field %s must not be longer than %d characters", name, limit)
}

// member gives a member that is there; null is as good as absent.
func (f form) member(name string, required bool) (any, bool) {
	v := f.values[name]
	if v == nil && required {
		f.fault(name, missing(name))
	}
	return v, v != nil
}

// text reads a string of least to most characters; least above 0 requires it.
func (f form) text(name string, least, most int) string {
	v, ok := f.member(name, least > 0)
	if !ok {
		return ""
	}
	s, ok := v.(string)
	n := utf8.RuneCountInString(s)
	switch {
	case !ok:
		f.fault(name, "Field "+name+" must be a string")
	case n == 0 && least > 0:
		f.fault(name, missing(name))
	case n < least:
		f.fault(name, fmt.Sprintf("Field %s must not be shorter than %d characters", name, least))
	case n > most:
		f.fault(name, tooLong(name, most))
	default:
		return s
	}
	return ""
}

// optional reads a string that may be absent, but not shorter than least.
func (f form) optional(name string, least, most int) string {
	if f.values[name] == nil {
		return ""
	}
	return f.text(name, least, most)
}

// like reads a required string of a form.
func (f form) like(name string, most int, want *regexp.Regexp, what string) string {
	s := f.text(name, 1, most)
	if s != "" && !want.MatchString(s) {
		f.fault(name, "Field "+name+" must be "+what)
	}
	return s
}

// oneOf reads a required string out of a list.
func (f form) oneOf(name string, list ...string) string {
	s := f.text(name, 1, 40)
	if s != "" && !slices.Contains(list, s) {
		f.fault(name, "Field "+name+" must be one of "+strings.Join(list, ", "))
	}
	return s
}

// link reads a required URL.
func (f form) link(name string, most int) string {
	s := f.text(name, 1, most)
	if s != "" && !isLink(s) {
		f.fault(name, "Field "+name+" must be a valid URL")
	}
	return s
}

func isLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

func (f form) flag(name string) bool {
	v, ok := f.member(name, false)
	if !ok {
		return false
	}
	b, ok := v.(bool)
	if !ok {
		f.fault(name, "Field "+name+" must be a boolean")
	}
	return b
}

// object reads an object; ok only if there is one.
func (f form) object(name string, required bool) (inner form, ok bool) {
	inner = form{path: f.path + name + ".", wrong: f.wrong}
	v, there := f.member(name, required)
	if !there {
		return inner, false
	}
	if inner.values, ok = v.(map[string]any); !ok {
		f.fault(name, "Field "+name+" must be an object")
	}
	return inner, ok
}

// amountLimit bounds what is taken for an amount at all.
const amountLimit = 1_000_000_000_000_000

// amount reads whole dong. Integral floats are whole; a string is taken where
// the document types the field so although its example holds a number.
func (f form) amount(name string, texts bool) int64 {
	v, ok := f.member(name, true)
	if !ok {
		return 0
	}
	literal := ""
	switch v := v.(type) {
	case json.Number:
		literal = v.String()
	case string:
		if texts && decimal.MatchString(v) {
			literal = v
		}
	}
	if literal == "" {
		f.fault(name, "Field "+name+" must be a number")
		return 0
	}
	n, ok := wholeNumber(literal)
	if !ok {
		f.wrong.amount = true
	}
	return n
}

// integer is an amount of at least least where the document counts a wrong one
// among the wrong fields.
func (f form) integer(name string, least int64) int64 {
	n := f.amount(name, false)
	if f.wrong.amount || n > 0 && n < least {
		f.wrong.amount = false
		f.fault(name, fmt.Sprintf("Field %s must be a whole number of at least %d", name, least))
	}
	return n
}

var decimal = regexp.MustCompile(`^-?[0-9]{1,30}(\.[0-9]{1,30})?$`)

// wholeNumber reads a JSON number that is a whole number above zero and below
// amountLimit. The bounds are looked at first, because an exponent of a few
// digits can stand for a number of millions.
func wholeNumber(literal string) (int64, bool) {
	rough, err := strconv.ParseFloat(literal, 64)
	if err != nil || len(literal) > 64 || rough < 1 || rough >= amountLimit {
		return 0, false
	}
	exact, ok := new(big.Rat).SetString(literal)
	if !ok || !exact.IsInt() {
		return 0, false
	}
	return exact.Num().Int64(), true
}

func (f form) currency() { f.oneOf("currency", currency) }

// reference is the merchant's own id.
func (f form) reference() string { return f.text("merchantRefId", 1, 40) }

// referenceType says whether something is asked for by the merchant's reference,
// and not by AppotaPay's.
func (f form) referenceType(name, own, merchants string) bool {
	return f.values[name] != nil && f.oneOf(name, own, merchants) == merchants
}

// referred is the row with an id, or with the merchant's reference.
func referred[T any](c *provider.Call, rows *store.Table[T], id string, byMerchant bool, missing *catalog.Error) (T, error) {
	row, ok := rows.Get(c, id)
	if byMerchant {
		row, ok = rows.First(c, "reference", id)
	}
	if !ok {
		return row, missing
	}
	return row, nil
}

// pathRow is the row that a card call's path names; the query may say by which
// reference.
func pathRow[T any](c *provider.Call, rows *store.Table[T], param string, missing *catalog.Error) (T, error) {
	f := queryForm(c, "referenceType")
	byMerchant := f.referenceType("referenceType", "APPOTAPAY_REFERENCE_ID", "MERCHANT_REFERENCE_ID")
	if err := f.err(); err != nil {
		var none T
		return none, err
	}
	return referred(c, rows, c.Vars[param], byMerchant, missing)
}

// billing has to be whole if it is there. The document's own sample lives in
// country MM and city VT, so a country is any two letters.
func (f form) billing() {
	b, ok := f.object("billing", false)
	if !ok {
		return
	}
	b.text("firstName", 1, 50)
	b.text("lastName", 1, 50)
	b.text("email", 1, 255)
	b.text("phoneNumber", 8, 20)
	b.text("province", 1, 100)
	b.text("city", 1, 100)
	b.like("country", 2, twoLetters, "2 letters")
	b.text("addressLine1", 1, 100)
	b.text("addressLine2", 1, 100)
	b.text("postalCode", 1, 10)
}

// customer has to be whole if it is there.
func (f form) customer() {
	customer, ok := f.object("customer", false)
	if !ok {
		return
	}
	b, ok := customer.object("browser", true)
	if !ok {
		return
	}
	if ip := b.text("clientIp", 7, 45); ip != "" {
		if a, err := netip.ParseAddr(ip); err != nil || !a.Is4() {
			b.fault("clientIp", "Field clientIp must be an IPv4 address")
		}
	}
	b.text("userAgent", 1, 500)
	b.text("referrer", 1, 500)
	b.text("acceptLanguage", 2, 10)
}

var twoLetters = regexp.MustCompile(`^[A-Za-z]{2}$`)

// limits compares an amount with the account's own bounds.
func limits(c *provider.Call, amount int64) error {
	if amount < c.Number("minimum_amount") {
		return errMinimum
	}
	if most := c.Number("maximum_amount"); most > 0 && amount > most {
		return errMaximum
	}
	return nil
}
