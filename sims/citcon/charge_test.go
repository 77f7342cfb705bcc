package citcon_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"paysim/internal/ident"
	"paysim/internal/plan"
)

const (
	createdMembers = "object charge_token id reference amount currency time_created time_captured auto_capture status country payment"
	paypalMembers  = "object charge_token id reference amount currency time_created time_captured auto_capture status country exchange payment"
)

// clients is the list of an answer's ways to the page: "desktop redirect /v1/landing".
func clients(a answer) string {
	var out []string
	for _, c := range gjson.Get(a.body, "data.payment.client").Array() {
		content := c.Get("content").String()
		out = append(out, c.Get("client").String()+" "+c.Get("format").String()+" "+strings.TrimPrefix(content[:strings.LastIndex(content, "/")], base))
	}
	return strings.Join(out, ", ")
}

func TestMethodsAnswerAsRecordedAndPrinted(t *testing.T) {
	const (
		all      = "desktop redirect /v1/landing, mobile_browser redirect /v1/landing, desktop qr /v1/qr"
		noQR     = "desktop redirect /v1/landing, mobile_browser redirect /v1/landing"
		mainland = "desktop redirect /upi/u_landing/v1/landing, mobile_browser redirect /upi/u_landing/v1/landing, desktop qr /upi/u_landing/v1/qr"
	)
	for _, c := range []struct{ method, clients, more, members, capture, want string }{
		{"alipay", `["mobile_browser","desktop"]`, "", createdMembers, "true", all},
		{"alipay", `["mobile_browser"]`, "", createdMembers, "true", "mobile_browser redirect /v1/landing"},
		{"alipay", `["desktop"]`, "", createdMembers, "true", "desktop redirect /v1/landing, desktop qr /v1/qr"},
		{"alipay", `["desktop"]`, `,"auto_capture":false`, createdMembers, "true", "desktop redirect /v1/landing, desktop qr /v1/qr"},
		{"alipay", `["mobile_browser","desktop"]`, `,"country_accelerator":"CN"`, createdMembers, "true", mainland},
		{"wechatpay", `["mobile_browser"]`, "", createdMembers, "true", "mobile_browser redirect /v1/landing"},
		{"wechatpay", `["mobile_browser","desktop"]`, "", createdMembers, "true", "mobile_browser redirect /v1/landing"},
		{"wechatpay", `["desktop"]`, `,"auto_capture":false`, createdMembers, "true", "mobile_browser redirect /v1/landing"},
		{"upop", `["mobile_browser","desktop"]`, `,"country_accelerator":"CN"`, createdMembers, "true", mainland},
		{"paypal", `["mobile_browser","desktop"]`, "", paypalMembers, "false", noQR},
		{"paypal", `["desktop"]`, `,"auto_capture":true`, paypalMembers, "true", "desktop redirect /v1/landing"},
		{"kakaopay", `["desktop"]`, `,"auto_capture":false`, paypalMembers, "false", "desktop redirect /v1/landing, desktop qr /v1/qr"},
		{"payco", `["desktop"]`, `,"auto_capture":false`, paypalMembers, "false", "desktop redirect /v1/landing"},
		{"naverpay", `["desktop"]`, "", paypalMembers, "false", "desktop redirect /v1/landing"},
		{"card", `["desktop","mobile_browser"]`, "", paypalMembers, "false", noQR},
		{"klarna", `["desktop"]`, "", paypalMembers, "false", "desktop redirect /v1/landing"},
		{"gcash", `[]`, "", paypalMembers, "false", noQR},
	} {
		t.Run(c.method+c.clients+c.more, func(t *testing.T) {
			w := newWorld(t)
			a := w.wants(w.post("/v1/charges", `{"transaction":{"reference":"A-1","amount":100,"currency":"USD","country":"US"`+c.more+`},
				"payment":{"method":"`+c.method+`","client":`+c.clients+`}}`), 200)
			w.order(a, "@this", "status app version data")
			w.order(a, "data", c.members)
			w.order(a, "data.payment", "method client")
			w.order(a, "data.payment.client.0", "client format method content")
			w.is(a, "data.object", `"charge"`, "data.status", `"initiated"`, "data.auto_capture", c.capture, "data.time_captured", "null",
				"data.amount", "100", "data.time_created", fmt.Sprint(start.Unix()), "data.payment.client.0.method", `"GET"`)
			if got := clients(a); got != c.want {
				t.Errorf("clients %q, want %q", got, c.want)
			}
			if strings.Contains(c.members, "exchange") {
				w.is(a, "data.exchange", `{"amount":100,"currency":"USD","rate":1}`)
			}
		})
	}
}

func TestIdsAndTokens(t *testing.T) {
	w := newWorld(t)
	a := w.wallet("alipay")
	id := a.get("data.id")
	if !regexp.MustCompile(`^2000[0-9]{18}$`).MatchString(id) {
		t.Errorf("id %s", id)
	}
	flake, _ := strconv.ParseInt(id[4:], 10, 64)
	if at := time.UnixMilli(flake>>22 + time.Date(2022, 4, 20, 0, 0, 0, 0, time.UTC).UnixMilli()).UTC(); !at.Equal(start) {
		t.Errorf("the id says %v", at)
	}
	mark, last := ident.MarkOf("ann").String(), int64(-1)
	tokens := []string{a.get("data.charge_token")}
	for _, c := range gjson.Get(a.body, "data.payment.client.#.content").Array() {
		tokens = append(tokens, c.String()[strings.LastIndex(c.String(), "/")+1:])
	}
	for _, token := range tokens {
		if !regexp.MustCompile(`^[0-9a-f]{12}1[0-9a-f]{3}[89ab][0-9a-f]{15}$`).MatchString(token) || token[20:] != mark {
			t.Errorf("token %s is no UUID of version 1 with the mark %s", token, mark)
		}
		n, _ := strconv.ParseInt(token[:8], 16, 64)
		if last >= 0 && n != last+1 {
			t.Errorf("tokens %v do not follow each other", tokens)
		}
		last = n
	}
}

func TestAnIdFromBeforeTheEpochIsOneAllTheSame(t *testing.T) {
	w := newWorld(t)
	w.tenant.Lock()
	w.tenant.Clock.Freeze(time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC))
	w.tenant.Unlock()
	for range 3 {
		if id := w.wallet("alipay").get("data.id"); !regexp.MustCompile(`^2000[0-9]{18}$`).MatchString(id) {
			t.Errorf("id %s", id)
		}
	}
}

func TestAmounts(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ sent, echo string }{
		{"100", "100"}, {"100.0", "100"}, {"1e2", "100"}, {"1.0E7", "10000000"}, {"1", "1"}, {"999999999999", "999999999999"},
		{"0", ""}, {"-1", ""}, {"0.5", ""}, {"100.001", ""}, {"1000000000000", ""}, {"9223372036854775807", ""}, {"1e999999999", ""},
		{"1e-5", ""}, {"123456789012345678901234567890", ""}, {`"100"`, ""}, {"true", ""}, {"[100]", ""}, {"{}", ""}, {"null", ""},
	} {
		a := w.post("/v1/charges", `{"transaction":{"reference":"A-{n}","amount":`+c.sent+`,"currency":"USD"},"payment":{"method":"paypal"}}`)
		if c.echo == "" {
			w.wants(a, 400, "4000")
			continue
		}
		w.is(w.wants(a, 200), "data.amount", c.echo, "data.exchange.amount", c.echo)
	}
}

func TestBodiesOfACharge(t *testing.T) {
	w := newWorld(t)
	good := map[string]string{
		"unknown members":     `{"transaction":{"reference":"A-{n}","amount":1,"currency":"USD","x":[{}]},"payment":{"method":"alipay","3ds1":{},"cof":{},"3ds":{"mode":"always"}},"goods":{"billing":{}},"Transaction":3}`,
		"null like absent":    `{"transaction":{"reference":"A-{n}","amount":1,"currency":"USD","country":null,"auto_capture":null,"locale":null},"payment":null,"urls":null}`,
		"empty texts":         `{"transaction":{"reference":"A-{n}","amount":1,"currency":"USD","country":""},"payment":{"method":"alipay","token":"","nonce":"","client":[],"data":{},"indicator":"1111"},"urls":{"ipn":"","success":""}}`,
		"the last counts":     `{"transaction":{"reference":"A-{n}","amount":"x","amount":1,"currency":"USD"}}`,
		"an app's own scheme": `{"transaction":{"reference":"A-{n}","amount":1,"currency":"USD"},"payment":{"method":"alipay"},"urls":{"mobile":"myshop://done"}}`,
		"card with blanks":    `{"transaction":{"reference":"A-{n}","amount":1,"currency":"USD"},"payment":{"method":"card","data":{"pan":"9490-2200-1166-9217","expiry":"12/23"}}}`,
		"no timeout":          `{"transaction":{"reference":"A-{n}","amount":1,"currency":"USD"},"payment":{"method":"alipay","timeout":0}}`,
		"none as a decimal":   `{"transaction":{"reference":"A-{n}","amount":1,"currency":"USD"},"payment":{"method":"alipay","timeout":0.0}}`,
	}
	for name, body := range good {
		if a := w.post("/v1/charges", body); a.Code != 200 {
			t.Errorf("%s: %d %s", name, a.Code, w.cause())
		}
	}
	transaction := `"transaction":{"reference":"A-{n}","amount":1,"currency":"USD"}`
	for name, c := range map[string]struct{ body, why string }{
		"no transaction":       {`{}`, "transaction.reference is missing"},
		"transaction a list":   {`{"transaction":[]}`, "transaction is not an object"},
		"names are exact":      {`{"Transaction":{"reference":"x","amount":1,"currency":"USD"}}`, "transaction.reference is missing"},
		"no reference":         {`{"transaction":{"amount":1,"currency":"USD"}}`, "transaction.reference is missing"},
		"a number for one":     {`{"transaction":{"reference":7,"amount":1,"currency":"USD"}}`, "transaction.reference is not a string"},
		"a blank for one":      {`{"transaction":{"reference":"  ","amount":1,"currency":"USD"}}`, "transaction.reference is missing"},
		"no currency":          {`{"transaction":{"reference":"x","amount":1}}`, "transaction.currency is missing"},
		"lower case":           {`{"transaction":{"reference":"x","amount":1,"currency":"usd"}}`, "transaction.currency is not three capital letters"},
		"long country":         {`{"transaction":{"reference":"x","amount":1,"currency":"USD","country":"USA"}}`, "transaction.country is not two capital letters"},
		"auto_capture a word":  {`{"transaction":{"reference":"x","amount":1,"currency":"USD","auto_capture":"true"}}`, "transaction.auto_capture is not true or false"},
		"payment without one":  {`{` + transaction + `,"payment":{}}`, "payment.method is missing"},
		"unknown method":       {`{` + transaction + `,"payment":{"method":"bitcoin"}}`, "payment.method is no payment method that is known here"},
		"unknown client":       {`{` + transaction + `,"payment":{"method":"alipay","client":["tv"]}}`, "payment.client is not a list of"},
		"client a word":        {`{` + transaction + `,"payment":{"method":"alipay","client":"desktop"}}`, "payment.client is not a list of strings"},
		"letters in the card":  {`{` + transaction + `,"payment":{"method":"card","data":{"pan":"4111x","expiry":"12/24"}}}`, "payment.data.pan is not 12 to 19 digits"},
		"no date on the card":  {`{` + transaction + `,"payment":{"method":"card","data":{"pan":"4111111111111111"}}}`, "payment.data.expiry is missing"},
		"month 13":             {`{` + transaction + `,"payment":{"method":"card","data":{"pan":"4111111111111111","expiry":"13/24"}}}`, "payment.data.expiry is not MM/YY"},
		"a short cvv":          {`{` + transaction + `,"payment":{"method":"card","data":{"pan":"4111111111111111","expiry":"12/24","cvv":"12"}}}`, "payment.data.cvv is not 3 or 4 digits"},
		"ipn without a scheme": {`{` + transaction + `,"urls":{"ipn":"shop.example/ipn"}}`, "urls.ipn is not an absolute URL"},
		"ipn of an app":        {`{` + transaction + `,"urls":{"ipn":"myshop://ipn"}}`, "urls.ipn is not a URL of http or https"},
		"success a path":       {`{` + transaction + `,"urls":{"success":"/paid"}}`, "urls.success is not an absolute URL"},
		"a past expiry":        {`{` + transaction + `,"payment":{"method":"alipay","expiry":1600000000}}`, "is past"},
		"an expiry too far":    {`{` + transaction + `,"payment":{"method":"alipay","expiry":99999999999}}`, "is more than a year away"},
		"a negative timeout":   {`{` + transaction + `,"payment":{"method":"alipay","timeout":-5}}`, "payment.timeout is not a whole number"},
		"a timeout for ever":   {`{` + transaction + `,"payment":{"method":"alipay","timeout":999999999999}}`, "payment.timeout is not a whole number"},
	} {
		a := w.post("/v1/charges", c.body)
		if a.Code != 400 || a.get("data.code") != "4000" || !strings.Contains(w.cause(), c.why) {
			t.Errorf("%s: %d %s, because %q", name, a.Code, a.body, w.cause())
		}
	}
	if n := len(w.engine.Payments(w.tenant)); n != len(good) {
		t.Errorf("%d charges, of which only %d were accepted", n, len(good))
	}
}

func TestHeaders(t *testing.T) {
	w := newWorld(t)
	a := w.send("POST", "/v1/charges", `{}`, "Authorization", "Bearer "+w.token("server"))
	w.wants(a, 400, "4102")
	a = w.send("POST", "/v1/charges", `{}`, "Authorization", "Bearer "+w.token("server"), "Content-Type", "application/x-www-form-urlencoded")
	w.wants(a, 400, "4102")
	id := w.wallet("alipay").get("data.id")
	for _, c := range []struct {
		a            answer
		vary, allows string
	}{
		{w.post("/v1/charges", `{}`, "Origin", "https://shop.example"), "Origin, accept-encoding", "https://shop.example"},
		{w.get("/v1/transactions/" + id), "Origin, accept-encoding", ""},
		{w.post("/v1/refunds", `{"id":"`+id+`","reference":"R"}`, "Origin", "https://shop.example"), "accept-encoding", ""},
		{w.post("/v1/cancels", `{"id":"`+id+`","reference":"X"}`), "accept-encoding", ""},
		{w.get("/v1/nothing"), "accept-encoding", ""},
	} {
		for name, want := range map[string]string{
			"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-cache, no-store, must-revalidate", "Expires": "0", "Pragma": "no-cache",
			"Content-Security-Policy": "default-src 'none';", "Vary": c.vary, "Access-Control-Allow-Origin": c.allows,
		} {
			if got := strings.Join(c.a.Header().Values(name), ", "); got != want {
				t.Errorf("%s: %q, want %q (%s)", name, got, want, c.a.body)
			}
		}
	}
	// Recorded: this very body had this very tag.
	w.post("/v1/charges", `{"transaction":{"reference":"A","amount":1,"currency":"USD"}}`)
	duplicate := w.wants(w.post("/v1/charges", `{"transaction":{"reference":"A","amount":1,"currency":"USD"}}`), 400, "4100")
	if got := duplicate.Header().Get("ETag"); got != `W/"6c-kZd0TmHTpiZzzK0nm17i6qjKuc4"` {
		t.Errorf("ETag %s", got)
	}
	id = w.wallet("alipay").get("data.id")
	unpaid := w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"R"}`), 406, "4202")
	if got := unpaid.Header().Get("ETag"); got != `W/"68-IemmPsVYxXS1L5wH00+Y/h1ZmIs"` {
		t.Errorf("ETag %s", got)
	}
}

func TestPreflight(t *testing.T) {
	w := newWorld(t)
	a := w.send("OPTIONS", "/v1/vault/abc", "", "Origin", "https://shop.example", "Access-Control-Request-Headers", "authorization")
	if a.Code != 204 || a.body != "" {
		t.Fatalf("%d %s", a.Code, a.body)
	}
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin": "https://shop.example", "Access-Control-Allow-Methods": "GET, DELETE", "Access-Control-Allow-Headers": "authorization", "ETag": "",
	} {
		if got := a.Header().Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, path := range []string{"/v1/refunds", "/v1/captures", "/v1/capture", "/v1/cancels"} {
		w.wants(w.send("OPTIONS", path, "", "Origin", "https://shop.example"), 404, "4103")
	}
}

func TestOneReferenceOneTransaction(t *testing.T) {
	w := newWorld(t)
	id := w.wants(w.card("4111111111111111", false), 200).get("data.id")
	reference := w.payment(id).Reference
	w.wants(w.post("/v1/captures", `{"id":"`+id+`","reference":"`+reference+`"}`), 400, "4100")
	w.wants(w.post("/v1/captures", `{"id":"`+id+`","reference":"K"}`), 200)
	w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"K"}`), 400, "4100")
	w.wants(w.post("/v1/charges", `{"transaction":{"reference":"K","amount":1,"currency":"USD"}}`), 400, "4100")
	// The vault's references are its own.
	w.wants(w.post("/v1/vault", `{"reference":"K","payment":{"method":"card","nonce":"n"}}`), 200)
}

func TestCardAnswers(t *testing.T) {
	w := newWorld(t)
	a := w.wants(w.card("4111111111111111", false), 200)
	w.order(a, "data", paypalMembers)
	w.order(a, "data.payment", "method data type")
	w.is(a, "data.status", `"authorized"`, "data.time_captured", "null", "data.payment.data", `{"pan":"4111******1111","expiry":"12/24"}`, "data.payment.type", `"visa"`)
	a = w.wants(w.card("4111111111111111", true), 200)
	w.order(a, "data", strings.Replace(paypalMembers, "amount ", "amount amount_captured ", 1))
	w.is(a, "data.status", `"succeeded"`, "data.amount_captured", "1000", "data.time_captured", fmt.Sprint(start.Unix()))
	for pan, kind := range map[string]string{"378282246310005": "amex", "5555555555554444": "mastercard", "2223000048400011": "mastercard", "6221558812340014": "unionpay", "6011111111111117": "discover", "3530111333300000": "jcb"} {
		w.is(w.wants(w.card(pan, false), 200), "data.payment.type", `"`+kind+`"`)
	}
}

// A confirmation leaves charge_token out, and of a card also exchange and type;
// it says null where nothing was captured or refunded.
func TestConfirmAnswers(t *testing.T) {
	w := newWorld(t)
	token := w.pendingCharge("A-1").get("data.charge_token")
	a := w.wants(w.post("/v1/charges/"+token, `{"transaction":{"reference":"A-1"},"payment":{"method":"card","data":{"pan":"4111111111111111","expiry":"12/24"}}}`), 200)
	w.order(a, "data", "object id reference amount amount_captured amount_refunded currency time_created time_captured auto_capture status country payment")
	w.order(a, "data.payment", "method data")
	w.is(a, "data.amount_captured", "null", "data.amount_refunded", "null", "data.status", `"authorized"`)
	token = w.pendingCharge("A-2").get("data.charge_token")
	a = w.wants(w.post("/v1/charges/"+token, `{"transaction":{"reference":"A-2"},"payment":{"method":"kakaopay","client":["desktop"]}}`), 200)
	w.order(a, "data", "object id reference amount currency time_created time_captured auto_capture status country exchange payment")
	a = w.pendingCharge("A-3")
	w.order(a, "data", "object charge_token id reference amount currency time_created time_captured auto_capture status country")
}

func TestConfirmOnlyBeforeItIsAuthorized(t *testing.T) {
	w := newWorld(t)
	for _, end := range []string{"approve", "decline", "cancel", "expire"} {
		ch := w.wallet("paypal")
		w.must(w.act(ch.get("data.id"), end, ""))
		w.wants(w.post("/v1/charges/"+ch.get("data.charge_token"), `{"transaction":{"reference":"`+ch.get("data.reference")+`"}}`), 406, "4205")
	}
}

// A method that is always captured does not make the next one so.
// Whoever changes an amount needs no payment for it, and is told the pages.
func TestAnotherAmountLeavesTheWayToPay(t *testing.T) {
	w := newWorld(t)
	a := w.wants(w.post("/v1/charges", `{"transaction":{"reference":"A","amount":500,"currency":"KRW"},"payment":{"method":"kakaopay","client":["desktop"]}}`), 200)
	b := w.wants(w.post("/v1/charges/"+a.get("data.charge_token"), `{"transaction":{"reference":"A","amount":700}}`), 200)
	w.is(b, "data.amount", "700", "data.exchange.amount", "700", "data.status", `"initiated"`)
	if got := clients(b); got != clients(a) {
		t.Errorf("the ways to pay are %s, and were %s", got, clients(a))
	}
	for _, made := range []answer{a, b} {
		w.is(w.send("GET", page(made, "0"), "", "Accept", "application/json"), "amount", `"KRW 700"`)
	}
}

func TestForcedCaptureEndsWithTheMethod(t *testing.T) {
	w := newWorld(t)
	ch := w.wallet("alipay")
	a := w.wants(w.post("/v1/charges/"+ch.get("data.charge_token"), `{"transaction":{"reference":"`+ch.get("data.reference")+`"},"payment":{"method":"paypal"}}`), 200)
	w.is(a, "data.auto_capture", "false")
	w.must(w.act(ch.get("data.id"), "approve", ""))
	w.is(w.get("/v1/transactions/"+ch.get("data.id")), "data.status", `"authorized"`)
}

func TestNothingIsPaidBeforeItIsConfirmed(t *testing.T) {
	w := newWorld(t)
	id := w.pendingCharge("A-1").get("data.id")
	if got := w.payment(id); got.State != "unconfirmed" || strings.Join(got.Actions, " ") != "cancel" || got.Page != "" {
		t.Errorf("%+v", got)
	}
	if err := w.act(id, "approve", ""); err == nil {
		t.Error("a charge without a payment can be approved")
	}
}

func TestInquiry(t *testing.T) {
	w := newWorld(t)
	id := w.wants(w.card("4111111111111111", false), 200).get("data.id")
	a := w.wants(w.get("/v1/transactions/"+id), 200)
	w.order(a, "data", "id object amount currency status time_canceled expiry time_created time_captured country reference amount_captured amount_refunded "+
		"amount_authorized_remaining auto_capture payment exchange captures refunds chargebacks")
	w.is(a, "data.payment", `{"method":"card","type":"","data":{"pan":"","expiry":""}}`, "data.exchange", `{"amount":null,"currency":null,"rate":null}`,
		"data.captures", `{"data":[]}`, "data.refunds", `{"data":[]}`, "data.chargebacks", `{"data":[]}`, "data.amount_authorized_remaining", "1000",
		"data.amount_captured", "null", "data.time_canceled", "null", "data.expiry", "null")
	w.wants(w.get("/v1/transactions/"+w.payment(id).Reference), 404, "4103")
	w.wants(w.get("/v1/transactions/nothing?type=reference"), 404, "4103")
	w.wants(w.get("/v1/transactions/2000000000000000000000"), 404, "4103")
	w.advance(3 * time.Second)
	w.wants(w.post("/v1/cancels", `{"id":"`+id+`","reference":"X"}`), 200)
	w.is(w.get("/v1/transactions/"+id), "data.status", `"canceled"`, "data.time_canceled", fmt.Sprint(start.Unix()+3), "data.amount_authorized_remaining", "0")
}

func TestExpiry(t *testing.T) {
	for _, c := range []struct {
		member, setting string
		after           time.Duration
	}{
		{`"timeout":1200`, `{}`, 20 * time.Minute},
		{`"timeout":60000`, `{"timeout_unit":"milliseconds"}`, time.Minute},
		{fmt.Sprintf(`"expiry":%d`, start.Add(time.Hour).Unix()), `{}`, time.Hour},
		{fmt.Sprintf(`"expiry":%d`, start.Add(time.Hour).UnixMilli()), `{}`, time.Hour},
	} {
		t.Run(c.member, func(t *testing.T) {
			w := newWorld(t)
			w.set(c.setting)
			a := w.wants(w.post("/v1/charges", `{"transaction":{"reference":"A","amount":1,"currency":"USD"},"payment":{"method":"alipay",`+c.member+`},"urls":{"ipn":"{shop}"}}`), 200)
			id := a.get("data.id")
			w.is(w.get("/v1/transactions/"+id), "data.expiry", fmt.Sprint(start.Add(c.after).Unix()))
			w.advance(c.after - time.Millisecond)
			if got := w.payment(id).State; got != "initiated" {
				t.Errorf("it is %s before its time", got)
			}
			w.advance(time.Millisecond)
			w.is(w.get("/v1/transactions/"+id), "data.status", `"expired"`)
			w.hears() // of an expiry nothing is known
			w.wants(w.post("/v1/cancels", `{"id":"`+id+`","reference":"X"}`), 406, "4203")
		})
	}
}

// A charge that is confirmed again has the new time, not the old one.
func TestConfirmSetsTheTimeAnew(t *testing.T) {
	w := newWorld(t)
	a := w.wants(w.post("/v1/charges", `{"transaction":{"reference":"A","amount":1,"currency":"USD"},"payment":{"method":"alipay","timeout":60}}`), 200)
	w.wants(w.post("/v1/charges/"+a.get("data.charge_token"), `{"transaction":{"reference":"A"},"payment":{"method":"alipay","timeout":600}}`), 200)
	w.advance(9 * time.Minute)
	if got := w.payment(a.get("data.id")).State; got != "initiated" {
		t.Errorf("it is %s", got)
	}
	w.advance(time.Minute)
	if got := w.payment(a.get("data.id")).State; got != "expired" {
		t.Errorf("it is %s", got)
	}
}

func TestOutcomesOfAPage(t *testing.T) {
	w := newWorld(t)
	send := func(outcome string) answer {
		return w.post("/v1/charges", `{"transaction":{"reference":"A-{n}","amount":1000,"currency":"USD"},"payment":{"method":"paypal"},"urls":{"ipn":"{shop}"}}`, "Sim-Outcome", outcome)
	}
	a := w.wants(send("approved"), 200)
	w.is(a, "data.status", `"initiated"`) // as always: the payer comes in the same instant
	w.is(w.get("/v1/transactions/"+a.get("data.id")), "data.status", `"authorized"`)
	w.hears("charge authorized")
	a = w.wants(send("insufficient_funds"), 200)
	w.is(w.get("/v1/transactions/"+a.get("data.id")), "data.status", `"failed"`)
	w.hears("charge fail")
}

func TestDeclinedCardsAreKept(t *testing.T) {
	w := newWorld(t)
	for pan, outcome := range map[string]string{
		"4000000000000002": "issuer_declined", "4000000000009995": "insufficient_funds", "4000000000009979": "stolen_card", "4000000000009987": "lost_card",
		"4000000000000069": "expired_card", "4000000000000127": "invalid_cvv", "4100000000000019": "fraud_suspected",
	} {
		a := w.wants(w.card(pan, false), 406, "4200")
		w.is(a, "data.message", `"charge failed"`)
		all := w.journal()
		if e := all[len(all)-1]; e.Outcome != outcome || e.Origin != "card" {
			t.Errorf("%s: outcome %s by %s", pan, e.Outcome, e.Origin)
		}
		pays := w.engine.Payments(w.tenant)
		last := pays[len(pays)-1]
		w.is(w.get("/v1/transactions/"+last.Reference+"?type=reference"), "data.status", `"failed"`, "data.amount_captured", "null")
		w.wants(w.post("/v1/charges", `{"transaction":{"reference":"`+last.Reference+`","amount":1,"currency":"USD"}}`), 400, "4100")
		w.moved(last.ID, "")
		w.hears("charge fail")
	}
	w.wants(w.card("4000000000000119", false), 500, "5100")
	w.hears()
}

func TestTroubles(t *testing.T) {
	for outcome, want := range map[string]struct {
		status        int
		code, message string
	}{
		"processing_error": {500, "5100", "internal server error"}, "unknown_error": {500, "4101", "unknown error"},
		"gateway_timeout": {508, "4105", "gateway timeout"}, "gateway_unavailable": {508, "4106", "gateway unavailable"}, "gateway_error": {508, "4107", "gateway error"},
	} {
		t.Run(outcome, func(t *testing.T) {
			w := newWorld(t)
			id := w.wants(w.card("4111111111111111", false), 200).get("data.id")
			for _, call := range [][3]string{
				{"POST", "/v1/charges", `{"transaction":{"reference":"Z","amount":1,"currency":"USD"},"payment":{"method":"alipay"}}`},
				{"POST", "/v1/captures", `{"id":"` + id + `","reference":"Z"}`},
				{"POST", "/v1/cancels", `{"id":"` + id + `","reference":"Z"}`},
				{"GET", "/v1/transactions/" + id, ""},
				{"POST", "/v1/vault", `{"reference":"Z","payment":{"method":"card","nonce":"n"}}`},
				{"GET", "/v1/vault", ""},
				{"GET", "/v1/consults?method=card&amount=1&currency=MXN", ""},
				{"POST", "/v1/config", `{"payment":{"method":"card"},"data":{"consumer_id":"1"}}`},
			} {
				a := w.wants(w.do(call[0], call[1], call[2], "Sim-Outcome", outcome), want.status, want.code)
				w.is(a, "data.message", strconv.Quote(want.message))
			}
			w.wants(w.post("/v1/captures", `{"id":"`+id+`","reference":"Z"}`), 200)
			w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"R"}`, "Sim-Outcome", outcome), want.status, want.code)
			w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"R"}`), 200)
		})
	}
}

// script is a plan.Planner that says the same of every call and payer.
type script struct {
	call  plan.Call
	payer *plan.Payer
}

func (s *script) Call(plan.Facts) plan.Call   { return s.call }
func (s *script) Webhook(string) plan.Webhook { return plan.Webhook{} }
func (s *script) Payer(string) (plan.Payer, bool) {
	if s.payer == nil {
		return plan.Payer{}, false
	}
	return *s.payer, true
}

func (w *world) plan(s *script) {
	w.tenant.Lock()
	defer w.tenant.Unlock()
	w.tenant.Planner = nil
	if s != nil {
		w.tenant.Planner = s
	}
}

func TestDecidedLater(t *testing.T) {
	const at = 2 * time.Minute
	later := func(w *world, outcome string, call func() answer) string {
		w.token("server")
		w.plan(&script{call: plan.Call{Effect: plan.Effect{Outcome: outcome, Later: at}}})
		a := w.wants(call(), 200)
		w.plan(nil)
		return a.get("data.id")
	}
	status := func(w *world, id, want string) {
		w.Helper()
		w.is(w.get("/v1/transactions/"+id), "data.status", strconv.Quote(want))
	}
	t.Run("card", func(t *testing.T) {
		w := newWorld(t)
		id := later(w, "approved", func() answer { return w.card("4111111111111111", true) })
		status(w, id, "pending")
		w.hears()
		w.advance(at)
		status(w, id, "succeeded")
		w.hears("charge success")
		w.moved(id, "captured 1000")
	})
	t.Run("declined", func(t *testing.T) {
		w := newWorld(t)
		id := later(w, "stolen_card", func() answer { return w.card("4111111111111111", false) })
		w.advance(at)
		status(w, id, "failed")
		w.hears("charge fail")
	})
	t.Run("canceled before", func(t *testing.T) {
		w := newWorld(t)
		id := later(w, "approved", func() answer { return w.card("4111111111111111", false) })
		w.wants(w.post("/v1/cancels", `{"id":"`+id+`","reference":"X"}`), 200)
		w.advance(at)
		status(w, id, "canceled")
		w.moved(id, "")
	})
	t.Run("expired before", func(t *testing.T) {
		w := newWorld(t)
		id := later(w, "approved", func() answer { return w.card("4111111111111111", false) })
		w.must(w.act(id, "expire", ""))
		status(w, id, "expired")
	})
	t.Run("wallet", func(t *testing.T) {
		w := newWorld(t)
		id := later(w, "approved", func() answer { return w.wallet("alipay") })
		status(w, id, "initiated")
		w.advance(at)
		status(w, id, "succeeded")
	})
	t.Run("confirmed", func(t *testing.T) {
		w := newWorld(t)
		for _, first := range []answer{w.pendingCharge("A-1"), w.wallet("paypal")} {
			id := later(w, "approved", func() answer {
				return w.post("/v1/charges/"+first.get("data.charge_token"), `{"transaction":{"reference":"`+first.get("data.reference")+`"},"payment":{"method":"card","nonce":"n"}}`)
			})
			status(w, id, "pending")
			w.advance(at)
			status(w, id, "authorized")
		}
	})
}

func TestScriptedPayer(t *testing.T) {
	w := newWorld(t)
	w.plan(&script{payer: &plan.Payer{Action: "approve", After: 2 * time.Second}})
	id := w.wallet("kakaopay").get("data.id")
	w.pendingCharge("A-1") // nobody is asked yet
	w.advance(2 * time.Second)
	w.hears("charge authorized")
	w.moved(id, "authorized 1000")
}

func TestFiftyCapturesAtOnce(t *testing.T) {
	w := newWorld(t)
	id := w.wants(w.card("4111111111111111", false), 200).get("data.id")
	token := w.token("server")
	var wg sync.WaitGroup
	var mu sync.Mutex
	got := map[string]int{}
	for n := range 50 {
		wg.Go(func() {
			a := w.send("POST", "/v1/captures", fmt.Sprintf(`{"id":%q,"reference":"K-%d"}`, id, n), "Content-Type", "application/json", "Authorization", "Bearer "+token)
			mu.Lock()
			defer mu.Unlock()
			got[fmt.Sprint(a.Code, a.get("data.code"))]++
		})
	}
	wg.Wait()
	if got["200"] != 1 || got["4064201"] != 49 {
		t.Errorf("%v", got)
	}
	w.moved(id, "authorized 1000, captured 1000")
	w.hears("charge authorized", "charge captured")
}

func TestNoSecretsAreKept(t *testing.T) {
	w := newWorld(t)
	w.wants(w.card("4111111111111111", false), 200)
	w.wants(w.card("4000000000000002", false), 406, "4200")
	w.post("/v1/charges", `{"transaction":{"reference":"","amount":1},"payment":{"method":"card","data":{"pan":"4111111111111111","expiry":"1","cvv":"987"}}}`)
	w.wants(w.post("/v1/vault", `{"reference":"V","payment":{"method":"card","nonce":"secret-nonce","data":{"pan":"4012888888881881","expiry":"12/23","cvv":"987"}}}`), 200)
	w.tenant.Lock()
	rows, _ := w.tenant.DB.Snapshot()
	w.tenant.Unlock()
	entries, _ := json.Marshal(w.journal())
	token := strings.Split(w.token("server"), ".")[2]
	for _, secret := range []string{"4111111111111111", "4000000000000002", "4012888888881881", `"987"`, `\"987\"`, "secret-nonce", w.key(), token} {
		if strings.Contains(string(entries), secret) {
			t.Errorf("the journal holds %q", secret)
		}
		if strings.Contains(string(rows), secret) {
			t.Errorf("a row holds %q", secret)
		}
	}
}
