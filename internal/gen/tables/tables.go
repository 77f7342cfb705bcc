// Package tables writes a provider's tables as Markdown, and puts them between
// the markers of its README:
//
//	<!-- generated: operations -->
//	…
//	<!-- end -->
//
// It promises that the same provider gives the same bytes, and that what stands
// outside the markers is not touched. What a row means it does not know.
package tables

import (
	"fmt"
	"slices"
	"strings"

	"paysim/internal/catalog"
	"paysim/internal/provider"
)

// section is a part of a README that follows from a provider's tables.
type section struct {
	name  string
	empty func(*provider.Provider) bool
	write func(*provider.Provider) string
}

var sections = []section{
	{"operations", func(p *provider.Provider) bool { return len(p.Operations) == 0 }, operations},
	{"states", func(p *provider.Provider) bool { return len(p.Machines) == 0 }, states},
	{"outcomes", func(p *provider.Provider) bool { return len(p.Outcomes) == 0 }, outcomes},
	{"cards", func(p *provider.Provider) bool { return len(p.Cards) == 0 }, cards},
	{"errors", func(p *provider.Provider) bool { return len(p.Errors) == 0 }, errorRows},
	{"events", func(p *provider.Provider) bool { return len(p.Events) == 0 }, events},
	{"actions", func(p *provider.Provider) bool { return len(p.Actions) == 0 }, actions},
	{"settings", func(p *provider.Provider) bool { return len(p.Settings) == 0 }, settings},
}

// Names lists the sections that can be generated.
func Names() []string {
	var out []string
	for _, s := range sections {
		out = append(out, s.name)
	}
	return out
}

const end = "<!-- end -->"

func begin(name string) string { return "<!-- generated: " + name + " -->" }

// Fill gives a README with what is between its markers written anew. A marker
// that names no section, or that does not end, is an error, and so is a table
// with rows that the README has no place for. A section without rows says so.
// Actions are shown where they are asked for and may be left out.
func Fill(p *provider.Provider, readme string) (string, error) {
	var out strings.Builder
	shown := map[string]bool{}
	rest := readme
	for {
		before, from, found := strings.Cut(rest, "<!-- generated: ")
		out.WriteString(before)
		if !found {
			break
		}
		name, from, _ := strings.Cut(from, " -->")
		i := slices.IndexFunc(sections, func(s section) bool { return s.name == name })
		if i < 0 {
			return "", fmt.Errorf("no section is called %q; there are %s", name, strings.Join(Names(), ", "))
		}
		old, after, ended := strings.Cut(from, end)
		if !ended || strings.Contains(old, "<!-- generated: ") {
			return "", fmt.Errorf("the section %q has no %s", name, end)
		}
		if shown[name] {
			return "", fmt.Errorf("the section %q stands there twice", name)
		}
		shown[name] = true
		text := "None.\n"
		if !sections[i].empty(p) {
			text = sections[i].write(p)
		}
		out.WriteString(begin(name) + "\n\n" + text + "\n" + end)
		rest = after
	}
	for _, s := range sections {
		if !shown[s.name] && !s.empty(p) && s.name != "actions" {
			return "", fmt.Errorf("the table of %s has no place: add %s and %s", s.name, begin(s.name), end)
		}
	}
	return out.String(), nil
}

// table writes rows beneath a head.
type table struct{ strings.Builder }

func newTable(head ...string) *table {
	t := &table{}
	t.row(head...)
	t.WriteString("|" + strings.Repeat(" --- |", len(head)) + "\n")
	return t
}

// row writes cells; in each a bar and a line end would break the table.
func (t *table) row(cells ...string) {
	for _, c := range cells {
		t.WriteString("| " + strings.NewReplacer("|", `\|`, "\n", " ").Replace(c) + " ")
	}
	t.WriteString("|\n")
}

// known is the two cells that every row ends with.
func known(e catalog.Evidence) []string { return []string{string(e.Basis), e.Source} }

// code is a word as it stands on the wire or in a scenario; "" stays "".
func code(word string) string {
	if word == "" {
		return ""
	}
	return "`" + word + "`"
}

func codes(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = code(w)
	}
	return strings.Join(out, ", ")
}
