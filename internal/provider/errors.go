package provider

import (
	"errors"
	"strings"
)

// What can be wrong with a request before a handler sees it. The provider's
// Refusal makes a row of its catalogue of each.
var (
	ErrUnknownPath     = errors.New("no operation has this path")
	ErrBodyTooLarge    = errors.New("the body is larger than the simulator reads")
	ErrBodyUnreadable  = errors.New("the body ended early")
	ErrUnauthenticated = errors.New("the credential leads to no tenant")
	ErrInternal        = errors.New("the simulator has a defect here")
)

// MethodError says that the path is known and the method is not.
type MethodError struct {
	Allow []string // the methods that the path knows
}

func (e *MethodError) Error() string {
	return "the path answers only " + strings.Join(e.Allow, ", ")
}

// UnknownPaymentError is what an Action gives for an id that is no payment.
type UnknownPaymentError struct{ ID string }

func (e *UnknownPaymentError) Error() string { return "no payment has the id " + e.ID }
