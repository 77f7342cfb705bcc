package run_test

import (
	"strings"
	"testing"

	"paysim/conformance/run"
	"paysim/conformance/suite"
	"paysim/conformance/target"
	"paysim/conformance/tool"
	"paysim/conformance/tool/tooltest"
)

func load(t *testing.T) suite.Provider {
	t.Helper()
	p, err := suite.Load("testdata/acme")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func find(t *testing.T, p suite.Provider, sample, name string) (suite.Sample, suite.Case) {
	t.Helper()
	for _, op := range p.Operations {
		for _, s := range op.Samples {
			for _, c := range s.Cases {
				if s.Name == sample && c.Name == name {
					return s, c
				}
			}
		}
	}
	t.Fatalf("no case %s of %s", name, sample)
	return suite.Sample{}, suite.Case{}
}

func curl(t *testing.T) tool.Tool {
	t.Helper()
	one, err := tool.ByName("curl")
	if err != nil {
		t.Fatal(err)
	}
	tooltest.Require(t, one)
	return one
}

// TestCase shows that the suite can pass, and above all that it can fail.
func TestCase(t *testing.T) {
	p := load(t)
	var a acme
	_, control := a.start(t)
	there, err := target.Running(t.Context(), control)
	if err != nil {
		t.Fatal(err)
	}
	r := run.Runner{Target: there, Provider: p}
	for _, test := range []struct {
		sample, name string
		outcome      run.Outcome
		reason       string
	}{
		{"charge", "fits", run.Pass, ""},
		{"charge", "same reference twice", run.Pass, ""},
		{"charge", "literal replaced", run.Pass, ""},
		{"charge", "outcome", run.Pass, ""},
		{"get", "paid", run.Pass, ""},
		{"charge", "wrong status", run.Fail, "(status): want 201, got 200"},
		{"charge", "wrong order", run.Fail, "want members in the order data, status, got status, data"},
		{"charge", "missing member", run.Fail, "more: want string, got no such member"},
		{"charge", "wrong type", run.Fail, "data.id: want integer, got string"},
		{"charge", "wrong constant", run.Fail, `status: want = "fail", got string "success"`},
		{"charge", "setup fails", run.Fail, "setup: step broken: want status 200, got 404"},
		{"charge", "skipped", run.Skip, "the document says not to"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, c := find(t, p, test.sample, test.name)
			got := r.Case(t.Context(), run.Tenant(t.Name()), s, c, curl(t))
			if got.Outcome != test.outcome || !strings.Contains(got.Reason, test.reason) {
				t.Errorf("got %+v, want %s: %s", got, test.outcome, test.reason)
			}
		})
	}
}

func TestCaseAgainstAService(t *testing.T) {
	p := load(t)
	var a acme
	api, _ := a.start(t)
	there, err := target.Service(api+"/", p, []string{"sk-mine"})
	if err != nil {
		t.Fatal(err)
	}
	r := run.Runner{Target: there, Provider: p}
	s, c := find(t, p, "charge", "fits")
	got := r.Case(t.Context(), "unused", s, c, curl(t))
	if got.Outcome != run.Pass || strings.Contains(got.Command, "token of") {
		t.Errorf("got %+v, want a pass that shows no credential", got)
	}
	if got, want := a.seen[0].Header.Get("Authorization"), "Bearer token of mine"; got != want {
		t.Errorf("sent with %q, want %q", got, want)
	}
	s, c = find(t, p, "charge", "outcome")
	got = r.Case(t.Context(), "unused", s, c, curl(t))
	if got.Outcome != run.Skip || !got.Declared || got.Reason != "a real service takes no orders" {
		t.Errorf("got %+v, want a declared skip", got)
	}
}

func TestSign(t *testing.T) {
	p := load(t)
	s, c := find(t, p, "charge", "fits")
	s.Headers = append(s.Headers, "X-Digest: <digest>")
	s.Placeholders["<digest>"] = "digest"
	var a acme
	_, control := a.start(t)
	there, err := target.Running(t.Context(), control)
	if err != nil {
		t.Fatal(err)
	}
	r := run.Runner{Target: there, Provider: p, Sign: func(vars suite.Vars, toolName string, r tool.Request) error {
		if strings.Contains(r.Body, "{{reference}}") {
			t.Errorf("the body to sign is not filled in: %s", r.Body)
		}
		vars["digest"] = toolName + "-signed"
		return nil
	}}
	if got := r.Case(t.Context(), "signed", s, c, curl(t)); got.Outcome != run.Pass {
		t.Fatalf("got %+v", got)
	}
	if got := a.seen[0].Header.Get("X-Digest"); got != "curl-signed" {
		t.Errorf("sent digest %q", got)
	}
}

func TestTenant(t *testing.T) {
	long := run.Tenant("citcon", "charge.confirm", "card-krw", "a name that is far too long for a tenant", "curl")
	if len(long) > 40 || !strings.HasPrefix(long, "c-citcon-charge-confirm-card") {
		t.Errorf("got %q, %d characters", long, len(long))
	}
	if run.Tenant("a") == run.Tenant("a") {
		t.Error("the same tenant twice")
	}
}

func TestMissingToolIsNoDeclaredSkip(t *testing.T) {
	p := load(t)
	s, c := find(t, p, "charge", "fits")
	one := curl(t)
	t.Setenv("PATH", "")
	got := run.Runner{Target: &target.Target{}, Provider: p}.Case(t.Context(), "t", s, c, one)
	if got.Outcome != run.Skip || got.Declared || !strings.Contains(got.Reason, "curl is not installed") {
		t.Errorf("got %+v, want a skip that nobody declared", got)
	}
}
