// Package plan is what a loaded scenario tells the engine: what a call shall
// meet, how a webhook shall travel, what the payer will do. The engine asks and
// obeys; who answers, and from which grammar, it does not know.
package plan

import (
	"net/http"
	"net/url"
	"time"

	"paysim/internal/edit"
	"paysim/internal/fault"
	"paysim/internal/provider"
)

// Planner is a loaded scenario. Its methods are called under the tenant's lock,
// one at a time, so that its counters are exact.
type Planner interface {
	// Call says what a call shall meet. It is asked once for each call whose
	// operation is known, before authentication.
	Call(Facts) Call

	// Webhook says how a message shall travel.
	Webhook(event string) Webhook

	// Payer says what the payer will do with a payment of that kind; false for
	// nothing.
	Payer(kind string) (Payer, bool)
}

// Named is a Planner with a name, which a call can insist on by its
// Sim-Scenario header.
type Named interface{ Named() string }

// Facts is what a rule can look at.
type Facts struct {
	Operation string // provider.operation
	Header    http.Header
	Query     func() url.Values
	Path      map[string]string
	Body      []byte
}

// Call is what a call shall meet. The zero value changes nothing.
type Call struct {
	Rule   string // which rule decided, for the journal; or why none did
	Effect Effect
	Change edit.Body     // of the answer, before the provider signs it
	Answer []fault.Fault // between the answer and the caller, in order
}

// Effect is what happens to the money.
type Effect struct {
	None    bool          // do everything, keep nothing, and answer as if it were kept
	Error   string        // refuse with this row of the catalogue; nothing happens
	Outcome string        // end like this
	Later   time.Duration // with Outcome: accept now, end like this then
}

// Webhook is how a message shall travel. The zero value is as the provider
// would.
type Webhook struct {
	Rule   string
	Never  bool
	Before bool          // the receiver has heard it before the caller hears the answer
	After  time.Duration // on the tenant's clock
	Copies int           // in all; 0 means 1
	Gap    time.Duration // between copies, on the tenant's clock
	Change edit.Body     // made before it is signed
	Sign   provider.SignMode
	Stale  time.Duration // how old the signature says it is
}

// Payer is what the payer will do.
type Payer struct {
	Rule    string
	Action  string
	Outcome string
	After   time.Duration // on the tenant's clock
	Then    []Payer       // what else is done to the same payment, each counted from when it was opened
}

// Decision is the action that ends a payment that waits in the way that an
// outcome of the provider means, and whether that is a decline; nil when the
// provider has no such action.
func Decision(p *provider.Provider, outcome string) (action *provider.Action, declines bool) {
	for _, o := range p.Outcomes {
		if o.Name == outcome && o.Declines {
			return p.Action("decline"), true
		}
	}
	return p.Action("approve"), false
}
