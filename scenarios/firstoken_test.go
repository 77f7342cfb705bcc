package scenarios_test

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"paysim/sims/firstoken"
)

// firstokenDesk pays out to cards: a credit has no reference that Firstoken
// would hold against a second one, and can be read by Firstoken's id alone.
var firstokenDesk = desk{
	provider: firstoken.Provider,
	prove: func(*till) func(*http.Request, string) {
		return func(r *http.Request, _ string) { r.Header.Set("x-api-key", "ft-test-shop") }
	},
	state: func(r reply) string {
		switch r.get("data.transaction_info.status") {
		case "Pending", "Captured":
			return paid
		case "Authorized":
			return held
		case "Declined", "Voided", "Reversed":
			return refused
		}
		return ""
	},
	charge: func(t *till, reference string) (reply, error) {
		r, err := t.credit(reference, plainCard)
		t.keepID(r)
		return r, err
	},
	find: func(t *till, reference string) string {
		if t.id == "" {
			t.id = t.panel(reference)
		}
		return t.at.look(t)
	},
	sell: func(t *till, reference string) (reply, error) { return t.payment("payment", reference) },
	hold: func(t *till) (reply, error) { return t.payment("authorization", order) },
	take: func(t *till, reference string) (reply, error) {
		return t.follow("/v1/payments/"+t.id+"/capture", "capture", "capture_info", reference, total)
	},
	void: func(t *till, reference string) (reply, error) {
		return t.follow("/v1/payments/"+t.id+"/reversal", "authorization_reversal", "reversal_info", reference, total)
	},
	refund: func(t *till, reference string, amount int) (reply, error) {
		return t.follow("/v1/payments/"+t.id+"/refund", "payment_refund", "refund_info", reference, amount)
	},
	back: func(t *till, _ string) int { // in the panel, for no call lists refunds
		given := 0
		for _, p := range t.engine.Payments(t.tenant) {
			given += int(p.Refunded)
		}
		return given
	},
	look: func(t *till) string {
		return t.says(t.call("GET", "/v1/payments/transactions/"+t.id, ""))
	},
}

const (
	plainCard  = `{"number":"4111111111111111","expiration_date":"10/29"}`
	firstPayer = `"bill_to":{"first_name":"John","last_name":"Doe","country":"US","address_1":"1 Market St","address_2":"Suite 200",` +
		`"city":"san francisco","state":"CA","phone_number":"4158880000","email":"test@cybs.com","postal_code":"94105"},"device_info":{"ip_address":"12.7.8.120"}`
)

func (t *till) credit(reference, card string) (reply, error) {
	return t.call("POST", "/v1/payments/credits", t.asked("credit", reference, card))
}

// payment sells, or only authorizes.
func (t *till) payment(kind, reference string) (reply, error) {
	r, err := t.call("POST", "/v1/payments", t.asked(kind, reference, plainCard))
	t.keepID(r)
	return r, err
}

func (t *till) asked(kind, reference, card string) string {
	return fmt.Sprintf(`{"transaction_info":{"type":%q,"reference_code":%q},"card":%s,"order_info":{"amount_details":{"total_amount":%d,"currency":"COP"}},%s}`,
		kind, reference, card, total, firstPayer)
}

func (t *till) follow(path, kind, info, reference string, amount int) (reply, error) {
	return t.call("POST", path, fmt.Sprintf(`{"transaction_info":{"type":%q,"reference_code":%q},%q:{"amount_details":{"total_amount":%d,"currency":"COP"}},"device_info":{"ip_address":"12.7.8.120"}}`,
		kind, reference, info, amount))
}

func (t *till) keepID(r reply) {
	if id := r.get("data.transaction_info.transaction_id"); id != "" {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.id = id
	}
}

// panel is somebody who looks for a reference in the provider's panel: the only
// way to an id that got lost.
func (t *till) panel(reference string) string {
	for _, p := range t.engine.Payments(t.tenant) {
		if p.Provider == "firstoken" && p.Reference == reference {
			return p.ID
		}
	}
	return ""
}

// looksFirst pays out only what is not in the panel yet.
func looksFirst(t *till) {
	for wait := time.Second; wait < time.Hour; wait *= 2 {
		state := ""
		if t.panel(order) == "" {
			state = t.says(t.at.charge(t, order))
		}
		if state == "" && t.panel(order) != "" {
			state = t.at.find(t, order)
		}
		if state == paid || state == refused {
			t.settle(state)
			return
		}
		t.pass(wait)
	}
	t.close()
}

// believesPending books a payout as soon as it was accepted.
func believesPending(t *till) {
	t.settle(t.says(t.at.charge(t, order)))
	t.pass(72 * time.Hour)
}

// waitsForHandover books a payout when nothing can take it back any more.
func waitsForHandover(t *till) {
	t.sure(t.at.charge(t, order))
	t.pass(72 * time.Hour)
	t.settle(t.at.look(t))
}

// temporal puts a card into the vault for five minutes.
func (t *till) temporal() (id, card string) {
	r := t.sure(t.call("POST", "/transactions/requests", `{"chd":{"card":"4111111111111111","name":"John Doe","exp":"10/29","cvv":"123"},"amount":100,"currency":"COP","additional_info":{},"ttl":300}`))
	id = r.get("data.id")
	return id, fmt.Sprintf(`{"number":"{{ %[1]s : transaction }}","expiration_date":"{{ %[1]s : transaction }}"}`, id)
}

// tokenThenWork pays out with a token that was made before the order was
// checked. again says whether it makes another when the first has expired.
func tokenThenWork(again bool) func(*till) {
	return func(t *till) {
		_, card := t.temporal()
		t.pass(6 * time.Minute)
		for range 2 {
			r, err := t.credit(order, card)
			if t.says(r, err) == paid {
				t.ship()
				return
			}
			if again && r.get("data.description") == "Invalid token" {
				_, card = t.temporal()
			}
		}
		t.close()
	}
}

func firstokenStories() map[string]story {
	d := &firstokenDesk
	out := d.usual("refunded", looksFirst)
	out["double-click"] = d.tells(func(t *till) { t.clicks(func() string { return order }); t.ship() }, "refunded 20000", func(t *till) {
		var button, clicks = make(chan struct{}, 1), make(chan error, 2) // one click at a time: Firstoken takes them all
		for range 2 {
			go func() {
				select {
				case button <- struct{}{}:
					_, err := t.at.charge(t, order)
					clicks <- err
				default:
					clicks <- errors.New("the button is disabled")
				}
			}()
		}
		for range 2 {
			<-clicks
		}
		t.settle(t.at.find(t, order))
	})
	out["declined-then-paid"] = d.tells(givesUp, "refunded 0", anotherCard)
	out["decided-later"] = d.tells(believesPending, "shipped without money", waitsForHandover)
	out["late-failure"] = d.tells(believesPending, "shipped without money", waitsForHandover)
	out["key-refused"] = d.tells(takesOnce, "captured 0", takesAgain)
	out["capture-refused"] = d.tells(shipsFirst, "shipped without money", takesAgain)
	out["capture-answer-lost"] = d.tells(takesTwice, "kept money and shipped nothing", looksThen)
	out["capture-races-reversal"] = d.tells(voidAndTake(anything), "the books say 2 ends", voidAndTake(accepted))
	out["refund-answer-lost"] = d.tells(refundsAgain, "refunded 6000", refundsOnce)
	out["refund-races-refund"] = d.tells(twoRefunds(anything), "the books say 12000", twoRefunds(accepted))
	out["one-operation-down"] = d.tells(promises, "refunded 0", persists)
	out["token-expired"] = d.tells(tokenThenWork(false), "refunded 0", tokenThenWork(true))
	return out
}
