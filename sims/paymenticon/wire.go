package paymenticon

import (
	"strconv"

	"paysim/internal/provider"
)

// Members stand in the order of the document's examples. Finish appends
// _signature.

type wirePayment struct {
	Type             string `json:"type,omitempty"`
	Receiver         string `json:"receiver_wallet_ref,omitempty"`
	WalletRef        string `json:"wallet_ref"`
	ChargeMode       string `json:"charge_mode"`
	SessionID        string `json:"session_id"`
	Status           string `json:"status"`
	URL              string `json:"url"`
	Created          int64  `json:"created"` // seconds
	Expires          int64  `json:"expires"` // seconds
	Amount           *int64 `json:"amount"`
	AuthorizedAmount int64  `json:"authorized_amount"`
	Currency         string `json:"currency"`
	IsClosed         bool   `json:"is_closed"`
}

type wireAccess struct {
	Type      string   `json:"type"`
	WalletRef string   `json:"wallet_ref"`
	SessionID string   `json:"session_id"`
	Status    string   `json:"status"`
	URL       string   `json:"url"`
	Created   int64    `json:"created"`
	Expires   int64    `json:"expires"`
	IsClosed  bool     `json:"is_closed"`
	VoucherID string   `json:"voucher_id"` // in the example only, and empty there
	Scopes    []string `json:"scopes"`
}

func (s session) wire() []byte {
	if s.Type == dataAccess {
		return provider.Marshal(wireAccess{
			s.Type, s.Merchant, s.ID, string(s.Status), s.URL, s.Created.Unix(), s.Expires.Unix(), s.Closed, "", s.Scopes,
		})
	}
	w := wirePayment{
		Type: s.Type, Receiver: s.Receiver, WalletRef: s.Merchant, ChargeMode: s.Mode, SessionID: s.ID, Status: string(s.Status), URL: s.URL,
		Created: s.Created.Unix(), Expires: s.Expires.Unix(), AuthorizedAmount: s.Authorized, Currency: s.Currency, IsClosed: s.Closed,
	}
	if s.Amount > 0 {
		w.Amount = &s.Amount
	}
	return provider.Marshal(w)
}

type wirePayer struct {
	WalletRef string        `json:"wallet_ref"`
	Category  string        `json:"category"`
	Email     *string       `json:"email"`
	Phone     string        `json:"phone_number"`
	Personal  wirePersonal  `json:"personal"`
	Accounts  []wireAccount `json:"accounts"`
}

type wirePersonal struct {
	FirstName   string  `json:"first_name"`
	MiddleName  *string `json:"middle_name"`
	LastName    string  `json:"last_name"`
	Gender      string  `json:"gender"`
	DateOfBirth string  `json:"date_of_birth"`
	Address     string  `json:"address"`
	City        string  `json:"city"`
	Postal      string  `json:"postal"`
	Country     string  `json:"country"`
	NationalID  string  `json:"national_id"`
	Nationality string  `json:"nationality"`
	IsVerified  bool    `json:"is_verified"`
}

type wireAccount struct {
	IBAN     string `json:"iban"`
	Swift    string `json:"swift"`
	Currency string `json:"currency"`
}

type wireStats struct {
	CreationSource     string `json:"creation_source"`
	RegistrationSource string `json:"registration_source"`
	Location           string `json:"distributor_location"`
}

type wireDocuments struct {
	WalletRef string         `json:"wallet_ref"`
	Category  string         `json:"category"`
	Documents []wireDocument `json:"documents"`
}

type wireDocument struct {
	Type        string `json:"type"`
	ContentType string `json:"content_type"`
	Filename    string `json:"filename"`
	Expires     string `json:"expires"`
	Checksum    string `json:"checksum"`
	Version     int    `json:"version"`
	Created     string `json:"created"`
	Modified    string `json:"modified"`
	FileURL     string `json:"file_url"`
}

type wireWithdrawal struct {
	Status    string `json:"status"`
	Message   string `json:"message"`
	RequestID string `json:"request_id"`
}

type wireNewWallet struct {
	WalletRef string      `json:"wallet_ref"`
	Voucher   wireVoucher `json:"voucher"`
	RequestID string      `json:"request_id"`
}

type wireVoucher struct {
	Label      string `json:"label"`
	URL        string `json:"url"`
	URLExpires int64  `json:"url_expires"` // seconds
	PIN        string `json:"pin"`
}

type wireVoucherInfo struct {
	Label     string `json:"label"`
	Type      string `json:"voucher_type"`
	IsActive  bool   `json:"is_active"`
	WalletRef string `json:"wallet_ref"`
}

type wireFunds struct {
	WalletRef string `json:"wallet_ref"`
	Available bool   `json:"funds_available"`
}

type wireBalances struct {
	WalletRef string   `json:"wallet_ref"`
	Available wireSums `json:"available_funds"`
	Balance   wireSums `json:"balance"`
}

// wireSums is an object of amounts by currency, which stand in the list's order.
type wireSums []wireSum

type wireSum struct {
	Currency string
	Minor    int64
}

// MarshalJSON writes {"PLN":1200,"EUR":0}.
func (all wireSums) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, sum := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(strconv.AppendQuote(b, sum.Currency), ':')
		b = strconv.AppendInt(b, sum.Minor, 10)
	}
	return append(b, '}'), nil
}

type wireTransactions struct {
	WalletRef    string            `json:"wallet_ref"`
	Transactions []wireTransaction `json:"transactions"`
	Pagination   wirePagination    `json:"pagination"`
}

// wireTransaction has the members of the example and, beside them, those of the
// table, which names two of them otherwise.
type wireTransaction struct {
	Amount    int64  `json:"amount"`
	Currency  string `json:"currency"`
	Date      string `json:"date"`
	Direction string `json:"direction"`
	Opposite  string `json:"opposite"`
	Resource  string `json:"resource"`
	Title     string `json:"title"`
	TrnID     string `json:"trnId"`
	WalletRef string `json:"walletRef"`
	ID        string `json:"id"`
	Wallet    string `json:"wallet_ref"`
}

type wirePagination struct {
	PaginateBy int `json:"paginate_by"`
	Page       int `json:"page"`
	Total      int `json:"total"`
	Previous   int `json:"previous_page,omitempty"`
	Next       int `json:"next_page,omitempty"`
}
