// Package provider is the contract between the engine and an emulated service.
//
// A provider is a value: tables of facts (operations, states, errors, outcomes,
// events, settings) and a few functions for what only it can know. Everything
// it does, it does inside a transaction that the engine opens and ends; it
// never sees a socket, a clock, a random source or a webhook client.
package provider

import (
	"net/http"
	"time"

	"paysim/internal/catalog"
	"paysim/internal/ident"
	"paysim/internal/machine"
)

// Provider is one emulated service.
type Provider struct {
	Name    string   // its path prefix, and the half before the dot in "provider.operation"
	Title   string   // its name as it writes it
	Summary string   // one line for people
	Slot    int      // its own listener's port is the main port plus Slot; from 1, and not 9, where TLS listens
	Hosts   []string // its production and sandbox host names

	Operations []Operation
	Machines   []*machine.Table
	Errors     catalog.Errors
	Outcomes   []Outcome
	Cards      []Card
	Events     []Event
	Timers     []Timer
	Actions    []Action
	Payables   []string // the kinds of payment that Tx.Opened announces; when empty, what Machines are about
	Settings   []Setting
	Webhooks   *Webhooks // nil when the service sends none

	// Secrets names the members of bodies, the query parameters and the headers
	// whose values are never recorded.
	Secrets []string

	// Keys lists the credentials that follow from a tenant's name.
	Keys func(tenant string) []Key

	// Whose reads from a request which tenant it speaks of. It only looks at
	// the credential or at the token in the URL; it proves nothing.
	Whose func(*Call) Claim

	// Authenticate proves that the caller may use the call's operation.
	Authenticate func(*Call) error

	// Refusal is the one place where a Go error becomes a row of the catalogue:
	// a row itself (or what wraps one), a *machine.IllegalError, one of this
	// package's errors. Anything else is a defect and becomes the provider's
	// internal error. It is never nil.
	Refusal func(*Call, error) *catalog.Error

	// Envelope words a refusal as the provider does. The error is the one that
	// led to the row; its text is not for the caller.
	Envelope func(*Call, *catalog.Error, error) Reply

	// Finish adds what every answer carries: headers, a signature. It may be nil.
	Finish func(*Call, *Reply)

	// World lays out what a new tenant already has. It may be nil.
	World func(*Tx)

	// Payments lists what has been paid or may be, oldest first.
	Payments func(*Tx) []Payment
}

// Operation is a named endpoint. An ID may stand in several rows when a dialect
// has its own path for the same operation.
type Operation struct {
	ID       string // noun.verb
	Method   string // HTTP method
	Path     string // with {variables}; served with and without a final slash
	Auth     string // what proves the caller, in the provider's words; "" for nothing
	Page     bool   // for people: answers HTML, and is told outcomes by buttons
	Later    bool   // has an undecided state, so an outcome can be made to come later
	Outcomes []string
	Events   []string // what it may cause to be sent
	Summary  string
	catalog.Evidence

	Handle func(*Call) (Reply, error) `json:"-"`
}

// Outcome is a business result that an operation can be told to have.
type Outcome struct {
	Name     string `json:"name"`
	Means    string `json:"means"`
	Declines bool   `json:"declines"`        // the money does not move
	Error    string `json:"error,omitempty"` // the catalogue row that refuses it; "" when the decline is kept, see Tx.Cites
	catalog.Evidence
}

// Card is a magic value: a test card, a nonce, a phone number that makes an
// outcome happen.
type Card struct {
	Value   string `json:"value"`
	Kind    string `json:"kind"` // card, nonce, phone, …
	Outcome string `json:"outcome"`
	Means   string `json:"means"`
	catalog.Evidence
}

// Event is something the merchant is told by webhook.
type Event struct {
	Name string `json:"name"`
	When string `json:"when"`
	catalog.Evidence
}

// Timer is something that happens by itself when its time has come.
type Timer struct {
	Name string `json:"name"` // noun.verb: charge.expire
	When string `json:"when"`
	catalog.Evidence

	// Fire acts on the object that Tx.At named. An object that is gone or has
	// moved on is no error.
	Fire func(tx *Tx, key string) error `json:"-"`
}

// Action is what the payer or the bank can do to a payment from outside the API.
type Action struct {
	Name     string   `json:"name"` // approve, decline, cancel, abandon, expire, chargeback, …
	Means    string   `json:"means"`
	Outcomes []string `json:"outcomes,omitempty"` // reasons it can be given
	catalog.Evidence

	// Do acts on the payment. outcome is "" or one of Outcomes. A payment whose
	// state does not allow it gives a *machine.IllegalError.
	Do func(tx *Tx, id, outcome string) error `json:"-"`
}

// Key is one credential of a tenant.
type Key struct {
	Name  string `json:"name"`  // the provider's word for it
	Value string `json:"value"` // what the client must be given
	Env   string `json:"env"`   // the environment variable that `simulator env` exports it as
}

// Claim is which tenant a request says it belongs to: by name, or by the mark
// inside an id that the tenant was given. The zero value claims nothing.
type Claim struct {
	Tenant string
	Mark   ident.Mark
}

// Payment is a row of the list that spans providers.
type Payment struct {
	ID        string    `json:"id"`       // the provider's own
	Provider  string    `json:"provider"` // filled in by the engine
	Kind      string    `json:"kind"`     // what is paid: charge, session, order
	Reference string    `json:"reference"`
	Amount    int64     `json:"amount"` // as on the wire
	Captured  int64     `json:"captured"`
	Refunded  int64     `json:"refunded"`
	Currency  string    `json:"currency"`
	State     string    `json:"state"`
	Page      string    `json:"page_url,omitempty"`
	Actions   []string  `json:"actions"` // what is legal now
	Created   time.Time `json:"created"`
}

// Reply is an answer as it goes out.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
	Close  bool // the connection is closed after it
}

// Operation finds the first row with that ID; nil when there is none.
func (p *Provider) Operation(id string) *Operation {
	for i := range p.Operations {
		if p.Operations[i].ID == id {
			return &p.Operations[i]
		}
	}
	return nil
}

// Action finds an action by name; nil when there is none.
func (p *Provider) Action(name string) *Action {
	for i := range p.Actions {
		if p.Actions[i].Name == name {
			return &p.Actions[i]
		}
	}
	return nil
}

// Timer finds a timer by name; nil when there is none.
func (p *Provider) Timer(name string) *Timer {
	for i := range p.Timers {
		if p.Timers[i].Name == name {
			return &p.Timers[i]
		}
	}
	return nil
}

// CardOutcome says which outcome a magic value stands for; "" for none.
func (p *Provider) CardOutcome(value string) string {
	for _, c := range p.Cards {
		if c.Value == value {
			return c.Outcome
		}
	}
	return ""
}
