package culqi

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"paysim/internal/provider"
)

// activation is how long a new subscription is only created.
const activation = time.Second

type wireSubscriptionMade struct {
	ID       string          `json:"id"`
	Customer string          `json:"customer_id"`
	Plan     string          `json:"plan_id"`
	Status   int64           `json:"status"`
	Created  int64           `json:"created_at"`
	Metadata json.RawMessage `json:"metadata"`
}

type wireCurrentSubscription struct {
	ID         string          `json:"id"`
	Status     int64           `json:"status"`
	Created    int64           `json:"creation_date"`
	Next       *int64          `json:"next_billing_date"`
	Period     int64           `json:"current_period"`
	TrialStart *int64          `json:"trial_start"`
	TrialEnd   *int64          `json:"trial_end"`
	Card       string          `json:"active_card"`
	Plan       wirePlanSummary `json:"plan"`
	Periods    []wirePeriod    `json:"periods"`
	Customer   wirePayer       `json:"customer"`
	Metadata   json.RawMessage `json:"metadata"`
}

type wirePlanSummary struct {
	ID       string `json:"plan_id"`
	Name     string `json:"name"`
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
	Unit     int64  `json:"interval_unit_time"`
}

type wirePeriod struct {
	Number  int64     `json:"period"`
	Status  int64     `json:"status"`
	Charges []wireTry `json:"charges"`
}

type wireTry struct {
	Card     string  `json:"card_id"`
	Number   string  `json:"card_number"`
	Brand    string  `json:"card_brand"`
	Charge   string  `json:"charge_id"`
	Status   int64   `json:"charger_status"`
	Day      int64   `json:"charge_day"`
	Error    *string `json:"error"`
	Amount   int64   `json:"amount"`
	Currency string  `json:"currency"`
}

type wirePayer struct {
	First string `json:"first_name"`
	Last  string `json:"last_name"`
	Email string `json:"email"`
}

type wireSubscriptionItem struct {
	Object     string          `json:"object"`
	ID         string          `json:"id"`
	Created    int64           `json:"creation_date"`
	Status     int64           `json:"status"`
	Period     int64           `json:"current_period"`
	Total      int64           `json:"total_period"`
	Next       *int64          `json:"next_billing_date"`
	TrialStart *int64          `json:"trial_start"`
	TrialEnd   *int64          `json:"trial_end"`
	Plan       string          `json:"plan_id"`
	Card       string          `json:"card_id"`
	Customer   wirePayer       `json:"customer"`
	Metadata   json.RawMessage `json:"metadata"`
}

func createCurrentSubscription(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	s := subscriptionRow{Kind: kindRecurrent, Card: in.text("card_id", 1, 40), Plan: in.text("plan_id", 1, 40), Metadata: in.metadata()}
	if !in.flag("tyc", false) {
		in.fail("tyc")
	}
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	p, err := subscribed(c.Tx, &s)
	if err != nil {
		return provider.Reply{}, err
	}
	s.ID, s.Created = "sxn_test_"+c.Stream("subscription").Text(16, alphanumeric), c.Now.Truncate(time.Second)
	s.Anchor = s.Created
	if n := p.Initial.Count; n > 0 {
		s.Anchor = addDays(s.Created, n*unitDays[p.Initial.Unit])
		s.TrialStart, s.TrialEnd = s.Created, s.Anchor
	}
	if s.State, err = c.Step(&recurrentStates, s.ID, s.State, "create"); err != nil {
		return provider.Reply{}, err
	}
	subscriptions.Put(c, s)
	c.At(c.Now.Add(activation), "subscription.activate", s.ID)
	out := wireSubscriptionMade{s.ID, s.Customer, s.Plan, s.status(), s.Created.Unix(), orEmpty(s.Metadata)}
	return reply(201, out), tell(c.Tx, "subscription.creation.succeeded", "", provider.Marshal(out))
}

var getCurrentSubscription = one(subscriptionOf(kindRecurrent), func(c *provider.Call, s subscriptionRow) any { return s.current(c.Tx) })

func listCurrentSubscriptions(c *provider.Call) (provider.Reply, error) {
	return list(c, listing[subscriptionRow]{
		path: "/v2/recurrent/subscriptions", rows: newest(subscriptions.All(c), func(s subscriptionRow) bool { return s.Kind == kindRecurrent }),
		id: func(s subscriptionRow) string { return s.ID }, facts: func(s subscriptionRow) facts { return s.facts(c.Tx) },
		wire: func(s subscriptionRow) any {
			w, p := s.current(c.Tx), planRow{}
			p, _ = plans.Get(c, s.Plan)
			return wireSubscriptionItem{"subscription", w.ID, w.Created, w.Status, w.Period, p.Count, w.Next, w.TrialStart, w.TrialEnd, s.Plan, s.Card, w.Customer, w.Metadata}
		},
	})
}

func updateCurrentSubscription(c *provider.Call) (provider.Reply, error) {
	s, err := subscriptionOf(kindRecurrent)(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if !s.running() {
		return provider.Reply{}, errSubscription
	}
	if s, err = changeSubscription(c, s, true); err != nil {
		return provider.Reply{}, err
	}
	out := s.current(c.Tx)
	return reply(200, out), tell(c.Tx, "subscription.update.succeeded", "", provider.Marshal(out))
}

func deleteCurrentSubscription(c *provider.Call) (provider.Reply, error) {
	return cancelSubscription(c, kindRecurrent)
}

// status is the state as the number that it is on the wire.
func (s subscriptionRow) status() int64 {
	n, _ := strconv.ParseInt(string(s.State), 10, 64)
	return n
}

func (s subscriptionRow) current(tx *provider.Tx) wireCurrentSubscription {
	p, _ := plans.Get(tx, s.Plan)
	k, _ := customers.Get(tx, s.Customer)
	out := wireCurrentSubscription{
		ID: s.ID, Status: s.status(), Created: s.Created.Unix(), Next: secondsOrNull(s.Next), Period: s.Paid, TrialStart: secondsOrNull(s.TrialStart), TrialEnd: secondsOrNull(s.TrialEnd),
		Card: s.Card, Plan: wirePlanSummary{p.ID, p.Name, p.Amount, p.Currency, p.Unit}, Periods: []wirePeriod{},
		Customer: wirePayer{k.Who.First, k.Who.Last, k.Email}, Metadata: orEmpty(s.Metadata),
	}
	for _, per := range s.Periods {
		w := wirePeriod{Number: per.Number, Status: chargerStatus(per.OK)}
		for _, t := range per.Tries {
			w.Charges = append(w.Charges, t.wire(tx, p.Currency))
		}
		out.Periods = append(out.Periods, w)
	}
	return out
}

func (t try) wire(tx *provider.Tx, currency string) wireTry {
	card, _ := cards.Get(tx, t.Card)
	token, _ := tokens.Get(tx, card.Token)
	brand := strings.ToLower(iinOf(token.Bin).brand)
	switch brand {
	case "amex":
		brand = "american_express"
	case "diners":
		brand = "diners_club"
	}
	return wireTry{t.Card, token.Masked, brand, t.Charge, chargerStatus(t.OK), t.Day.Unix(), textOrNull(t.Error), t.Amount, currency}
}

func chargerStatus(ok bool) int64 {
	if ok {
		return 1
	}
	return 2
}

func secondsOrNull(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	return new(t.Unix())
}
