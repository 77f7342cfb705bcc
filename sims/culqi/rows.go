package culqi

import (
	"encoding/json"
	"time"

	"paysim/internal/machine"
	"paysim/internal/store"
)

// tokenRow is a card or Yape account for one use. The number and the CVV are
// never kept: the outcome they stand for is.
type tokenRow struct {
	ID       string
	Serial   int64  // the beta's numeric id
	Value    string // the beta's 32 characters
	Kind     string // card, yape
	State    machine.State
	Created  time.Time
	Email    string
	First    string // the beta asks for the holder's name
	Last     string
	Masked   string
	LastFour string
	Bin      string
	Outcome  string // what its number makes of a charge; "" for success
	Flow     string // of 3-D Secure: challenge, frictionless, timeout, error; "" for none
	IP       string
	Browser  string
	Device   string
	Metadata json.RawMessage
}

// antifraud is who pays, as the merchant says.
type antifraud struct {
	First, Last, Address, City, Country, Phone string
}

type chargeRow struct {
	ID            string
	Serial        int64 // the beta's numeric id
	State         machine.State
	Created       time.Time
	Amount        int64 // céntimos
	Refunded      int64
	Released      int64 // of Refunded, what was never captured
	Currency      string
	Email         string
	Description   string
	Installments  int64
	Source        string // token or card
	Token         string // the token behind it
	Antifraud     *antifraud
	Outcome       string // "" for success
	FraudScore    int64
	Dispute       bool
	Reference     string
	Authorization string
	Ticket        string
	OrderID       string // the beta's order_id
	Subscription  string
	Validation    bool // made by saving a card
	Metadata      json.RawMessage
	CapturedAt    time.Time
}

type refundRow struct {
	ID       string
	Serial   int64
	Charge   string
	Created  time.Time
	Amount   int64
	Reason   string // as asked; "expiry" for an authorization that lapsed
	Metadata json.RawMessage
}

type customerRow struct {
	ID       string
	Created  time.Time
	Email    string
	Who      antifraud
	Metadata json.RawMessage
	Deleted  bool
}

type cardRow struct {
	ID       string
	Created  time.Time
	Customer string
	Token    string
	Metadata json.RawMessage
	Deleted  bool
}

type planRow struct {
	ID       string
	Kind     string // legacy (v2-beta and v2), recurrent
	Created  time.Time
	Alias    string // beta
	Name     string
	Amount   int64
	Currency string
	Metadata json.RawMessage
	Deleted  bool

	Interval string // legacy: dias, semanas, meses, años
	Count    int64  // legacy: how many of them; recurrent: how many charges, 0 for endless
	Limit    int64
	Trial    int64 // days

	Short       string
	Description string
	Unit        int64
	Initial     initialCycles
	Image       string
	Status      int64
	Slug        string
}

type initialCycles struct {
	Count  int64
	Charge bool
	Amount int64
	Unit   int64
}

type subscriptionRow struct {
	ID         string
	Kind       string // as the plan's
	State      machine.State
	Created    time.Time
	Plan       string
	Card       string
	Customer   string
	Metadata   json.RawMessage
	Anchor     time.Time // regular periods are counted from here
	Paid       int64     // regular periods charged
	Cycle      int64     // initial cycles charged or let pass
	Failures   int64     // in a row
	Next       time.Time // zero when nothing more is due
	TrialStart time.Time
	TrialEnd   time.Time
	Periods    []period
}

type period struct {
	Number int64
	OK     bool
	Tries  []try
}

type try struct {
	Charge string
	Card   string
	OK     bool
	Day    time.Time
	Amount int64
	Error  string
}

type orderRow struct {
	ID          string
	State       machine.State
	Created     time.Time
	Amount      int64
	Currency    string
	Description string
	Number      string
	Code        string // what the payer shows at the counter
	Expires     int64  // epoch seconds as sent
	PaidAt      int64
	Updated     int64
	First       string
	Last        string
	Email       string
	Phone       string
	Types       []string
	Page        string
	Metadata    json.RawMessage
}

type eventRow struct {
	ID      string
	Type    string
	Created time.Time
	Data    json.RawMessage
}

var (
	tokens  = store.NewTable("culqi.tokens", func(r *tokenRow) string { return r.ID })
	charges = store.NewTable("culqi.charges", func(r *chargeRow) string { return r.ID }).
		Index("token", func(r *chargeRow) string { return r.Token }).
		Index("order_id", func(r *chargeRow) string { return r.OrderID })
	refunds = store.NewTable("culqi.refunds", func(r *refundRow) string { return r.ID }).
		Index("charge", func(r *refundRow) string { return r.Charge })
	customers = store.NewTable("culqi.customers", func(r *customerRow) string { return r.ID }).
			Index("email", func(r *customerRow) string { return unless(r.Deleted, r.Email) })
	cards = store.NewTable("culqi.cards", func(r *cardRow) string { return r.ID }).
		Index("customer", func(r *cardRow) string { return unless(r.Deleted, r.Customer) })
	plans = store.NewTable("culqi.plans", func(r *planRow) string { return r.ID }).
		Index("alias", func(r *planRow) string { return unless(r.Deleted, r.Alias) })
	subscriptions = store.NewTable("culqi.subscriptions", func(r *subscriptionRow) string { return r.ID }).
			Index("plan", func(r *subscriptionRow) string { return r.Plan }).
			Index("card", func(r *subscriptionRow) string { return r.Card })
	orders = store.NewTable("culqi.orders", func(r *orderRow) string { return r.ID }).
		Index("number", func(r *orderRow) string { return r.Number })
	events = store.NewTable("culqi.events", func(r *eventRow) string { return r.ID })
)

func unless(gone bool, value string) string {
	if gone {
		return ""
	}
	return value
}

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
