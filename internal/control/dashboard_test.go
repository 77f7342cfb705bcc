package control_test

import (
	"strings"
	"testing"

	"paysim/internal/control"
)

func TestDashboard(t *testing.T) {
	s := newSim(t, func(c *control.Config) { c.Token = "s3cret" })
	for path, kind := range map[string]string{
		"/_sim/dashboard": "text/html", "/_sim/dashboard?tenant=ann": "text/html",
		"/_sim/dashboard/app.js": "text/javascript", "/_sim/dashboard/style.css": "text/css",
	} {
		a := s.call("GET", path, "", "Sec-Fetch-Site", "cross-site") // followed from a page of another site
		if a.Code != 200 || !strings.HasPrefix(a.Header().Get("Content-Type"), kind+";") || a.Body.Len() == 0 {
			t.Errorf("%s: %d %s, %d bytes", path, a.Code, a.Header().Get("Content-Type"), a.Body.Len())
		}
		csp := a.Header().Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy %q lacks %s", path, csp, want)
			}
		}
	}
	s.call("GET", "/_sim/dashboard/other.js", "").want(404, "unknown_path")
	s.call("POST", "/_sim/dashboard", "").want(405, "method_not_allowed")
	s.call("GET", "/_sim/dashboard", "", "Host", "evil.example").want(403, "foreign_host")

	for from, to := range map[string]string{"/_sim/dashboard/": "../dashboard", "/_sim/dashboard/?tenant=ann": "../dashboard?tenant=ann"} {
		if a := s.call("GET", from, ""); a.Code != 308 || a.Header().Get("Location") != to {
			t.Errorf("%s: %d, leads to %q, want %q", from, a.Code, a.Header().Get("Location"), to)
		}
	}
}

// A proxy may put us below a path of its own, so that no link may begin at the root.
func TestPagesForPeopleLinkRelatively(t *testing.T) {
	s := newSim(t)
	for _, path := range []string{"/", "/_sim/dashboard", "/_sim/dashboard/app.js"} {
		if text := s.call("GET", path, "", "Accept", "text/html").Body.String(); strings.Contains(text, `"/_sim`) || strings.Contains(text, `="/`) {
			t.Errorf("%s has a link that begins at the root", path)
		}
	}
}
