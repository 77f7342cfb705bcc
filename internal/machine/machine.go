// Package machine is state tables: who may go where, and why we think so.
//
// A Table is a literal that can be printed, checked and drawn. It promises
// that a state changes only along an edge. It keeps no state of its own and
// runs nothing: what happens on an edge is the provider's plain Go.
package machine

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"paysim/internal/catalog"
)

// State is a state's name as the provider writes it.
type State string

// Edge is one transition.
type Edge struct {
	From    State  `json:"from"`
	Trigger string `json:"trigger"`         // what happens: an operation, a payer's action, a timer
	To      State  `json:"to"`              // may equal From: a partial refund, say
	After   string `json:"after,omitempty"` // for a timed edge, the rule that gives its delay
	catalog.Evidence
}

// String is the edge as one word, for coverage and the journal.
func (e Edge) String() string { return string(e.From) + " -" + e.Trigger + "-> " + string(e.To) }

// Table is the machine of one kind of object.
type Table struct {
	Name  string `json:"name"`  // of the object: charge
	Start State  `json:"start"` // before the object exists; an edge from it creates
	Edges []Edge `json:"edges"`
}

// IllegalError says that a state has no edge for a trigger.
type IllegalError struct {
	Table, Trigger string
	From           State
}

func (e *IllegalError) Error() string {
	return fmt.Sprintf("a %s that is %s cannot %s", e.Table, e.From, e.Trigger)
}

// Step follows the edge that leaves from by trigger. Where several do, to
// chooses; otherwise leave it out. No such edge is an *IllegalError.
func (t *Table) Step(from State, trigger string, to ...State) (Edge, error) {
	for _, e := range t.Edges {
		if e.From == from && e.Trigger == trigger && (len(to) == 0 || e.To == to[0]) {
			return e, nil
		}
	}
	return Edge{}, &IllegalError{Table: t.Name, From: from, Trigger: trigger}
}

// Can reports whether trigger is legal in from.
func (t *Table) Can(from State, trigger string) bool {
	_, err := t.Step(from, trigger)
	return err == nil
}

// Triggers lists what is legal in from, in the table's order.
func (t *Table) Triggers(from State) []string {
	var out []string
	for _, e := range t.Edges {
		if e.From == from && !slices.Contains(out, e.Trigger) {
			out = append(out, e.Trigger)
		}
	}
	return out
}

// States lists every state but the start, in the table's order.
func (t *Table) States() []State {
	var out []State
	for _, e := range t.Edges {
		for _, s := range []State{e.From, e.To} {
			if s != t.Start && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// Check reports edges that are incomplete or doubled, and states that cannot
// be reached.
func (t *Table) Check() error {
	var all []error
	seen := map[string]bool{}
	reached := map[State]bool{t.Start: true}
	for _, e := range t.Edges {
		if e.Trigger == "" || e.To == "" {
			all = append(all, fmt.Errorf("%s: edge %v lacks a trigger or an end", t.Name, e))
		}
		if seen[e.String()] {
			all = append(all, fmt.Errorf("%s: edge %v is listed twice", t.Name, e))
		}
		seen[e.String()] = true
		if err := e.Evidence.Check(); err != nil {
			all = append(all, fmt.Errorf("%s: edge %v: %w", t.Name, e, err))
		}
	}
	for range t.Edges { // as many rounds as the longest path can have
		for _, e := range t.Edges {
			if reached[e.From] {
				reached[e.To] = true
			}
		}
	}
	for _, s := range t.States() {
		if !reached[s] {
			all = append(all, fmt.Errorf("%s: no way leads to %s", t.Name, s))
		}
	}
	return errors.Join(all...)
}

// Mermaid draws the table as a Mermaid state diagram.
func (t *Table) Mermaid() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, e := range t.Edges {
		from := string(e.From)
		if e.From == t.Start {
			from = "[*]"
		}
		label := e.Trigger
		if e.After != "" {
			label += " after " + e.After
		}
		fmt.Fprintf(&b, "    %s --> %s: %s\n", from, e.To, label)
	}
	return b.String()
}
