package scenarios_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"paysim/internal/engine"
	"paysim/internal/provider"
	"paysim/internal/scenario"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
	"paysim/sims/citcon"
)

const (
	price   = 1000
	order   = "A-1" // the purchase's own reference
	soon    = time.Second
	patient = 5 * time.Second  // longer than anybody wants to stand at a till
	ever    = 30 * time.Second // where every answer comes, on the busiest machine
)

// shop is a merchant with one purchase to be paid, by Citcon if need be: over real
// connections, with a real receiver of notifications. What it does right and
// wrong is its story's.
type shop struct {
	testing.TB
	engine *engine.Engine
	tenant *tenant.Tenant
	api    string
	notify string
	client *http.Client
	hear   func(ipn) int // answers a notification; nil answers 200
	header map[string]string
	sign   func(*http.Request, string) // proves who calls; nil sends the token
	stands bool                        // answers come in part, so that somebody may wait for the rest
	renew  func() error                // after a day; nil has nothing to renew

	ear     sync.Mutex
	mu      sync.Mutex
	token   string
	serial  int
	shipped int
	ended   bool
	wrong   []string // what the shop itself did that no shop should
}

// ipn is a notification as the shop received it.
type ipn struct {
	body   string
	header http.Header
}

func (n ipn) get(path string) string { return gjson.Get(n.body, path).String() }

// trusted checks the signature, as Citcon describes it.
func (n ipn) trusted() bool {
	names := append(strings.Split(n.get("fields"), ","), "fields")
	sort.Strings(names)
	var parts []string
	for _, name := range names {
		parts = append(parts, name+"="+n.get(name))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "&") + "&secret=sk-development-shop"))
	return n.get("sign") == hex.EncodeToString(sum[:])
}

// newShop opens a shop that is paid by Citcon under a scenario file.
func newShop(t testing.TB, file string, src []byte) *shop {
	t.Helper()
	s := shopAt(t, citcon.Provider(), file, src)
	s.renew = s.login
	return s
}

// shopAt opens a shop that is paid by any provider under a scenario file.
func shopAt(t testing.TB, p *provider.Provider, file string, src []byte) *shop {
	t.Helper()
	return shopsAt(t, []*provider.Provider{p}, file, src)[0]
}

// What a file does to answers decides how long a shop waits for them.
var (
	partial    = regexp.MustCompile(`(?m)^[^#]*\b(drip|truncate):`)
	unanswered = regexp.MustCompile(`(?m)^ +answer: lost$`)
)

// shopsAt opens a shop for each provider. All are one tenant's, under one
// scenario file.
func shopsAt(t testing.TB, providers []*provider.Provider, file string, src []byte) (shops []*shop) {
	t.Helper()
	e, err := engine.New(engine.Config{
		Providers: providers,
		Tenants:   tenant.Options{Seed: 1, Fixed: true, Limits: tenant.DefaultLimits},
		Sender:    webhook.NewSender(nil),
		Log:       slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	tn, err := e.Tenants.Find("shop")
	if err != nil {
		t.Fatal(err)
	}
	tn.Lock()
	tn.Clock.Freeze(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	tn.Unlock()
	parsed, problems := scenario.Parse(file, src, providers)
	if len(problems) > 0 {
		t.Fatal(problems.String())
	}
	if err := parsed.Load(t.Context(), e, tn); err != nil {
		t.Fatal(err)
	}
	deadline := ever
	switch {
	case partial.Match(src):
		deadline = soon
	case unanswered.Match(src):
		deadline = 2 * soon // which leaves a busy machine the time for the answers that do come
	}
	for _, p := range providers {
		api := httptest.NewServer(e.Alone(p.Name))
		t.Cleanup(api.Close)
		e.SetBase(p.Name, api.URL)
		s := &shop{TB: t, engine: e, tenant: tn, api: api.URL, client: &http.Client{Timeout: deadline}, stands: deadline == soon}
		receiver := httptest.NewServer(http.HandlerFunc(s.receive))
		t.Cleanup(receiver.Close)
		s.notify = receiver.URL
		shops = append(shops, s)
	}
	return shops
}

// receive hands a notification to the shop, one at a time. A handler that panics
// answers 500, as web frameworks do.
func (s *shop) receive(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	status := http.StatusOK
	defer func() {
		if recover() != nil {
			status = http.StatusInternalServerError
		}
		w.WriteHeader(status)
		if status == http.StatusOK {
			io.WriteString(w, `{"status":"ok"}`)
		}
	}()
	if s.hear != nil {
		s.ear.Lock()
		defer s.ear.Unlock()
		status = s.hear(ipn{string(body), r.Header})
	}
}

// reply is an answer; its zero value says that there was none.
type reply struct {
	code int
	body string
}

func (r reply) get(path string) string { return gjson.Get(r.body, path).String() }
func (r reply) ok() bool               { return r.code == 200 && r.get("status") == "success" }
func (r reply) refused(code string) bool {
	return gjson.Valid(r.body) && r.get("data.code") == code
}
func (r reply) state() string { return r.get("data.status") }

// call is one exchange. An answer that is late, cut or missing is an error.
func (s *shop) call(method, path, body string) (reply, error) {
	s.mu.Lock()
	token, client := s.token, *s.client
	s.mu.Unlock()
	req, err := http.NewRequest(method, s.api+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	if s.sign != nil {
		s.sign(req, body)
	}
	for name, v := range s.header {
		req.Header.Set(name, v)
	}
	begin := time.Now()
	defer func() {
		// Who had a deadline did not stand there, however busy the machine was.
		if took := time.Since(begin); s.stands && client.Timeout >= patient && took > 5*soon/2 {
			s.blame("the till stood for %v", took.Round(soon/10))
		}
	}()
	resp, err := client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, string(text)}, err
}

func (s *shop) blame(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrong = append(s.wrong, fmt.Sprintf(format, args...))
}

// login gets an access token.
func (s *shop) login() error {
	s.mu.Lock()
	s.token = "sk-development-shop"
	s.mu.Unlock()
	r, err := s.call("POST", "/v1/access-tokens", `{"token_type":"server"}`)
	if err == nil && !r.ok() {
		err = errors.New(r.body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = r.get("data.access_token")
	return err
}

// next is a reference that was not used before: what a shop should not pay
// with.
func (s *shop) next() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	return fmt.Sprintf("%s-%d", order, s.serial)
}

func (s *shop) charge(reference string) (reply, error) { return s.pay(reference, true) }

// authorize holds the money on a card without taking it.
func (s *shop) authorize(reference string) (reply, error) { return s.pay(reference, false) }

func (s *shop) pay(reference string, capture bool) (reply, error) {
	return s.call("POST", "/v1/charges", fmt.Sprintf(`{"transaction":{"reference":%q,"amount":%d,"currency":"USD","country":"US","auto_capture":%t},
		"payment":{"method":"card","data":{"pan":"4111111111111111","expiry":"12/29","cvv":"123"}},"urls":{"ipn":%q}}`, reference, price, capture, s.notify))
}

// wallet sends the payer to a page.
func (s *shop) wallet(reference string, capture bool) (reply, error) {
	return s.call("POST", "/v1/charges", fmt.Sprintf(`{"transaction":{"reference":%q,"amount":%d,"currency":"USD","country":"US","auto_capture":%t},
		"payment":{"method":"paypal"},"urls":{"ipn":%q,"success":"https://shop.example/paid"}}`, reference, price, capture, s.notify))
}

func (s *shop) inquire(reference string) (reply, error) {
	return s.call("GET", "/v1/transactions/"+reference+"?type=reference", "")
}

func (s *shop) capture(reference string) (reply, error) {
	return s.call("POST", "/v1/captures", fmt.Sprintf(`{"transaction_reference":%q,"reference":%q}`, order, reference))
}

func (s *shop) refund(reference string, amount int) (reply, error) {
	return s.call("POST", "/v1/refunds", fmt.Sprintf(`{"transaction_reference":%q,"reference":%q,"amount":%d}`, order, reference, amount))
}

// must ends the test unless a step that no scenario disturbs has worked.
func (s *shop) must(r reply, err error) reply {
	s.Helper()
	if err != nil || !r.ok() {
		s.Fatalf("%v %d %s", err, r.code, r.body)
	}
	return r
}

// pass lets the tenant's time pass, with all that happens meanwhile. An access
// token does not last a day.
func (s *shop) pass(d time.Duration) {
	s.Helper()
	move := func(now time.Time) (time.Time, error) { return now.Add(d), nil }
	if _, err := s.engine.MoveClock(s.Context(), s.tenant, move, engine.AsBefore); err != nil {
		s.Fatal(err)
	}
	if d > 12*time.Hour && s.renew != nil {
		if err := s.renew(); err != nil {
			s.Fatal(err)
		}
	}
}

func (s *shop) ship() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shipped, s.ended = s.shipped+1, true
}

// close ends the order without a parcel.
func (s *shop) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
}

func (s *shop) hasShipped() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shipped > 0
}

// complaints is what an auditor would say in the end: of the scenario's own
// expectations, of goods against money, and of the shop's conduct.
func (s *shop) complaints() []string {
	s.Helper()
	report, err := scenario.Verify(s.Context(), s.engine, s.tenant, nil)
	if err != nil {
		s.Fatal(err)
	}
	var out []string
	for _, r := range report.Results {
		if !r.Holds {
			out = append(out, fmt.Sprintf("%s: wanted %s, got %s", r.Expect, r.Wanted, r.Got))
		}
	}
	for _, u := range report.NotFired {
		s.Errorf("%s did not do anything: %s", u.Rule, u.Why)
	}
	kept := int64(0)
	for _, p := range s.engine.Payments(s.tenant) {
		kept += p.Captured - p.Refunded
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.shipped > 1:
		out = append(out, fmt.Sprintf("shipped %d times", s.shipped))
	case s.shipped == 1 && kept == 0:
		out = append(out, "shipped without money")
	case s.shipped == 0 && kept > 0:
		out = append(out, "kept money and shipped nothing")
	case !s.ended:
		out = append(out, "the order never ended")
	}
	return append(out, s.wrong...)
}
