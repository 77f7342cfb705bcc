package paymenticon

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"paysim/internal/machine"
)

// payment and access are sessions as they are asked for; what leads a session
// to a state is a list of actions, buttons ("page:…"), calls ("api:…") and
// durations.
const (
	payment = `{"client_ip":"127.0.0.1","currency":"PLN","charge_mode":"authorize","amount":700,"payment_without_login_enabled":true}`
	access  = `{"client_ip":"127.0.0.1","type":"data_access","scopes":["get_transactions","get_confirmation_of_funds","get_wallet_funds"]}`
)

var states = []struct {
	name, ask, way string
	closed         bool
	// What is possible, of everything that could be tried.
	calls, buttons, actions string
}{
	{"created", payment, "", false, "", "login gateway decline cancel expire close", "login approve pay_without_login decline cancel abandon expire"},
	{"loggedin", payment, "login", false, "data documents", "confirm decline cancel expire close", "approve decline cancel abandon expire"},
	{"authorized", payment, "approve", false, "capture void data documents", "", "expire"},
	{"authorized", payment, "pay_without_login", false, "capture void", "", "expire"},
	{"captured", payment, "approve api:capture", true, "data documents", "", ""},
	{"cancelled", payment, "approve api:void", true, "data documents", "", ""},
	{"cancelled", payment, "cancel", true, "", "", ""},
	{"cancelled", payment, "login page:cancel", true, "data documents", "", ""},
	{"cancelled", payment, "approve 30m", true, "data documents", "", ""},
	{"cancelled", payment, "30m", true, "", "", ""},
	{"declined", payment, "decline", true, "", "", ""},
	{"declined", payment, "login page:decline:limit_exceeded", true, "data documents", "", ""},
	{"created", access, "", false, "", "login reject cancel expire close", "login approve decline cancel abandon expire"},
	{"created", access, "login", false, "data documents", "login accept reject cancel expire close", "login approve decline cancel abandon expire"},
	{"data_access_accepted", access, "approve", false, "data documents funds", "", "expire"},
	{"data_access_accepted", access, "approve 30m", true, "data documents", "", ""},
	{"data_access_rejected", access, "login page:reject", true, "data documents", "", ""},
	{"canceled", access, "cancel", true, "", "", ""},
	{"canceled", access, "30m", true, "", "", ""},
}

// lead makes a session and takes it where way leads.
func (d *desk) lead(ask, way string) answer {
	d.t.Helper()
	s := d.read(d.call("POST", "/sessions/", ask))
	for _, step := range strings.Fields(way) {
		if by, err := time.ParseDuration(step); err == nil {
			d.advance(by)
		} else if button, ok := strings.CutPrefix(step, "page:"); ok {
			d.page(s, "action="+button)
		} else if name, ok := strings.CutPrefix(step, "api:"); ok {
			d.call("POST", "/sessions/"+s.SessionID+"/"+name+"/", "")
		} else {
			d.act(s.SessionID, step, "")
		}
	}
	return s
}

// TestEveryOperationInEveryState: what is legal works, and all else is refused
// and changes nothing, whether the merchant asks, the consumer presses or the
// payer acts.
func TestEveryOperationInEveryState(t *testing.T) {
	for _, st := range states {
		t.Run(st.name+" by "+st.way, func(t *testing.T) {
			at := func() (*desk, answer) {
				d := newDesk(t, "shop")
				s := d.lead(st.ask, st.way)
				if got := d.get(s.SessionID); got.Status != st.name || got.Closed != st.closed {
					t.Fatalf("%s leads to %+v", st.way, got)
				}
				return d, s
			}
			for name, of := range calls {
				d, s := at()
				was := d.snapshot()
				w := d.call(of.method, "/sessions/"+s.SessionID+of.path, "")
				if slices.Contains(strings.Fields(st.calls), name) {
					if w.Code >= 300 {
						t.Errorf("%s: %d %s", name, w.Code, w.Body)
					}
					continue
				}
				want := http.StatusForbidden
				if name == "capture" || name == "void" {
					want = http.StatusBadRequest
				}
				if w.Code != want || d.read(w).Status != "error" {
					t.Errorf("%s: %d %s, want %d", name, w.Code, w.Body, want)
				}
				d.unchanged(was, name)
			}
			for name := range steps {
				d, s := at()
				was := d.snapshot()
				button := name
				if name == "gateway" {
					button += ":MBANK"
				}
				w := d.page(s, "action="+button+"&wallet=WLT-101&password=x&code=123456")
				if w.Code != 200 {
					t.Errorf("the button %s: %d %s", name, w.Code, w.Body)
				}
				if legal := slices.Contains(strings.Fields(st.buttons), name); !legal || name == "close" {
					d.unchanged(was, "the button "+name)
				} else if d.snapshot() == was {
					t.Errorf("the button %s does nothing", name)
				}
			}
			for _, a := range actions {
				d, s := at()
				was := d.snapshot()
				err := d.Act(d.Tenant, "paymenticon", s.SessionID, a.Name, "")
				legal := slices.Contains(strings.Fields(st.actions), a.Name)
				var illegal *machine.IllegalError
				if legal != (err == nil) || !legal && !errors.As(err, &illegal) {
					t.Errorf("the action %s: %v", a.Name, err)
				}
				if !legal || a.Name == "abandon" {
					d.unchanged(was, "the action "+a.Name)
				}
				for _, p := range d.Payments(d.Tenant) {
					if !legal && slices.Contains(p.Actions, a.Name) {
						t.Errorf("the payments list names %s", a.Name)
					}
				}
			}
		})
	}
}

// calls are the merchant's about a session, by a name for what they need.
var calls = map[string]struct{ method, path string }{
	"capture": {"POST", "/capture/"}, "void": {"POST", "/void/"}, "data": {"GET", "/data/"}, "documents": {"GET", "/documents/"}, "funds": {"POST", "/get_wallet_funds/"},
}

func (d *desk) snapshot() string {
	d.Lock()
	defer d.Unlock()
	rows, err := d.DB.Snapshot()
	if err != nil {
		d.t.Fatal(err)
	}
	return fmt.Sprintf("%s%d timers, %d notifications", rows, d.Due.Len(), len(d.Outbox.All()))
}

func (d *desk) unchanged(was, by string) {
	d.t.Helper()
	if now := d.snapshot(); now != was {
		d.t.Errorf("%s changes the world from\n%s\nto\n%s", by, was, now)
	}
}

// TestEverybodyAgrees follows sessions along every way and compares what the
// merchant reads, what the merchant was told last, and what is on the books.
func TestEverybodyAgrees(t *testing.T) {
	d, to := newDesk(t, "shop"), newShop(t)
	d.Configure(d.Tenant, "paymenticon", map[string]any{"notification_url": to.URL})
	made := []answer{}
	for _, st := range states {
		made = append(made, d.lead(st.ask, st.way))
		d.advance(0)
		told := map[string]string{}
		for _, h := range to.all() {
			var a answer
			json.Unmarshal([]byte(h.body), &a)
			told[a.SessionID] = strings.TrimSuffix(h.body, "}")
		}
		var locked, spent int64
		for _, s := range made {
			read, _, _ := strings.Cut(d.call("GET", "/sessions/"+s.SessionID+"/", "").Body.String(), `,"_signature"`)
			now := d.get(s.SessionID)
			if last := told[s.SessionID]; last != read && !(now.Closed && now.Status == "data_access_accepted") && last != "" || last == "" && now.Status != "created" {
				t.Errorf("the merchant reads\n%s\nand was told\n%s", read, last)
			}
			switch now.Status {
			case "authorized":
				locked += now.Auth
			case "captured":
				spent += now.Auth
			}
		}
		consumer, bank, merchant := d.balance(usualConsumer, "PLN"), d.balance(outside, "PLN"), d.balance(d.wallet, "PLN")
		if consumer.Locked+bank.Locked != locked || merchant.Booked != 100_000_000+spent || consumer.Booked != 1_000_000-spent {
			t.Errorf("after %s: %d locked and %d spent, and on the books are %+v, %+v and %+v", st.way, locked, spent, consumer, bank, merchant)
		}
	}
}
