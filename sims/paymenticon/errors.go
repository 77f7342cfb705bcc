package paymenticon

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"paysim/internal/catalog"
	"paysim/internal/machine"
	"paysim/internal/page"
	"paysim/internal/provider"
)

// The document gives status codes and no error bodies; each row's code is our
// name for the case, which the journal and scenarios use. The wire carries the
// status and the message alone.
func row(name string, status int, message, when string, e catalog.Evidence) *catalog.Error {
	return &catalog.Error{Name: name, Code: strconv.Itoa(status), Status: status, Message: message, When: when, Evidence: e}
}

var (
	list400 = doc("status codes under every call: 400 for missing parameters or invalid values")
	list401 = doc("status codes under every call: 401 for invalid data in the Authorization header")
	list403 = doc("status codes under every call: 403 for access that is not allowed")
	list404 = doc("status codes under session creation: 404 for a session or wallet that is not found")
	noList  = assumed("the list of status codes under this call is empty")

	errInvalid      = row("invalid_request", 400, "Invalid request", "a member is missing or has an invalid value, or the body is not a JSON object", list400)
	errState        = row("wrong_state", 400, "Operation not allowed in the current session status", "a session that is not authorized is captured or voided", noList)
	errFundsShort   = row("insufficient_funds", 400, "Insufficient funds", "the merchant's wallet cannot cover a withdrawal to a new wallet", assumed("there have to be enough funds, says the document, and no answer of this call can say error"))
	errLimit        = row("limit_exceeded", 400, "Amount exceeds the limit of an anonymous wallet", "an anonymous wallet would receive more than its yearly limit", doc("Withdrawal to new anonymous wallet"))
	errUnauthorized = row("unauthorized", 401, "Unauthorized", "header, time, wallet or signature of a call is wrong", list401)
	errForbidden    = row("forbidden", 403, "Forbidden", "the session is another merchant's", list403)
	errNoPayer      = row("payer_not_logged_in", 403, "Forbidden", "payer data of a session nobody has logged in to", assumed("data can be had after user_logged_in; before, access is not allowed"))
	errNoScope      = row("scope_not_granted", 403, "Forbidden", "account data without an accepted session that names the scope, or after its time", doc("Get wallet funds: requires the scope"))
	errWrongPlace   = row("client_ip_mismatch", 403, "Forbidden", "the page is opened from another address than client_ip", assumed("client_ip is the only address that may pay, says the document, and no answer for others"))
	errNotFound     = row("not_found", 404, "Not found", "the path, session, document, wallet or withdrawal is unknown", list404)
	errGone         = row("link_expired", 404, "Not found", "a voucher's picture after url_expires", assumed("the document bounds the time and says no answer for later"))
	errMethod       = row("method_not_allowed", 405, "Method not allowed", "the path does not know the method", assumed("the usual answer; the document's wget forms of capture and void meet it, because they send GET"))
	errTooLarge     = row("body_too_large", 413, "Request entity too large", "a body over one MiB", assumed("the usual answer"))
	errProcessing   = row("processing_error", 500, "Internal server error", "the outcome processing_error; nothing is booked", assumed("no 5xx is documented"))
	errInternal     = row("internal_error", 500, "Internal server error", "a defect of the simulator", assumed("no 5xx is documented"))

	errorRows = catalog.Errors{
		errInvalid, errState, errFundsShort, errLimit, errUnauthorized, errForbidden, errNoPayer, errNoScope, errWrongPlace, errNotFound, errGone, errMethod, errTooLarge, errProcessing, errInternal,
	}
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
	case errors.Is(err, provider.ErrBodyTooLarge):
		return errTooLarge
	case errors.Is(err, provider.ErrBodyUnreadable):
		return errInvalid
	}
	return errInternal
}

// wireError is our reading: the one documented answer that can be an error is
// that of a withdrawal, and it has status and message.
type wireError struct {
	Status  string   `json:"status"`
	Message string   `json:"message"`
	Details []string `json:"details,omitempty"`
}

// refused says more than the row where the merchant asks for it, but never what is
// wrong with a credential.
func refused(c *provider.Call, row *catalog.Error, err error) provider.Reply {
	out := wireError{Status: "error", Message: row.Message}
	var cause *catalog.Cause
	if c.Flag("error_details") && row != errUnauthorized && errors.As(err, &cause) {
		out.Details = []string{cause.Detail}
	}
	return provider.Reply{Status: row.Status, Header: jsonHeader(), Body: provider.Marshal(out)}
}

func envelope(c *provider.Call, row *catalog.Error, err error) provider.Reply {
	if c.Operation != nil && c.Operation.Page {
		return pageProblem(c, row)
	}
	if c.Proof == nil && (c.Operation == nil || c.Operation.Auth != "") && row != errUnauthorized {
		// Refused before anybody asked who calls: a path or method that is
		// none, or a scenario. A caller who checks signatures gets one.
		if p, err := prove(c); err == nil {
			c.Proof = p
		}
	}
	r := refused(c, row, err)
	var method *provider.MethodError
	if errors.As(err, &method) {
		r.Header.Set("Allow", strings.Join(method.Allow, ", "))
	}
	return r
}

func pageProblem(c *provider.Call, row *catalog.Error) provider.Reply {
	lang, w := wordsFor(readParams(c)["lang"])
	p := page.Problem{Lang: lang, ProviderTitle: "Paymenticon", Message: w.problem, Detail: row.Name + ": " + row.When, Accent: page.Plum}
	r := provider.Reply{Status: row.Status, Header: page.Header(), Body: p.HTML()}
	if page.WantsJSON(c.Request.Header.Get("Accept")) {
		r.Body = p.JSON()
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// finish dates every answer of the API and signs those that go to a known
// caller and have a JSON body. Statistics about a payer carry no signature.
func finish(c *provider.Call, r *provider.Reply) {
	if r.Header == nil {
		r.Header = http.Header{}
	}
	if c.Operation != nil && c.Operation.Auth == "" {
		return
	}
	stamp := strconv.FormatInt(c.Now.Unix(), 10)
	r.Header.Set("X-Paymenticon-Time", stamp)
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return
	}
	r.Header.Set("Content-Type", "application/json")
	p, ok := c.Proof.(proof)
	if !ok || c.Operation != nil && c.Operation.ID == "payer.stats" && r.Status == http.StatusOK {
		return
	}
	sum := signBody(p.key, c.Request.Method, p.url, stamp, r.Body, dialects[c.Text("signature_dialect")])
	r.Body = seal(r.Body, "_signature", sum)
}
