package scenario

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"
)

var yamlError = regexp.MustCompile(`^yaml: (?:line \d+: )?((?s).*)$`)

// syntax reports what the YAML library could not read. The line that it gives
// is where the construct began that it was in, or none, so the place is found
// from how far it had read.
func (r *reader) syntax(err error, read []byte) {
	message := yamlError.ReplaceAllString(err.Error(), "$1")
	line, column := r.lastToken(read)
	switch at := strings.TrimSpace(strings.Join(r.lines, "\n")[len(read):]); {
	case strings.Contains(message, "cannot start any token") || strings.Contains(message, "tab character"):
		if l, c := r.tab(); l > 0 {
			line, column, message = l, c, "a tab cannot indent: use spaces"
		}
	case strings.Contains(message, "mapping values are not allowed"):
		line, column = r.colon(line)
		message = `a ": " has no place here; is the line indented too far, or does a text need quotes?`
	case strings.Contains(message, "max depth"):
		message = "nested deeper than anything here can be"
	case strings.Contains(message, "unknown anchor"):
		line, column = r.find("*" + strings.Split(message+"''", "'")[1])
		message = "aliases are not read: write the value out"
	case strings.Contains(message, "escape character"):
		line, column = r.find("\\")
	case at == "" && r.unclosed():
		line, column = r.open()
		message = "what is opened here is never closed"
	case jsonStart.MatchString(r.lines[0]):
		r.json()
		return
	case strings.Contains(message, "<document start>"):
		r.problems = append(r.problems, r.problem(line, 1, 1, "a second document begins here; a scenario is one"))
		return
	case strings.Contains(message, "indicator") || strings.Contains(message, "expected key"):
		if strings.Contains(message, "'-' indicator") {
			message = `a "-" is missing here, or the line is indented too little`
		}
		if l := r.lines[line-1]; column <= len(l) && !strings.ContainsRune("{}[],", rune(l[column-1])) {
			column = len(l) - len(strings.TrimLeft(l, " ")) + 1
		}
	}
	r.problems = append(r.problems, r.problem(line, column, 1, "this is not YAML: "+message))
}

// jsonStart is how a file begins that is meant to be JSON.
var jsonStart = regexp.MustCompile(`^\s*[{\[]\s*("|$)`)

// json reports what is wrong with a file that is meant to be JSON.
func (r *reader) json() {
	src := strings.Join(r.lines, "\n")
	err := json.Unmarshal([]byte(src), new(any))
	var bad *json.SyntaxError
	if !errors.As(err, &bad) {
		r.problems = append(r.problems, r.problem(1, 1, 1, "this cannot be read"))
		return
	}
	before := src[:max(0, min(int(bad.Offset)-1, len(src)))]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	r.problems = append(r.problems, r.problem(line, column, 1, "this is not JSON: "+bad.Error()))
}

func (r *reader) unclosed() bool { line, _ := r.open(); return line > 0 }

// lastToken is where the last word, text or sign begins that was read.
func (r *reader) lastToken(read []byte) (line, column int) {
	text := strings.TrimRight(string(read), " \t\r\n:")
	line = 1 + strings.Count(text, "\n")
	row := []rune(text[strings.LastIndexByte(text, '\n')+1:])
	if len(row) == 0 {
		return line, 1
	}
	at := len(row) - 1
	switch end := row[at]; {
	case end == '"' || end == '\'':
		for at--; at > 0 && row[at] != end; at-- {
		}
	case strings.ContainsRune("{}[],", end):
	default:
		for at > 0 && !strings.ContainsRune(" \t{}[],", row[at-1]) {
			at--
		}
	}
	return line, max(at, 0) + 1
}

// tab finds the first tab that indents.
func (r *reader) tab() (line, column int) {
	for i, l := range r.lines {
		blank := l[:len(l)-len(strings.TrimLeft(l, " \t"))]
		if at := strings.IndexByte(blank, '\t'); at >= 0 && strings.TrimSpace(l) != "" {
			return i + 1, at + 1
		}
	}
	return 0, 0
}

// find gives the first place of s.
func (r *reader) find(s string) (line, column int) {
	for i, l := range r.lines {
		if at := strings.Index(l, s); at >= 0 {
			return i + 1, utf8.RuneCountInString(l[:at]) + 1
		}
	}
	return 1, 1
}

// colon is the second ": " of a line, or the first.
func (r *reader) colon(line int) (int, int) {
	l := r.lines[min(line, len(r.lines))-1] + " "
	at := max(strings.Index(l, ": "), 0)
	if second := strings.Index(l[at+1:], ": "); second >= 0 {
		at += 1 + second
	}
	return line, utf8.RuneCountInString(l[:at]) + 1
}

// open is the innermost bracket or quote that is never closed; 0 for none. Only
// those count that begin a value.
func (r *reader) open() (line, column int) {
	type mark struct {
		sign         rune
		line, column int
	}
	var stack []mark
	var quoted *mark
	for i, l := range r.lines {
		before := ' '
		for j, c := range []rune(l) {
			begins := strings.ContainsRune(" \t{[,:-", before)
			switch {
			case quoted != nil:
				if c == quoted.sign && before != '\\' {
					quoted = nil
				}
			case begins && (c == '"' || c == '\''):
				quoted = &mark{c, i + 1, j + 1}
			case begins && (c == '{' || c == '['):
				stack = append(stack, mark{c, i + 1, j + 1})
			case (c == '}' || c == ']') && len(stack) > 0:
				stack = stack[:len(stack)-1]
			}
			if c == '#' && quoted == nil && before == ' ' {
				break
			}
			before = c
		}
	}
	if quoted != nil {
		return quoted.line, quoted.column
	}
	if len(stack) > 0 {
		last := stack[len(stack)-1]
		return last.line, last.column
	}
	return 0, 0
}
