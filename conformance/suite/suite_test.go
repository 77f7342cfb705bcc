package suite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"paysim/conformance/suite"
)

const provider = `
provider: acme
document: Acme API
commands: 1
host: https://api.acme.example
keys: {key: "sk-{{tenant}}"}
steps:
  login: {method: POST, path: /login}
  charge: {needs: [login], method: POST, path: /charges}
  capture: {needs: [charge], method: POST, path: /captures}
  paid: {needs: [charge], method: POST, control: /payments/acme/1/approve}
  loop: {needs: [loop], method: POST, path: /loop}
`

const operation = `
operation: charge.create
page: Charge
samples:
  - name: card
    tools: [curl]
    method: POST
    path: /charges
    headers: ["Authorization: Bearer {{key}}"]
    body: '{ "reference": "{{reference}}", "pan": "{{ abc : detokenize }}" }'
    placeholders: {"{{key}}": key, "{{reference}}": reference}
    cases:
      - name: printed answer
        basis: documented
        fresh: [reference]
        setup: [login, {step: charge, set: {amount: "1"}}]
        expect:
          status: 200
          body: {reference: '= "{{reference}}"'}
`

func write(t *testing.T, provider, operation string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "samples"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"provider.yaml": provider, "samples/charge.create.yaml": operation} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLoad(t *testing.T) {
	p, err := suite.Load(write(t, provider, operation))
	if err != nil {
		t.Fatal(err)
	}
	s := p.Operations[0].Samples[0]
	if want := `{ "reference": "{{reference}}", "pan": "{{ abc : detokenize }}" }`; s.Body != want {
		t.Errorf("body %q, want %q", s.Body, want)
	}
	if got := s.Cases[0].Setup; len(got) != 2 || got[0].Step != "login" || got[1].Set["amount"] != "1" {
		t.Errorf("setup %v", got)
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, test := range []struct{ old, replacement, want string }{
		{"basis: documented", "basis: certain", `basis "certain"`},
		{"basis: documented", "base: documented", "field base not found"},
		{"tools: [curl]", "tools: [telnet]", `"telnet"`},
		{`"{{key}}": key, `, ``, "{{key}} is printed and not declared"},
		{`{"{{key}}": key, `, `{"{{id}}": id, "{{key}}": key, `, "{{id}} does not occur"},
		{"[login, ", "[logout, ", `no step is named "logout"`},
		{"[login, ", "[loop, ", `"loop" needs itself`},
		{"[login, ", "[paid, ", "simulator_only must say why"},
		{`'= "{{reference}}"'`, "strin", `"strin" is no type`},
		{"status: 200", "status: 0", "expected status"},
		{"basis: documented", "basis: documented\n        simulator_only: {reason: ''}", "needs a reason"},
		{"basis: documented", "basis: documented\n        replace: {abcd: key}", `"abcd" does not occur`},
		{"tools: [curl]", "tools: [curl, wget]", "prints 1 commands, the samples have 2"},
		{"path: /charges", "path: charges", "from its slash on"},
	} {
		if !strings.Contains(operation, test.old) {
			t.Fatalf("%q is not in the operation", test.old)
		}
		_, err := suite.Load(write(t, provider, strings.Replace(operation, test.old, test.replacement, 1)))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want it to say %q", test.replacement, err, test.want)
		}
	}
}

func TestResolve(t *testing.T) {
	p, err := suite.Load(write(t, provider, operation))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		setup []suite.Use
		want  string
	}{
		{[]suite.Use{{Step: "capture"}}, "login charge capture"},
		{[]suite.Use{{Step: "charge"}, {Step: "charge"}}, "login charge charge"},
		{[]suite.Use{{Step: "charge"}, {Step: "capture"}}, "login charge capture"},
		{nil, ""},
	}
	for _, test := range tests {
		steps, err := p.Resolve(test.setup)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, s := range steps {
			names = append(names, s.Name)
		}
		if got := strings.Join(names, " "); got != test.want {
			t.Errorf("%v: got %s, want %s", test.setup, got, test.want)
		}
	}
}

func TestVars(t *testing.T) {
	v := suite.Vars{"id": "7", "reference": "r"}
	if got, err := v.Fill("/x/{{id}}/{{ abc : detokenize }}"); err != nil || got != "/x/7/{{ abc : detokenize }}" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := v.Fill("{{ref}} {{nothing}}"); err == nil || !strings.Contains(err.Error(), "ref, nothing") {
		t.Errorf("got %v, want both names", err)
	}
	placeholders := map[string]string{"<id>": "id", "<id>/<id>": "reference", "/charges": "/charges/{{id}}"}
	if got, err := v.Replace("/charges <id> <id>/<id> {{id}}", placeholders); err != nil || got != "/charges/7 7 r {{id}}" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := v.Replace("<none>", map[string]string{"<none>": "none"}); err == nil {
		t.Error("want an error for a placeholder without a value")
	}
}

// TestProviders loads the data of every provider in this module.
func TestProviders(t *testing.T) {
	dirs, err := suite.Find("..")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no provider found: %v", err)
	}
	for _, dir := range dirs {
		p, err := suite.Load(dir)
		if err != nil {
			t.Error(err)
		}
		if p.Name != filepath.Base(dir) {
			t.Errorf("%s holds provider %q", dir, p.Name)
		}
	}
}
