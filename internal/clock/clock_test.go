package clock_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"paysim/internal/clock"
)

var then = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func TestAFrozenClockStandsStill(t *testing.T) {
	var v clock.Virtual
	v.Freeze(then)
	if !v.Frozen() || !v.Now().Equal(then) || !v.Now().Equal(then) {
		t.Errorf("it shows %v", v.Now())
	}
}

func TestAFreedClockGoesOnFromWhereItStood(t *testing.T) {
	var v clock.Virtual
	v.Freeze(then)
	v.Run()
	first := v.Now()
	if first.Before(then) || first.After(then.Add(time.Minute)) {
		t.Errorf("freed at %v it shows %v", then, first)
	}
	if v.Now().Before(first) {
		t.Error("it goes backwards")
	}
}

func TestTheZeroClockIsTheMachines(t *testing.T) {
	var v clock.Virtual
	if d := v.Now().Sub(clock.Real()); d > time.Minute || d < -time.Minute {
		t.Errorf("it is off by %v", d)
	}
	if v.Now().Location() != time.UTC {
		t.Error("it does not speak UTC")
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := clock.Wait(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := clock.Wait(context.Background(), 0); err != nil {
		t.Errorf("no wait gave %v", err)
	}
}
