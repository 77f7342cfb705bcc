package citcon

import (
	"strconv"

	"paysim/internal/provider"
)

const (
	app     = "citcon_upi"
	version = "v1.0.0"
)

type wireEnvelope struct {
	Status  string `json:"status"`
	App     string `json:"app"`
	Version string `json:"version"`
	Data    any    `json:"data"`
}

// success is the answer to a call that worked; never any status but 200.
func success(data any) provider.Reply {
	return provider.JSON(200, wireEnvelope{Status: "success", App: app, Version: version, Data: data})
}

type wireError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

type wireToken struct {
	AccessToken string   `json:"access_token"`
	TokenType   string   `json:"token_type"`
	Expiry      int64    `json:"expiry"` // seconds
	Permission  []string `json:"permission"`
}

// number is an amount or a time that can be absent, null or there.
type number struct {
	shown, known bool
	value        int64
}

var nullNumber = number{shown: true}

func there(n int64) number { return number{shown: true, known: true, value: n} }

// whenAny is n, or null while it is 0.
func whenAny(n int64) number {
	if n == 0 {
		return nullNumber
	}
	return there(n)
}

// IsZero leaves the member out.
func (n number) IsZero() bool { return !n.shown }

func (n number) MarshalJSON() ([]byte, error) {
	if !n.known {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, n.value, 10), nil
}

type wireCharge struct {
	Object         string        `json:"object"`
	ChargeToken    string        `json:"charge_token,omitempty"`
	ID             string        `json:"id"`
	Reference      string        `json:"reference"`
	Amount         int64         `json:"amount"`
	AmountCaptured number        `json:"amount_captured,omitzero"`
	AmountRefunded number        `json:"amount_refunded,omitzero"`
	Currency       string        `json:"currency"`
	TimeCreated    int64         `json:"time_created"`
	TimeCaptured   number        `json:"time_captured"`
	AutoCapture    bool          `json:"auto_capture"`
	Status         string        `json:"status"`
	Country        *string       `json:"country"`
	Exchange       *wireExchange `json:"exchange,omitempty"`
	Payment        *wirePayment  `json:"payment,omitempty"`
}

type wireExchange struct {
	Amount   number  `json:"amount"`
	Currency *string `json:"currency"`
	Rate     number  `json:"rate"`
}

// noExchange is how inquiries and some refunds say that nothing was exchanged.
var noExchange = wireExchange{Amount: nullNumber, Rate: nullNumber}

// sameCurrency is an exchange at par, the only one ever printed or recorded.
func sameCurrency(amount int64, currency string) *wireExchange {
	return &wireExchange{Amount: there(amount), Currency: &currency, Rate: there(1)}
}

type wirePayment struct {
	Method string       `json:"method"`
	Token  string       `json:"token,omitempty"`
	Client []wireClient `json:"client,omitempty"`
	Data   *wireCard    `json:"data,omitempty"`
	Type   string       `json:"type,omitempty"`
}

type wireClient struct {
	Client  string `json:"client"`
	Format  string `json:"format"`
	Method  string `json:"method"`
	Content string `json:"content"`
}

type wireCard struct {
	PAN    string `json:"pan,omitempty"`
	Expiry string `json:"expiry,omitempty"`
}

type wireCapture struct {
	Object         string             `json:"object"`
	ID             string             `json:"id"`
	Reference      string             `json:"reference"`
	Amount         int64              `json:"amount"`          // of the charge
	AmountCaptured int64              `json:"amount_captured"` // of the charge so far
	Currency       string             `json:"currency"`
	TimeCreated    int64              `json:"time_created"`
	TimeCaptured   int64              `json:"time_captured"`
	Status         string             `json:"status"`
	Country        *string            `json:"country"`
	Exchange       wireExchange       `json:"exchange"`
	Payment        wireCapturePayment `json:"payment"`
}

type wireCapturePayment struct {
	Method string  `json:"method"`
	Token  string  `json:"token"`
	Data   wirePAN `json:"data"`
}

type wirePAN struct {
	PAN string `json:"pan"`
}

type wireRefund struct {
	ID             string       `json:"id"`
	Object         string       `json:"object"`
	Reference      string       `json:"reference"`
	Amount         int64        `json:"amount"`
	AmountRefunded int64        `json:"amount_refunded"` // of the charge so far
	Currency       string       `json:"currency"`
	Country        *string      `json:"country"`
	TimeCreated    int64        `json:"time_created"`
	Payment        wirePayment  `json:"payment"`
	Status         string       `json:"status"`
	TimeCompleted  number       `json:"time_completed,omitzero"`
	Exchange       wireExchange `json:"exchange"`
}

type wireCancel struct {
	ID          string            `json:"id"` // of the charge
	Object      string            `json:"object"`
	Reference   string            `json:"reference"` // of the cancellation
	Amount      int64             `json:"amount"`
	Currency    string            `json:"currency"`
	TimeCreated int64             `json:"time_created"` // of the charge
	Country     *string           `json:"country"`
	Payment     wireCancelPayment `json:"payment"`
	Status      string            `json:"status"`
}

type wireCancelPayment struct {
	Method string  `json:"method"`
	Type   string  `json:"type"` // always empty
	Data   wirePAN `json:"data"` // always empty
}

type wireInquiry struct {
	ID                  string             `json:"id"`
	Object              string             `json:"object"`
	Amount              int64              `json:"amount"`
	Currency            string             `json:"currency"`
	Status              string             `json:"status"`
	TimeCanceled        number             `json:"time_canceled"`
	Expiry              number             `json:"expiry"`
	TimeCreated         int64              `json:"time_created"`
	TimeCaptured        number             `json:"time_captured"`
	Country             *string            `json:"country"`
	Reference           string             `json:"reference"`
	AmountCaptured      number             `json:"amount_captured"`
	AmountRefunded      number             `json:"amount_refunded"`
	AuthorizedRemaining number             `json:"amount_authorized_remaining"`
	AutoCapture         bool               `json:"auto_capture"`
	Payment             wireInquiryPayment `json:"payment"`
	Exchange            wireExchange       `json:"exchange"`
	Captures            wireList           `json:"captures"`
	Refunds             wireList           `json:"refunds"`
	Chargebacks         wireList           `json:"chargebacks"`
}

// wireInquiryPayment names the method and nothing else: the document prints the
// members of a card empty.
type wireInquiryPayment struct {
	Method string       `json:"method"`
	Type   string       `json:"type"`
	Data   wireBareCard `json:"data"`
}

type wireBareCard struct {
	PAN    string `json:"pan"`
	Expiry string `json:"expiry"`
}

type wireList struct {
	Data []wirePart `json:"data"`
}

// wirePart is a capture, refund or chargeback inside an inquiry. Only empty
// lists are printed; the members are ours.
type wirePart struct {
	ID          string `json:"id"`
	Object      string `json:"object"`
	Reference   string `json:"reference,omitempty"`
	Amount      int64  `json:"amount"`
	Currency    string `json:"currency"`
	Status      string `json:"status"`
	TimeCreated int64  `json:"time_created"`
}

type wireVault struct {
	Object      string           `json:"object"`
	Reference   string           `json:"reference"`
	Status      string           `json:"status"`
	Payment     wireVaultPayment `json:"payment"`
	Country     *string          `json:"country"`
	TimeCreated int64            `json:"time_created"`
}

// wireVaultRead has the same members as wireVault in another order, and the
// token once more in front.
type wireVaultRead struct {
	Token       string           `json:"token"`
	Reference   string           `json:"reference"`
	Object      string           `json:"object"`
	Payment     wireVaultPayment `json:"payment"`
	Status      string           `json:"status"`
	Country     *string          `json:"country"`
	TimeCreated int64            `json:"time_created"`
}

type wireVaultList struct {
	Data []wireVaultRead `json:"data"`
}

type wireVaultPayment struct {
	Method string   `json:"method"`
	Token  string   `json:"token"`
	Type   string   `json:"type"`
	Data   wireCard `json:"data"`
}

type wireConsult struct {
	Installments struct {
		Data []wireInstallment `json:"data"`
	} `json:"installments"`
	Promotions struct {
		Data []wirePromotion `json:"data"`
	} `json:"promotions"`
}

type wireInstallment struct {
	TotalAmount       int64 `json:"total_amount"`
	InstallmentNo     int64 `json:"installment_no"`
	InstallmentAmount int64 `json:"installment_amount"`
}

type wirePromotion struct {
	DiscountAmount    int64  `json:"discount_amount"`
	MinOriginalAmount int64  `json:"min_original_amount"`
	MaxOriginalAmount int64  `json:"max_original_amount"`
	DiscountCode      string `json:"discount_code"`
	Expiry            int64  `json:"expiry"` // milliseconds, unlike every other time
	Issuer            string `json:"issuer"`
	Balance           int64  `json:"balance"`
	TokenPayment      bool   `json:"token_payment"`
}

type wireConfig struct {
	Object  string `json:"object"`
	Gateway string `json:"gateway"`
	Config  struct {
		ClientToken    string `json:"client_token"`
		PublishableKey string `json:"publishable_key"`
	} `json:"config"`
	Payment wireConfigPayment `json:"payment"`
}

type wireConfigPayment struct {
	Method string `json:"method"`
}

// orNull is a text that is null when empty.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
