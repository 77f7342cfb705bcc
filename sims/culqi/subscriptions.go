package culqi

import (
	"time"

	"paysim/internal/provider"
)

func createSubscription(c *provider.Call) (provider.Reply, error) {
	if c.Flag("retired_legacy") {
		return provider.Reply{}, errRetiredSubscriptions
	}
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	s := subscriptionRow{Kind: kindLegacy, Card: in.text("card_id", 1, 40), Plan: in.text("plan_id", 1, 40), Metadata: in.metadata()}
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	p, err := subscribed(c.Tx, &s)
	if err != nil {
		return provider.Reply{}, err
	}
	if s, err = startLegacy(c.Tx, s, p); err != nil {
		return provider.Reply{}, err
	}
	out := s.wire(c.Tx)
	return reply(201, out), tell(c.Tx, "subscription.creation.succeeded", "", provider.Marshal(out))
}

// subscribed finds the plan and the card that a new subscription joins.
func subscribed(tx *provider.Tx, s *subscriptionRow) (planRow, error) {
	p, ok := plans.Get(tx, s.Plan)
	if !ok || p.Deleted || p.Kind != s.Kind || p.Kind == kindRecurrent && p.Status != planActive {
		return p, missing(errNotFound, "el plan", s.Plan)
	}
	card, ok := cards.Get(tx, s.Card)
	if !ok || card.Deleted {
		return p, missing(errNotFound, "la tarjeta", s.Card)
	}
	s.Customer = card.Customer
	return p, nil
}

// startLegacy sets the dates as Culqi does: billing begins at midnight in Lima,
// on the day on which the trial ends.
func startLegacy(tx *provider.Tx, s subscriptionRow, p planRow) (subscriptionRow, error) {
	s.ID, s.Created = "sub_test_"+tx.Stream("subscription").Text(16, alphanumeric), tx.Now.Truncate(time.Second)
	begin := s.Created
	if p.Trial > 0 {
		begin = addDays(begin, p.Trial)
		s.TrialStart, s.TrialEnd = s.Created, begin
	}
	s.Anchor = midnight(begin)
	s.Next = s.Anchor
	var err error
	if s.State, err = tx.Step(&subscriptionStates, s.ID, s.State, "create"); err != nil {
		return s, err
	}
	subscriptions.Put(tx, s)
	s.schedule(tx)
	return s, nil
}

// subscriptionOf finds the subscription in the path, among those of one kind.
func subscriptionOf(kind string) func(*provider.Call) (subscriptionRow, error) {
	return func(c *provider.Call) (subscriptionRow, error) {
		s, ok := subscriptions.Get(c, c.Vars["id"])
		if !ok || s.Kind != kind {
			return s, errSubscription
		}
		return s, nil
	}
}

var getSubscription = one(subscriptionOf(kindLegacy), func(c *provider.Call, s subscriptionRow) any { return s.wire(c.Tx) })

func listSubscriptions(c *provider.Call) (provider.Reply, error) {
	return list(c, listing[subscriptionRow]{
		path: "/v2/subscriptions", rows: newest(subscriptions.All(c), func(s subscriptionRow) bool { return s.Kind == kindLegacy }),
		id:    func(s subscriptionRow) string { return s.ID },
		facts: func(s subscriptionRow) facts { return s.facts(c.Tx) }, wire: func(s subscriptionRow) any { return s.wire(c.Tx) },
	})
}

func (s subscriptionRow) facts(tx *provider.Tx) facts {
	p, _ := plans.Get(tx, s.Plan)
	return facts{
		texts:   map[string]string{"status": string(s.State), "plan_id": s.Plan, "interval": p.Interval},
		numbers: map[string]int64{"amount": p.Amount},
		dates:   map[string]time.Time{"creation_date": s.Created}, metadata: s.Metadata,
	}
}

func updateSubscription(c *provider.Call) (provider.Reply, error) {
	s, err := subscriptionOf(kindLegacy)(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if s, err = changeSubscription(c, s, false); err != nil {
		return provider.Reply{}, err
	}
	out := s.wire(c.Tx)
	return reply(200, out), tell(c.Tx, "subscription.update.succeeded", "", provider.Marshal(out))
}

// changeSubscription takes other metadata or another card from the body.
func changeSubscription(c *provider.Call, s subscriptionRow, needsCard bool) (subscriptionRow, error) {
	in, err := patched(c, &s.Metadata)
	if err != nil {
		return s, err
	}
	id := in.optional("card_id", 40)
	if needsCard && id == "" {
		in.fail("card_id")
	}
	if in.err != nil {
		return s, in.err
	}
	if id != "" {
		card, ok := cards.Get(c, id)
		if !ok || card.Deleted {
			return s, missing(errNotFound, "la tarjeta", id)
		}
		s.Card, s.Customer = id, card.Customer
	}
	subscriptions.Put(c, s)
	return s, nil
}

func deleteSubscription(c *provider.Call) (provider.Reply, error) {
	return cancelSubscription(c, kindLegacy)
}

func cancelSubscription(c *provider.Call, kind string) (provider.Reply, error) {
	s, err := subscriptionOf(kind)(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if !s.running() {
		return provider.Reply{}, errSubscription
	}
	return reply(200, deleted(s.ID, "la suscripcion")), endSubscription(c.Tx, s)
}

func (s subscriptionRow) wire(tx *provider.Tx) wireSubscription {
	p, _ := plans.Get(tx, s.Plan)
	card, _ := cards.Get(tx, s.Card)
	start := p.after(s.Anchor, max(s.Paid-1, 0))
	out := wireSubscription{
		Object: "subscription", ID: s.ID, Created: whole(s.Created), Status: string(s.State), Period: s.Paid, Total: p.Limit,
		PeriodStart: whole(start), PeriodEnd: whole(p.after(start, 1)), Next: wholeOrNull(s.Next),
		TrialStart: wholeOrNull(s.TrialStart), TrialEnd: wholeOrNull(s.TrialEnd), Charges: []wireCharge{}, Plan: p.wire(tx), Card: card.wire(tx, false), Metadata: orEmpty(s.Metadata),
	}
	if p.Limit > 0 {
		out.Ended = new(whole(p.after(s.Anchor, p.Limit)))
	}
	for _, per := range s.Periods {
		for _, t := range per.Tries {
			if ch, ok := charges.Get(tx, t.Charge); ok {
				out.Charges = append(out.Charges, ch.wire(tx, true))
			}
		}
	}
	return out
}
