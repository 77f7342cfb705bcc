package scenarios_test

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"paysim/internal/scenario"
	"paysim/sims"
)

var block = regexp.MustCompile("(?ms)^(<!-- refused -->\n)?```yaml\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?")

// TestTheReferencesExamples plays every example of docs/scenarios.md in one
// shop's day. Every entry has to do something, and what is expected has to
// hold; an example that is shown as refused has to be refused in these words.
func TestTheReferencesExamples(t *testing.T) {
	text, err := os.ReadFile("../docs/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	played := 0
	for _, m := range block.FindAllStringSubmatch(string(text), -1) {
		refused, src, printed := m[1] != "", m[2], m[3]
		if !strings.Contains(src, "\n  - ") {
			continue // a line to be copied
		}
		played++
		title := strings.SplitN(src, "\n", 3)[1]
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			if ok := scenario.Check(&out, "shop.yaml", []byte(src), sims.All()); ok == refused || out.String() != printed {
				t.Fatalf("loads: %v, and says\n%s\nwant\n%s", ok, out.String(), printed)
			}
			if refused {
				return
			}
			s := newShop(t, "shop.yaml", []byte(src))
			day(s)
			report, err := scenario.Verify(t.Context(), s.engine, s.tenant, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !report.Holds || len(report.NotFired) > 0 {
				t.Error(report)
			}
		})
	}
	if played < 6 {
		t.Errorf("only %d examples were found", played)
	}
}

// day is a bit of everything, by a shop that is neither naive nor careful.
func day(s *shop) {
	s.begin()
	for range 4 {
		if r, err := s.charge(order); err == nil && r.ok() {
			break
		}
		s.pass(time.Minute)
	}
	s.inquire(order)
	s.inquire(order)
	s.refund("R-1", 300)
	s.wallet("W-1", true)
	s.header = map[string]string{"X-Case": "slow"}
	s.charge("B-1")
	s.pass(time.Hour)
}

// TestTheReferenceNamesEveryFile keeps the cookbook's table whole.
func TestTheReferenceNamesEveryFile(t *testing.T) {
	text, err := os.ReadFile("../docs/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range library["citcon"] {
		if !strings.Contains(string(text), "(../scenarios/citcon/"+name+".yaml)") {
			t.Errorf("docs/scenarios.md does not lead to citcon/%s.yaml", name)
		}
	}
}
