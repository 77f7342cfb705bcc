package tool

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

type curl struct{}

func (curl) Name() string   { return "curl" }
func (curl) probe() Command { return Command{Name: "curl", Args: []string{"--version"}} }

// Compose names the method only where the printed options do; otherwise curl infers it from the body.
func (curl) Compose(r Request) (Command, error) {
	if method := curlMethod(r); method != r.Method {
		return Command{}, fmt.Errorf("curl with options %q would send %s, not %s", r.Style.Options, method, r.Method)
	}
	args := append(slices.Clone(r.Style.Options), r.URL)
	for _, h := range r.Headers {
		args = append(args, cmp.Or(r.Style.Header, "--header"), h.Name+": "+h.Value)
	}
	if r.Body != "" {
		args = append(args, cmp.Or(r.Style.Data, "--data"), r.Body)
	}
	return Command{Name: "curl", Args: args}, nil
}

func curlMethod(r Request) string {
	for i, option := range r.Style.Options {
		if (option == "-X" || option == "--request") && i+1 < len(r.Style.Options) {
			return r.Style.Options[i+1]
		}
	}
	if r.Body != "" {
		return "POST"
	}
	return "GET"
}

func (curl) observe(c Command, dir string) Command {
	c.Args = append([]string{"-q"}, without(c.Args, "-i", "--include")...)
	c.Args = append(c.Args, "-sS", "--max-time", strconv.Itoa(int(Limit.Seconds())),
		"--dump-header", filepath.Join(dir, "head"), "--output", filepath.Join(dir, "body"))
	return c
}

func (curl) read(dir string, ran output) (Answer, error) {
	head, err := os.ReadFile(filepath.Join(dir, "head"))
	if err != nil {
		return Answer{}, err
	}
	return fromFiles(head, dir)
}

// fromFiles joins a head with the file that holds the body; an empty body leaves no file.
func fromFiles(head []byte, dir string) (Answer, error) {
	status, headers, err := parseHead(head)
	if err != nil {
		return Answer{}, err
	}
	body, err := os.ReadFile(filepath.Join(dir, "body"))
	if err != nil && !os.IsNotExist(err) {
		return Answer{}, err
	}
	return Answer{status, headers, body}, nil
}
