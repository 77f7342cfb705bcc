package scenario_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paysim/internal/scenario"
)

var update = flag.Bool("update", false, "write what is found as what is wanted")

// Files in testdata/broken hold many small files each, like this:
//
//	== what is wrong with it
//	the file, with → for a tab
//	--
//	3:9 the message, did you mean "…"?
//
// Everything that is reported is listed, in order.
func TestBrokenFiles(t *testing.T) {
	files, _ := filepath.Glob("testdata/broken/*.txt")
	n := 0
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		seen := map[string]bool{}
		for _, c := range strings.Split("\n"+string(raw), "\n== ")[1:] {
			title, rest, _ := strings.Cut(c, "\n")
			src, want, _ := strings.Cut("\n"+rest+"\n", "\n--\n")
			src = strings.TrimPrefix(src, "\n")
			got := found(src)
			fmt.Fprintf(&out, "== %s\n%s\n--\n%s\n", title, src, got)
			n++
			if seen[src] {
				t.Errorf("%s: %s: the same file twice", name, title)
			}
			seen[src] = true
			if got == "" {
				t.Errorf("%s: %s: nothing is found wrong", name, title)
			}
			if diff := cmp.Diff(strings.TrimSpace(want), strings.TrimSpace(got)); diff != "" && !*update {
				t.Errorf("%s: %s (-want +got)\n%s", name, title, diff)
			}
		}
		if *update {
			if err := os.WriteFile(name, []byte(out.String()), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d broken files", n)
	}
}

// found is every problem of a file, one a line.
func found(src string) string {
	_, problems := scenario.Parse("", []byte(strings.ReplaceAll(src, "→", "\t")), providers())
	var out strings.Builder
	for _, p := range problems {
		out.WriteString(strings.Replace(p.Error(), ": ", " ", 1) + "\n")
	}
	sorted := slices.IsSortedFunc(problems, func(a, b scenario.Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	if !sorted {
		out.WriteString("NOT SORTED\n")
	}
	return out.String()
}
