package control

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// guard refuses whom the control API is not for: web pages, and callers without
// the token where one is asked for.
func (c *Control) guard(r *http.Request) error {
	if c.Loopback && !c.named(r.Host) {
		return &refusal{
			Status: http.StatusForbidden, Code: "foreign_host",
			Message: "this listener is for this machine only, and " + r.Host + " is not a name of it: call 127.0.0.1 or localhost, or name the address with --public-url",
		}
	}
	path := strings.TrimRight(r.URL.Path, "/")
	if path == root+"/dashboard" || strings.HasPrefix(path, root+"/dashboard/") {
		return nil // it tells nothing of any tenant, and a browser that follows a link there bears nothing
	}
	if err := c.sameOrigin(r); err != nil {
		return err
	}
	if c.Token != "" && path != root+"/health" && !c.bears(r) { // a health probe bears nothing, and is told nothing
		return &refusal{
			Status: http.StatusUnauthorized, Code: "unauthorized", Message: "send the control token as Authorization: Bearer …",
			header: map[string]string{"WWW-Authenticate": "Bearer"},
		}
	}
	return nil
}

// named reports whether host is a loopback name, or the public one. A page
// whose own name was made to lead here (DNS rebinding) sends that name.
func (c *Control) named(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.ToLower(strings.Trim(strings.TrimSuffix(host, "."), "[]"))
	if host == "" || host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true // a browser always names a host
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return a.Unmap().IsLoopback()
	}
	public, err := url.Parse(c.PublicURL)
	return err == nil && host == strings.ToLower(public.Hostname())
}

// sameOrigin refuses what a browser sends for a page of another origin.
func (c *Control) sameOrigin(r *http.Request) error {
	refused := &refusal{Status: http.StatusForbidden, Code: "cross_site", Message: "web pages of other origins may not drive the simulator"}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
	default:
		return refused
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return nil
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || !strings.EqualFold(u.Host, r.Host) && !c.isPublic(u) {
		return refused
	}
	return nil
}

// isPublic reports whether an origin is the one that everybody reaches us by: a
// proxy may have put another Host in its place.
func (c *Control) isPublic(origin *url.URL) bool {
	public, err := url.Parse(c.PublicURL)
	return err == nil && origin.Scheme == public.Scheme && strings.EqualFold(origin.Host, public.Host)
}

func (c *Control) bears(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	want, got := sha256.Sum256([]byte(c.Token)), sha256.Sum256([]byte(strings.TrimSpace(token)))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(want[:], got[:]) == 1
}
