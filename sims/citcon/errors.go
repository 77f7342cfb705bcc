package citcon

import (
	"errors"
	"maps"
	"net/http"
	"strings"

	"paysim/internal/catalog"
	"paysim/internal/machine"
	"paysim/internal/page"
	"paysim/internal/provider"
)

var table = documented("UPI Error Codes")

func row(name, code string, status int, message, when string, e catalog.Evidence) *catalog.Error {
	return &catalog.Error{Name: name, Code: code, Status: status, Message: message, When: when, Evidence: e}
}

// 508 means a loop elsewhere. Here it is the gateway's status: the document's
// table has it, and so do the constants of a public demo by Citcon.
var (
	errBadRequest   = row("bad_request", "4000", 400, "bad request", "the body or the query is not what the operation takes", table)
	errUnauthorized = row("unauthorized", "4010", 401, "unauthorized", "the private key or access token is missing, malformed, unknown or expired, or does not permit the operation", table)
	errDuplicate    = row("duplicate_request", "4100", 400, "duplicate request", "the merchant used the reference before", observed("transaction/check_status"))
	errUnknown      = row("unknown_error", "4101", 500, "unknown error", "the outcome unknown_error", table)
	errHeader       = row("invalid_header", "4102", 400, "invalid header", "a body whose Content-Type is not application/json", table)
	errNotFound     = row("not_found", "4103", 404, "not found", "the path, the method on that path, the transaction, the charge token or the vault token is unknown", table)
	errTimeout      = row("gateway_timeout", "4105", 508, "gateway timeout", "the outcome gateway_timeout", table)
	errUnavailable  = row("gateway_unavailable", "4106", 508, "gateway unavailable", "the outcome gateway_unavailable", table)
	errGateway      = row("gateway_error", "4107", 508, "gateway error", "the outcome gateway_error", table)
	errCharge       = row("charge_failed", "4200", 406, "charge failed", "the issuer declines; the charge stays readable as failed", table)
	errCapture      = row("capture_failed", "4201", 406, "capture failed", "the charge is not authorized, or the amount exceeds what is left of it",
		assumed("code and status from the document's table, whose wording \"bad request\" its own example disproves for 4203; the wording is by analogy"))
	errRefund  = row("refund_failed", "4202", 406, "refund failed", "nothing was captured, or the amount exceeds what was captured and not refunded", observed("refund/create_full_refund"))
	errCancel  = row("cancel_failed", "4203", 406, "cancel failed", "the charge is captured, ended, or no charge", documented("Cancel, printed refusal"))
	errDelete  = row("deletion_failed", "4204", 406, "deletion failed", "the vault token is deleted already", table)
	errModify  = row("modification_failed", "4205", 406, "modification failed", "a charge is confirmed that is authorized, paid or ended", table)
	errVault   = row("vault_failed", "4206", 406, "vault failed", "the outcome vault_failed", table)
	errPartial = row("partial_refund_ineligible", "4208", 406, "Transaction Ineligible for Partial Refund", "a partial refund of a method that the setting whole_refund_only lists",
		catalog.Evidence{Basis: catalog.Documented, Source: "Citcon UPI API reference, Refund, printed refusal; its HTTP status is that of its family"})
	errProcessing = row("processing_error", "5100", 500, "internal server error", "the outcome processing_error", table)
	errInternal   = row("internal_error", "5100", 500, "internal server error", "a defect of the simulator", table)

	errorRows = catalog.Errors{
		errBadRequest, errUnauthorized, errDuplicate, errUnknown, errHeader, errNotFound, errTimeout, errUnavailable, errGateway,
		errCharge, errCapture, errRefund, errCancel, errDelete, errModify, errVault, errPartial, errProcessing, errInternal,
	}
)

// wrongState is how each operation refuses an object whose state forbids it.
var wrongState = map[string]*catalog.Error{
	"charge.confirm": errModify,
	"charge.capture": errCapture,
	"charge.refund":  errRefund,
	"charge.cancel":  errCancel,
	"vault.delete":   errDelete,
}

func refusal(c *provider.Call, err error) *catalog.Error {
	var known *catalog.Error
	var illegal *machine.IllegalError
	var method *provider.MethodError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &illegal) && c.Operation != nil && wrongState[c.Operation.ID] != nil:
		return wrongState[c.Operation.ID]
	case errors.Is(err, provider.ErrUnknownPath), errors.As(err, &method):
		return errNotFound
	case errors.Is(err, provider.ErrUnauthenticated):
		return errUnauthorized
	case errors.Is(err, provider.ErrBodyTooLarge), errors.Is(err, provider.ErrBodyUnreadable):
		return errBadRequest
	}
	return errInternal
}

func envelope(c *provider.Call, row *catalog.Error, err error) provider.Reply {
	if c.Operation != nil && c.Operation.Page {
		return problem(c, row)
	}
	r := fail(row)
	var method *provider.MethodError
	if errors.As(err, &method) {
		r.Header.Set("Allow", strings.Join(method.Allow, ", "))
	}
	return r
}

// fail is a refusal as it is worded. A handler uses it for a decline that is
// kept.
func fail(row *catalog.Error) provider.Reply {
	return provider.JSON(row.Status, wireEnvelope{
		Status: "fail", App: app, Version: version, Data: wireError{Code: row.Code, Message: row.Message},
	})
}

// problem is a refusal at a page.
func problem(c *provider.Call, row *catalog.Error) provider.Reply {
	lang := page.Language(c.Request.Header.Get("Accept-Language"), "en", "zh")
	w := phrasesFor(lang)
	p := page.Problem{Lang: lang, ProviderTitle: title, Accent: accent, Title: w.unusable, Message: w.unusableHint, Detail: row.Code + " " + row.Message}
	if row == errInternal {
		p.Title, p.Message = w.broken, w.brokenHint
	}
	r := provider.Reply{Status: row.Status, Header: page.Header(), Body: p.HTML()}
	if page.WantsJSON(c.Request.Header.Get("Accept")) {
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
		r.Body = p.JSON()
	}
	return r
}

// finish puts on what every answer of the API was recorded to carry. Only
// Strict-Transport-Security is left out, which means nothing on plain HTTP.
func finish(c *provider.Call, r *provider.Reply) {
	if r.Header == nil {
		r.Header = http.Header{}
	}
	if c.Operation != nil && c.Operation.Page {
		return
	}
	maps.Copy(r.Header, onEvery)
	if len(r.Body) > 0 {
		r.Header.Set("ETag", etag(r.Body))
	}
	share(c, r.Header)
}

// onEvery are the headers of every answer of the API.
var onEvery = http.Header{
	"Cache-Control":           {"no-cache, no-store, must-revalidate"},
	"Content-Security-Policy": {"default-src 'none';"},
	"Expires":                 {"0"},
	"Pragma":                  {"no-cache"},
}
