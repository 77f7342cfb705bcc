package browser_test

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// shop is the merchant's site: where payers come from and return to, and what listens for webhooks.
type shop struct {
	*httptest.Server
	mutex  sync.Mutex
	visits []string // the paths that browsers came back to, in order
	hooks  []string // the bodies of webhooks, in order
	order  []string // "hook" and "visit" as they came
	pages  map[string]string
}

func newShop(t *testing.T) *shop {
	s := &shop{pages: map[string]string{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /hook", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mutex.Lock()
		s.hooks, s.order = append(s.hooks, string(body)), append(s.order, "hook")
		s.mutex.Unlock()
		_, _ = io.WriteString(w, `{"status":"ok"}`)
	})
	mux.HandleFunc("GET /back/{how}", func(w http.ResponseWriter, r *http.Request) {
		s.mutex.Lock()
		s.visits, s.order = append(s.visits, r.PathValue("how")), append(s.order, "visit")
		s.mutex.Unlock()
		write(w, fmt.Sprintf(`<h1 data-testid="shop">%s</h1>`, html.EscapeString(r.PathValue("how"))))
	})
	mux.HandleFunc("GET /page/{name}", func(w http.ResponseWriter, r *http.Request) {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		write(w, s.pages[r.PathValue("name")])
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func write(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Shop</title><link rel="icon" href="data:,"></head><body>`+body+`</body></html>`)
}

// publish puts a page of the shop's own at an address.
func (s *shop) publish(name, body string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.pages[name] = body
	return s.URL + "/page/" + name
}

// embedding is a page with an iframe that notes every message it is sent, in window.heard.
func (s *shop) embedding(address string) string {
	return s.publish("embedding", `<h1>Checkout</h1><script>
		window.heard = [];
		addEventListener("message", function (e) { heard.push(e.data); });
	</script><iframe title="Payment" src="`+html.EscapeString(address)+`" style="width:100%;height:640px;border:0"></iframe>`)
}

func (s *shop) heard() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]string{}, s.hooks...)
}

func (s *shop) visited() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]string{}, s.visits...)
}

func (s *shop) sequence() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]string{}, s.order...)
}
