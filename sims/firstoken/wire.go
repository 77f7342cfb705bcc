package firstoken

import "encoding/json"

// wireReply is the envelope of the payments family.
type wireReply struct {
	Status  string `json:"status"` // success, fail or error
	Message string `json:"message"`
	Data    any    `json:"data"`
}

// wireVaultReply is the envelope of the vault.
type wireVaultReply struct {
	StatusCode int    `json:"status_code"`
	Status     string `json:"status"`
	Desc       string `json:"desc"`
	Data       any    `json:"data"`
}

type wireProblem struct {
	Code        int    `json:"code"`
	Description string `json:"description"`
}

type wireComplaint struct {
	Description string `json:"description"`
	Path        string `json:"path"`
}

type wireTransaction struct {
	TransactionInfo wireInfo       `json:"transaction_info"`
	OrderInfo       *wireOrder     `json:"order_info,omitempty"`
	ProcessorInfo   *wireProcessor `json:"processor_info,omitempty"`
}

type wireInfo struct {
	Type             string `json:"type"`
	ReferenceCode    string `json:"reference_code"`
	TransactionID    string `json:"transaction_id"`
	RequestID        string `json:"request_id"`
	Status           string `json:"status"`
	ResponseCode     string `json:"response_code,omitempty"`
	ReconciliationID string `json:"reconciliation_id,omitempty"`
	CreatedAt        string `json:"created_at"`
}

type wireOrder struct {
	AmountDetails wireAmount `json:"amount_details"`
}

// wireAmount has one amount at most: each kind of transaction names its own, and
// a capture writes it as a text.
type wireAmount struct {
	CreditAmount     json.Number `json:"credit_amount,omitempty"`
	AuthorizedAmount json.Number `json:"authorized_amount,omitempty"`
	TotalAmount      string      `json:"total_amount,omitempty"`
	Currency         string      `json:"currency"`
}

type wireProcessor struct {
	ApprovalCode  string   `json:"approval_code"`
	AVS           *wireAVS `json:"avs,omitempty"`
	TransactionID string   `json:"transaction_id,omitempty"`
}

type wireAVS struct {
	Code    string `json:"code"`
	CodeRaw string `json:"codeRaw,omitempty"`
}

// wireOlder is the older form of transaction details: no message, and the
// members in another order.
type wireOlder struct {
	Status string    `json:"status"`
	Data   wireStore `json:"data"`
}

type wireStore struct {
	OrderInfo       *wireOlderOrder     `json:"order_info,omitempty"`
	ProcessorInfo   *wireOlderProcessor `json:"processor_info,omitempty"`
	TransactionInfo wireOlderInfo       `json:"transaction_info"`
}

type wireOlderOrder struct {
	AmountDetails wireOlderAmount `json:"amount_details"`
}

type wireOlderAmount struct {
	Currency         string      `json:"currency"`
	TotalAmount      string      `json:"total_amount,omitempty"`
	CreditAmount     json.Number `json:"credit_amount,omitempty"`
	AuthorizedAmount json.Number `json:"authorized_amount,omitempty"`
}

type wireOlderProcessor struct {
	AVS           wireAVS `json:"avs"`
	ApprovalCode  string  `json:"approval_code"`
	TransactionID string  `json:"transaction_id"`
}

type wireOlderInfo struct {
	Type             string `json:"type"`
	Status           string `json:"status"`
	CreatedAt        string `json:"created_at"`
	RequestID        string `json:"request_id"`
	ResponseCode     string `json:"response_code,omitempty"`
	ReferenceCode    string `json:"reference_code"`
	TransactionID    string `json:"transaction_id"`
	ReconciliationID string `json:"reconciliation_id,omitempty"`
}

type wireTokens struct {
	Tokens any `json:"tokens"`
}

// wireToken is a card that was put into the vault. A card that could not be has
// no token and status 0.
type wireToken struct {
	Card      string          `json:"card"`
	Token     *string         `json:"token"`
	Tags      []string        `json:"tags"`
	Scheme    json.RawMessage `json:"scheme"` // 1 or "1", as the caller wrote it
	Status    int             `json:"status"`
	CreatedBy wireCreator     `json:"created_by"`
	CreatedAt string          `json:"createdAt"`
}

// wireConverted is the same for a token made of a temporal one.
type wireConverted struct {
	Card      string          `json:"card"`
	Token     *string         `json:"token"`
	Tags      []string        `json:"tags"`
	Scheme    json.RawMessage `json:"scheme"`
	CreatedBy wireUser        `json:"created_by"`
	Status    int             `json:"status"`
	CreatedAt string          `json:"createdAt"`
}

type wireCreator struct {
	Name string `json:"name"`
}

type wireUser struct {
	UserID string `json:"user_id"`
	Name   string `json:"name"`
}

type wireCards struct {
	Cards []wireCard `json:"cards"`
}

// wireCard is what a permanent token stands for. Of a token that stands for
// nothing only the last two members are known.
type wireCard struct {
	Card   *string `json:"card"`
	Name   *string `json:"name"`
	Exp    *string `json:"exp"`
	Token  string  `json:"token"`
	Status int     `json:"status"`
}

type wireInspected struct {
	Token         string      `json:"token"`
	CardTruncated string      `json:"card_truncated"`
	Status        int         `json:"status"`
	CreatedBy     wireCreator `json:"created_by"`
	CreatedAt     string      `json:"createdAt"`
}

type wireDeleted struct {
	ID     string `json:"id"`
	Status string `json:"status"` // success or fail
}

type wireID struct {
	ID string `json:"id"`
}

type wireTemporal struct {
	ID             string          `json:"id"`
	PAN            string          `json:"pan"`
	Exp            string          `json:"exp"`
	Name           string          `json:"name"`
	CVV            string          `json:"cvv"`
	Currency       string          `json:"currency"`
	Amount         string          `json:"amount"`
	AdditionalInfo json.RawMessage `json:"additional_info"`
}

// wireAlive is a temporal token without card data; of one that is gone only the
// id and the status are known.
type wireAlive struct {
	ID             string          `json:"id"`
	Currency       string          `json:"currency,omitempty"`
	Amount         string          `json:"amount,omitempty"`
	AdditionalInfo json.RawMessage `json:"additional_info,omitempty"`
	Status         string          `json:"status"` // success or fail
}
