package scenario

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Problem is one thing wrong with a file, and where.
type Problem struct {
	File       string `json:"file,omitempty"`
	Line       int    `json:"line"`   // from 1
	Column     int    `json:"column"` // from 1, in characters
	Message    string `json:"message"`
	Suggestion string `json:"suggestion,omitempty"` // the nearest known spelling
	Source     string `json:"source,omitempty"`     // the line, cut when it is long

	width int // of what the caret points at, in characters
}

// Error is the place and the message in one line.
func (p Problem) Error() string {
	where := fmt.Sprintf("%d:%d", p.Line, p.Column)
	if p.File != "" {
		where = p.File + ":" + where
	}
	return where + ": " + p.Message + p.hint()
}

func (p Problem) hint() string {
	if p.Suggestion == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", p.Suggestion)
}

// String is the problem as a person wants it: place, message, the line and a
// caret under what is meant.
func (p Problem) String() string {
	if p.Source == "" {
		return p.Error() + "\n"
	}
	number := fmt.Sprintf("%4d | ", p.Line)
	blank := strings.Repeat(" ", len(number)-2) + "| "
	return p.Error() + "\n" + number + p.Source + "\n" + blank + p.underline() + "\n"
}

// underline stands under the line: tabs stay tabs, so that the caret hits.
func (p Problem) underline() string {
	var b strings.Builder
	column := 1
	for _, c := range p.Source {
		if column == p.Column {
			break
		}
		if c != '\t' {
			c = ' '
		}
		b.WriteRune(c)
		column++
	}
	rest := utf8.RuneCountInString(p.Source) - column + 1
	return b.String() + "^" + strings.Repeat("~", max(0, min(p.width, rest)-1))
}

// Problems is everything wrong with a file, in the order of the file.
type Problems []Problem

// Error is one line for each problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// String is every problem with its source line and caret.
func (ps Problems) String() string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(p.String())
	}
	return b.String()
}

// sorted is ps in the order of the file, without repetitions.
func (ps Problems) sorted() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return slices.CompactFunc(ps, func(a, b Problem) bool { return a.Error() == b.Error() })
}
