package control

import (
	"strings"
	"time"

	"paysim/internal/engine"
	"paysim/internal/provider"
	"paysim/internal/tenant"
)

type wireTenant struct {
	Name      string                 `json:"name"`
	Clock     wireClock              `json:"clock"`
	Counts    wireCounts             `json:"counts"`
	Providers map[string]wireAccount `json:"providers"`
}

type wireClock struct {
	Now    time.Time `json:"now"`
	Frozen bool      `json:"frozen"`
}

type wireCounts struct {
	Journal  int `json:"journal"`
	Webhooks int `json:"webhooks"`
	Timers   int `json:"timers"` // what waits for its time, webhook attempts included
}

// wireAccount is a tenant's account with one provider.
type wireAccount struct {
	Keys []provider.Key `json:"keys"`
	Rows map[string]int `json:"rows"` // by table
}

func (c *Control) tenants(*call) (any, error) {
	out := []wireTenant{}
	for _, t := range c.Engine.Tenants.All() {
		out = append(out, c.describe(t))
	}
	return map[string]any{"tenants": out}, nil
}

func (c *Control) showTenant(in *call) (any, error) { return c.describe(in.tenant), nil }

func (c *Control) describe(t *tenant.Tenant) wireTenant {
	out := wireTenant{Name: t.Name, Providers: map[string]wireAccount{}}
	for _, p := range c.Engine.Providers() {
		out.Providers[p.Name] = wireAccount{Keys: list(p.Keys(t.Name)), Rows: map[string]int{}}
	}
	t.Lock()
	defer t.Unlock()
	out.Clock = clockOf(t)
	out.Counts = wireCounts{Journal: t.Journal.Len(), Webhooks: len(t.Outbox.All()), Timers: t.Due.Len() + t.Attempts.Len()}
	for table, n := range t.DB.Counts() {
		name, rest, _ := strings.Cut(table, ".")
		if a, ok := out.Providers[name]; ok {
			a.Rows[rest] = n
		}
	}
	return out
}

// clockOf reads a tenant's clock, under its lock.
func clockOf(t *tenant.Tenant) wireClock {
	return wireClock{Now: t.Clock.Now(), Frozen: t.Clock.Frozen()}
}

func (c *Control) reset(in *call) (any, error) {
	if err := c.Engine.Reset(in.Context(), in.tenant); err != nil {
		return nil, gone(err)
	}
	c.resets.tell()
	return c.describe(in.tenant), nil
}

func (c *Control) coverage(in *call) (any, error) {
	return map[string]map[string]engine.Coverage{"providers": c.Engine.Coverage(in.tenant)}, nil
}
