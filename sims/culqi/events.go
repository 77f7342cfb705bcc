package culqi

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"

	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"

	"paysim/internal/provider"
)

var eventRows = []provider.Event{
	{Name: "token.creation.succeeded", When: "a token was made", Evidence: openAPI},
	{Name: "token.update.succeeded", When: "a token's metadata changed", Evidence: openAPI},
	{Name: "token.expired", When: "five minutes passed and nobody used the token", Evidence: openAPI},
	{Name: "charge.creation.succeeded", When: "a charge was authorized or captured", Evidence: openAPI},
	{Name: "charge.creation.failed", When: "a charge was declined", Evidence: openAPI},
	{Name: "charge.update.succeeded", When: "a charge's metadata changed", Evidence: openAPI},
	{Name: "charge.capture.succeeded", When: "an authorized charge was captured", Evidence: openAPI},
	{Name: "charge.expired", When: "an authorized charge was not captured within four days", Evidence: openAPI},
	{Name: "charge.status.changed", When: "a charge is disputed", Evidence: openAPI},
	{Name: "refund.creation.succeeded", When: "money was given back", Evidence: openAPI},
	{Name: "refund.update.succeeded", When: "a refund's metadata changed", Evidence: openAPI},
	{Name: "customer.creation.succeeded", When: "a customer was made", Evidence: openAPI},
	{Name: "customer.delete.succeeded", When: "a customer was deleted", Evidence: openAPI},
	{Name: "card.creation.succeeded", When: "a card was saved", Evidence: openAPI},
	{Name: "card.creation.failed", When: "a card was declined when it was to be saved", Evidence: openAPI},
	{Name: "card.updated.succeeded", When: "a card's metadata or token changed", Evidence: openAPI},
	{Name: "card.delete.succeeded", When: "a card was deleted, also with its customer", Evidence: openAPI},
	{Name: "plan.creation.succeeded", When: "a plan was made", Evidence: openAPI},
	{Name: "plan.update.succeeded", When: "a plan changed", Evidence: openAPI},
	{Name: "plan.delete.succeeded", When: "a plan was deleted", Evidence: openAPI},
	{Name: "subscription.creation.succeeded", When: "a subscription was made", Evidence: openAPI},
	{Name: "subscription.update.succeeded", When: "a subscription's metadata or card changed", Evidence: openAPI},
	{Name: "subscription.cancel.succeeded", When: "a subscription was cancelled, also with its card or plan", Evidence: openAPI},
	{Name: "subscription.charge.succeeded", When: "a subscription was charged", Evidence: openAPI},
	{Name: "subscription.charge.failed", When: "a subscription's charge was declined", Evidence: openAPI},
	{Name: "order.creation.succeeded", When: "an order was made", Evidence: openAPI},
	{Name: "order.status.changed", When: "an order was paid, expired or deleted", Evidence: guides},
}

var webhooks = &provider.Webhooks{
	Ladder:   []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour},
	Timeout:  10 * time.Second,
	Received: func(status int, _ []byte) bool { return status/100 == 2 },
	Inside:   inside,
	Means:    "any 2xx; how often Culqi tries again is not documented, the ladder is the simulator's",
	Evidence: guides,
}

// tell makes an event and sends it to whoever is registered for its type. about
// is the charge or order that it speaks of, if it does. An event that nobody is
// registered for is not kept: the recorded test account, with no webhooks, has
// an empty list of events behind hundreds of calls.
func tell(tx *provider.Tx, event, about string, data json.RawMessage) error {
	urls := tx.TextMap("webhooks")
	url := urls[event]
	if url == "" {
		url = urls["*"]
	}
	if url == "" {
		tx.Emit(provider.Message{Event: event, Payment: about})
		return nil
	}
	if tx.Text("event_data") == "string" {
		data = provider.Marshal(string(data))
	}
	e := eventRow{ID: "evt_test_" + tx.Stream("event").Text(16, alphanumeric), Type: event, Created: tx.Now.Truncate(time.Millisecond), Data: data}
	events.Put(tx, e)
	header := http.Header{"Content-Type": {"application/json"}}
	if user := tx.Text("webhook_basic_auth"); user != "" {
		header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user)))
	}
	tx.Emit(provider.Message{Event: event, Payment: about, URL: url, Header: header, Body: provider.Marshal(e.wire())})
	return nil
}

// inside lets a change see data as an object, also where it is JSON in a string.
func inside(m provider.Message, change func([]byte) ([]byte, error)) (provider.Message, error) {
	body := m.Body
	wrapped := gjson.GetBytes(body, "data").Type == gjson.String
	var err error
	if wrapped {
		if body, err = sjson.SetRawBytes(body, "data", []byte(gjson.GetBytes(body, "data").Str)); err != nil {
			return m, err
		}
	}
	if body, err = change(body); err != nil {
		return m, err
	}
	if data := gjson.GetBytes(body, "data"); wrapped && data.Exists() {
		if body, err = sjson.SetRawBytes(body, "data", provider.Marshal(data.Raw)); err != nil {
			return m, err
		}
	}
	m.Body = body
	return m, nil
}

func (e eventRow) wire() wireEvent {
	return wireEvent{Object: "event", ID: e.ID, Type: e.Type, Created: e.Created.UnixMilli(), Data: e.Data}
}

func eventOf(c *provider.Call) (eventRow, error) {
	e, ok := events.Get(c, c.Vars["id"])
	if !ok {
		return e, &refused{row: errUnknownEvent, args: []any{c.Vars["id"]}}
	}
	return e, nil
}

var getEvent = one(eventOf, func(c *provider.Call, e eventRow) any { return e.wire() })

func listEvents(c *provider.Call) (provider.Reply, error) {
	return list(c, listing[eventRow]{
		path: "/v2/events", rows: newest(events.All(c), func(eventRow) bool { return true }), id: func(e eventRow) string { return e.ID },
		facts: func(e eventRow) facts {
			return facts{texts: map[string]string{"type": e.Type}, dates: map[string]time.Time{"creation_date": e.Created}}
		},
		wire: func(e eventRow) any { return e.wire() },
	})
}

// What follows is data as the events of tokens, charges and refunds carry it:
// in camel case and with other names than the API's. Other events carry the
// object as the API shows it.

type wireEventCharge struct {
	Object             string           `json:"object"`
	Merchant           *string          `json:"merchant"`
	ID                 string           `json:"id"`
	Created            int64            `json:"creationDate"`
	Original           int64            `json:"originalAmount"`
	Refunded           int64            `json:"refundedAmount"`
	Actual             int64            `json:"actualAmount"`
	Installments       int64            `json:"installments"`
	InstallmentsAmount *int64           `json:"installmentsAmount"`
	Currency           string           `json:"currency"`
	Email              string           `json:"email"`
	Description        *string          `json:"description"`
	Source             wireEventToken   `json:"source"`
	Outcome            wireEventOutcome `json:"outcome"`
	FraudScore         tenths           `json:"fraudScore"`
	Client             *wireEventClient `json:"client"`
	Dispute            bool             `json:"dispute"`
	Capture            bool             `json:"capture"`
	Reference          string           `json:"referenceCode"`
	Metadata           json.RawMessage  `json:"metadata"`
	Fee                *int64           `json:"fee"`
	Fees               wireEventFees    `json:"feeDetails"`
	Taxes              *int64           `json:"feeTaxes"`
	Transfer           *int64           `json:"transferAmount"`
	Paid               bool             `json:"paid"`
	Statement          string           `json:"statementDescriptor"`
	TransferID         *string          `json:"transferId"`
	Operations         *string          `json:"operations"`
	Duplicated         bool             `json:"duplicated"`
	Subscription       string           `json:"subscriptionId,omitempty"`
}

type wireEventToken struct {
	Object   string           `json:"object"`
	ID       string           `json:"id"`
	Type     string           `json:"type"`
	Created  int64            `json:"creationDate"`
	Email    string           `json:"email"`
	Number   string           `json:"cardNumber"`
	LastFour string           `json:"lastFourDigits"`
	Active   bool             `json:"active"`
	IIN      wireEventIIN     `json:"iin"`
	Client   wireEventBrowser `json:"tokenClient"`
	Metadata json.RawMessage  `json:"metadata"`
}

type wireEventIIN struct {
	Object       string          `json:"object"`
	Value        string          `json:"value"`
	Brand        string          `json:"brand"`
	Type         string          `json:"cardType"`
	Category     *string         `json:"cardCategory"`
	Issuer       wireEventIssuer `json:"issuer"`
	Installments []int64         `json:"installments"`
}

type wireEventIssuer struct {
	Name        string  `json:"name"`
	Country     string  `json:"country"`
	CountryCode string  `json:"countryCode"`
	Website     *string `json:"website"`
	Phone       *string `json:"phone"`
}

type wireEventBrowser struct {
	IP          string  `json:"ip"`
	Country     string  `json:"countryIp"`
	CountryCode string  `json:"countryCodeIp"`
	Browser     *string `json:"browser"`
	Fingerprint *string `json:"deviceFingerprint"`
	Device      string  `json:"device"`
}

type wireEventOutcome struct {
	Type    string  `json:"type"`
	Code    string  `json:"code"`
	Decline *string `json:"declineCode"`
	Message string  `json:"message"`
	User    string  `json:"userMessage"`
}

type wireEventClient struct {
	Name    string `json:"name"`
	Last    string `json:"lastName"`
	Address string `json:"address"`
	City    string `json:"city"`
	Country string `json:"country"`
	Phone   string `json:"phone"`
	Object  string `json:"object"`
}

type wireEventFees struct {
	Fixed    wireEventFee `json:"fixed_fee"`
	Variable wireEventFee `json:"variable_fee"`
}

type wireEventFee struct {
	Amount           *int64          `json:"amount"`
	Currency         *string         `json:"currency"`
	Rate             *int64          `json:"exchangeRate"`
	RateCurrencyCode *string         `json:"exchangeRateCurrencyCode"`
	Commission       json.RawMessage `json:"commision"`
	Total            *int64          `json:"total"`
}

type wireEventRefund struct {
	Object   string          `json:"object"`
	ID       string          `json:"id"`
	Charge   string          `json:"chargeId"`
	Created  int64           `json:"creationDate"`
	Amount   int64           `json:"amount"`
	Reason   string          `json:"reason"`
	Metadata json.RawMessage `json:"metadata"`
}

func eventToken(t tokenRow) json.RawMessage { return provider.Marshal(t.event()) }

func (t tokenRow) event() wireEventToken {
	i := iinOf(t.Bin)
	country, code := i.where()
	return wireEventToken{
		Object: "token", ID: t.ID, Type: t.Kind, Created: whole(t.Created), Email: t.Email, Number: t.Masked, LastFour: t.LastFour, Active: t.State != tokenExpired,
		IIN: wireEventIIN{Object: "iin", Value: i.bin, Brand: i.brand, Type: i.kind, Category: textOrNull(i.category),
			Issuer: wireEventIssuer{Name: i.issuer, Country: country, CountryCode: code}, Installments: append([]int64{}, i.installments...)},
		Client: wireEventBrowser{IP: t.IP, Country: "Perú", CountryCode: "PE", Device: t.Device}, Metadata: orEmpty(t.Metadata),
	}
}

func eventCharge(tx *provider.Tx, ch chargeRow) json.RawMessage {
	t, _ := tokens.Get(tx, ch.Token)
	o := ch.outcome()
	out := wireEventCharge{
		Object: "charge", ID: ch.ID, Created: whole(ch.Created), Original: ch.Amount, Refunded: ch.Refunded, Actual: ch.Amount - ch.Refunded,
		Currency: ch.Currency, Email: ch.Email, Description: textOrNull(ch.Description), Source: t.event(),
		Outcome:    wireEventOutcome{Type: o.Type, Code: o.Code, Decline: textOrNull(o.Decline), Message: o.Merchant, User: o.User},
		FraudScore: tenths(ch.FraudScore), Dispute: ch.Dispute, Capture: ch.captured(), Reference: ch.Reference, Metadata: orEmpty(ch.Metadata),
		Statement: "CULQI*", Subscription: ch.Subscription,
	}
	if ch.Installments > 1 {
		out.Installments, out.InstallmentsAmount = ch.Installments, new((ch.Amount+ch.Installments/2)/ch.Installments)
	}
	if a := ch.Antifraud; a != nil {
		out.Client = &wireEventClient{a.First, a.Last, a.Address, a.City, a.Country, a.Phone, "client"}
	}
	if ch.Outcome == "" {
		fee, taxes := fees(out.Actual)
		out.Fee, out.Taxes, out.Transfer = new(fee+taxes), &taxes, new(out.Actual-fee-taxes)
		out.Fees.Variable = wireEventFee{Currency: &ch.Currency, Commission: commission, Total: &fee}
	}
	return provider.Marshal(out)
}

func eventRefund(r refundRow) json.RawMessage {
	return provider.Marshal(wireEventRefund{"refund", r.ID, r.Charge, whole(r.Created), r.Amount, reasons[r.Reason], orEmpty(r.Metadata)})
}
