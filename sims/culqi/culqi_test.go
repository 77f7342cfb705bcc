package culqi_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"paysim/internal/engine"
	"paysim/internal/journal"
	"paysim/internal/plan"
	"paysim/internal/provider"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
	"paysim/sims/culqi"
)

// nine is four in the morning in Lima.
var nine = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// bench is an engine with Culqi behind a handler, and one tenant whose clock
// stands at nine.
type bench struct {
	*engine.Engine
	*tenant.Tenant
	t       *testing.T
	handler http.Handler
}

func newBench(t *testing.T) *bench {
	t.Helper()
	e, err := engine.New(engine.Config{
		Providers: []*provider.Provider{culqi.Provider()},
		Tenants:   tenant.Options{Seed: 1, Fixed: true, Limits: tenant.DefaultLimits},
		Sender:    webhook.NewSender(nil),
		Log:       slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	e.SetBase("culqi", "http://culqi.localhost")
	b := &bench{Engine: e, t: t, handler: e.Alone("culqi")}
	if b.Tenant, err = e.Tenants.Find("ann"); err != nil {
		t.Fatal(err)
	}
	b.Lock()
	b.Clock.Freeze(nine)
	b.Unlock()
	t.Cleanup(func() { // whatever the test did, every row must survive a store on disk
		b.Lock()
		defer b.Unlock()
		if err := b.DB.Check(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// answer is a reply with its body at hand.
type answer struct {
	*httptest.ResponseRecorder
	gjson.Result
}

// call sends a request as a server with the secret key would, unless a header
// says otherwise. Tokens are made with the public key.
func (b *bench) call(method, path, body string, header ...string) answer {
	b.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	key := "sk_test_ann"
	if method == "POST" && strings.Contains(path, "/tokens") {
		key = "pk_test_ann"
	}
	r.Header.Set("Authorization", "Bearer "+key)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i+1] == "" {
			r.Header.Del(header[i])
		}
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	return answer{w, gjson.ParseBytes(w.Body.Bytes())}
}

// must sends a request that has to succeed with that status.
func (b *bench) must(status int, method, path, body string, header ...string) answer {
	b.t.Helper()
	a := b.call(method, path, body, header...)
	if a.Code != status {
		b.t.Fatalf("%s %s %s: %d %s, want %d", method, path, body, a.Code, a.Body, status)
	}
	return a
}

func (b *bench) token(number string) string {
	b.t.Helper()
	return b.must(201, "POST", "/v2/tokens", cardBody(number)).Get("id").Str
}

func cardBody(number string) string {
	return fmt.Sprintf(`{"card_number":%q,"cvv":"123","expiration_month":"09","expiration_year":"2025","email":"richard@piedpiper.com"}`, number)
}

const visa = "4111111111111111"

func chargeBody(source string, more ...string) string {
	return fmt.Sprintf(`{"amount":1000,"currency_code":"PEN","email":"richard@piedpiper.com","source_id":%q%s}`, source, strings.Join(more, ""))
}

func (b *bench) charge(more ...string) answer {
	b.t.Helper()
	return b.must(201, "POST", "/v2/charges", chargeBody(b.token(visa), more...))
}

func (b *bench) customer(email string) string {
	b.t.Helper()
	return b.must(201, "POST", "/v2/customers", customerBody(email)).Get("id").Str
}

func customerBody(email string) string {
	return fmt.Sprintf(`{"first_name":"Richard","last_name":"Piedpiper","email":%q,"address":"Avenida Lima 123213","address_city":"LIMA","country_code":"PE","phone_number":"+51998989789"}`, email)
}

func (b *bench) card(number string) string {
	b.t.Helper()
	b.Lock()
	n := len(b.Journal.Since(0, 0, func(*journal.Entry) bool { return true }))
	b.Unlock()
	customer := b.customer(fmt.Sprintf("richard%d@piedpiper.com", n))
	return b.must(201, "POST", "/v2/cards", fmt.Sprintf(`{"customer_id":%q,"token_id":%q}`, customer, b.token(number))).Get("id").Str
}

func (b *bench) advance(d time.Duration) []engine.Fired {
	b.t.Helper()
	fired, err := b.MoveClock(b.t.Context(), b.Tenant, func(now time.Time) (time.Time, error) { return now.Add(d), nil }, engine.AsBefore)
	if err != nil {
		b.t.Fatal(err)
	}
	return fired
}

// set changes settings, given as JSON.
func (b *bench) set(name string, value any) {
	b.t.Helper()
	for _, s := range culqi.Provider().Settings {
		if s.Name != name {
			continue
		}
		raw, _ := json.Marshal(value)
		v, err := s.Parse(raw)
		if err != nil {
			b.t.Fatal(err)
		}
		b.Lock()
		if b.Tenant.Settings["culqi"] == nil {
			b.Tenant.Settings["culqi"] = map[string]any{}
		}
		b.Tenant.Settings["culqi"][name] = v
		b.Unlock()
		return
	}
	b.t.Fatalf("no setting %s", name)
}

// script is a scenario that says the same to everybody.
type script struct{ call plan.Call }

func (s script) Call(plan.Facts) plan.Call       { return s.call }
func (s script) Webhook(string) plan.Webhook     { return plan.Webhook{} }
func (s script) Payer(string) (plan.Payer, bool) { return plan.Payer{}, false }

func (b *bench) play(s script) {
	b.Lock()
	defer b.Unlock()
	b.Planner = s
}

func TestTheTablesAgree(t *testing.T) {
	if err := culqi.Provider().Check(); err != nil {
		t.Error(err)
	}
}

func TestAChargeFromTokenToRefund(t *testing.T) {
	b := newBench(t)
	ch := b.charge(`,"capture":false,"metadata":{"order_id":"A-1"}`)
	if got := ch.Get("total_fee").Int(); got != 47 {
		t.Errorf("the fee of 1000 is %d, want 47: %s", got, ch.Body)
	}
	id := ch.Get("id").Str
	captured := b.must(201, "POST", "/v2/charges/"+id+"/capture", "null")
	if !captured.Get("capture").Bool() || captured.Get("capture_date").Type != gjson.Null {
		t.Errorf("captured: %s", captured.Body)
	}
	b.must(201, "POST", "/v2/refunds", fmt.Sprintf(`{"amount":100,"charge_id":%q,"reason":"solicitud_comprador"}`, id))
	got := b.must(200, "GET", "/v2/charges/"+id, "")
	for path, want := range map[string]string{
		"amount_refunded": "100", "current_amount": "900", "total_fee": "42", "total_fee_taxes": "6", "transfer_amount": "858", "fee_details.variable_fee.total": "36",
		"capture_date": "1772355600000", "operations.0.type": "devolución", "paid": "false",
	} {
		if got.Get(path).String() != want {
			t.Errorf("%s is %s, want %s", path, got.Get(path), want)
		}
	}
}
