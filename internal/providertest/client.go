package providertest

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"paysim/internal/engine"
	"paysim/internal/journal"
	"paysim/internal/plan"
	"paysim/internal/provider"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
)

// Client is a merchant: one tenant of one engine. It is not safe for concurrent
// use.
type Client struct {
	Tenant string

	w    *world
	t    *tenant.Tenant // nil for a tenant that is refused
	kept map[string]string
	next map[string]int
}

// Keep gives the value kept under that name, made at first use and again when
// the clock has moved, since tokens expire. The value "" is not kept.
func (c *Client) Keep(name string, make func() string) string {
	if v := c.kept[name]; v != "" {
		return v
	}
	v := make()
	c.kept[name] = v
	return v
}

// Next gives prefix-1, prefix-2, …
func (c *Client) Next(prefix string) string {
	c.next[prefix]++
	return prefix + "-" + strconv.Itoa(c.next[prefix])
}

// Now is the tenant's time.
func (c *Client) Now() time.Time {
	if c.t == nil {
		return Start
	}
	c.t.Lock()
	defer c.t.Unlock()
	return c.t.Clock.Now()
}

// Hook is where the merchant hears webhooks.
func (c *Client) Hook() string { return hookHost + "/" + c.Tenant }

// Base is the provider's URL, without a final slash.
func (c *Client) Base() string { return c.w.base }

// Key is a credential of the client's, by the provider's word for it.
func (c *Client) Key(name string) string {
	for _, k := range c.w.provider.Keys(c.Tenant) {
		if k.Name == name {
			return k.Value
		}
	}
	c.w.stop("the provider has no key %q", name)
	return ""
}

// Do signs and sends a request; the webhooks that it caused have been heard when
// it returns.
func (c *Client) Do(r *Request) *Reply { return c.send(c.signed(r)) }

// send sends a request that is signed, or meant not to be.
func (c *Client) send(r *Request) *Reply {
	before := c.w.newest(c.t)
	reply := c.w.serve(c.w.handler, c.request(r))
	reply.Entry = c.w.entrySince(c.t, before)
	c.w.keepSecrets(r)
	if !c.w.parallel {
		c.w.look(r, reply)
	}
	c.Settle()
	return reply
}

// Must is Do for a call that has to succeed; anything else ends the theme.
func (c *Client) Must(r *Request) *Reply {
	reply := c.Do(r)
	if !reply.OK() {
		c.w.stop("%s %s, which had to succeed, is answered %d %s%s", r.Method, r.Path, reply.Status, short(reply.Body), because(reply.Entry))
	}
	return reply
}

// Act does what the payer or the bank can do; it has to be legal.
func (c *Client) Act(id, action, outcome string) {
	if err := c.act(id, action, outcome); err != nil {
		c.w.stop("%s %s, which had to be possible: %v", action, id, err)
	}
}

func (c *Client) act(id, action, outcome string) error {
	err := c.w.engine.Act(c.t, c.w.provider.Name, id, action, outcome)
	c.Settle()
	return err
}

// Advance moves the tenant's clock.
func (c *Client) Advance(d time.Duration) { c.advance(d) }

func (c *Client) advance(d time.Duration) []engine.Fired {
	if d > 0 {
		clear(c.kept)
	}
	fired, err := c.w.engine.MoveClock(context.Background(), c.t, func(now time.Time) (time.Time, error) { return now.Add(d), nil }, engine.AsBefore)
	if err != nil {
		c.w.stop("the clock cannot be moved by %v: %v", d, err)
	}
	return fired
}

// Settle waits until every webhook that is due has been heard.
func (c *Client) Settle() {
	if c.t != nil {
		c.advance(0)
	}
}

// Payments is the tenant's payments list, oldest first.
func (c *Client) Payments() []provider.Payment { return c.w.engine.Payments(c.t) }

// Set changes account settings, given as a JSON object.
func (c *Client) Set(settings string) {
	settings = strings.ReplaceAll(settings, "{{hook}}", c.Hook())
	values, err := engine.ParseSettings(c.w.provider, []byte(settings))
	if err != nil {
		c.w.stop("settings %s: %v", settings, err)
	}
	c.w.engine.Configure(c.t, c.w.provider.Name, values)
}

// Heard lists the webhooks that the merchant has heard, oldest first.
func (c *Client) Heard() []Received {
	out := c.w.merchant.heard(c.Tenant)
	for i := range out {
		for _, d := range c.outbox() {
			if d.URL == out[i].URL && d.Body == string(out[i].Body) {
				out[i].ID, out[i].Event = d.ID, d.Event
				break
			}
		}
	}
	return out
}

// outbox is the tenant's webhooks with what became of each.
func (c *Client) outbox() []webhook.Delivery {
	c.t.Lock()
	defer c.t.Unlock()
	return c.t.Outbox.All()
}

// plan makes every call of the provider meet what p says, until it is nil.
func (c *Client) plan(p *script) {
	c.t.Lock()
	defer c.t.Unlock()
	c.t.Planner = nil
	if p != nil {
		c.t.Planner = p
	}
}

// signed is the request as it goes out.
func (c *Client) signed(r *Request) *Request {
	given := r.Header
	r = r.Clone()
	r.Path = strings.TrimPrefix(r.Path, c.w.base)
	if op, _ := c.w.match(r.Method, r.Path); r.Anonymous || c.w.suite.Sign == nil || op != nil && op.Page {
		return r
	}
	c.w.suite.Sign(c, r)
	for name, values := range given {
		r.Header[name] = values
	}
	return r
}

// request turns a signed request into one of net/http's. A path that no client
// could send is a slip of the suite's.
func (c *Client) request(r *Request) *http.Request {
	u, err := url.ParseRequestURI(r.Path)
	if err != nil {
		c.w.stop("%s %q is not a request: %v", r.Method, r.Path, err)
	}
	req := httptest.NewRequest(r.Method, "/", bytes.NewReader(r.Body))
	u.Scheme, u.Host = "", ""
	req.URL, req.RequestURI, req.Host = u, r.Path, c.w.host
	req.Header, req.RemoteAddr = r.Header, "127.0.0.1:40000"
	return req
}

// serve hands a request to the engine in-process. A panic that would reach the
// server is a finding, never an answer.
func (w *world) serve(h http.Handler, req *http.Request) *Reply {
	rec := httptest.NewRecorder()
	func() {
		defer func() {
			if v := recover(); v != nil && v != http.ErrAbortHandler {
				w.found("panic", "%s %s: a panic reaches the server: %v\n%s", req.Method, short([]byte(req.RequestURI)), v, debug.Stack())
				rec.Code = 0
			}
		}()
		h.ServeHTTP(rec, req)
	}()
	return &Reply{Status: rec.Code, Header: rec.Result().Header, Body: rec.Body.Bytes()}
}

// snapshot is everything that a call can leave behind: rows, timers, webhooks.
func (c *Client) snapshot() string {
	if c.t == nil {
		return ""
	}
	c.t.Lock()
	defer c.t.Unlock()
	rows, err := c.t.DB.Snapshot()
	if err != nil {
		c.w.stop("the rows cannot be written as JSON: %v", err)
	}
	return string(rows) + fmt.Sprintf("timers %d, webhooks %d\n", c.t.Due.Len(), len(c.t.Outbox.All()))
}

// journal is the tenant's entries, oldest first.
func (c *Client) journal() []*journal.Entry {
	if c.t == nil {
		return nil
	}
	c.t.Lock()
	defer c.t.Unlock()
	return c.t.Journal.Since(0, 0, func(*journal.Entry) bool { return true })
}

// script is a plan.Planner that always says the same.
type script struct {
	call    plan.Call
	webhook plan.Webhook
	payer   *plan.Payer
	only    string // the operation that call is for; "" for all
}

func (s *script) Call(f plan.Facts) plan.Call {
	if _, op, _ := strings.Cut(f.Operation, "."); s.only != "" && s.only != op {
		return plan.Call{}
	}
	return s.call
}

func (s *script) Webhook(string) plan.Webhook { return s.webhook }

func (s *script) Payer(string) (plan.Payer, bool) {
	if s.payer == nil {
		return plan.Payer{}, false
	}
	return *s.payer, true
}

// short is a body as a finding shows it.
func short(b []byte) string {
	const most = 300
	if len(b) > most {
		return fmt.Sprintf("%q… (%d bytes)", b[:most], len(b))
	}
	return string(b)
}

func because(e *journal.Entry) string {
	if e == nil || e.Cause == "" {
		return ""
	}
	return " (" + e.Cause + ")"
}
