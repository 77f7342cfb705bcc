package tables

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"paysim/internal/provider"
)

func operations(p *provider.Provider) string {
	t := newTable("operation", "request", "auth", "does", "outcomes", "events", "basis", "source")
	for _, op := range p.Operations {
		t.row(append([]string{code(op.ID), code(op.Method + " " + op.Path), op.Auth, op.Summary, codes(op.Outcomes), codes(op.Events)}, known(op.Evidence)...)...)
	}
	return t.String()
}

func states(p *provider.Provider) string {
	out := ""
	for i, m := range p.Machines {
		if i > 0 {
			out += "\n"
		}
		t := newTable("from", "what happens", "to", "after", "basis", "source")
		for _, e := range m.Edges {
			t.row(append([]string{code(string(e.From)), e.Trigger, code(string(e.To)), e.After}, known(e.Evidence)...)...)
		}
		article := "A"
		if strings.ContainsAny(m.Name[:1], "aeio") {
			article = "An"
		}
		out += fmt.Sprintf("%s %s:\n\n```mermaid\n%s```\n\n%s", article, m.Name, m.Mermaid(), t.String())
	}
	return out
}

func outcomes(p *provider.Provider) string {
	t := newTable("outcome", "means", "money", "answered as", "basis", "source")
	for _, o := range p.Outcomes {
		money := "moves"
		if o.Declines {
			money = "stays"
		}
		t.row(append([]string{code(o.Name), o.Means, money, code(o.Error)}, known(o.Evidence)...)...)
	}
	return t.String()
}

func cards(p *provider.Provider) string {
	t := newTable("value", "kind", "outcome", "means", "basis", "source")
	for _, k := range p.Cards {
		t.row(append([]string{code(k.Value), k.Kind, code(k.Outcome), k.Means}, known(k.Evidence)...)...)
	}
	return t.String()
}

func errorRows(p *provider.Provider) string {
	t := newTable("error", "status", "code", "message", "when", "basis", "source")
	for _, e := range p.Errors {
		t.row(append([]string{code(e.Name), strconv.Itoa(e.Status), code(e.Code), e.Message, e.When}, known(e.Evidence)...)...)
	}
	return t.String()
}

func events(p *provider.Provider) string {
	t := newTable("event", "when", "basis", "source")
	for _, e := range p.Events {
		t.row(append([]string{code(e.Name), e.When}, known(e.Evidence)...)...)
	}
	return t.String() + webhooks(p)
}

// webhooks is what holds for every event.
func webhooks(p *provider.Provider) string {
	if p.Webhooks == nil {
		return ""
	}
	ladder := ""
	for i, d := range p.Webhooks.Ladder {
		if i > 0 {
			ladder += ", "
		}
		ladder += d.String()
	}
	if ladder == "" {
		ladder = "nothing: there is one attempt"
	}
	means := p.Webhooks.Means
	if means == "" {
		means = "what the provider calls so"
	}
	return fmt.Sprintf("\nCounts as received: %s. Waits between attempts: %s. An attempt may take %s. (%s: %s)\n",
		means, ladder, p.Webhooks.Timeout, p.Webhooks.Basis, p.Webhooks.Source)
}

func actions(p *provider.Provider) string {
	t := newTable("action", "means", "reasons", "basis", "source")
	for _, a := range p.Actions {
		t.row(append([]string{code(a.Name), a.Means, codes(a.Outcomes)}, known(a.Evidence)...)...)
	}
	return t.String()
}

func settings(p *provider.Provider) string {
	t := newTable("setting", "kind", "default", "means", "basis", "source")
	for _, s := range p.Settings {
		kind := string(s.Kind)
		if len(s.Choices) > 0 {
			kind = codes(s.Choices)
		}
		value, err := json.Marshal(s.Default)
		if err != nil {
			value = nil // a default that JSON cannot carry is shown as none
		}
		t.row(append([]string{code(s.Name), kind, code(string(value)), s.Means}, known(s.Evidence)...)...)
	}
	return t.String()
}
