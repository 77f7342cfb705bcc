package machine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"paysim/internal/catalog"
	"paysim/internal/machine"
)

var why = catalog.Evidence{Basis: catalog.Assumed, Source: "this test"}

var door = machine.Table{
	Name: "door",
	Edges: []machine.Edge{
		{Trigger: "build", To: "open", Evidence: why},
		{From: "open", Trigger: "push", To: "closed", Evidence: why},
		{From: "closed", Trigger: "push", To: "open", Evidence: why},
		{From: "closed", Trigger: "push", To: "jammed", Evidence: why},
		{From: "closed", Trigger: "rust", To: "jammed", After: "a year", Evidence: why},
	},
}

func TestStep(t *testing.T) {
	for _, tc := range []struct {
		from, trigger string
		to            []machine.State
		want          machine.State
		legal         bool
	}{
		{"", "build", nil, "open", true},
		{"open", "push", nil, "closed", true},
		{"closed", "push", nil, "open", true},
		{"closed", "push", []machine.State{"jammed"}, "jammed", true},
		{"closed", "push", []machine.State{"closed"}, "", false},
		{"open", "rust", nil, "", false},
		{"gone", "push", nil, "", false},
	} {
		edge, err := door.Step(machine.State(tc.from), tc.trigger, tc.to...)
		if (err == nil) != tc.legal || edge.To != tc.want {
			t.Errorf("%s %s %v: got %q, %v", tc.from, tc.trigger, tc.to, edge.To, err)
		}
		var illegal *machine.IllegalError
		if !tc.legal && !errors.As(err, &illegal) {
			t.Errorf("%s %s: %v is no IllegalError", tc.from, tc.trigger, err)
		}
	}
	if got := door.Triggers("closed"); !slices.Equal(got, []string{"push", "rust"}) {
		t.Errorf("triggers of closed: %v", got)
	}
}

func TestCheckFindsWhatIsWrong(t *testing.T) {
	if err := door.Check(); err != nil {
		t.Errorf("a sound table: %v", err)
	}
	bad := machine.Table{Name: "bad", Edges: []machine.Edge{
		{Trigger: "make", To: "a", Evidence: why},
		{Trigger: "make", To: "a", Evidence: why},
		{From: "island", Trigger: "swim", To: "a"},
		{From: "a", To: "a", Evidence: why},
	}}
	err := bad.Check()
	for _, want := range []string{"listed twice", "no way leads to island", "basis", "lacks a trigger"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
}

func TestMermaid(t *testing.T) {
	got := door.Mermaid()
	for _, want := range []string{"stateDiagram-v2\n", "[*] --> open: build\n", "closed --> jammed: rust after a year\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in:\n%s", want, got)
		}
	}
}
