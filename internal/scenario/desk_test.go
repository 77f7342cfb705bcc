package scenario_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"paysim/internal/scenario"
)

func asText(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTheDesk(t *testing.T) {
	b := newBench(t)
	d := scenario.NewDesk(b.Engine)
	if r, err := d.Load(t.Context(), b.Tenant, []byte("name: a\nrules: [{on: toypay.charge.create, attempt: 1}]")); err != nil || !strings.Contains(asText(t, r), `"notices":[]`) {
		t.Errorf("%v %s", err, asText(t, r))
	}
	b.creates(2)
	for src, want := range map[string]string{
		"rulez: []\nseed: x":                              "1:1: a scenario has no key",
		"name: back\n\nclock: {at: 2020-01-01T00:00:00Z}": "3:8: ",
	} {
		_, err := d.Load(t.Context(), b.Tenant, []byte(src))
		if problems := (scenario.Problems{}); !errors.As(err, &problems) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v", src, err)
		}
	}
	s, ok := scenario.Loaded(b.Tenant)
	if got := asText(t, s); !ok || !strings.Contains(got, `"name":"a"`) || !strings.Contains(got, `"fitted":2,"fired":1`) {
		t.Errorf("what was loaded did not stay: %s", got)
	}
	r, err := d.Verify(t.Context(), b.Tenant, []byte(`[{"calls":{"on":"toypay.charge.create","count":3}}]`))
	if err != nil || r.Holds || !strings.Contains(asText(t, r), `"wanted":"3 calls","got":"2 calls"`) {
		t.Errorf("%v %s", err, asText(t, r))
	}
	if r, err := d.Verify(t.Context(), b.Tenant, nil); !r.Holds || err != nil {
		t.Errorf("the default question: %v %v", r.Holds, err)
	}
	if _, err := d.Verify(t.Context(), b.Tenant, []byte(`[{"cals":1}]`)); err == nil || !strings.Contains(err.Error(), `did you mean "calls"?`) {
		t.Errorf("%v", err)
	}
}

// TestTheDeskDoesNotWaitForACallerWhoHasGone: somebody else moves the clock, and
// that is nothing wrong with a file.
func TestTheDeskDoesNotWaitForACallerWhoHasGone(t *testing.T) {
	b := newBench(t)
	d := scenario.NewDesk(b.Engine)
	b.TakeTurn(nil)
	defer b.EndTurn()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, loading := d.Load(ctx, b.Tenant, []byte("clock: {at: 2030-01-01T00:00:00Z}"))
	_, verifying := d.Verify(ctx, b.Tenant, nil)
	for _, err := range []error{loading, verifying} {
		if problems := (scenario.Problems{}); err == nil || errors.As(err, &problems) {
			t.Errorf("%v", err)
		}
	}
}
