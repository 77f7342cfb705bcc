package citcon_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"paysim/internal/engine"
	"paysim/internal/journal"
	"paysim/internal/provider"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
	"paysim/sims/citcon"
)

// start is when the clock of every test stands until it is moved.
var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

const base = "http://citcon.localhost"

// world is a merchant with an engine of its own and a shop that hears its
// notifications.
type world struct {
	*testing.T
	engine *engine.Engine
	http   http.Handler
	name   string
	tenant *tenant.Tenant
	shop   string // the address of notifications
	tokens map[string]string
	serial int

	mu     sync.Mutex
	heard  []string
	status int // what the shop answers
}

func newWorld(t *testing.T) *world {
	t.Helper()
	e, err := engine.New(engine.Config{
		Providers: []*provider.Provider{citcon.Provider()},
		Tenants:   tenant.Options{Seed: 1, Fixed: true, Limits: tenant.DefaultLimits},
		Sender:    webhook.NewSender(nil),
		Log:       slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	e.SetBase("citcon", base)
	w := &world{T: t, engine: e, http: e.Alone("citcon"), status: 200}
	shop := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.heard = append(w.heard, string(body))
		rw.WriteHeader(w.status)
	}))
	t.Cleanup(shop.Close)
	w.shop = shop.URL + "/ipn?id=7"
	w.as("ann")
	return w
}

// as goes on as another merchant.
func (w *world) as(name string) {
	w.name, w.tokens = name, map[string]string{}
	tn, err := w.engine.Tenants.Find(name)
	if err != nil {
		w.tenant = nil
		return
	}
	w.tenant = tn
	tn.Lock()
	defer tn.Unlock()
	if !tn.Clock.Frozen() {
		tn.Clock.Freeze(start)
	}
}

type answer struct {
	*httptest.ResponseRecorder
	body string
}

func (a answer) get(path string) string { return gjson.Get(a.body, path).String() }

// send makes a call with the headers given and no others.
func (w *world) send(method, path, body string, header ...string) answer {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = "citcon.localhost"
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	w.http.ServeHTTP(rec, r)
	return answer{rec, rec.Body.String()}
}

func (w *world) key() string { return "sk-development-" + w.name }

// token is an access token of that type.
func (w *world) token(kind string) string {
	w.Helper()
	if w.tokens[kind] == "" {
		a := w.send("POST", "/v1/access-tokens", `{"token_type":"`+kind+`"}`, "Content-Type", "application/json", "Authorization", "Bearer "+w.key())
		w.wants(a, 200)
		w.tokens[kind] = a.get("data.access_token")
	}
	return w.tokens[kind]
}

// do makes a call with a server token. {shop} in the body is the address of
// notifications, {n} a number that comes once.
func (w *world) do(method, path, body string, header ...string) answer {
	w.Helper()
	w.serial++
	body = strings.NewReplacer("{shop}", w.shop, "{n}", fmt.Sprint(w.serial)).Replace(body)
	return w.send(method, path, body, append([]string{"Content-Type", "application/json", "Authorization", "Bearer " + w.token("server")}, header...)...)
}

func (w *world) post(path, body string, header ...string) answer {
	w.Helper()
	return w.do("POST", path, body, header...)
}

func (w *world) get(path string) answer { w.Helper(); return w.do("GET", path, "") }

// wants fails the test unless the answer has that status and, when given, that
// code.
func (w *world) wants(a answer, status int, code ...string) answer {
	w.Helper()
	if a.Code != status || len(code) > 0 && a.get("data.code") != code[0] {
		w.Fatalf("want %d %v, got %d %s (%s)", status, code, a.Code, a.body, w.cause())
	}
	return a
}

// is fails the test unless the answer has these values, by gjson paths. A value
// is compared as it stands on the wire; "absent" means that it does not.
func (w *world) is(a answer, pairs ...string) {
	w.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		got := gjson.Get(a.body, pairs[i])
		raw := got.Raw
		if !got.Exists() {
			raw = "absent"
		}
		if raw != pairs[i+1] {
			w.Errorf("%s: want %s, got %s in %s", pairs[i], pairs[i+1], raw, a.body)
		}
	}
}

// order fails the test unless an object has exactly these members in this order.
func (w *world) order(a answer, path, members string) {
	w.Helper()
	var got []string
	gjson.Get(a.body, path).ForEach(func(k, _ gjson.Result) bool { got = append(got, k.String()); return true })
	if s := strings.Join(got, " "); s != members {
		w.Errorf("%s:\nwant %s\n got %s", path, members, s)
	}
}

func (w *world) act(id, action, outcome string) error {
	return w.engine.Act(w.tenant, "citcon", id, action, outcome)
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) advance(d time.Duration) []engine.Fired {
	w.Helper()
	fired, err := w.engine.MoveClock(context.Background(), w.tenant, func(now time.Time) (time.Time, error) { return now.Add(d), nil }, engine.AsBefore)
	w.must(err)
	return fired
}

func (w *world) set(settings string) {
	w.Helper()
	values, err := engine.ParseSettings(citcon.Provider(), []byte(settings))
	w.must(err)
	w.engine.Configure(w.tenant, "citcon", values)
}

// ipns are the notifications since the last call of it, as "type status".
// Every one is verified.
func (w *world) ipns() []string {
	w.Helper()
	var out []string
	for _, body := range w.bodies() {
		if err := verifyIPN(body, w.key()); err != nil {
			w.Error(err)
		}
		out = append(out, gjson.Get(body, "transaction_type").String()+" "+gjson.Get(body, "status").String())
	}
	return out
}

func (w *world) bodies() []string {
	w.Helper()
	w.advance(0) // makes the attempts that are due
	w.mu.Lock()
	defer w.mu.Unlock()
	heard := w.heard
	w.heard = nil
	return heard
}

// hears fails the test unless these notifications have come since the last call.
// Those of several payments come in any order.
func (w *world) hears(want ...string) {
	w.Helper()
	got := w.ipns()
	sort.Strings(got)
	sort.Strings(want)
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		w.Errorf("heard %q, want %q", got, want)
	}
}

func (w *world) journal() []*journal.Entry {
	w.tenant.Lock()
	defer w.tenant.Unlock()
	return w.tenant.Journal.Since(0, 0, func(*journal.Entry) bool { return true })
}

func (w *world) cause() string {
	if w.tenant == nil {
		return ""
	}
	all := w.journal()
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1].Cause
}

// money adds up what moved, by kind.
func (w *world) money(payment string) string {
	sums := map[string]int64{}
	for _, e := range w.journal() {
		for _, m := range e.Money {
			if m.Payment == payment {
				sums[m.Kind] += m.Amount
			}
		}
	}
	var out []string
	for _, kind := range []string{"authorized", "captured", "released", "refunded"} {
		if sums[kind] != 0 {
			out = append(out, fmt.Sprint(kind, " ", sums[kind]))
		}
	}
	return strings.Join(out, ", ")
}

func (w *world) moved(payment, want string) {
	w.Helper()
	if got := w.money(payment); got != want {
		w.Errorf("money of %s: %q, want %q", payment, got, want)
	}
}

func (w *world) payment(id string) provider.Payment {
	w.Helper()
	for _, p := range w.engine.Payments(w.tenant) {
		if p.ID == id {
			return p
		}
	}
	w.Fatalf("no payment %s", id)
	return provider.Payment{}
}

// verifyIPN is a merchant's check of a notification, written from Citcon's
// description: the named members and "fields" itself, sorted, k=v joined with &,
// then &secret=; SHA-256 in lower case.
func verifyIPN(body, secret string) error {
	var v map[string]any
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return fmt.Errorf("not JSON: %w: %s", err, body)
	}
	fields, _ := v["fields"].(string)
	names := append(strings.Split(fields, ","), "fields")
	sort.Strings(names)
	var parts []string
	for _, n := range names {
		x, ok := v[n]
		if !ok {
			return fmt.Errorf("fields names %q, which is not there: %s", n, body)
		}
		parts = append(parts, fmt.Sprintf("%s=%v", n, x))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "&") + "&secret=" + secret))
	if got := hex.EncodeToString(sum[:]); got != v["sign"] {
		return fmt.Errorf("sign is %v, should be %s: %s", v["sign"], got, body)
	}
	return nil
}

// What most tests begin with. Each gives the charge's answer.

func (w *world) wallet(method string) answer {
	w.Helper()
	return w.wants(w.post("/v1/charges", `{"transaction":{"reference":"W-{n}","amount":1000,"currency":"USD","country":"US"},
		"payment":{"method":"`+method+`","client":["mobile_browser","desktop"]},
		"urls":{"ipn":"{shop}","success":"https://shop.example/paid?o=1","fail":"https://shop.example/failed","mobile":"https://shop.example/m","cancel":"https://shop.example/back"}}`), 200)
}

func (w *world) card(pan string, capture bool) answer {
	w.Helper()
	return w.post("/v1/charges", fmt.Sprintf(`{"transaction":{"reference":"C-{n}","amount":1000,"currency":"USD","country":"US","auto_capture":%t},
		"payment":{"method":"card","data":{"pan":%q,"first_name":"Ada","last_name":"Byron","expiry":"12/24","cvv":"123"}},"urls":{"ipn":"{shop}"}}`, capture, pan))
}

func (w *world) pendingCharge(reference string) answer {
	w.Helper()
	return w.wants(w.post("/v1/charges", `{"transaction":{"reference":"`+reference+`","amount":1000,"currency":"USD","country":"US"},
		"urls":{"ipn":"{shop}","success":"https://shop.example/paid"}}`), 200)
}

func (w *world) klarna(amount int) answer {
	w.Helper()
	token := w.wants(w.post("/v1/vault", `{"reference":"V-{n}","payment":{"method":"klarna","nonce":"fake-valid-nonce"}}`), 200).get("data.payment.token")
	return w.wants(w.post("/v1/charges", fmt.Sprintf(`{"transaction":{"reference":"K-{n}","amount":%d,"currency":"USD","country":"US"},
		"payment":{"method":"klarna","token":%q},"urls":{"ipn":"{shop}"}}`, amount, token)), 200)
}
