package paymenticon

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"paysim/internal/engine"
	"paysim/internal/journal"
	"paysim/internal/provider"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
)

var nine = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// desk is an engine with Paymenticon, and a merchant who signs with a signer of
// the test's own.
type desk struct {
	*engine.Engine
	*tenant.Tenant
	t           testing.TB
	handler     http.Handler
	wallet, key string
}

func newDesk(t testing.TB, name string) *desk {
	t.Helper()
	e, err := engine.New(engine.Config{
		Providers: []*provider.Provider{Provider()},
		Tenants:   tenant.Options{Seed: 1, Fixed: true, Limits: tenant.DefaultLimits},
		Sender:    webhook.NewSender(nil), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	e.SetBase("paymenticon", "http://pay.paymenticon.com")
	d := &desk{Engine: e, t: t, handler: e.Main(http.NotFoundHandler()), wallet: "WLT-" + name, key: "apikey-" + name}
	if d.Tenant, err = e.Tenants.Find(name); err != nil {
		t.Fatal(err)
	}
	d.Lock()
	d.Clock.Freeze(nine)
	d.Unlock()
	t.Cleanup(d.conserved)
	return d
}

// conserved proves that all wallets together hold nothing: what one has,
// another gave.
func (d *desk) conserved() {
	d.Lock()
	defer d.Unlock()
	tx := d.DB.Begin()
	sums := map[string]int64{}
	for _, a := range accounts.All(tx) {
		sums[a.Currency] += a.Booked
		if a.Locked < 0 || a.Wallet != outside && a.available() < 0 {
			d.t.Errorf("%s has %+v", a.Wallet, a)
		}
	}
	for currency, sum := range sums {
		if sum != 0 {
			d.t.Errorf("%d %s were made out of nothing", sum, currency)
		}
	}
	if err := d.DB.Check(); err != nil {
		d.t.Error(err)
	}
}

func (d *desk) balance(wallet, currency string) account {
	d.Lock()
	defer d.Unlock()
	a, _ := accounts.Get(d.DB.Begin(), wallet+"/"+currency)
	return a
}

func signed(t testing.TB, key, method, url, time, body string) string {
	t.Helper()
	return hmacHex(key, method+url+time+flattened(t, body))
}

func flattened(t testing.TB, body string) string {
	t.Helper()
	if body != "" && decoded([]byte(body)).v == nil {
		t.Fatalf("no JSON object: %s", body)
	}
	return decoded([]byte(body)).flatten("true", "false", "")
}

const host = "http://pay.paymenticon.com"

func (d *desk) send(method, path, body string, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = "pay.paymenticon.com"
	r.RemoteAddr = "127.0.0.1:5555"
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w
}

// call signs as the merchant and checks the answer's signature.
func (d *desk) call(method, path, body string) *httptest.ResponseRecorder {
	d.t.Helper()
	d.Lock()
	stamp := strconv.FormatInt(d.Clock.Now().Unix(), 10)
	d.Unlock()
	w := d.send(method, path, body, func(r *http.Request) {
		r.Header.Set("X-Paymenticon-Time", stamp)
		r.Header.Set("Authorization", "hmac "+d.wallet+":"+signed(d.t, d.key, method, host+path, stamp, body))
	})
	if got := w.Header().Get("X-Paymenticon-Time"); got != stamp {
		d.t.Errorf("%s %s is answered at %q, want %s", method, path, got, stamp)
	}
	if strings.HasSuffix(path, "/stats/") && w.Code == 200 || w.Header().Get("Content-Type") != "application/json" {
		return w
	}
	d.verify(method, host+path, stamp, w.Body.String())
	return w
}

// verify checks an answer's signature over all its other members.
func (d *desk) verify(method, url, stamp, body string) {
	d.t.Helper()
	v, ok := decoded([]byte(body)).v.(map[string]any)
	if !ok {
		d.t.Fatalf("no JSON object: %s", body)
	}
	got := v["_signature"]
	delete(v, "_signature")
	if want := hmacHex(d.key, method+url+stamp+signedBody{v}.flatten("true", "false", "")); got != want {
		d.t.Errorf("%s %s is signed %v, want %s: %s", method, url, got, want, body)
	}
}

type answer struct {
	SessionID string `json:"session_id"`
	Status    string
	URL       string
	Amount    *int64
	Closed    bool  `json:"is_closed"`
	Auth      int64 `json:"authorized_amount"`
	Message   string
}

func (d *desk) read(w *httptest.ResponseRecorder) answer {
	d.t.Helper()
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		d.t.Fatalf("%v: %d %s", err, w.Code, w.Body)
	}
	return a
}

func (d *desk) session(members string) answer {
	d.t.Helper()
	w := d.call("POST", "/sessions/", `{"client_ip":"127.0.0.1","currency":"PLN",`+members+`}`)
	if w.Code != http.StatusCreated {
		d.t.Fatalf("%d %s", w.Code, w.Body)
	}
	return d.read(w)
}

func (d *desk) get(id string) answer { return d.read(d.call("GET", "/sessions/"+id+"/", "")) }

func (d *desk) act(id, action, outcome string) {
	d.t.Helper()
	if err := d.Act(d.Tenant, "paymenticon", id, action, outcome); err != nil {
		d.t.Fatalf("%s: %v", action, err)
	}
}

// page posts a button of the session's page.
func (d *desk) page(s answer, form string) *httptest.ResponseRecorder {
	d.t.Helper()
	return d.send("POST", strings.TrimPrefix(s.URL, host), form, func(r *http.Request) {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	})
}

func (d *desk) last() *journal.Entry {
	d.Lock()
	defer d.Unlock()
	all := d.Journal.Since(0, 0, func(*journal.Entry) bool { return true })
	return all[len(all)-1]
}

// advance moves the clock and waits for what is due then.
func (d *desk) advance(by time.Duration) {
	d.t.Helper()
	if _, err := d.MoveClock(d.t.Context(), d.Tenant, func(now time.Time) (time.Time, error) { return now.Add(by), nil }, engine.AsBefore); err != nil {
		d.t.Fatal(err)
	}
}
