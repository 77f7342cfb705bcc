package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"strings"

	"paysim/internal/fault"
	"paysim/internal/journal"
	"paysim/internal/plan"
	"paysim/internal/provider"
	"paysim/internal/spell"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
)

// bodyLimit is the largest body that is read, in bytes.
const bodyLimit = 1 << 20

// exchange is one request and what becomes of it.
type exchange struct {
	e *Engine
	p *served

	request *provider.Request
	op      *provider.Operation
	vars    map[string]string
	tenant  *tenant.Tenant
	plan    plan.Call
	header  string // the outcome that the Sim-Outcome header names

	asked *journal.Request // redacted

	err    error // why no handler may run
	call   *provider.Call
	reply  provider.Reply
	entry  *journal.Entry
	urgent []*webhook.Delivery // heard before the answer

	unchanged string // why the scenario's change of the answer was not made
	stirred   bool   // something is due, now or later
}

// serve is the path of a request.
func (e *Engine) serve(w http.ResponseWriter, r *http.Request, p *served, prefix string) {
	x := &exchange{e: e, p: p}
	x.read(w, r, prefix)           // once, bounded: a handler can be run, rolled back and journalled from it
	x.route(r)                     // unknown paths go on: they too are answered in the provider's words
	x.find()                       // whose world is it?
	if !x.told(w) || !x.named(w) { // an outcome or a scenario that nobody knows books nothing
		return
	}
	x.transact() // plan, authenticate, validate, handle; all of it or nothing
	x.send(w, r) // with whatever trouble was planned; the money has moved already
	x.settle()   // webhooks leave when the answer has, unless planned otherwise
}

func (x *exchange) read(w http.ResponseWriter, r *http.Request, prefix string) {
	// As sent, byte for byte: callers sign it, and net/http would escape it anew.
	uri := r.URL.RequestURI()
	if strings.HasPrefix(r.RequestURI, "/") {
		uri = r.RequestURI
	}
	path, _, _ := strings.Cut(uri, "?")
	x.request = &provider.Request{
		Method: r.Method, Scheme: "http", Host: r.Host, Path: strings.TrimPrefix(path, prefix), RawQuery: r.URL.RawQuery, Header: r.Header,
	}
	if r.TLS != nil {
		x.request.Scheme = "https"
	}
	if ap, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		x.request.Remote = ap.Addr().Unmap()
	}
	x.request.Base = x.request.Scheme + "://" + r.Host + prefix
	x.request.URL = x.request.Scheme + "://" + r.Host + uri
	if x.e.publicURL != "" {
		x.request.Base = x.e.publicURL + "/" + x.p.Name
	}
	if r.ContentLength == 0 {
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		x.err = provider.ErrBodyTooLarge
	case err != nil:
		x.err = provider.ErrBodyUnreadable
	}
	x.request.Body = body
}

func (x *exchange) route(r *http.Request) {
	// mux looks at the URL only, so the prefix is cut from a copy of it.
	u := url.URL{Path: x.request.Path, RawPath: x.request.Path}
	if plain, err := url.PathUnescape(x.request.Path); err == nil {
		u.Path = plain
	}
	routed := &http.Request{Method: r.Method, URL: &u, Host: r.Host, Header: r.Header}
	op, vars, err := x.p.router.find(routed)
	for name, v := range vars {
		if plain, bad := url.PathUnescape(v); bad == nil {
			vars[name] = plain
		}
	}
	x.op, x.vars = op, vars
	if err != nil {
		x.err = err
	}
}

// find decides in whose world the call happens. A call that claims nobody, or
// somebody who does not exist, is shown in the default tenant and refused.
func (x *exchange) find() {
	var claim provider.Claim
	if _, err := x.guard(func() (provider.Reply, error) { claim = x.p.Whose(x.bare()); return provider.Reply{}, nil }); err != nil {
		x.err = err
	}
	if claim.Tenant != "" {
		t, err := x.e.Tenants.Find(claim.Tenant)
		x.tenant = t
		if err != nil && x.err == nil {
			x.err = fmt.Errorf("%w: %w", provider.ErrUnauthenticated, err)
		}
	} else if t, ok := x.e.Tenants.ByMark(claim.Mark); ok {
		x.tenant = t
	}
	if x.tenant == nil {
		if t, err := x.e.Tenants.Find(tenant.Default); err == nil {
			x.tenant = t
		} else {
			x.tenant = x.e.nobody
		}
	}
}

// bare is the call before it has a transaction.
func (x *exchange) bare() *provider.Call {
	return provider.NewCall(&provider.Tx{Record: &provider.Record{}}, x.request, x.op, x.vars, "")
}

// told reads the Sim-Outcome header. False: it names no outcome that the
// operation has, and the caller has been told so.
func (x *exchange) told(w http.ResponseWriter) bool {
	x.header = x.request.Header.Get("Sim-Outcome")
	if x.header == "" || x.op == nil || x.op.Allows(x.header) {
		return true
	}
	WriteError(w, http.StatusBadRequest, "unknown_outcome",
		fmt.Sprintf("%s.%s has no outcome %q%s", x.p.Name, x.op.ID, x.header, spell.Hint(x.header, x.op.Outcomes)),
		map[string]any{"outcomes": x.op.Outcomes})
	return false
}

// named reads the Sim-Scenario header. False: the tenant has no scenario of that
// name loaded, so the call would not meet what its author means it to, and the
// caller has been told so.
func (x *exchange) named(w http.ResponseWriter) bool {
	want := x.request.Header.Get("Sim-Scenario")
	if want == "" {
		return true
	}
	x.tenant.Lock()
	loaded, ok := x.tenant.Planner.(plan.Named)
	x.tenant.Unlock()
	switch {
	case !ok:
		WriteError(w, http.StatusBadRequest, "unknown_scenario", fmt.Sprintf("tenant %s has no scenario loaded, let alone %q", x.tenant.Name, want), nil)
		return false
	case loaded.Named() != want:
		WriteError(w, http.StatusBadRequest, "unknown_scenario",
			fmt.Sprintf("the scenario that is loaded is %q, not %q", loaded.Named(), want), map[string]any{"scenario": loaded.Named()})
		return false
	}
	return true
}

// scheme asks the scenario what the call shall meet, under the tenant's lock.
func (x *exchange) scheme() {
	if x.op == nil || x.tenant.Planner == nil {
		return
	}
	x.plan = x.tenant.Planner.Call(plan.Facts{
		Operation: x.p.Name + "." + x.op.ID, Header: x.request.Header, Path: x.vars, Body: x.request.Body,
		Query: x.request.Query,
	})
}

// send puts the answer on the wire, spoilt as planned. It is in the journal
// already, so a caller who has the answer finds the entry.
func (x *exchange) send(w http.ResponseWriter, r *http.Request) {
	if len(x.urgent) > 0 {
		x.e.tellFirst(x.tenant, x.urgent)
	}
	s := fault.NewSending(x.reply.Status, x.reply.Header, x.reply.Body)
	s.Close = x.reply.Close
	if len(x.plan.Answer) == 0 {
		fault.Send(w, r, s)
		return
	}
	for _, f := range x.plan.Answer {
		f.Apply(&s)
	}
	x.settle() // a caller who waits for an answer must not keep the webhooks waiting
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(x.e.ctx, cancel)()
	fault.Send(w, r.WithContext(ctx), s)
	if ctx.Err() != nil { // gone, or stopped while the answer waited: silence must not pass for an empty answer
		panic(http.ErrAbortHandler)
	}
}

func (x *exchange) settle() {
	if x.stirred {
		x.e.wake(x.tenant)
	}
}

// guard runs f and turns a panic into the provider's internal error.
func (x *exchange) guard(f func() (provider.Reply, error)) (reply provider.Reply, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = x.e.panicked(x.p, x.name(), v)
		}
	}()
	return f()
}

// panicked logs what a provider's code panicked with, while the stack is still
// there, and gives the error that it is.
func (e *Engine) panicked(p *served, operation string, v any) error {
	e.log.Error("panic", "provider", p.Name, "operation", operation, "value", fmt.Sprint(v), "stack", string(debug.Stack()))
	return fmt.Errorf("%w: panic: %v", provider.ErrInternal, v)
}

func (x *exchange) name() string {
	if x.op == nil {
		return ""
	}
	return x.op.ID
}
