// Package catalog holds how we know what we know: every row of a provider's
// tables carries a Basis and a Source, and every refusal a provider can give
// is a row of its error catalogue.
//
// It promises that a catalogue that passes Check can be looked up by name
// without surprises. It does not render anything; the provider's errors.go does.
package catalog

import (
	"errors"
	"fmt"
)

// Basis says how we know that a row is true.
type Basis string

// The three bases, strongest evidence first.
const (
	Observed   Basis = "observed"   // recorded from the real service
	Documented Basis = "documented" // the provider's own document says so
	Assumed    Basis = "assumed"    // ours; listed under Assumptions in the provider's README
)

// Valid reports whether b is one of the three bases.
func (b Basis) Valid() bool { return b == Observed || b == Documented || b == Assumed }

// Evidence is the pair that every row carries.
type Evidence struct {
	Basis  Basis  `json:"basis"`
	Source string `json:"source"` // where it is written: a page, a section, a recording
}

// Check reports what an Evidence lacks.
func (e Evidence) Check() error {
	if !e.Basis.Valid() {
		return fmt.Errorf("basis %q is not one of observed, documented, assumed", e.Basis)
	}
	if e.Source == "" {
		return errors.New("source is empty")
	}
	return nil
}

// Error is a row of a provider's error catalogue. It is itself a Go error, so
// that a handler returns the row, and the provider's envelope is made from it.
type Error struct {
	Name    string `json:"name"`   // our word for it, unique within the provider: duplicate_request
	Code    string `json:"code"`   // the code on the wire
	Status  int    `json:"status"` // the HTTP status
	Message string `json:"message"`
	When    string `json:"when"` // what provokes it
	Evidence
}

// Error gives the row's name and wire code. It holds nothing of the request.
func (e *Error) Error() string { return e.Name + " (" + e.Code + ")" }

// Because attaches the private cause to a row: the caller is told the row, the
// journal the cause.
func (e *Error) Because(format string, args ...any) error {
	return &Cause{Row: e, Detail: fmt.Sprintf(format, args...)}
}

// Cause is a catalogue row with the reason why it was chosen. The reason is
// for the journal only and must not hold secrets.
type Cause struct {
	Row    *Error
	Detail string
}

func (c *Cause) Error() string { return c.Row.Error() + ": " + c.Detail }

// Unwrap makes errors.Is and errors.As find the row.
func (c *Cause) Unwrap() error { return c.Row }

// Errors is a provider's catalogue.
type Errors []*Error

// ByName finds a row; nil when there is none.
func (es Errors) ByName(name string) *Error {
	for _, e := range es {
		if e.Name == name {
			return e
		}
	}
	return nil
}

// Check reports every row that is incomplete or named twice.
func (es Errors) Check() error {
	var all []error
	seen := map[string]bool{}
	for _, e := range es {
		switch {
		case e.Name == "" || e.Code == "" || e.When == "":
			all = append(all, fmt.Errorf("error %q: name, code and when are required", e.Name))
		case e.Status < 200 || e.Status > 599:
			all = append(all, fmt.Errorf("error %q: status %d", e.Name, e.Status))
		case seen[e.Name]:
			all = append(all, fmt.Errorf("error %q is listed twice", e.Name))
		}
		if err := e.Evidence.Check(); err != nil {
			all = append(all, fmt.Errorf("error %q: %w", e.Name, err))
		}
		seen[e.Name] = true
	}
	return errors.Join(all...)
}
