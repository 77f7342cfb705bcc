// Package tenant is one merchant's world across all providers: its rows, clock,
// journal, webhooks and settings. It comes into being at first use, from
// nothing but a name, and touches no other.
package tenant

import (
	"container/heap"
	"sync"
	"time"

	"paysim/internal/clock"
	"paysim/internal/ident"
	"paysim/internal/journal"
	"paysim/internal/plan"
	"paysim/internal/store"
	"paysim/internal/webhook"
)

// Limits bounds what one tenant remembers.
type Limits struct {
	Rows       int // of each kind
	Entries    int // of the journal
	Deliveries int
}

// DefaultLimits suit tests of any size and keep a tenant within some 60 MB.
var DefaultLimits = Limits{Rows: 20_000, Entries: 10_000, Deliveries: 5_000}

// Tenant is one merchant's world. Everything in it but Name and Mark is guarded
// by its lock: one writer at a time.
type Tenant struct {
	Name string
	Mark ident.Mark

	sync.Mutex
	Clock    clock.Virtual
	DB       *store.DB
	Journal  *journal.Journal
	Outbox   *webhook.Outbox
	Due      Queue // timers and payers' scripts
	Attempts Queue // webhook attempts
	Settings map[string]map[string]any
	Touched  map[string]map[string]int      // provider → what was used → how often
	Settled  map[string]bool                // providers whose world is laid out
	Planner  plan.Planner                   // nil without a scenario
	Lanes    map[string][]*webhook.Delivery // webhooks on their way, by payment: in order within one
	InFlight int                            // attempts that are being made
	Idle     *sync.Cond                     // signalled when InFlight falls to 0
	Moving   bool                           // the clock is being moved, which makes the attempts itself
	Wake     *time.Timer                    // real; set for the next thing due while the clock runs

	seed    ident.Seed
	fixed   bool // the seed was asked for, so a reset starts the same values again
	streams map[string]*ident.Stream
	limits  Limits
	turn    chan struct{} // held by whoever moves the clock
}

func newTenant(name string, seed ident.Seed, fixed bool, limits Limits) *Tenant {
	t := &Tenant{Name: name, Mark: ident.MarkOf(name), Settings: map[string]map[string]any{}, limits: limits, turn: make(chan struct{}, 1)}
	t.Idle = sync.NewCond(&t.Mutex)
	t.seed, t.fixed = seed, fixed
	t.streams = map[string]*ident.Stream{}
	t.Lanes = map[string][]*webhook.Delivery{}
	t.clear()
	return t
}

func (t *Tenant) clear() {
	t.Clock = clock.Virtual{}
	t.DB = store.New(t.limits.Rows)
	t.Journal = journal.New(t.limits.Entries)
	t.Outbox = webhook.NewOutbox(t.limits.Deliveries)
	t.Due, t.Attempts = Queue{}, Queue{}
	t.Touched = map[string]map[string]int{}
	t.Settled = map[string]bool{}
	t.Planner = nil
}

// Reset empties the tenant and keeps its settings. With a fixed seed the same
// calls give the same bytes again; without one ids go on, so that none comes
// twice.
func (t *Tenant) Reset() {
	t.clear()
	if t.fixed {
		t.streams = map[string]*ident.Stream{}
	}
}

// Reseed makes everything drawn from here on follow from seed.
func (t *Tenant) Reseed(seed ident.Seed) {
	t.seed, t.fixed, t.streams = seed, true, map[string]*ident.Stream{}
}

// Stream is the tenant's source of values of that kind for that provider.
func (t *Tenant) Stream(provider, kind string) *ident.Stream {
	key := provider + "/" + kind
	s, ok := t.streams[key]
	if !ok {
		s = ident.NewStream(t.seed, t.Name, provider, kind)
		t.streams[key] = s
	}
	return s
}

// Touch counts that something of a provider's tables was used.
func (t *Tenant) Touch(provider, what string) {
	if t.Touched[provider] == nil {
		t.Touched[provider] = map[string]int{}
	}
	t.Touched[provider][what]++
}

// TakeTurn waits until nobody else moves the clock, or until done is closed.
// It is called without the lock; true must be followed by EndTurn.
func (t *Tenant) TakeTurn(done <-chan struct{}) bool {
	select {
	case t.turn <- struct{}{}:
		return true
	case <-done:
		return false
	}
}

// EndTurn lets the next mover in.
func (t *Tenant) EndTurn() { <-t.turn }

// Timer is something that waits for its time. It is a plain value.
type Timer struct {
	At       time.Time `json:"at"`
	Seq      int64     `json:"-"` // what was set first comes first at one instant
	Provider string    `json:"provider"`
	Name     string    `json:"name"` // a timer of the provider; "act" for a payer's script; "webhook"
	Key      string    `json:"key"`
	Action   string    `json:"action,omitempty"` // with "act"
	Outcome  string    `json:"outcome,omitempty"`
}

// Queue is timers, the earliest first.
type Queue struct {
	timers timerHeap
	next   int64
}

// Push adds a timer.
func (q *Queue) Push(t Timer) {
	q.next++
	t.Seq = q.next
	heap.Push(&q.timers, t)
}

// Peek gives the earliest timer.
func (q *Queue) Peek() (Timer, bool) {
	if len(q.timers) == 0 {
		return Timer{}, false
	}
	return q.timers[0], true
}

// Pop takes the earliest timer if it is due by then.
func (q *Queue) Pop(by time.Time) (Timer, bool) {
	if len(q.timers) == 0 || q.timers[0].At.After(by) {
		return Timer{}, false
	}
	return heap.Pop(&q.timers).(Timer), true
}

// Len counts the timers.
func (q *Queue) Len() int { return len(q.timers) }

type timerHeap []Timer

func (h timerHeap) Len() int { return len(h) }
func (h timerHeap) Less(i, j int) bool {
	if !h[i].At.Equal(h[j].At) {
		return h[i].At.Before(h[j].At)
	}
	return h[i].Seq < h[j].Seq
}
func (h timerHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *timerHeap) Push(x any)   { *h = append(*h, x.(Timer)) }
func (h *timerHeap) Pop() any {
	last := len(*h) - 1
	t := (*h)[last]
	*h = (*h)[:last]
	return t
}
