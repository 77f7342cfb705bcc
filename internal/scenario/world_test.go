package scenario_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"paysim/internal/catalog"
	"paysim/internal/engine"
	"paysim/internal/journal"
	"paysim/internal/machine"
	"paysim/internal/provider"
	"paysim/internal/providertest/toypay"
	"paysim/internal/scenario"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
)

// providers is toypay and tables of three that do less: one does not sign, one
// signs without a time, one sends nothing.
func providers() []*provider.Provider {
	sign := func(m provider.Message, _ provider.Signature) provider.Message { return m }
	paid := []provider.Event{{Name: "order.paid"}}
	return []*provider.Provider{
		toypay.Provider(),
		{
			Name: "plainpay",
			Operations: []provider.Operation{
				{ID: "charge.create", Method: "POST", Path: "/charges", Outcomes: []string{"approved", "stolen_card", "chipless"}},
				{ID: "charge.get", Method: "GET", Path: "/charges/{id}"},
			},
			Outcomes: []provider.Outcome{{Name: "approved"}, {Name: "stolen_card", Declines: true}, {Name: "chipless", Declines: true}},
			Errors:   catalog.Errors{{Name: "too_many", Code: "429"}, {Name: "busy", Code: "99"}, {Name: "broken", Code: "99"}},
			Events:   paid, Webhooks: &provider.Webhooks{},
			Machines: []*machine.Table{{Name: "order"}},
			Actions:  []provider.Action{{Name: "approve"}, {Name: "chargeback"}},
			Payables: []string{"order"},
		},
		{
			Name:       "oldpay",
			Operations: []provider.Operation{{ID: "order.create", Method: "POST", Path: "/orders"}},
			Events:     paid, Webhooks: &provider.Webhooks{Sign: sign},
		},
		{Name: "mutepay", Operations: []provider.Operation{{ID: "token.create", Method: "POST", Path: "/tokens"}}},
	}
}

// bench is a simulator with toypay and one tenant, whose clock stands.
type bench struct {
	testing.TB
	*engine.Engine
	*tenant.Tenant
	handler http.Handler
}

var nine = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func newBench(t testing.TB, change ...func(*provider.Provider)) *bench {
	t.Helper()
	toy := toypay.Provider()
	for _, c := range change {
		c(toy)
	}
	e, err := engine.New(engine.Config{
		Providers: []*provider.Provider{toy},
		Tenants:   tenant.Options{Seed: 1, Fixed: true, Limits: tenant.DefaultLimits},
		Sender:    webhook.NewSender(nil),
		Log:       slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	e.SetBase("toypay", "http://toypay.localhost")
	tn, err := e.Tenants.Find("ann")
	if err != nil {
		t.Fatal(err)
	}
	tn.Lock()
	tn.Clock.Freeze(nine)
	tn.Unlock()
	return &bench{t, e, tn, e.Main(http.NotFoundHandler())}
}

// load reads a scenario and makes it the tenant's.
func (b *bench) load(src string) {
	b.Helper()
	s, problems := scenario.Parse("test.yaml", []byte(src), []*provider.Provider{toypay.Provider()})
	if len(problems) > 0 {
		b.Fatalf("%v", problems.String())
	}
	if err := s.Load(b.Context(), b.Engine, b.Tenant); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) call(method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/toypay"+path, strings.NewReader(body))
	r.Header.Set("Toy-Key", "toy-ann")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	return w
}

func (b *bench) journal() []*journal.Entry {
	b.Lock()
	defer b.Unlock()
	return b.Journal.Since(0, 0, func(*journal.Entry) bool { return true })
}

func (b *bench) last() *journal.Entry {
	all := b.journal()
	return all[len(all)-1]
}
