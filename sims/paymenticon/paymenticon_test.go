package paymenticon

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"paysim/internal/engine"
)

func TestTables(t *testing.T) {
	if err := Provider().Check(); err != nil {
		t.Error(err)
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
