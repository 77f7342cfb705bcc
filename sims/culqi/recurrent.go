package culqi

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"

	"paysim/internal/provider"
)

// unitDays are the days between two charges, as measured: 5 and 6 are a quarter
// and half a year, and a month is always 30 days.
var unitDays = map[int64]time.Duration{1: 1, 2: 7, 3: 30, 4: 365, 5: 91, 6: 181}

// Plan states: the one that takes subscribers, and the other.
const (
	planActive   = 1
	planInactive = 2
)

// activation is how long a new subscription is only created.
const activation = time.Second

// plainText is what names and descriptions may be made of.
var plainText = regexp.MustCompile(`^[\p{L}0-9 ._-]+$`)

type wireInitialCycles struct {
	Count  int64 `json:"count"`
	Charge bool  `json:"has_initial_charge"`
	Amount int64 `json:"amount"`
	Unit   int64 `json:"interval_unit_time"`
}

type wirePlanMade struct {
	ID   string `json:"id"`
	Slug string `json:"slug"`
}

type wireCurrentPlan struct {
	ID            string            `json:"id"`
	Unit          int64             `json:"interval_unit_time"`
	Count         int64             `json:"interval_count"`
	Amount        int64             `json:"amount"`
	Name          string            `json:"name"`
	Short         string            `json:"short_name"`
	Description   string            `json:"description"`
	Currency      string            `json:"currency"`
	Initial       wireInitialCycles `json:"initial_cycles"`
	Metadata      json.RawMessage   `json:"metadata"`
	Image         *string           `json:"image"`
	Subscriptions int64             `json:"total_subscriptions"`
	Status        int64             `json:"status"`
	Created       int64             `json:"creation_date"`
	Slug          string            `json:"slug"`
}

// wirePlanItem is a plan in a list: less of it, and with its object.
type wirePlanItem struct {
	Object        string          `json:"object"`
	ID            string          `json:"id"`
	Amount        int64           `json:"amount"`
	Name          string          `json:"name"`
	Short         string          `json:"short_name"`
	Description   string          `json:"description"`
	Currency      string          `json:"currency"`
	Metadata      json.RawMessage `json:"metadata"`
	Subscriptions int64           `json:"total_subscriptions"`
	Status        int64           `json:"status"`
	Created       int64           `json:"creation_date"`
}

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

// plain is a text that may hold letters, digits, blanks, points, hyphens and
// underscores only.
func (in *input) plain(name string, least, most int) string {
	s := in.text(name, least, most)
	if !plainText.MatchString(s) {
		in.fail(name)
	}
	return s
}

func createCurrentPlan(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	least, most := int64(0), int64(9999)
	if c.Flag("test_plan_limits") {
		least, most = 1, 3
	}
	p := planRow{
		Kind: kindRecurrent, Name: in.plain("name", 5, 50), Short: in.plain("short_name", 5, 50), Description: in.plain("description", 5, 250),
		Amount: in.number("amount", 300, 500_000), Currency: in.currency("currency"), Unit: in.number("interval_unit_time", 1, 6), Count: in.number("interval_count", least, most),
		Initial: in.initialCycles(), Image: in.optional("image", 250), Metadata: asTexts(in.metadata()), Status: planActive,
	}
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	p.Slug = c.Stream("slug").Text(16, alphanumeric)
	p = keepPlan(c.Tx, p)
	return reply(201, wirePlanMade{p.ID, p.Slug}), tell(c.Tx, "plan.creation.succeeded", "", provider.Marshal(p.current(c.Tx)))
}

func (in *input) initialCycles() initialCycles {
	inner := in.object("initial_cycles")
	if inner == nil {
		in.fail("initial_cycles")
		return initialCycles{}
	}
	out := initialCycles{Count: inner.number("count", 0, 9999), Charge: inner.flag("has_initial_charge", false), Amount: inner.number("amount", 0, 500_000), Unit: inner.number("interval_unit_time", 1, 6)}
	if inner.err != nil {
		in.fail("initial_cycles")
	}
	return out
}

// asTexts turns the values of a plan's metadata into strings, as Culqi does for
// plans alone.
func asTexts(m json.RawMessage) json.RawMessage {
	if m == nil {
		return nil
	}
	in := &input{}
	if json.Unmarshal(m, &in.members) != nil {
		return m
	}
	out := map[string]string{}
	for name, raw := range in.members {
		s, ok := in.scalar(name)
		if !ok {
			s = string(raw)
		}
		out[name] = s
	}
	return provider.Marshal(out)
}

func getCurrentPlan(c *provider.Call) (provider.Reply, error) {
	p, err := planOf(c, kindRecurrent)
	if err != nil {
		return provider.Reply{}, err
	}
	return reply(200, p.current(c.Tx)), nil
}

func listCurrentPlans(c *provider.Call) (provider.Reply, error) {
	return list(c, listing[planRow]{
		path: "/v2/recurrent/plans", rows: plansOf(c, kindRecurrent), id: func(p planRow) string { return p.ID }, facts: planRow.facts,
		wire: func(p planRow) any {
			w := p.current(c.Tx)
			return wirePlanItem{"plan", w.ID, w.Amount, w.Name, w.Short, w.Description, w.Currency, w.Metadata, w.Subscriptions, w.Status, w.Created}
		},
	})
}

func updateCurrentPlan(c *provider.Call) (provider.Reply, error) {
	p, err := planOf(c, kindRecurrent)
	if err != nil {
		return provider.Reply{}, err
	}
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if in.has("name") {
		p.Name = in.plain("name", 5, 50)
	}
	if in.has("short_name") {
		p.Short = in.plain("short_name", 5, 50)
	}
	if in.has("description") {
		p.Description = in.plain("description", 5, 250)
	}
	if in.has("image") {
		p.Image = in.optional("image", 250)
	}
	p.Status = in.numberOr("status", planActive, planInactive, p.Status)
	if m := in.metadata(); m != nil {
		p.Metadata = asTexts(m)
	}
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	plans.Put(c, p)
	out := p.current(c.Tx)
	return reply(200, out), tell(c.Tx, "plan.update.succeeded", "", provider.Marshal(out))
}

func deleteCurrentPlan(c *provider.Call) (provider.Reply, error) { return removePlan(c, kindRecurrent) }

func (p planRow) current(tx *provider.Tx) wireCurrentPlan {
	return wireCurrentPlan{
		ID: p.ID, Unit: p.Unit, Count: p.Count, Amount: p.Amount, Name: p.Name, Short: p.Short, Description: p.Description, Currency: p.Currency,
		Initial: wireInitialCycles(p.Initial), Metadata: orEmpty(p.Metadata), Image: textOrNull(p.Image), Subscriptions: p.subscribers(tx),
		Status: p.Status, Created: p.Created.Unix(), Slug: p.Slug,
	}
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
		s.Anchor = s.Created.Add(time.Duration(n) * unitDays[p.Initial.Unit] * 24 * time.Hour)
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
	s.Next = s.Created.Add(time.Duration(s.Cycle) * unitDays[p.Initial.Unit] * 24 * time.Hour)
	if s.Cycle < p.Initial.Count {
		return s.bill(tx, recTrial)
	}
	s.Anchor = p.after(s.Next, -1)
	return s.bill(tx, recActive)
}

func getCurrentSubscription(c *provider.Call) (provider.Reply, error) {
	s, err := subscriptionOf(c, kindRecurrent)
	if err != nil {
		return provider.Reply{}, err
	}
	return reply(200, s.current(c.Tx)), nil
}

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
	s, err := subscriptionOf(c, kindRecurrent)
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
