package run_test

import (
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"paysim/conformance/recorded"
	"paysim/conformance/run"
	"paysim/conformance/suite"
	"paysim/conformance/target"
)

const kindText = `
name: charge.create 200
operation: charge.create
method: POST
path: /charges
request: {reference: string, amount: integer, of: = "us"}
status: 200
headers: {Content-Type: = "application/json", Vary: = "Origin"}
etag: true
body:
  status: = "success"
  data: {id: string, reference: '= "{{request.reference}}"', amount: '= {{request.amount}}', of: string, paid: = false}
`

func TestRecorded(t *testing.T) {
	var a acme
	_, control := a.start(t)
	there, err := target.Running(t.Context(), control)
	if err != nil {
		t.Fatal(err)
	}
	r := run.Runner{Target: there, Provider: load(t)}
	rules := recorded.Rules{Answer: recorded.AnswerRules{Headers: map[string]recorded.HeaderRule{
		"Content-Type": {}, "Vary": {Without: []string{"accept-encoding"}},
	}}}
	plan := recorded.Plan{
		Fill: map[string]string{"reference": `"{{reference}}"`, "amount": "12"},
		Given: []recorded.Given{
			{Operation: "charge.create", Headers: []string{"Authorization: Bearer {{token}}"}, Setup: []suite.Use{{Step: "login"}}},
			{Operation: "charge.get", SimulatorOnly: &suite.SimulatorOnly{Reason: "a person must pay"}},
		},
	}
	for _, test := range []struct{ old, replacement, reason string }{
		{"", "", ""},
		{"status: 200", "status: 201", "(status): want 201, got 200"},
		{`Vary: = "Origin"`, `Vary: = ""`, `header Vary: want = "", got string "Origin"`},
		{"paid: = false", "paid: = true", "data.paid: want = true, got boolean false"},
		{"amount: integer", "amount: string", "amount: want string, got integer 12"},
		{"operation: charge.create", "operation: charge.refund", "the plan has nothing for"},
	} {
		var k recorded.Kind
		if err := yaml.Unmarshal([]byte(strings.Replace(kindText, test.old, test.replacement, 1)), &k); err != nil {
			t.Fatal(err)
		}
		got := r.Recorded(t.Context(), "recorded", k, rules, plan)
		want := run.Fail
		if test.reason == "" {
			want = run.Pass
		}
		if got.Outcome != want || !strings.Contains(got.Reason, test.reason) {
			t.Errorf("%s: got %+v, want %s", test.replacement, got, test.reason)
		}
	}
}
