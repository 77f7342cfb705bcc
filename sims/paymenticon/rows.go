package paymenticon

import (
	"time"

	"paysim/internal/machine"
	"paysim/internal/store"
)

// The types of session, as on the wire; a plain payment names none.
const (
	plainPayment = ""
	p2pTransfer  = "p2p_transfer"
	dataAccess   = "data_access"
)

type session struct {
	ID, Page       string
	Type           string
	Merchant       string // the wallet that asked
	Receiver       string // p2p: the wallet that is paid
	Mode           string // capture or authorize
	Amount         int64  // minor units; 0 when the merchant left it to the consumer
	Authorized     int64
	Currency       string
	Status         machine.State
	Closed         bool
	ClientIP       string
	SuccessURL     string
	ErrorURL       string
	Description    string
	VoucherID      string // what the merchant's card reader read
	NoLogin        bool
	OnlyRegistered bool
	Scopes         []string

	Consumer string // the wallet that logged in
	Gateway  string // the way to pay without logging in that was chosen, by the merchant at first
	AtBank   bool   // the consumer has gone there
	Fate     string // the outcome that the session shall have once the consumer confirms
	Created  time.Time
	Expires  time.Time
	URL      string
}

var sessions = store.NewTable("paymenticon.sessions", func(s *session) string { return s.ID }).
	Index("page", func(s *session) string { return s.Page })

type wallet struct {
	Ref      string
	Merchant bool
	Category string // anonymous, limited, standard, enhanced, gift

	Email, Phone                                          string
	FirstName, LastName, Gender, Birth                    string
	Address, City, Postal, Country, NationalID, Nation    string
	Verified                                              bool
	IBAN, Swift, AccountCurrency                          string
	CreationSource, RegistrationSource, DistributorSymbol string

	VoucherID    string // 24 hexadecimal digits
	VoucherType  string // voucher or smartcard
	Deactivated  bool   // the voucher cannot be used any more
	ManualNumber string
	PIN          string
	ImageID      string // in the picture's URL
	ImageWidth   int
	ImageExpires time.Time
}

var wallets = store.NewTable("paymenticon.wallets", func(w *wallet) string { return w.Ref }).
	Index("voucher", func(w *wallet) string { return w.VoucherID }).
	Index("number", func(w *wallet) string { return w.ManualNumber }).
	Index("image", func(w *wallet) string { return w.ImageID })

// withdrawal is money that a merchant gave a consumer, or could not give.
type withdrawal struct {
	ID           string // of the movement; of a withdrawal that failed nobody sees it
	Merchant, To string
	Amount       int64
	Currency     string
	Title        string
	Status       machine.State
	Created      time.Time
}

var withdrawals = store.NewTable("paymenticon.withdrawals", func(w *withdrawal) string { return w.ID })

// alias is a consumer whose shop is known to BLIK, so that one click pays.
type alias struct {
	UID   string // blikUserUid
	Label string // blikLabel
}

var aliases = store.NewTable("paymenticon.aliases", func(a *alias) string { return a.UID })

// result is a cached answer of a call with a request_id.
type result struct {
	Key    string // merchant, endpoint, request_id
	Status int
	Body   string // without its signature, which depends on the time
}

var results = store.NewTable("paymenticon.results", func(r *result) string { return r.Key })
