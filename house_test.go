// Package house holds the rules of this house as tests. Each rule is a value
// with its reason, so that a failure says why it exists; TestTheRulesBite shows
// that each can fail.
package house

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"paysim/internal/gen/tables"
	"paysim/internal/provider"
	"paysim/internal/providertest/toypay"
	"paysim/sims"
)

// rule is something that holds for the whole tree.
type rule struct {
	name, why string
	check     func(*tree) []string
}

var rules = []rule{
	{"imports", "imports point down only, so that a package can be read without those above it", imports},
	{"providers are alone", "a provider that could reach the engine, another provider, a socket or a process would sooner or later do so", loners},
	{"internal names nobody", "mechanism is shared, dialect is not: what names a provider belongs into its package", anonymous},
	{"one clock", "a tenant's time can be frozen and moved only if nobody looks at another clock; tests move it instead of sleeping", clocks},
	{"one source of chance", "one seed and the same calls give the same bytes only if every value is drawn by ident", chance},
	{"one door to the process", "flags, environment, standard streams and exit are app's and cmd's, so that everything else can run inside a test", process},
	{"package comments", "a package says what it is for, what it promises and what it will not do, in one place", comments},
	{"provider files", "whoever knows one provider knows all", providerFiles},
	{"file names", "a name that says nothing attracts everything", fileNames},
	{"formatting", "gofmt leaves nothing to discuss", formatting},
	{"words", "what is left undone, or true on one machine only, does not belong into the tree", words},
	{"dependencies", "each dependency has a line in docs/dependencies.md that says why it beat its rivals", dependencies},
}

func TestHouse(t *testing.T) {
	tr, err := readTree(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		t.Run(strings.ReplaceAll(r.name, " ", "_"), func(t *testing.T) {
			for _, f := range r.check(tr) {
				t.Errorf("%s\n\twhy: %s", f, r.why)
			}
		})
	}
}

// TestProviders compares what is served with what is there.
func TestProviders(t *testing.T) {
	tr, err := readTree(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	var served []string
	slots := map[int]string{}
	for _, p := range sims.All() {
		served = append(served, p.Name)
		if err := p.Check(); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
		if other, ok := slots[p.Slot]; ok {
			t.Errorf("%s and %s share the listener %d", other, p.Name, p.Slot)
		}
		slots[p.Slot] = p.Name
		fresh(t, p, "sims/"+p.Name+"/README.md")
	}
	fresh(t, toypay.Provider(), toyREADME)
	slices.Sort(served)
	if there := tr.providers(); !slices.Equal(served, there) {
		t.Errorf("sims.All serves %v, and under sims there are %v", served, there)
	}
}

// fresh compares a README's tables with the code's.
func fresh(t *testing.T, p *provider.Provider, file string) {
	t.Helper()
	readme, err := os.ReadFile(file)
	if err != nil {
		t.Error(err)
		return
	}
	if written, err := tables.Fill(p, string(readme)); err != nil {
		t.Errorf("%s: %v", file, err)
	} else if written != string(readme) {
		t.Errorf("%s: its tables are not those of the code; run go run ./internal/gen", file)
	}
}

func imported(s *ast.ImportSpec) string {
	p, _ := strconv.Unquote(s.Path.Value) // the parser has checked it
	return p
}

// foreign reports whether an import is somebody else's module.
func foreign(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return strings.Contains(first, ".")
}

// levels are the packages under internal, the lowest first: each may import
// those before it. A new package finds its place here first.
var levels = []string{
	"catalog", "clock", "ident", "authority", "proxy", "client", "money", "spell", "page", "machine", "store", "fault", "provider", "edit", "journal", "webhook", "plan", "tenant",
	"engine", "scenario", "control", "app",
}

func imports(tr *tree) []string {
	var out []string
	for _, s := range tr.code(false, "internal", "cmd", "sims") {
		for _, spec := range s.code.Imports {
			p, ours := strings.CutPrefix(imported(spec), "paysim/")
			if ours && !mayImport(s, p) {
				out = append(out, fmt.Sprintf("%s: %s may not import %s", tr.at(spec), s.dir(), p))
			}
		}
	}
	return out
}

func mayImport(s *source, p string) bool {
	below, internal := strings.CutPrefix(p, "internal/")
	switch {
	case s.is("cmd"):
		return p == "internal/app" || p == "sims"
	case s.path == "sims/sims.go":
		return p == "internal/provider" || strings.HasPrefix(p, "sims/")
	case s.is("sims"):
		return true // the next rule's business
	case s.is("internal/gen"):
		return true // a tool: it reads every table and nothing imports it
	case s.is("internal/providertest"):
		return internal && p != "internal/app" && p != "internal/control"
	}
	own := slices.Index(levels, strings.Split(s.path, "/")[1])
	other := slices.Index(levels, below)
	return internal && own >= 0 && other >= 0 && other < own
}

// forProviders is what a provider may import of ours.
var forProviders = []string{"catalog", "ident", "machine", "money", "page", "provider", "store"}

// notForProviders is what it may not import of the standard library.
var notForProviders = []string{"net", "os", "os/exec", "os/signal", "syscall", "flag", "log", "log/slog", "net/http/httptest", "testing", "unsafe"}

func loners(tr *tree) []string {
	var out []string
	for _, s := range tr.code(false, "sims") {
		if s.path == "sims/sims.go" {
			continue
		}
		for _, spec := range s.code.Imports {
			p := imported(spec)
			below, ours := strings.CutPrefix(p, "paysim/internal/")
			if ours && !slices.Contains(forProviders, below) || strings.HasPrefix(p, "paysim/sims") || slices.Contains(notForProviders, p) {
				out = append(out, fmt.Sprintf("%s: a provider may not import %s", tr.at(spec), p))
			}
		}
		ast.Inspect(s.code, func(n ast.Node) bool {
			if g, ok := n.(*ast.GoStmt); ok {
				out = append(out, fmt.Sprintf("%s: a provider may not start a goroutine", tr.at(g)))
			}
			return true
		})
	}
	return out
}

func anonymous(tr *tree) []string {
	names := tr.providers()
	if len(names) == 0 {
		return nil
	}
	word := regexp.MustCompile(`(?i)` + strings.Join(names, "|"))
	var out []string
	for _, s := range tr.all {
		if !s.is("internal") {
			continue
		}
		for n, line := range strings.Split(string(s.text), "\n") {
			if m := word.FindString(line); m != "" {
				out = append(out, fmt.Sprintf("%s:%d: names %s", s.path, n+1, m))
			}
		}
		if m := word.FindString(s.path); m != "" {
			out = append(out, fmt.Sprintf("%s: its name holds %s", s.path, m))
		}
	}
	return out
}

// uses lists where a file mentions members of an imported package.
func (tr *tree) uses(s *source, pkg string, members ...string) []string {
	name := ""
	for _, spec := range s.code.Imports {
		if imported(spec) == pkg {
			name = path.Base(pkg)
			if spec.Name != nil {
				name = spec.Name.Name
			}
		}
	}
	var out []string
	ast.Inspect(s.code, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && name != "" && x.Name == name && slices.Contains(members, sel.Sel.Name) {
			out = append(out, fmt.Sprintf("%s: %s.%s", tr.at(sel), name, sel.Sel.Name))
		}
		return true
	})
	return out
}

func clocks(tr *tree) []string {
	var out []string
	for _, s := range tr.code(false, "internal", "cmd", "sims") {
		if !s.is("internal/clock") {
			out = append(out, tr.uses(s, "time", "Now", "Sleep", "After", "AfterFunc", "Since", "Until", "Tick", "NewTimer", "NewTicker")...)
		}
	}
	for _, s := range tr.code(true, "internal", "sims") {
		if s.test() {
			out = append(out, tr.uses(s, "time", "Sleep")...)
		}
	}
	return out
}

func chance(tr *tree) []string {
	var out []string
	for _, s := range tr.code(false, "internal", "cmd", "sims") {
		for _, spec := range s.code.Imports {
			if p := imported(spec); slices.Contains([]string{"math/rand", "math/rand/v2", "crypto/rand"}, p) && !s.is("internal/ident") {
				out = append(out, fmt.Sprintf("%s: imports %s", tr.at(spec), p))
			}
		}
	}
	return out
}

func process(tr *tree) []string {
	var out []string
	for _, s := range tr.code(false, "internal", "cmd", "sims") {
		if s.is("internal/app", "cmd", "internal/gen") {
			continue
		}
		out = append(out, tr.uses(s, "os", "Args", "Exit", "Getenv", "LookupEnv", "Environ", "Setenv", "Stdin", "Stdout", "Stderr", "Getwd", "Chdir")...)
		out = append(out, tr.uses(s, "log", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln")...)
		for _, spec := range s.code.Imports {
			p := imported(spec)
			if (p == "flag" || p == "os/signal" || p == "os/exec") && !(p == "flag" && s.is("internal/providertest")) { // a test's own flag
				out = append(out, fmt.Sprintf("%s: imports %s", tr.at(spec), p))
			}
		}
	}
	return out
}

func comments(tr *tree) []string {
	count := map[string]int{}
	var dirs, out []string
	for _, s := range tr.code(false) {
		if _, ok := count[s.dir()]; !ok {
			count[s.dir()] = 0
			dirs = append(dirs, s.dir())
		}
		if s.code.Doc == nil {
			continue
		}
		count[s.dir()]++
		want := "Package " + s.code.Name.Name + " "
		if s.code.Name.Name == "main" {
			want = "" // a command's begins with whatever it is called
		}
		if !strings.HasPrefix(s.code.Doc.Text(), want) && want != "" {
			out = append(out, fmt.Sprintf("%s: the package comment does not begin with %q", s.path, want))
		}
	}
	for _, d := range dirs {
		if count[d] != 1 {
			out = append(out, fmt.Sprintf("%s: %d package comments", d, count[d]))
		}
	}
	return out
}

func providerFiles(tr *tree) []string {
	var out []string
	for _, name := range tr.providers() {
		dir := "sims/" + name
		there := map[string]string{}
		for _, s := range tr.all {
			if rest, ok := strings.CutPrefix(s.path, dir+"/"); ok {
				there[rest] = string(s.text)
				if first, _, deep := strings.Cut(rest, "/"); deep && first != "pages" && first != "testdata" {
					out = append(out, fmt.Sprintf("%s: a provider is one flat package with pages and testdata", s.path))
				}
			}
		}
		for _, want := range []string{
			"README.md", "doc.go", name + ".go", "operations.go", "auth.go", "wire.go", "rows.go", "states.go", "errors.go", "outcomes.go", "check.go",
			"events.go", "pages.go", name + "_test.go",
		} {
			if _, ok := there[want]; !ok {
				out = append(out, fmt.Sprintf("%s lacks %s", dir, want))
			}
		}
		if !slices.ContainsFunc(tr.all, func(s *source) bool { return s.is(dir + "/testdata/transcripts") }) {
			out = append(out, fmt.Sprintf("%s has no testdata/transcripts", dir))
		}
		for _, want := range []string{"Not emulated", "Assumptions", "Sources"} {
			if readme, ok := there["README.md"]; ok && !strings.Contains(readme, "\n## "+want+"\n") {
				out = append(out, fmt.Sprintf("%s/README.md has no section %q", dir, want))
			}
		}
	}
	return out
}

func fileNames(tr *tree) []string {
	var out []string
	for _, s := range tr.code(true) {
		for _, part := range strings.Split(strings.TrimSuffix(strings.TrimSuffix(s.path, ".go"), "_test"), "/") {
			if slices.Contains([]string{"util", "utils", "common", "helper", "helpers", "base", "impl", "manager", "misc", "shared"}, part) {
				out = append(out, fmt.Sprintf("%s: %q says nothing", s.path, part))
			}
		}
	}
	return out
}

func formatting(tr *tree) []string {
	var out []string
	for _, s := range tr.code(true) {
		if text, err := format.Source(s.text); err != nil || !bytes.Equal(text, s.text) {
			out = append(out, fmt.Sprintf("%s is not gofmt-clean", s.path))
		}
	}
	return out
}

// unwanted is spelt in pieces, so that this file does not hold it.
var unwanted = regexp.MustCompile(`\bTO` + `DO\b|\bFIX` + `ME\b|\bXX` + `X\b|(?i:not (yet )?implem` + `ented)|/wo` + `rk/|/ro` + `ot/|proxy\.gol` + `ang\.org|registry\.np` + `mjs|pypi\.o` + `rg`)

func words(tr *tree) []string {
	var out []string
	for _, s := range tr.all {
		if strings.HasSuffix(s.path, "go.sum") {
			continue
		}
		for n, line := range strings.Split(string(s.text), "\n") {
			if m := unwanted.FindString(line); m != "" {
				out = append(out, fmt.Sprintf("%s:%d: %q", s.path, n+1, m))
			}
		}
	}
	return out
}

func dependencies(tr *tree) []string {
	reasons := ""
	for _, s := range tr.all {
		if s.path == "docs/dependencies.md" {
			reasons = string(s.text)
		}
	}
	var used, out []string
	for _, s := range tr.code(true, "internal", "cmd", "sims", "house_test.go", "bench") {
		for _, spec := range s.code.Imports {
			if p := imported(spec); foreign(p) && !slices.Contains(used, p) {
				used = append(used, p)
			}
		}
	}
	row := regexp.MustCompile(`(?m)^\| (\S+\.\S+/\S+) \|`)
	var listed []string
	for _, m := range row.FindAllStringSubmatch(reasons, -1) {
		listed = append(listed, m[1])
	}
	within := func(p, module string) bool { return p == module || strings.HasPrefix(p, module+"/") }
	for _, p := range used {
		if !slices.ContainsFunc(listed, func(m string) bool { return within(p, m) }) {
			out = append(out, fmt.Sprintf("%s is imported and has no line in docs/dependencies.md", p))
		}
	}
	for _, m := range listed {
		if !slices.ContainsFunc(used, func(p string) bool { return within(p, m) }) {
			out = append(out, fmt.Sprintf("docs/dependencies.md lists %s, which nothing imports", m))
		}
	}
	return out
}
