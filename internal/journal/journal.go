// Package journal is the one record of what happened in a tenant: every call,
// timer and action with what it decided, changed and caused.
//
// It is bounded: the oldest entries are forgotten. It holds no secrets: what
// goes in has been through a Redactor. It does not lock; its tenant does.
package journal

import (
	"time"

	"paysim/internal/provider"
)

// Kind says what an entry records.
type Kind string

// The kinds of entry.
const (
	Call   Kind = "call"   // a request to a provider
	Timer  Kind = "timer"  // something whose time had come
	Action Kind = "action" // the payer or the bank, through the control API or a script
)

// Entry is one thing that happened. It is never changed once it is in a journal.
type Entry struct {
	Seq         int64                 `json:"seq"` // ascending from 1, without gaps
	At          time.Time             `json:"at"`  // the tenant's time
	Kind        Kind                  `json:"kind"`
	Provider    string                `json:"provider"`
	Operation   string                `json:"operation,omitempty"` // noun.verb; a timer's or action's name
	Object      string                `json:"object,omitempty"`    // what a timer or action was about
	Request     *Request              `json:"request,omitempty"`
	Response    *Response             `json:"response,omitempty"`
	Rule        string                `json:"rule,omitempty"` // the scenario rule that was chosen, or why none was
	Effect      string                `json:"effect,omitempty"`
	Answer      []string              `json:"answer,omitempty"` // the faults between the answer and the caller
	Outcome     string                `json:"outcome,omitempty"`
	Origin      string                `json:"outcome_origin,omitempty"` // rule, header, card
	Error       string                `json:"error,omitempty"`          // the catalogue row's name
	Cause       string                `json:"cause,omitempty"`          // what the caller is not told
	Transitions []provider.Transition `json:"transitions,omitempty"`
	Money       []provider.Movement   `json:"money,omitempty"`
	Webhooks    []Webhook             `json:"webhooks,omitempty"`
	Notes       []string              `json:"notes,omitempty"`
}

// Request is what was asked, redacted.
type Request struct {
	Method  string   `json:"method"`
	Path    string   `json:"path"`
	Query   string   `json:"query,omitempty"`
	Headers []string `json:"headers,omitempty"` // "Name: value", sorted
	Body    string   `json:"body,omitempty"`
}

// Response is what was answered, redacted; before any fault spoilt it.
type Response struct {
	Status int    `json:"status"`
	Body   string `json:"body,omitempty"`
}

// Webhook is a delivery that an entry caused.
type Webhook struct {
	ID    string `json:"id"`
	Event string `json:"event"`
	Rule  string `json:"rule,omitempty"` // the scenario's entry that says how it travels
}

// Journal holds the newest entries of a tenant.
type Journal struct {
	keep    int
	entries []*Entry
	next    int64
	changed chan struct{}
}

// New makes a journal that remembers the newest keep entries.
func New(keep int) *Journal { return &Journal{keep: keep} }

// Append numbers e and adds it.
func (j *Journal) Append(e *Entry) {
	j.next++
	e.Seq = j.next
	if len(j.entries) >= j.keep+j.keep/4 { // move now and then, not every time
		j.entries = append(j.entries[:0:0], j.entries[len(j.entries)-j.keep+1:]...)
	}
	j.entries = append(j.entries, e)
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
}

// Last is the number of the newest entry; 0 when there was none.
func (j *Journal) Last() int64 { return j.next }

// Len counts the entries that are remembered.
func (j *Journal) Len() int { return min(len(j.entries), j.keep) }

// Since lists entries after seq in ascending order: the first limit of those
// that match; limit 0 is no limit.
func (j *Journal) Since(seq int64, limit int, match func(*Entry) bool) []*Entry {
	out := []*Entry{}
	for _, e := range j.entries[len(j.entries)-j.Len():] {
		if e.Seq <= seq || !match(e) {
			continue
		}
		out = append(out, e)
		if len(out) == limit {
			break
		}
	}
	return out
}

// Changed gives a channel that is closed by the next Append.
func (j *Journal) Changed() <-chan struct{} {
	if j.changed == nil {
		j.changed = make(chan struct{})
	}
	return j.changed
}
