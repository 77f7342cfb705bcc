package house

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"paysim/internal/app"
	"paysim/internal/provider"
	"paysim/internal/providertest/toypay"
	"paysim/sims"
)

// TestREADMEs runs the examples of the READMEs and recipes as a reader would: a shell block
// behind <!-- run --> with a real shell and a real curl, against a simulator
// that was just started, the blocks of one file one after the other. An answer
// of 400 and more fails. A block behind <!-- prints --> is what the one before
// it prints; "…" stands for anything.
func TestREADMEs(t *testing.T) {
	files, _ := filepath.Glob("sims/*/README.md")
	if _, err := os.Stat("README.md"); err == nil {
		files = append(files, "README.md", "docs/recipes.md")
	}
	for _, file := range append(files, toyREADME) {
		t.Run(file, func(t *testing.T) {
			served := sims.All()
			if file == toyREADME {
				served = []*provider.Provider{toypay.Provider()}
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			blocks, err := examples(string(text))
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if len(blocks) == 0 {
				t.Fatalf("%s shows nothing that can be run: put <!-- run --> before a sh block", file)
			}
			for _, tool := range []string{"sh", "curl"} {
				if _, err := exec.LookPath(tool); err != nil {
					t.Skipf("SKIPPED: the examples of %s need %s, which this machine lacks", file, tool)
				}
			}
			reader{dir: t.TempDir(), address: simulator(t, served)}.follow(t, file, blocks)
		})
	}
}

// toyREADME is the reference provider's, which no simulator serves but this.
const toyREADME = "internal/providertest/toypay/README.md"

// example is one block of a README.
type example struct {
	line   int
	script string
	prints string // "" for not told
}

var fence = regexp.MustCompile("^(```+)([a-z]*)$")

// examples reads the blocks that are marked.
func examples(readme string) ([]example, error) {
	var out []example
	mark := ""
	lines := strings.Split(readme, "\n")
	for n := 0; n < len(lines); n++ {
		line := strings.TrimSpace(lines[n])
		m := fence.FindStringSubmatch(line)
		switch {
		case line == "<!-- run -->", line == "<!-- prints -->":
			mark = line
		case m != nil:
			from := n + 1
			for n++; n < len(lines) && strings.TrimSpace(lines[n]) != m[1]; n++ {
			}
			text := strings.Join(lines[from:min(n, len(lines))], "\n")
			switch {
			case n == len(lines):
				return nil, fmt.Errorf("line %d: the block does not end", from)
			case mark == "<!-- run -->" && m[2] != "sh":
				return nil, fmt.Errorf("line %d: only a sh block can be run", from)
			case mark == "<!-- run -->":
				out = append(out, example{line: from, script: text})
			case mark != "" && (len(out) == 0 || out[len(out)-1].prints != ""):
				return nil, fmt.Errorf("line %d: nothing was run that could have printed this", from)
			case mark != "":
				out[len(out)-1].prints = text
			}
			mark = ""
		case line != "" && mark != "":
			return nil, fmt.Errorf("line %d: %s stands before a block", n+1, mark)
		}
	}
	return out, nil
}

// simulator starts the program in-process on free ports and gives what each
// address of the READMEs is there.
func simulator(t *testing.T, providers []*provider.Provider) *strings.Replacer {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	var trouble bytes.Buffer
	done := make(chan int)
	go func() {
		status := app.Main(ctx, app.Env{
			Args: []string{"serve", "--port", "0", "--seed", "1"}, Lookup: func(string) (string, bool) { return "", false },
			Stdout: in, Stderr: &trouble, Providers: providers,
		})
		in.CloseWithError(fmt.Errorf("the simulator ended with %d", status))
		done <- status
	}()
	t.Cleanup(func() {
		cancel()
		go io.Copy(io.Discard, out)
		<-done
	})
	announced := make([]byte, 16<<10)
	n, err := out.Read(announced) // it announces itself in one piece
	if err != nil {
		t.Fatalf("%v: %s", err, trouble.String())
	}
	var pairs []string
	for _, m := range regexp.MustCompile(`(?m)^(\S+) +http://(\S+:\d+)`).FindAllStringSubmatch(string(announced[:n]), -1) {
		slot := 0
		for _, p := range providers {
			if p.Name == m[1] {
				slot = p.Slot
			}
		}
		for _, host := range []string{"127.0.0.1", "localhost"} {
			pairs = append(pairs, fmt.Sprintf("%s:%d", host, 4010+slot), m[2])
		}
	}
	if len(pairs) != 4*(1+len(providers)) {
		t.Fatalf("the simulator announces itself as\n%s", announced[:n])
	}
	return strings.NewReplacer(pairs...)
}

// reader follows a README.
type reader struct {
	dir     string
	address *strings.Replacer
}

// strict makes curl fail where the answer says so.
const strict = "curl() { command curl -sS --fail-with-body \"$@\"; }\n"

// run runs blocks in one shell, so that a later one finds what an earlier one
// kept, and gives what each printed; fewer if one failed, and then why.
func (r reader) run(ctx context.Context, blocks []example) (printed []string, trouble string) {
	const mark = "\n<<end>>\n" // tells the outputs apart
	script := strict
	for _, b := range blocks {
		script += r.address.Replace(b.script) + "\nprintf '" + strings.ReplaceAll(mark, "\n", `\n`) + "'\n"
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-eu", "-c", script)
	cmd.Dir = r.dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	printed = strings.Split(string(out), mark)
	last := len(printed) - 1
	if err != nil {
		trouble = fmt.Sprintf("%v\n%s%s", err, printed[last], stderr.String())
	}
	return printed[:last], trouble
}

func (r reader) follow(t *testing.T, file string, blocks []example) {
	printed, trouble := r.run(t.Context(), blocks)
	for i, b := range blocks {
		if i >= len(printed) {
			t.Fatalf("%s:%d: the block fails: %s", file, b.line, trouble)
		}
		if b.prints != "" && !like(b.prints, printed[i]) {
			t.Errorf("%s:%d: the block prints\n%s\nand not\n%s", file, b.line, printed[i], b.prints)
		}
	}
}

// like compares an output with what a README shows of it.
func like(shown, got string) bool {
	parts := strings.Split(strings.TrimSpace(shown), "…")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	return regexp.MustCompile(`(?s)^` + strings.Join(parts, ".*") + `$`).MatchString(strings.TrimSpace(got))
}

func TestExamplesAreRead(t *testing.T) {
	block := "```sh\necho a\n```\n"
	got, err := examples("# A\n" + block + "<!-- run -->\n\n" + block + "\nprose\n\n<!-- prints -->\n```json\na\n```\n<!-- run -->\n```sh\n```\n")
	if err != nil || len(got) != 2 || got[0] != (example{7, "echo a", "a"}) || got[1].script != "" {
		t.Errorf("%+v %v", got, err)
	}
	for what, text := range map[string]string{
		"a mark before prose":   "<!-- run -->\nprose\n" + block,
		"a block without end":   "<!-- run -->\n```sh\necho",
		"no shell":              "<!-- run -->\n```json\n{}\n```\n",
		"prints of nothing run": "<!-- prints -->\n" + block,
	} {
		if _, err := examples(text); err == nil {
			t.Errorf("%s is no error", what)
		}
	}
	for _, c := range []struct {
		shown, got string
		want       bool
	}{{"a…c", "abc\n", true}, {"a…c", "abcd", false}, {"a.c", "abc", false}, {"{\n…\n}", "{\n1\n2\n}", true}} {
		if like(c.shown, c.got) != c.want {
			t.Errorf("%q like %q: not %v", c.got, c.shown, c.want)
		}
	}
}

// TestExamplesAreFollowed proves that a block that goes wrong is noticed.
func TestExamplesAreFollowed(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("SKIPPED: no curl on this machine")
	}
	r := reader{dir: t.TempDir(), address: simulator(t, nil)}
	health := "curl http://127.0.0.1:4010/_sim/health"
	for _, c := range []struct {
		what    string
		scripts []string
		want    int // blocks that run
	}{
		{"all is well", []string{"x=7", health, "test $x = 7"}, 3},
		{"an address that is not there", []string{health, "curl http://127.0.0.1:4010/_sim/nosuch", health}, 1},
		{"a variable that nobody set", []string{"echo $nobody_set_this"}, 0},
		{"a command in the middle", []string{"false\ntrue"}, 0},
	} {
		var blocks []example
		for _, s := range c.scripts {
			blocks = append(blocks, example{script: s})
		}
		if printed, trouble := r.run(t.Context(), blocks); len(printed) != c.want || (trouble == "") != (c.want == len(blocks)) {
			t.Errorf("%s: %d blocks run, not %d: %s", c.what, len(printed), c.want, trouble)
		}
	}
}
