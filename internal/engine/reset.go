package engine

import (
	"context"

	"paysim/internal/tenant"
)

// Reset empties a tenant and keeps its settings. It waits for whoever moves the
// clock, and gives ctx's error if that does not end.
func (e *Engine) Reset(ctx context.Context, t *tenant.Tenant) error {
	if !t.TakeTurn(ctx.Done()) {
		return ctx.Err()
	}
	defer t.EndTurn()
	t.Lock()
	t.Reset()
	t.Unlock()
	e.wake(t) // nothing is due any more
	return nil
}
