package tool

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
)

type httpie struct{}

func (httpie) Name() string   { return "httpie" }
func (httpie) probe() Command { return Command{Name: "http", Args: []string{"--version"}} }

// Compose sends the body as the documents do, piped in by echo, so it ends with a line feed on the wire. The method is
// left out for a GET, as printed.
func (httpie) Compose(r Request) (Command, error) {
	args := slices.Clone(r.Style.Options)
	if r.Method != "GET" {
		args = append(args, r.Method)
	}
	args = append(args, r.URL)
	for _, h := range r.Headers {
		args = append(args, h.Name+":"+h.Value)
	}
	c := Command{Name: "http", Args: args}
	if r.Body != "" {
		c.Stdin = r.Body + "\n"
	}
	return c, nil
}

func (httpie) observe(c Command, dir string) Command {
	extra := []string{"--print=hb", "--pretty=none", "--timeout=" + strconv.Itoa(int(Limit.Seconds()))}
	if c.Stdin == "" {
		extra = append(extra, "--ignore-stdin")
	}
	c.Args = append(extra, c.Args...)
	return c
}

func (httpie) read(dir string, ran output) (Answer, error) {
	head, body, ok := bytes.Cut(ran.stdout, []byte("\r\n\r\n"))
	if !ok {
		return Answer{}, errors.New("no answer")
	}
	status, headers, err := parseHead(head)
	if err != nil {
		return Answer{}, err
	}
	return Answer{status, headers, body}, nil
}
