package culqi

import (
	"encoding/json"
	"regexp"

	"paysim/internal/provider"
)

// unitDays are the days between two charges, as measured: 5 and 6 are a quarter
// and half a year, and a month is always 30 days.
var unitDays = map[int64]int64{1: 1, 2: 7, 3: 30, 4: 365, 5: 91, 6: 181}

// Plan states: the one that takes subscribers, and the other.
const (
	planActive   = 1
	planInactive = 2
)

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

var getCurrentPlan = one(planOf(kindRecurrent), func(c *provider.Call, p planRow) any { return p.current(c.Tx) })

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
	p, err := planOf(kindRecurrent)(c)
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
