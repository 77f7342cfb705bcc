package report_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"paysim/conformance/report"
)

func TestReport(t *testing.T) {
	dir := t.TempDir()
	r := report.New("acme", "simulator", "Acme API")
	done := r.Sample(report.Entry{Operation: "charge.create", Sample: "card", Tool: "curl", Basis: "documented"})
	r.Sample(report.Entry{Operation: "charge.create", Sample: "wallet", Tool: "curl", Basis: "assumed"})
	r.Recorded(report.Entry{Operation: "charge.create", Sample: "charge.create 200", Basis: "observed"})("fail", "status")
	done("pass", "")
	again := r.Recorded(report.Entry{Operation: "charge.create", Sample: "charge.create 200", Basis: "observed"})
	again("pass", "")
	if err := r.Write(dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "acme.json"))
	if err != nil {
		t.Fatal(err)
	}
	var f report.File
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	if f.Samples[0].Result != "pass" || f.Samples[1].Result != report.NotRun || len(f.Recorded) != 1 || f.Recorded[0].Reason != "status" {
		t.Errorf("got %s", text)
	}
}
