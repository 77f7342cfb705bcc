package control_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"paysim/internal/control"
	"paysim/internal/engine"
	"paysim/internal/provider"
	"paysim/internal/providertest/toypay"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
)

// sim is a simulator with the reference provider, called in-process.
type sim struct {
	t       *testing.T
	engine  *engine.Engine
	handler http.Handler
	ready   bool
}

func newSim(t *testing.T, change ...func(*control.Config)) *sim {
	t.Helper()
	e, err := engine.New(engine.Config{
		Providers: []*provider.Provider{toypay.Provider()},
		Tenants:   tenant.Options{Seed: 1, Fixed: true, Limits: tenant.DefaultLimits},
		Sender:    webhook.NewSender(nil),
		Log:       slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	e.SetBase("toypay", "http://127.0.0.1:4011")
	s := &sim{t: t, engine: e, ready: true}
	cfg := control.Config{
		Engine: e, Log: slog.New(slog.DiscardHandler), Ready: func() bool { return s.ready },
		Loopback: true, Ports: func(string) int { return 4011 },
	}
	for _, f := range change {
		f(&cfg)
	}
	s.handler = e.Main(control.New(cfg))
	return s
}

// answer is what came back.
type answer struct {
	t *testing.T
	*httptest.ResponseRecorder
}

// call makes a request; header is name, value, name, value, …; "Host" is the
// host.
func (s *sim) call(method, path, body string, header ...string) answer {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = "127.0.0.1:4010"
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
			continue
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return answer{s.t, w}
}

// want fails the test unless the status is as wanted and, for a refusal, the
// envelope carries the code.
func (a answer) want(status int, code ...string) answer {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("status %d, want %d: %s", a.Code, status, a.Body)
	}
	if len(code) > 0 && a.get("error.code").String() != code[0] {
		a.t.Fatalf("code %q, want %q: %s", a.get("error.code"), code[0], a.Body)
	}
	if status >= 400 && (a.get("error.code").String() == "" || a.get("error.message").String() == "") {
		a.t.Fatalf("the envelope lacks something: %s", a.Body)
	}
	return a
}

func (a answer) get(path string) gjson.Result { return gjson.Get(a.Body.String(), path) }

// says fails the test unless the value at path, as text, is want.
func (a answer) says(path, want string) answer {
	a.t.Helper()
	if got := a.get(path).String(); got != want {
		a.t.Errorf("%s is %q, want %q in %s", path, got, want, a.Body)
	}
	return a
}

// mentions fails the test unless the body contains text.
func (a answer) mentions(text string) answer {
	a.t.Helper()
	if !strings.Contains(a.Body.String(), text) {
		a.t.Errorf("no %q in %s", text, a.Body)
	}
	return a
}

// charge makes a charge of the tenant and gives its id.
func (s *sim) charge(tenant, reference, notify string) string {
	s.t.Helper()
	body := `{"reference":"` + reference + `","amount":1000,"currency":"EUR","notify_url":"` + notify + `"}`
	return s.call("POST", "/toypay/v1/charges", body, "Toy-Key", "toy-"+tenant).want(201).get("id").String()
}

// receiver is a merchant's end of the webhooks; it answers with the statuses in
// turn, the last for ever.
func receiver(t *testing.T, statuses ...int) string {
	t.Helper()
	turn := make(chan int, len(statuses))
	for _, s := range statuses[:len(statuses)-1] {
		turn <- s
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		select {
		case status := <-turn:
			w.WriteHeader(status)
		default:
			w.WriteHeader(statuses[len(statuses)-1])
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestHealthWaitsForEveryListener(t *testing.T) {
	s := newSim(t)
	s.ready = false
	s.call("GET", "/_sim/health", "").want(503, "starting")
	s.ready = true
	s.call("GET", "/_sim/health", "").want(200).says("status", "ok")
	s.call("GET", "/_sim/health/", "").want(200)
	s.call("HEAD", "/_sim/health", "").want(200)
}

func TestIndexListsEveryCall(t *testing.T) {
	s := newSim(t)
	calls := s.call("GET", "/_sim", "").want(200).get("calls").Array()
	if len(calls) < 20 {
		t.Fatalf("only %d calls", len(calls))
	}
	for _, c := range calls {
		path := strings.NewReplacer("{tenant}", "default", "{provider}", "toypay", "{id}", "x", "{action}", "approve").Replace(c.Get("path").String())
		a := s.call(c.Get("method").String(), path, "")
		if code := a.get("error.code").String(); code == "unknown_path" || code == "method_not_allowed" || a.Code >= 500 {
			t.Errorf("%s %s: %d %s", c.Get("method"), path, a.Code, a.Body)
		}
		if c.Get("does").String() == "" {
			t.Errorf("%s says nothing", path)
		}
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	s := newSim(t)
	for _, path := range []string{"/_sim/nope", "/_sim/tenants/default/nope", "/_sim//health", "/_sim/tenants/default/payments/toypay", "/_sim/tenants/a/b/c/d/e/f"} {
		s.call("GET", path, "").want(404, "unknown_path")
	}
	for path, want := range map[string]string{
		"/_sim/health":                                  "GET",
		"/_sim/tenants/default/clock":                   "GET, POST",
		"/_sim/tenants/default/scenario":                "DELETE, GET, PUT",
		"/_sim/tenants/default/settings/toypay":         "GET, PUT",
		"/_sim/tenants/default/payments/toypay/1/apply": "POST",
	} {
		for _, method := range []string{"PATCH", "OPTIONS"} {
			a := s.call(method, path, "").want(405, "method_not_allowed")
			if got := a.Header().Get("Allow"); got != want {
				t.Errorf("%s allows %q, want %q", path, got, want)
			}
		}
	}
	s.call("GET", "/toypy/v1/charges", "").want(404, "unknown_provider").mentions(`did you mean \"toypay\"?`)
}

func TestFrontPage(t *testing.T) {
	s := newSim(t)
	s.call("GET", "/", "").want(200).mentions("toy-default").mentions("http://127.0.0.1:4011")
	a := s.call("GET", "/", "", "Accept", "text/html,application/xhtml+xml").want(200).mentions("<h2>ToyPay</h2>").mentions("toy-default")
	if kind := a.Header().Get("Content-Type"); kind != "text/html; charset=utf-8" {
		t.Error(kind)
	}
	s.call("POST", "/", "").want(405, "method_not_allowed")
}

func TestBodies(t *testing.T) {
	s := newSim(t)
	for name, body := range map[string]string{
		"not JSON": "{", "a list": "[]", "null": "null", "a text": `"x"`, "two": "{}{}", "bad UTF-8 member": "{\"\xff\":1}",
	} {
		a := s.call("POST", "/_sim/tenants/default/clock", body)
		if a.Code != 400 {
			t.Errorf("%s: %d %s", name, a.Code, a.Body)
		}
	}
	s.call("POST", "/_sim/tenants/default/clock", strings.Repeat(" ", 5<<20)).want(413, "body_too_large")
}

func TestEveryAnswerIsPlain(t *testing.T) {
	s := newSim(t)
	for _, path := range []string{"/_sim/providers", "/_sim/nope"} {
		h := s.call("GET", path, "").Header()
		if h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Length") == "" {
			t.Errorf("%s: %v", path, h)
		}
		if h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s lets other origins read it", path)
		}
	}
}

func names(rs []gjson.Result, member string) []string {
	var out []string
	for _, r := range rs {
		out = append(out, r.Get(member).String())
	}
	return out
}

func has(t *testing.T, list []string, want string) {
	t.Helper()
	if !slices.Contains(list, want) {
		t.Errorf("no %q among %q", want, list)
	}
}
