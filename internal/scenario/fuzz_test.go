package scenario_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"paysim/internal/ident"
	"paysim/internal/plan"
	"paysim/internal/scenario"
	"paysim/internal/tenant"
)

// FuzzParse looks for texts that make the parser, or a planner made from them,
// panic or hang, and for problems that point outside the text.
func FuzzParse(f *testing.F) {
	for _, glob := range []string{"testdata/valid/*.yaml", "testdata/broken/*.txt"} {
		files, _ := filepath.Glob(glob)
		for _, name := range files {
			raw, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			for _, c := range strings.Split("\n"+string(raw), "\n== ") {
				src, _, _ := strings.Cut(c, "\n--\n")
				f.Add([]byte(src))
			}
		}
	}
	all := providers()
	facts := plan.Facts{
		Operation: "toypay.charge.create", Header: http.Header{"X-Shop": {"a"}}, Query: func() url.Values { return nil },
		Path: map[string]string{"id": "c"}, Body: []byte(`{"amount":1000,"list":[{"a":1}]}`),
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		scenario.ParseExpect("", src, all)
		s, problems := scenario.Parse("f", src, all)
		lines := strings.Count(string(src), "\n") + 1
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines || p.Column < 1 {
				t.Errorf("%d:%d in a text of %d lines: %s", p.Line, p.Column, lines, p.Message)
			}
		}
		_ = problems.String()
		if s == nil {
			return
		}
		reg := tenant.NewRegistry(tenant.Options{Seed: ident.Seed(1), Limits: tenant.DefaultLimits})
		tn, _ := reg.Find("a")
		s.Start(tn)
		for range 3 {
			tn.Planner.Call(facts)
		}
		tn.Planner.Webhook("toypay.charge.paid")
		tn.Planner.Payer("toypay.charge")
	})
}
