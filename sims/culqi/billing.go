package culqi

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"paysim/internal/machine"
	"paysim/internal/provider"
)

const (
	// maxFailures is how many charges in a row may fail before a subscription ends.
	maxFailures = 3
	// retryAfter is the wait after a failed charge.
	retryAfter = 24 * time.Hour
)

// running reports whether anything more can come of the subscription.
func (s subscriptionRow) running() bool {
	switch s.State {
	case subActive, recCreated, recTrial, recActive, recOverdue:
		return true
	}
	return false
}

func (s subscriptionRow) states() *machine.Table {
	if s.Kind == kindRecurrent {
		return &recurrentStates
	}
	return &subscriptionStates
}

// schedule sets the timer for what is due next. Its key names the date too, so
// that a timer from before a change does nothing.
func (s subscriptionRow) schedule(tx *provider.Tx) {
	if !s.Next.IsZero() {
		tx.At(s.Next, "subscription.bill", s.ID+"@"+strconv.FormatInt(s.Next.Unix(), 10))
	}
}

// bill charges what is due, and says when the next is.
func bill(tx *provider.Tx, key string) error {
	id, due, _ := strings.Cut(key, "@")
	s, ok := subscriptions.Get(tx, id)
	if !ok || !s.running() || s.Next.IsZero() || strconv.FormatInt(s.Next.Unix(), 10) != due {
		return nil
	}
	p, _ := plans.Get(tx, s.Plan)
	if s.Kind == kindRecurrent && s.Cycle < p.Initial.Count {
		return initialCycle(tx, s, p)
	}
	paid, err := s.charge(tx, p.Amount, s.Paid+1)
	if err != nil {
		return err
	}
	if paid {
		s.Paid++
		s.Failures = 0
		s.Next = p.after(s.Anchor, s.Paid+first(s.Kind))
		return s.bill(tx, s.paidState(p))
	}
	return s.miss(tx)
}

// activate is what happens a second later: the first billing date is known. With
// initial cycles the first of them begins.
func activate(tx *provider.Tx, id string) error {
	s, ok := subscriptions.Get(tx, id)
	if !ok || !recurrentStates.Can(s.State, "activate") {
		return nil
	}
	p, _ := plans.Get(tx, s.Plan)
	to := recActive
	s.Next = p.after(s.Anchor, 1)
	if p.Initial.Count > 0 {
		to, s.Next = recTrial, s.Created
		if !p.Initial.Charge {
			s.Cycle, s.Next = p.Initial.Count, s.Anchor
		}
	}
	var err error
	if s.State, err = tx.Step(&recurrentStates, id, s.State, "activate", to); err != nil {
		return err
	}
	if to == recTrial && s.Cycle == p.Initial.Count { // nothing is charged until the trial ends, and then the first regular sum
		s.Anchor = p.after(s.Anchor, -1)
	}
	subscriptions.Put(tx, s)
	s.schedule(tx)
	return nil
}

// initialCycle charges the sum of the initial cycles, at the beginning of each.
func initialCycle(tx *provider.Tx, s subscriptionRow, p planRow) error {
	paid, err := s.charge(tx, p.Initial.Amount, s.Cycle+1)
	if err != nil {
		return err
	}
	if !paid {
		s.Failures++
		if s.Failures >= maxFailures {
			subscriptions.Put(tx, s)
			return endSubscription(tx, s)
		}
		s.Next = tx.Now.Add(retryAfter)
		return s.bill(tx, recTrial)
	}
	s.Cycle++
	s.Failures = 0
	s.Next = addDays(s.Created, s.Cycle*unitDays[p.Initial.Unit])
	if s.Cycle < p.Initial.Count {
		return s.bill(tx, recTrial)
	}
	s.Anchor = p.after(s.Next, -1)
	return s.bill(tx, recActive)
}

// first says where the first regular charge lies: at the anchor in v2, one
// interval after it in the current dialect.
func first(kind string) int64 {
	if kind == kindRecurrent {
		return 1
	}
	return 0
}

// last is how many regular charges there are; 0 for no end.
func (p planRow) last() int64 {
	if p.Kind == kindRecurrent {
		return p.Count
	}
	return p.Limit
}

func (s subscriptionRow) paidState(p planRow) machine.State {
	over := p.last() > 0 && s.Paid >= p.last()
	switch {
	case s.Kind == kindRecurrent && over:
		return recCancelled
	case s.Kind == kindRecurrent:
		return recActive
	case over:
		return subFinished
	}
	return subActive
}

// miss is a charge that failed: it is tried again, and then no more.
func (s subscriptionRow) miss(tx *provider.Tx) error {
	s.Failures++
	s.Next = tx.Now.Add(retryAfter)
	to := subActive
	if s.Kind == kindRecurrent {
		to = recOverdue
	}
	if s.Failures >= maxFailures {
		to = subCancelled
		if s.Kind == kindRecurrent {
			to = recCancelled
		}
	}
	return s.bill(tx, to)
}

// bill takes the step and sets the next date, unless there is none.
func (s subscriptionRow) bill(tx *provider.Tx, to machine.State) error {
	var err error
	if s.State, err = tx.Step(s.states(), s.ID, s.State, "bill", to); err != nil {
		return err
	}
	if !s.running() {
		s.Next = time.Time{}
	}
	subscriptions.Put(tx, s)
	s.schedule(tx)
	return nil
}

// charge takes one sum from the subscription's card and keeps the attempt.
func (s *subscriptionRow) charge(tx *provider.Tx, amount, number int64) (paid bool, err error) {
	p, _ := plans.Get(tx, s.Plan)
	k, _ := customers.Get(tx, s.Customer)
	ch, err := charge(tx, ask{
		source: s.Card, param: "card_id", amount: amount, currency: p.Currency, email: k.Email, description: p.Name, capture: true, antifraud: k.payer(), subscription: s.ID,
	}, unattended)
	if err != nil {
		return false, err
	}
	paid = ch.Outcome == ""
	t := try{Charge: ch.ID, Card: s.Card, OK: paid, Day: tx.Now, Amount: amount}
	event := "subscription.charge.succeeded"
	if !paid {
		event, t.Error = "subscription.charge.failed", ch.outcome().Merchant
	}
	s.note(number, t)
	return paid, tell(tx, event, ch.ID, eventCharge(tx, ch))
}

// unattended is how a card ends when its holder is not there to authenticate.
func unattended(card string) string {
	if card == requires3DS {
		return ""
	}
	return card
}

// note keeps an attempt with its period.
func (s *subscriptionRow) note(number int64, t try) {
	s.Periods = slices.Clone(s.Periods)
	if n := len(s.Periods); n > 0 && s.Periods[n-1].Number == number {
		last := s.Periods[n-1]
		last.OK, last.Tries = t.OK, append(slices.Clone(last.Tries), t)
		s.Periods[n-1] = last
		return
	}
	s.Periods = append(s.Periods, period{Number: number, OK: t.OK, Tries: []try{t}})
}

// endSubscription cancels what is still running.
func endSubscription(tx *provider.Tx, s subscriptionRow) error {
	if !s.running() {
		return nil
	}
	var err error
	if s.State, err = tx.Step(s.states(), s.ID, s.State, "cancel"); err != nil {
		return err
	}
	s.Next = time.Time{}
	subscriptions.Put(tx, s)
	return tell(tx, "subscription.cancel.succeeded", "", provider.Marshal(deleted(s.ID, "la suscripcion")))
}
