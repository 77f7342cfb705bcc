package paymenticon

import (
	"crypto/hmac"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"paysim/internal/ident"
	"paysim/internal/provider"
)

// The merchant wallet that the document prints, with its key: the default
// tenant's second one.
const (
	printedWallet = "WLT-001"
	printedKey    = "fb5e9519-0e2b-478d-9e04-15b31239c1cc"
	walletPrefix  = "WLT-"
	defaultTenant = "default"
)

// window is how far a call's time may be off, in either direction.
const window = 15 * time.Minute

func keys(tenant string) []provider.Key {
	out := []provider.Key{
		{Name: "wallet_ref", Value: walletPrefix + tenant, Env: "PAYMENTICON_WALLET_REF"},
		{Name: "API key", Value: apiKey(walletPrefix + tenant), Env: "PAYMENTICON_API_KEY"},
	}
	if tenant == defaultTenant {
		out = append(out,
			provider.Key{Name: "wallet_ref, as printed in the document", Value: printedWallet, Env: "PAYMENTICON_PRINTED_WALLET_REF"},
			provider.Key{Name: "API key, as printed in the document", Value: printedKey, Env: "PAYMENTICON_PRINTED_API_KEY"})
	}
	return out
}

func apiKey(wallet string) string {
	if wallet == printedWallet {
		return printedKey
	}
	return "apikey-" + strings.TrimPrefix(wallet, walletPrefix)
}

func merchants(tenant string) []string {
	if tenant == defaultTenant {
		return []string{walletPrefix + tenant, printedWallet}
	}
	return []string{walletPrefix + tenant}
}

// The format line of the document has no blank around the colon, its example
// has one.
var authorization = regexp.MustCompile(`^(?i:hmac) +([^ :]+) *: *([0-9a-fA-F]{64})$`)

// whose reads the tenant from the wallet in the Authorization header, or from
// the end of the UUID in a page's or picture's URL.
func whose(c *provider.Call) provider.Claim {
	if c.Operation != nil && c.Operation.Auth == "" {
		id, _ := cutParams(strings.TrimSuffix(c.Vars["page"]+c.Vars["file"], ".png"))
		mark, _ := ident.ParseMark(id[max(0, len(id)-12):])
		return provider.Claim{Mark: mark}
	}
	m := authorization.FindStringSubmatch(strings.TrimSpace(c.Request.Header.Get("Authorization")))
	if m == nil {
		return provider.Claim{}
	}
	if m[1] == printedWallet {
		return provider.Claim{Tenant: defaultTenant}
	}
	tenant, ok := strings.CutPrefix(m[1], walletPrefix)
	if !ok {
		return provider.Claim{}
	}
	return provider.Claim{Tenant: tenant}
}

// proof is who calls, and what the answer is signed with.
type proof struct {
	wallet, key  string
	stamp, given string // the time and the digest that the caller sent
	url          string // as the caller signed it
	body         value
}

func caller(c *provider.Call) proof { return c.Proof.(proof) }

// authenticate checks header, time and signature, and explains to the journal
// what is wrong with a signature.
func authenticate(c *provider.Call) error {
	if c.Operation.Auth == "" {
		return nil
	}
	p, err := prove(c)
	if errors.Is(err, errSignature) {
		explain(c, p)
		return errUnauthorized.Because("the signature does not fit")
	}
	if err != nil {
		return err
	}
	c.Proof = p
	return nil
}

var errSignature = errors.New("the signature does not fit")

// prove finds out who calls. A body that is no JSON object is refused before the
// signature, which cannot be computed.
func prove(c *provider.Call) (proof, error) {
	m := authorization.FindStringSubmatch(strings.TrimSpace(c.Request.Header.Get("Authorization")))
	if m == nil {
		return proof{}, errUnauthorized.Because("the Authorization header is not: hmac <wallet_ref>:<64 hexadecimal digits>")
	}
	p := proof{wallet: m[1], key: apiKey(m[1]), stamp: c.Request.Header.Get("X-Paymenticon-Time"), given: strings.ToLower(m[2]), body: value{kind: object}}
	if !slices.Contains(merchants(c.Tenant), p.wallet) {
		return p, errUnauthorized.Because("%s is no merchant's wallet here", p.wallet)
	}
	at, err := strconv.ParseInt(p.stamp, 10, 64)
	if err != nil {
		return p, errUnauthorized.Because("X-Paymenticon-Time is not a number of seconds")
	}
	if off := c.Now.Unix() - at; off > int64(window/time.Second) || -off > int64(window/time.Second) {
		return p, errUnauthorized.Because("X-Paymenticon-Time is %d seconds off the tenant's clock; 900 are allowed", off)
	}
	if len(c.Request.Body) > 0 {
		if p.body, err = parse(c.Request.Body); err != nil {
			return p, errInvalid.Because("the body is not a JSON object")
		}
	}
	if p.url = p.fits(c.Request); p.url == "" {
		return p, errSignature
	}
	return p, nil
}

// fits gives the URL with which the signature fits; "" when none does.
func (p proof) fits(r *provider.Request) string {
	addresses := urls(r)
	var tried []string
	for _, d := range understood {
		flat := p.body.flatten(d)
		if slices.Contains(tried, flat) {
			continue
		}
		tried = append(tried, flat)
		for _, url := range addresses {
			if hmac.Equal([]byte(digest(p.key, r.Method, url, p.stamp, flat)), []byte(p.given)) {
				return url
			}
		}
	}
	return ""
}

// urls are the ways in which a caller may rightly name the URL: as sent, by
// either scheme (there may be a TLS terminator in between), at our public
// address, or as if it spoke to the real service; with the query string or
// without.
func urls(r *provider.Request) []string {
	query := ""
	if r.RawQuery != "" {
		query = "?" + r.RawQuery
	}
	sent := strings.TrimSuffix(r.URL, query)
	_, rest, _ := strings.Cut(sent, "://")
	var out []string
	for _, u := range []string{"http://" + rest, "https://" + rest, r.Base + r.Path, "https://pay.paymenticon.com" + r.Path} {
		for _, q := range []string{query, ""} {
			if !slices.Contains(out, u+q) {
				out = append(out, u+q)
			}
		}
	}
	return out
}

// sensitive members are not shown in explanations.
var sensitive = []string{"id", "voucher_id", "pin"}

// explain leaves in the journal what would have been right and, where the
// caller's mistake can be guessed, what it was. The wire says nothing of it.
func explain(c *provider.Call, p proof) {
	r := c.Request
	flat := p.body.flatten(dialects["json"])
	c.Note("signature: expected HMAC-SHA256 of %q, which is %s", r.Method+r.URL+p.stamp+p.body.flatten(dialects["json"], sensitive...),
		digest(p.key, r.Method, r.URL, p.stamp, flat))
	for _, g := range guesses(c, p, flat) {
		if digest(g.key, g.method, g.url, g.stamp, g.flat) != p.given {
			continue
		}
		c.Note("signature: it fits if %s", g.mistake)
		want, got := r.Method+r.URL+p.stamp+flat, g.method+g.url+g.stamp+g.flat
		if at := difference(want, got); at >= 0 && !p.body.holds(sensitive...) {
			c.Note("signature: the first difference is at character %d, behind %q", at, tail(want[:at]))
		}
		return
	}
	c.Note("signature: no common mistake explains the one given")
}

type guess struct{ mistake, key, method, url, stamp, flat string }

func guesses(c *provider.Call, p proof, flat string) []guess {
	r := c.Request
	right := guess{"", p.key, r.Method, r.URL, p.stamp, flat}
	var out []guess
	add := func(mistake string, change func(*guess)) {
		g := right
		change(&g)
		g.mistake = mistake
		out = append(out, g)
	}
	var unsorted strings.Builder
	p.body.write(&unsorted, dialects["json"], false, nil)
	add("the values are joined in the order in which they were sent, not by key", func(g *guess) { g.flat = unsorted.String() })
	add("the body is signed as text instead of its values", func(g *guess) { g.flat = string(r.Body) })
	add("the body is left out", func(g *guess) { g.flat = "" })
	add("the time is left out", func(g *guess) { g.stamp = "" })
	add("the method is in lower case", func(g *guess) { g.method = strings.ToLower(g.method) })
	for _, u := range urls(r) {
		add("the URL ends with a slash that was not sent", func(g *guess) { g.url = u + "/" })
		add("the URL lacks the slash that was sent at its end", func(g *guess) { g.url = strings.TrimSuffix(u, "/") })
	}
	_, rest, _ := strings.Cut(r.URL, "://")
	host, _, _ := strings.Cut(rest, "/")
	bare, _, _ := strings.Cut(host, ":")
	if prefix := strings.TrimSuffix(strings.TrimPrefix(rest, host), r.Path); prefix != "" && !strings.Contains(prefix, "?") {
		add("the URL lacks the prefix "+prefix, func(g *guess) { g.url = r.Scheme + "://" + host + r.Path })
	}
	add("the URL lacks its scheme", func(g *guess) { g.url = rest })
	add("only the path is signed", func(g *guess) { g.url = strings.TrimPrefix(rest, host) })
	for _, other := range []string{bare, "localhost", "127.0.0.1", "pay.paymenticon.com"} {
		for _, scheme := range []string{"http://", "https://"} {
			add("the host is "+other+" instead of "+host, func(g *guess) { g.url = scheme + other + strings.TrimPrefix(rest, host) })
		}
	}
	add("the key is the wallet's number", func(g *guess) { g.key = p.wallet })
	for _, wallet := range append(merchants(defaultTenant), merchants(c.Tenant)...) {
		if k := apiKey(wallet); k != p.key {
			add("the key is that of "+wallet, func(g *guess) { g.key = k })
		}
	}
	return out
}

// difference is where two texts part; -1 when they are one.
func difference(a, b string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	if len(a) == len(b) {
		return -1
	}
	return min(len(a), len(b))
}

// tail is the end of a text, enough to find the place by.
func tail(s string) string { return s[max(0, len(s)-24):] }
