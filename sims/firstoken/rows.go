package firstoken

import (
	"time"

	"paysim/internal/machine"
	"paysim/internal/store"
)

// transaction is anything that the payments family has made: a credit, a sale,
// a capture, a void. It holds nothing of the card.
type transaction struct {
	ID               string
	Kind             kind
	Parent           string // what a capture, refund, void or reversal refers to
	Reference        string // reference_code
	Amount           string // the number as the caller wrote it; "" for a void
	Currency         string
	State            machine.State
	Reason           string // the outcome that declined it
	RequestID        string
	ReconciliationID string
	ApprovalCode     string
	NetworkID        string // the processor's own id
	Counted          bool   // its money is in the record
	HandedOver       time.Time
	Created          time.Time
}

var transactions = store.NewTable("firstoken.transactions", func(t *transaction) string { return t.ID }).
	Index("parent", func(t *transaction) string { return t.Parent })

// token is a permanent token.
type token struct {
	ID         string
	Truncated  string
	Sealed     string // a sealed card
	Persistent string // what the same card would be found by; "" for one token of many
	State      machine.State
	Created    time.Time
}

var tokens = store.NewTable("firstoken.tokens", func(t *token) string { return t.ID }).
	Index("persistent", func(t *token) string { return t.Persistent })

// temporal is a temporal token; the provider calls it a transaction, too.
type temporal struct {
	ID       string
	Sealed   string // a sealed card, with its check code
	Amount   string
	Currency string
	Index    string // pan_index
	State    machine.State
	Created  time.Time
	Expires  time.Time // zero: never
}

var temporals = store.NewTable("firstoken.temporal_tokens", func(t *temporal) string { return t.ID })

// vaultKey is what the tenant's cards are sealed with.
type vaultKey struct {
	Name string
	Key  string
}

var vaultKeys = store.NewTable("firstoken.vault_keys", func(k *vaultKey) string { return k.Name })
