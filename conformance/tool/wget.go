package tool

import (
	"cmp"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// wget keeps the body of every answer but a 401, which it drops whatever it is told; a sample that expects one cannot
// be tried with it.
type wget struct{}

func (wget) Name() string   { return "wget" }
func (wget) probe() Command { return Command{Name: "wget", Args: []string{"--version"}} }

// Compose names the method only where wget would not infer it from the body.
func (wget) Compose(r Request) (Command, error) {
	options := r.Style.Options
	if options == nil {
		options = []string{"-S", "-O-"}
	}
	args := append(slices.Clone(options), r.URL)
	for _, h := range r.Headers {
		args = append(args, cmp.Or(r.Style.Header, "--header")+"="+h.Name+": "+h.Value)
	}
	switch {
	case r.Method == "POST":
		// Without a body the option still makes it a POST.
		args = append(args, cmp.Or(r.Style.Data, "--post-data")+"="+r.Body)
	case r.Method != "GET":
		args = append(args, "--method="+r.Method)
		if r.Body != "" {
			args = append(args, "--body-data="+r.Body)
		}
	}
	return Command{Name: "wget", Args: args}, nil
}

func (wget) observe(c Command, dir string) Command {
	c.Args = append(without(c.Args, "-S", "-O-"), "--no-config", "--server-response", "--content-on-error",
		"--tries=1", "--timeout="+strconv.Itoa(int(Limit.Seconds())), "--output-document="+filepath.Join(dir, "body"))
	return c
}

// read takes the head from standard error, where wget indents it among its own remarks.
func (wget) read(dir string, ran output) (Answer, error) {
	var head strings.Builder
	for line := range strings.Lines(string(ran.stderr)) {
		if strings.HasPrefix(line, "  ") {
			head.WriteString(line)
		}
	}
	return fromFiles([]byte(head.String()), dir)
}
