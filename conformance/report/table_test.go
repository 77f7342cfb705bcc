package report_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"paysim/conformance/report"
)

// acme has one operation, of which a printed sample and nothing else is known.
func acme() report.Results {
	return report.Results{File: report.File{
		Provider: "acme", Target: "simulator", Document: "Acme API",
		Operations: []report.Operation{{ID: "charge.create", Auth: "key"}, {ID: "charge.create", Auth: "key"}},
		Samples: []report.Entry{
			{Operation: "charge.create", Tool: "curl", Result: "pass", Status: 200},
			{Operation: "charge.create", Tool: "curl", Result: "pass", Status: 401, Own: true},
		},
		Calls: []report.Call{{Operation: "charge.create", Statuses: []int{200, 401}}, {Operation: "charge.get", Statuses: []int{404}}},
	}}
}

func blanks(columns ...string) []report.Reason {
	var all []report.Reason
	for _, c := range columns {
		all = append(all, report.Reason{Column: c, Provider: "*", Operations: []string{"charge.*"}, Reason: "none of " + c})
	}
	return all
}

var all = []string{"recorded shape", "state edges", "webhook", "page"}

func TestMarkdown(t *testing.T) {
	got, err := report.Markdown([]report.Results{acme()}, blanks(all...))
	if err != nil {
		t.Fatal(err)
	}
	const want = "| `charge.create` | *ours*: curl: 1 | curl: 1 | – (1) | 401 | – (2) | – (3) | – (4) |\n\n1. none of recorded shape\n"
	if !strings.Contains(got, want) {
		t.Errorf("got %s, want in it %s", got, want)
	}
}

func TestMarkdownRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		spoil   func(*report.Results)
		reasons []report.Reason
		want    string
	}{
		"a blank without a reason": {func(*report.Results) {}, blanks(all[:3]...), "acme.charge.create: page is blank without a reason"},
		"a reason without a blank": {func(*report.Results) {}, blanks(append(slices.Clone(all), "printed sample")...), "nothing is blank for the reason"},
		"a case that was not run":  {func(r *report.Results) { r.Samples[0].Result = report.NotRun }, blanks(all...), "not run"},
		"a case that failed":       {func(r *report.Results) { r.Samples[0].Result = "fail" }, blanks(all...), "fail"},
		"a real service's results": {func(r *report.Results) { r.Target = "https://api.acme.example" }, blanks(all...), "not of a simulator"},
		"a skipped sample":         {func(r *report.Results) { r.Samples[0].Result = "skip" }, blanks(all...), "printed sample is blank without a reason"},
		"nothing but preparation":  {func(r *report.Results) { r.Samples = nil }, blanks(all...), "charge.create: nothing drives it"},
		"nothing but refusals":     {func(r *report.Results) { r.Calls[0].Statuses = []int{401} }, blanks(all...), "success is blank without a reason"},
		"no refusal":               {func(r *report.Results) { r.Calls[0].Statuses = []int{200} }, blanks(all...), "negative test is blank without a reason"},
	} {
		t.Run(name, func(t *testing.T) {
			r := acme()
			c.spoil(&r)
			if _, err := report.Markdown([]report.Results{r}, c.reasons); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestReadWithoutTheBrowsersResults(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "acme.json"), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := report.Read(dir, dir); err == nil || !strings.Contains(err.Error(), "go test ./browser") {
		t.Errorf("got %v", err)
	}
}
