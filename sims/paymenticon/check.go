package paymenticon

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"unicode/utf8"
)

// fields reads the members of a body and remembers the first that is wrong.
type fields struct {
	body value
	err  error
}

func (f *fields) fail(name, what string) {
	if f.err == nil {
		f.err = errInvalid.Because("%s %s", name, what)
	}
}

func (f *fields) get(name string) (value, bool) {
	i := slices.Index(f.body.names, name)
	if i < 0 || f.body.values[i].kind == null {
		return value{}, false
	}
	return f.body.values[i], true
}

// text reads a string; "" when it is absent or null.
func (f *fields) text(name string, required bool) string {
	v, ok := f.get(name)
	switch {
	case !ok && required, ok && required && v.kind == text && v.text == "":
		f.fail(name, "is missing")
	case ok && v.kind != text:
		f.fail(name, "is not a string")
	}
	return v.text
}

// most is the largest number that is taken. As minor units it is more money than
// there is, and sums of thousands do not overflow.
const most = 1_000_000_000_000_000

// whole reads a positive integer literal; 0 when it is absent or null.
func (f *fields) whole(name string, required bool) int64 {
	v, ok := f.get(name)
	if !ok {
		if required {
			f.fail(name, "is missing")
		}
		return 0
	}
	n, err := strconv.ParseInt(v.text, 10, 64)
	if v.kind != number || err != nil || n <= 0 || n > most {
		f.fail(name, "is not a positive integer")
		return 0
	}
	return n
}

// width is a picture's width in pixels, not so wide that drawing it is an attack.
func (f *fields) width(name string) int {
	n := f.whole(name, true)
	if n > 4000 {
		f.fail(name, "is larger than 4000 pixels")
	}
	return int(n)
}

func (f *fields) flag(name string, required bool) bool {
	v, ok := f.get(name)
	if ok && v.kind != yes && v.kind != no {
		f.fail(name, "is not a boolean")
	}
	if !ok && required {
		f.fail(name, "is missing")
	}
	return v.kind == yes && ok
}

func (f *fields) texts(name string) []string {
	v, ok := f.get(name)
	if !ok {
		return nil
	}
	if v.kind != list {
		f.fail(name, "is not a list")
	}
	var out []string
	for _, m := range v.values {
		if m.kind != text {
			f.fail(name, "holds something other than strings")
		}
		out = append(out, m.text)
	}
	return out
}

// currencies of the brand's family, by the operator's public pages.
var currencies = []string{"PLN", "EUR", "GBP", "USD", "CHF", "RON", "HUF", "CAD"}

// held are those that every wallet has an account in, with or without money, as
// the document's example of a wallet's funds does.
var held = currencies[:3]

func (f *fields) currency(name string, required bool) string {
	c := f.text(name, required)
	if c != "" && !slices.Contains(currencies, c) {
		f.fail(name, "is not a currency of this service")
	}
	return c
}

// description is at most 100 characters, not bytes.
func (f *fields) description(required bool) string {
	d := f.text("description", required)
	if utf8.RuneCountInString(d) > 100 {
		f.fail("description", "is longer than 100 characters")
	}
	return d
}

func (f *fields) link(name string) string {
	s := f.text(name, false)
	if s == "" {
		return ""
	}
	if u, err := url.Parse(s); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		f.fail(name, "is not a web address")
	}
	return s
}

func (f *fields) address(name string) string {
	s := f.text(name, true)
	if _, err := netip.ParseAddr(s); s != "" && err != nil {
		f.fail(name, "is not an IP address")
	}
	return s
}

func (f *fields) oneOf(name string, required bool, allowed ...string) string {
	s := f.text(name, required)
	if s != "" && !slices.Contains(allowed, s) {
		f.fail(name, "is not one of those allowed")
	}
	return s
}

// gateways are the symbols of the document's list.
var gateways = []string{
	"PAYMENTICON", "ALIOR", "BGZ", "BLIK", "BANKISPOLDZIELCZE", "MILLENNIUM", "BOS", "BANKPOCZTOWY", "BGZPARIBAS", "SANTANDER_BPH", "CITI", "CREDITAGRICOLE",
	"DEUTSCHEBANK", "DNBNORD", "PAYMENTFORM", "ESKOK", "EUROBANK", "EUROPAYMENT", "GETBANK", "GETINONLINE", "GOOGLEPAY", "IDEABANK", "IKO", "ING", "INTELIGO", "CARD",
	"MASTERPASS", "MBANK", "NEOBANK", "NESTBANK", "NOBLEBANK", "ORANGE", "PAYPAL", "PBS", "PEKAO", "PKOBP", "PLUSBANK", "WALLET", "RAIFFEISEN", "SANTANDER_WBK", "TMOBILE",
	"TOYOTABANK", "VISACHECKOUT", "VOLKSWAGENBANK", "ALIORRDC",
}

// scopes are those that the document names.
var scopes = []string{"get_transactions", "get_confirmation_of_funds", "get_wallet_funds"}
