package control

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	texttemplate "text/template"

	"paysim/internal/provider"
	"paysim/internal/tenant"
)

//go:embed landing.html
var landingHTML string

//go:embed landing.txt
var landingText string

var (
	htmlLanding = template.Must(template.New("html").Parse(landingHTML))
	textLanding = texttemplate.Must(texttemplate.New("text").Parse(landingText))
)

type landing struct {
	Tenant    string
	Providers []landingProvider
}

type landingProvider struct {
	Title, Summary string
	Bases          []string
	Keys           []provider.Key
}

// front answers what is neither ours nor a provider's: the front page at /, and
// nothing elsewhere.
func (c *Control) front(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		_, err := c.provider(first)
		c.refuse(w, err)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		c.refuse(w, &refusal{
			Status: http.StatusMethodNotAllowed, Code: "method_not_allowed", Message: "the front page is only read",
			header: map[string]string{"Allow": "GET, HEAD"},
		})
		return
	}
	page := landing{Tenant: tenant.Default}
	for _, p := range c.Engine.Providers() {
		page.Providers = append(page.Providers, landingProvider{p.Title, p.Summary, c.bases(r, p.Name), p.Keys(tenant.Default)})
	}
	kind := "text/plain; charset=utf-8"
	var b bytes.Buffer
	var err error
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		kind = "text/html; charset=utf-8"
		err = htmlLanding.Execute(&b, page)
	} else {
		err = textLanding.Execute(&b, page)
	}
	if err != nil {
		c.refuse(w, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:")
	w.Write(b.Bytes())
}
