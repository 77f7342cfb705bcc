package engine_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"paysim/internal/engine"
	"paysim/internal/journal"
	"paysim/internal/provider"
	"paysim/internal/providertest/toypay"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
)

func newEngine(t *testing.T) (*engine.Engine, http.Handler) {
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
	e.SetBase("toypay", "http://toypay.localhost")
	return e, e.Main(http.NotFoundHandler())
}

func call(h http.Handler, method, path, tenant, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/toypay"+path, strings.NewReader(body))
	r.Header.Set("Toy-Key", "toy-"+tenant)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAStory(t *testing.T) {
	e, h := newEngine(t)
	heard := make(chan string, 10)
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		heard <- r.Header.Get("Toy-Signature") + " " + string(b)
	}))
	defer shop.Close()
	w := call(h, "POST", "/v1/charges", "ann", `{"reference":"A-1","amount":1000,"currency":"EUR","notify_url":"`+shop.URL+`"}`)
	if w.Code != 201 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	var ch struct{ ID, State string }
	json.Unmarshal(w.Body.Bytes(), &ch)
	tn, _ := e.Tenants.Find("ann")
	if err := e.Act(tn, "toypay", ch.ID, "approve", ""); err != nil {
		t.Fatal(err)
	}
	if got := <-heard; !strings.Contains(got, `"charge.paid"`) {
		t.Error(got)
	}
	w = call(h, "POST", "/v1/charges/"+ch.ID+"/capture", "ann", "")
	if w.Code != 200 || !strings.Contains(w.Body.String(), `"captured":1000`) {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	<-heard
	tn.Lock()
	var b bytes.Buffer
	for _, en := range tn.Journal.Since(0, 0, func(*journal.Entry) bool { return true }) {
		x, _ := json.Marshal(en)
		b.Write(x)
		b.WriteByte('\n')
	}
	tn.Unlock()
	t.Log(b.String())
}

func TestAdvanceFiresWhatIsDue(t *testing.T) {
	e, h := newEngine(t)
	w := call(h, "POST", "/v1/charges", "bob", `{"reference":"A-1","amount":1000,"currency":"EUR"}`)
	tn, _ := e.Tenants.Find("bob")
	fired, err := e.MoveClock(t.Context(), tn, func(now time.Time) (time.Time, error) { return now.Add(time.Hour), nil }, engine.AsBefore)
	if err != nil || len(fired) != 1 || fired[0].What != "charge.expire" {
		t.Fatalf("%v %v %s", fired, err, w.Body)
	}
	if got := e.Payments(tn)[1].State; got != "expired" {
		t.Errorf("the charge is %s", got)
	}
}
