package scenarios_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// story is how two shops fare under one file.
type story struct {
	naive   play // as real code does it
	harm    string
	careful play
}

// play runs a shop under a scenario file and gives what an auditor says of it
// in the end.
type play func(t *testing.T, file string, src []byte) (complaints []string)

// library is who plays which file, by folder.
var library = map[string]map[string]story{
	"appotapay":   joined(appotapayStories(), appotapayDesk.atPages("captured 20000")),
	"citcon":      joined(citconStories(), citconDesk.atPages("captured 2000")),
	"culqi":       joined(culqiStories(), culqiDesk.atPages("captured 20000")),
	"firstoken":   firstokenStories(),
	"paymenticon": joined(paymenticonStories(), paymenticonDesk.atPages("captured 20000")),
}

// TestTheLibrary plays every file twice: the naive shop comes to the harm that
// the file is about, the careful one to none.
func TestTheLibrary(t *testing.T) {
	files, _ := filepath.Glob("*/*.yaml")
	played := map[string]bool{}
	for _, file := range files {
		folder, name := filepath.Base(filepath.Dir(file)), strings.TrimSuffix(filepath.Base(file), ".yaml")
		st, ok := library[folder][name]
		if played[folder+"/"+name] = true; !ok {
			t.Errorf("%s is played by nobody", file)
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(folder+"/"+name+"/naive", func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(st.naive(t, file, src), "; "); !strings.Contains(got, st.harm) {
				t.Errorf("the naive shop should come to harm (%s), and the auditor says: %s", st.harm, got)
			}
		})
		t.Run(folder+"/"+name+"/careful", func(t *testing.T) {
			t.Parallel()
			for _, c := range st.careful(t, file, src) {
				t.Error(c)
			}
		})
	}
	for folder, stories := range library {
		for name := range stories {
			if !played[folder+"/"+name] {
				t.Errorf("there is no file %s/%s.yaml", folder, name)
			}
		}
	}
}

// TestFilesSayWhatTheyAreFor holds every file to a few lines that explain
// themselves.
func TestFilesSayWhatTheyAreFor(t *testing.T) {
	files, _ := filepath.Glob("*/*.yaml")
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(src), "\n")
		if lines[0] != "# yaml-language-server: $schema=../schema.json" {
			t.Errorf("%s: the first line tells editors nothing", file)
		}
		comment := 0
		for _, l := range lines[1:] {
			if strings.HasPrefix(l, "# ") {
				comment++
			}
			if len(l) > 160 {
				t.Errorf("%s: a line of %d characters", file, len(l))
			}
		}
		if comment < 2 || len(lines) > 40 {
			t.Errorf("%s: %d lines of comment, %d in all", file, comment, len(lines))
		}
		if words := strings.Join(strings.Fields(strings.ReplaceAll(string(src), "#", "")), " "); !strings.Contains(strings.ToLower(words), "real code") {
			t.Errorf("%s does not say what real code gets wrong", file)
		}
	}
}
