package paymenticon

import (
	"net/http"
	"slices"
	"time"

	"paysim/internal/machine"
	"paysim/internal/provider"
)

// events are one per status that a session can go to.
var events = func() []provider.Event {
	var out []provider.Event
	var seen []machine.State
	for _, m := range []*machine.Table{&paymentStates, &accessStates} {
		for _, s := range m.States() {
			if s == created || slices.Contains(seen, s) {
				continue
			}
			seen = append(seen, s)
			out = append(out, provider.Event{Name: "session." + string(s), When: "a session becomes " + string(s), Evidence: doc("Notifications about session status changes")})
		}
	}
	return out
}()

var sessionEvents = func() []string {
	var out []string
	for _, e := range events {
		out = append(out, e.Name)
	}
	return out
}()

// webhooks: twelve tries in all until exactly 200. The waits between them are
// ours; the document gives their number alone.
var webhooks = &provider.Webhooks{
	Ladder: []time.Duration{
		time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour,
	},
	Timeout:  10 * time.Second,
	Received: func(status int, _ []byte) bool { return status == http.StatusOK },
	Means:    "exactly 200; any other status, 204 and redirects too, is tried again",
	Sign:     sign,
	Evidence: doc("Notifications about session status changes"),
}

// tell notifies the merchant's confirmation URL.
func tell(tx *provider.Tx, s session) {
	hints := map[string]string{"wallet": s.Merchant, "dialect": tx.Text("signature_dialect")}
	if tx.Flag("notification_signature") {
		hints["sealed"] = "yes"
	}
	tx.Emit(provider.Message{
		Event: "session." + string(s.Status), Payment: s.ID, URL: tx.Text("notification_url"),
		Header: http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}}, Body: s.wire(), Hints: hints,
	})
}

// sign signs like a call to the merchant, with an empty time.
func sign(m provider.Message, how provider.Signature) provider.Message {
	if how.Mode == provider.SignMissing {
		return m
	}
	wallet := m.Hints["wallet"]
	key := apiKey(wallet)
	if how.Mode == provider.SignWrongKey {
		key += "-wrong"
	}
	sum := signBody(key, http.MethodPost, m.URL, "", m.Body, dialects[m.Hints["dialect"]])
	m.Header = m.Header.Clone()
	m.Header.Set("Authorization", "hmac "+wallet+":"+sum)
	if m.Hints["sealed"] != "" {
		m.Body = seal(m.Body, "_signature", sum)
	}
	return m
}
