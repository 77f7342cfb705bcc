package house

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"
)

// source is one file.
type source struct {
	path string
	text []byte
	code *ast.File // nil unless Go
}

func (s *source) dir() string { return path.Dir(s.path) }
func (s *source) test() bool  { return strings.HasSuffix(s.path, "_test.go") }
func (s *source) is(in ...string) bool {
	return slices.ContainsFunc(in, func(d string) bool { return s.path == d || strings.HasPrefix(s.path, d+"/") })
}

// tree is every file of the repository that people wrote.
type tree struct {
	all  []*source
	fset *token.FileSet
}

// skipped are directories that hold nothing of ours.
var skipped = []string{".git", "node_modules", ".venv", "results", "bin", "dist", "vendor"}

func readTree(fsys fs.FS) (*tree, error) {
	tr := &tree{fset: token.NewFileSet()}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if slices.Contains(skipped, d.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
			return nil // a picture, a binary
		}
		s := &source{path: name, text: text}
		if strings.HasSuffix(name, ".go") && !strings.Contains(name, "testdata/") {
			if s.code, err = parser.ParseFile(tr.fset, name, text, parser.ParseComments|parser.SkipObjectResolution); err != nil {
				return err
			}
		}
		tr.all = append(tr.all, s)
		return nil
	})
	return tr, err
}

// code lists the Go files beneath some directories, with or without tests.
func (tr *tree) code(tests bool, in ...string) []*source {
	var out []*source
	for _, s := range tr.all {
		if s.code != nil && (tests || !s.test()) && (len(in) == 0 || s.is(in...)) {
			out = append(out, s)
		}
	}
	return out
}

// at is where something stands, for a message.
func (tr *tree) at(n ast.Node) string {
	p := tr.fset.Position(n.Pos())
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// providers lists the names of the packages under sims.
func (tr *tree) providers() []string {
	var out []string
	for _, s := range tr.all {
		if parts := strings.Split(s.path, "/"); parts[0] == "sims" && len(parts) > 2 && s.code != nil && !slices.Contains(out, parts[1]) {
			out = append(out, parts[1])
		}
	}
	slices.Sort(out)
	return out
}

// pkg is a file with a package comment.
func pkg(name, rest string) string {
	return "// Package " + name + " is.\npackage " + name + "\n" + rest
}

// breaches are files that break a rule; one without text is taken away.
var breaches = []struct{ rule, file, text string }{
	{"imports", "internal/store/store.go", pkg("store", "\nimport _ \"paysim/internal/engine\"\n")},
	{"imports", "internal/new/new.go", pkg("new", "\nimport _ \"paysim/internal/store\"\n")},
	{"imports", "internal/engine/engine.go", pkg("engine", "\nimport _ \"paysim/sims/acme\"\n")},
	{"imports", "internal/engine/engine.go", pkg("engine", "\nimport _ \"paysim/internal/providertest\"\n")},
	{"imports", "cmd/simulator/main.go", pkg("main", "\nimport _ \"paysim/internal/engine\"\n")},
	{"providers are alone", "sims/acme/a.go", "package acme\n\nimport _ \"paysim/internal/engine\"\n"},
	{"providers are alone", "sims/acme/a.go", "package acme\n\nimport _ \"paysim/sims/other\"\n"},
	{"providers are alone", "sims/acme/a.go", "package acme\n\nimport _ \"net\"\n"},
	{"providers are alone", "sims/acme/a.go", "package acme\n\nfunc f() { go f() }\n"},
	{"internal names nobody", "internal/engine/a.html", "<p>Acme</p>"},
	{"internal names nobody", "internal/engine/acme.go", pkg("engine", "")},
	{"one clock", "internal/engine/a.go", pkg("engine", "\nimport \"time\"\n\nvar x = time.Now\n")},
	{"one clock", "sims/acme/a.go", "package acme\n\nimport t \"time\"\n\nvar x = t.NewTimer\n"},
	{"one clock", "sims/acme/a_test.go", "package acme\n\nimport \"time\"\n\nfunc f() { time.Sleep(1) }\n"},
	{"one source of chance", "internal/store/a.go", pkg("store", "\nimport _ \"math/rand/v2\"\n")},
	{"one door to the process", "internal/engine/a.go", pkg("engine", "\nimport \"os\"\n\nvar x = os.Getenv(\"X\")\n")},
	{"one door to the process", "internal/engine/a.go", pkg("engine", "\nimport _ \"flag\"\n")},
	{"package comments", "internal/store/store.go", "package store\n"},
	{"package comments", "sims/acme/a.go", pkg("acme", "")},
	{"package comments", "internal/store/store.go", "// Store is.\npackage store\n"},
	{"provider files", "sims/acme/wire.go", ""},
	{"provider files", "sims/acme/README.md", "# X\n"},
	{"provider files", "sims/acme/deep/a.go", pkg("deep", "")},
	{"provider files", "sims/acme/testdata/transcripts/a.txt", ""},
	{"file names", "internal/engine/util.go", pkg("engine", "")},
	{"formatting", "internal/engine/a.go", pkg("engine", "var  x = 1\n")},
	{"words", "docs/a.md", "TO" + "DO: more\n"},
	{"words", "docs/a.md", "see /wo" + "rk/main\n"},
	{"dependencies", "internal/engine/a.go", pkg("engine", "\nimport _ \"example.com/x\"\n")},
	{"dependencies", "docs/dependencies.md", "| example.com/x | `engine` | because |\n"},
}

// TestTheRulesBite breaks each rule at least once in a tree that keeps it
// otherwise.
func TestTheRulesBite(t *testing.T) {
	readme := "# X\n\n## Not emulated\n\n## Assumptions\n\n## Sources\n"
	sound := fstest.MapFS{"docs/dependencies.md": {Data: []byte("# Dependencies\n")}, "sims/acme/README.md": {Data: []byte(readme)}, "sims/acme/testdata/transcripts/a.txt": {}}
	for _, f := range []string{"acme", "operations", "auth", "wire", "rows", "states", "errors", "outcomes", "check", "events", "pages", "acme_test"} {
		sound["sims/acme/"+f+".go"] = &fstest.MapFile{Data: []byte("package acme\n")}
	}
	sound["sims/acme/doc.go"] = &fstest.MapFile{Data: []byte(pkg("acme", ""))}
	find := func(name string, add fstest.MapFS) []string {
		whole := fstest.MapFS{}
		for p, f := range sound {
			whole[p] = f
		}
		for p, f := range add {
			whole[p] = f
			if f == nil {
				delete(whole, p)
			}
		}
		tr, err := readTree(whole)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(rules, func(r rule) bool { return r.name == name })
		return rules[i].check(tr)
	}
	for _, r := range rules {
		if found := find(r.name, nil); len(found) > 0 {
			t.Errorf("%s: a sound tree breaks it: %v", r.name, found)
		}
	}
	broken := map[string]bool{}
	for _, c := range breaches {
		file := &fstest.MapFile{Data: []byte(c.text)}
		if c.text == "" {
			file = nil
		}
		if found := find(c.rule, fstest.MapFS{c.file: file}); len(found) == 0 {
			t.Errorf("%s: %s with %q is let through", c.rule, c.file, c.text)
		}
		broken[c.rule] = true
	}
	for _, r := range rules {
		if !broken[r.name] {
			t.Errorf("%s: nothing here breaks it", r.name)
		}
	}
}
