package control

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"paysim/internal/engine"
)

// A clock shows times between these, as a scenario does: long after the last, a
// count of nanoseconds no longer fits.
var (
	earliest = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2201, 1, 1, 0, 0, 0, 0, time.UTC)
)

type wireMoved struct {
	wireClock
	Fired []engine.Fired `json:"fired"`
}

func (c *Control) showClock(in *call) (any, error) {
	in.tenant.Lock()
	defer in.tenant.Unlock()
	return clockOf(in.tenant), nil
}

func (c *Control) moveClock(in *call) (any, error) {
	target, then, err := in.movement()
	if err != nil {
		return nil, err
	}
	fired, err := c.Engine.MoveClock(in.Context(), in.tenant, func(now time.Time) (time.Time, error) {
		to := target(now)
		if to.Before(earliest) || !to.Before(latest) {
			return to, bad("out_of_range", "a clock shows times from %d to %d", earliest.Year(), latest.Year()-1)
		}
		return to, nil
	}, then)
	var refused *refusal
	switch {
	case errors.Is(err, engine.ErrBackwards):
		return nil, conflict("clock_backwards", nil, "%v; POST …/reset empties it", err)
	case errors.As(err, &refused):
		return nil, refused
	case err != nil:
		return nil, gone(err)
	}
	in.tenant.Lock()
	defer in.tenant.Unlock()
	return wireMoved{clockOf(in.tenant), fired}, nil
}

// gone says that a call was given up while it waited for its turn.
func gone(err error) error {
	return &refusal{Status: http.StatusServiceUnavailable, Code: "gave_up", Message: err.Error() + ": somebody else moves this clock"}
}

// movement reads where the clock shall go and how it shall go on.
func (c *call) movement() (func(now time.Time) time.Time, engine.After, error) {
	given, err := c.members("advance", "at", "run")
	if err != nil {
		return nil, 0, err
	}
	if len(given) != 1 {
		return nil, 0, bad("invalid_clock", `give one of {"advance": "168h"}, {"at": "2026-03-01T09:00:00Z"} and {"run": true}`)
	}
	if raw, ok := given["advance"]; ok {
		d, err := duration(raw)
		return func(now time.Time) time.Time { return now.Add(d) }, engine.AsBefore, err
	}
	if raw, ok := given["at"]; ok {
		var text string
		json.Unmarshal(raw, &text)
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return nil, 0, bad("invalid_time", `"at" is a time like "2026-03-01T09:00:00Z", not %s`, raw)
		}
		return func(time.Time) time.Time { return at }, engine.Frozen, nil
	}
	if string(given["run"]) != "true" {
		return nil, 0, bad("invalid_clock", `"run" is true or absent; {"at": …} stops a clock`)
	}
	return func(now time.Time) time.Time { return now }, engine.Running, nil
}

func duration(raw json.RawMessage) (time.Duration, error) {
	var text string
	json.Unmarshal(raw, &text)
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, bad("invalid_duration", `"advance" is a duration like "168h", "90m" or "1h30m15s", not %s`, raw)
	}
	if d < 0 {
		return 0, bad("invalid_duration", `"advance" goes forward; {"at": …} sets a clock back while its tenant holds no data`)
	}
	return d, nil
}
