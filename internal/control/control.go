package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gorilla/mux"

	"paysim/internal/engine"
	"paysim/internal/scenario"
	"paysim/internal/tenant"
)

// Config is what the control API needs.
type Config struct {
	Engine *engine.Engine
	Log    *slog.Logger

	Ready     func() bool               // whether every listener serves
	Loopback  bool                      // the listener is a loopback one, so callers must name it so
	Token     string                    // what callers must bear; "" for nothing
	PublicURL string                    // what everybody reaches us by; "" when there is no such address
	Ports     func(provider string) int // the port of a provider's own listener; 0 when it has none
}

// Control serves the control API.
type Control struct {
	Config
	router *mux.Router
	desk   *scenario.Desk
	resets resets
}

// New makes a control API. What is neither a call of it nor the front page is
// answered 404.
func New(cfg Config) *Control {
	c := &Control{Config: cfg, desk: scenario.NewDesk(cfg.Engine), router: mux.NewRouter().SkipClean(true).UseEncodedPath()}
	for _, r := range c.routes() {
		methods := []string{r.method}
		if r.method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
		c.router.NewRoute().Path(root + r.path).Methods(methods...).Handler(c.handler(r))
	}
	c.router.NotFoundHandler = c.plain(c.unknownPath)
	c.router.MethodNotAllowedHandler = c.plain(c.unknownMethod)
	return c
}

const root = "/_sim"

// route is a call of the API. Exactly one of do and of is set.
type route struct {
	method, path string
	does         string
	do           func(*call) (any, error) // about nobody in particular
	of           func(*call) (any, error) // about the tenant in the path
}

func (c *Control) routes() []route {
	const t = "/tenants/{tenant}"
	return []route{
		{method: "GET", path: "", does: "lists these calls", do: c.index},
		{method: "GET", path: "/dashboard", does: "shows people a tenant as it lives", do: c.dashboard},
		{method: "GET", path: "/dashboard/app.js", does: "gives the dashboard's script", do: c.dashboard},
		{method: "GET", path: "/dashboard/style.css", does: "gives the dashboard's style", do: c.dashboard},
		{method: "GET", path: "/health", does: "says whether every listener serves", do: c.health},
		{method: "GET", path: "/providers", does: "lists the providers with all that their tables hold", do: c.providers},
		{method: "GET", path: "/tenants", does: "lists the tenants that exist", do: c.tenants},
		{method: "GET", path: t, does: "shows a tenant: keys, counts, clock", of: c.showTenant},
		{method: "POST", path: t + "/reset", does: "empties a tenant and keeps its settings", of: c.reset},
		{method: "GET", path: t + "/clock", does: "reads the clock", of: c.showClock},
		{method: "POST", path: t + "/clock", does: "moves, stops or frees the clock", of: c.moveClock},
		{method: "PUT", path: t + "/scenario", does: "loads a scenario", of: c.loadScenario},
		{method: "GET", path: t + "/scenario", does: "shows the loaded scenario", of: c.showScenario},
		{method: "DELETE", path: t + "/scenario", does: "drops the loaded scenario", of: c.dropScenario},
		{method: "GET", path: t + "/journal", does: "lists what happened, or follows it as text/event-stream", of: c.journal},
		{method: "POST", path: t + "/verify", does: "checks expectations", of: c.verify},
		{method: "GET", path: t + "/webhooks", does: "lists deliveries with every attempt", of: c.webhooks},
		{method: "POST", path: t + "/webhooks/flush", does: "sends all that waits now", of: c.flush},
		{method: "POST", path: t + "/webhooks/{id}/redeliver", does: "sends a delivery again", of: c.redeliver},
		{method: "GET", path: t + "/settings/{provider}", does: "shows a provider's settings", of: c.showSettings},
		{method: "PUT", path: t + "/settings/{provider}", does: "changes a provider's settings", of: c.changeSettings},
		{method: "GET", path: t + "/payments", does: "lists payments across providers", of: c.payments},
		{method: "POST", path: t + "/payments/{provider}/{id}/{action}", does: "acts as the payer or the bank", of: c.act},
		{method: "GET", path: t + "/coverage", does: "says which rows of the tables were touched", of: c.coverage},
	}
}

// call is a request to the control API.
type call struct {
	*http.Request
	vars   map[string]string
	tenant *tenant.Tenant
}

// ServeHTTP answers under /_sim, and at / with a page for people.
func (c *Control) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	if path != root && !strings.HasPrefix(path, root+"/") {
		c.front(w, r)
		return
	}
	if err := c.guard(r); err != nil {
		c.refuse(w, err)
		return
	}
	c.router.ServeHTTP(w, routed(r))
}

// routed is r as the router shall see it: without final slash.
func routed(r *http.Request) *http.Request {
	path := strings.TrimRight(r.URL.EscapedPath(), "/")
	if path == r.URL.EscapedPath() {
		return r
	}
	r = r.Clone(r.Context())
	r.URL.RawPath = path
	if plain, err := url.PathUnescape(path); err == nil {
		r.URL.Path = plain
	}
	return r
}

func (c *Control) handler(r route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		in := &call{Request: req, vars: mux.Vars(req)}
		for name, v := range in.vars {
			if plain, err := url.PathUnescape(v); err == nil {
				in.vars[name] = plain
			}
		}
		do := r.do
		if r.of != nil {
			t, err := c.Engine.Tenants.Find(in.vars["tenant"])
			if err != nil {
				c.refuse(w, notFound("unknown_tenant", "tenant %q: %v", in.vars["tenant"], err))
				return
			}
			in.tenant, do = t, r.of
		}
		v, err := c.safely(do, in)
		if err != nil {
			c.refuse(w, err)
			return
		}
		if h, ok := v.(http.Handler); ok {
			h.ServeHTTP(w, req)
			return
		}
		answer(w, http.StatusOK, v)
	})
}

// safely turns a panic, a provider's say, into an error.
func (c *Control) safely(do func(*call) (any, error), in *call) (v any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
			c.Log.Error("panic", "call", in.Method+" "+in.URL.Path, "value", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	return do(in)
}

func (c *Control) plain(f func(*http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.refuse(w, f(r)) })
}

func answer(w http.ResponseWriter, status int, v any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		engine.WriteError(w, http.StatusInternalServerError, "internal_error", "the answer cannot be written as JSON: "+err.Error(), nil)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	w.Write(b.Bytes())
}

// refuse answers in the one envelope that every refusal has.
func (c *Control) refuse(w http.ResponseWriter, err error) {
	var p *refusal
	if !errors.As(err, &p) {
		c.Log.Error("control call failed", "cause", err)
		p = &refusal{Status: http.StatusInternalServerError, Code: "internal_error", Message: err.Error()}
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	for name, value := range p.header {
		h.Set(name, value)
	}
	engine.WriteError(w, p.Status, p.Code, p.Message, p.Details)
}

func (c *Control) index(*call) (any, error) {
	type row struct {
		Method string `json:"method"`
		Path   string `json:"path"`
		Does   string `json:"does"`
	}
	var out []row
	for _, r := range c.routes() {
		out = append(out, row{r.method, root + r.path, r.does})
	}
	return map[string]any{"calls": out}, nil
}

func (c *Control) health(*call) (any, error) {
	if !c.Ready() {
		return nil, &refusal{Status: http.StatusServiceUnavailable, Code: "starting", Message: "not every listener serves yet"}
	}
	return map[string]string{"status": "ok"}, nil
}

func (c *Control) unknownPath(r *http.Request) error {
	return notFound("unknown_path", "the control API has no call %s; GET %s lists them", r.URL.Path, root)
}

func (c *Control) unknownMethod(r *http.Request) error {
	var allow []string
	for _, rt := range c.routes() {
		other := r.Clone(r.Context())
		other.Method = rt.method
		var m mux.RouteMatch
		if c.router.Match(other, &m) && m.MatchErr == nil && !slices.Contains(allow, rt.method) {
			allow = append(allow, rt.method)
		}
	}
	slices.Sort(allow)
	return &refusal{
		Status: http.StatusMethodNotAllowed, Code: "method_not_allowed", header: map[string]string{"Allow": strings.Join(allow, ", ")},
		Message: r.URL.Path + " answers only " + strings.Join(allow, ", "),
	}
}

// resets tells those who follow a journal that a tenant was emptied.
type resets struct {
	mu sync.Mutex
	ch chan struct{}
}

// next gives a channel that is closed by the next reset of any tenant.
func (r *resets) next() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ch == nil {
		r.ch = make(chan struct{})
	}
	return r.ch
}

func (r *resets) tell() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ch != nil {
		close(r.ch)
		r.ch = nil
	}
}
