package conformance_test

import (
	"os"
	"path/filepath"
	"testing"

	"paysim/conformance/recorded"
	"paysim/conformance/report"
	"paysim/conformance/run"
)

// TestRecorded calls every recorded kind of exchange again, with values of our own.
func TestRecorded(t *testing.T) {
	for _, p := range providers {
		dir := filepath.Join(p.Dir, "recorded")
		if _, err := os.Stat(dir); os.IsNotExist(err) {
			continue // nothing was ever recorded with this provider
		}
		shapes, err := recorded.Load(filepath.Join(dir, "shapes.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		rules, err := recorded.LoadRules(filepath.Join(dir, "rules.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		plan, err := recorded.LoadPlan(filepath.Join(dir, "replay.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		r := run.Runner{Target: there, Provider: p.Provider}
		for _, k := range shapes.Kinds {
			done := p.report.Recorded(report.Entry{Operation: k.Operation, Sample: k.Name, Basis: "observed", Status: k.Status})
			t.Run(p.Name+"/"+k.Name, func(t *testing.T) {
				t.Parallel()
				result := r.Recorded(t.Context(), run.Tenant(t.Name()), k, rules, plan)
				done(string(result.Outcome), result.Reason)
				settle(t, result)
			})
		}
	}
}
