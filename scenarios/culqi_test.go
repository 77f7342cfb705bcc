package scenarios_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"paysim/sims/culqi"
)

// culqiDesk charges tokens of cards and asks for cash orders. What the shop
// calls a charge stands in its metadata; the token is what Culqi takes once.
var culqiDesk = desk{
	provider: culqi.Provider,
	settings: `{"webhooks": {"*": %q}, "webhook_basic_auth": "shop:secret", "strict_3ds": true}`,
	prove: func(*till) func(*http.Request, string) {
		return func(r *http.Request, _ string) {
			key := "sk_test_shop"
			if r.Method == "POST" && strings.HasSuffix(r.URL.Path, "/tokens") {
				key = "pk_test_shop"
			}
			r.Header.Set("Authorization", "Bearer "+key)
		}
	},
	state: func(r reply) string {
		switch {
		case r.get("action_code") == "REVIEW":
			return waiting
		case r.get("type") == "card_error", r.get("object") == "charge" && r.get("outcome.type") != "venta_exitosa":
			return refused
		case r.get("object") == "charge" && r.get("capture") == "true":
			return paid
		case r.get("object") == "charge":
			return held
		}
		return map[string]string{"paid": paid, "pending": waiting, "created": waiting, "expired": refused, "deleted": refused}[r.get("state")]
	},
	charge: func(t *till, reference string) (reply, error) { return t.culqi(reference, `"capture":true`) },
	find: func(t *till, reference string) string {
		r, err := t.call("GET", "/v2/charges?limit=100", "")
		state := ""
		for _, ch := range gjson.Get(r.body, "data").Array() {
			if one := (reply{200, ch.Raw}); err == nil && one.get("metadata.order_id") == reference && state != paid {
				state = t.at.state(one)
			}
		}
		return state
	},
	hold: func(t *till) (reply, error) { return t.culqi(order, `"capture":false`) },
	take: func(t *till, _ string) (reply, error) { return t.call("POST", "/v2/charges/"+t.id+"/capture", "") },
	refund: func(t *till, _ string, amount int) (reply, error) {
		return t.call("POST", "/v2/refunds", fmt.Sprintf(`{"charge_id":%q,"amount":%d,"reason":"solicitud_comprador"}`, t.id, amount))
	},
	back: func(t *till, _ string) int {
		r, _ := t.call("GET", "/v2/charges/"+t.id, "")
		return int(gjson.Get(r.body, "amount_refunded").Int())
	},
	open: func(t *till, reference string) (reply, error) {
		r, err := t.call("POST", "/v2/orders", fmt.Sprintf(`{"amount":%d,"currency_code":"PEN","description":"two ceviches","order_number":%q,"expiration_date":%d,
			"client_details":{"first_name":"Richard","last_name":"Hendricks","email":"richard@piedpiper.com","phone_number":"+51998989789"}}`,
			total, reference, t.now().Add(24*time.Hour).Unix()))
		t.id = r.get("id")
		return r, err
	},
	look: func(t *till) string {
		id, kind := t.last(), "charges"
		if strings.HasPrefix(id, "ord_") {
			kind = "orders"
		}
		return t.says(t.call("GET", "/v2/"+kind+"/"+id, ""))
	},
	genuine: func(_ *till, n ipn) bool { return n.header.Get("Authorization") == "Basic c2hvcDpzZWNyZXQ=" },
	told: func(n ipn) string {
		data := n.get("data")
		switch {
		case n.get("type") == "order.status.changed" && gjson.Get(data, "state").String() == "paid":
			return paid
		case strings.HasPrefix(n.get("type"), "charge.") && gjson.Get(data, "capture").Bool():
			return paid
		case strings.HasPrefix(n.get("type"), "charge."):
			return held
		}
		return ""
	},
	text:   func(n ipn) string { return n.get("data") },
	sold:   `"state":"paid"`,
	amount: "amount",
	key:    func(n ipn) string { return n.get("id") },
}

// tokenFor gives the token that pays for a purchase, and makes it if there is
// none.
func (t *till) tokenFor(reference string) (token string, r reply, err error) {
	t.mu.Lock()
	token = t.tokens[reference]
	t.mu.Unlock()
	if token != "" {
		return token, r, nil
	}
	r, err = t.call("POST", "/v2/tokens", `{"card_number":"4111111111111111","cvv":"123","expiration_month":"09","expiration_year":"2029","email":"richard@piedpiper.com"}`)
	token = r.get("id")
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tokens[reference] = token
	return token, r, err
}

// culqi charges the purchase's token.
func (t *till) culqi(reference, more string) (reply, error) {
	token, r, err := t.tokenFor(reference)
	if token == "" {
		return r, err
	}
	r, err = t.call("POST", "/v2/charges", fmt.Sprintf(`{"amount":%d,"currency_code":"PEN","email":"richard@piedpiper.com","source_id":%q,"metadata":{"order_id":%q},%s}`, total, token, reference, more))
	if id := r.get("id"); id != "" && r.get("object") == "charge" {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.id = id
	}
	return r, err
}

// again is the charge once more, with what 3-D Secure handed to the browser.
func (t *till) again() (reply, error) {
	return t.culqi(order, `"capture":true,"authentication_3DS":{"eci":"05","xid":"1","cavv":"AAAB","protocolVersion":"2.1.0","directoryServerTransactionId":"1"}`)
}

// challenged charges again until the payer has authenticated, or the token is
// too old.
func challenged(t *till) string {
	state := t.says(t.at.charge(t, order))
	for range 6 {
		if state != waiting {
			break
		}
		t.pass(time.Minute)
		state = t.says(t.again())
	}
	return state
}

// staleToken charges a token that was made before the order was checked. anew
// says whether it makes another when the first has expired.
func staleToken(anew bool) func(*till) {
	return func(t *till) {
		t.tokenFor(order)
		t.pass(6 * time.Minute)
		for range 2 {
			if t.says(t.at.charge(t, order)) == paid {
				t.ship()
				return
			}
			if anew && t.at.find(t, order) == "" {
				t.tokens[order] = ""
			}
		}
		t.close()
	}
}

// disputedLater is paid and shipped, and then disputed.
func disputedLater(claim func(ipn)) func(*till) {
	return func(t *till) {
		t.hear = t.onceEach(func(n ipn) {
			if n.get("type") == "charge.status.changed" {
				claim(n)
			}
		})
		t.settle(challenged(t))
		t.pass(96 * time.Hour)
	}
}

func culqiStories() map[string]story {
	d := &culqiDesk
	out := d.usual("captured", insists)
	out["double-click"] = d.tells(clicksTwice, "captured 20000", func(t *till) {
		t.tokenFor(order) // the form makes one token, however often it is sent
		clicksOnce(t)
	})
	out["declined-then-paid"] = d.tells(givesUp, "captured 0", anotherCard)
	out["rate-limited"] = d.tells(hurries, "captured 0", insists)
	out["token-expired"] = d.tells(staleToken(false), "captured 0", staleToken(true))
	out["key-refused"] = d.tells(takesOnce, "captured 0", takesAgain)
	out["capture-refused"] = d.tells(shipsFirst, "shipped without money", takesAgain)
	out["capture-answer-lost"] = d.tells(takesTwice, "kept money and shipped nothing", looksThen)
	out["authorization-lapses"] = d.tells(lateTaker(5*24*time.Hour), "shipped without money", earlyTaker(5*24*time.Hour))
	out["refund-answer-lost"] = d.tells(refundsAgain, "refunded 6000", refundsOnce)
	out["refund-races-refund"] = d.tells(twoRefunds(anything), "the books say 12000", twoRefunds(accepted))
	out["one-operation-down"] = d.tells(promises, "refunded 0", persists)

	ask := func(t *till) { t.sure(t.at.charge(t, order)) }
	out["webhook-first"] = d.tells(overtaken(ask), "kept money and shipped nothing", ready(ask))
	out["webhook-twice"] = d.tells(eager, "shipped 2 times", remembers)
	out["webhook-retried"] = d.tells(chokes, "2 webhooks, 1 acknowledged", remembers)
	out["webhook-never"] = d.tells(onlyListens, "kept money and shipped nothing", looksLater)
	out["webhook-late"] = d.tells(impatientListener, "kept money and shipped nothing", remembers)
	out["webhook-out-of-order"] = d.tells(lastWord, "kept money and shipped nothing", asksAtEach)
	out["webhook-other-amount"] = d.tells(weighs(false), "another amount", weighs(true))
	out["odd-webhook"] = d.tells(searches, "kept money and shipped nothing", remembers)
	out["receiver-down"] = d.tells(deaf(opensOnly), "kept money and shipped nothing", deaf(looksLater))
	out["page-abandoned"] = d.tells(onlyListens, "the order never ended", looksLater)
	out["forged-return"] = d.tells(tooFast, "shipped without money", looksLater)
	out["paid-late"] = d.tells(looksSoon, "kept money and shipped nothing", looksLater)

	three := func(t *till) { t.settle(challenged(t)); t.pass(time.Hour) }
	out["three-ds-abandoned"] = d.tells(shipsAt2xx, "shipped without money", three)
	out["three-ds-failed"] = d.tells(shipsAt2xx, "shipped without money", three)
	out["three-ds-slow"] = d.tells(func(t *till) {
		t.sure(t.at.charge(t, order))
		t.pass(time.Minute)
		t.settle(t.says(t.again()))
	}, "captured 0", three)
	out["chargeback"] = d.tells(disputedLater(func(ipn) { panic("unknown event") }), "0 acknowledged", disputedLater(func(n ipn) {
		if !gjson.Get(n.get("data"), "dispute").Bool() {
			panic(n.body)
		}
	}))
	return out
}
