package control

import (
	"bytes"
	"embed"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
)

//go:embed dashboard
var dashboardFiles embed.FS

// dashboardKinds are the types of what the dashboard's files are named after,
// whatever the machine takes such names for.
var dashboardKinds = map[string]string{
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".css":  "text/css; charset=utf-8",
}

// dashboard serves the page that shows people a tenant as it lives. The page
// holds nothing of any tenant: its script calls this API as everybody does. All
// its links are relative, so that it works below whatever path a proxy gives us;
// that is why a final slash leads away.
func (c *Control) dashboard(in *call) (any, error) {
	name := path.Base(in.URL.Path)
	if asked, _, _ := strings.Cut(in.RequestURI, "?"); strings.HasSuffix(asked, "/") {
		to := url.URL{Path: "../" + name, RawQuery: in.URL.RawQuery}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", to.String()) // http.Redirect would make it absolute
			w.WriteHeader(http.StatusPermanentRedirect)
		}), nil
	}
	if name == "dashboard" {
		name = "index.html"
	}
	text, err := dashboardFiles.ReadFile("dashboard/" + name)
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", dashboardKinds[path.Ext(name)])
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(text))
	}), nil
}
