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

// LoadReport is what a loaded scenario is answered with.
type LoadReport struct {
	State
	Notices Problems `json:"notices"`
}

// Load reads src, YAML or JSON, and makes it the tenant's scenario. Problems
// say what is wrong with it; any other error that the tenant's clock did not
// come to rest. With an error, what was loaded stays.
func (d *Desk) Load(ctx context.Context, t *tenant.Tenant, src []byte) (LoadReport, error) {
	s, problems := Parse("", src, servedBy(d.engine))
	if len(problems) > 0 {
		return LoadReport{}, problems
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := s.Load(ctx, d.engine, t)
	if errors.Is(err, engine.ErrBackwards) {
		err = Problems{s.problem(err)}
	}
	if err != nil {
		return LoadReport{}, err
	}
	state, _ := Loaded(t)
	return LoadReport{state, append(Problems{}, s.Notices...)}, nil
}

// Verify judges the expectations in body, or the loaded scenario's own when it
// is empty. Problems say what is wrong with body; any other error that the
// tenant's clock did not come to rest.
func (d *Desk) Verify(ctx context.Context, t *tenant.Tenant, body []byte) (Report, error) {
	expects, problems := ParseExpect("", body, servedBy(d.engine))
	if len(problems) > 0 {
		return Report{}, problems
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return Verify(ctx, d.engine, t, expects)
}
