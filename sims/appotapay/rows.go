package appotapay

import (
	"time"

	"paysim/internal/machine"
	"paysim/internal/store"
)

// card is what stays of a card: never its number or its check code.
type card struct {
	Masked  string // 520000XXXXXX2151
	Month   string // MM
	Year    string // YY
	Brand   string
	Outcome string // what its number stands for; "" for nothing
}

type token struct {
	ID        string // a ULID in lower case
	Reference string
	Type      string // SINGLE or MULTIPLE
	Account   string // the sub account that it was made for
	Card      card
	State     machine.State
	Created   time.Time
}

type enrollment struct {
	ID        string
	Reference string
	TokenID   string
	Card      card
	Amount    int64
	State     machine.State
	Passes    string // for a card without a challenge, where passing through leads
	ECI       string
	ReturnURL string
	Page      string
	Lang      string
	UsedBy    string // the charge that spent it
	Created   time.Time
}

type charge struct {
	ID               string
	Reference        string
	AuthenticationID string
	TokenID          string
	Card             card
	Type             string // BY_SINGLE_TOKEN, …
	Capture          bool   // asked for at once
	State            machine.State
	Hold             machine.State
	Requested        int64
	Authorized       int64
	Captured         int64
	Refunded         int64 // given back; what is pending comes on top
	ApprovalCode     string
	ECI              string
	ReconciliationID string
	BankID           string
	Refusal          string // the name of the catalogue row it was declined with
	CapturedAt       time.Time
	Created          time.Time
	Updated          time.Time
}

// back is a reversal or a refund of a charge.
type back struct {
	ID        string
	Reference string
	ChargeID  string
	Amount    int64
	State     machine.State
	Refusal   string
	Done      time.Time
	Created   time.Time
	Updated   time.Time
}

type order struct {
	ID        string // AP and twelve digits
	Reference string
	Info      string
	ExtraData string
	Amount    int64
	Bank      string
	Method    string
	Action    string
	Token     string // given back with PAY_WITH_RETURN_TOKEN
	NotifyURL string
	ReturnURL string
	Page      string
	Lang      string
	State     machine.State
	Refusal   string
	Refunded  int64
	Expires   time.Time
	Created   time.Time
	Updated   time.Time
}

type orderRefund struct {
	ID        string
	Reference string
	OrderID   string
	Amount    int64
	Reason    string
	State     machine.State
	Done      time.Time
	Created   time.Time
}

var (
	tokens = store.NewTable("appotapay.tokens", func(t *token) string { return t.ID }).
		Index("reference", func(t *token) string { return t.Reference })
	enrollments = store.NewTable("appotapay.enrollments", func(e *enrollment) string { return e.ID }).
			Index("reference", func(e *enrollment) string { return e.Reference })
	charges = store.NewTable("appotapay.charges", func(c *charge) string { return c.ID }).
		Index("reference", func(c *charge) string { return c.Reference })
	reversals = store.NewTable("appotapay.reversals", func(b *back) string { return b.ID }).
			Index("reference", func(b *back) string { return b.Reference })
	refunds = store.NewTable("appotapay.refunds", func(b *back) string { return b.ID }).
		Index("reference", func(b *back) string { return b.Reference }).
		Index("charge", func(b *back) string { return b.ChargeID })
	orders = store.NewTable("appotapay.orders", func(o *order) string { return o.ID }).
		Index("reference", func(o *order) string { return o.Reference })
	orderRefunds = store.NewTable("appotapay.order_refunds", func(r *orderRefund) string { return r.ID }).
			Index("reference", func(r *orderRefund) string { return r.Reference }).
			Index("order", func(r *orderRefund) string { return r.OrderID })
)
