package provider

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"

	"paysim/internal/machine"
)

// Call is one request on its way through a transaction.
type Call struct {
	*Tx
	Request   *Request
	Operation *Operation        // nil when the path or method is unknown
	Vars      map[string]string // the path's variables, unescaped
	Later     bool              // leave the payment undecided: its outcome comes later
	Proof     any               // the provider's own: what Authenticate found, for the handler and Finish
	told      string            // the outcome that the scenario or header asks for
	teller    string            // which of the two
}

// Request is what the caller sent, unchanged. Nothing of it may be modified.
type Request struct {
	Method   string
	Scheme   string // http or https
	Host     string // as sent
	Path     string // as sent, still escaped, without the simulator's own prefix
	RawQuery string
	Header   http.Header
	Body     []byte
	Remote   netip.Addr
	URL      string // the whole URL as sent, the simulator's prefix included
	Base     string // the URL under which the caller reaches this provider; no final slash

	query url.Values
}

// Query is the parsed query string. Parts that do not parse are left out.
func (r *Request) Query() url.Values {
	if r.query == nil {
		r.query, _ = url.ParseQuery(r.RawQuery)
	}
	return r.query
}

// NewCall is for the engine. told is the outcome asked for, or "".
func NewCall(tx *Tx, r *Request, op *Operation, vars map[string]string, told string) *Call {
	return &Call{Tx: tx, Request: r, Operation: op, Vars: vars, told: told}
}

// ToldBy is for the engine: who asks for the outcome, for the journal.
func (c *Call) ToldBy(origin string) { c.teller = origin }

// Outcome is how the call shall end: as the scenario or the header says, else as
// the card (or other magic value) does, else "". The journal keeps who decided.
func (c *Call) Outcome(card string) string {
	if c.told != "" {
		c.Record.Decided(c.teller, c.told)
		return c.told
	}
	if card != "" {
		c.Record.Decided("card", card)
	}
	return card
}

// Step moves an object along its state table and records it. trigger must lead
// from from; where several edges do, to chooses.
func (tx *Tx) Step(t *machine.Table, id string, from machine.State, trigger string, to ...machine.State) (machine.State, error) {
	edge, err := t.Step(from, trigger, to...)
	if err != nil {
		return from, err
	}
	tx.Record.Transitions = append(tx.Record.Transitions, Transition{Object: t.Name, ID: id, From: edge.From, Trigger: edge.Trigger, To: edge.To})
	return edge.To, nil
}

// Allows reports whether the call's operation can be told that outcome.
func (op *Operation) Allows(outcome string) bool { return slices.Contains(op.Outcomes, outcome) }
