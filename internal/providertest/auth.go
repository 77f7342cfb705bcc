package providertest

import (
	"maps"
	"net/textproto"
	"slices"
	"strings"

	"paysim/internal/provider"
)

// auth: whoever does not prove to be the tenant gets nothing and changes
// nothing.
func auth(h *harness) {
	w := h.world()
	w.wide = true
	for _, key := range h.examples() {
		if op := h.suite.Provider.Operation(operationOf(key)); op.Auth == "" {
			continue
		}
		h.try(func() { w.strangers(key) })
	}
}

// strangers sends an example with every credential but the right one.
func (w *world) strangers(key string) {
	c := w.fresh()
	r := c.example(key)
	before := c.snapshot()
	try := func(who string, must bool, send func() *Reply) {
		subject := "auth " + key + " " + who
		reply := send()
		if must && reply.OK() {
			w.found(subject, "%s %s is answered %d %s", r.Method, r.Path, reply.Status, short(reply.Body))
		}
		if after := c.snapshot(); after != before {
			w.found(subject, "%s %s changes the tenant:\n%s", r.Method, r.Path, diff(before, after))
			before = after
		}
	}
	try("as nobody", true, func() *Reply {
		bare := r.Clone()
		bare.Anonymous = true
		return c.Do(bare)
	})
	for _, refused := range []string{"invalid-merchant", "revoked-merchant"} {
		try("as "+refused, true, func() *Reply { return w.client(refused).Do(r) })
	}
	op, _ := w.match(r.Method, strings.TrimPrefix(r.Path, w.base))
	try("as another tenant", op != nil && len(names(op.Path)) > 0, func() *Reply { return w.fresh().Do(r) })

	signed := c.signed(r)
	for _, name := range slices.Sorted(maps.Keys(signed.Header)) {
		if w.proves(c, name, signed.Header.Get(name)) {
			w.spoil(c, signed, name, try)
		}
	}
	for _, wrong := range slices.Sorted(maps.Keys(w.suite.Forged)) {
		try("with "+wrong, true, func() *Reply {
			forged := signed.Clone()
			w.suite.Forged[wrong](c, forged)
			return c.send(forged)
		})
	}
}

// spoil sends a signed request with the header that holds its credential spoilt.
// Nothing, or what is no credential at all, must be refused; what is merely
// different may be somebody else's.
func (w *world) spoil(c *Client, signed *Request, name string, try func(string, bool, func() *Reply)) {
	value := signed.Header.Get(name)
	for _, s := range []struct {
		how, value string
		must       bool
	}{
		{"without", "", true},
		{"with a blank in", " ", true},
		{"with nonsense in", "!nonsense\"<>%;", true},
		{"with nobody's name in", strings.Repeat("z", 300), true},
		{"with half of", value[:len(value)/2], false},
		{"with twice", value + value, false},
		{"with another end of", value[:max(0, len(value)-1)] + "0", false},
	} {
		if s.value != value {
			try(s.how+" "+name, s.must, func() *Reply { return c.send(signed.with(name, s.value)) })
		}
	}
}

// proves reports whether a header holds the client's credential: one that the
// provider calls secret, or that holds one of the tenant's secret keys.
func (w *world) proves(c *Client, header, value string) bool {
	if header == "Authorization" || slices.ContainsFunc(w.provider.Secrets, func(s string) bool { return textproto.CanonicalMIMEHeaderKey(s) == header }) {
		return true
	}
	return slices.ContainsFunc(w.provider.Keys(c.Tenant), func(k provider.Key) bool {
		return !slices.Contains(w.suite.Public, k.Name) && strings.Contains(value, k.Value)
	})
}
