package toypay

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"paysim/internal/provider"
)

var events = []provider.Event{
	{Name: "charge.paid", When: "the payer has paid", Evidence: ours},
	{Name: "charge.captured", When: "money was taken", Evidence: ours},
}

var webhooks = &provider.Webhooks{
	Ladder:   []time.Duration{time.Minute, 10 * time.Minute},
	Timeout:  5 * time.Second,
	Received: func(status int, _ []byte) bool { return status/100 == 2 },
	Means:    "any 2xx",
	Dated:    true,
	Sign:     sign,
	Evidence: ours,
}

func tell(tx *provider.Tx, event string, ch charge) {
	body, _ := json.Marshal(wireEvent{Event: event, Charge: ch.wire()})
	tx.Emit(provider.Message{Event: event, Payment: ch.ID, URL: ch.Notify, Header: http.Header{"Content-Type": {"application/json"}}, Body: body})
}

// sign puts "t=<seconds>,v1=<HMAC-SHA256 of t.body, keyed with the API key>"
// into a header.
func sign(m provider.Message, s provider.Signature) provider.Message {
	key := keyPrefix + s.Tenant
	switch s.Mode {
	case provider.SignMissing:
		return m
	case provider.SignWrongKey:
		key += "-wrong"
	}
	at := strconv.FormatInt(s.At.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(at + "." + string(m.Body)))
	m.Header = m.Header.Clone()
	m.Header.Set("Toy-Signature", "t="+at+",v1="+hex.EncodeToString(mac.Sum(nil)))
	return m
}
