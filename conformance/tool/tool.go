package tool

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Limit is the longest that one command may take.
const Limit = 30 * time.Second

// Request is what a sample sends, whichever tool sends it.
type Request struct {
	Method  string
	URL     string
	Headers []Header
	Body    string
	Style   Style
}

// Header is one header line, in the order printed.
type Header struct{ Name, Value string }

// Style keeps what a document prints beyond the request itself. Empty fields mean the tool's long or usual form.
type Style struct {
	Options []string `yaml:"options"` // printed before the address, such as --location or -X DELETE
	Header  string   `yaml:"header"`  // the option that precedes a header: -H or --header
	Data    string   `yaml:"data"`    // the option that precedes the body: --data, --data-raw, --post-data; for python-requests json or data
}

// Answer is what came back.
type Answer struct {
	Status  int
	Headers http.Header
	Body    []byte
}

// Tool is one program.
type Tool interface {
	// Name is the tool's name in the data: curl, wget, httpie, python-requests.
	Name() string
	// Compose gives the command a document would print.
	Compose(Request) (Command, error)
	// probe is a command that succeeds where the tool is installed.
	probe() Command
	// observe adds to a composed command what makes the answer readable; files go to dir.
	observe(c Command, dir string) Command
	// read makes an answer of what an observed command left behind.
	read(dir string, ran output) (Answer, error)
}

type output struct {
	stdout, stderr []byte
	exit           int
}

// All lists every tool that the data may name.
func All() []Tool { return []Tool{curl{}, wget{}, httpie{}, python{}} }

// ByName finds a tool.
func ByName(name string) (Tool, error) {
	for _, t := range All() {
		if t.Name() == name {
			return t, nil
		}
	}
	return nil, fmt.Errorf("no tool is named %q", name)
}

// Missing says why the tool cannot be used here; it is empty when it can.
func Missing(ctx context.Context, t Tool) string {
	c := t.probe()
	if out, err := run(ctx, c); err != nil {
		return fmt.Sprintf("%s is not installed: %v", t.Name(), err)
	} else if out.exit != 0 {
		return fmt.Sprintf("%s is not installed: %s exits %d: %s", t.Name(), c, out.exit, bytes.TrimSpace(out.stderr))
	}
	return ""
}

// Send runs the composed command and reads the answer. An answer of any status is no error.
func Send(ctx context.Context, t Tool, r Request) (Answer, error) {
	c, err := t.Compose(r)
	if err != nil {
		return Answer{}, err
	}
	dir, err := os.MkdirTemp("", "conformance-")
	if err != nil {
		return Answer{}, err
	}
	defer os.RemoveAll(dir)
	out, err := run(ctx, t.observe(c, dir))
	if err != nil {
		return Answer{}, err
	}
	answer, err := t.read(dir, out)
	if err != nil {
		return Answer{}, fmt.Errorf("%s exits %d: %w\n%s", t.Name(), out.exit, err, out.stderr)
	}
	return answer, nil
}

func run(ctx context.Context, c Command) (output, error) {
	ctx, cancel := context.WithTimeout(ctx, Limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.Name, c.Args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "PYTHONIOENCODING=utf-8", "NO_PROXY=127.0.0.1,localhost", "no_proxy=127.0.0.1,localhost")
	cmd.Stdin = strings.NewReader(c.Stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if ctx.Err() != nil {
		return output{}, fmt.Errorf("%s: %w", c.Name, ctx.Err())
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return output{}, err
	}
	return output{stdout.Bytes(), stderr.Bytes(), cmd.ProcessState.ExitCode()}, nil
}

// without drops options that only change what the program prints.
func without(args []string, names ...string) []string {
	return slices.DeleteFunc(slices.Clone(args), func(a string) bool { return slices.Contains(names, a) })
}
