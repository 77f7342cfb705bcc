package tables

import (
	"strings"
	"testing"

	"paysim/internal/catalog"
	"paysim/internal/provider"
	"paysim/internal/providertest/toypay"
)

func empty() string {
	out := "# ToyPay\n\nbefore\n"
	for _, name := range Names() {
		out += "\n" + begin(name) + "\nSTALE\n" + end + "\n"
	}
	return out + "\nafter\n"
}

func TestFill(t *testing.T) {
	p := toypay.Provider()
	got, err := Fill(p, empty())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"# ToyPay\n\nbefore\n", "\nafter\n",
		"| `charge.create` | `POST /v1/charges` | key | asks for money | `approved`, `insufficient_funds`, `processing_error` | `charge.paid` | assumed | toypay is made up |\n",
		"```mermaid\nstateDiagram-v2\n    [*] --> pending: create\n", "| `pending` | expire | `expired` | 15 minutes | assumed |",
		"| `insufficient_funds` | the account holds too little | stays |  | assumed |", "| `4111111111111111` | card | `approved` | pays |",
		"| `not_found` | 404 | `not_found` | nothing here | the path or the charge is unknown |", "| `charge.paid` | the payer has paid |",
		"Counts as received: any 2xx. Waits between attempts: 1m0s, 10m0s.", "| `decline` | the bank refuses | `insufficient_funds` |", "| `strict` | flag | `false` |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("not written: %s", want)
		}
	}
	if strings.Contains(got, "STALE") {
		t.Error("what stood there before is still there")
	}
	if again, err := Fill(p, got); err != nil || again != got {
		t.Errorf("written again it differs: %v", err)
	}
}

func TestFillWithoutRows(t *testing.T) {
	got, err := Fill(&provider.Provider{}, begin("events")+"\n"+end+"\n")
	if err != nil || got != begin("events")+"\n\nNone.\n\n"+end+"\n" {
		t.Errorf("%q %v", got, err)
	}
}

func TestFillRefuses(t *testing.T) {
	whole := empty()
	for what, readme := range map[string]string{
		"an unknown section":       whole + begin("colours") + "\n" + end,
		"a section without an end": strings.Replace(whole, end, "", 1),
		"a last one without":       whole[:strings.LastIndex(whole, end)],
		"a section twice":          whole + begin("events") + "\n" + end,
		"a table without a place":  strings.Replace(whole, begin("errors")+"\nSTALE\n"+end, "", 1),
	} {
		if _, err := Fill(toypay.Provider(), readme); err == nil {
			t.Errorf("%s is no error", what)
		}
	}
}

func TestCellsCannotBreakTheTable(t *testing.T) {
	p := &provider.Provider{Errors: catalog.Errors{{Name: "a", Code: "b", Message: "one|two\nthree"}}}
	if got := errorRows(p); !strings.Contains(got, `| one\|two three |`) {
		t.Error(got)
	}
}
