package spell_test

import (
	"testing"

	"paysim/internal/spell"
)

func TestNearest(t *testing.T) {
	names := []string{"approved", "insufficient_funds", "stolen_card"}
	for got, want := range map[string]string{
		"aproved":           "approved",
		"insuficient_funds": "insufficient_funds",
		"stolen-card":       "stolen_card",
		"banana":            "",
		"":                  "",
	} {
		if best := spell.Nearest(got, names); best != want {
			t.Errorf("Nearest(%q) = %q, want %q", got, best, want)
		}
	}
	if got := spell.Hint("aproved", names); got != `, did you mean "approved"?` {
		t.Errorf("Hint = %q", got)
	}
	if got := spell.Hint("banana", names); got != "" {
		t.Errorf("Hint of nothing near = %q", got)
	}
}
