package scenarios_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/tidwall/gjson"

	"paysim/sims/appotapay"
)

const appotaSecret = "secret-shop-0123456789abcdef0123456789abcdef"

// appotapayDesk charges cards and asks for orders.
var appotapayDesk = desk{
	provider: appotapay.Provider,
	prove: func(*till) func(*http.Request, string) {
		return func(r *http.Request, _ string) {
			token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"iss": "shop", "api_key": "apk-shop", "exp": 4102444800}).SignedString([]byte(appotaSecret))
			if err != nil {
				panic(err)
			}
			r.Header.Set("X-APPOTAPAY-AUTH", token)
		}
	},
	state: func(r reply) string {
		switch r.get("status") + r.get("transaction.status") {
		case "CAPTURED", "success":
			return paid
		case "AUTHORIZED":
			return held
		case "PENDING", "pending", "processing":
			return waiting
		case "DECLINED", "error":
			return refused
		}
		return ""
	},
	charge: func(t *till, reference string) (reply, error) { return t.appota(reference, true, "") },
	find: func(t *till, reference string) string {
		return t.says(t.call("GET", "/credit-card/charge/"+reference+"?referenceType=MERCHANT_REFERENCE_ID", ""))
	},
	hold: func(t *till) (reply, error) { return t.appota(order, false, "") },
	take: func(t *till, _ string) (reply, error) {
		return t.call("POST", "/credit-card/"+t.id+"/capture", fmt.Sprintf(`{"amount":%d,"currency":"VND"}`, total))
	},
	void: func(t *till, reference string) (reply, error) {
		return t.call("POST", "/credit-card/reversal", fmt.Sprintf(`{"authorizationId":%q,"merchantRefId":%q}`, t.id, reference))
	},
	refund: func(t *till, reference string, amount int) (reply, error) {
		return t.call("POST", "/credit-card/refund", fmt.Sprintf(`{"transactionId":%q,"merchantRefId":%q,"amount":%d,"currency":"VND"}`, t.id, reference, amount))
	},
	back: func(t *till, reference string) int {
		r, _ := t.call("GET", "/credit-card/refund/"+reference+"?referenceType=MERCHANT_REFERENCE_ID", "")
		return int(gjson.Get(r.body, "amount").Int())
	},
	open: func(t *till, reference string) (reply, error) {
		return t.call("POST", "/api/v2/orders/payment", fmt.Sprintf(`{"transaction":{"amount":%d,"currency":"VND","paymentMethod":"ATM","action":"PAY"},
			"partnerReference":{"order":{"id":%q,"info":"two bowls of pho"},"notificationConfig":{"notifyUrl":%q,"redirectUrl":"https://shop.example/paid"}}}`, total, reference, t.notify))
	},
	look: func(t *till) string {
		if t.id != "" {
			return t.says(t.call("GET", "/credit-card/charge/"+t.id, ""))
		}
		return t.says(t.call("GET", "/api/v2/orders/transaction?referenceId="+order+"&type=PARTNER_ORDER_ID", ""))
	},
	genuine: func(_ *till, n ipn) bool {
		mac := hmac.New(sha256.New, []byte(appotaSecret))
		mac.Write([]byte(n.get("data")))
		return n.get("signature") == hex.EncodeToString(mac.Sum(nil))
	},
	told: func(n ipn) string {
		if gjson.Get(insideData(n), "transaction.status").String() == "success" {
			return paid
		}
		return ""
	},
	text:   insideData,
	sold:   `"status":"success"`,
	amount: "transaction.orderAmount",
	key:    func(n ipn) string { return n.get("data") },
}

func insideData(n ipn) string {
	data, _ := base64.StdEncoding.DecodeString(n.get("data"))
	return string(data)
}

const appotaCard = `{"number":"5200000000002151","holderName":"NHUNG HOANG","expirationMonth":"12","expirationYear":"29","cvv":"123"}`

// appota charges a card, with 3DS if it was done.
func (t *till) appota(reference string, capture bool, authentication string) (reply, error) {
	more := ""
	if authentication != "" {
		more = fmt.Sprintf(`,"authenticationId":%q`, authentication)
	}
	r, err := t.call("POST", "/credit-card/charge", fmt.Sprintf(`{"merchantRefId":%q,"amount":%d,"currency":"VND","capture":%t,"card":%s%s}`, reference, total, capture, appotaCard, more))
	if id := r.get("id"); id != "" {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.id = id
	}
	return r, err
}

func (t *till) enroll() string {
	return t.sure(t.call("POST", "/credit-card/enrollment", fmt.Sprintf(`{"merchantRefId":"E-1","amount":%d,"currency":"VND","returnUrl":"https://shop.example/3ds","card":%s}`, total, appotaCard))).get("id")
}

// without3DS takes an enrollment for an authentication, and charges without one
// when that is refused.
func without3DS(t *till) {
	id := t.enroll()
	t.pass(time.Minute)
	state := t.says(t.appota(order, true, id))
	if state != paid {
		state = t.says(t.appota(t.next(), true, ""))
	}
	t.settle(state)
	t.pass(time.Hour)
}

// with3DS charges when the cardholder was verified, and not otherwise.
func with3DS(t *till) {
	id := t.enroll()
	for range 6 {
		switch t.sure(t.call("POST", "/credit-card/enrollment/validate/"+id, "")).get("status") {
		case "VERIFIED":
			t.settle(t.says(t.appota(order, true, id)))
			return
		case "FAILED":
			t.close()
			return
		}
		t.pass(5 * time.Minute)
	}
	t.close()
}

// once3DS asks once whether the cardholder was verified.
func once3DS(t *till) {
	id := t.enroll()
	t.pass(time.Minute)
	t.settle(t.says(t.appota(order, true, id)))
	t.pass(time.Hour)
}

// shipsAt2xx takes any answer that is no error for a payment.
func shipsAt2xx(t *till) {
	if r, err := t.at.charge(t, order); err == nil && accepted(r) {
		t.ship()
	}
	t.pass(time.Hour)
}

// waitsForTheBank waits until it is known whether a card was charged.
func waitsForTheBank(t *till) {
	t.sure(t.at.charge(t, order))
	t.settle(t.wait(func() string { return t.at.find(t, order) }, 2*time.Hour))
}

func appotapayStories() map[string]story {
	d := &appotapayDesk
	out := d.usual("captured", insists)
	out["declined-then-paid"] = d.tells(sameAgain, "captured 0", anotherCard)
	out["decided-later"] = d.tells(shipsAt2xx, "shipped without money", waitsForTheBank)
	out["partly-approved"] = d.tells(shipsAt2xx, "shipped without money", func(t *till) {
		r := t.sure(t.at.charge(t, order))
		if r.get("status") == "PARTIAL_AUTHORIZED" {
			t.sure(t.at.void(t, "V-1"))
		}
		t.settle(t.at.state(r))
	})
	out["token-refused"] = d.tells(takesOnce, "captured 0", takesAgain)
	out["capture-refused"] = d.tells(shipsFirst, "shipped without money", takesAgain)
	out["capture-answer-lost"] = d.tells(takesTwice, "kept money and shipped nothing", looksThen)
	out["capture-races-reversal"] = d.tells(voidAndTake(anything), "the books say 2 ends", voidAndTake(accepted))
	out["authorization-lapses"] = d.tells(lateTaker(8*24*time.Hour), "shipped without money", earlyTaker(8*24*time.Hour))
	out["refund-answer-lost"] = d.tells(refundsAgain, "refunded 6000", refundsOnce)
	out["refund-races-refund"] = d.tells(twoRefunds(anything), "the books say 12000", twoRefunds(accepted))
	out["one-operation-down"] = d.tells(promises, "refunded 0", persists)

	ask := func(t *till) { t.sure(t.at.open(t, order)) }
	out["webhook-first"] = d.tells(overtaken(ask), "kept money and shipped nothing", ready(ask))
	out["webhook-twice"] = d.tells(eager, "shipped 2 times", remembers)
	out["webhook-retried"] = d.tells(chokes, "2 webhooks, 1 acknowledged", remembers)
	out["webhook-never"] = d.tells(onlyListens, "kept money and shipped nothing", looksLater)
	out["webhook-late"] = d.tells(impatientListener, "kept money and shipped nothing", remembers)
	out["webhook-forged"] = d.tells(trusts(func(_ *till, n ipn) bool { return n.get("signature") != "" }), "acted on", trusts(d.genuine))
	out["webhook-unsigned"] = d.tells(trusts(func(t *till, n ipn) bool { return n.get("signature") == "" || d.genuine(t, n) }), "acted on", trusts(d.genuine))
	out["webhook-other-amount"] = d.tells(weighs(false), "another amount", weighs(true))
	out["odd-webhook"] = d.tells(searches, "kept money and shipped nothing", remembers)
	out["receiver-down"] = d.tells(deaf(opensOnly), "kept money and shipped nothing", deaf(looksLater))
	out["order-answer-lost"] = d.tells(func(t *till) {
		if _, err := t.at.open(t, order); err != nil {
			t.close()
		}
	}, "captured 0", func(t *till) {
		r, err := t.at.open(t, order)
		for tries := 0; tries < 3 && (err != nil || !accepted(r)); tries++ {
			if r, err = t.at.open(t, order); r.get("errorCode") == "30" {
				r, err = t.at.open(t, t.next())
			}
		}
		id := t.sure(r, err).get("transaction.transactionId")
		if err := t.engine.Act(t.tenant, "appotapay", id, "approve", ""); err != nil {
			t.Fatal(err)
		}
		t.settle(t.says(t.call("GET", "/api/v2/orders/transaction?referenceId="+id+"&type=TRANSACTION_ID", "")))
		t.pass(time.Hour)
	})
	out["page-abandoned"] = d.tells(onlyListens, "the order never ended", looksLater)
	out["forged-return"] = d.tells(tooFast, "shipped without money", looksLater)
	out["payer-declined"] = d.tells(onlyListens, "the order never ended", looksLater)
	out["paid-late"] = d.tells(looksSoon, "kept money and shipped nothing", looksLater)

	out["three-ds-abandoned"] = d.tells(without3DS, "captured 10000", with3DS)
	out["three-ds-failed"] = d.tells(without3DS, "captured 10000", with3DS)
	out["three-ds-slow"] = d.tells(once3DS, "captured 0", with3DS)
	return out
}
