package appotapay

import (
	"encoding/json"
	"time"

	"paysim/internal/catalog"
	"paysim/internal/provider"
)

// wireError is a refusal.
type wireError struct {
	ErrorCode int         `json:"errorCode"`
	Message   string      `json:"message"`
	Errors    []wireField `json:"errors,omitempty"`
}

type wireField struct {
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

// wireReason is why a charge, a reversal or a refund failed, inside an answer of
// 200. The page types details "Array or Object"; there is nothing to put in.
type wireReason struct {
	ErrorCode int    `json:"errorCode"`
	Message   string `json:"message"`
}

func reasonOf(name, lang string) *wireReason {
	row := errorRows.ByName(name)
	if row == nil {
		return nil
	}
	return &wireReason{number(row), wording(row, lang)}
}

// wireCard has the country under countryCode where a charge carries it and under
// country where an enrollment does, as the printed answers do.
type wireCard struct {
	Number          string `json:"number"`
	ExpirationMonth string `json:"expirationMonth"`
	ExpirationYear  string `json:"expirationYear"`
	CardBrand       string `json:"cardBrand"`
	CardType        string `json:"cardType"`
	CountryCode     string `json:"countryCode,omitempty"`
	Brand           string `json:"brand,omitempty"`
	Country         string `json:"country,omitempty"`
}

const cardCountry = "VN"

func (k card) wire() wireCard {
	return wireCard{Number: k.Masked, ExpirationMonth: k.Month, ExpirationYear: k.Year, CardBrand: k.Brand, CardType: "CREDIT"}
}

func (k card) wireCharge(aliases bool) wireCard {
	w := k.wire()
	w.CountryCode = cardCountry
	if aliases {
		w.Brand, w.Country = k.Brand, cardCountry
	}
	return w
}

func (k card) wireEnrollment() wireCard {
	w := k.wire()
	w.Country = cardCountry
	return w
}

type wireToken struct {
	TokenID       string   `json:"tokenId"`
	MerchantRefID string   `json:"merchantRefId"`
	TokenType     string   `json:"tokenType"`
	Card          wireCard `json:"card"`
}

type wireDeletion struct {
	TokenID       string `json:"tokenId"`
	MerchantRefID string `json:"merchantRefId"`
	IsDeleted     bool   `json:"isDeleted"`
}

type wireEnrollment struct {
	ID            string   `json:"id"`
	MerchantRefID string   `json:"merchantRefId"`
	TokenID       string   `json:"tokenId,omitempty"`
	Status        string   `json:"status"`
	Amount        int64    `json:"amount"`
	Currency      string   `json:"currency"`
	PageURL       string   `json:"deviceDataCollectionUrl,omitempty"`
	ECI           string   `json:"eci,omitempty"`
	Card          wireCard `json:"card"`
}

// wireAuthentication is the same object as wireEnrollment on the page beside it:
// another name for the id, and another order.
type wireAuthentication struct {
	AuthenticationID string   `json:"authenticationId"`
	MerchantRefID    string   `json:"merchantRefId"`
	Status           string   `json:"status"`
	Amount           int64    `json:"amount"`
	Currency         string   `json:"currency"`
	TokenID          string   `json:"tokenId,omitempty"`
	PageURL          string   `json:"deviceDataCollectionUrl,omitempty"`
	ECI              string   `json:"eci,omitempty"`
	Card             wireCard `json:"card"`
}

// openPage is the page's URL while there is something to do on it.
func (e enrollment) openPage() string {
	if e.State == enrollPending || e.State == cardEnrolled {
		return e.Page
	}
	return ""
}

func (e enrollment) wire() wireEnrollment {
	return wireEnrollment{e.ID, e.Reference, e.TokenID, string(e.State), e.Amount, currency, e.openPage(), e.ECI, e.Card.wireEnrollment()}
}

func (e enrollment) wireAuthentication() wireAuthentication {
	return wireAuthentication{e.ID, e.Reference, string(e.State), e.Amount, currency, e.TokenID, e.openPage(), e.ECI, e.Card.wireEnrollment()}
}

// wireCharge leaves out what a state does not have: no capturedAmount and no
// reconciliationId before the capture, no amounts and no approval for a decline.
type wireCharge struct {
	ID                   string      `json:"id"`
	AuthenticationID     string      `json:"authenticationId,omitempty"`
	MerchantRefID        string      `json:"merchantRefId"`
	Status               string      `json:"status"`
	AuthorizedAmount     int64       `json:"authorizedAmount,omitempty"`
	CapturedAmount       int64       `json:"capturedAmount,omitempty"`
	Currency             string      `json:"currency"`
	ApprovalCode         string      `json:"approvalCode,omitempty"`
	ECI                  string      `json:"eci,omitempty"`
	ReconciliationID     string      `json:"reconciliationId,omitempty"`
	BankReconciliationID string      `json:"bankReconciliationId,omitempty"`
	TokenID              string      `json:"tokenId,omitempty"`
	Card                 wireCard    `json:"card"`
	ChargeType           string      `json:"chargeType"`
	ErrorInformation     *wireReason `json:"errorInformation,omitempty"`
	CreatedAt            string      `json:"createdAt"`
	UpdatedAt            string      `json:"updatedAt"`
}

func (c charge) wire(lang string, aliases bool) wireCharge {
	return wireCharge{
		ID: c.ID, AuthenticationID: c.AuthenticationID, MerchantRefID: c.Reference, Status: string(c.State),
		AuthorizedAmount: c.Authorized, CapturedAmount: c.Captured, Currency: currency, ApprovalCode: c.ApprovalCode, ECI: c.ECI,
		ReconciliationID: c.ReconciliationID, BankReconciliationID: c.BankID, TokenID: c.TokenID, Card: c.Card.wireCharge(aliases),
		ChargeType: c.Type, ErrorInformation: reasonOf(c.Refusal, lang), CreatedAt: stamp(c.Created), UpdatedAt: stamp(c.Updated),
	}
}

type wireReversal struct {
	ReversalID       string      `json:"reversalId"`
	AuthorizationID  string      `json:"authorizationId"`
	MerchantRefID    string      `json:"merchantRefId"`
	Amount           int64       `json:"amount"`
	Currency         string      `json:"currency"`
	Status           string      `json:"status"`
	ErrorInformation *wireReason `json:"errorInformation,omitempty"`
	CreatedAt        string      `json:"createdAt"`
	UpdatedAt        string      `json:"updatedAt"`
	ReversedAt       string      `json:"reversedAt,omitempty"`
}

func (b back) wireReversal(lang string) wireReversal {
	return wireReversal{b.ID, b.ChargeID, b.Reference, b.Amount, currency, string(b.State), reasonOf(b.Refusal, lang), stamp(b.Created), stamp(b.Updated), stamp(b.Done)}
}

type wireRefund struct {
	RefundID         string      `json:"refundId"`
	TransactionID    string      `json:"transactionId"`
	MerchantRefID    string      `json:"merchantRefId"`
	Amount           int64       `json:"amount"`
	Currency         string      `json:"currency"`
	Status           string      `json:"status"`
	ErrorInformation *wireReason `json:"errorInformation,omitempty"`
	CreatedAt        string      `json:"createdAt"`
	UpdatedAt        string      `json:"updatedAt"`
}

func (b back) wireRefund(lang string) wireRefund {
	return wireRefund{b.ID, b.ChargeID, b.Reference, b.Amount, currency, string(b.State), reasonOf(b.Refusal, lang), stamp(b.Created), stamp(b.Updated)}
}

type wireCodes struct {
	ErrorCode int        `json:"errorCode"`
	Message   string     `json:"message"`
	Data      []wireCode `json:"data"`
}

type wireCode struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

// wireOrder is an order as create and status answer it, and as a notification
// tells it.
type wireOrder struct {
	Transaction      wireTransaction `json:"transaction"`
	PartnerReference wirePartner     `json:"partnerReference"`
	Payment          *wirePayment    `json:"payment,omitempty"`
	TokenResult      string          `json:"tokenResult,omitempty"` // JSON inside JSON, as published
}

type wireTransaction struct {
	TransactionID    string         `json:"transactionId"`
	ReconciliationID string         `json:"reconciliationId,omitempty"`
	PartnerCode      string         `json:"partnerCode"`
	Status           string         `json:"status"`
	ErrorCode        int            `json:"errorCode"`
	ErrorMessage     string         `json:"errorMessage"`
	OrderAmount      int64          `json:"orderAmount"`
	Amount           int64          `json:"amount"`
	DiscountAmount   int64          `json:"discountAmount"`
	Currency         string         `json:"currency"`
	BankCode         string         `json:"bankCode"`
	PaymentMethod    string         `json:"paymentMethod"`
	Action           string         `json:"action"`
	Version          string         `json:"version"`
	Fee              map[string]int `json:"fee,omitempty"`
	CreatedAt        string         `json:"createdAt"`
	UpdatedAt        string         `json:"updatedAt"`
}

type wirePartner struct {
	Order wirePartnerOrder `json:"order"`
}

type wirePartnerOrder struct {
	ID        string `json:"id"`
	Info      string `json:"info"`
	ExtraData string `json:"extraData"`
}

type wirePayment struct {
	URL         string  `json:"url"`
	QRCode      *wireQR `json:"qrCode"`
	DeepLinkURL string  `json:"deepLinkUrl"`
}

type wireQR struct {
	URL     string `json:"url"`
	Content string `json:"content"`
	Expiry  string `json:"expiry"`
}

// outcome is the row that an order's state goes with; one that ended as error has
// the row that it was refused with.
func (o order) outcome() *catalog.Error {
	if row := errorRows.ByName(o.Refusal); row != nil {
		return row
	}
	if o.State == statusSuccess {
		return errSuccess
	}
	return errPending
}

func (o order) wire(partner, lang string) wireOrder {
	row := o.outcome()
	t := wireTransaction{
		TransactionID: o.ID, PartnerCode: partner, Status: string(o.State), ErrorCode: number(row), ErrorMessage: wording(row, lang),
		OrderAmount: o.Amount, Amount: o.Amount, Currency: currency, BankCode: o.Bank, PaymentMethod: o.Method, Action: o.Action, Version: "2.0",
		CreatedAt: stamp(o.Created), UpdatedAt: stamp(o.Updated),
	}
	if o.State == statusSuccess {
		t.ReconciliationID = o.ID
	}
	return wireOrder{Transaction: t, PartnerReference: wirePartner{wirePartnerOrder{o.Reference, o.Info, o.ExtraData}}}
}

// tokenResult is the saved card of an order that asked for one.
func (o order) tokenResult(lang string) string {
	if o.Token == "" || o.State != statusSuccess {
		return ""
	}
	type saved struct {
		Status     string `json:"status"`
		Token      string `json:"token"`
		CardName   string `json:"card_name"`
		CardNumber string `json:"card_number"`
		CardDate   string `json:"card_date"`
		CardType   string `json:"card_type"`
	}
	text, _ := json.Marshal(struct {
		Status  int    `json:"status"`
		Message string `json:"message"`
		Card    saved  `json:"card"`
	}{0, wording(errSuccess, lang), saved{"active", o.Token, "NGUYEN VAN A", "970400xxxxxx0018", "", "ATM_CARD"}})
	return string(provider.Escape(text))
}

type wireOrderRefund struct {
	RefundID      string `json:"refundId"`
	TransactionID string `json:"transactionId"`
	PartnerRefID  string `json:"partnerRefId"`
	Amount        int64  `json:"amount"`
	Currency      string `json:"currency"`
	Reason        string `json:"reason"`
	Status        string `json:"status"`
	CreatedAt     string `json:"createdAt"`
	RefundedAt    string `json:"refundedAt"`
}

func (r orderRefund) wire(refunded time.Time) wireOrderRefund {
	return wireOrderRefund{r.ID, r.OrderID, r.Reference, r.Amount, currency, r.Reason, string(r.State), stamp(r.Created), stamp(refunded)}
}

// wireNotice is a notification; the signature covers data as it stands.
type wireNotice struct {
	Data      string `json:"data"`
	Time      int64  `json:"time"`
	Signature string `json:"signature,omitempty"`
}
