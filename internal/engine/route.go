package engine

import (
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"paysim/internal/provider"
)

// router finds a provider's operation for a request.
type router struct {
	mux *mux.Router
	ops map[*mux.Route]*provider.Operation
	all []*provider.Operation
}

func newRouter(p *provider.Provider) *router {
	r := &router{mux: mux.NewRouter().SkipClean(true).UseEncodedPath(), ops: map[*mux.Route]*provider.Operation{}}
	for i := range p.Operations {
		op := &p.Operations[i]
		// Both spellings are served and neither redirects: a redirect turns a
		// POST into a GET in many clients.
		bare := strings.TrimSuffix(op.Path, "/")
		methods := []string{op.Method}
		if op.Page && op.Method == http.MethodGet {
			methods = append(methods, http.MethodHead) // pages have it everywhere; net/http leaves the body out
		}
		for _, path := range []string{bare, bare + "/"} {
			if path == "" {
				continue
			}
			r.ops[r.mux.NewRoute().Path(path).Methods(methods...)] = op
		}
		r.all = append(r.all, op)
	}
	return r
}

// find gives the operation and the path's variables, or ErrUnknownPath or a
// *MethodError.
func (r *router) find(req *http.Request) (*provider.Operation, map[string]string, error) {
	var m mux.RouteMatch
	if r.mux.Match(req, &m) && m.Route != nil && m.MatchErr == nil {
		return r.ops[m.Route], m.Vars, nil
	}
	if errors.Is(m.MatchErr, mux.ErrMethodMismatch) {
		return nil, nil, &provider.MethodError{Allow: r.allowed(req)}
	}
	return nil, nil, provider.ErrUnknownPath
}

func (r *router) allowed(req *http.Request) []string {
	var out []string
	for _, op := range r.all {
		if slices.Contains(out, op.Method) {
			continue
		}
		other := req.Clone(req.Context())
		other.Method = op.Method
		var m mux.RouteMatch
		if r.mux.Match(other, &m) && m.MatchErr == nil {
			out = append(out, op.Method)
		}
	}
	slices.Sort(out)
	return out
}

// Alone serves one provider and nothing else: its own listener, without prefix.
// The provider must be one that the engine was made with.
func (e *Engine) Alone(name string) http.Handler {
	p := e.provider(name)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { e.serve(w, r, p, "") })
}

// Main serves every provider, by host name or under "/<provider>/", and gives
// everything else to rest.
func (e *Engine) Main(rest http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p := e.byHost(r.Host); p != nil {
			e.serve(w, r, p, "")
			return
		}
		first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if p := e.provider(first); p != nil {
			e.serve(w, r, p, "/"+first)
			return
		}
		rest.ServeHTTP(w, r)
	})
}

// Answers reports whether a host is one that Main gives to a provider.
func (e *Engine) Answers(host string) bool { return e.byHost(host) != nil }

func (e *Engine) byHost(host string) *served {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, p := range e.providers {
		if host == p.Name+".localhost" || slices.Contains(p.Hosts, host) {
			return p
		}
	}
	return nil
}
