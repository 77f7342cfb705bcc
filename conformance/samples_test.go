package conformance_test

import (
	"os"
	"testing"

	"paysim/conformance/report"
	"paysim/conformance/run"
	"paysim/conformance/suite"
	"paysim/conformance/tool"
)

// TestSamples sends every printed request with every tool it is printed for.
func TestSamples(t *testing.T) {
	for _, p := range providers {
		r := run.Runner{Target: there, Provider: p.Provider, Credentials: credentials[p.Name], Sign: sign[p.Name]}
		for _, op := range p.Operations {
			for _, s := range op.Samples {
				for _, c := range s.Cases {
					for _, name := range s.Tools {
						sample(t, p, r, op, s, c, name)
					}
				}
			}
		}
	}
}

func sample(t *testing.T, p provider, r run.Runner, op suite.Operation, s suite.Sample, c suite.Case, toolName string) {
	done := p.report.Sample(report.Entry{
		Operation: op.Operation, Page: op.Page, Sample: s.Name, Case: c.Name, Tool: toolName, Own: s.Own, Basis: c.Basis, Status: c.Expect.Status,
	})
	t.Run(p.Name+"/"+op.Operation+"/"+s.Name+"/"+c.Name+"/"+toolName, func(t *testing.T) {
		t.Parallel()
		one, err := tool.ByName(toolName)
		if err != nil {
			t.Fatal(err)
		}
		result := r.Case(t.Context(), run.Tenant(t.Name()), s, c, one)
		done(string(result.Outcome), result.Reason)
		settle(t, result)
	})
}

// settle turns a result into the test's. A skip that the data does not declare is a failure where the tools are
// required, as in CI.
func settle(t *testing.T, result run.Result) {
	t.Helper()
	switch {
	case result.Outcome == run.Fail && result.Command != "":
		t.Errorf("%s\nsent by: %s", result.Reason, result.Command)
	case result.Outcome == run.Fail:
		t.Error(result.Reason)
	case result.Outcome == run.Skip && result.Declared:
		t.Skipf("does not apply: %s", result.Reason)
	case result.Outcome == run.Skip && os.Getenv("CONFORMANCE_REQUIRE_TOOLS") == "1":
		t.Errorf("NOT TRIED, and CONFORMANCE_REQUIRE_TOOLS=1: %s", result.Reason)
	case result.Outcome == run.Skip:
		t.Skipf("NOT TRIED: %s", result.Reason)
	}
}
