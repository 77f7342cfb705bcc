package paymenticon

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"paysim/internal/provider"
)

// step is what a button does and when it may.
type step struct {
	trigger string // of the state table; "" when the step changes no status
	do      func(o *opened, detail string, form url.Values) error
}

func (st step) legal(o *opened) bool {
	if !o.running() || st.trigger == "accept" && o.s.Consumer == "" || st.trigger == "pay" && !o.s.NoLogin {
		return false
	}
	return st.trigger == "" || o.s.machine().Can(o.s.Status, st.trigger)
}

var steps = map[string]step{
	"login":   {"login", (*opened).login},
	"confirm": {"confirm", (*opened).confirm},
	"gateway": {"pay", (*opened).chooseGateway},
	"pay":     {"pay", (*opened).payAtGateway},
	"accept":  {"accept", func(o *opened, _ string, _ url.Values) error { return o.finish("accept", "session_succeeded") }},
	"reject":  {"reject", func(o *opened, _ string, _ url.Values) error { return o.finish("reject", "session_failed") }},
	"cancel":  {"cancel", func(o *opened, _ string, _ url.Values) error { return o.finish("cancel", "session_failed") }},
	"decline": {"decline", (*opened).decline},
	"expire":  {"expire", (*opened).expire},
	"close":   {"", func(o *opened, _ string, _ url.Values) error { o.events = []string{"user_left_session"}; return nil }},
}

func (o *opened) finish(trigger, event string) error {
	o.events = []string{event}
	return end(o.c.Tx, &o.s, trigger)
}

func (o *opened) decline(reason string, _ url.Values) error {
	if slices.ContainsFunc(outcomes, func(x provider.Outcome) bool { return x.Name == reason }) {
		o.c.Record.Decided("page", reason)
	}
	return o.finish("decline", "session_failed")
}

func (o *opened) expire(string, url.Values) error {
	o.events = []string{"session_error"}
	return expire(o.c.Tx, &o.s, "")
}

func (o *opened) login(_ string, form url.Values) error {
	w, ok := o.wallet(form)
	if !ok {
		o.message = o.w.unknownWallet
		return nil
	}
	if o.s.OnlyRegistered && w.Category == "anonymous" {
		o.message = o.w.onlyRegistered
		return nil
	}
	o.events = []string{"user_logged_in"}
	return login(o.c.Tx, &o.s, w.Ref)
}

// wallet is that of the voucher that the merchant's reader has read, with its
// PIN; else the one whose number or e-mail is typed, with any password; or
// whose voucher's, with the PIN.
func (o *opened) wallet(form url.Values) (wallet, bool) {
	if o.s.VoucherID != "" {
		w, ok := wallets.First(o.c, "voucher", o.s.VoucherID)
		return w, ok && w.opens(form.Get("pin"))
	}
	name, password := strings.TrimSpace(form.Get("wallet")), form.Get("password")
	for _, w := range wallets.All(o.c) {
		switch {
		case w.Merchant || name == "":
		case w.Ref == name || strings.EqualFold(w.Email, name):
			return w, password != ""
		case w.ManualNumber == name || w.VoucherID == name:
			return w, w.opens(password)
		}
	}
	return wallet{}, false
}

// opens reports whether a voucher and this PIN open the wallet.
func (w wallet) opens(pin string) bool { return !w.Deactivated && pin == w.PIN }

func (o *opened) confirm(_ string, form url.Values) error {
	amount, ok := o.typedAmount(form)
	if !ok {
		o.message = o.w.badAmount
		return nil
	}
	if err := confirm(o.c.Tx, &o.s, amount); err != nil {
		return err
	}
	o.result()
	return nil
}

// result tells how a payment went.
func (o *opened) result() {
	o.events = append(o.events, "session_succeeded")
	if o.s.Status == declined {
		o.events[len(o.events)-1] = "session_failed"
	}
}

// typedAmount reads what the consumer typed, in major units; it is not asked
// for when the merchant has named the amount.
func (o *opened) typedAmount(form url.Values) (int64, bool) {
	if o.s.Amount > 0 {
		return o.s.Amount, true
	}
	whole, cents, _ := strings.Cut(strings.Replace(strings.TrimSpace(form.Get("amount")), ",", ".", 1), ".")
	n, err := strconv.ParseInt(whole+(cents + "00")[:2], 10, 64)
	return n, err == nil && n > 0 && n <= most && len(cents) <= 2 && !strings.ContainsAny(whole+cents, "+-")
}

// chooseGateway goes to a bank, or asks for the BLIK code, or back.
func (o *opened) chooseGateway(symbol string, _ url.Values) error {
	if symbol != "" && !slices.Contains(gateways, symbol) {
		return errInvalid.Because("no such gateway")
	}
	o.s.Gateway, o.s.AtBank = symbol, leaves(symbol)
	if o.s.AtBank {
		o.events = []string{"user_redirected"}
	}
	sessions.Put(o.c, o.s)
	return nil
}

// leaves reports whether a gateway is somebody else's page. BLIK's code is typed
// on ours, and PAYMENTICON is the wallet itself.
func leaves(gateway string) bool {
	return gateway != "" && gateway != "BLIK" && gateway != "PAYMENTICON"
}

func (o *opened) payAtGateway(_ string, form url.Values) error {
	blik := o.s.Gateway == "BLIK"
	if !blik && !o.s.AtBank {
		o.events = []string{o.standing()} // no button leads from here to there
		return nil
	}
	amount, ok := o.typedAmount(form)
	if !ok {
		o.message = o.w.badAmount
		return nil
	}
	if blik && !o.oneClick() && !isBlik(form.Get("code")) {
		o.message = o.w.badCode
		return nil
	}
	if err := payOutside(o.c.Tx, &o.s, amount); err != nil {
		return err
	}
	if uid := o.params["blikUserUid"]; blik && uid != "" && o.s.Status != declined {
		aliases.Put(o.c, alias{uid, o.params["blikLabel"]})
	}
	o.result()
	return nil
}

// oneClick reports whether BLIK knows consumer and shop from an earlier payment,
// so that no code is asked for.
func (o *opened) oneClick() bool {
	_, known := aliases.Get(o.c, o.params["blikUserUid"])
	return known
}

func isBlik(code string) bool {
	return len(code) == 6 && strings.Trim(code, "0123456789") == ""
}
