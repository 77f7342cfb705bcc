package toypay

import (
	"errors"
	"net/http"
	"strings"

	"paysim/internal/catalog"
	"paysim/internal/machine"
	"paysim/internal/page"
	"paysim/internal/provider"
)

func row(name string, status int, message, when string) *catalog.Error {
	return &catalog.Error{Name: name, Code: name, Status: status, Message: message, When: when, Evidence: ours}
}

var (
	errUnauthorized = row("unauthorized", 401, "who are you?", "the key is missing or wrong")
	errNotFound     = row("not_found", 404, "nothing here", "the path or the charge is unknown")
	errMethod       = row("method_not_allowed", 405, "not like this", "the path does not know the method")
	errInvalid      = row("invalid_request", 400, "that makes no sense", "the body is not what the operation takes")
	errDuplicate    = row("duplicate_reference", 409, "seen before", "the reference was used before")
	errState        = row("wrong_state", 409, "too late or too early", "the charge's state does not allow it")
	errAmount       = row("amount_too_large", 409, "more than there is", "a capture exceeds what was paid")
	errProcessing   = row("processing_error", 502, "something broke", "the outcome processing_error")
	errInternal     = row("internal_error", 500, "we broke", "a defect")

	errorRows = catalog.Errors{errUnauthorized, errNotFound, errMethod, errInvalid, errDuplicate, errState, errAmount, errProcessing, errInternal}
)

func refusal(_ *provider.Call, err error) *catalog.Error {
	var known *catalog.Error
	var illegal *machine.IllegalError
	var method *provider.MethodError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &illegal):
		return errState
	case errors.As(err, &method):
		return errMethod
	case errors.Is(err, provider.ErrUnknownPath):
		return errNotFound
	case errors.Is(err, provider.ErrUnauthenticated):
		return errUnauthorized
	case errors.Is(err, provider.ErrBodyTooLarge), errors.Is(err, provider.ErrBodyUnreadable):
		return errInvalid
	}
	return errInternal
}

func envelope(c *provider.Call, row *catalog.Error, err error) provider.Reply {
	if c.Operation != nil && c.Operation.Page {
		p := page.Problem{ProviderTitle: "ToyPay", Title: row.Message, Message: row.When}
		return provider.Reply{Status: row.Status, Header: page.Header(), Body: p.HTML()}
	}
	r := provider.JSON(row.Status, wireError{Error: row.Code, Message: row.Message})
	var method *provider.MethodError
	if errors.As(err, &method) {
		r.Header.Set("Allow", strings.Join(method.Allow, ", "))
	}
	return r
}

func finish(_ *provider.Call, r *provider.Reply) {
	if r.Header == nil {
		r.Header = http.Header{}
	}
	r.Header.Set("Toy-Version", "1")
}
