package firstoken

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"

	"paysim/internal/machine"
	"paysim/internal/provider"
)

// kind is what a transaction is: the type with which it was asked for.
type kind string

const (
	credit            kind = "credit"
	authorization     kind = "authorization"
	payment           kind = "payment"
	captureOf         kind = "capture"
	paymentRefund     kind = "payment_refund"
	captureRefund     kind = "capture_refund"
	creditVoid        kind = "credit_void"
	paymentVoid       kind = "payment_void"
	authorizationVoid kind = "authorization_void"
	captureVoid       kind = "capture_void"
	refundVoid        kind = "refund_void"
	reversal          kind = "authorization_reversal"
)

// form is how a kind of transaction lives, what it may refer to and how it is
// worded. A kind without message for a decline cannot be declined.
type form struct {
	states           *machine.Table
	of               []kind
	answer           string // transaction_info.type
	message, decline string
}

var forms = map[kind]form{
	credit:            {&creditStates, nil, "credit_response", "Credit successful", "Credit declined"},
	authorization:     {&authorizationStates, nil, "payment_response", "Authorization successful", "Authorization declined"},
	payment:           {&paymentStates, nil, "payment_response", "Payment successful", "Payment declined"},
	captureOf:         {&captureStates, []kind{authorization}, "capture_response", "Capture successful", "Capture declined"},
	paymentRefund:     {&refundStates, []kind{payment}, "payment_refund_response", "Refund successful", "Refund declined"},
	captureRefund:     {&refundStates, []kind{captureOf}, "capture_refund_response", "Capture refund successful", "Capture refund declined"},
	creditVoid:        {&cancellationStates, []kind{credit}, "credit_void_response", "Credit void successful", ""},
	paymentVoid:       {&cancellationStates, []kind{authorization, payment}, "payment_void_response", "Payment void successful", ""},
	authorizationVoid: {&cancellationStates, []kind{authorization}, "authorization_void_response", "Authorization void successful", ""},
	captureVoid:       {&cancellationStates, []kind{captureOf}, "capture_void_response", "Capture void successful", ""},
	refundVoid:        {&cancellationStates, []kind{paymentRefund, captureRefund}, "refund_void_response", "Refund void successful", ""},
	reversal:          {&cancellationStates, []kind{authorization}, "authorization_reversal_response", "Authorization reversal successfull", ""}, // printed with two l
}

// identify gives a new transaction its ids and time. The ids decode as the
// printed ones do: transaction_id is 000, the milliseconds and six digits;
// request_id is the seconds without their first digit and the thirteen digits of
// the processor's request number.
func identify(tx *provider.Tx, t transaction) transaction {
	t.Created = tx.Now
	s := tx.Stream("transaction")
	for {
		t.ID = fmt.Sprintf("000%013d%s", max(0, tx.Now.UnixMilli()), s.Text(6, "0123456789"))
		if _, taken := transactions.Get(tx, t.ID); !taken {
			break
		}
	}
	seconds := fmt.Sprintf("%010d", max(0, tx.Now.Unix()))
	t.RequestID = seconds[len(seconds)-9:] + tx.Stream("request").Text(8, "0123456789") + "04953"
	return t
}

// book makes a transaction that the processor is asked for: it is accepted, or
// declined and kept all the same.
func book(c *provider.Call, t transaction, accepted machine.State) (transaction, error) {
	outcome := c.Outcome("")
	if outcome == processingError {
		return t, errProcessor
	}
	t = identify(c.Tx, t)
	to := accepted
	if outcome != "" && outcome != approved {
		to, t.Reason = declined, outcome
	}
	var err error
	if t.State, err = c.Step(forms[t.Kind].states, t.ID, "", create, to); err != nil {
		return t, err
	}
	if t.ReconciliationID == "" {
		t.ReconciliationID = t.RequestID
	}
	if t.State == authorized {
		t.ApprovalCode = c.Stream("approval").Text(6, "0123456789")
		t.NetworkID = "0" + c.Stream("network").Text(14, "0123456789")
	}
	transactions.Put(c, t)
	if t.State == pending {
		c.Opened(forms[t.Kind].states.Name, t.ID)
	}
	if t.State == declined || c.Later { // what is not decided moves no money yet
		return t, nil
	}
	count(c.Tx, t)
	if t.Kind != authorization {
		c.At(c.Now.Add(waits(c.Tx, t.Kind)), handOverTimer, t.ID)
	}
	return t, nil
}

// end leads a transaction to where it no longer counts. The authorization of a
// capture is free again then.
func end(tx *provider.Tx, t transaction, trigger string) error {
	var err error
	if t.State, err = tx.Step(forms[t.Kind].states, t.ID, t.State, trigger); err != nil {
		return err
	}
	transactions.Put(tx, t)
	discount(tx, t)
	hold, ok := transactions.Get(tx, t.Parent)
	if t.Kind != captureOf || !ok {
		return nil
	}
	if hold.State, err = tx.Step(&authorizationStates, hold.ID, hold.State, loseCapture); err != nil {
		return err
	}
	transactions.Put(tx, hold)
	return nil
}

// lookUp finds a transaction that one of kind k may refer to.
func lookUp(tx *provider.Tx, id string, k kind) (transaction, error) {
	t, ok := transactions.Get(tx, id)
	if !ok || !slices.Contains(forms[k].of, t.Kind) {
		return t, errTransaction
	}
	return t, nil
}

// live lists what was made of a transaction and still counts.
func live(tx *provider.Tx, parent string, kinds ...kind) []transaction {
	return slices.DeleteFunc(transactions.Where(tx, "parent", parent), func(t transaction) bool {
		return !slices.Contains(kinds, t.Kind) || t.State == declined || t.State == voided
	})
}

// top is the transaction that the payments list shows for t.
func top(tx *provider.Tx, t transaction) transaction {
	for t.Parent != "" {
		parent, ok := transactions.Get(tx, t.Parent)
		if !ok { // forgotten, as the oldest rows are
			return t
		}
		t = parent
	}
	return t
}

// timestamp is how the payments family writes times.
const timestamp = "2006-01-02T15:04:05Z"

// shown is a state as the answers have it: that the processor has a transaction
// is not told.
func shown(t transaction) string {
	switch {
	case t.State == transmitted && t.Kind == payment:
		return string(authorized)
	case t.State == transmitted:
		return string(pending)
	}
	return string(t.State)
}

func responseCode(t transaction) string {
	if t.Kind == payment || t.Kind == authorization {
		if t.Reason == "" {
			return "00"
		}
	}
	return responseCodes[t.Reason]
}

func (t transaction) wire() wireTransaction {
	w := wireTransaction{TransactionInfo: wireInfo{
		Type: forms[t.Kind].answer, ReferenceCode: t.Reference, TransactionID: t.ID, RequestID: t.RequestID,
		Status: shown(t), ResponseCode: responseCode(t), ReconciliationID: t.ReconciliationID, CreatedAt: t.Created.Format(timestamp),
	}}
	if t.Currency != "" {
		w.OrderInfo = &wireOrder{t.wireAmount()}
	}
	if t.ApprovalCode != "" {
		w.ProcessorInfo = &wireProcessor{ApprovalCode: t.ApprovalCode, AVS: &wireAVS{Code: "Y"}}
	}
	return w
}

func (t transaction) wireAmount() wireAmount {
	w := wireAmount{Currency: t.Currency}
	switch t.Kind {
	case credit:
		w.CreditAmount = json.Number(t.Amount)
	case authorization, payment:
		w.AuthorizedAmount = json.Number(t.Amount)
	case captureOf:
		w.TotalAmount = twoDecimals(t.Amount)
	}
	return w
}

// twoDecimals writes 1000 as 1000.00; an amount with more decimals keeps them.
func twoDecimals(amount string) string {
	r := exact(amount)
	if new(big.Rat).Mul(r, big.NewRat(100, 1)).IsInt() {
		return r.FloatString(2)
	}
	return amount
}

// answer is the reply to whoever asked for t.
func answer(t transaction) provider.Reply {
	f := forms[t.Kind]
	if t.State == declined {
		return provider.JSON(200, wireReply{Status: "error", Message: f.decline, Data: t.wire()})
	}
	return provider.JSON(200, wireReply{Status: "success", Message: f.message, Data: t.wire()})
}
