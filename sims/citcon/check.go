package citcon

import (
	"encoding/json"
	"fmt"
	"math/big"
	"mime"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"paysim/internal/provider"
)

// maxAmount is the largest amount that is taken. No limit is documented.
const maxAmount = 999_999_999_999

// object is a JSON object of a request. Reading it notes what is wrong with it;
// members nobody reads are of no interest, and null is as good as absent.
type object struct {
	path    string // of its members: "", "payment."
	members []member
	wrong   *[]string // shared by all objects of a body
}

// member is a named value as it stands in the body.
type member struct{ name, raw string }

// read checks the header and decodes the body. Of a member that stands twice
// the last counts.
func read(c *provider.Call) (object, error) {
	kind, _, err := mime.ParseMediaType(c.Request.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return object{}, errHeader.Because("Content-Type is not application/json")
	}
	o := object{wrong: new([]string)}
	if !utf8.Valid(c.Request.Body) {
		return o, errBadRequest.Because("the body is not UTF-8")
	}
	body := gjson.ParseBytes(c.Request.Body)
	if !json.Valid(c.Request.Body) || !body.IsObject() {
		return o, errBadRequest.Because("the body is not a JSON object")
	}
	o.members = membersOf(body)
	return o, nil
}

func membersOf(v gjson.Result) []member {
	out := make([]member, 0, 6)
	v.ForEach(func(name, value gjson.Result) bool {
		out = append(out, member{name.String(), value.Raw})
		return true
	})
	return out
}

// err is what was wrong with the members read so far.
func (o object) err() error {
	if len(*o.wrong) == 0 {
		return nil
	}
	return errBadRequest.Because("%s", strings.Join(*o.wrong, "; "))
}

func (o object) fault(name, format string, args ...any) {
	*o.wrong = append(*o.wrong, o.path+name+" "+fmt.Sprintf(format, args...))
}

// get finds a member; null is as good as absent.
func (o object) get(name string) (gjson.Result, bool) {
	for i := len(o.members) - 1; i >= 0; i-- {
		if m := o.members[i]; m.name == name {
			v := gjson.Parse(m.raw)
			return v, v.Type != gjson.Null
		}
	}
	return gjson.Result{}, false
}

func (o object) has(name string) bool { _, ok := o.get(name); return ok }

func (o object) text(name string) string {
	v, ok := o.get(name)
	if ok && v.Type != gjson.String {
		o.fault(name, "is not a string")
		return ""
	}
	return v.Str
}

func (o object) flag(name string) bool {
	v, ok := o.get(name)
	if ok && !v.IsBool() {
		o.fault(name, "is not true or false")
	}
	return v.Type == gjson.True
}

func (o object) texts(name string) []string {
	list, ok := o.get(name)
	if !ok {
		return nil
	}
	var out []string
	good := list.IsArray()
	list.ForEach(func(_, v gjson.Result) bool {
		good = good && v.Type == gjson.String
		out = append(out, v.Str)
		return good
	})
	if !good {
		o.fault(name, "is not a list of strings")
		return nil
	}
	return out
}

// required is a text that must be there.
func (o object) required(name string) string {
	s := o.text(name)
	if strings.TrimSpace(s) == "" {
		o.fault(name, "is missing or empty")
	}
	return s
}

func (o object) oneOf(name string, allowed ...string) string {
	s := o.text(name)
	if !slices.Contains(allowed, s) {
		o.fault(name, "is not one of %s", strings.Join(allowed, ", "))
	}
	return s
}

// form is a text that, when there is one, has to match.
func (o object) form(name string, re *regexp.Regexp, means string) string {
	s := o.text(name)
	if s != "" && !re.MatchString(s) {
		o.fault(name, "is not %s", means)
	}
	return s
}

// object is a member that is an object; an absent one reads as empty.
func (o object) object(name string) object {
	in := object{path: o.path + name + ".", wrong: o.wrong}
	v, ok := o.get(name)
	switch {
	case ok && v.IsObject():
		in.members = membersOf(v)
	case ok:
		o.fault(name, "is not an object")
	}
	return in
}

// amount is a positive number of minor units; 0 when absent. 100.0 is 100.
func (o object) amount(name string) int64 { return o.count(name, maxAmount) }

// count is a whole number from 1 to most; 0 when absent.
func (o object) count(name string, most int64) int64 {
	v, ok := o.get(name)
	if !ok {
		return 0
	}
	n, ok := whole(v.Raw)
	if !ok || n <= 0 || n > most {
		o.fault(name, "is not a whole number from 1 to %d", most)
		return 0
	}
	return n
}

// zero says that a member is the number 0, however it is spelt.
func (o object) zero(name string) bool {
	v, _ := o.get(name)
	n, ok := whole(v.Raw)
	return ok && n == 0
}

// whole reads a JSON number without a fraction, however it is spelt.
func whole(s string) (int64, bool) {
	if len(s) > 40 || !numberForm.MatchString(s) {
		return 0, false
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, true
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		if e, err := strconv.Atoi(s[i+1:]); err != nil || e < -20 || e > 20 {
			return 0, false
		}
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok || !r.IsInt() || !r.Num().IsInt64() {
		return 0, false
	}
	return r.Num().Int64(), true
}

// address is a text that, when there is one, is an absolute URL. An app may
// name a scheme of its own for its return.
func (o object) address(name string) string {
	s := o.text(name)
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Host == "" && u.Opaque == "" && u.Path == "" {
		o.fault(name, "is not an absolute URL")
		return ""
	}
	return s
}

// webAddress is an address of http or https.
func (o object) webAddress(name string) string {
	s := o.address(name)
	if s != "" && !isWeb(s) {
		o.fault(name, "is not a URL of http or https")
	}
	return s
}

// isWeb says that a browser may be led there.
func isWeb(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (strings.EqualFold(u.Scheme, "http") || strings.EqualFold(u.Scheme, "https"))
}

var (
	numberForm   = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)
	currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)
	countryForm  = regexp.MustCompile(`^[A-Z]{2}$`)
	panForm      = regexp.MustCompile(`^[0-9]{12,19}$`)
	expiryForm   = regexp.MustCompile(`^(0[1-9]|1[0-2])/([0-9]{2}|20[0-9]{2})$`)
	cvvForm      = regexp.MustCompile(`^[0-9]{3,4}$`)
)
