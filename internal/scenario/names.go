package scenario

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"paysim/internal/catalog"
	"paysim/internal/provider"
	"paysim/internal/spell"
)

// names is the providers, as the place where names are looked up.
type names []*provider.Provider

func (ns names) find(name string) *provider.Provider {
	for _, p := range ns {
		if p.Name == name {
			return p
		}
	}
	return nil
}

func (ns names) all() []string {
	var out []string
	for _, p := range ns {
		out = append(out, p.Name)
	}
	return out
}

// listing is one kind of name that providers have.
type listing struct {
	word, plural string // an operation, operations
	of           func(*provider.Provider) []string
}

// The kinds of names that follow a provider's, after a dot.
var (
	operations = listing{"operation", "operations", operationNames}
	events     = listing{"event", "webhooks", eventNames}
	payables   = listing{"payment", "payments that wait for a payer", payableNames}
)

func operationNames(p *provider.Provider) []string {
	var out []string
	for _, op := range p.Operations {
		if !slices.Contains(out, op.ID) {
			out = append(out, op.ID)
		}
	}
	return out
}

func eventNames(p *provider.Provider) []string {
	var out []string
	for _, e := range p.Events {
		out = append(out, e.Name)
	}
	return out
}

// payableNames is what a payer can be asked to pay: what the provider says, or
// else whatever it keeps states of.
func payableNames(p *provider.Provider) []string {
	if len(p.Payables) > 0 {
		return p.Payables
	}
	var out []string
	for _, m := range p.Machines {
		out = append(out, m.Name)
	}
	return out
}

func actionNames(p *provider.Provider) []string {
	var out []string
	for _, a := range p.Actions {
		out = append(out, a.Name)
	}
	return out
}

// pattern is a provider's name and a name of its own, each a name or "*".
type pattern struct{ provider, rest string }

func (p pattern) String() string { return p.provider + "." + p.rest }

// named reports whether a provider is named, so that what it cannot do is a
// fault of the file.
func (p pattern) named() bool { return p.provider != "*" }

func (p pattern) covers(provider, rest string) bool {
	return (p.provider == "*" || p.provider == provider) && (p.rest == "*" || p.rest == rest)
}

// covered lists the full names that a pattern stands for.
func (p pattern) covered(ns names, l listing) []string {
	var out []string
	for _, pr := range ns {
		for _, rest := range l.of(pr) {
			if p.covers(pr.Name, rest) {
				out = append(out, pr.Name+"."+rest)
			}
		}
	}
	return out
}

// pattern reads "provider.name", where "*" may stand for either half's whole.
// What it gives covers at least one name.
func (r *reader) pattern(n *yaml.Node, l listing) (pattern, bool) {
	text, ok := r.text(n, `"on"`)
	if !ok {
		return pattern{}, false
	}
	if text == "*" {
		text = "*.*"
	}
	who, rest, dotted := strings.Cut(text, ".")
	p := pattern{who, rest}
	every := pattern{"*", "*"}.covered(r.names, l)
	switch {
	case r.names.find(text) != nil:
		r.fault(n, "%s alone is not provider.%s", quote(text), l.word)
		r.instead(text + ".*")
		return p, false
	case !dotted || rest == "":
		r.unknown(n, text, append(every, r.names.all()...), "%s is not provider.%s", quote(text), l.word)
		return p, false
	case who != "*" && strings.Contains(who, "*") || rest != "*" && strings.Contains(rest, "*"):
		r.fault(n, `%s: "*" stands for a whole half only, as in "%s.*" or "*.%s"`, quote(text), r.someone(), r.something(l))
		return p, false
	case who != "*" && r.names.find(who) == nil:
		r.stranger(n, text, p, l)
		return p, false
	}
	if len(p.covered(r.names, l)) > 0 {
		return p, true
	}
	var known []string
	for _, pr := range r.names {
		if p.provider == "*" || p.provider == pr.Name {
			known = append(known, l.of(pr)...)
		}
	}
	if p.named() && len(known) == 0 {
		r.fault(n, "%s has no %s", who, l.plural)
		return p, false
	}
	if p.named() {
		r.fault(n, "%s has no %s %s", who, l.word, quote(rest))
	} else {
		r.fault(n, "no provider has the %s %s", l.word, quote(rest))
	}
	if near := spell.Nearest(rest, known); near != "" {
		r.instead(who + "." + near)
	}
	return p, false
}

// stranger reports a first half that is no provider. The whole may be a name
// whose provider was forgotten.
func (r *reader) stranger(n *yaml.Node, text string, p pattern, l listing) {
	for _, pr := range r.names {
		if slices.Contains(l.of(pr), text) {
			r.fault(n, "%s names no provider", quote(text))
			r.instead(pr.Name + "." + text)
			return
		}
	}
	r.fault(n, "no provider is called %s; there is %s", quote(p.provider), strings.Join(r.names.all(), ", "))
	if near := spell.Nearest(p.provider, r.names.all()); near != "" {
		r.instead(near + "." + p.rest)
	}
}

func (r *reader) someone() string {
	if len(r.names) == 0 {
		return "provider"
	}
	return r.names[0].Name
}

func (r *reader) something(l listing) string {
	for _, p := range r.names {
		if all := l.of(p); len(all) > 0 {
			return all[0]
		}
	}
	return l.word
}

// rows is every row of an operation: a dialect may have several.
func rows(p *provider.Provider, id string) []*provider.Operation {
	var out []*provider.Operation
	for i := range p.Operations {
		if p.Operations[i].ID == id {
			out = append(out, &p.Operations[i])
		}
	}
	return out
}

// outcomesOf is what an operation can be told to end as.
func outcomesOf(p *provider.Provider, id string) []string {
	var out []string
	for _, op := range rows(p, id) {
		for _, o := range op.Outcomes {
			if !slices.Contains(out, o) {
				out = append(out, o)
			}
		}
	}
	return out
}

// canLater reports whether an operation has an undecided state.
func canLater(p *provider.Provider, id string) bool {
	return slices.ContainsFunc(rows(p, id), func(op *provider.Operation) bool { return op.Later })
}

// errorsCalled finds the catalogue's rows of that name, or else of that code.
func errorsCalled(p *provider.Provider, name string) []*catalog.Error {
	if row := p.Errors.ByName(name); row != nil {
		return []*catalog.Error{row}
	}
	var out []*catalog.Error
	for _, row := range p.Errors {
		if row.Code == name {
			out = append(out, row)
		}
	}
	return out
}

func errorNames(p *provider.Provider) []string {
	var out []string
	for _, row := range p.Errors {
		out = append(out, row.Name)
	}
	return out
}
