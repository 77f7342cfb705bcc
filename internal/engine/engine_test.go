package engine_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"paysim/internal/edit"
	"paysim/internal/engine"
	"paysim/internal/fault"
	"paysim/internal/journal"
	"paysim/internal/machine"
	"paysim/internal/plan"
	"paysim/internal/provider"
	"paysim/internal/providertest/toypay"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
)

var nine = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// bench is an engine with toypay behind a handler, and one tenant whose clock
// stands at nine.
type bench struct {
	*engine.Engine
	*tenant.Tenant
	t       *testing.T
	handler http.Handler
}

func newBench(t *testing.T, change ...func(*engine.Config)) *bench {
	t.Helper()
	cfg := engine.Config{
		Providers: []*provider.Provider{toypay.Provider()},
		Tenants:   tenant.Options{Seed: 1, Fixed: true, Limits: tenant.DefaultLimits},
		Sender:    webhook.NewSender(nil),
		Log:       slog.New(slog.DiscardHandler),
	}
	for _, f := range change {
		f(&cfg)
	}
	e, err := engine.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	e.SetBase("toypay", "http://toypay.localhost")
	b := &bench{Engine: e, t: t, handler: e.Main(http.NotFoundHandler())}
	b.Tenant, err = e.Tenants.Find("ann")
	if err != nil {
		t.Fatal(err)
	}
	b.Lock()
	b.Clock.Freeze(nine)
	b.Unlock()
	return b
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

type charge struct {
	ID, State string
	Captured  int64
	PageURL   string `json:"page_url"`
	Error     string
}

func read(t *testing.T, w *httptest.ResponseRecorder) charge {
	t.Helper()
	var c charge
	if err := json.Unmarshal(w.Body.Bytes(), &c); err != nil {
		t.Fatalf("%v: %d %s", err, w.Code, w.Body)
	}
	return c
}

// charge makes one of 10.00 that tells notify.
func (b *bench) charge(reference, notify string) charge {
	b.t.Helper()
	w := b.call("POST", "/v1/charges", fmt.Sprintf(`{"reference":%q,"amount":1000,"currency":"EUR","notify_url":%q}`, reference, notify))
	if w.Code != http.StatusCreated {
		b.t.Fatalf("%d %s", w.Code, w.Body)
	}
	return read(b.t, w)
}

func (b *bench) advance(d time.Duration) []engine.Fired {
	b.t.Helper()
	fired, err := b.MoveClock(b.t.Context(), b.Tenant, func(now time.Time) (time.Time, error) { return now.Add(d), nil }, engine.AsBefore)
	if err != nil {
		b.t.Fatal(err)
	}
	return fired
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

func (b *bench) deliveries() []webhook.Delivery {
	b.Lock()
	defer b.Unlock()
	return b.Outbox.All()
}

// shop is a receiver of webhooks that answers as told.
type shop struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	events []string
	heard  chan string
}

func newShop(t *testing.T, status int) *shop {
	s := &shop{status: status, heard: make(chan string, 100)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var m struct{ Event string }
		json.Unmarshal(body, &m)
		s.mu.Lock()
		s.events = append(s.events, m.Event)
		status := s.status
		s.mu.Unlock()
		w.WriteHeader(status)
		s.heard <- m.Event
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *shop) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.events...)
}

func TestAPaymentFromAskingToCapture(t *testing.T) {
	b, s := newBench(t), newShop(t, 200)
	c := b.charge("A-1", s.URL)
	if err := b.Act(b.Tenant, "toypay", c.ID, "approve", ""); err != nil {
		t.Fatal(err)
	}
	if got := <-s.heard; got != "charge.paid" {
		t.Errorf("the shop heard %s", got)
	}
	w := b.call("POST", "/v1/charges/"+c.ID+"/capture", "")
	if got := read(t, w); w.Code != 200 || got.Captured != 1000 || got.State != "captured" {
		t.Errorf("%d %+v", w.Code, got)
	}
	if got := <-s.heard; got != "charge.captured" {
		t.Errorf("the shop heard %s", got)
	}
	e := b.last()
	if e.Operation != "charge.capture" || len(e.Money) != 1 || len(e.Transitions) != 1 || len(e.Webhooks) != 1 || e.Webhooks[0].ID != "wh_2" {
		t.Errorf("the journal says %+v", e)
	}
}

func TestTimersFireBeforeTheCallThatComesAfterThem(t *testing.T) {
	b := newBench(t)
	c := b.charge("A-1", "")
	b.Lock()
	b.Clock.Freeze(nine.Add(16 * time.Minute)) // not through MoveClock: nobody has fired anything
	b.Unlock()
	if got := read(t, b.call("GET", "/v1/charges/"+c.ID, "")); got.State != "expired" {
		t.Errorf("a charge past its life is %s", got.State)
	}
	if all := b.journal(); len(all) != 3 || all[1].Kind != journal.Timer || all[1].Operation != "charge.expire" {
		t.Errorf("the journal has %d entries", len(all))
	}
}

func TestAdvance(t *testing.T) {
	b, s := newBench(t), newShop(t, 500)
	c := b.charge("A-1", s.URL)
	b.Act(b.Tenant, "toypay", c.ID, "approve", "")
	<-s.heard // at once; one minute and ten later the ladder ends
	b.charge("A-2", "")
	var got []string
	for _, f := range b.advance(time.Hour) {
		got = append(got, fmt.Sprintf("%s %s %s", f.At.Sub(nine), f.What, f.State))
	}
	want := []string{"1m0s webhook waiting", "11m0s webhook failed", "15m0s charge.expire "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	d := b.deliveries()
	if len(d) != 1 || len(d[0].Attempts) != 3 || d[0].Attempts[2].Status != 500 {
		t.Errorf("the delivery is %+v", d)
	}
	s.mu.Lock()
	s.status = 200
	s.mu.Unlock()
	if again, ok := b.Redeliver(b.Tenant, d[0].ID); !ok || again.State != webhook.Delivered {
		t.Errorf("redelivered: %v %+v", ok, again)
	}
	b.Lock()
	now, frozen := b.Clock.Now(), b.Clock.Frozen()
	b.Unlock()
	if !now.Equal(nine.Add(time.Hour)) || !frozen {
		t.Errorf("the clock shows %v, frozen %v", now, frozen)
	}
}

func TestTheClockGoesBackOnlyInAnEmptyWorld(t *testing.T) {
	b := newBench(t)
	back := func() error {
		_, err := b.MoveClock(t.Context(), b.Tenant, func(now time.Time) (time.Time, error) { return now.Add(-time.Hour), nil }, engine.AsBefore)
		return err
	}
	if err := back(); err != nil {
		t.Errorf("an empty tenant: %v", err)
	}
	b.charge("A-1", "")
	if err := back(); !errors.Is(err, engine.ErrBackwards) {
		t.Errorf("with a charge: %v", err)
	}
}

func TestAFreeClockFiresByItself(t *testing.T) {
	b, s := newBench(t), newShop(t, 200)
	b.Lock()
	b.Clock.Run()
	b.Unlock()
	c := b.charge("A-1", s.URL)
	b.Act(b.Tenant, "toypay", c.ID, "approve", "")
	if got := <-s.heard; got != "charge.paid" {
		t.Errorf("heard %s", got)
	}
}

func TestFlushSendsWhatWaits(t *testing.T) {
	b, s := newBench(t), newShop(t, 503)
	for i := range 3 {
		c := b.charge(fmt.Sprint("A-", i), s.URL)
		b.Act(b.Tenant, "toypay", c.ID, "approve", "")
		<-s.heard
	}
	s.mu.Lock()
	s.status = 200
	s.mu.Unlock()
	sent := b.Flush(b.Tenant)
	if len(sent) != 3 {
		t.Fatalf("flush sent %d", len(sent))
	}
	for _, d := range sent {
		if d.State != webhook.Delivered {
			t.Errorf("%s is %s", d.ID, d.State)
		}
	}
	if left := b.advance(time.Hour); len(left) != 0 {
		t.Errorf("after the flush still fired: %v", left)
	}
}

func TestAResetForgetsWhatWasOnItsWay(t *testing.T) {
	b, s := newBench(t), newShop(t, 503)
	c := b.charge("A-1", s.URL)
	b.Act(b.Tenant, "toypay", c.ID, "approve", "")
	<-s.heard
	b.Lock()
	b.Tenant.Reset()
	b.Clock.Freeze(nine)
	b.Unlock()
	b.advance(24 * time.Hour)
	if got := s.all(); len(got) != 1 {
		t.Errorf("after the reset the shop heard %v", got[1:])
	}
	if again := b.charge("A-1", ""); again.ID != c.ID {
		t.Errorf("with a fixed seed the same call gives %s, before %s", again.ID, c.ID)
	}
}

func TestRefusalsInTheProvidersWords(t *testing.T) {
	b := newBench(t)
	for _, tc := range []struct {
		name, method, path, body, key string
		status                        int
		code                          string
	}{
		{"unknown path", "GET", "/v1/nothing", "", "toy-ann", 404, "not_found"},
		{"the prefix alone", "GET", "", "", "toy-ann", 404, "not_found"},
		{"unknown method", "PUT", "/v1/charges", "", "toy-ann", 405, "method_not_allowed"},
		{"no key", "POST", "/v1/charges", "{}", "", 401, "unauthorized"},
		{"refused tenant", "POST", "/v1/charges", "{}", "toy-invalid-x", 401, "unauthorized"},
		{"malformed tenant", "POST", "/v1/charges", "{}", "toy-A B", 401, "unauthorized"},
		{"too large", "POST", "/v1/charges", strings.Repeat(" ", 1<<20+1), "toy-ann", 400, "invalid_request"},
		{"not JSON", "POST", "/v1/charges", "{", "toy-ann", 400, "invalid_request"},
		{"unknown charge", "GET", "/v1/charges/x", "", "toy-ann", 404, "not_found"},
		{"a slash at the end is no other path", "GET", "/v1/charges/x/", "", "toy-ann", 404, "not_found"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := b.call(tc.method, tc.path, tc.body, "Toy-Key", tc.key)
			if got := read(t, w); w.Code != tc.status || got.Error != tc.code {
				t.Errorf("%d %s, want %d %s", w.Code, w.Body, tc.status, tc.code)
			}
			if w.Header().Get("Toy-Version") != "1" {
				t.Error("the refusal was not finished like every answer")
			}
		})
	}
	if got := b.call("PUT", "/v1/charges/x/capture", "").Header().Get("Allow"); got != "POST" {
		t.Errorf("Allow is %q", got)
	}
}

func TestAPanicIsAnInternalErrorThatLeavesNothing(t *testing.T) {
	b := newBench(t, func(cfg *engine.Config) {
		p := toypay.Provider()
		p.Operations = append([]provider.Operation{}, p.Operations...)
		inner := p.Operations[0].Handle
		p.Operations[0].Handle = func(c *provider.Call) (provider.Reply, error) {
			inner(c)
			panic("broken")
		}
		cfg.Providers = []*provider.Provider{p}
	})
	b.call("GET", "/v1/charges/x", "") // lays out the world
	before := b.snapshot()
	w := b.call("POST", "/v1/charges", `{"reference":"A-1","amount":1,"currency":"EUR"}`)
	if got := read(t, w); w.Code != 500 || got.Error != "internal_error" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if diff := cmp.Diff(before, b.snapshot()); diff != "" {
		t.Error(diff)
	}
	if e := b.last(); e.Error != "internal_error" || !strings.Contains(e.Cause, "panic: broken") || len(e.Transitions) != 0 {
		t.Errorf("the journal says %+v", e)
	}
}

func (b *bench) snapshot() string {
	b.Lock()
	defer b.Unlock()
	s, err := b.DB.Snapshot()
	if err != nil {
		b.t.Fatal(err)
	}
	return string(s)
}

func TestSimOutcome(t *testing.T) {
	b := newBench(t)
	body := `{"reference":"A-1","amount":1,"currency":"EUR"}`
	w := b.call("POST", "/v1/charges", body, "Sim-Outcome", "aproved")
	if w.Code != 400 || !strings.Contains(w.Body.String(), `did you mean \"approved\"?`) || len(b.journal()) != 0 {
		t.Errorf("an unknown outcome: %d %s", w.Code, w.Body)
	}
	if got := read(t, b.call("POST", "/v1/charges", body, "Sim-Outcome", "insufficient_funds")); got.State != "declined" {
		t.Errorf("told to decline, the charge is %s", got.State)
	}
	if e := b.last(); e.Outcome != "insufficient_funds" || e.Origin != "header" {
		t.Errorf("the journal says %q by %q", e.Outcome, e.Origin)
	}
}

func TestWhereARequestGoes(t *testing.T) {
	b := newBench(t)
	for _, tc := range []struct{ host, path, page string }{
		{"127.0.0.1:4010", "/toypay/v1/charges", "http://127.0.0.1:4010/toypay/pay/"},
		{"api.toypay.test", "/v1/charges", "http://api.toypay.test/pay/"},
		{"API.toypay.test:80", "/v1/charges", "http://API.toypay.test:80/pay/"},
		{"toypay.localhost:4010", "/v1/charges", "http://toypay.localhost:4010/pay/"},
	} {
		r := httptest.NewRequest("POST", tc.path, strings.NewReader(fmt.Sprintf(`{"reference":%q,"amount":1,"currency":"EUR"}`, tc.host)))
		r.Host = tc.host
		r.Header.Set("Toy-Key", "toy-ann")
		w := httptest.NewRecorder()
		b.handler.ServeHTTP(w, r)
		if got := read(t, w); !strings.HasPrefix(got.PageURL, tc.page) {
			t.Errorf("by %s the page is at %s", tc.host, got.PageURL)
		}
	}
	r := httptest.NewRequest("GET", "/elsewhere", nil)
	w := httptest.NewRecorder()
	if b.handler.ServeHTTP(w, r); w.Body.String() != "404 page not found\n" {
		t.Errorf("what is nobody's did not go to rest: %s", w.Body)
	}
}

func TestAPageTellsItsHeadAlone(t *testing.T) {
	b := newBench(t)
	page := "/pay/" + b.charge("A-1", "").ID
	shown, head := b.call("GET", page, ""), b.call("HEAD", page, "")
	if head.Code != http.StatusOK || head.Header().Get("Content-Type") != shown.Header().Get("Content-Type") {
		t.Errorf("HEAD: %d %v, want it as of GET: %v", head.Code, head.Header(), shown.Header())
	}
	if w := b.call("HEAD", "/v1/charges", ""); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("HEAD of what is no page: %d", w.Code)
	}
}

func TestPublicURL(t *testing.T) {
	b := newBench(t, func(cfg *engine.Config) { cfg.PublicURL = "http://192.168.1.5:4010/" })
	if got := b.charge("A-1", "").PageURL; !strings.HasPrefix(got, "http://192.168.1.5:4010/toypay/pay/") {
		t.Errorf("the page is at %s", got)
	}
}

func TestCallsWithoutATenantAreShownSomewhere(t *testing.T) {
	b := newBench(t)
	b.call("GET", "/v1/charges/x", "", "Toy-Key", "nonsense")
	d, ok := b.Tenants.Known(tenant.Default)
	if !ok || d.Journal.Len() != 1 {
		t.Error("the default tenant's journal does not show a call without a tenant")
	}
	closed := newBench(t, func(cfg *engine.Config) { cfg.Tenants.Only = []string{"ann"} })
	if w := closed.call("GET", "/v1/charges/x", "", "Toy-Key", "toy-bob"); w.Code != 401 {
		t.Errorf("a tenant that is not allowed got %d", w.Code)
	}
	if len(closed.Tenants.All()) != 1 {
		t.Error("a refused call made a tenant")
	}
}

func TestIllegalActions(t *testing.T) {
	b := newBench(t)
	c := b.charge("A-1", "")
	var unknown *engine.UnknownActionError
	if err := b.Act(b.Tenant, "toypay", c.ID, "aprove", ""); !errors.As(err, &unknown) || !strings.Contains(err.Error(), `"approve"`) {
		t.Errorf("unknown action: %v", err)
	}
	var nobody *provider.UnknownPaymentError
	if err := b.Act(b.Tenant, "toypay", "x", "approve", ""); !errors.As(err, &nobody) {
		t.Errorf("unknown payment: %v", err)
	}
	b.Act(b.Tenant, "toypay", c.ID, "approve", "")
	var illegal *machine.IllegalError
	if err := b.Act(b.Tenant, "toypay", c.ID, "decline", ""); !errors.As(err, &illegal) {
		t.Errorf("illegal action: %v", err)
	}
}

// script is a scenario that says the same to everybody.
type script struct {
	call    plan.Call
	webhook plan.Webhook
	payer   *plan.Payer
}

func (s script) Call(plan.Facts) plan.Call         { return s.call }
func (s script) Webhook(string) plan.Webhook       { return s.webhook }
func (s script) Payer(k string) (plan.Payer, bool) { return deref(s.payer), s.payer != nil }

func deref(p *plan.Payer) plan.Payer {
	if p == nil {
		return plan.Payer{}
	}
	return *p
}

func (b *bench) play(s script) {
	b.Lock()
	defer b.Unlock()
	b.Planner = s
}

func TestEffects(t *testing.T) {
	body := `{"reference":"A-1","amount":1000,"currency":"EUR"}`
	t.Run("none answers like success and keeps nothing", func(t *testing.T) {
		b := newBench(t)
		b.call("GET", "/v1/charges/x", "")
		before := b.snapshot()
		b.play(script{call: plan.Call{Rule: "rule 1", Effect: plan.Effect{None: true}}})
		if w := b.call("POST", "/v1/charges", body); w.Code != 201 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if diff := cmp.Diff(before, b.snapshot()); diff != "" {
			t.Error(diff)
		}
		if e := b.last(); e.Rule != "rule 1" || e.Effect != "none" || e.Transitions != nil {
			t.Errorf("the journal says %+v", e)
		}
	})
	t.Run("error", func(t *testing.T) {
		b := newBench(t)
		b.play(script{call: plan.Call{Effect: plan.Effect{Error: "duplicate_reference"}}})
		if w := b.call("POST", "/v1/charges", body, "Toy-Key", "toy-ann"); w.Code != 409 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	t.Run("outcome", func(t *testing.T) {
		b := newBench(t)
		b.play(script{call: plan.Call{Effect: plan.Effect{Outcome: "approved"}}})
		if got := read(t, b.call("POST", "/v1/charges", body)); got.State != "paid" || b.last().Origin != "rule" {
			t.Errorf("%s by %q", got.State, b.last().Origin)
		}
		if got := read(t, b.call("POST", "/v1/charges", strings.Replace(body, "A-1", "A-2", 1), "Sim-Outcome", "insufficient_funds")); got.State != "declined" {
			t.Errorf("the header does not win over the rule: %s", got.State)
		}
	})
	t.Run("later", func(t *testing.T) {
		b := newBench(t)
		b.play(script{call: plan.Call{Effect: plan.Effect{Outcome: "insufficient_funds", Later: 2 * time.Minute}}})
		c := read(t, b.call("POST", "/v1/charges", body))
		if c.State != "pending" {
			t.Errorf("accepted as %s", c.State)
		}
		b.play(script{})
		b.advance(2 * time.Minute)
		if got := read(t, b.call("GET", "/v1/charges/"+c.ID, "")); got.State != "declined" {
			t.Errorf("later it is %s", got.State)
		}
	})
}

// TestAChangedAnswer looks at what the provider's last touch finds, who may sign it.
func TestAChangedAnswer(t *testing.T) {
	var signed string
	b := newBench(t, func(cfg *engine.Config) {
		cfg.Providers[0].Finish = func(_ *provider.Call, r *provider.Reply) { signed = string(r.Body) }
	})
	b.play(script{call: plan.Call{Rule: "rule 1", Change: edit.Body{
		Set: []edit.Member{{Path: "amount", Value: json.RawMessage("7")}, {Path: "more", Value: json.RawMessage("null")}}, Drop: []string{"currency"},
	}}})
	w := b.call("POST", "/v1/charges", `{"reference":"A-1","amount":5,"currency":"EUR"}`)
	got := w.Body.String()
	if w.Code != 201 || gjson.Get(got, "amount").Raw != "7" || gjson.Get(got, "more").Raw != "null" || gjson.Get(got, "currency").Exists() || signed != got {
		t.Errorf("%d %s, of which was signed %s", w.Code, got, signed)
	}
	if p := b.Payments(b.Tenant); p[len(p)-1].Amount != 5 {
		t.Errorf("kept as %+v", p)
	}
	if e := b.last(); e.Response.Body != got || len(e.Answer) != 1 || e.Answer[0] != "change" || e.Rule != "rule 1" {
		t.Errorf("the journal says %+v", e)
	}
	if w := b.call("POST", "/v1/charges", `{"reference":"A-1"}`); w.Code != 400 || gjson.Get(w.Body.String(), "amount").Raw != "7" {
		t.Errorf("a refusal is not changed: %d %s", w.Code, w.Body)
	}
	all := b.Payments(b.Tenant)
	page := all[len(all)-1].Page
	if w := b.call("GET", page[strings.Index(page, "/pay/"):], ""); w.Code != 200 || !strings.Contains(w.Body.String(), "<html") {
		t.Errorf("a page came as %d %s", w.Code, w.Body)
	}
	if e := b.last(); !strings.HasPrefix(e.Rule, "rule 1, but the body cannot be changed so: ") || len(e.Answer) != 0 {
		t.Errorf("the journal says %q, %q", e.Rule, e.Answer)
	}
}

// TestAChangeThatFailsIsTheAnswersAffair: what is decided later comes of the rule alone.
func TestAChangeThatFailsIsTheAnswersAffair(t *testing.T) {
	b := newBench(t)
	b.play(script{call: plan.Call{Rule: "rule 1", Effect: plan.Effect{Outcome: "approved", Later: time.Minute}, Change: edit.Body{
		Set: []edit.Member{{Path: "reference.x", Value: json.RawMessage("1")}},
	}}})
	if w := b.call("POST", "/v1/charges", `{"reference":"A-1","amount":5,"currency":"EUR"}`); w.Code != 201 || gjson.Get(w.Body.String(), "reference").Str != "A-1" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if e := b.last(); e.Rule != "rule 1, but the body cannot be changed so: reference is no object and no list" {
		t.Errorf("the journal says %q", e.Rule)
	}
	b.advance(time.Minute)
	if e := b.last(); e.Rule != "rule 1" || e.Kind == journal.Call {
		t.Errorf("a minute later the journal says %q", e.Rule)
	}
}

func TestPayersOnTheClock(t *testing.T) {
	b := newBench(t)
	b.play(script{payer: &plan.Payer{Action: "approve", After: 2 * time.Second}})
	c := b.charge("A-1", "")
	if fired := b.advance(2 * time.Second); len(fired) != 1 || fired[0].What != "approve" {
		t.Errorf("fired %v", fired)
	}
	if got := read(t, b.call("GET", "/v1/charges/"+c.ID, "")); got.State != "paid" {
		t.Errorf("it is %s", got.State)
	}
}

func TestHowWebhooksTravel(t *testing.T) {
	approve := func(t *testing.T, how plan.Webhook) (*bench, *shop) {
		b, s := newBench(t), newShop(t, 200)
		b.play(script{webhook: how})
		c := b.charge("A-1", s.URL)
		if w := b.call("POST", "/v1/charges", fmt.Sprintf(`{"reference":"A-2","amount":5,"currency":"EUR","card":"4111111111111111","notify_url":%q}`, s.URL)); w.Code != 201 {
			t.Fatalf("%d %s (after %s)", w.Code, w.Body, c.ID)
		}
		return b, s
	}
	t.Run("before the answer", func(t *testing.T) {
		_, s := approve(t, plan.Webhook{Before: true})
		if got := s.all(); len(got) != 1 {
			t.Errorf("when the answer is there, the shop has heard %v", got)
		}
	})
	t.Run("never", func(t *testing.T) {
		b, s := approve(t, plan.Webhook{Never: true})
		b.advance(24 * time.Hour)
		if got := b.deliveries(); len(got) != 1 || got[0].State != webhook.Held || len(s.all()) != 0 {
			t.Errorf("%+v, heard %v", got, s.all())
		}
	})
	t.Run("late, twice, with a gap", func(t *testing.T) {
		b, s := approve(t, plan.Webhook{After: time.Minute, Copies: 2, Gap: 30 * time.Second})
		if got := s.all(); len(got) != 0 {
			t.Errorf("at once: %v", got)
		}
		var at []time.Duration
		for _, f := range b.advance(2 * time.Minute) {
			at = append(at, f.At.Sub(nine))
		}
		if diff := cmp.Diff([]time.Duration{time.Minute, 90 * time.Second}, at); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("unsigned", func(t *testing.T) {
		b, _ := approve(t, plan.Webhook{Sign: provider.SignMissing, Never: true})
		if got := b.deliveries()[0].Header.Get("Toy-Signature"); got != "" {
			t.Errorf("signed %s", got)
		}
	})
	t.Run("changed, and signed as it is sent", func(t *testing.T) {
		b, s := approve(t, plan.Webhook{Rule: "webhook 1", Change: edit.Body{
			Set: []edit.Member{{Path: "charge.amount", Value: json.RawMessage("7")}}, Drop: []string{"charge.notify_url"}, Write: []edit.Spelling{edit.Reversed},
		}})
		d := b.deliveries()[0]
		if !strings.HasPrefix(d.Body, `{"charge":{`) || gjson.Get(d.Body, "charge.amount").Int() != 7 || gjson.Get(d.Body, "charge.notify_url").Exists() {
			t.Errorf("it says %s", d.Body)
		}
		mac := hmac.New(sha256.New, []byte("toy-ann"))
		fmt.Fprintf(mac, "%d.%s", nine.Unix(), d.Body)
		if got, want := d.Header.Get("Toy-Signature"), fmt.Sprintf("t=%d,v1=%x", nine.Unix(), mac.Sum(nil)); got != want {
			t.Errorf("signed %s, want %s", got, want)
		}
		if b.advance(0); len(s.all()) != 1 || b.Payments(b.Tenant)[2].Amount != 5 {
			t.Errorf("heard %v of %+v", s.all(), b.Payments(b.Tenant))
		}
	})
	t.Run("not to be changed so", func(t *testing.T) {
		b, _ := approve(t, plan.Webhook{Rule: "webhook 1", Never: true, Change: edit.Body{Set: []edit.Member{{Path: "event", Value: json.RawMessage("[]")}, {Path: "event.x", Value: json.RawMessage("1")}}}})
		d := b.deliveries()[0]
		if gjson.Get(d.Body, "event").String() != "charge.paid" || d.Header.Get("Toy-Signature") == "" || !strings.Contains(d.Reason, "webhook 1, but the body cannot be changed so: ") {
			t.Errorf("%s: %s, signed %q", d.Reason, d.Body, d.Header.Get("Toy-Signature"))
		}
	})
	t.Run("stale", func(t *testing.T) {
		b, _ := approve(t, plan.Webhook{Stale: 10 * time.Minute, Never: true})
		want := fmt.Sprintf("t=%d,", nine.Add(-10*time.Minute).Unix())
		if got := b.deliveries()[0].Header.Get("Toy-Signature"); !strings.HasPrefix(got, want) {
			t.Errorf("signed %s, want %s…", got, want)
		}
	})
}

func TestAForeignReceiverIsNotCalled(t *testing.T) {
	b := newBench(t)
	c := b.charge("A-1", "https://webhook.example.com/x")
	b.Act(b.Tenant, "toypay", c.ID, "approve", "")
	if d := b.deliveries(); d[0].State != webhook.Blocked || !strings.Contains(d[0].Reason, "--webhook-allow webhook.example.com") || len(d[0].Attempts) != 0 {
		t.Errorf("%+v", d[0])
	}
}

func TestLostAfterCommit(t *testing.T) {
	b := newBench(t)
	b.play(script{call: plan.Call{Answer: []fault.Fault{fault.LostAnswer{}}}})
	srv := httptest.NewServer(b.handler)
	defer srv.Close()
	ctx, giveUp := context.WithCancel(t.Context())
	b.Lock()
	held := b.Journal.Changed()
	b.Unlock()
	go func() { // once all is done and recorded, an answer would be on its way
		<-held
		<-time.After(100 * time.Millisecond)
		giveUp()
	}()
	req, _ := http.NewRequestWithContext(ctx, "POST", srv.URL+"/toypay/v1/charges", strings.NewReader(`{"reference":"A-1","amount":5,"currency":"EUR","card":"4111111111111111"}`))
	req.Header.Set("Toy-Key", "toy-ann")
	if resp, err := http.DefaultClient.Do(req); err == nil {
		t.Fatalf("an answer came: %s", resp.Status)
	}
	paid := 0
	for _, p := range b.Payments(b.Tenant) {
		if p.Reference == "A-1" && p.State == "paid" {
			paid++
		}
	}
	if paid != 1 {
		t.Errorf("%d payments behind a lost answer", paid)
	}
	if e := b.last(); e.Response.Status != 201 || len(e.Answer) != 1 || e.Answer[0] != "lost" {
		t.Errorf("the journal says %+v", e)
	}
}

func TestFiftyCapturesAtOnceCaptureOnce(t *testing.T) {
	b := newBench(t)
	c := b.charge("A-1", "")
	b.Act(b.Tenant, "toypay", c.ID, "approve", "")
	var wg sync.WaitGroup
	won := make(chan int, 50)
	for range 50 {
		wg.Go(func() { won <- b.call("POST", "/v1/charges/"+c.ID+"/capture", "").Code })
	}
	wg.Wait()
	close(won)
	wins := 0
	for code := range won {
		if code == 200 {
			wins++
		}
	}
	if wins != 1 {
		t.Errorf("%d captures won", wins)
	}
}

func TestAPanicBeforeTheTransaction(t *testing.T) {
	b := newBench(t, func(cfg *engine.Config) {
		p := toypay.Provider()
		p.Whose = func(*provider.Call) provider.Claim { panic("broken") }
		cfg.Providers = []*provider.Provider{p}
	})
	if w := b.call("GET", "/v1/charges/x", ""); w.Code != 500 || read(t, w).Error != "internal_error" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestADefectInTheWorldIsNoDeadlock(t *testing.T) {
	b := newBench(t, func(cfg *engine.Config) {
		p := toypay.Provider()
		p.World = func(*provider.Tx) { panic("broken") }
		cfg.Providers = []*provider.Provider{p}
	})
	var nobody *provider.UnknownPaymentError
	if err := b.Act(b.Tenant, "toypay", "x", "approve", ""); !errors.As(err, &nobody) {
		t.Errorf("the action: %v", err)
	}
	if c := b.charge("A-1", ""); c.State != "pending" {
		t.Errorf("the charge is %s", c.State)
	}
}
