package culqi

import (
	"strings"
	"time"

	"paysim/internal/provider"
)

const (
	kindLegacy    = "legacy"
	kindRecurrent = "recurrent"
)

// intervals are what v2 understands, and how it writes them back.
var intervals = map[string]string{"dias": "Días", "semanas": "Semanas", "meses": "Meses", "años": "Años"}

// interval reads an interval as its key. The SDKs also send it as Culqi writes
// it, or without its tilde.
func (in *input) interval(name string) string {
	s := strings.ToLower(in.text(name, 1, 20))
	s = strings.NewReplacer("í", "i", "anos", "años").Replace(s)
	if _, ok := intervals[s]; !ok {
		in.fail(name)
	}
	return s
}

func createPlan(c *provider.Call) (provider.Reply, error) {
	if c.Flag("retired_legacy") {
		return provider.Reply{}, errRetiredPlans
	}
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	p := planRow{
		Kind: kindLegacy, Name: in.text("name", 5, 50), Amount: in.amount(c.Number("min_amount"), maxAmount), Currency: in.currency("currency_code"),
		Interval: in.interval("interval"), Count: in.number("interval_count", 1, 9999), Limit: in.numberOr("limit", 0, 9999, 0), Trial: in.numberOr("trial_days", 0, 9999, 0),
		Metadata: in.metadata(),
	}
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	p = keepPlan(c.Tx, p)
	out := p.wire(c.Tx)
	return reply(201, out), tell(c.Tx, "plan.creation.succeeded", "", provider.Marshal(out))
}

func keepPlan(tx *provider.Tx, p planRow) planRow {
	p.ID, p.Created = "pln_test_"+tx.Stream("plan").Text(16, alphanumeric), tx.Now.Truncate(time.Second)
	plans.Put(tx, p)
	return p
}

// planOf finds the plan in the path, among those of one kind.
func planOf(kind string) func(*provider.Call) (planRow, error) {
	return func(c *provider.Call) (planRow, error) {
		p, ok := plans.Get(c, c.Vars["id"])
		if !ok || p.Deleted || p.Kind != kind {
			return p, missing(errNotFound, "el plan", c.Vars["id"])
		}
		return p, nil
	}
}

var getPlan = one(planOf(kindLegacy), func(c *provider.Call, p planRow) any { return p.wire(c.Tx) })

func plansOf(c *provider.Call, kind string) []planRow {
	return newest(plans.All(c), func(p planRow) bool { return p.Kind == kind && !p.Deleted })
}

func (p planRow) facts() facts {
	return facts{
		texts:   map[string]string{"currency_code": p.Currency},
		numbers: map[string]int64{"amount": p.Amount, "status": p.Status},
		dates:   map[string]time.Time{"creation_date": p.Created}, metadata: p.Metadata,
	}
}

func listPlans(c *provider.Call) (provider.Reply, error) {
	return list(c, listing[planRow]{
		path: "/v2/plans", rows: plansOf(c, kindLegacy), id: func(p planRow) string { return p.ID }, facts: planRow.facts,
		wire: func(p planRow) any { return p.wire(c.Tx) },
	})
}

func updatePlan(c *provider.Call) (provider.Reply, error) {
	p, err := planOf(kindLegacy)(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if _, err := patched(c, &p.Metadata); err != nil {
		return provider.Reply{}, err
	}
	plans.Put(c, p)
	out := p.wire(c.Tx)
	return reply(200, out), tell(c.Tx, "plan.update.succeeded", "", provider.Marshal(out))
}

func deletePlan(c *provider.Call) (provider.Reply, error) { return removePlan(c, kindLegacy) }

// removePlan ends the plan's subscriptions too.
func removePlan(c *provider.Call, kind string) (provider.Reply, error) {
	p, err := planOf(kind)(c)
	if err != nil {
		return provider.Reply{}, err
	}
	for _, s := range subscriptions.Where(c, "plan", p.ID) {
		if err := endSubscription(c.Tx, s); err != nil {
			return provider.Reply{}, err
		}
	}
	p.Deleted = true
	plans.Put(c, p)
	out := deleted(p.ID, "el plan")
	return reply(200, out), tell(c.Tx, "plan.delete.succeeded", "", provider.Marshal(out))
}

func (p planRow) subscribers(tx *provider.Tx) int64 {
	return int64(len(subscriptions.Where(tx, "plan", p.ID)))
}

func (p planRow) wire(tx *provider.Tx) wirePlan {
	return wirePlan{
		Object: "plan", ID: p.ID, Created: whole(p.Created), Name: p.Name, Amount: p.Amount, Currency: p.Currency, Count: p.Count, Interval: intervals[p.Interval],
		Limit: p.Limit, Trial: p.Trial, Subscriptions: p.subscribers(tx), Metadata: orEmpty(p.Metadata),
	}
}

// after is the instant n intervals after from.
func (p planRow) after(from time.Time, n int64) time.Time {
	switch p.Interval {
	case "dias":
		return addDays(from, n*p.Count)
	case "semanas":
		return addDays(from, 7*n*p.Count)
	case "meses":
		return addMonths(from, n*p.Count)
	case "años":
		return addMonths(from, 12*n*p.Count)
	}
	return addDays(from, n*unitDays[p.Unit]) // the current dialect
}

// addDays counts days of 24 hours, of which a time.Duration does not hold enough.
func addDays(from time.Time, n int64) time.Time { return atMost(from.UTC().AddDate(0, 0, int(n))) }

// addMonths goes by Lima's calendar. A month that has no such day ends on its last.
func addMonths(from time.Time, n int64) time.Time {
	f := from.In(lima)
	first := time.Date(f.Year(), f.Month()+time.Month(n), 1, f.Hour(), f.Minute(), f.Second(), f.Nanosecond(), lima)
	last := first.AddDate(0, 1, -1).Day()
	return atMost(first.AddDate(0, 0, min(f.Day(), last)-1).UTC())
}

// atMost is a time that a row can keep.
func atMost(t time.Time) time.Time {
	if end := unix(endOfTime); t.After(end) {
		return end
	}
	return t
}

// lima is Peru's time, without daylight saving.
var lima = time.FixedZone("Lima", -5*60*60)

// midnight is when the day of that instant began in Lima.
func midnight(t time.Time) time.Time {
	l := t.In(lima)
	return time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, lima).UTC()
}
