// Package webhook tells merchants what happened: it keeps what is to be told,
// makes the attempts and says when the next is due.
//
// It promises that every attempt is recorded, and that nothing leaves the
// machine's own networks unless that was allowed. When an attempt is made is
// the engine's word, on the tenant's clock.
package webhook

import (
	"net/http"
	"strconv"
	"time"

	"paysim/internal/provider"
)

// State is where a delivery stands.
type State string

// The states of a delivery.
const (
	Waiting   State = "waiting"   // an attempt is due, now or later
	Delivered State = "delivered" // the receiver acknowledged it
	Failed    State = "failed"    // the ladder has no more rungs
	Blocked   State = "blocked"   // the address is not one we may call
	Held      State = "held"      // a scenario says it is never sent
	Unheard   State = "unheard"   // the merchant gave no address
)

// Delivery is one webhook on its way to one address.
type Delivery struct {
	ID       string    `json:"id"` // wh_1, wh_2, … within the tenant
	Provider string    `json:"provider"`
	Event    string    `json:"event"`
	Payment  string    `json:"payment,omitempty"`
	URL      string    `json:"url"`
	Copy     int       `json:"copy"` // 1 for the first of several copies
	Created  time.Time `json:"created"`
	State    State     `json:"state"`
	Due      time.Time `json:"due,omitzero"` // of the next attempt, while waiting
	Reason   string    `json:"reason,omitempty"`
	Attempts []Attempt `json:"attempts"`

	Header http.Header `json:"headers"`
	Body   string      `json:"body"`
}

// Attempt is one try.
type Attempt struct {
	At     time.Time `json:"at"` // the tenant's time
	Status int       `json:"status,omitempty"`
	Body   string    `json:"body,omitempty"`  // the beginning of what the receiver answered
	Error  string    `json:"error,omitempty"` // why there was no answer
	Manual bool      `json:"manual,omitempty"`
}

// Outbox is a tenant's deliveries, oldest first. It does not lock; its tenant
// does.
type Outbox struct {
	keep int
	next int
	all  []*Delivery
	byID map[string]*Delivery
}

// NewOutbox makes an outbox that remembers the newest keep deliveries.
func NewOutbox(keep int) *Outbox { return &Outbox{keep: keep, byID: map[string]*Delivery{}} }

// Add takes a message in, signed already.
func (o *Outbox) Add(p string, m provider.Message, copyNumber int, now time.Time) *Delivery {
	o.next++
	d := &Delivery{
		ID: "wh_" + strconv.Itoa(o.next), Provider: p, Event: m.Event, Payment: m.Payment, URL: m.URL, Copy: copyNumber,
		Created: now, State: Waiting, Due: now, Attempts: []Attempt{}, Header: m.Header, Body: string(m.Body),
	}
	if m.URL == "" {
		d.State, d.Due, d.Reason = Unheard, time.Time{}, "the merchant gave no address"
	}
	if len(o.all) >= o.keep+o.keep/4 {
		gone := o.all[:len(o.all)-o.keep+1]
		for _, old := range gone {
			delete(o.byID, old.ID)
		}
		o.all = append(o.all[:0:0], o.all[len(gone):]...)
	}
	o.all = append(o.all, d)
	o.byID[d.ID] = d
	return d
}

// Get finds a delivery; nil when it is unknown or forgotten.
func (o *Outbox) Get(id string) *Delivery { return o.byID[id] }

// All lists the deliveries as they are now; the copies are the caller's.
func (o *Outbox) All() []Delivery {
	out := make([]Delivery, 0, len(o.all))
	for _, d := range o.all[max(0, len(o.all)-o.keep):] {
		out = append(out, d.Clone())
	}
	return out
}

// Clone is the delivery as it is now.
func (d *Delivery) Clone() Delivery {
	c := *d
	c.Attempts = append([]Attempt{}, d.Attempts...)
	return c
}

// Waits lists the deliveries that wait for an attempt.
func (o *Outbox) Waits() []*Delivery {
	var out []*Delivery
	for _, d := range o.all {
		if d.State == Waiting {
			out = append(out, d)
		}
	}
	return out
}

// Record adds an attempt and says whether, and when, another is due. One made by
// hand that fails changes nothing: what waited for its turn still does.
func (d *Delivery) Record(a Attempt, w *provider.Webhooks) (next time.Time, again bool) {
	d.Attempts = append(d.Attempts, a)
	switch {
	case a.Error == "" && w.Received(a.Status, []byte(a.Body)):
		d.State, d.Due, d.Reason = Delivered, time.Time{}, ""
		return time.Time{}, false
	case a.Manual || d.State != Waiting:
		return time.Time{}, false
	}
	tries := 0
	for _, a := range d.Attempts {
		if !a.Manual {
			tries++
		}
	}
	if tries > len(w.Ladder) {
		d.State, d.Due = Failed, time.Time{}
		d.Reason = "the receiver did not acknowledge any of " + strconv.Itoa(tries) + " attempts"
		return time.Time{}, false
	}
	d.Due = a.At.Add(w.Ladder[tries-1])
	return d.Due, true
}
