package citcon_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"paysim/internal/machine"
	"paysim/internal/provider"
	"paysim/sims/citcon"
)

func TestCaptures(t *testing.T) {
	w := newWorld(t)
	id := w.wants(w.card("4111111111111111", false), 200).get("data.id")
	w.wants(w.post("/v1/captures", `{"id":"`+id+`","reference":"K","transaction_amount":1001}`), 406, "4201")
	w.wants(w.post("/v1/captures", `{"id":"`+id+`","reference":"K","multi_capture":true}`), 400, "4000")
	w.wants(w.post("/v1/captures", `{"id":"`+id+`","reference":"K","last_capture":true}`), 400, "4000")
	w.wants(w.post("/v1/captures", `{"id":"`+id+`"}`), 400, "4000")
	w.wants(w.post("/v1/captures", `{"reference":"K"}`), 400, "4000")
	w.wants(w.post("/v1/captures", `{"transaction_reference":"nobody's","reference":"K"}`), 404, "4103")
	for _, amount := range []string{"0", "-1", "1.5", `"5"`} {
		w.wants(w.post("/v1/captures", `{"id":"`+id+`","reference":"K","transaction_amount":`+amount+`}`), 400, "4000")
	}
	a := w.wants(w.post("/v1/capture/", `{"id":"`+id+`","reference":"K","transaction_amount":400,"multi_capture":false}`), 200)
	w.order(a, "data", "object id reference amount amount_captured currency time_created time_captured status country exchange payment")
	w.is(a, "data.object", `"capture"`, "data.reference", `"K"`, "data.amount", "1000", "data.amount_captured", "400", "data.status", `"succeeded"`,
		"data.exchange", `{"amount":0,"currency":null,"rate":null}`, "data.payment", `{"method":"card","token":"","data":{"pan":"4111******1111"}}`)
	w.moved(id, "authorized 1000, captured 400, released 600")
	w.wants(w.post("/v1/captures", `{"id":"`+id+`","reference":"K2"}`), 406, "4201")
	w.wants(w.post("/v1/captures", `{"id":"`+a.get("data.id")+`","reference":"K2"}`), 406, "4201")
	w.hears("charge authorized", "charge captured")
	for _, state := range []string{"paypal", "alipay"} { // initiated, and succeeded without a capture
		ch := w.wallet(state)
		w.wants(w.post("/v1/captures", `{"id":"`+ch.get("data.id")+`","reference":"K3"}`), 406, "4201")
		w.must(w.act(ch.get("data.id"), "approve", ""))
	}
}

// The wrong name for an amount means the whole, and the journal says so.
func TestTheOtherNameOfAnAmountIsNotRead(t *testing.T) {
	w := newWorld(t)
	id := w.wants(w.card("4111111111111111", false), 200).get("data.id")
	a := w.wants(w.post("/v1/captures", `{"id":"`+id+`","reference":"K","amount":400}`), 200)
	w.is(a, "data.amount_captured", "1000")
	all := w.journal()
	if notes := all[len(all)-1].Notes; len(notes) != 1 || !strings.Contains(notes[0], "transaction_amount") {
		t.Errorf("notes %q", notes)
	}
	a = w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"R","transaction_amount":400}`), 200)
	w.is(a, "data.amount", "1000")
}

func TestSeveralCaptures(t *testing.T) {
	w := newWorld(t)
	a := w.klarna(4000)
	w.is(a, "data.status", `"authorized"`, "data.payment.data", "{}")
	id := a.get("data.id")
	capture := func(reference, more string) answer {
		return w.post("/v1/captures", `{"id":"`+id+`","reference":"`+reference+`",`+more+`}`)
	}
	w.is(w.wants(capture("K1", `"transaction_amount":1000,"multi_capture":true`), 200), "data.amount_captured", "1000")
	w.is(w.wants(capture("K2", `"transaction_amount":1500,"multi_capture":true,"last_capture":false`), 200), "data.amount_captured", "2500")
	w.wants(capture("K3", `"transaction_amount":1501,"multi_capture":true`), 406, "4201")
	w.is(w.get("/v1/transactions/"+id), "data.status", `"authorized"`, "data.amount_authorized_remaining", "1500", "data.captures.data.#", "2")
	w.wants(w.post("/v1/cancels", `{"id":"`+id+`","reference":"X"}`), 406, "4203")
	w.wants(capture("K3", `"transaction_amount":1000,"multi_capture":true,"last_capture":true`), 200)
	w.moved(id, "authorized 4000, captured 3500, released 500")
	inquiry := w.get("/v1/transactions/" + id)
	w.is(inquiry, "data.status", `"succeeded"`, "data.amount_captured", "3500", "data.amount_authorized_remaining", "0")
	if got := gjson.Get(inquiry.body, "data.captures.data.#.amount").Raw; got != "[1000,1500,1000]" {
		t.Errorf("captures %s", got)
	}
	// All of it in two parts ends it without last_capture.
	id = w.klarna(100).get("data.id")
	w.wants(capture("K4", `"transaction_amount":60,"multi_capture":true`), 200)
	w.wants(capture("K5", `"multi_capture":true`), 200)
	if got := w.payment(id); got.State != "succeeded" || got.Captured != 100 {
		t.Errorf("%+v", got)
	}
}

func TestRefunds(t *testing.T) {
	w := newWorld(t)
	ch := w.wallet("paypal")
	id := ch.get("data.id")
	w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"R"}`), 406, "4202") // not paid
	w.must(w.act(id, "approve", ""))
	w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"R"}`), 406, "4202") // not captured
	w.wants(w.post("/v1/captures", `{"id":"`+id+`","reference":"K","transaction_amount":800}`), 200)
	w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"R","amount":801}`), 406, "4202")
	a := w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"R","amount":300.0,"note":"x"}`), 200)
	w.order(a, "data", "id object reference amount amount_refunded currency country time_created payment status time_completed exchange")
	w.is(a, "data.object", `"refund"`, "data.amount", "300", "data.amount_refunded", "300", "data.payment", `{"method":"paypal"}`, "data.status", `"succeeded"`,
		"data.exchange", `{"amount":300,"currency":"USD","rate":1}`)
	w.is(w.wants(w.post("/v1/refunds", `{"transaction_reference":"`+ch.get("data.reference")+`","reference":"R2","amount":100}`), 200), "data.amount_refunded", "400")
	w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"R3","amount":401}`), 406, "4202")
	w.is(w.wants(w.post("/v1/refunds", `{"transaction_reference":"K","reference":"R3"}`), 200), "data.amount", "400", "data.amount_refunded", "800")
	w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"R4"}`), 406, "4202")
	w.wants(w.post("/v1/refunds", `{"id":"`+a.get("data.id")+`","reference":"R4"}`), 406, "4202")
	w.wants(w.post("/v1/cancels", `{"id":"`+a.get("data.id")+`","reference":"X"}`), 406, "4203")
	w.moved(id, "authorized 1000, captured 800, released 200, refunded 800")
	w.hears("charge authorized", "charge captured", "refund success", "refund success", "refund success")
	w.is(w.get("/v1/transactions/"+a.get("data.id")), "data.object", `"refund"`, "data.amount", "300", "data.amount_refunded", "300")
}

// A card's refund is as printed, a wallet's of the mainland has no exchange.
func TestRefundAnswersByMethod(t *testing.T) {
	w := newWorld(t)
	id := w.wants(w.card("4111111111111111", true), 200).get("data.id")
	a := w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"R1"}`), 200)
	w.order(a, "data", "id object reference amount amount_refunded currency country time_created payment status exchange")
	w.is(a, "data.payment", `{"method":"card","data":{"pan":"4111******1111"}}`, "data.exchange", `{"amount":null,"currency":null,"rate":null}`)
	id = w.wallet("alipay").get("data.id")
	w.must(w.act(id, "approve", ""))
	a = w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"R2"}`), 200)
	w.is(a, "data.time_completed", fmt.Sprint(start.Unix()), "data.exchange", `{"amount":null,"currency":null,"rate":null}`)
}

func TestRefundInPartByMethod(t *testing.T) {
	w := newWorld(t)
	pay := func(method string) string {
		id := w.wants(w.post("/v1/charges", `{"transaction":{"reference":"A-{n}","amount":1000,"currency":"JPY","auto_capture":true},"payment":{"method":"`+method+`"}}`), 200).get("data.id")
		w.must(w.act(id, "approve", ""))
		return id
	}
	id := pay("linepay")
	a := w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"R","amount":999}`), 406, "4208")
	w.is(a, "data.message", `"Transaction Ineligible for Partial Refund"`)
	w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"R","amount":1001}`), 406, "4202")
	w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"R"}`), 200)
	w.set(`{"whole_refund_only":["payco"]}`)
	w.wants(w.post("/v1/refunds", `{"id":"`+pay("payco")+`","reference":"R2","amount":1}`), 406, "4208")
	w.wants(w.post("/v1/refunds", `{"id":"`+pay("linepay")+`","reference":"R2","amount":1}`), 200)
	w.wants(w.post("/v1/refunds", `{"id":"`+pay("paypal")+`","reference":"R3","amount":1}`, "Sim-Outcome", "partial_refund_ineligible"), 406, "4208")
}

func TestRefusedRefundIsKept(t *testing.T) {
	w := newWorld(t)
	id := w.wants(w.card("4111111111111111", true), 200).get("data.id")
	for _, outcome := range []string{"refund_failed", "insufficient_balance"} {
		w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"`+outcome+`"}`, "Sim-Outcome", outcome), 406, "4202")
		w.is(w.get("/v1/transactions/"+outcome+"?type=reference"), "data.status", `"failed"`, "data.amount_refunded", "0")
		w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"`+outcome+`"}`), 400, "4100")
	}
	w.hears("charge success", "refund fail", "refund fail")
	w.moved(id, "captured 1000")
}

func TestCancels(t *testing.T) {
	w := newWorld(t)
	ch := w.wallet("alipay")
	a := w.wants(w.post("/v1/cancels", `{"transaction_reference":"`+ch.get("data.reference")+`","reference":"X"}`, "Vendor-Key", "test"), 200)
	w.order(a, "data", "id object reference amount currency time_created country payment status")
	w.is(a, "data.id", ch.body[strings.Index(ch.body, `"2000`):][:24], "data.object", `"cancel"`, "data.reference", `"X"`, "data.payment", `{"method":"alipay","type":"","data":{"pan":""}}`, "data.status", `"canceled"`)
	w.wants(w.post("/v1/cancels", `{"id":"`+ch.get("data.id")+`","reference":"X2"}`), 406, "4203")
	w.wants(w.post("/v1/cancels", `{"id":"`+ch.get("data.id")+`","reference":"X"}`), 400, "4100")
	id := w.wants(w.card("4111111111111111", false), 200).get("data.id")
	w.wants(w.post("/v1/cancels", `{"id":"`+id+`","reference":"X3"}`, "Sim-Outcome", "cancel_failed"), 406, "4203")
	w.wants(w.post("/v1/cancels", `{"id":"`+id+`","reference":"X3"}`), 200)
	w.moved(id, "authorized 1000, released 1000")
	w.hears("charge cancelled", "charge authorized", "charge cancelled")
	paid := w.wants(w.card("4111111111111111", true), 200).get("data.id")
	w.wants(w.post("/v1/cancels", `{"id":"`+paid+`","reference":"X4"}`), 406, "4203")
	w.wants(w.post("/v1/captures", `{"id":"`+w.wants(w.card("4111111111111111", false), 200).get("data.id")+`","reference":"K"}`, "Sim-Outcome", "capture_failed"), 406, "4201")
}

func TestIdWinsOverReference(t *testing.T) {
	w := newWorld(t)
	one, two := w.wallet("paypal"), w.wallet("paypal")
	body := `{"id":"` + one.get("data.id") + `","transaction_reference":"` + two.get("data.reference") + `","reference":"X"}`
	w.set(`{"strict_reference":true}`)
	w.wants(w.post("/v1/cancels", body), 400, "4000")
	w.wants(w.post("/v1/cancels", `{"id":"`+one.get("data.id")+`","transaction_reference":"nobody's","reference":"X"}`), 404, "4103")
	w.set(`{"strict_reference":false}`)
	w.wants(w.post("/v1/cancels", body), 200)
	if w.payment(one.get("data.id")).State != "canceled" || w.payment(two.get("data.id")).State != "initiated" {
		t.Error("the reference won")
	}
}

func TestRequestToken(t *testing.T) {
	w := newWorld(t)
	a := w.wants(w.post("/v1/charges", `{"transaction":{"reference":"A","amount":1,"currency":"USD"},"payment":{"method":"paypal","request_token":true},"urls":{"ipn":"{shop}"}}`), 200)
	w.is(w.get("/v1/vault"), "data.data", "[]")
	w.must(w.act(a.get("data.id"), "approve", ""))
	w.hears("charge authorized", "vault success")
	list := w.get("/v1/vault")
	w.is(list, "data.data.0.payment.method", `"paypal"`, "data.data.0.reference", `"A"`)
	// A wallet has nothing to keep.
	a = w.wants(w.post("/v1/charges", `{"transaction":{"reference":"B","amount":1,"currency":"USD"},"payment":{"method":"alipay","request_token":true}}`), 200)
	w.must(w.act(a.get("data.id"), "approve", ""))
	if w.get("/v1/vault").body != list.body {
		t.Error("alipay made a vault token")
	}
	token := list.get("data.data.0.payment.token")
	w.wants(w.post("/v1/charges", `{"transaction":{"reference":"C","amount":1,"currency":"USD"},"payment":{"method":"card","token":"`+token+`"}}`), 400, "4000")
	w.wants(w.post("/v1/charges", `{"transaction":{"reference":"C","amount":1,"currency":"USD"},"payment":{"method":"paypal","token":"`+token+`"}}`), 200)
}

func TestVault(t *testing.T) {
	w := newWorld(t)
	a := w.wants(w.post("/v1/vault", `{"reference":"V","payment":{"method":"card","data":{"pan":"378282246310005","expiry":"12/23"},"billing_address":{"country":"US"}}}`), 200)
	w.order(a, "data", "object reference status payment country time_created")
	w.order(a, "data.payment", "method token type data")
	w.is(a, "data.status", `"active"`, "data.payment.type", `"Amex"`, "data.payment.data", `{"pan":"3782******0005","expiry":"12/23"}`, "data.country", `"US"`)
	token := a.get("data.payment.token")
	if want := fmt.Sprintf("%08x", start.Unix()); len(token) != 24 || !strings.HasPrefix(token, want) {
		t.Errorf("token %s", token)
	}
	read := w.wants(w.get("/v1/vault/"+token), 200)
	w.order(read, "data", "token reference object payment status country time_created")
	for _, body := range []string{`{}`, `{"reference":"W"}`, `{"reference":"W","payment":{"method":"card"}}`, `{"reference":"W","payment":{"method":"nope","nonce":"n"}}`, `{"reference":"W","payment":{"method":"card","nonce":"n","billing_address":{"country":"usa"}}}`} {
		w.wants(w.post("/v1/vault", body), 400, "4000")
	}
	w.wants(w.post("/v1/vault", `{"reference":"V","payment":{"method":"card","nonce":"n"}}`), 400, "4100")
	w.wants(w.post("/v1/vault", `{"reference":"W","payment":{"method":"card","nonce":"n"},"urls":{"ipn":"{shop}"}}`, "Sim-Outcome", "vault_failed"), 406, "4206")
	w.hears("vault fail")
	w.wants(w.get("/v1/vault/nothing"), 404, "4103")
	w.wants(w.do("DELETE", "/v1/vault/nothing", ""), 404, "4103")
	w.is(w.wants(w.do("DELETE", "/v1/vault/"+token, ""), 200), "data.status", `"deleted"`)
	w.wants(w.do("DELETE", "/v1/vault/"+token, ""), 406, "4204")
	w.is(w.wants(w.get("/v1/vault/"+token), 200), "data.status", `"deleted"`)
}

func TestConsults(t *testing.T) {
	w := newWorld(t)
	a := w.wants(w.get("/v1/consults?method=card&amount=100&country=MX&currency=MXN"), 200)
	w.is(a, "version", `"v1.0.0"`, "data.promotions", `{"data":[]}`, "data.installments.data", `[{"total_amount":100,"installment_no":1,"installment_amount":100},`+
		`{"total_amount":104,"installment_no":3,"installment_amount":35},{"total_amount":108,"installment_no":6,"installment_amount":18},`+
		`{"total_amount":112,"installment_no":9,"installment_amount":12},{"total_amount":116,"installment_no":12,"installment_amount":10}]`)
	a = w.wants(w.get("/v1/consults?method=alipay%2B&amount=100&client=desktop&currency=THB"), 200)
	w.is(a, "version", `"v0.1.0"`, "data.installments", `{"data":[]}`, "data.promotions.data.#", "2", "data.promotions.data.1.token_payment", "true")
	w.order(a, "data.promotions.data.0", "discount_amount min_original_amount max_original_amount discount_code expiry issuer balance token_payment")
	w.is(w.wants(w.get("/v1/consults?method=card&amount=100&currency=USD&country=US"), 200), "data", `{"installments":{"data":[]},"promotions":{"data":[]}}`)
	for _, q := range []string{"", "method=card", "method=venmo&amount=1&currency=USD", "method=card&amount=0&currency=USD", "method=card&amount=x&currency=USD",
		"method=card&amount=0x10&currency=USD", "method=card&amount=1_0&currency=USD", "method=card&amount=10/2&currency=USD", "method=card&amount=%2B5&currency=USD",
		"method=card&amount=1", "method=card&amount=1&currency=usd", "method=card&amount=1&currency=USD&country=x", "method=card&amount=1&currency=USD&client=tv", "method=alipay+&amount=1&currency=USD"} {
		w.wants(w.get("/v1/consults?"+q), 400, "4000")
	}
}

func TestConfig(t *testing.T) {
	w := newWorld(t)
	a := w.wants(w.post("/v1/config", `{"payment":{"method":"card"},"data":{"consumer_id":"7","gateway":"braintree"}}`), 200)
	w.order(a, "data", "object gateway config payment")
	w.order(a, "data.config", "client_token publishable_key")
	w.is(a, "data.gateway", `"braintree"`, "data.payment", `{"method":"card"}`)
	for _, body := range []string{`{}`, `{"payment":{"method":"card"}}`, `{"payment":{"method":"nope"},"data":{"consumer_id":"7"}}`, `{"payment":{"method":"card"},"data":{"consumer_id":7}}`} {
		w.wants(w.post("/v1/config", body), 400, "4000")
	}
}

func TestChargebacks(t *testing.T) {
	w := newWorld(t)
	paid := func() string {
		id := w.wallet("upop").get("data.id")
		w.must(w.act(id, "approve", ""))
		w.ipns()
		return id
	}
	id := paid()
	for _, status := range []string{"notification_of_claim", "request_for_information", "information_supplied", "won", "case_closed"} {
		w.must(w.act(id, "chargeback", status))
	}
	w.hears("chargeback Notification of Claim", "chargeback Request For Information", "chargeback Information Supplied", "chargeback Won", "chargeback Case Closed")
	w.is(w.get("/v1/transactions/"+id), "data.chargebacks.data.#", "1", "data.chargebacks.data.0.status", `"Case Closed"`, "data.chargebacks.data.0.amount", "1000")
	w.moved(id, "captured 1000")
	id = paid()
	w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"R","amount":300}`), 200)
	w.must(w.act(id, "chargeback", "lost"))
	w.hears("refund success", "chargeback Lost")
	w.moved(id, "captured 1000, refunded 1000")
	w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"R2","amount":1}`), 406, "4202")
	var illegal *machine.IllegalError
	if err := w.act(id, "chargeback", "won"); !errors.As(err, &illegal) {
		t.Errorf("lost, then won: %v", err)
	}
	if err := w.act(w.wallet("upop").get("data.id"), "chargeback", ""); !errors.As(err, &illegal) {
		t.Errorf("of what is not paid: %v", err)
	}
	var unknown *provider.UnknownPaymentError
	if err := w.act("2000", "chargeback", ""); !errors.As(err, &unknown) {
		t.Errorf("of nothing: %v", err)
	}
}

// Every row of the document's error table is in the catalogue with its status.
// 2000 is no refusal.
func TestErrorTable(t *testing.T) {
	rows := map[string]string{}
	for _, e := range citcon.Provider().Errors {
		rows[e.Code] = fmt.Sprint(e.Status, " ", e.Message)
	}
	for code, want := range map[string]string{
		"4000": "400 bad request", "4010": "401 unauthorized", "4100": "400 duplicate request", "4101": "500 unknown error", "4102": "400 invalid header",
		"4103": "404 not found", "4105": "508 gateway timeout", "4106": "508 gateway unavailable", "4107": "508 gateway error", "4200": "406 charge failed",
		"4201": "406 capture failed", "4202": "406 refund failed", "4203": "406 cancel failed", "4204": "406 deletion failed", "4205": "406 modification failed",
		"4206": "406 vault failed", "4208": "406 Transaction Ineligible for Partial Refund", "5100": "500 internal server error",
	} {
		if rows[code] != want {
			t.Errorf("%s: %q, want %q", code, rows[code], want)
		}
		delete(rows, code)
	}
	if len(rows) > 0 {
		t.Errorf("not in the document: %v", rows)
	}
}
