package citcon

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"

	"paysim/internal/machine"
	"paysim/internal/provider"
)

var ipn = documented("Webhook / IPN")

var events = []provider.Event{
	{Name: "charge.authorized", When: "a charge is authorized", Evidence: ipn},
	{Name: "charge.captured", When: "a capture of an authorized charge has worked", Evidence: ipn},
	{Name: "charge.success", When: "a charge is paid and captured in one", Evidence: ipn},
	{Name: "charge.canceled", When: "a charge is canceled, by merchant or payer", Evidence: manual("How to verify UPI IPN signature, status cancelled")},
	{Name: "charge.fail", When: "a charge is declined", Evidence: manual("How to verify UPI IPN signature, status fail")},
	{Name: "refund.success", When: "a refund has worked", Evidence: ipn},
	{Name: "refund.fail", When: "a refund was refused by the gateway", Evidence: ipn},
	{Name: "chargeback.notification_of_claim", When: "a chargeback is opened", Evidence: ipn},
	{Name: "chargeback.request_for_information", When: "the payer's bank asks for information", Evidence: ipn},
	{Name: "chargeback.information_supplied", When: "the information was supplied", Evidence: ipn},
	{Name: "chargeback.won", When: "the merchant has won", Evidence: ipn},
	{Name: "chargeback.lost", When: "the merchant has lost", Evidence: ipn},
	{Name: "chargeback.case_closed", When: "the case is closed", Evidence: ipn},
	{Name: "vault.success", When: "an instrument is on file", Evidence: ipn},
	{Name: "vault.fail", When: "an instrument could not be put on file", Evidence: ipn},
}

// The ladder is Alipay's published one: Citcon's manuals promise retries and
// say nothing of when.
var webhooks = &provider.Webhooks{
	Ladder:   []time.Duration{2 * time.Minute, 10 * time.Minute, 10 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour, 15 * time.Hour},
	Timeout:  10 * time.Second,
	Received: func(status int, _ []byte) bool { return status/100 == 2 },
	Means:    "any 2xx, whatever the body",
	Sign:     sign,
	Evidence: assumed("manuals promise \"build-in retry\"; neither the delays nor what counts as received is public"),
}

// wireIPN is a notification, in wire order. fields names the members before it;
// sign is added when it is signed.
type wireIPN struct {
	ID              string `json:"id"`
	TransactionType string `json:"transaction_type"`
	Reference       string `json:"reference"`
	Amount          int64  `json:"amount"`
	Currency        string `json:"currency"`
	Status          string `json:"status"`
	TimeCreated     string `json:"time_created"`
	TimeCompleted   string `json:"time_completed"`
	PaymentMethod   string `json:"payment_method"`
	AmountCaptured  any    `json:"amount_captured"` // a number, or "" for none
	AmountRefunded  any    `json:"amount_refunded"` // a number, or "" for none
	Payment         string `json:"payment"`         // JSON in a string, or ""
	Fields          string `json:"fields"`
}

const ipnFields = "id,transaction_type,reference,amount,currency,status,time_created,time_completed,payment_method,amount_captured,amount_refunded,payment"

// ipnTime is how a notification writes a time. The manual's text says
// yyyy-MM-dd HH:mm:ss, its example is like this.
func ipnTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// words are the two spellings of a notification's status.
var words = map[string]map[string]string{
	"documented": {"authorized": "authorized", "captured": "captured", "success": "success", "canceled": "cancelled", "fail": "fail"},
	"sdk":        {"authorized": "authorized", "captured": "succeeded", "success": "succeeded", "canceled": "canceled", "fail": "failed"},
}

// tell sends a notification of an event. The end of the event's name gives the
// status unless it has one already.
func tell(tx *provider.Tx, event, payment, to string, w wireIPN) {
	kind, name, _ := strings.Cut(event, ".")
	w.TransactionType, w.Fields, w.TimeCompleted = kind, ipnFields, ipnTime(tx.Now)
	if w.Status == "" {
		w.Status = words[tx.Text("ipn_words")][name]
	}
	if w.AmountCaptured == nil {
		w.AmountCaptured = ""
	}
	if w.AmountRefunded == nil {
		w.AmountRefunded = ""
	}
	tx.Emit(provider.Message{
		Event: event, Payment: payment, URL: to, Header: http.Header{"Content-Type": {"application/json"}}, Body: provider.Marshal(w),
	})
}

// stateEvents are the states of which a merchant is told. Of an expiry nothing
// is known.
var stateEvents = map[machine.State]string{
	authorized: "charge.authorized", succeeded: "charge.success", failed: "charge.fail", canceled: "charge.canceled",
}

func tellCharge(tx *provider.Tx, ch charge) {
	if event, ok := stateEvents[ch.State]; ok {
		tell(tx, event, ch.ID, ch.URLs.IPN, ch.ipn())
	}
}

func tellCaptured(tx *provider.Tx, ch charge) {
	tell(tx, "charge.captured", ch.ID, ch.URLs.IPN, ch.ipn())
}

func (ch charge) ipn() wireIPN {
	w := wireIPN{ID: ch.ID, Reference: ch.Reference, Amount: ch.Amount, Currency: ch.Currency, TimeCreated: ipnTime(ch.Created), PaymentMethod: ch.Method}
	if ch.Captured > 0 {
		w.AmountCaptured = ch.Captured
	}
	if ch.Refunded > 0 {
		w.AmountRefunded = ch.Refunded
	}
	return w
}

func tellRefund(tx *provider.Tx, ch charge, r refund) {
	event := "refund.success"
	if r.State == failed {
		event = "refund.fail"
	}
	tell(tx, event, ch.ID, ch.URLs.IPN, wireIPN{
		ID: r.ID, Reference: r.Reference, Amount: r.Amount, Currency: ch.Currency, TimeCreated: ipnTime(r.Created), PaymentMethod: ch.Method,
	})
}

func tellChargeback(tx *provider.Tx, ch charge, b chargeback) {
	tell(tx, "chargeback."+string(b.State), ch.ID, ch.URLs.IPN, wireIPN{
		ID: ch.ID, Reference: ch.Reference, Amount: b.Amount, Currency: ch.Currency, TimeCreated: ipnTime(b.Created), PaymentMethod: ch.Method,
		Status: caseWords[b.State],
	})
}

func tellVault(tx *provider.Tx, v vaulted, payment, to string) {
	event := "vault.success"
	if v.State != active {
		event = "vault.fail"
	}
	about := provider.Marshal(struct {
		Token string   `json:"token"`
		Type  string   `json:"type"`
		Data  wireCard `json:"data"`
	}{v.Token, v.Type, wireCard{PAN: v.PAN, Expiry: v.Expiry}})
	tell(tx, event, payment, to, wireIPN{
		ID: v.Token, Reference: v.Reference, TimeCreated: ipnTime(v.Created), PaymentMethod: v.Method, Payment: string(about),
	})
}

// sign adds the signature as the last member: the members that fields names,
// and fields itself, sorted and joined as k=v with &, then the private key as
// secret; of that the SHA-256, which is no HMAC.
func sign(m provider.Message, s provider.Signature) provider.Message {
	secret := keyPrefix + s.Tenant
	switch {
	case s.Mode == provider.SignMissing, gjson.GetBytes(m.Body, "sign").Exists(): // a scenario has put one there
		return m
	case s.Mode == provider.SignWrongKey:
		secret += "-of-nobody"
	}
	names := append(strings.Split(gjson.GetBytes(m.Body, "fields").String(), ","), "fields")
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		v := gjson.GetBytes(m.Body, name)
		text := v.String()
		if v.Type == gjson.Number {
			text = v.Raw // as it stands, never as a float
		}
		b.WriteString(name + "=" + text + "&")
	}
	sum := sha256.Sum256([]byte(b.String() + "secret=" + secret))
	if signed, err := sjson.SetBytes(m.Body, "sign", hex.EncodeToString(sum[:])); err == nil { // it is an object, always
		m.Body = signed
	}
	return m
}
