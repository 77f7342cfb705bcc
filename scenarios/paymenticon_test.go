package scenarios_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"paysim/sims/paymenticon"
)

// paymenticonDesk pays consumers out, which a request_id protects, and asks them
// for sessions, which Paymenticon knows by its own id alone.
var paymenticonDesk = desk{
	provider: paymenticon.Provider,
	settings: `{"notification_url": %q}`,
	prove: func(t *till) func(*http.Request, string) {
		return func(r *http.Request, body string) {
			now := fmt.Sprint(t.now().Unix())
			r.Header.Set("X-Paymenticon-Time", now)
			r.Header.Set("Authorization", hmacOf(r.Method+r.URL.String()+now, body))
		}
	},
	state: func(r reply) string {
		if !accepted(r) {
			return "" // refusals have a status too
		}
		switch r.get("status") {
		case "success", "captured":
			return paid
		case "authorized":
			return held
		case "created", "loggedin":
			return waiting
		case "error", "cancelled", "declined":
			return refused
		}
		if r.code == http.StatusAccepted && r.body == "" {
			return paid // a capture says no more
		}
		return ""
	},
	charge: func(t *till, reference string) (reply, error) {
		return t.call("POST", "/withdraw/", fmt.Sprintf(`{"wallet_ref":"WLT-100","amount":%d,"currency":"PLN","description":%q,"request_id":%q}`, total, reference, reference))
	},
	find: func(t *till, reference string) string { return t.says(t.call("GET", "/withdraw/"+reference+"/", "")) },
	hold: func(t *till) (reply, error) {
		r, err := t.session(fmt.Sprintf(`"amount":%d,"charge_mode":"authorize"`, total))
		t.pays()
		return r, err
	},
	take: func(t *till, _ string) (reply, error) { return t.call("POST", "/sessions/"+t.id+"/capture/", "") },
	void: func(t *till, _ string) (reply, error) { return t.call("POST", "/sessions/"+t.id+"/void/", "") },
	open: func(t *till, _ string) (reply, error) {
		return t.session(fmt.Sprintf(`"amount":%d,"charge_mode":"capture"`, total))
	},
	look:    func(t *till) string { return t.says(t.call("GET", "/sessions/"+t.id+"/", "")) },
	forms:   []string{"action=login&wallet=WLT-100&password=password", "action=confirm"},
	genuine: func(t *till, n ipn) bool { return n.header.Get("Authorization") == hmacOf("POST"+t.notify, n.body) },
	told: func(n ipn) string {
		return map[string]string{"captured": paid, "authorized": held}[n.get("status")]
	},
	text:   func(n ipn) string { return n.body },
	sold:   `"status":"captured"`,
	amount: "amount",
	key:    func(n ipn) string { return n.get("session_id") + " " + n.get("status") },
}

// hmacOf signs as Paymenticon's document says: what stands in front, and the
// body's values by the order of their keys.
func hmacOf(head, body string) string {
	var values map[string]any
	d := json.NewDecoder(bytes.NewReader([]byte(body)))
	d.UseNumber()
	d.Decode(&values)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if v := values[name]; v != nil {
			head += fmt.Sprint(v) // nothing here is nested
		}
	}
	mac := hmac.New(sha256.New, []byte("apikey-shop"))
	mac.Write([]byte(head))
	return "hmac WLT-shop:" + hex.EncodeToString(mac.Sum(nil))
}

func (t *till) session(members string) (reply, error) {
	r, err := t.call("POST", "/sessions/", fmt.Sprintf(`{"client_ip":"127.0.0.1","currency":"PLN","description":%q,%s}`, order, members))
	t.id = r.get("session_id")
	return r, err
}

// pays is the consumer at the session's page.
func (t *till) pays() {
	t.Helper()
	if err := t.engine.Act(t.tenant, "paymenticon", t.id, "approve", ""); err != nil {
		t.Fatal(err)
	}
}

// anyAmount lets the consumer say how much, and looks at the status alone.
func anyAmount(t *till) {
	t.sure(t.session(`"charge_mode":"capture"`))
	t.settle(t.wait(t.looking, time.Hour))
}

func paymenticonStories() map[string]story {
	d := &paymenticonDesk
	out := d.usual("refunded", insists)
	out["declined-then-paid"] = d.tells(sameAgain, "refunded 0", anotherCard)
	out["session-answer-lost"] = d.tells(func(t *till) {
		if _, err := t.at.open(t, order); err != nil {
			t.close()
			return
		}
		t.pays()
	}, "captured 0", func(t *till) {
		r, err := t.at.open(t, order)
		for err != nil || !accepted(r) {
			r, err = t.at.open(t, order) // the first one ends by itself, unpaid: nobody has its page
		}
		t.pays()
		t.settle(t.looking())
		t.pass(time.Hour)
	})
	out["decided-later"] = d.tells(tooFast, "shipped without money", looksLater)
	out["signature-refused"] = d.tells(takesOnce, "captured 0", takesAgain)
	out["capture-refused"] = d.tells(shipsFirst, "shipped without money", takesAgain)
	out["capture-answer-lost"] = d.tells(takesTwice, "kept money and shipped nothing", looksThen)
	out["capture-races-void"] = d.tells(voidAndTake(anything), "the books say 2 ends", voidAndTake(accepted))
	out["authorization-lapses"] = d.tells(lateTaker(31*time.Minute), "shipped without money", earlyTaker(31*time.Minute))
	out["underpaid"] = d.tells(anyAmount, "captured 1000", looksLater)

	take := func(t *till) { t.holds(); t.sure(t.at.take(t, "")) }
	out["webhook-first"] = d.tells(overtaken(take), "kept money and shipped nothing", ready(take))
	out["webhook-twice"] = d.tells(eager, "shipped 2 times", remembers)
	out["webhook-retried"] = d.tells(chokes, "2 webhooks, 1 acknowledged", remembers)
	out["webhook-never"] = d.tells(onlyListens, "kept money and shipped nothing", looksLater)
	out["webhook-late"] = d.tells(impatientListener, "kept money and shipped nothing", remembers)
	out["webhook-out-of-order"] = d.tells(lastWord, "kept money and shipped nothing", asksAtEach)
	out["webhook-forged"] = d.tells(trusts(func(_ *till, n ipn) bool { return n.header.Get("Authorization") != "" }), "acted on", trusts(d.genuine))
	out["webhook-unsigned"] = d.tells(trusts(func(t *till, n ipn) bool { return n.header.Get("Authorization") == "" || d.genuine(t, n) }), "acted on", trusts(d.genuine))
	out["webhook-other-amount"] = d.tells(weighs(false), "another amount", weighs(true))
	out["odd-webhook"] = d.tells(searches, "kept money and shipped nothing", remembers)
	out["receiver-down"] = d.tells(deaf(opensOnly), "kept money and shipped nothing", deaf(looksLater))
	out["page-abandoned"] = d.tells(onlyListens, "the order never ended", looksLater)
	out["payer-declined"] = d.tells(onlyListens, "the order never ended", looksLater)
	out["forged-return"] = d.tells(tooFast, "shipped without money", looksLater)
	out["paid-late"] = d.tells(looksSoon, "kept money and shipped nothing", looksLater)
	return out
}
