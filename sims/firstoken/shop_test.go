package firstoken

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"paysim/internal/engine"
	"paysim/internal/journal"
	"paysim/internal/provider"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
)

// start is when the printed credit was made.
var start = time.Date(2024, 2, 27, 20, 16, 5, 668e6, time.UTC)

// shop is a merchant with a simulator of its own and a clock that stands still.
type shop struct {
	t      *testing.T
	e      *engine.Engine
	h      http.Handler
	tenant *tenant.Tenant
	key    string
	log    *bytes.Buffer
	heard  []string // every answer
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{t: t, key: "ft-test-ann", log: &bytes.Buffer{}}
	var err error
	s.e, err = engine.New(engine.Config{
		Providers: []*provider.Provider{Provider()},
		Tenants:   tenant.Options{Seed: 7, Fixed: true, Limits: tenant.DefaultLimits},
		Sender:    webhook.NewSender(nil),
		Log:       slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.e.Close)
	s.h = s.e.Alone("firstoken")
	if s.tenant, err = s.e.Tenants.Find("ann"); err != nil {
		t.Fatal(err)
	}
	s.tenant.Lock()
	s.tenant.Clock.Freeze(start)
	s.tenant.Unlock()
	return s
}

type reply struct {
	status int
	body   string
}

func (r reply) get(path string) string { return gjson.Get(r.body, path).String() }

func (s *shop) do(method, path, body string, headers ...string) reply {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if s.key != "" {
		r.Header.Set("X-Api-Key", s.key)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, r)
	s.heard = append(s.heard, w.Body.String())
	return reply{w.Code, w.Body.String()}
}

// must is do for a call that succeeds.
func (s *shop) must(method, path, body string) reply {
	s.t.Helper()
	r := s.do(method, path, body)
	if r.status != 200 || r.get("status") != "success" {
		s.t.Fatalf("%s %s: %d %s", method, path, r.status, r.body)
	}
	return r
}

// refused is do for a call that is refused with that description, and leaves
// nothing behind.
func (s *shop) refused(method, path, body, description string) reply {
	s.t.Helper()
	before := s.rows()
	r := s.do(method, path, body)
	if r.status != 400 || r.get("status") != "fail" || r.get("data.description") != description {
		s.t.Errorf("%s %s: want 400 %q, got %d %s", method, path, description, r.status, r.body)
	}
	if after := s.rows(); after != before {
		s.t.Errorf("%s %s leaves something behind:\n%s", method, path, after)
	}
	return r
}

func (s *shop) set(settings string) {
	s.t.Helper()
	values, err := engine.ParseSettings(s.e.Provider("firstoken"), []byte(settings))
	if err != nil {
		s.t.Fatal(err)
	}
	s.e.Configure(s.tenant, "firstoken", values)
}

func (s *shop) advance(d time.Duration) []engine.Fired {
	s.t.Helper()
	fired, err := s.e.MoveClock(s.t.Context(), s.tenant, func(now time.Time) (time.Time, error) { return now.Add(d), nil }, engine.AsBefore)
	if err != nil {
		s.t.Fatal(err)
	}
	return fired
}

func (s *shop) rows() string {
	s.t.Helper()
	s.e.Payments(s.tenant) // lays out the world
	s.tenant.Lock()
	defer s.tenant.Unlock()
	if err := s.tenant.DB.Check(); err != nil {
		s.t.Error(err)
	}
	rows, err := s.tenant.DB.Snapshot()
	if err != nil {
		s.t.Fatal(err)
	}
	return string(rows)
}

func (s *shop) journal() []*journal.Entry {
	s.tenant.Lock()
	defer s.tenant.Unlock()
	return s.tenant.Journal.Since(0, 0, func(*journal.Entry) bool { return true })
}

func (s *shop) payment(id string) provider.Payment {
	s.t.Helper()
	for _, p := range s.e.Payments(s.tenant) {
		if p.ID == id {
			return p
		}
	}
	s.t.Fatalf("no payment %s", id)
	return provider.Payment{}
}

func (s *shop) id(r reply) string { return r.get("data.transaction_info.transaction_id") }

const (
	credits  = "/v1/payments/credits"
	shipping = `"bill_to":{"first_name":"John","last_name":"Doe","country":"US","address_1":"1 Market St","address_2":"Suite 200","city":"san francisco","state":"CA","phone_number":"4158880000","email":"test@cybs.com","postal_code":"94105"},"device_info":{"ip_address":"12.7.8.120"}`
	plain    = `{"number":"4111111111111111","expiration_date":"01/2024"}`
)

// asked is a body of a credit or payment.
func asked(kind, card, amount string) string {
	return `{"transaction_info":{"type":"` + kind + `","reference_code":"123456789"},"card":` + card +
		`,"order_info":{"amount_details":{"total_amount":` + amount + `,"currency":"COP"}},` + shipping + `}`
}

// follow is a body of what refers to an earlier transaction; info is the name of
// the object with the amount, or "".
func follow(kind, info, amount string) string {
	about := `{"transaction_info":{"type":"` + kind + `","reference_code":"F-1"},"device_info":{"ip_address":"12.7.8.120"}`
	if info == "" {
		return about + `}`
	}
	return about + `,"` + info + `":{"amount_details":{"total_amount":` + amount + `,"currency":"COP"},"installments":1}}`
}

// changed sets a member of a JSON body, or with "" takes it away.
func changed(t *testing.T, body, path, value string) string {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal([]byte(body), &all); err != nil {
		t.Fatal(err)
	}
	steps := strings.Split(path, ".")
	at := all
	for _, step := range steps[:len(steps)-1] {
		at = at[step].(map[string]any)
	}
	last := steps[len(steps)-1]
	if value == "" {
		delete(at, last)
	} else {
		at[last] = json.RawMessage(value)
	}
	out, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
