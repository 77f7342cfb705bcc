package provider

import (
	"fmt"
	"net/http"
	"time"

	"paysim/internal/catalog"
	"paysim/internal/ident"
	"paysim/internal/machine"
	"paysim/internal/store"
)

// Tx is one transaction of a tenant with one provider: its rows, the time, ids,
// settings, and what shall happen once it is committed. Rows and what shall
// happen are undone together; an id, once drawn, does not come again.
type Tx struct {
	*store.Tx
	Now    time.Time // the tenant's time, in UTC
	Frozen bool      // the tenant's clock stands still
	Tenant string
	Mark   ident.Mark // stands for the tenant inside ids
	Base   string     // the URL under which the provider is reached
	Record *Record

	world World
}

// World is what a Tx needs of its tenant. The engine provides it.
type World interface {
	Stream(kind string) *ident.Stream
	Setting(name string) any
}

// NewTx is for the engine.
func NewTx(tx *store.Tx, w World, tenant string, mark ident.Mark, now time.Time, frozen bool, base string) *Tx {
	return &Tx{Tx: tx, Now: now, Frozen: frozen, Tenant: tenant, Mark: mark, Base: base, Record: &Record{}, world: w}
}

// Stream is the tenant's source of values of that kind: ids of charges, say.
func (tx *Tx) Stream(kind string) *ident.Stream { return tx.world.Stream(kind) }

// Text reads a setting of kind text or choice.
func (tx *Tx) Text(setting string) string { return tx.world.Setting(setting).(string) }

// Flag reads a setting of kind flag.
func (tx *Tx) Flag(setting string) bool { return tx.world.Setting(setting).(bool) }

// Number reads a setting of kind number.
func (tx *Tx) Number(setting string) int64 { return tx.world.Setting(setting).(int64) }

// Texts reads a setting of kind texts.
func (tx *Tx) Texts(setting string) []string { return tx.world.Setting(setting).([]string) }

// TextMap reads a setting of kind text map.
func (tx *Tx) TextMap(setting string) map[string]string {
	return tx.world.Setting(setting).(map[string]string)
}

// At asks that a timer fires on the object named key when due comes.
func (tx *Tx) At(due time.Time, timer, key string) {
	tx.Record.Timers = append(tx.Record.Timers, Due{At: due, Timer: timer, Key: key})
}

// Emit asks that a webhook is sent. A message without a URL is recorded as an
// event that nobody listens to.
func (tx *Tx) Emit(m Message) { tx.Record.Messages = append(tx.Record.Messages, m) }

// Opened says that a payment now waits for its payer, at a page or behind a QR
// code. kind is what is paid: charge, session, order.
func (tx *Tx) Opened(kind, id string) {
	tx.Record.Opened = append(tx.Record.Opened, Opened{Kind: kind, ID: id})
}

// Cites says that the answer carries a row of the catalogue although nothing
// was refused: a charge that is declined, and kept, with 200 or 402, say.
// Coverage counts it.
func (tx *Tx) Cites(row *catalog.Error) { tx.Record.Cited = append(tx.Record.Cited, row.Name) }

// Moved records that money moved, for the journal.
func (tx *Tx) Moved(m Movement) { tx.Record.Money = append(tx.Record.Money, m) }

// Note leaves a remark in the journal: why a request was understood as it was.
// It must not hold secrets.
func (tx *Tx) Note(format string, args ...any) {
	tx.Record.Notes = append(tx.Record.Notes, fmt.Sprintf(format, args...))
}

// Record is what a transaction did besides writing rows.
type Record struct {
	Outcome     string // how the call ended, when somebody decided it
	Origin      string // who decided: rule, header, card
	Transitions []Transition
	Money       []Movement
	Messages    []Message
	Timers      []Due
	Opened      []Opened
	Cited       []string // rows of the catalogue that the answer carries without being a refusal
	Notes       []string
}

// Decided records the outcome and who decided it.
func (r *Record) Decided(origin, outcome string) { r.Origin, r.Outcome = origin, outcome }

// Transition is a step that an object took.
type Transition struct {
	Object  string        `json:"object"`
	ID      string        `json:"id"`
	From    machine.State `json:"from"`
	Trigger string        `json:"trigger"`
	To      machine.State `json:"to"`
}

// Movement is money that was held, moved or given back.
type Movement struct {
	Kind      string `json:"kind"` // authorized, captured, released, refunded
	Payment   string `json:"payment"`
	Reference string `json:"reference,omitempty"`
	Amount    int64  `json:"amount"` // as on the wire; below zero when what had moved is taken back, as a void does
	Currency  string `json:"currency"`
}

// Due is a timer that was set.
type Due struct {
	At    time.Time
	Timer string
	Key   string
}

// Opened is a payment that waits for its payer.
type Opened struct{ Kind, ID string }

// Message is a webhook before it is signed.
type Message struct {
	Event   string // its name in the provider's event table
	Payment string // what it speaks of, as the payments list names it
	URL     string
	Header  http.Header
	Body    []byte
	Hints   map[string]string // what Sign needs to know besides; not sent
}
