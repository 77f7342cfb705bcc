package scenario

import (
	"cmp"
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
	Source     string `json:"source,omitempty"`     // the line; of a long one, what stands around the column

	caret int // the character of Source that is meant, from 1
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
		if column == p.caret {
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

// problemsLimit is how many problems are told. Whoever has more has written no
// scenario.
const problemsLimit = 1000

// sorted is ps in the order of the file, without repetitions. Of very many the
// first are told, and how many more there are.
func (ps Problems) sorted() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(a.Line-b.Line, a.Column-b.Column)
	})
	ps = slices.CompactFunc(ps, func(a, b Problem) bool {
		return a.Line == b.Line && a.Column == b.Column && a.Message == b.Message && a.Suggestion == b.Suggestion
	})
	if more := len(ps) - problemsLimit; more > 0 {
		next := ps[problemsLimit]
		ps = append(ps[:problemsLimit:problemsLimit], Problem{
			File: next.File, Line: next.Line, Column: next.Column, Message: fmt.Sprintf("from here on there are %d more problems", more),
		})
	}
	return ps
}
