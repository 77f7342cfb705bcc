package appotapay

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"paysim/internal/provider"
)

var events = []provider.Event{
	{Name: "order.success", When: "an order is paid; any other end is not told", Evidence: documented("payment/result")},
}

var webhooks = &provider.Webhooks{
	Ladder:   []time.Duration{5 * time.Minute, 5 * time.Minute, 5 * time.Minute},
	Timeout:  10 * time.Second,
	Received: received,
	Means:    `HTTP 200 and a body whose status is "ok"`,
	Inside:   inside,
	Sign:     sign,
	Evidence: documented("payment/result (the time until an attempt is given up is ours)"),
}

func received(status int, body []byte) bool {
	var answer struct {
		Status string `json:"status"`
	}
	return status == http.StatusOK && json.Unmarshal(body, &answer) == nil && answer.Status == "ok"
}

// tell notifies the merchant of a paid order. The document spells the header's
// value "applicaton/json", which is taken for a slip.
func tell(tx *provider.Tx, o order) {
	body := provider.Marshal(wireNotice{Data: o.data(tx.Tenant), Time: tx.Now.Unix()})
	tx.Emit(provider.Message{Event: "order.success", Payment: o.ID, URL: o.NotifyURL, Header: http.Header{"Content-Type": {"application/json"}}, Body: body})
}

// inside opens data to a change, and packs it again.
func inside(m provider.Message, change func([]byte) ([]byte, error)) (provider.Message, error) {
	var notice wireNotice
	if err := json.Unmarshal(m.Body, &notice); err != nil {
		return m, err
	}
	text, err := base64.StdEncoding.DecodeString(notice.Data)
	if err == nil {
		text, err = change(text)
	}
	if err != nil {
		return m, err
	}
	notice.Data = base64.StdEncoding.EncodeToString(text)
	m.Body = provider.Marshal(notice)
	return m, nil
}

// data is an order as notifications carry it: JSON as PHP writes it, in padded
// base64.
func (o order) data(partner string) string {
	w := o.wire(partner, o.Lang)
	w.Transaction.Fee = map[string]int{"customer_fee": 0}
	w.TokenResult = o.tokenResult(o.Lang)
	return base64.StdEncoding.EncodeToString(provider.Escape(provider.Marshal(w)))
}

// sign puts the signature of data beside it. The time is not covered.
func sign(m provider.Message, s provider.Signature) provider.Message {
	var notice wireNotice
	if s.Mode == provider.SignMissing || json.Unmarshal(m.Body, &notice) != nil {
		return m
	}
	secret := secretOf(s.Tenant)
	if s.Mode == provider.SignWrongKey {
		secret += "-wrong"
	}
	notice.Signature = dataSignature(notice.Data, secret)
	m.Body = provider.Marshal(notice)
	return m
}

// dataSignature is the HMAC-SHA256 of the base64 text as it stands, in lower-case
// hexadecimal.
func dataSignature(data, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(data))
	return hex.EncodeToString(mac.Sum(nil))
}

// back leads the payer to the merchant's redirectUrl, with the same three fields
// as a notification; unlike that, whatever the end is.
func (o order) back(c *provider.Call) string {
	data := o.data(c.Tenant)
	return withQuery(o.ReturnURL, "data="+url.QueryEscape(data)+"&signature="+dataSignature(data, secretOf(c.Tenant))+"&time="+strconv.FormatInt(o.Updated.Unix(), 10))
}
