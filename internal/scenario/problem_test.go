package scenario_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paysim/internal/scenario"
)

func TestProblemsAsPeopleReadThem(t *testing.T) {
	src := "version: 1\nrules:\n  - on: toypay.charge.create\n    effect: {outcome: aproved}\n    limit:\t0\n"
	var out bytes.Buffer
	if scenario.Check(&out, "shop.yaml", []byte(src), providers()) {
		t.Error("it was taken")
	}
	want := `shop.yaml:4:23: toypay has no outcome "aproved", did you mean "approved"?
   4 |     effect: {outcome: aproved}
     |                       ^~~~~~~
shop.yaml:5:12: "limit" must be a whole number from 1 to 1000000, not 0
   5 |     limit:→0
     |           →^
`
	if diff := cmp.Diff(strings.ReplaceAll(want, "→", "\t"), out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestProblemsAsProgramsReadThem(t *testing.T) {
	_, problems := scenario.Parse("", []byte(`{"rules": [{"on": "toypay.charge.crate"}]}`), providers())
	got, _ := json.Marshal(problems)
	want := `[{"line":1,"column":19,"message":"toypay has no operation \"charge.crate\"","suggestion":"toypay.charge.create","source":"{\"rules\": [{\"on\": \"toypay.charge.crate\"}]}"}]`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestColumnsCountCharacters(t *testing.T) {
	_, problems := scenario.Parse("", []byte(`{name: "größe ☃", rules: [{on: toypay.charge.crate}]}`), providers())
	if got := problems[0]; got.Column != 32 || !strings.HasSuffix(strings.Split(got.String(), "\n")[2], "| "+strings.Repeat(" ", 31)+"^~~~~~~~~~~~~~~~~~~") {
		t.Errorf("column %d\n%s", got.Column, got.String())
	}
}

// TestALongLineIsShownAroundThePlace: what programs send is often one line.
func TestALongLineIsShownAroundThePlace(t *testing.T) {
	many := ""
	for i := range 9 {
		many += fmt.Sprintf(`{"on": "toypay.charge.get", "match": {"größe": %d}},`, i)
	}
	for name, c := range map[string]struct{ before, after string }{
		"near the beginning": {"", strings.Repeat(" ", 200)},
		"in the middle":      {many, strings.Repeat(" ", 300)},
		"near the end":       {many, ""},
	} {
		_, problems := scenario.Parse("", []byte(`{"rules": [`+c.before+`{"on": "toypay.charge.crate"}`+c.after+`]}`), providers())
		if len(problems) == 0 {
			t.Fatalf("%s: nothing is found wrong", name)
		}
		lines := strings.Split(problems[0].String(), "\n")
		line, caret := []rune(lines[1]), strings.IndexByte(lines[2], '^')
		if len(line) <= caret || !strings.HasPrefix(string(line[max(caret, 0):]), `"toypay.charge.crate"`) || len(line) > 180 {
			t.Errorf("%s:\n%s", name, problems[0].String())
		}
	}
}

// TestVeryManyProblems: a text that is no scenario must not keep anybody waiting
// for a list of all that it is not.
func TestVeryManyProblems(t *testing.T) {
	begin := time.Now()
	_, problems := scenario.Parse("", []byte("name: &a x\nrules: ["+strings.Repeat("*a,", 60_000)+"]\n"), providers())
	if n := len(problems); n != 1001 || problems[1000].Message != "from here on there are 59001 more problems" {
		t.Errorf("%d problems, the last: %v", n, problems[n-1])
	}
	if n := len(problems.String()); n > 400_000 || time.Since(begin) > 10*time.Second {
		t.Errorf("%d bytes after %v", n, time.Since(begin))
	}
}

func TestWhatAWildcardCannotReachIsANotice(t *testing.T) {
	for name, c := range map[string]struct{ src, want string }{
		"an outcome": {"rules:\n  - on: \"*.charge.create\"\n    effect: {outcome: stolen_card}\n",
			`f:3:23: note: this does not happen everywhere: toypay has no outcome "stolen_card"`},
		"an error": {"rules:\n  - on: \"*\"\n    effect: {error: too_many}\n",
			`f:3:21: note: this does not happen everywhere: toypay has no error "too_many"`},
		"a signature": {"webhooks:\n  - on: \"*\"\n    sign: {stale: 10m}\n",
			`f:3:12: note: this does not happen everywhere: plainpay does not sign its webhooks`},
		"an action": {"payer:\n  - on: \"*.charge\"\n    do: approve\n", ""},
		"an action of one": {"payer:\n  - on: \"*\"\n    do: decline\n",
			`f:3:9: note: this does not happen everywhere: a payer of plainpay cannot "decline"; it can approve or chargeback`},
	} {
		var out bytes.Buffer
		if !scenario.Check(&out, "f", []byte(c.src), providers()) {
			t.Errorf("%s: refused: %s", name, out.String())
		}
		if first, _, _ := strings.Cut(out.String(), "\n"); first != c.want {
			t.Errorf("%s: %s\nwant %s", name, first, c.want)
		}
	}
}

func TestHugeAndUnreadableFiles(t *testing.T) {
	big := "rules:\n" + strings.Repeat("  - {on: toypay.charge.get, match: {a: 1}}\n", 1001)
	huge := "# " + strings.Repeat("x", 300<<10)
	for name, c := range map[string]struct{ src, want string }{
		"too many bytes": {huge, "1:1: the file has 307202 bytes; a scenario has at most 262144"},
		"too many rules": {big, `1002:5: "rules" has 1001 entries; 1000 are the most`},
		"not UTF-8":      {"name: a\nrules: \"\xff\"\n", "2:9: this is not UTF-8"},
		"a control":      {"name: a\nrules: \"b\x00\"\n", "2:10: the control character U+0000 has no place here"},
		"UTF-16":         {"\xff\xfev\x00", "1:1: this is not UTF-8"},
		"endless depth":  {strings.Repeat("[", 100_000), "1:10004: this is not YAML: nested deeper than anything here can be"},
		"a long line":    {"rules:\n  - on: toypay." + strings.Repeat("x", 500), `2:9: toypay has no operation "` + strings.Repeat("x", 60) + `…"`},
	} {
		_, problems := scenario.Parse("", []byte(c.src), providers())
		if len(problems) == 0 {
			t.Errorf("%s: nothing is found wrong", name)
			continue
		}
		if got := problems[0].Error(); got != c.want {
			t.Errorf("%s: %s\nwant %s", name, got, c.want)
		}
		if n := len(problems.String()); n > 2000 {
			t.Errorf("%s: %d bytes are printed about it", name, n)
		}
	}
}

func TestJSONIsReadLikeYAML(t *testing.T) {
	src := `{"version": 1, "name": "say \"☺\" \ud83d\ude00 \/", "rules": [
	{"on": "toypay.charge.create", "attempt": "1-2", "answer": [{"delay": "1s"}, "lost"]}
]}`
	s, problems := scenario.Parse("", []byte(src), providers())
	if len(problems) > 0 {
		t.Fatal(problems.String())
	}
	if want := "say \"☺\" 😀 /"; s.Name != want {
		t.Errorf("the name is %q, want %q", s.Name, want)
	}
}

func TestEveryProblemIsAnError(t *testing.T) {
	_, problems := scenario.Parse("a.yaml", []byte("rulez: []\nseeds: 1\n"), providers())
	var err error = problems
	if got := strings.Split(err.Error(), "\n"); len(got) != 2 || !strings.HasPrefix(got[0], "a.yaml:1:1: ") || !strings.HasPrefix(got[1], "a.yaml:2:1: ") {
		t.Errorf("%s", fmt.Sprint(got))
	}
}
