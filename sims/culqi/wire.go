package culqi

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"paysim/internal/provider"
)

// The bodies of v2, members in the order in which Culqi writes them. Times are
// milliseconds except in orders, current plans and current subscriptions,
// where they are seconds.

type wireToken struct {
	Object   string          `json:"object"`
	ID       string          `json:"id"`
	Type     string          `json:"type"`
	Created  int64           `json:"creation_date"`
	Email    *string         `json:"email"`
	Number   string          `json:"card_number"`
	LastFour string          `json:"last_four"`
	Active   bool            `json:"active"`
	IIN      wireIIN         `json:"iin"`
	Client   wireClient      `json:"client"`
	Metadata json.RawMessage `json:"metadata"`
}

type wireIIN struct {
	Object       string     `json:"object"`
	Bin          string     `json:"bin"`
	Brand        *string    `json:"card_brand"`
	Type         *string    `json:"card_type"`
	Category     *string    `json:"card_category"`
	Issuer       wireIssuer `json:"issuer"`
	Installments []int64    `json:"installments_allowed"` // null in the source of a charge that is read
}

type wireIssuer struct {
	Name        string  `json:"name"`
	Country     string  `json:"country"`
	CountryCode *string `json:"country_code"`
	Website     *string `json:"website"`
	Phone       *string `json:"phone_number"`
}

type wireClient struct {
	IP          string  `json:"ip"`
	Country     *string `json:"ip_country"`
	CountryCode *string `json:"ip_country_code"`
	Browser     *string `json:"browser"`
	Fingerprint *string `json:"device_fingerprint"`
	DeviceType  *string `json:"device_type"`
}

type wireCharge struct {
	Duplicated         bool             `json:"duplicated"`
	Object             string           `json:"object"`
	ID                 string           `json:"id"`
	Created            int64            `json:"creation_date"`
	Amount             int64            `json:"amount"`
	Refunded           int64            `json:"amount_refunded"`
	Current            int64            `json:"current_amount"`
	Installments       int64            `json:"installments"`
	InstallmentsAmount *int64           `json:"installments_amount"`
	Currency           string           `json:"currency_code"`
	Email              *string          `json:"email"`
	Description        *string          `json:"description"`
	Source             any              `json:"source"` // wireToken or wireCard
	Outcome            wireOutcome      `json:"outcome"`
	FraudScore         tenths           `json:"fraud_score"`
	Antifraud          *wireAntifraud   `json:"antifraud_details,omitempty"`
	Dispute            bool             `json:"dispute"`
	Capture            *bool            `json:"capture"`
	Reference          string           `json:"reference_code"`
	Authorization      string           `json:"authorization_code"`
	Metadata           json.RawMessage  `json:"metadata"`
	TotalFee           *int64           `json:"total_fee"`
	Fees               wireFees         `json:"fee_details"`
	Taxes              *int64           `json:"total_fee_taxes"`
	Transfer           *int64           `json:"transfer_amount"`
	Paid               bool             `json:"paid"`
	Statement          *string          `json:"statement_descriptor"`
	TransferID         *string          `json:"transfer_id"`
	Operations         *[]wireOperation `json:"operations,omitempty"` // not in the answer that creates
	CaptureDate        *int64           `json:"capture_date"`
}

type wireOutcome struct {
	Type     string `json:"type"`
	Code     string `json:"code"`
	Decline  string `json:"decline_code,omitempty"`
	Merchant string `json:"merchant_message"`
	User     string `json:"user_message"`
}

type wireAntifraud struct {
	First   string `json:"first_name"`
	Last    string `json:"last_name"`
	Address string `json:"address"`
	City    string `json:"address_city"`
	Country string `json:"country_code"`
	Phone   string `json:"phone"`
	Object  string `json:"object"`
}

type wireFees struct {
	Fixed    *struct{}     `json:"fixed_fee"`
	Variable *wireVariable `json:"variable_fee"`
}

type wireVariable struct {
	Currency   string          `json:"currency_code"`
	Commission json.RawMessage `json:"commision"` // so spelt
	Total      int64           `json:"total"`
}

type wireOperation struct {
	Type        string `json:"type"`
	ID          string `json:"id"`
	Created     int64  `json:"creation_date"`
	Amount      int64  `json:"amount"`
	OperationID int64  `json:"operation_id"`
	Fixed       *int64 `json:"fixed_fee"`
	Variable    *int64 `json:"variable_fee"`
	Taxes       *int64 `json:"total_fee_taxes"`
	Transfer    *int64 `json:"transfer_amount"`
}

type wireReview struct {
	Action string `json:"action_code"`
	User   string `json:"user_message"`
}

type wireRefund struct {
	Object   string          `json:"object"`
	ID       string          `json:"id"`
	Charge   string          `json:"charge_id"`
	Created  int64           `json:"creation_date"`
	Amount   int64           `json:"amount"`
	Reason   string          `json:"reason"`
	Metadata json.RawMessage `json:"metadata"`
	Status   string          `json:"status,omitempty"`
	Modified int64           `json:"last_modified,omitempty"`
}

type wireCustomer struct {
	Object    string          `json:"object"`
	ID        string          `json:"id"`
	Created   int64           `json:"creation_date"`
	Email     string          `json:"email"`
	Antifraud wireAntifraud   `json:"antifraud_details"`
	Cards     *[]wireCard     `json:"cards,omitempty"` // not in the answer that creates
	Metadata  json.RawMessage `json:"metadata"`
}

type wireCard struct {
	Object   string          `json:"object"`
	ID       string          `json:"id"`
	Active   bool            `json:"active"`
	Created  int64           `json:"creation_date"`
	Customer string          `json:"customer_id"`
	Source   wireToken       `json:"source"`
	Metadata json.RawMessage `json:"metadata"`
}

type wirePlan struct {
	Object        string          `json:"object"`
	ID            string          `json:"id"`
	Created       int64           `json:"creation_date"`
	Name          string          `json:"name"`
	Amount        int64           `json:"amount"`
	Currency      string          `json:"currency_code"`
	Count         int64           `json:"interval_count"`
	Interval      string          `json:"interval"`
	Limit         int64           `json:"limit"`
	Trial         int64           `json:"trial_days"`
	Subscriptions int64           `json:"total_subscriptions"`
	Metadata      json.RawMessage `json:"metadata"`
}

type wireSubscription struct {
	Object      string          `json:"object"`
	ID          string          `json:"id"`
	Created     int64           `json:"creation_date"`
	Status      string          `json:"status"`
	Period      int64           `json:"current_period"`
	Total       int64           `json:"total_period"`
	PeriodStart int64           `json:"current_period_start"`
	PeriodEnd   int64           `json:"current_period_end"`
	AtEnd       bool            `json:"cancel_at_period_end"`
	CancelAt    *int64          `json:"cancel_at"`
	Ended       *int64          `json:"ended_at"`
	Next        *int64          `json:"next_billing_date"`
	TrialStart  *int64          `json:"trial_start"`
	TrialEnd    *int64          `json:"trial_end"`
	Charges     []wireCharge    `json:"charges"`
	Plan        wirePlan        `json:"plan"`
	Card        wireCard        `json:"card"`
	Metadata    json.RawMessage `json:"metadata"`
}

type wireOrder struct {
	Object      string          `json:"object"`
	ID          string          `json:"id"`
	Amount      int64           `json:"amount"`
	Code        *string         `json:"payment_code"`
	Currency    string          `json:"currency_code"`
	Description string          `json:"description"`
	Number      string          `json:"order_number"`
	State       string          `json:"state"`
	TotalFee    *int64          `json:"total_fee"`
	Net         *int64          `json:"net_amount"`
	Fees        *wireFees       `json:"fee_details"`
	Created     int64           `json:"creation_date"`
	Expires     int64           `json:"expiration_date"`
	Updated     *int64          `json:"updated_at"`
	Paid        *int64          `json:"paid_at"`
	Available   *int64          `json:"available_on"`
	Metadata    json.RawMessage `json:"metadata"`
	*wireOrderLinks
}

// wireOrderLinks is what orders have gained since 2023.
type wireOrderLinks struct {
	QR       *string `json:"qr"`
	Cuotealo *string `json:"cuotealo"`
	URL      *string `json:"url_pe"`
}

type wireDeleted struct {
	ID       string `json:"id"`
	Deleted  bool   `json:"deleted"`
	Merchant string `json:"merchant_message"`
}

type wireEvent struct {
	Object  string          `json:"object"`
	ID      string          `json:"id"`
	Type    string          `json:"type"`
	Created int64           `json:"creation_date"`
	Data    json.RawMessage `json:"data"`
}

type wireError struct {
	Object   string  `json:"object"`
	Type     string  `json:"type,omitempty"`
	Charge   string  `json:"charge_id,omitempty"`
	Code     string  `json:"code,omitempty"`
	Decline  string  `json:"decline_code,omitempty"`
	Merchant string  `json:"merchant_message"`
	User     *string `json:"user_message,omitempty"`
	Param    string  `json:"param,omitempty"`
}

// tenths is a number that always shows one decimal: 6.0.
type tenths int64

func (t tenths) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(t)/10, 'f', 1, 64), nil
}

var (
	empty      = json.RawMessage("{}")
	commission = json.RawMessage("0.0399")
)

// reply is an answer with Culqi's own spelling of the content type.
func reply(status int, v any) provider.Reply {
	return provider.Reply{Status: status, Header: http.Header{"Content-Type": {"application/json;charset=UTF-8"}}, Body: provider.Marshal(v)}
}

// whole is a time in milliseconds with the fraction of the second cut off, as
// most of Culqi's creation dates are.
func whole(t time.Time) int64 { return t.Unix() * 1000 }

func wholeOrNull(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	return new(whole(t))
}

func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func numberOrNull(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

func orEmpty(m json.RawMessage) json.RawMessage {
	if m == nil {
		return empty
	}
	return m
}
