package paymenticon

import (
	"errors"
	"slices"

	"paysim/internal/machine"
	"paysim/internal/provider"
)

// The consumer who pays unless somebody says otherwise.
const usualConsumer = "WLT-100"

// arrive lets the consumer log in whom no page has asked who he is: the owner
// of the voucher that the merchant's reader has read, or the usual one.
func arrive(tx *provider.Tx, s *session) error {
	if s.VoucherID == "" {
		return login(tx, s, usualConsumer)
	}
	w, _ := wallets.First(tx, "voucher", s.VoucherID)
	if w.Deactivated {
		return errForbidden.Because("the voucher is deactivated")
	}
	return login(tx, s, w.Ref)
}

// login puts a consumer's wallet behind a session.
func login(tx *provider.Tx, s *session, wallet string) error {
	w, ok := wallets.Get(tx, wallet)
	if !ok || w.Merchant {
		return errNotFound.Because("no consumer's wallet %s", wallet)
	}
	if s.OnlyRegistered && w.Category == "anonymous" {
		return errForbidden.Because("only registered wallets may pay this session")
	}
	to, err := tx.Step(s.machine(), s.ID, s.Status, "login")
	if err != nil {
		return err
	}
	s.Consumer = wallet
	return keep(tx, s, to)
}

// confirm lets the consumer who has logged in agree. The system declines what
// the wallet cannot pay, or what the session was told to end like.
func confirm(tx *provider.Tx, s *session, amount int64) error {
	return pay(tx, s, "confirm", s.Consumer, amount)
}

// payOutside lets a bank pay without login.
func payOutside(tx *provider.Tx, s *session, amount int64) error {
	if !s.NoLogin {
		return &machine.IllegalError{Table: s.machine().Name, From: s.Status, Trigger: "pay"}
	}
	if asked(s, amount) > tx.Number("anonymous_limit") {
		s.Fate = "limit_exceeded"
	}
	return pay(tx, s, "pay", outside, amount)
}

func asked(s *session, amount int64) int64 {
	if s.Amount > 0 {
		return s.Amount
	}
	return amount
}

func pay(tx *provider.Tx, s *session, trigger, from string, amount int64) error {
	if !s.machine().Can(s.Status, trigger) {
		return &machine.IllegalError{Table: s.machine().Name, From: s.Status, Trigger: trigger}
	}
	s.Authorized = asked(s, amount)
	if s.Authorized <= 0 {
		return errInvalid.Because("the consumer has to say how much")
	}
	if s.Fate != "" {
		return refuse(tx, s, s.Fate)
	}
	to := authorized
	err := lock(tx, from, s.Authorized, s.Currency)
	if s.Mode == "capture" && err == nil {
		unlock(tx, from, s.Authorized, s.Currency)
		to, err = captured, move(tx, s.movement(from))
	}
	if errors.Is(err, errFunds) {
		return refuse(tx, s, "insufficient_funds")
	}
	if err != nil {
		return err
	}
	s.Consumer = from
	if to, err = tx.Step(s.machine(), s.ID, s.Status, trigger, to); err != nil {
		return err
	}
	kind := "authorized"
	if to == captured {
		kind = "captured"
	}
	tx.Moved(s.moved(kind))
	return keep(tx, s, to)
}

// refuse is the system's no, which the session shows and the page tells.
func refuse(tx *provider.Tx, s *session, reason string) error {
	s.Authorized = 0
	tx.Record.Decided("session", reason)
	return end(tx, s, "decline")
}

func (s *session) movement(from string) movement {
	m := movement{From: from, To: s.Merchant, Amount: s.Authorized, Currency: s.Currency, Title: s.Description, Resource: "payment"}
	if s.Type == p2pTransfer {
		m.To, m.Resource = s.Receiver, p2pTransfer
	}
	return m
}

func (s *session) moved(kind string) provider.Movement {
	return provider.Movement{Kind: kind, Payment: s.ID, Reference: s.Description, Amount: s.Authorized, Currency: s.Currency}
}

// end brings a session to where nothing moves any more, and moves or releases
// what was locked.
func end(tx *provider.Tx, s *session, trigger string) error {
	was := s.Status
	to, err := tx.Step(s.machine(), s.ID, s.Status, trigger)
	if err != nil {
		return err
	}
	if was == authorized {
		unlock(tx, s.Consumer, s.Authorized, s.Currency)
		kind := "released"
		if trigger == "capture" {
			kind = "captured"
			if err := move(tx, s.movement(s.Consumer)); err != nil {
				return err // cannot be: it was locked until now
			}
		}
		tx.Moved(s.moved(kind))
	}
	return keep(tx, s, to)
}

// keep writes a session that went to another status and tells the merchant.
// Accepted access stays open until its time is over.
func keep(tx *provider.Tx, s *session, to machine.State) error {
	moved := to != s.Status
	s.Status = to
	switch to {
	case captured, cancelled, declined, rejected, canceled:
		s.Closed = true
	}
	sessions.Put(tx, *s)
	if moved {
		tell(tx, *s)
	}
	return nil
}

// acting makes an action of what is done to an open session.
func acting(f func(tx *provider.Tx, s *session, outcome string) error) func(*provider.Tx, string, string) error {
	return func(tx *provider.Tx, id, outcome string) error {
		s, ok := sessions.Get(tx, id)
		if w, isOne := withdrawals.Get(tx, id); isOne {
			return &machine.IllegalError{Table: withdrawalStates.Name, From: w.Status, Trigger: "act"}
		}
		if !ok {
			return &provider.UnknownPaymentError{ID: id}
		}
		return f(tx, &s, outcome)
	}
}

var actions = []provider.Action{
	{Name: "login", Means: "the consumer logs in: the owner of the session's voucher_id, else " + usualConsumer, Evidence: doc("Basic integration with a redirect"),
		Do: acting(func(tx *provider.Tx, s *session, _ string) error { return arrive(tx, s) })},
	{Name: "approve", Means: "the consumer logs in if need be and confirms; of data access: accepts", Outcomes: []string{"insufficient_funds"}, Evidence: doc("Basic integration with a redirect"),
		Do: acting(approve)},
	{Name: "pay_without_login", Means: "a bank pays, nobody logs in", Evidence: doc("Payment without logging in"),
		Do: acting(func(tx *provider.Tx, s *session, _ string) error { return payOutside(tx, s, tx.Number("payer_amount")) })},
	{Name: "decline", Means: "the system declines; of data access: the consumer rejects", Outcomes: []string{"insufficient_funds", "limit_exceeded", "fraud_suspected"}, Evidence: doc("session statuses: declined"),
		Do: acting(decline)},
	{Name: "cancel", Means: "the consumer presses cancel", Evidence: doc("session statuses: cancelled"),
		Do: acting(func(tx *provider.Tx, s *session, _ string) error { return end(tx, s, "cancel") })},
	{Name: "abandon", Means: "the consumer closes the window; nothing changes until the session expires", Evidence: doc("Iframe events: user_left_session"),
		Do: acting(abandon)},
	{Name: "expire", Means: "the session's time is over", Evidence: doc("Payment confirmation mode: authorize"),
		Do: acting(expire)},
}

func approve(tx *provider.Tx, s *session, outcome string) error {
	if s.Status == created && s.Consumer == "" {
		if err := arrive(tx, s); err != nil {
			return err
		}
	}
	if s.Type == dataAccess {
		return end(tx, s, "accept")
	}
	if outcome != "" {
		s.Fate = outcome
	}
	return confirm(tx, s, tx.Number("payer_amount"))
}

func decline(tx *provider.Tx, s *session, outcome string) error {
	if s.Type == dataAccess {
		return end(tx, s, "reject")
	}
	if outcome != "" {
		tx.Record.Decided("action", outcome)
	}
	return end(tx, s, "decline")
}

func abandon(_ *provider.Tx, s *session, _ string) error {
	if s.Status != created && s.Status != loggedIn {
		return &machine.IllegalError{Table: s.machine().Name, From: s.Status, Trigger: "abandon"}
	}
	return nil
}

func expire(tx *provider.Tx, s *session, _ string) error {
	if s.Closed {
		return &machine.IllegalError{Table: s.machine().Name, From: s.Status, Trigger: "expire"}
	}
	if s.Type == dataAccess {
		s.Closed = true
	}
	return end(tx, s, "expire")
}

var timers = []provider.Timer{
	{Name: "session.expire", When: "30 minutes after the session was created", Evidence: doc("Payment confirmation mode: authorize; the examples' expires"),
		Fire: func(tx *provider.Tx, id string) error {
			s, ok := sessions.Get(tx, id)
			if !ok || s.Closed || !s.machine().Can(s.Status, "expire") {
				return nil
			}
			return expire(tx, &s, "")
		}},
}

func payments(tx *provider.Tx) []provider.Payment {
	var out []provider.Payment
	for _, s := range sessions.All(tx) {
		p := provider.Payment{
			ID: s.ID, Kind: "session", Reference: s.Description, Amount: asked(&s, s.Authorized), Currency: s.Currency,
			State: string(s.Status), Page: s.URL, Created: s.Created, Actions: legal(s),
		}
		if s.Status == captured {
			p.Captured = s.Authorized
		}
		out = append(out, p)
	}
	for _, w := range withdrawals.All(tx) {
		p := provider.Payment{ID: w.ID, Kind: "withdrawal", Reference: w.Title, Amount: w.Amount, Currency: w.Currency, State: string(w.Status), Created: w.Created}
		if w.Status == success {
			p.Refunded = w.Amount
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b provider.Payment) int { return a.Created.Compare(b.Created) })
	return out
}

// legal lists the actions that a session allows now.
func legal(s session) []string {
	if s.Closed {
		return nil
	}
	can := func(trigger string) bool { return s.machine().Can(s.Status, trigger) }
	var out []string
	for _, a := range []struct {
		name string
		ok   bool
	}{
		{"login", can("login")},
		{"approve", can("login") || can("confirm")},
		{"pay_without_login", s.NoLogin && can("pay")},
		{"decline", can("decline") || can("reject")},
		{"cancel", can("cancel")},
		{"abandon", can("cancel")},
		{"expire", can("expire")},
	} {
		if a.ok {
			out = append(out, a.name)
		}
	}
	return out
}
