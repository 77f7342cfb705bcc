package paymenticon

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paysim/internal/engine"
	"paysim/internal/journal"
	"paysim/internal/provider"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
)

var nine = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func TestTables(t *testing.T) {
	if err := Provider().Check(); err != nil {
		t.Error(err)
	}
}

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

// The document's worked example and the digests that were computed beside it.
func TestDigests(t *testing.T) {
	const (
		stamp   = "1470041886"
		create  = `{"client_ip": "127.0.0.1", "charge_mode": "authorize", "amount": 1000, "currency": "PLN", "success_url": "https://myshop.com/order/success.html", "error_url": "https://myshop.com/order/error.html", "description": "myshop order 123", "payment_without_login_enabled": true}`
		id      = "45158fcc-a33b-4439-b94e-4883f379633d"
		created = `{"wallet_ref":"WLT-001","charge_mode":"authorize","session_id":"45158fcc-a33b-4439-b94e-4883f379633d","status":"created","url":"https://pay.paymenticon.com/process/835f664a-5140-4bb7-9c04-86c68da55484/","created":1467380445,"expires":1467382245,"amount":5,"authorized_amount":0,"currency":"EUR","is_closed":false}`
	)
	for _, tc := range []struct{ name, method, url, stamp, body, dialect, want string }{
		{"worked example", "POST", "https://pay.paymenticon.com/session/" + id, stamp, `{"client_ip":"127.0.0.1","amount":1000,"currency":"PLN","success_url":"https://myshop.com/order/success.html","error_url":"https://myshop.com/order/error.html","description":"order 123"}`, "json", "818d3a296abcd9d2631156548442ee364efe72af7a986dc24b92d2beaa8da0c3"},
		{"create, true", "POST", "https://pay.paymenticon.com/sessions/", stamp, create, "json", "e04d02450066201d2f55d1a7930239dc6e734c5ee3eb26ce4d1ccae7c195c3c5"},
		{"create, True", "POST", "https://pay.paymenticon.com/sessions/", stamp, create, "python", "5b5086fdf1ab692d8d1148159b802e67e8acd7772875e0f66f703b3998874286"},
		{"create, 1", "POST", "https://pay.paymenticon.com/sessions/", stamp, create, "php", "7db53d6c96933aaf7ee3194663d69e1e8f0f4478ad2149e01e9bf16afcbd373c"},
		{"data access, a list", "POST", "https://pay.paymenticon.com/sessions/", stamp, `{"type":"data_access","scopes":["get_transactions","get_confirmation_of_funds","get_wallet_funds"],"client_ip":"127.0.0.1","success_url":"https://myshop.com/order/success.html","error_url":"https://myshop.com/order/error.html","description":"optional description"}`, "json", "1e71f6af3410ad66e9e47fc67cd99a470b3f27c554a46dd9dc9bd9739d7b7e40"},
		{"get", "GET", "https://pay.paymenticon.com/sessions/" + id, stamp, "", "json", "440f91414807a46796bb2f7e491d5663cf0f3b0be9fd861b2545cf5393139e98"},
		{"get with a slash", "GET", "https://pay.paymenticon.com/sessions/" + id + "/", stamp, "", "json", "713689505743096fab12a58fea70722c07d5571bd5aca16339197b7b8f27efcf"},
		{"nested", "POST", "https://pay.paymenticon.com/session/" + id + "/get_transactions/", stamp, `{"page":1,"paginate_by":10,"order_by":"-date","filters":{"currency":"PLN","direction":"incoming","date_from":"2019-08-11T21:20:11","date_to":"2020-01-02T11:11:11"}}`, "json", "25ec8a613c07937d36ee9068f5e64a96e5082d0870d450a2c1f6f0ebdc7194a0"},
		{"withdraw", "POST", "https://pay.paymenticon.com/withdraw/", stamp, `{"wallet_ref":"WLT-001","amount":1000,"currency":"PLN","description":"refund order 123","request_id":"3b573d51-eed3-4871-8480-19e0aef7125a"}`, "json", "1ec2b0917ae2cd9ed059e07dad440efa95ece7f3e9a11ba21284d6de799532b3"},
		{"answer", "POST", "https://pay.paymenticon.com/sessions/", stamp, created, "json", "00aed32dc1f9fcd0f35a4736d846c428c70cbdeb00712a035b74596d7a91bdf1"},
		{"notification", "POST", "https://myshop.com/paymenticon/notify", "", created, "json", "15585a7c71244efc175438e1d889851094fde2a1fc2bf9902c523bf23139f0fa"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := signBody(printedKey, tc.method, tc.url, tc.stamp, []byte(tc.body), dialects[tc.dialect]); got != tc.want {
				t.Errorf("signed %s, want %s", got, tc.want)
			}
		})
	}
}

func TestTheWorkedExampleIsAccepted(t *testing.T) {
	d := newDesk(t, "default")
	d.Lock()
	d.Clock.Freeze(time.Unix(1470041886, 0))
	d.Unlock()
	const body = `{"client_ip": "127.0.0.1", "charge_mode": "authorize", "amount": 1000, "currency": "PLN", "success_url": "https://myshop.com/order/success.html", "error_url": "https://myshop.com/order/error.html", "description": "myshop order 123", "payment_without_login_enabled": true}`
	for name, sum := range map[string]string{
		"true": "e04d02450066201d2f55d1a7930239dc6e734c5ee3eb26ce4d1ccae7c195c3c5",
		"True": "5b5086fdf1ab692d8d1148159b802e67e8acd7772875e0f66f703b3998874286",
		"1":    "7db53d6c96933aaf7ee3194663d69e1e8f0f4478ad2149e01e9bf16afcbd373c",
	} {
		for _, colon := range []string{":", ": ", " : "} {
			w := d.send("POST", "/sessions/", body, func(r *http.Request) {
				r.Header.Set("X-Paymenticon-Time", "1470041886")
				r.Header.Set("Authorization", "hmac WLT-001"+colon+strings.ToUpper(sum))
			})
			if w.Code != http.StatusCreated {
				t.Errorf("boolean as %s: %d %s", name, w.Code, w.Body)
			}
		}
	}
}

func TestAuthorizeThenCapture(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.session(`"charge_mode":"authorize","amount":2500,"description":"A-1"`)
	d.act(s.SessionID, "login", "")
	if got := d.get(s.SessionID); got.Status != "loggedin" || got.Closed {
		t.Errorf("after login %+v", got)
	}
	d.act(s.SessionID, "approve", "")
	if got := d.get(s.SessionID); got.Status != "authorized" || got.Auth != 2500 || got.Closed {
		t.Errorf("after confirming %+v", got)
	}
	if a := d.balance(usualConsumer, "PLN"); a.Booked != 1_000_000 || a.available() != 997_500 {
		t.Errorf("locked: %+v", a)
	}
	if w := d.call("POST", "/sessions/"+s.SessionID+"/capture/", ""); w.Code != http.StatusAccepted || w.Body.Len() != 0 {
		t.Errorf("capture: %d %q", w.Code, w.Body)
	}
	if got := d.get(s.SessionID); got.Status != "captured" || !got.Closed {
		t.Errorf("after capture %+v", got)
	}
	if a := d.balance(d.wallet, "PLN"); a.Booked != 100_002_500 {
		t.Errorf("the merchant has %+v", a)
	}
	for _, again := range []string{"capture", "void"} {
		if w := d.call("POST", "/sessions/"+s.SessionID+"/"+again+"/", ""); w.Code != 400 || d.last().Error != "wrong_state" {
			t.Errorf("%s of a captured session: %d %s", again, w.Code, w.Body)
		}
	}
}

func TestCaptureModeMovesAtOnce(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.session(`"charge_mode":"capture"`)
	if s.Amount != nil {
		t.Errorf("an amount that nobody named is %d", *s.Amount)
	}
	d.act(s.SessionID, "approve", "")
	if got := d.get(s.SessionID); got.Status != "captured" || got.Auth != 1000 || got.Amount != nil || !got.Closed {
		t.Errorf("%+v", got)
	}
}

func TestVoidAndExpiryReleaseTheLock(t *testing.T) {
	d := newDesk(t, "shop")
	for _, how := range []string{"void", "expiry"} {
		s := d.session(`"charge_mode":"authorize","amount":100`)
		d.act(s.SessionID, "approve", "")
		if how == "void" {
			if w := d.call("POST", "/sessions/"+s.SessionID+"/void/", ""); w.Code != 202 {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		} else if _, err := d.MoveClock(t.Context(), d.Tenant, func(now time.Time) (time.Time, error) { return now.Add(lifetime), nil }, engine.AsBefore); err != nil {
			t.Fatal(err)
		}
		if got := d.get(s.SessionID); got.Status != "cancelled" || !got.Closed {
			t.Errorf("%s: %+v", how, got)
		}
		if a := d.balance(usualConsumer, "PLN"); a.Locked != 0 || a.Booked != 1_000_000 {
			t.Errorf("%s: %+v", how, a)
		}
	}
}

func TestP2PPaysTheReceiver(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.session(`"type":"p2p_transfer","receiver_wallet_ref":"WLT-052","charge_mode":"capture","amount":700`)
	d.act(s.SessionID, "approve", "")
	if a := d.balance("WLT-052", "PLN"); a.Booked != 700 {
		t.Errorf("the receiver has %+v", a)
	}
}

func TestTheSystemDeclines(t *testing.T) {
	d := newDesk(t, "shop")
	rich := d.session(`"charge_mode":"capture","amount":99999999`)
	d.act(rich.SessionID, "approve", "")
	if got := d.get(rich.SessionID); got.Status != "declined" || got.Auth != 0 || d.last().Operation != "session.get" {
		t.Errorf("more than the wallet holds: %+v", got)
	}
	told := d.session(`"charge_mode":"capture","amount":5`)
	d.act(told.SessionID, "decline", "fraud_suspected")
	if got := d.get(told.SessionID); got.Status != "declined" || !got.Closed {
		t.Errorf("%+v", got)
	}
}

func TestSessionRefusals(t *testing.T) {
	d := newDesk(t, "shop")
	ok := map[string]any{"client_ip": "127.0.0.1", "currency": "PLN", "charge_mode": "capture", "amount": 5}
	for name, change := range map[string]map[string]any{
		"no client_ip":               {"client_ip": nil},
		"client_ip that is none":     {"client_ip": "here"},
		"no currency":                {"currency": nil},
		"a currency that is none":    {"currency": "pln"},
		"no charge_mode":             {"charge_mode": nil},
		"an unknown charge_mode":     {"charge_mode": "later"},
		"amount zero":                {"amount": 0},
		"amount negative":            {"amount": -5},
		"amount with a fraction":     {"amount": 5.5},
		"amount as text":             {"amount": "5"},
		"an unknown type":            {"type": "gift"},
		"a long description":         {"description": strings.Repeat("ł", 101)},
		"a url that is none":         {"success_url": "order/1"},
		"p2p without a receiver":     {"type": "p2p_transfer"},
		"both login switches":        {"only_registered": true, "payment_without_login_enabled": true},
		"a gateway without the rest": {"initial_gateway": "BLIK"},
		"an unknown gateway":         {"initial_gateway": "BANK", "payment_without_login_enabled": true},
		"data access without scopes": {"type": "data_access"},
		"an unknown scope":           {"type": "data_access", "scopes": []string{"everything"}},
	} {
		body := map[string]any{}
		for k, v := range ok {
			body[k] = v
		}
		for k, v := range change {
			body[k] = v
			if v == nil {
				delete(body, k)
			}
		}
		text, _ := json.Marshal(body)
		if w := d.call("POST", "/sessions/", string(text)); w.Code != 400 || d.read(w).Status != "error" {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	hundred, _ := json.Marshal(map[string]any{"client_ip": "::1", "currency": "EUR", "charge_mode": "authorize", "description": strings.Repeat("ł", 100)})
	if w := d.call("POST", "/sessions/", string(hundred)); w.Code != 201 {
		t.Errorf("a hundred characters: %d %s", w.Code, w.Body)
	}
	if w := d.call("POST", "/sessions/", `{"client_ip":"127.0.0.1","currency":"PLN","charge_mode":"capture","type":"p2p_transfer","receiver_wallet_ref":"WLT-999"}`); w.Code != 404 {
		t.Errorf("an unknown receiver: %d %s", w.Code, w.Body)
	}
	if w := d.call("GET", "/sessions/nothing/", ""); w.Code != 404 {
		t.Errorf("an unknown session: %d", w.Code)
	}
	if w := d.send("GET", "/sessions/nothing/capture/", "", nil); w.Code != 405 || w.Header().Get("Allow") != "POST" {
		t.Errorf("the wget form of capture: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	if got := len(d.Payments(d.Tenant)); got != 1 {
		t.Errorf("refusals left %d sessions behind", got-1)
	}
}

func TestAnotherMerchantsSession(t *testing.T) {
	d := newDesk(t, "default")
	s := d.session(`"charge_mode":"capture","amount":5`)
	d.wallet, d.key = printedWallet, printedKey
	if w := d.call("GET", "/sessions/"+s.SessionID+"/", ""); w.Code != 403 || d.last().Error != "forbidden" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestSignatureRefusalsAreExplainedInTheJournalAlone(t *testing.T) {
	d := newDesk(t, "shop")
	const path, body = "/sessions/", `{"currency":"PLN","client_ip":"127.0.0.1","charge_mode":"capture","amount":5}`
	stamp := strconv.FormatInt(nine.Unix(), 10)
	for _, tc := range []struct{ name, wallet, stamp, sum, note string }{
		{"no header", "", stamp, "", ""},
		{"not hexadecimal", d.wallet, stamp, "zz", ""},
		{"unknown wallet", "XYZ-1", stamp, hmacHex(d.key, "x"), ""},
		{"no time", d.wallet, "", hmacHex(d.key, "x"), ""},
		{"milliseconds", d.wallet, stamp + "000", hmacHex(d.key, "x"), ""},
		{"901 seconds late", d.wallet, strconv.FormatInt(nine.Unix()-901, 10), hmacHex(d.key, "x"), ""},
		{"901 seconds early", d.wallet, strconv.FormatInt(nine.Unix()+901, 10), hmacHex(d.key, "x"), ""},
		{"order as sent", d.wallet, stamp, hmacHex(d.key, "POST"+host+path+stamp+"PLN127.0.0.1capture5"), "by key"},
		{"body as text", d.wallet, stamp, hmacHex(d.key, "POST"+host+path+stamp+body), "as text"},
		{"no slash", d.wallet, stamp, hmacHex(d.key, "POST"+host+"/sessions"+stamp+"5capture127.0.0.1PLN"), "slash"},
		{"no scheme", d.wallet, stamp, hmacHex(d.key, "POSTpay.paymenticon.com"+path+stamp+"5capture127.0.0.1PLN"), "scheme"},
		{"another host", d.wallet, stamp, hmacHex(d.key, "POSThttp://localhost"+path+stamp+"5capture127.0.0.1PLN"), "localhost"},
		{"no time in the text", d.wallet, stamp, hmacHex(d.key, "POST"+host+path+"5capture127.0.0.1PLN"), "time is left out"},
		{"the default tenant's key", d.wallet, stamp, hmacHex("apikey-default", "POST"+host+path+stamp+"5capture127.0.0.1PLN"), "key is that of WLT-default"},
		{"nonsense", d.wallet, stamp, hmacHex("x", "y"), "no common mistake"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := d.send("POST", path, body, func(r *http.Request) {
				r.Header.Set("X-Paymenticon-Time", tc.stamp)
				if tc.wallet != "" {
					r.Header.Set("Authorization", "hmac "+tc.wallet+":"+tc.sum)
				}
			})
			if want := `{"status":"error","message":"Unauthorized"}`; w.Code != 401 || w.Body.String() != want {
				t.Errorf("%d %s, want 401 %s", w.Code, w.Body, want)
			}
			if tc.note != "" && !strings.Contains(strings.Join(d.last().Notes, "\n"), tc.note) {
				t.Errorf("the journal does not say %q: %q", tc.note, d.last().Notes)
			}
		})
	}
	for _, off := range []int64{-900, 900} {
		stamp := strconv.FormatInt(nine.Unix()+off, 10)
		w := d.send("POST", path, body, func(r *http.Request) {
			r.Header.Set("X-Paymenticon-Time", stamp)
			r.Header.Set("Authorization", "hmac "+d.wallet+":"+hmacHex(d.key, "POST"+host+path+stamp+"5capture127.0.0.1PLN"))
		})
		if w.Code != 201 {
			t.Errorf("%d seconds off: %d %s", off, w.Code, w.Body)
		}
	}
}

func TestURLsThatFit(t *testing.T) {
	d := newDesk(t, "shop")
	stamp := strconv.FormatInt(nine.Unix(), 10)
	for _, url := range []string{
		"http://127.0.0.1:4010/paymenticon/withdraw/x/", "https://127.0.0.1:4010/paymenticon/withdraw/x/", "https://pay.paymenticon.com/withdraw/x/",
		"http://127.0.0.1:4010/paymenticon/withdraw/x/?a=1",
	} {
		w := d.send("GET", "/paymenticon/withdraw/x/?a=1", "", func(r *http.Request) {
			r.Host = "127.0.0.1:4010"
			r.Header.Set("X-Paymenticon-Time", stamp)
			r.Header.Set("Authorization", "hmac "+d.wallet+":"+hmacHex(d.key, "GET"+url+stamp))
		})
		if w.Code != 404 {
			t.Errorf("signed as %s: %d %s", url, w.Code, w.Body)
		}
		d.verify("GET", url, stamp, w.Body.String())
	}
}

// shop is a merchant's confirmation URL.
type shop struct {
	*httptest.Server
	status atomic.Int64
	mutex  sync.Mutex
	heard  []heard
}

type heard struct{ auth, time, body string }

func newShop(t *testing.T) *shop {
	s := &shop{}
	s.status.Store(http.StatusOK)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		s.mutex.Lock()
		defer s.mutex.Unlock()
		s.heard = append(s.heard, heard{r.Header.Get("Authorization"), r.Header.Get("X-Paymenticon-Time"), string(b)})
		w.WriteHeader(int(s.status.Load()))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *shop) all() []heard {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.heard)
}

// advance moves the clock and waits for what is due then.
func (d *desk) advance(by time.Duration) {
	d.t.Helper()
	if _, err := d.MoveClock(d.t.Context(), d.Tenant, func(now time.Time) (time.Time, error) { return now.Add(by), nil }, engine.AsBefore); err != nil {
		d.t.Fatal(err)
	}
}

func TestNotifications(t *testing.T) {
	d, to := newDesk(t, "shop"), newShop(t)
	d.Configure(d.Tenant, "paymenticon", map[string]any{"notification_url": to.URL + "/notify"})
	to.status.Store(http.StatusNoContent) // not 200: does not count
	s := d.session(`"charge_mode":"capture","amount":5`)
	d.act(s.SessionID, "approve", "")
	d.advance(0)
	got := to.all()
	if len(got) != 2 || !strings.Contains(got[0].body, `"status":"loggedin"`) || !strings.Contains(got[1].body, `"status":"captured"`) {
		t.Fatalf("heard %+v", got)
	}
	for _, h := range got {
		if h.time != "" || strings.Contains(h.body, "_signature") {
			t.Errorf("a notification names a time or is sealed: %+v", h)
		}
		if want := "hmac " + d.wallet + ":" + signed(t, d.key, "POST", to.URL+"/notify", "", h.body); h.auth != want {
			t.Errorf("authorized %s, want %s", h.auth, want)
		}
	}
	d.advance(72 * time.Hour)
	d.Lock()
	defer d.Unlock()
	for _, w := range d.Outbox.All() {
		if len(w.Attempts) != 12 || w.State != webhook.Failed {
			t.Errorf("%s: %d attempts, %s", w.Event, len(w.Attempts), w.State)
		}
	}
}

func TestOnlyTheTwelfthTryIsTheLast(t *testing.T) {
	for _, code := range []int{201, 204, 302, 404, 500} {
		d, to := newDesk(t, "shop"), newShop(t)
		d.Configure(d.Tenant, "paymenticon", map[string]any{"notification_url": to.URL})
		to.status.Store(int64(code))
		d.act(d.session(`"charge_mode":"capture","amount":5`).SessionID, "cancel", "")
		for _, wait := range webhooks.Ladder[:10] {
			d.advance(wait)
		}
		to.status.Store(http.StatusOK)
		d.advance(72 * time.Hour)
		d.Lock()
		if w := d.Outbox.All()[0]; len(w.Attempts) != 12 || w.State != webhook.Delivered {
			t.Errorf("after %d eleven times: %d attempts, %s", code, len(w.Attempts), w.State)
		}
		d.Unlock()
	}
}

func TestNotificationSealed(t *testing.T) {
	d, to := newDesk(t, "shop"), newShop(t)
	s := d.session(`"charge_mode":"capture","amount":5`)
	d.Configure(d.Tenant, "paymenticon", map[string]any{"notification_url": to.URL, "notification_signature": true, "signature_dialect": "python"})
	d.act(s.SessionID, "cancel", "")
	d.advance(0)
	h := to.all()[0]
	bare, sealed, ok := strings.Cut(h.body, `,"_signature":"`)
	bare += "}"
	want := hmacHex(d.key, "POST"+to.URL+strings.ReplaceAll(flattened(t, bare), "true", "True"))
	if !ok || strings.TrimSuffix(sealed, `"}`) != want || h.auth != "hmac "+d.wallet+":"+want {
		t.Errorf("%+v, want %s", h, want)
	}
}

func TestPayerData(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.session(`"charge_mode":"authorize","amount":5`)
	paths := []string{"data/", "data/stats/", "documents/"}
	for _, p := range paths {
		if w := d.call("GET", "/sessions/"+s.SessionID+"/"+p, ""); w.Code != 403 {
			t.Errorf("%s before login: %d", p, w.Code)
		}
	}
	d.act(s.SessionID, "login", "")
	for _, p := range paths {
		if w := d.call("GET", "/sessions/"+s.SessionID+"/"+p, ""); w.Code != 200 {
			t.Errorf("%s: %d %s", p, w.Code, w.Body)
		}
	}
	var docs wireDocuments
	json.Unmarshal(d.call("GET", "/sessions/"+s.SessionID+"/documents/", "").Body.Bytes(), &docs)
	path := strings.TrimPrefix(docs.Documents[0].FileURL, host)
	if w := d.call("GET", path, ""); w.Code != 200 || w.Header().Get("Content-Type") != "image/png" || !strings.HasPrefix(w.Body.String(), "\x89PNG") {
		t.Errorf("the document: %d %s", w.Code, w.Header())
	}
	if w := d.call("GET", "/sessions/"+s.SessionID+"/document/x/", ""); w.Code != 404 {
		t.Errorf("an unknown document: %d", w.Code)
	}
}

func TestRequestIDMovesMoneyOnce(t *testing.T) {
	d := newDesk(t, "shop")
	body := func(amount int) string {
		return fmt.Sprintf(`{"wallet_ref":"WLT-100","amount":%d,"currency":"PLN","description":"back","request_id":"r-1"}`, amount)
	}
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if w := d.call("POST", "/withdraw/", body(100+i%2)); w.Code != 202 || d.read(w).Status != "success" {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
	wg.Wait()
	if a := d.balance("WLT-100", "PLN"); a.Booked != 1_000_100 && a.Booked != 1_000_101 {
		t.Errorf("after twenty times the same request_id: %+v", a)
	}
	if w := d.call("GET", "/withdraw/r-1/", ""); w.Code != 202 || d.read(w).Message != successText {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w := d.call("POST", "/withdraw/", `{"wallet_ref":"WLT-100","amount":999999999,"currency":"PLN","description":"back","request_id":"r-2"}`)
	if w.Code != 202 || d.read(w).Status != "error" {
		t.Errorf("more than the merchant has: %d %s", w.Code, w.Body)
	}
	if w := d.call("POST", "/withdraw/", `{"wallet_ref":"WLT-404","amount":1,"currency":"PLN","description":"back","request_id":"r-3"}`); w.Code != 404 {
		t.Errorf("an unknown wallet: %d", w.Code)
	}
	if w := d.call("GET", "/withdraw/r-3/", ""); w.Code != 404 {
		t.Errorf("a refused withdrawal is remembered: %d", w.Code)
	}
}

func TestVouchers(t *testing.T) {
	d := newDesk(t, "shop")
	const body = `{"amount":1000,"currency":"PLN","description":"gift","voucher_width":400,"set_pin":true,"request_id":"r-1"}`
	first := d.call("POST", "/withdraw-anonymously/", body)
	again := d.call("POST", "/withdraw-anonymously/", body)
	if first.Code != 201 || again.Code != 200 || first.Body.String() != again.Body.String() {
		t.Errorf("%d %s, then %d %s", first.Code, first.Body, again.Code, again.Body)
	}
	var made wireNewWallet
	json.Unmarshal(first.Body.Bytes(), &made)
	if a := d.balance(made.WalletRef, "PLN"); a.Booked != 1000 {
		t.Errorf("the new wallet has %+v", a)
	}
	if len(made.Voucher.PIN) != 4 || len(made.Voucher.Label) != 4 {
		t.Errorf("%+v", made.Voucher)
	}
	image := strings.TrimPrefix(made.Voucher.URL, host)
	if w := d.send("GET", image, "", nil); w.Code != 200 || w.Header().Get("Content-Type") != "image/png" {
		t.Errorf("the picture: %d", w.Code)
	}
	if _, err := d.MoveClock(t.Context(), d.Tenant, func(time.Time) (time.Time, error) { return time.Unix(made.Voucher.URLExpires+1, 0), nil }, engine.AsBefore); err != nil {
		t.Fatal(err)
	}
	if w := d.send("GET", image, "", nil); w.Code != 404 {
		t.Errorf("the picture after its time: %d", w.Code)
	}
	if w := d.call("POST", "/withdraw-anonymously/", strings.Replace(strings.Replace(body, "1000", "50000", 1), "r-1", "r-2", 1)); w.Code != 400 || d.last().Error != "limit_exceeded" {
		t.Errorf("above the limit: %d %s", w.Code, w.Body)
	}
	if w := d.call("POST", "/wallet/", `{"voucher_width":200,"set_pin":false,"request_id":"r-1"}`); w.Code != 201 || !strings.Contains(w.Body.String(), `"pin":""`) {
		t.Errorf("an empty wallet: %d %s", w.Code, w.Body)
	}
	for _, look := range []string{`{"id_type":"voucher_id","id":"dcf411c480d740ce729f3f2e"}`, `{"id_type":"manual_number","id":"100200300123"}`} {
		if w := d.call("POST", "/wallet/voucher/get/", look); w.Code != 200 || !strings.Contains(w.Body.String(), `"label":"*123","voucher_type":"voucher","is_active":true,"wallet_ref":"WLT-100"`) {
			t.Errorf("%s: %d %s", look, w.Code, w.Body)
		}
	}
	if got := d.last().Request.Body; strings.Contains(got, "100200300123") {
		t.Errorf("the journal shows a voucher's number: %s", got)
	}
}

func TestAccountData(t *testing.T) {
	d := newDesk(t, "shop")
	w := d.call("POST", "/sessions/", `{"type":"data_access","scopes":["get_transactions","get_confirmation_of_funds","get_wallet_funds"],"client_ip":"127.0.0.1"}`)
	s := d.read(w)
	if w.Code != 201 || s.Status != "created" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	funds := "/session/" + s.SessionID + "/get_confirmation_of_funds/"
	if w := d.call("POST", funds, `{"amount":1,"currency":"PLN"}`); w.Code != 403 {
		t.Errorf("before the consumer accepts: %d", w.Code)
	}
	d.act(s.SessionID, "approve", "")
	for amount, want := range map[int]bool{1_000_000: true, 1_000_001: false} {
		w := d.call("POST", funds, fmt.Sprintf(`{"amount":%d,"currency":"PLN"}`, amount))
		if w.Code != 200 || !strings.Contains(w.Body.String(), fmt.Sprintf(`"funds_available":%v`, want)) {
			t.Errorf("%d: %d %s", amount, w.Code, w.Body)
		}
	}
	if w := d.call("POST", "/session/"+s.SessionID+"/get_wallet_funds/", ""); !strings.Contains(w.Body.String(), `"available_funds":{"EUR":1000000,"GBP":1000000,"PLN":1000000}`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for i := range 3 {
		d.call("POST", "/withdraw/", fmt.Sprintf(`{"wallet_ref":"WLT-100","amount":%d,"currency":"EUR","description":"n%d","request_id":"r%d"}`, 300-i*100, i, i))
	}
	list := func(body string) wireTransactions {
		var out wireTransactions
		w := d.call("POST", "/session/"+s.SessionID+"/get_transactions/", body)
		if w.Code != 200 {
			t.Fatalf("%s: %d %s", body, w.Code, w.Body)
		}
		json.Unmarshal(w.Body.Bytes(), &out)
		return out
	}
	page := list(`{"page":2,"paginate_by":1,"order_by":"amount","filters":{"currency":"EUR","direction":"incoming","date_from":"2026-03-01T00:00:00"}}`)
	if page.Pagination != (wirePagination{PaginateBy: 1, Page: 2, Total: 4, Previous: 1, Next: 3}) || len(page.Transactions) != 1 || page.Transactions[0].Amount != 200 {
		t.Errorf("%+v", page)
	}
	if all := list(""); all.Pagination.Total != 6 || all.Pagination.PaginateBy != 10 {
		t.Errorf("%+v", all.Pagination)
	}
	if w := d.call("POST", "/session/"+s.SessionID+"/get_transactions/", `{"order_by":"colour"}`); w.Code != 400 {
		t.Errorf("an order that is none: %d", w.Code)
	}
	if _, err := d.MoveClock(t.Context(), d.Tenant, func(now time.Time) (time.Time, error) { return now.Add(lifetime), nil }, engine.AsBefore); err != nil {
		t.Fatal(err)
	}
	if got := d.get(s.SessionID); got.Status != "data_access_accepted" || !got.Closed {
		t.Errorf("after its time: %+v", got)
	}
	if w := d.call("POST", "/session/"+s.SessionID+"/get_wallet_funds/", ""); w.Code != 403 || d.last().Error != "scope_not_granted" {
		t.Errorf("after its time: %d", w.Code)
	}
}

func TestThePage(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.session(`"charge_mode":"authorize","success_url":"https://shop.test/ok","error_url":"https://shop.test/no","payment_without_login_enabled":true`)
	has := func(w *httptest.ResponseRecorder, status int, wants ...string) {
		t.Helper()
		if w.Code != status {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		for _, want := range wants {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s is not in\n%s", want, w.Body)
			}
		}
	}
	view := func(path string) *httptest.ResponseRecorder { return d.send("GET", path, "", nil) }
	path := strings.TrimPrefix(s.URL, host)
	has(view(path), 200, `"event":"session_started"`, "Log in to your wallet", "action-gateway:BLIK")
	has(view(path+"%7Clang=pl"), 200, "Zaloguj", `lang="pl"`)
	has(view("/process/"+s.SessionID+"/"), 200, "session_started")
	has(view("/v2/iframe"), 200, "location.hash")
	has(d.page(s, "action=login&wallet=WLT-999&password=x"), 200, "do not know this wallet")
	has(d.page(s, "action=login&wallet=john.doe@example.com&password=x"), 200, `"event":"user_logged_in"`, "Confirm the payment", "input-amount")
	has(d.page(s, "action=confirm&amount=abc"), 200, "above zero")
	has(d.page(s, "action=confirm&amount=12,5"), 200, `"event":"session_succeeded"`, "https://shop.test/ok")
	if got := d.get(s.SessionID); got.Status != "authorized" || got.Auth != 1250 {
		t.Errorf("%+v", got)
	}
	has(d.page(s, "action=confirm&amount=99"), 200, "Payment confirmed")
	if got := d.get(s.SessionID); got.Auth != 1250 {
		t.Errorf("a second confirmation changed it: %+v", got)
	}
	has(d.page(s, "action=steal"), 400)
	has(view("/process/nothing"), 404, "There is no payment")
	has(view("/process/nothing/%7Clang=pl"), 404, "Pod tym adresem")
}

func TestThePageWithoutLogin(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.session(`"charge_mode":"capture","amount":500,"payment_without_login_enabled":true,"initial_gateway":"BLIK"`)
	if w := d.page(s, "action=pay&code=12"); !strings.Contains(w.Body.String(), "six digits") {
		t.Errorf("a short code: %s", w.Body)
	}
	d.page(s, "action=pay&code=123456")
	if got := d.get(s.SessionID); got.Status != "captured" || got.Auth != 500 {
		t.Errorf("%+v", got)
	}
	if w := d.call("GET", "/sessions/"+s.SessionID+"/data/", ""); w.Code != 403 {
		t.Errorf("payer data of nobody: %d", w.Code)
	}
	bank := d.session(`"charge_mode":"capture","amount":500,"payment_without_login_enabled":true`)
	if w := d.page(bank, "action=gateway:MBANK"); !strings.Contains(w.Body.String(), "user_redirected") {
		t.Errorf("%s", w.Body)
	}
	d.page(bank, "action=decline")
	if got := d.get(bank.SessionID); got.Status != "declined" {
		t.Errorf("%+v", got)
	}
	large := d.session(`"charge_mode":"capture","amount":50001,"payment_without_login_enabled":true`)
	d.act(large.SessionID, "pay_without_login", "")
	if got := d.get(large.SessionID); got.Status != "declined" {
		t.Errorf("above the anonymous limit: %+v", got)
	}
}

func TestThePageBelongsToOneAddress(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.read(d.call("POST", "/sessions/", `{"client_ip":"203.0.113.9","currency":"PLN","charge_mode":"capture","amount":5}`))
	path := strings.TrimPrefix(s.URL, host)
	if w := d.send("GET", path, "", nil); w.Code != 403 || !strings.Contains(w.Body.String(), "session_error") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := d.page(s, "action=login&wallet=WLT-100&password=x"); w.Code != 403 || d.get(s.SessionID).Status != "created" {
		t.Errorf("%d", w.Code)
	}
	d.Configure(d.Tenant, "paymenticon", map[string]any{"trust_forwarded_for": true})
	if w := d.send("GET", path, "", func(r *http.Request) { r.Header.Set("X-Forwarded-For", "203.0.113.9, 10.0.0.1") }); w.Code != 200 {
		t.Errorf("through a trusted proxy: %d", w.Code)
	}
	d.Configure(d.Tenant, "paymenticon", map[string]any{"ignore_client_ip": true, "trust_forwarded_for": false})
	if w := d.send("GET", path, "", nil); w.Code != 200 {
		t.Errorf("with the switch: %d", w.Code)
	}
}

func TestVoucherSession(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.session(`"charge_mode":"capture","amount":5,"voucher_id":"dcf411c480d740ce729f3f2e"`)
	d.page(s, "action=login&pin=0000")
	if got := d.get(s.SessionID); got.Status != "created" {
		t.Errorf("with a wrong PIN: %+v", got)
	}
	d.page(s, "action=login&pin=1457")
	if got := d.get(s.SessionID); got.Status != "loggedin" {
		t.Errorf("with the right PIN: %+v", got)
	}
}

func TestFiftyCapturesAtOnce(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.session(`"charge_mode":"authorize","amount":100`)
	d.act(s.SessionID, "approve", "")
	var wg sync.WaitGroup
	codes := make(chan int, 50)
	for i := range 50 {
		wg.Go(func() {
			codes <- d.call("POST", "/sessions/"+s.SessionID+"/"+[]string{"capture", "void"}[i%2]+"/", "").Code
		})
	}
	wg.Wait()
	close(codes)
	won := 0
	for c := range codes {
		if c == 202 {
			won++
		}
	}
	if won != 1 {
		t.Errorf("%d won", won)
	}
}
