// Package tenant is one merchant's world across all providers: its rows, clock,
// journal, webhooks and settings. It comes into being at first use, from
// nothing but a name, and touches no other.
package tenant

import (
	"container/heap"
	"maps"
	"slices"
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

// DefaultLimits suit tests of any size and keep a tenant within some 40 MB.
var DefaultLimits = Limits{Rows: 10_000, Entries: 5_000, Deliveries: 2_500}

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

	seed    ident.Seed // the simulator's, or a scenario's
	begin   ident.Seed // the simulator's
	fixed   bool       // begin was asked for, so a reset starts the same values again
	streams map[streamKey]*ident.Stream
	limits  Limits
	turn    chan struct{} // held by whoever moves the clock
}

func newTenant(name string, seed ident.Seed, fixed bool, limits Limits) *Tenant {
	t := &Tenant{Name: name, Mark: ident.MarkOf(name), Settings: map[string]map[string]any{}, limits: limits, turn: make(chan struct{}, 1)}
	t.Idle = sync.NewCond(&t.Mutex)
	t.seed, t.begin, t.fixed = seed, seed, fixed
	t.streams = map[streamKey]*ident.Stream{}
	t.Lanes = map[string][]*webhook.Delivery{}
	t.clear()
	return t
}

func (t *Tenant) clear() {
	t.Clock = clock.Virtual{}
	t.DB = store.New(t.limits.Rows)
	t.Journal = journal.New(t.limits.Entries)
	t.Outbox = webhook.NewOutbox(t.limits.Deliveries)
	t.Due, t.Attempts = Queue{keep: 2 * t.limits.Rows}, Queue{keep: 2 * t.limits.Deliveries}
	t.Touched = map[string]map[string]int{}
	t.Settled = map[string]bool{}
	t.Planner = nil
}

// Reset empties the tenant and keeps its settings. What follows from a seed that
// somebody asked for begins anew; what follows from a drawn one goes on, so that
// no id comes twice.
func (t *Tenant) Reset() {
	t.clear()
	t.seed = t.begin
	maps.DeleteFunc(t.streams, func(k streamKey, _ *ident.Stream) bool { return t.fixed || k.seed != t.begin })
}

// Rewind is Reset for a tenant in which nothing has happened: it keeps what was
// loaded (the scenario and its seed) and who follows its journal.
func (t *Tenant) Rewind() {
	planner, entries, seed := t.Planner, t.Journal, t.seed
	t.Reset()
	t.Planner, t.Journal, t.seed = planner, entries, seed
}

// Reseed makes everything drawn from here on, until the next reset, follow from
// seed. A seed that the tenant has used since its last reset goes on where it
// stood, so that no id comes twice.
func (t *Tenant) Reseed(seed ident.Seed) { t.seed = seed }

// Stream is the tenant's source of values of that kind for that provider.
func (t *Tenant) Stream(provider, kind string) *ident.Stream {
	key := streamKey{t.seed, provider, kind}
	s, ok := t.streams[key]
	if !ok {
		s = ident.NewStream(t.seed, t.Name, provider, kind)
		t.streams[key] = s
	}
	return s
}

type streamKey struct {
	seed           ident.Seed
	provider, kind string
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
	Rule     string    `json:"rule,omitempty"` // the scenario's, with "act"
}

// Queue is timers, the earliest first. Of one name it remembers only the newest
// when there are more than what they are about can be: the others speak of
// what the tenant has forgotten.
type Queue struct {
	timers timerHeap
	next   int64
	keep   int // of each name; 0 for all
	counts map[queueKey]int
}

type queueKey struct{ provider, name string }

// Push adds a timer.
func (q *Queue) Push(t Timer) {
	q.next++
	t.Seq = q.next
	heap.Push(&q.timers, t)
	if q.counts == nil {
		q.counts = map[queueKey]int{}
	}
	key := queueKey{t.Provider, t.Name}
	q.counts[key]++
	if q.keep > 0 && q.counts[key] > q.keep+q.keep/2 { // now and then, not every time
		q.forget(key)
	}
}

// forget drops all but the newest timers of a name.
func (q *Queue) forget(key queueKey) {
	var seqs []int64
	for _, t := range q.timers {
		if t.Provider == key.provider && t.Name == key.name {
			seqs = append(seqs, t.Seq)
		}
	}
	slices.Sort(seqs)
	oldest := seqs[len(seqs)-q.keep]
	q.timers = slices.DeleteFunc(q.timers, func(t Timer) bool {
		return t.Provider == key.provider && t.Name == key.name && t.Seq < oldest
	})
	heap.Init(&q.timers)
	q.counts[key] = q.keep
}

// Clear takes every timer out.
func (q *Queue) Clear() { q.timers, q.counts = nil, nil }

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
	t := heap.Pop(&q.timers).(Timer)
	q.counts[queueKey{t.Provider, t.Name}]--
	return t, true
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
