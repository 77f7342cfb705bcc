package scenario_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"paysim/internal/provider"
	"paysim/internal/scenario"
)

// verify judges expectations and gives what was found.
func (b *bench) verify(src string) scenario.Report {
	b.Helper()
	expects, problems := scenario.ParseExpect("", []byte(src), providers()[:1])
	if len(problems) > 0 {
		b.Fatal(problems.String())
	}
	r, err := scenario.Verify(b.Context(), b.Engine, b.Tenant, expects)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

// shop is a receiver of webhooks that answers with status.
func shop(t *testing.T, status int) string {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// pay makes a charge that is paid and, if asked, captured.
func (b *bench) pay(reference, notify string, capture bool) string {
	b.Helper()
	w := b.call("POST", "/v1/charges", fmt.Sprintf(`{"reference":%q,"amount":1000,"currency":"EUR","card":"4111111111111111","notify_url":%q}`, reference, notify))
	var c struct{ ID string }
	if json.Unmarshal(w.Body.Bytes(), &c); c.ID == "" {
		b.Fatalf("%d %s", w.Code, w.Body)
	}
	if capture {
		b.call("POST", "/v1/charges/"+c.ID+"/capture", `{"amount":400}`)
	}
	return c.ID
}

func TestExpectations(t *testing.T) {
	b := newBench(t)
	good, bad := shop(t, 200), shop(t, 500)
	id := b.pay("A-1", good, true)
	b.pay("A-2", bad, false)
	b.call("GET", "/v1/charges/"+id+"?lang=en", "", "X-Shop", "north")
	b.call("GET", "/v1/charges/nobody", "")
	for _, c := range []struct {
		expect string
		holds  bool
		got    string
	}{
		{`calls: {on: toypay.charge.create, count: 2}`, true, "2 calls"},
		{`calls: {on: toypay.charge.create, count: 1}`, false, "2 calls"},
		{`calls: {on: toypay.charge.create, match: {reference: A-2}, count: 1}`, true, "1 call"},
		{`calls: {on: toypay.charge.create, match: {reference: {glob: "A-*"}, amount: {gt: 1}}, count: 2}`, true, "2 calls"},
		{`calls: {on: toypay.charge.get, match: {"path:id": ` + id + `, "query:lang": en, "header:X-Shop": north}, count: 1}`, true, "1 call"},
		{`calls: {on: toypay.*, at_least: 5}`, true, "5 calls"},
		{`calls: {on: "*", at_least: 6}`, false, "5 calls"},
		{`calls: {on: toypay.charge.get, at_least: 1, at_most: 2}`, true, "2 calls"},
		{`calls: {on: toypay.charge.get, at_most: 1}`, false, "2 calls"},
		{`calls: {on: toypay.page.view, count: 0}`, true, "0 calls"},
		{`money: {provider: toypay, reference: A-1, captured: 400, refunded: 0, payments: 1}`, true, "captured 400, refunded 0, payments 1"},
		{`money: {provider: toypay, reference: A-1, captured: 1000}`, false, "captured 400"},
		{`money: {provider: toypay, captured: 500, payments: 3}`, true, "captured 500, payments 3"}, // with the charge that every toypay tenant begins with
		{`money: {provider: toypay, reference: A-9, payments: 1}`, false, `payments 0: no payment has the reference "A-9"; there is welcome, A-1, A-2`},
		{`webhooks: {on: toypay.charge.captured, acknowledged: all}`, true, "1 webhook, 1 acknowledged"},
		{`webhooks: {on: toypay.charge.paid, acknowledged: 1, count: 2}`, true, "2 webhooks, 1 acknowledged"},
		{`webhooks: {on: toypay.*, acknowledged: all}`, false, "3 webhooks, 2 acknowledged: wh_3 toypay.charge.paid is waiting after 1 attempt, the last answered 500"},
		{`webhooks: {on: toypay.charge.paid, at_most: 1}`, false, "2 webhooks, 1 acknowledged: wh_3 toypay.charge.paid is waiting after 1 attempt, the last answered 500"},
	} {
		r := b.verify("- " + c.expect)
		res := r.Results[0]
		if r.Holds != c.holds || res.Got != c.got {
			t.Errorf("%s: %v, wanted %s, got %s", c.expect, r.Holds, res.Wanted, res.Got)
		}
		if !strings.Contains(c.expect, "match") {
			if again := b.verify("- " + res.Expect).Results[0]; again.Wanted != res.Wanted || again.Holds != res.Holds {
				t.Errorf("%s is told as %s, which is something else", c.expect, res.Expect)
			}
		}
		if !c.holds && strings.Contains(c.got, "call") && len(res.Nearest) == 0 {
			t.Errorf("%s: no entries are shown", c.expect)
		}
		if c.holds && len(res.Nearest) > 0 {
			t.Errorf("%s: it holds, and %d entries are shown", c.expect, len(res.Nearest))
		}
	}
}

func TestAllAcknowledgedNeedsOne(t *testing.T) {
	b := newBench(t)
	if r := b.verify(`[{webhooks: {on: "*", acknowledged: all}}]`); r.Holds {
		t.Error("nothing was sent, and all of it was acknowledged")
	}
	b.load("webhooks: [{on: toypay.charge.paid, send: never}]")
	b.pay("A-1", shop(t, 200), false)
	if r := b.verify(`[{webhooks: {on: "*", count: 0}}]`); !r.Holds {
		t.Errorf("what is never sent counts: %s", r)
	}
}

func TestTheDefaultQuestion(t *testing.T) {
	b := newBench(t)
	if r := b.verify(""); !r.Holds || r.Results[0].Expect != "money: captured at most once per reference" {
		t.Errorf("%s", r)
	}
	b.pay("A-1", "", true)
	b.pay("A-2", "", true)
	if r := b.verify(""); !r.Holds {
		t.Errorf("%s", r)
	}
	b.load("rules: [{on: toypay.charge.create}]\nexpect: [{calls: {on: toypay.charge.create, count: 7}}]")
	if r := b.verify(""); r.Holds || r.Results[0].Wanted != "7 calls" || r.Results[0].Line != 2 {
		t.Errorf("the scenario's own are not asked: %s", r)
	}
	if r := b.verify("[]"); r.Holds {
		t.Errorf("an empty list does not ask the same: %s", r)
	}
	b.load("rules: [{on: toypay.charge.create}]")
	if r := b.verify(""); !r.Holds || !strings.HasPrefix(r.Results[0].Expect, "money: captured") {
		t.Errorf("a scenario without expectations: %s", r)
	}
}

func TestCapturedTwice(t *testing.T) {
	// toypay refuses a reference that was used, so its list is made to show what
	// a provider without that rule would.
	b := newBench(t, func(p *provider.Provider) {
		list := p.Payments
		p.Payments = func(tx *provider.Tx) []provider.Payment {
			all := list(tx)
			twin := all[len(all)-1]
			twin.ID = "twin"
			return append(all, twin)
		}
	})
	one := b.pay("A-1", "", true)
	r := b.verify("")
	if r.Holds || !strings.Contains(r.Results[0].Got, "toypay captured A-1 by "+one+" and by twin") || len(r.Results[0].Nearest) == 0 {
		t.Errorf("%s", r)
	}
}

func TestAReportAsPeopleReadIt(t *testing.T) {
	b := newBench(t)
	b.load(`
rules:
  - {on: toypay.charge.create, attempt: 2, answer: {status: 503}}
  - {on: toypay.charge.capture}
webhooks:
  - {on: toypay.charge.captured, times: 2}
payer:
  - {on: toypay.charge, do: approve, after: 1m}
expect:
  - calls: {on: toypay.charge.create, count: 2}
  - calls: {on: toypay.charge.get, count: 0}
`)
	b.call("POST", "/v1/charges", body(1))
	want := `FAILED calls: {on: toypay.charge.create, count: 2}
       wanted 2 calls
       got    1 call
       #1 call toypay.charge.create 201 · none: rule 1 (line 3): this is call 1, it answers 2
ok     calls: {on: toypay.charge.get, count: 0}
note   rule 1 (line 3) on toypay.charge.create did nothing: 1 call fits it, and it answers 2
note   rule 2 (line 4) on toypay.charge.capture did nothing: no call fits it
note   webhook 1 (line 6) on toypay.charge.captured did nothing: nothing of the kind happened
`
	if got := b.verify("").String(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestVerifyWaitsForWebhooksOnTheirWay(t *testing.T) {
	b := newBench(t)
	b.Lock()
	b.Clock.Run()
	b.Unlock()
	for i := range 20 {
		b.pay(fmt.Sprint("A-", i), shop(t, 200), false)
		if r := b.verify(fmt.Sprintf(`[{webhooks: {on: toypay.charge.paid, count: %d, acknowledged: all}}]`, i+1)); !r.Holds {
			t.Fatalf("%s", r)
		}
	}
}

func TestWhatVerifyIsGiven(t *testing.T) {
	for src, want := range map[string]string{
		`{"expect": [{"calls": {"on": "toypay.charge.crate", "count": 1}}]}`: `1:30: toypay has no operation "charge.crate", did you mean "toypay.charge.create"?`,
		`[{"cals": {}}]`:   `1:3: expectation 1 has no key "cals"; it takes calls, money, webhooks, did you mean "calls"?`,
		`{"expects": []}`:  `1:2: the request has no key "expects"; it takes expect, did you mean "expect"?`,
		`{"expect": null}`: `1:2: "expect" has no value`,
		`"all"`:            `1:1: "expect" must be a list, not the text "all"`,
		`{`:                `1:1: this is not YAML: what is opened here is never closed`,
	} {
		if _, problems := scenario.ParseExpect("", []byte(src), providers()); len(problems) != 1 || problems[0].Error() != want {
			t.Errorf("%s: %v\nwant %s", src, problems, want)
		}
	}
	for _, src := range []string{"", " \n", "[]", `{"expect": []}`} {
		if _, problems := scenario.ParseExpect("", []byte(src), providers()); len(problems) > 0 {
			t.Errorf("%q: %v", src, problems)
		}
	}
}
