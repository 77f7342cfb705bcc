package citcon_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"paysim/internal/provider"
	"paysim/internal/webhook"
	"paysim/sims/citcon"
)

// The sum was made with sha256sum of
//
//	amount=100&amount_captured=100&amount_refunded=&currency=USD&fields=id,transaction_type,reference,amount,currency,status,time_created,time_completed,payment_method,amount_captured,amount_refunded,payment&id=2000119945447391883269&payment=&payment_method=paypal&reference=A-1&status=success&time_completed=2021-07-16T09:23:44.000Z&time_created=2021-07-16T09:23:40.000Z&transaction_type=charge&secret=sk-development-braintree
const (
	unsigned = `{"id":"2000119945447391883269","transaction_type":"charge","reference":"A-1","amount":100,"currency":"USD","status":"success",` +
		`"time_created":"2021-07-16T09:23:40.000Z","time_completed":"2021-07-16T09:23:44.000Z","payment_method":"paypal","amount_captured":100,"amount_refunded":"","payment":"",` +
		`"fields":"id,transaction_type,reference,amount,currency,status,time_created,time_completed,payment_method,amount_captured,amount_refunded,payment"}`
	vector = "cb9f088fbee983909a06baf3119ece2972ba3cbf98204456c7c7baeb3ebd46ee"
)

func TestSignatureVector(t *testing.T) {
	sign := citcon.Provider().Webhooks.Sign
	m := provider.Message{Body: []byte(unsigned)}
	got := string(sign(m, provider.Signature{Tenant: "braintree", Mode: provider.SignRight}).Body)
	if want := strings.TrimSuffix(unsigned, "}") + `,"sign":"` + vector + `"}`; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if string(m.Body) != unsigned {
		t.Error("signing changed the message that it was given")
	}
	if err := verifyIPN(got, "sk-development-braintree"); err != nil {
		t.Error(err)
	}
	for _, mode := range []provider.SignMode{provider.SignWrongKey, provider.SignMissing} {
		forged := string(sign(m, provider.Signature{Tenant: "braintree", Mode: mode}).Body)
		if verifyIPN(forged, "sk-development-braintree") == nil {
			t.Errorf("%s is accepted: %s", mode, forged)
		}
	}
}

func TestASignatureThatIsThereStays(t *testing.T) {
	const body = `{"sign":"x","id":"1","fields":"id"}`
	if got := citcon.Provider().Webhooks.Sign(provider.Message{Body: []byte(body)}, provider.Signature{Tenant: "shop", Mode: provider.SignRight}); string(got.Body) != body {
		t.Errorf("it became %s", got.Body)
	}
}

// A shop plugin hard-codes these thirteen keys, payment among them.
func TestNotificationSatisfiesAVerifierOfFixedKeys(t *testing.T) {
	w := newWorld(t)
	w.must(w.act(w.wallet("alipay").get("data.id"), "approve", ""))
	for _, body := range w.bodies() {
		var parts []string
		for _, k := range []string{"amount", "amount_captured", "amount_refunded", "currency", "fields", "id", "payment", "payment_method", "reference", "status", "time_completed", "time_created", "transaction_type"} {
			parts = append(parts, k+"="+gjson.Get(body, k).String())
		}
		sum := sha256.Sum256([]byte(strings.Join(parts, "&") + "&secret=" + w.key()))
		if hex.EncodeToString(sum[:]) != gjson.Get(body, "sign").String() {
			t.Errorf("refused: %s", body)
		}
	}
}

func TestNotificationOfACharge(t *testing.T) {
	w := newWorld(t)
	ch := w.wallet("alipay")
	w.advance(4 * time.Second)
	w.must(w.act(ch.get("data.id"), "approve", ""))
	bodies := w.bodies()
	if len(bodies) != 1 {
		t.Fatal(bodies)
	}
	a := answer{body: bodies[0]}
	w.order(a, "@this", "id transaction_type reference amount currency status time_created time_completed payment_method amount_captured amount_refunded payment fields sign")
	w.is(a, "transaction_type", `"charge"`, "status", `"success"`, "amount", "1000", "amount_captured", "1000", "amount_refunded", `""`, "payment", `""`,
		"payment_method", `"alipay"`, "time_created", `"2026-03-01T09:00:00.000Z"`, "time_completed", `"2026-03-01T09:00:04.000Z"`,
		"fields", `"id,transaction_type,reference,amount,currency,status,time_created,time_completed,payment_method,amount_captured,amount_refunded,payment"`)
	if a.get("id") != ch.get("data.id") || a.get("reference") != ch.get("data.reference") {
		t.Error(a.body)
	}
}

func TestNotificationOfTheVault(t *testing.T) {
	w := newWorld(t)
	w.wants(w.post("/v1/vault", `{"reference":"V","payment":{"method":"card","data":{"pan":"378282246310005","expiry":"12/12"}},"urls":{"ipn":"{shop}"}}`), 200)
	a := answer{body: w.bodies()[0]}
	w.is(a, "transaction_type", `"vault"`, "amount", "0", "amount_captured", `""`)
	about := answer{body: a.get("payment")}
	w.order(about, "@this", "token type data")
	w.is(about, "data", `{"pan":"3782******0005","expiry":"12/12"}`)
}

func TestWords(t *testing.T) {
	w := newWorld(t)
	w.set(`{"ipn_words":"sdk"}`)
	act := func(method, action string) {
		w.must(w.act(w.wallet(method).get("data.id"), action, ""))
	}
	act("alipay", "approve")
	act("alipay", "decline")
	act("alipay", "cancel")
	id := w.wants(w.card("4111111111111111", false), 200).get("data.id")
	w.wants(w.post("/v1/captures", `{"id":"`+id+`","reference":"K"}`), 200)
	w.wants(w.post("/v1/refunds", `{"id":"`+id+`","reference":"R"}`), 200)
	w.wants(w.post("/v1/refunds", `{"id":"`+w.wants(w.card("4111111111111111", true), 200).get("data.id")+`","reference":"R2"}`, "Sim-Outcome", "refund_failed"), 406)
	got := strings.Join(w.ipns(), ", ")
	for _, want := range []string{"charge succeeded", "charge failed", "charge canceled", "charge authorized", "refund succeeded", "refund failed"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
}

func TestLadder(t *testing.T) {
	w := newWorld(t)
	w.status = http.StatusInternalServerError
	w.must(w.act(w.wallet("alipay").get("data.id"), "approve", ""))
	w.advance(25 * time.Hour)
	if n := len(w.bodies()); n != 8 {
		t.Errorf("%d attempts, want 8", n)
	}
	w.tenant.Lock()
	defer w.tenant.Unlock()
	for _, d := range w.tenant.Outbox.All() {
		if d.State != webhook.Failed || !strings.HasSuffix(d.URL, "/ipn?id=7") {
			t.Errorf("%s %s", d.State, d.URL)
		}
	}
}
