package citcon

import (
	"time"

	"paysim/internal/machine"
	"paysim/internal/store"
)

// token is an access token that was issued. Its bearer is made from it anew.
type token struct {
	Sum    string // SHA-256 of the bearer
	ID     string // what its payload calls id
	Type   string // client or server
	Issued time.Time
}

// latestToken is the newest token of a kind.
type latestToken struct{ Type, Sum string }

// charge is what a merchant asks of a payer.
type charge struct {
	ID, Token   string // Token is the wire's charge_token
	Reference   string
	Amount      int64 // minor units, as all amounts
	Captured    int64
	Refunded    int64
	Lost        int64 // by chargebacks
	Currency    string
	Country     string // "" when none was sent
	Locale      string
	AutoCapture bool // as the merchant asked; see capturesItself
	Accelerated bool // pages are reached by the mainland's address
	State       machine.State
	Reason      string // the outcome that made it fail

	Method     string // "" until it is confirmed
	Clients    []string
	CardType   string
	PAN        string // masked
	CardExpiry string
	VaultToken string
	WantsToken bool // request_token
	Direct     bool // nobody is asked at a page

	URLs    urls
	Page    string    // the path of the first page
	Expires time.Time // when its page closes; zero for never

	Created, Authorized, CapturedAt, Canceled time.Time
}

type urls struct{ IPN, Success, Fail, Mobile, Cancel string }

// link is an address that a payer opens.
type link struct {
	Token  string
	Charge string
	Client string // the client that it was made for
}

// capture is a part of an authorization that was taken.
type capture struct {
	ID, Charge, Reference string
	Amount, Refunded      int64
	Total                 int64 // captured of the charge, this one included
	State                 machine.State
	Created               time.Time
}

// refund is money given back, or the attempt.
type refund struct {
	ID, Charge, Capture, Reference string // Capture is "" when the charge was named
	Amount                         int64
	Total                          int64 // refunded of the charge, this one included
	State                          machine.State
	Reason                         string
	Created                        time.Time
}

// chargeback is a payer's dispute of a charge.
type chargeback struct {
	ID, Charge string
	Amount     int64
	State      machine.State
	Created    time.Time
}

// vaulted is a payment instrument on file.
type vaulted struct {
	Token, Reference string
	Consumer         string // the merchant's reference of the consumer
	Method, Type     string
	PAN, Expiry      string // PAN masked; "" for what is no card
	Country          string
	State            machine.State
	Created          time.Time
}

// reference is what a merchant called a transaction; no two may be the same.
type reference struct {
	Reference string
	Kind      string // charge, capture, refund or cancel
	ID        string // of the transaction; a cancel's is its charge's
}

var (
	tokens      = store.NewTable("citcon.tokens", func(t *token) string { return t.Sum })
	latest      = store.NewTable("citcon.latest_tokens", func(t *latestToken) string { return t.Type })
	charges     = store.NewTable("citcon.charges", func(c *charge) string { return c.ID }).Index("token", func(c *charge) string { return c.Token })
	links       = store.NewTable("citcon.links", func(l *link) string { return l.Token }).Each(mostEntries)
	captures    = store.NewTable("citcon.captures", func(c *capture) string { return c.ID }).Index("charge", func(c *capture) string { return c.Charge })
	refunds     = store.NewTable("citcon.refunds", func(r *refund) string { return r.ID }).Index("charge", func(r *refund) string { return r.Charge })
	chargebacks = store.NewTable("citcon.chargebacks", func(b *chargeback) string { return b.ID }).Index("charge", func(b *chargeback) string { return b.Charge })
	vault       = store.NewTable("citcon.vault", func(v *vaulted) string { return v.Token }).Index("reference", func(v *vaulted) string { return v.Reference })
	references  = store.NewTable("citcon.references", func(r *reference) string { return r.Reference })
)
