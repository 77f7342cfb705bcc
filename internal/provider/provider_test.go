package provider_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paysim/internal/provider"
	"paysim/internal/providertest/toypay"
)

// TestCheck spoils one thing of a sound provider at a time.
func TestCheck(t *testing.T) {
	if err := toypay.Provider().Check(); err != nil {
		t.Fatalf("a sound provider: %v", err)
	}
	for want, spoil := range map[string]func(*provider.Provider){
		"name, title":                        func(p *provider.Provider) { p.Name = "Toy-Pay" },
		"are required":                       func(p *provider.Provider) { p.Refusal = nil },
		"needs webhooks with a timeout":      func(p *provider.Provider) { p.Webhooks = nil },
		"webhooks: source is empty":          func(p *provider.Provider) { hooks := *p.Webhooks; hooks.Source = ""; p.Webhooks = &hooks },
		`outcome "approved" is listed twice`: func(p *provider.Provider) { p.Outcomes = append(p.Outcomes[:1:1], p.Outcomes...) },
		`no error "nosuch"`:                  func(p *provider.Provider) { p.Outcomes = []provider.Outcome{{Name: "approved", Error: "nosuch"}} },
		"is served twice":                    func(p *provider.Provider) { p.Operations = append(p.Operations[:1:1], p.Operations...) },
		`"charge" is not noun.verb`:          func(p *provider.Provider) { p.Operations = []provider.Operation{{ID: "charge"}} },
		`no outcome "nosuch"`: func(p *provider.Provider) {
			op := p.Operations[0]
			op.Outcomes = []string{"nosuch"}
			p.Operations = []provider.Operation{op}
		},
		`no event "nosuch"`: func(p *provider.Provider) {
			op := p.Operations[0]
			op.Events = []string{"nosuch"}
			p.Operations = []provider.Operation{op}
		},
		"does nothing":                          func(p *provider.Provider) { p.Timers = []provider.Timer{{Name: "a.b"}} },
		`timer "charge.expire" is listed twice`: func(p *provider.Provider) { p.Timers = append(p.Timers[:1:1], p.Timers...) },
		`action "approve" is listed twice`:      func(p *provider.Provider) { p.Actions = append(p.Actions[:1:1], p.Actions...) },
		`setting "strict" is listed twice`:      func(p *provider.Provider) { p.Settings = append(p.Settings, p.Settings...) },
		"its default is a int and not a number": func(p *provider.Provider) {
			p.Settings = []provider.Setting{{Name: "n", Kind: provider.Number, Default: 1}}
		},
		"its default is a <nil> and not a texts": func(p *provider.Provider) { p.Settings = []provider.Setting{{Name: "n", Kind: provider.Texts}} },
		"its default is a string and not a choice": func(p *provider.Provider) {
			p.Settings = []provider.Setting{{Name: "n", Kind: provider.Choice, Default: "a", Choices: []string{"b"}}}
		},
		`basis "" is not one of`: func(p *provider.Provider) { p.Cards = []provider.Card{{Value: "1", Outcome: "approved"}} },
	} {
		p := toypay.Provider()
		spoil(p)
		if err := p.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error that says %q, got %v", want, err)
		}
	}
}

func TestSettingsAreParsed(t *testing.T) {
	for _, c := range []struct {
		kind provider.SettingKind
		raw  string
		want any // nil: refused
	}{
		{provider.Flag, `true`, true},
		{provider.Flag, `"true"`, nil},
		{provider.Flag, `null`, nil},
		{provider.Text, `"a"`, "a"},
		{provider.Text, `null`, nil},
		{provider.Choice, `"b"`, "b"},
		{provider.Choice, `"c"`, nil},
		{provider.Choice, `7`, nil},
		{provider.Number, `9223372036854775807`, int64(9223372036854775807)},
		{provider.Number, `9223372036854775808`, nil},
		{provider.Number, `1.5`, nil},
		{provider.Texts, `["a"]`, []string{"a"}},
		{provider.Texts, `[7]`, nil},
		{provider.Texts, `null`, nil},
		{provider.TextMap, `{"a":"b"}`, map[string]string{"a": "b"}},
		{provider.TextMap, `{"a":null}`, map[string]string{"a": ""}},
		{provider.TextMap, `[]`, nil},
	} {
		s := provider.Setting{Name: "x", Kind: c.kind, Choices: []string{"a", "b"}}
		got, err := s.Parse(json.RawMessage(c.raw))
		if (err != nil) != (c.want == nil) {
			t.Errorf("%s %s: %v", c.kind, c.raw, err)
		} else if diff := cmp.Diff(c.want, got); err == nil && diff != "" {
			t.Errorf("%s %s: %s", c.kind, c.raw, diff)
		}
	}
}
