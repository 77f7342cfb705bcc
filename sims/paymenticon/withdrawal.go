package paymenticon

import (
	"errors"
	"net/http"
	"strconv"

	"paysim/internal/provider"
)

const successText = "Operation completed successfully"

// once answers a repeated request_id with what was answered first, whatever the
// rest of the body says now. again is the status of a repeated 201.
func once(c *provider.Call, endpoint, requestID string, again int) (provider.Reply, bool) {
	r, ok := results.Get(c, resultKey(c, endpoint, requestID))
	if !ok {
		return provider.Reply{}, false
	}
	c.Note("request_id was used before: the first result is answered again, nothing moves")
	status := r.Status
	if status == http.StatusCreated {
		status = again
	}
	return provider.Reply{Status: status, Header: jsonHeader(), Body: []byte(r.Body)}, true
}

func remember(c *provider.Call, endpoint, requestID string, r provider.Reply) provider.Reply {
	results.Put(c, result{Key: resultKey(c, endpoint, requestID), Status: r.Status, Body: string(r.Body)})
	return r
}

func resultKey(c *provider.Call, endpoint, requestID string) string {
	return caller(c).wallet + " " + endpoint + " " + requestID
}

func withdrawStatus(c *provider.Call) int {
	status, _ := strconv.Atoi(c.Text("withdraw_status"))
	return status
}

// withdraw moves a merchant's money to a consumer. errFunds means that there is
// too little; the try is kept all the same.
func withdraw(c *provider.Call, w withdrawal) error {
	w.ID, w.Merchant, w.Created = movementID(c.Tx), caller(c).wallet, c.Now
	to := failure
	if c.Outcome("") != "insufficient_funds" {
		err := move(c.Tx, movement{ID: w.ID, From: w.Merchant, To: w.To, Amount: w.Amount, Currency: w.Currency, Title: w.Title, Resource: "payout"})
		switch {
		case err == nil:
			to = success
		case errors.Is(err, errFunds):
			c.Record.Decided("wallet", "insufficient_funds")
		default:
			return err
		}
	}
	var err error
	if w.Status, err = c.Step(&withdrawalStates, w.ID, "", "create", to); err != nil {
		return err
	}
	withdrawals.Put(c, w)
	if to == failure {
		return errFunds
	}
	c.Moved(provider.Movement{Kind: "refunded", Payment: w.ID, Reference: w.Title, Amount: w.Amount, Currency: w.Currency})
	return nil
}

// createWithdrawal moves money from the merchant to a consumer. What is wrong
// with the business is an answer with status error, and is remembered too; what
// is wrong with the request is refused.
func createWithdrawal(c *provider.Call) (provider.Reply, error) {
	f := &fields{body: caller(c).body}
	requestID := f.text("request_id", true)
	if f.err != nil {
		return provider.Reply{}, f.err
	}
	if r, ok := once(c, "withdraw", requestID, 0); ok {
		return r, nil
	}
	w := withdrawal{To: f.text("wallet_ref", true), Amount: f.whole("amount", true), Currency: f.currency("currency", true), Title: f.description(true)}
	if f.err != nil {
		return provider.Reply{}, f.err
	}
	if _, ok := wallets.Get(c, w.To); !ok {
		return provider.Reply{}, errNotFound.Because("no wallet %s", w.To)
	}
	if c.Outcome("") == "processing_error" {
		return provider.Reply{}, errProcessing
	}
	out := wireWithdrawal{string(success), successText, requestID}
	err := withdraw(c, w)
	if errors.Is(err, errFunds) {
		out.Status, out.Message = string(failure), errFundsShort.Message
	} else if err != nil {
		return provider.Reply{}, err
	}
	return remember(c, "withdraw", requestID, provider.JSON(withdrawStatus(c), out)), nil
}

func getWithdrawal(c *provider.Call) (provider.Reply, error) {
	r, ok := results.Get(c, resultKey(c, "withdraw", c.Vars["request_id"]))
	if !ok {
		return provider.Reply{}, errNotFound.Because("no withdrawal with this request_id")
	}
	return provider.Reply{Status: r.Status, Header: jsonHeader(), Body: []byte(r.Body)}, nil
}

// withdrawAnonymously has no status in its answer, so that a lack of funds is a
// refusal. It is a result like any other, and the same request_id gets it again.
func withdrawAnonymously(c *provider.Call) (provider.Reply, error) {
	const endpoint = "withdraw-anonymously"
	f := &fields{body: caller(c).body}
	requestID := f.text("request_id", true)
	if f.err != nil {
		return provider.Reply{}, f.err
	}
	if r, ok := once(c, endpoint, requestID, http.StatusOK); ok {
		return r, nil
	}
	w := withdrawal{Amount: f.whole("amount", false), Currency: f.currency("currency", true), Title: f.description(true)}
	width, pin := f.width("voucher_width"), f.flag("set_pin", true)
	if f.err != nil {
		return provider.Reply{}, f.err
	}
	if limit := c.Number("anonymous_limit"); w.Amount >= limit {
		return provider.Reply{}, errLimit.Because("the amount has to be lower than %d", limit)
	}
	if c.Outcome("") == "processing_error" {
		return provider.Reply{}, errProcessing
	}
	made := newWallet(c, width, pin)
	if w.To = made.Ref; w.Amount > 0 {
		err := withdraw(c, w)
		if errors.Is(err, errFunds) {
			c.Cites(errFundsShort)
			return remember(c, endpoint, requestID, refused(c, errFundsShort, nil)), nil
		}
		if err != nil {
			return provider.Reply{}, err
		}
	}
	wallets.Put(c, made)
	return remember(c, endpoint, requestID, provider.JSON(http.StatusCreated, made.made(c, requestID))), nil
}

func createWallet(c *provider.Call) (provider.Reply, error) {
	f := &fields{body: caller(c).body}
	requestID := f.text("request_id", true)
	if f.err != nil {
		return provider.Reply{}, f.err
	}
	if r, ok := once(c, "wallet", requestID, http.StatusOK); ok {
		return r, nil
	}
	width, pin := f.width("voucher_width"), f.flag("set_pin", true)
	if f.err != nil {
		return provider.Reply{}, f.err
	}
	if c.Outcome("") == "processing_error" {
		return provider.Reply{}, errProcessing
	}
	w := newWallet(c, width, pin)
	wallets.Put(c, w)
	return remember(c, "wallet", requestID, provider.JSON(http.StatusCreated, w.made(c, requestID))), nil
}
