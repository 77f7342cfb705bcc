// Package clock is time. The machine's clock is read here and nowhere else;
// each tenant lives by a Virtual clock that can be frozen, moved and freed.
package clock

import (
	"context"
	"time"
)

// Real reads the machine's clock.
func Real() time.Time { return time.Now() }

// Wait lets d of real time pass, or less if ctx ends first; then it gives
// ctx's error.
func Wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Every ticks each time d of real time has passed, until it is stopped.
func Every(d time.Duration) *time.Ticker { return time.NewTicker(d) }

// After runs f in its own goroutine once d of real time has passed.
func After(d time.Duration, f func()) *time.Timer { return time.AfterFunc(d, f) }

// Virtual is one tenant's clock. The zero value runs with the machine's. It is
// not safe for concurrent use; its tenant's lock guards it.
type Virtual struct {
	frozen bool
	at     time.Time     // while frozen
	offset time.Duration // while running: how far ahead of the machine's clock
}

// Now reads the clock, in UTC.
func (v *Virtual) Now() time.Time {
	if v.frozen {
		return v.at
	}
	return Real().Add(v.offset).UTC().Round(0)
}

// Frozen reports whether the clock stands still.
func (v *Virtual) Frozen() bool { return v.frozen }

// Freeze stops the clock at t.
func (v *Virtual) Freeze(t time.Time) { v.frozen, v.at = true, t.UTC().Round(0) }

// Run frees the clock; it goes on from where it stands.
func (v *Virtual) Run() {
	if v.frozen {
		v.frozen, v.offset = false, v.at.Sub(Real())
	}
}
