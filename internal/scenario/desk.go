package scenario

import (
	"context"
	"errors"
	"time"

	"paysim/internal/engine"
	"paysim/internal/tenant"
)

// Desk is scenarios as the control API asks for them.
type Desk struct{ engine *engine.Engine }

// NewDesk serves the tenants of an engine.
func NewDesk(e *engine.Engine) *Desk { return &Desk{e} }

// patience is how long a call waits for somebody else who moves the same
// tenant's clock, in real time.
const patience = time.Minute

func (d *Desk) wait() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}

// LoadReport is what a loaded scenario is answered with.
type LoadReport struct {
	State
	Notices Problems `json:"notices"`
}

// Load reads src, YAML or JSON whatever its content type, and makes it the
// tenant's scenario. Not ok: the report is Problems, and what was loaded stays.
func (d *Desk) Load(t *tenant.Tenant, _ string, src []byte) (report any, ok bool) {
	s, problems := Parse("", src, servedBy(d.engine))
	if len(problems) > 0 {
		return problems, false
	}
	ctx, cancel := d.wait()
	defer cancel()
	if err := s.Load(ctx, d.engine, t); err != nil {
		return Problems{s.problem(err)}, false
	}
	state, _ := Loaded(t)
	notices := s.Notices
	if notices == nil {
		notices = Problems{}
	}
	return LoadReport{state, notices}, true
}

// Show gives what is loaded, with how often each entry was used.
func (d *Desk) Show(t *tenant.Tenant) (scenario any, ok bool) {
	state, ok := Loaded(t)
	return state, ok
}

// Drop takes the tenant's scenario away.
func (d *Desk) Drop(t *tenant.Tenant) { Unload(t) }

// Verify judges the expectations in body, or the loaded scenario's own when it
// is empty. An error says that body makes no sense.
func (d *Desk) Verify(t *tenant.Tenant, body []byte) (report any, ok bool, err error) {
	expects, problems := ParseExpect("", body, servedBy(d.engine))
	if len(problems) > 0 {
		return nil, false, problems
	}
	ctx, cancel := d.wait()
	defer cancel()
	r, err := Verify(ctx, d.engine, t, expects)
	if err != nil {
		return nil, false, errors.New("the tenant's clock is being moved and does not come to rest")
	}
	return r, r.Holds, nil
}
