package providertest

import (
	"fmt"
	"regexp"
	"strings"
)

// A step of a transcript. Text between steps (comments, empty lines) belongs to
// the step before it.
type step struct {
	line   int      // of the file, from 1
	head   string   // the step's first line
	input  []string // a call's further lines, as they stand in the file
	answer []string // as written; nil where none is
	after  []string // comments and empty lines behind it
}

// transcript is a file: what stands before the first step, and the steps.
type transcript struct {
	before []string
	steps  []*step
}

const answered = "----"

var (
	callLine = regexp.MustCompile(`^[A-Z]+ (/|http|\{\{)`)
	stepLine = regexp.MustCompile(`^([A-Z]+ (/|http|\{\{)|= \S|(advance|act|redeliver|merchant|settings|as) \S|(payments|webhooks)$)`)
)

// special reports whether a line of a body would be taken for something else.
func special(line string) bool {
	return stepLine.MatchString(line) || line == answered || strings.HasPrefix(line, "#") || strings.HasPrefix(line, `\`)
}

// parse reads a transcript.
func parse(text string) (*transcript, error) {
	t := &transcript{}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	var at *step
	part := &t.before // where lines go
	for n, line := range lines {
		switch {
		case stepLine.MatchString(line):
			at = &step{line: n + 1, head: line}
			t.steps = append(t.steps, at)
			part = &at.after
			if callLine.MatchString(line) {
				part = &at.input
			}
		case line == answered && at != nil && at.answer == nil:
			at.answer = []string{}
			part = &at.answer
		case strings.HasPrefix(line, "#") && at != nil:
			part = &at.after
			*part = append(*part, line)
		case at != nil && part == &at.after && strings.TrimSpace(line) != "" || at == nil && strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "#"):
			return nil, fmt.Errorf("line %d: %q is no step", n+1, line)
		default:
			*part = append(*part, line)
		}
	}
	for _, s := range t.steps {
		s.tidy()
	}
	return t, nil
}

// tidy gives the empty lines at the end of an input and an answer to what is
// behind them.
func (s *step) tidy() {
	for _, part := range []*[]string{&s.input, &s.answer} {
		for len(*part) > 0 && (*part)[len(*part)-1] == "" {
			*part = (*part)[:len(*part)-1]
			if part == &s.answer || s.answer == nil {
				s.after = append([]string{""}, s.after...)
			}
		}
	}
}

// String writes the transcript.
func (t *transcript) String() string {
	out := append([]string{}, t.before...)
	for i, s := range t.steps {
		out = append(out, s.head)
		out = append(out, s.input...)
		if s.answer != nil {
			out = append(out, answered)
			out = append(out, s.answer...)
			if len(s.after) == 0 && i+1 < len(t.steps) && !strings.HasPrefix(t.steps[i+1].head, "= ") {
				out = append(out, "")
			}
		}
		out = append(out, s.after...)
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return strings.Join(out, "\n") + "\n"
}

// call reads a call's lines: headers, an empty line, a body.
func (s *step) call() (headers []string, body string, err error) {
	for i, l := range s.input {
		if l == "" {
			return headers, unquote(s.input[i+1:]), nil
		}
		if name, _, ok := strings.Cut(l, ":"); !ok || strings.ContainsAny(name, " {\"") {
			return nil, "", fmt.Errorf("line %d: %q is no header; an empty line stands before the body", s.line+1+i, l)
		}
		headers = append(headers, l)
	}
	return headers, "", nil
}

// quote writes a body as lines that no step is taken for.
func quote(body string) []string {
	if body == "" {
		return nil
	}
	text, ends := strings.CutSuffix(body, "\n")
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if special(l) {
			lines[i] = `\` + l
		}
	}
	if ends || lines[len(lines)-1] == "" {
		if !ends { // only "" itself, which is no body
			return lines
		}
		lines = append(lines, `\`)
	}
	return lines
}

// unquote is a body as it was before quote.
func unquote(lines []string) string {
	ends := len(lines) > 0 && lines[len(lines)-1] == `\`
	if ends {
		lines = lines[:len(lines)-1]
	}
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.TrimPrefix(l, `\`)
	}
	text := strings.Join(out, "\n")
	if ends {
		text += "\n"
	}
	return text
}
