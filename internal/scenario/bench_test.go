package scenario_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"paysim/internal/plan"
	"paysim/internal/provider"
	"paysim/internal/providertest/toypay"
	"paysim/internal/scenario"
)

// hundred is a scenario of 100 rules that all look at a call of charge.create
// and none of which fits it: the most that planning can cost.
func hundred() string {
	var b strings.Builder
	b.WriteString("rules:\n")
	for i := range 100 {
		switch i % 4 {
		case 0:
			fmt.Fprintf(&b, "  - {on: toypay.charge.create, match: {reference: B-%d}, attempt: 2, answer: lost}\n", i)
		case 1:
			fmt.Fprintf(&b, "  - {on: toypay.charge.create, match: {amount: {gt: %d}}, effect: none}\n", 5000+i)
		case 2:
			fmt.Fprintf(&b, "  - {on: toypay.*, match: {reference: {glob: \"C-%d-*\"}}, limit: 3}\n", i)
		case 3:
			fmt.Fprintf(&b, "  - {on: \"*\", match: {\"header:X-Case\": c%d}, answer: reset}\n", i)
		}
	}
	return b.String()
}

// BenchmarkPlanning measures what planning with 100 rules costs, as a share of
// a request that meets none (at most 0.05). The request is made without a
// socket, which makes it cheap and the share large.
func BenchmarkPlanning(b *testing.B) {
	const rounds, requests, plans = 9, 1000, 10_000
	s, problems := scenario.Parse("", []byte(hundred()), []*provider.Provider{toypay.Provider()})
	if len(problems) > 0 {
		b.Fatal(problems.String())
	}
	body := `{"reference":"A-%d","amount":1000,"currency":"EUR","card":"4111111111111111"}`
	facts := plan.Facts{
		Operation: "toypay.charge.create", Header: http.Header{"X-Case": {"c"}}, Query: func() url.Values { return nil }, Body: fmt.Appendf(nil, body, 1),
	}
	plain, planned := newBench(b), newBench(b)
	planned.Lock()
	s.Start(planned.Tenant)
	planned.Unlock()
	n := 0
	for b.Loop() {
		var shares, each []float64
		for range rounds {
			begin := time.Now()
			for range requests {
				n++
				plain.call("POST", "/v1/charges", fmt.Sprintf(body, n))
			}
			request := time.Since(begin).Seconds() / requests
			begin = time.Now()
			for range plans {
				planned.Planner.Call(facts)
			}
			planning := time.Since(begin).Seconds() / plans
			shares, each = append(shares, planning/request), append(each, planning*1e9)
		}
		slices.Sort(shares)
		slices.Sort(each)
		b.ReportMetric(each[rounds/2], "ns/planning")
		b.ReportMetric(shares[rounds/2], "of-a-request")
	}
}
