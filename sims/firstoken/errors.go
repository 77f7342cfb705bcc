package firstoken

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"paysim/internal/catalog"
	"paysim/internal/machine"
	"paysim/internal/provider"
)

// row is a refusal; message is what stands in data.description.
func row(name string, status int, message, when string, e catalog.Evidence) *catalog.Error {
	return &catalog.Error{Name: name, Code: strconv.Itoa(status), Status: status, Message: message, When: when, Evidence: e}
}

const notMatched = `"value" does not match any of the allowed types`

var (
	forbidden = assumed("403 for every failure of authentication is documented (" + docRoot + "), its body is not")
	voids     = assumed("that a void is refused once the processor has the transaction is documented (" + docCreditVoid + "), the words are not")
	lookups   = assumed("worded like the printed refusal of an unknown transaction, " + docKoinRefund)
	onlyFour  = assumed("the table of codes has 200, 400, 403 and 500 only: " + docRoot)

	errKeyMissing = row("key_missing", 403, "Missing API key", "the x-api-key header is missing", forbidden)
	errKeyUnknown = row("key_unknown", 403, "Invalid API key", "no key is like that", forbidden)
	errAddress    = row("address_not_allowed", 403, "IP address not allowed", "the caller's address is not on the key's list", forbidden)
	errPermission = row("permission_missing", 403, "Missing permission", "the key may not do this", forbidden)

	errNoMatch = row("no_match", 400, notMatched, "the body of a credit or payment does not parse, or its type is none of those allowed", documented(docPOS))
	errInvalid = row("invalid_request", 400, `"value" must be of type object`, "a member is missing, of the wrong type or of a wrong form; the description names it", assumed(joi))

	errToken         = row("invalid_token", 400, "Invalid token", "a token is unknown, deleted, expired or of the other kind, or cannot give what the member needs", lookups)
	errTransaction   = row("invalid_transaction_id", 400, "Invalid transaction_id", "no transaction of the kind that is asked for has the id", documented(docKoinRefund))
	errAmount        = row("invalid_amount", 400, "Invalid amount value", "a capture, reversal or refund is of more than there is", documented(docKoinCapture))
	errCurrency      = row("invalid_currency", 400, "Invalid currency value", "the currency is not that of the transaction", assumed("that a capture has the currency of its authorization is documented ("+docKoinCapture+"), the words are not"))
	errNotVoidable   = row("not_voidable", 400, "Not voidable", "the transaction is void already, was declined or has gone to the processor, or a part of it was refunded", voids)
	errNotReversible = row("not_reversible", 400, "Not reversible", "the authorization is captured, reversed, void or was declined", lookups)
	errNotCapturable = row("not_capturable", 400, "Not capturable", "the authorization is captured already, reversed, void or was declined", lookups)
	errNotRefundable = row("not_refundable", 400, "Not refundable", "the transaction is void or was declined, or more than 60 days have passed since it was settled", lookups)

	errPath     = row("unknown_path", 400, "Invalid path", "the path is unknown", onlyFour)
	errMethod   = row("method_not_allowed", 400, "Invalid method", "the path does not know the method", onlyFour)
	errTooLarge = row("body_too_large", 400, "Request body too large", "the body is larger than 1 MiB", onlyFour)
	errCut      = row("body_unreadable", 400, "Request body aborted", "the body ends early", onlyFour)

	errProcessor = row("processor_unavailable", 500, "Processor unavailable", "the outcome processing_error", assumed("500 and status error are documented ("+docPOS+"), the rest of the body is not known here"))
	errInternal  = row("internal_error", 500, "Internal server error", "a defect of the simulator", assumed("500 and status error are documented ("+docPOS+")"))

	errorRows = catalog.Errors{
		errKeyMissing, errKeyUnknown, errAddress, errPermission,
		errNoMatch, errInvalid,
		errToken, errTransaction, errAmount, errCurrency, errNotVoidable, errNotReversible, errNotCapturable, errNotRefundable,
		errPath, errMethod, errTooLarge, errCut, errProcessor, errInternal,
	}
)

// complaint is what the validator finds wrong, in its words. The text names
// members and never holds a value of the request.
type complaint struct {
	row        *catalog.Error
	text, path string
}

func (e *complaint) Error() string { return e.row.Error() + ": " + e.text }
func (e *complaint) Unwrap() error { return e.row }

// illegal says which row answers a step that a state does not allow.
var illegal = map[string]*catalog.Error{
	void: errNotVoidable, reverse: errNotReversible, capture: errNotCapturable, refund: errNotRefundable,
}

func refusal(_ *provider.Call, err error) *catalog.Error {
	var known *catalog.Error
	var step *machine.IllegalError
	var method *provider.MethodError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &step) && illegal[step.Trigger] != nil:
		return illegal[step.Trigger]
	case errors.As(err, &method):
		return errMethod
	case errors.Is(err, provider.ErrUnknownPath):
		return errPath
	case errors.Is(err, provider.ErrUnauthenticated):
		return errKeyUnknown
	case errors.Is(err, provider.ErrBodyTooLarge):
		return errTooLarge
	case errors.Is(err, provider.ErrBodyUnreadable):
		return errCut
	}
	return errInternal
}

// titles are the message above the description, by status.
var titles = map[int]string{400: "Invalid request", 403: "Forbidden", 500: "Internal server error"}

func envelope(c *provider.Call, row *catalog.Error, err error) provider.Reply {
	status := "fail"
	if row.Status >= 500 {
		status = "error"
	}
	var data any = wireProblem{Code: row.Status, Description: row.Message}
	if row == errInvalid || row == errNoMatch {
		at := wireComplaint{Description: row.Message}
		var wrong *complaint
		if errors.As(err, &wrong) {
			at.Description, at.Path = wrong.text, wrong.path
		}
		data = at
	}
	if ofVault(c) {
		return provider.JSON(row.Status, wireVaultReply{StatusCode: row.Status, Status: status, Desc: titles[row.Status], Data: data})
	}
	return provider.JSON(row.Status, wireReply{Status: status, Message: titles[row.Status], Data: data})
}

// ofVault reports whether the call belongs to the vault, whose answers have an
// envelope of their own.
func ofVault(c *provider.Call) bool {
	if c.Operation != nil {
		_, ok := permissions[c.Operation.ID]
		return ok
	}
	path := strings.TrimPrefix(c.Request.Path, "/v1")
	for _, family := range []string{"/tokenization", "/detokenization", "/tokens", "/transactions"} {
		if strings.HasPrefix(path, family) {
			return true
		}
	}
	return false
}

func (n node) refuse(format string, args ...any) {
	if n.r.err == nil {
		n.r.err = &complaint{row: errInvalid, text: strconv.Quote(n.label()) + " " + fmt.Sprintf(format, args...), path: strings.Join(n.path, ".")}
	}
}
