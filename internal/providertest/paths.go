package providertest

import (
	"net/url"
	"strings"

	"paysim/internal/provider"
)

// match finds the operation that a request's path (with or without a query and
// a final slash) leads to, and the path's variables as they stand there. It is
// the harness's own reading of the table, not the engine's.
func (h *harness) match(method, path string) (*provider.Operation, map[string]string) {
	for i := range h.suite.Provider.Operations {
		op := &h.suite.Provider.Operations[i]
		if op.Method != method {
			continue
		}
		if vars, ok := variables(op.Path, path); ok {
			return op, vars
		}
	}
	return nil, nil
}

// variables reads a path with a template: "/v1/charges/{id}".
func variables(template, path string) (map[string]string, bool) {
	path, _, _ = strings.Cut(path, "?")
	want, got := segments(template), segments(path)
	if len(want) != len(got) {
		return nil, false
	}
	vars := map[string]string{}
	for i, w := range want {
		before, name, after, ok := variable(w)
		if !ok {
			if w != got[i] {
				return nil, false
			}
			continue
		}
		middle, fits := strings.CutPrefix(got[i], before)
		middle, also := strings.CutSuffix(middle, after)
		if !fits || !also || middle == "" {
			return nil, false
		}
		vars[name] = middle
	}
	return vars, true
}

// fill writes a template's variables.
func fill(template string, vars map[string]string) string {
	parts := segments(template)
	for i, p := range parts {
		if before, name, after, ok := variable(p); ok {
			parts[i] = before + vars[name] + after
		}
	}
	return "/" + strings.Join(parts, "/")
}

func segments(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

// variable splits a segment around its {name} or {name:pattern}.
func variable(segment string) (before, name, after string, ok bool) {
	before, rest, open := strings.Cut(segment, "{")
	name, after, shut := strings.Cut(rest, "}")
	name, _, _ = strings.Cut(name, ":")
	return before, name, after, open && shut
}

// names lists a template's variables.
func names(template string) []string {
	var out []string
	for _, s := range segments(template) {
		if _, name, _, ok := variable(s); ok {
			out = append(out, name)
		}
	}
	return out
}

// withPath changes a request's path and keeps its query.
func (r *Request) withPath(path string) *Request {
	c := r.Clone()
	if _, query, ok := strings.Cut(r.Path, "?"); ok {
		path += "?" + query
	}
	c.Path = path
	return c
}

// withQuery changes a request's query; "" takes it away.
func (r *Request) withQuery(query string) *Request {
	c := r.Clone()
	c.Path, _, _ = strings.Cut(r.Path, "?")
	if query != "" {
		c.Path += "?" + query
	}
	return c
}

// query is a request's query as it stands there.
func (r *Request) query() string {
	_, query, _ := strings.Cut(r.Path, "?")
	return query
}

// withBody changes a request's body.
func (r *Request) withBody(body string) *Request { return r.carrying([]byte(body)) }

// carrying is withBody for a body that is shared.
func (r *Request) carrying(body []byte) *Request {
	c := *r
	c.Body = nil
	out := c.Clone()
	out.Body = body
	return out
}

// with sets a header; "" takes it away.
func (r *Request) with(name, value string) *Request {
	c := r.Clone()
	c.Header.Set(name, value)
	if value == "" {
		c.Header.Del(name)
	}
	return c
}

// isForm reports whether the body is a form.
func (r *Request) isForm() bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
}

// possible reports whether an HTTP client could send the path.
func possible(path string) bool {
	_, err := url.ParseRequestURI(path)
	return err == nil && strings.HasPrefix(path, "/")
}
