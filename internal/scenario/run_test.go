package scenario_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paysim/internal/engine"
	"paysim/internal/plan"
	"paysim/internal/provider"
	"paysim/internal/providertest/toypay"
	"paysim/internal/scenario"
)

const create = `{"reference":"A-%d","amount":1000,"currency":"EUR"}`

func body(n int) string { return fmt.Sprintf(create, n) }

// which plays n calls and says for each which rule fired: "1", "2" or "-".
func (b *bench) which(n int, call func(i int)) string {
	var out strings.Builder
	for i := range n {
		call(i + 1)
		var rule int
		if _, err := fmt.Sscanf(b.last().Rule, "rule %d ", &rule); err != nil {
			out.WriteString("-")
			continue
		}
		fmt.Fprint(&out, rule)
	}
	return out.String()
}

func (b *bench) creates(n int) string {
	return b.which(n, func(i int) { b.call("POST", "/v1/charges", body(i)) })
}

func TestAttemptsAndLimits(t *testing.T) {
	for _, c := range []struct{ name, rules, want string }{
		{"all", `[{on: toypay.charge.create}]`, "111111111111"},
		{"the first", `[{on: toypay.charge.create, attempt: 1}]`, "1-----------"},
		{"the third", `[{on: toypay.charge.create, attempt: 3}]`, "--1---------"},
		{"the first three", `[{on: toypay.charge.create, attempt: 1-3}]`, "111---------"},
		{"from the second", `[{on: toypay.charge.create, attempt: 2..}]`, "-11111111111"},
		{"from the first", `[{on: toypay.charge.create, attempt: 1..}]`, "111111111111"},
		{"every third", `[{on: toypay.charge.create, attempt: every 3}]`, "--1--1--1--1"},
		{"every one", `[{on: toypay.charge.create, attempt: every 1}]`, "111111111111"},
		{"at most twice", `[{on: toypay.charge.create, limit: 2}]`, "11----------"},
		{"every second, twice", `[{on: toypay.charge.create, attempt: every 2, limit: 2}]`, "-1-1--------"},
		{"a spent limit lets the next rule fire", `[{on: toypay.charge.create, limit: 2}, {on: toypay.charge.create, limit: 3}, {on: "*"}]`, "112223333333"},
		{"one counts what another answers", `[{on: toypay.charge.create, attempt: 1}, {on: toypay.charge.create, attempt: 2}]`, "12----------"},
		{"also behind one that answers all of a match", `[{on: toypay.charge.create, match: {reference: A-1}}, {on: toypay.charge.create, attempt: 1}, {on: toypay.charge.create, attempt: 2}]`, "13----------"},
		{"a count is of what matches", `[{on: toypay.charge.create, match: {reference: {in: [A-2, A-5, A-6]}}, attempt: 2}]`, "----1-------"},
		{"first that matches wins", `[{on: toypay.charge.create, match: {reference: A-3}}, {on: toypay.charge.create}]`, "221222222222"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			b.load("rules: " + c.rules)
			if got := b.creates(len(c.want)); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// TestFittedIsWhateverARuleWouldHaveAnswered holds what is said of rules that
// did nothing to the truth.
func TestFittedIsWhateverARuleWouldHaveAnswered(t *testing.T) {
	b := newBench(t)
	b.load("rules: [{on: toypay.charge.create, match: {amount: 1000}}, {on: toypay.charge.create}, {on: toypay.charge.get}]")
	b.creates(2)
	state, _ := scenario.Loaded(b.Tenant)
	if r := state.Rules; r[0].Fitted != 2 || r[0].Fired != 2 || r[1].Fitted != 2 || r[1].Fired != 0 || r[2].Fitted != 0 {
		t.Errorf("%+v", r)
	}
	idle := b.verify("").NotFired
	if len(idle) != 2 || idle[0].Why != "2 calls fit it, and an earlier rule answered" || idle[1].Why != "no call fits it" {
		t.Errorf("%+v", idle)
	}
}

func TestCountersUnderLoad(t *testing.T) {
	b := newBench(t)
	b.load("rules: [{on: toypay.charge.create, attempt: every 10}, {on: toypay.charge.create, attempt: 2.., limit: 7}]")
	done := make(chan bool)
	for i := range 100 {
		go func() { b.call("POST", "/v1/charges", body(i)); done <- true }()
	}
	for range 100 {
		<-done
	}
	state, _ := scenario.Loaded(b.Tenant)
	if r := state.Rules; r[0].Fitted != 100 || r[0].Fired != 10 || r[1].Fitted != 100 || r[1].Fired != 7 {
		t.Errorf("%+v", r)
	}
}

func TestChanceIsTheSameInEveryRun(t *testing.T) {
	play := func(seed int) string {
		b := newBench(t)
		b.load(fmt.Sprintf("seed: %d\nrules: [{on: toypay.charge.get, attempt: {chance: 0.25}, effect: {error: not_found}}]", seed))
		return b.which(400, func(int) { b.call("GET", "/v1/charges/c0", "") })
	}
	first := play(42)
	if again := play(42); again != first {
		t.Errorf("one seed, two runs:\n%s\n%s", first, again)
	}
	if other := play(43); other == first {
		t.Error("two seeds, one run")
	}
	if n := strings.Count(first, "1"); n < 60 || n > 140 {
		t.Errorf("%d of 400 fired with a chance of 0.25", n)
	}
}

func TestAChanceIsDrawnForEveryCallThatFits(t *testing.T) {
	play := func(rules string) string {
		b := newBench(t)
		b.load("seed: 7\nrules: [" + rules + "{on: toypay.charge.get, attempt: {chance: 0.5}}]")
		return b.which(40, func(int) { b.call("GET", "/v1/charges/c0", "") })
	}
	alone := play("{on: toypay.page.view}, ")
	behind := play("{on: toypay.charge.get, attempt: every 2}, ")
	for i := range alone {
		if i%2 == 0 && alone[i] != behind[i] {
			t.Fatalf("call %d: the draws depend on who answered\n%s\n%s", i+1, alone, behind)
		}
	}
}

func TestWhatARuleLooksAt(t *testing.T) {
	facts := func(change func(*plan.Facts)) plan.Facts {
		f := plan.Facts{
			Operation: "toypay.charge.get",
			Header:    http.Header{"X-Shop": {"north", "south"}},
			Query:     func() url.Values { return url.Values{"lang": {"en"}, "page": {"2"}, "empty": {""}} },
			Path:      map[string]string{"id": "c-1"},
			Body:      []byte(`{"amount":1000,"big":9007199254740993,"ref":"A-17","ok":true,"no":false,"nil":null,"text":"1000","list":[1,{"sku":"s1"}],"deep":{"er":{"x":2.5}},"a.b":1}`),
		}
		if change != nil {
			change(&f)
		}
		return f
	}
	form := facts(func(f *plan.Facts) {
		f.Header = http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}}
		f.Body = []byte("amount=1000&ref=A-17&empty=")
	})
	for _, c := range []struct {
		match string
		facts plan.Facts
		want  bool
	}{
		{`amount: 1000`, facts(nil), true},
		{`amount: 1000.0`, facts(nil), true},
		{`amount: 1001`, facts(nil), false},
		{`amount: "1000"`, facts(nil), false},
		{`text: "1000"`, facts(nil), true},
		{`text: 1000`, facts(nil), true},
		{`big: 9007199254740993`, facts(nil), true},
		{`big: 9007199254740992`, facts(nil), false},
		{`ref: A-17`, facts(nil), true},
		{`ref: {glob: "A-*"}`, facts(nil), true},
		{`ref: {glob: "a-*"}`, facts(nil), false},
		{`ref: {glob: "A-1?"}`, facts(nil), true},
		{`ref: {glob: "A"}`, facts(nil), false},
		{`amount: {glob: "1*"}`, facts(nil), true},
		{`nil: {glob: "*"}`, facts(nil), false},
		{`amount: {in: [5, 1000]}`, facts(nil), true},
		{`amount: {in: [5, 6]}`, facts(nil), false},
		{`amount: {gt: 999}`, facts(nil), true},
		{`amount: {gt: 1000}`, facts(nil), false},
		{`amount: {gte: 1000, lt: 1001}`, facts(nil), true},
		{`amount: {lte: 999}`, facts(nil), false},
		{`text: {lt: 2000}`, facts(nil), true},
		{`ref: {lt: 2000}`, facts(nil), false},
		{`ok: true`, facts(nil), true},
		{`ok: false`, facts(nil), false},
		{`no: false`, facts(nil), true},
		{`ok: "true"`, facts(nil), false},
		{`nil: null`, facts(nil), true},
		{`gone: null`, facts(nil), false},
		{`gone: {exists: false}`, facts(nil), true},
		{`nil: {exists: true}`, facts(nil), true},
		{`gone: {exists: true}`, facts(nil), false},
		{`gone: {lt: 5}`, facts(nil), false},
		{`list: {exists: true}`, facts(nil), true},
		{`list: 1`, facts(nil), false},
		{`list.0: 1`, facts(nil), true},
		{`list.1.sku: s1`, facts(nil), true},
		{`"list.#": 2`, facts(nil), true},
		{`deep.er.x: 2.5`, facts(nil), true},
		{`'a\.b': 1`, facts(nil), true},
		{`"header:x-shop": north`, facts(nil), true},
		{`"header:X-Shop": south`, facts(nil), false},
		{`"header:X-None": {exists: false}`, facts(nil), true},
		{`"query:lang": en`, facts(nil), true},
		{`"query:page": 2`, facts(nil), true},
		{`"query:page": {gt: 1}`, facts(nil), true},
		{`"query:none": {exists: true}`, facts(nil), false},
		{`"query:empty": {exists: true}`, facts(nil), true},
		{`"query:empty": ""`, facts(nil), true},
		{`"path:id": c-1`, facts(nil), true},
		{`"path:id": {glob: "d*"}`, facts(nil), false},
		{"amount: 1000, ref: A-17", facts(nil), true},
		{"amount: 1000, ref: A-18", facts(nil), false},
		{`amount: 1000`, form, true},
		{`ref: {glob: "A-*"}`, form, true},
		{`empty: {exists: true}`, form, true},
		{`amount: 1000`, facts(func(f *plan.Facts) { // as curl -d sends it
			f.Header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
		}), true},
		{`gone: {exists: true}`, form, false},
		{`amount: 1000`, facts(func(f *plan.Facts) { f.Body = nil }), false},
		{`amount: 1000`, facts(func(f *plan.Facts) { f.Body = []byte("{amount") }), false},
		{`amount: {exists: false}`, facts(func(f *plan.Facts) { f.Body = []byte("null") }), true},
	} {
		b := newBench(t)
		b.load("rules: [{on: toypay.charge.get, match: {" + c.match + "}}]")
		if got := strings.HasPrefix(b.Planner.Call(c.facts).Rule, "rule 1"); got != c.want {
			t.Errorf("%s on %s: %v", c.match, c.facts.Body, got)
		}
	}
}

// TestAGlobDoesNotTakeForEver: every star multiplies what a failing match costs.
func TestAGlobDoesNotTakeForEver(t *testing.T) {
	b := newBench(t)
	b.load(`rules: [{on: toypay.charge.get, match: {ref: {glob: "*a*a*a*a*a*a*a*a*a*b*"}}}]`)
	for _, n := range []int{60, 1000, 1 << 20} {
		f := plan.Facts{Operation: "toypay.charge.get", Header: http.Header{}, Body: []byte(`{"ref":"` + strings.Repeat("a", n) + `c"}`)}
		begin := time.Now()
		if b.Planner.Call(f); time.Since(begin) > 10*time.Second {
			t.Errorf("%d characters took %v", n, time.Since(begin))
		}
	}
}

func TestTheJournalSaysWhyNoRuleWasChosen(t *testing.T) {
	b := newBench(t)
	b.load(`
rules:
  - on: toypay.charge.create
    match: {amount: 5}
  - on: toypay.charge.create
    attempt: 3
  - on: toypay.charge.create
    limit: 1
  - on: toypay.charge.create
    match: {card: {exists: true}}
  - on: toypay.charge.create
    match: {"header:X-Shop": a}
`)
	b.call("GET", "/v1/charges/x", "")
	if got := b.last().Rule; got != "none: no rule is on this operation" {
		t.Error(got)
	}
	b.call("GET", "/nowhere", "")
	if got := b.last().Rule; got != "" {
		t.Errorf("a path that no rule can be on: %s", got)
	}
	b.call("POST", "/v1/charges", body(1))
	if got := b.last().Rule; got != "rule 3 (line 7)" {
		t.Error(got)
	}
	b.call("POST", "/v1/charges", body(2))
	want := "none: rule 1 (line 3): amount does not match; rule 2 (line 5): this is call 2, it answers 3; rule 3 (line 7): its limit of 1 is spent; and 2 more"
	if got := b.last().Rule; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestEffectsAndOrigins(t *testing.T) {
	b := newBench(t)
	b.load(`
rules:
  - {on: toypay.charge.create, match: {reference: A-1}, effect: {outcome: insufficient_funds}}
  - {on: toypay.charge.create, match: {reference: A-2}, effect: {error: duplicate_reference}}
  - {on: toypay.charge.create, match: {reference: A-3}, effect: none}
  - {on: toypay.charge.create, match: {reference: A-4}, effect: {later: 2m, outcome: insufficient_funds}}
`)
	state := func(w fmt.Stringer) string {
		var c struct{ State, Error string }
		json.Unmarshal([]byte(w.String()), &c)
		return c.State + c.Error
	}
	for i, want := range []string{"declined insufficient_funds by rule", "duplicate_reference  by ", "pending  by ", "pending  by "} {
		w := b.call("POST", "/v1/charges", body(i+1))
		e := b.last()
		if got := fmt.Sprintf("%s %s by %s", state(w.Body), e.Outcome, e.Origin); got != want {
			t.Errorf("A-%d: %q, want %q", i+1, got, want)
		}
	}
	if w := b.call("POST", "/v1/charges", `{"reference":"A-1","amount":0}`); w.Code != 400 || b.last().Outcome != "" {
		t.Errorf("a refused call has the outcome %q", b.last().Outcome)
	}
	w := b.call("POST", "/v1/charges", strings.Replace(body(2), "}", `,"card":"x"}`, 1), "Sim-Outcome", "approved")
	if e := b.last(); w.Code != 201 || e.Origin != "header" || e.Effect != "" || !strings.HasPrefix(e.Rule, "rule 2") {
		t.Errorf("the header does not win: %d %+v", w.Code, e)
	}
	var later *string
	for _, p := range b.Payments(b.Tenant) {
		if p.Reference == "A-3" {
			t.Error("A-3 was kept")
		}
		if p.Reference == "A-4" {
			later = &p.ID
		}
	}
	fired, err := b.MoveClock(t.Context(), b.Tenant, func(now time.Time) (time.Time, error) { return now.Add(2 * time.Minute), nil }, engine.AsBefore)
	if err != nil || len(fired) != 1 || fired[0].Object != *later || fired[0].What != "decline" {
		t.Fatalf("%v %+v", err, fired)
	}
	if e := b.last(); e.Rule != "rule 4 (line 6)" || e.Origin != "rule" || e.Outcome != "insufficient_funds" {
		t.Errorf("the journal says %+v", e)
	}
}

func TestACallCanInsistOnItsScenario(t *testing.T) {
	b := newBench(t)
	if w := b.call("POST", "/v1/charges", body(1), "Sim-Scenario", "retry"); w.Code != 400 || !strings.Contains(w.Body.String(), "has no scenario loaded") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	b.load("name: retry\nrules: [{on: toypay.charge.create, attempt: 1, effect: {error: processing_error}}]")
	if w := b.call("POST", "/v1/charges", body(1), "Sim-Scenario", "retries"); w.Code != 400 || !strings.Contains(w.Body.String(), `is \"retry\", not`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if n := len(b.journal()); n != 0 {
		t.Errorf("%d calls were booked", n)
	}
	if w := b.call("POST", "/v1/charges", body(1), "Sim-Scenario", "retry"); w.Code != 502 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestThePayersScript(t *testing.T) {
	b := newBench(t)
	b.load(`
payer:
  - {on: toypay.charge, do: approve, after: 2s}
  - {on: "*", do: expire, after: 1h}
`)
	b.call("POST", "/v1/charges", body(1))
	fired, _ := b.MoveClock(t.Context(), b.Tenant, func(now time.Time) (time.Time, error) { return now.Add(2 * time.Hour), nil }, engine.AsBefore)
	var got []string
	for _, f := range fired {
		got = append(got, f.What+" "+f.At.Sub(nine).String())
	}
	if diff := cmp.Diff([]string{"approve 2s", "expire 1h0m0s"}, slices.DeleteFunc(got, func(s string) bool { return strings.HasPrefix(s, "charge.expire") })); diff != "" {
		t.Error(diff)
	}
	if e := b.last(); e.Rule != "payer 2 (line 4)" || !strings.Contains(e.Cause, "cannot expire") {
		t.Errorf("a script that came too late: %+v", e)
	}
}

func TestWebhookEntries(t *testing.T) {
	b := newBench(t)
	b.load(`
webhooks:
  - {on: toypay.charge.paid, send: never}
  - {on: "*", times: 2, gap: 1m, sign: missing}
`)
	w := b.call("POST", "/v1/charges", `{"reference":"A-1","amount":5,"currency":"EUR","card":"4111111111111111","notify_url":"http://127.0.0.1:1/x"}`)
	var c struct{ ID string }
	json.Unmarshal(w.Body.Bytes(), &c)
	if e := b.last(); len(e.Webhooks) != 1 || e.Webhooks[0].Rule != "webhook 1 (line 3)" {
		t.Errorf("%+v", e.Webhooks)
	}
	b.call("POST", "/v1/charges/"+c.ID+"/capture", "")
	if e := b.last(); len(e.Webhooks) != 2 || e.Webhooks[1].Rule != "webhook 2 (line 4)" {
		t.Errorf("%+v", e.Webhooks)
	}
}

func TestLoading(t *testing.T) {
	only := []*provider.Provider{toypay.Provider()}
	parse := func(src string) *scenario.Scenario {
		s, problems := scenario.Parse("", []byte(src), only)
		if len(problems) > 0 {
			t.Fatal(problems.String())
		}
		return s
	}
	t.Run("the clock is set and stands", func(t *testing.T) {
		b := newBench(t)
		b.Payments(b.Tenant) // somebody looked; that is no data
		if err := parse("clock: {at: 2020-01-01T00:00:00Z}").Load(t.Context(), b.Engine, b.Tenant); err != nil {
			t.Fatal(err)
		}
		b.Lock()
		defer b.Unlock()
		if got := b.Clock.Now(); got.Year() != 2020 || !b.Clock.Frozen() {
			t.Errorf("it shows %v", got)
		}
	})
	t.Run("what is due by then happens", func(t *testing.T) {
		b := newBench(t)
		b.call("POST", "/v1/charges", body(1))
		if err := parse("clock: {at: 2026-03-02T09:00:00Z}").Load(t.Context(), b.Engine, b.Tenant); err != nil {
			t.Fatal(err)
		}
		if e := b.last(); e.Operation != "charge.expire" || !e.At.Equal(nine.Add(15*time.Minute)) {
			t.Errorf("%+v", e)
		}
	})
	t.Run("a clock that would go back is refused, and nothing changes", func(t *testing.T) {
		b := newBench(t)
		b.load("name: before\nrules: [{on: toypay.charge.create, attempt: 1, answer: {status: 503}}]")
		b.call("POST", "/v1/charges", body(1))
		err := parse("name: after\nclock: {at: 2020-01-01T00:00:00Z}").Load(t.Context(), b.Engine, b.Tenant)
		if state, _ := scenario.Loaded(b.Tenant); !errors.Is(err, engine.ErrBackwards) || state.Name != "before" || state.Rules[0].Fired != 1 {
			t.Errorf("%v %+v", err, state)
		}
	})
	t.Run("again, with the same clock", func(t *testing.T) {
		b := newBench(t)
		b.load("clock: {at: 2026-03-01T10:00:00Z}")
		b.call("POST", "/v1/charges", body(1))
		b.MoveClock(t.Context(), b.Tenant, func(now time.Time) (time.Time, error) { return now.Add(time.Minute), nil }, engine.AsBefore)
		b.load("name: changed\nclock: {at: 2026-03-01T10:00:00Z}")
		b.Lock()
		defer b.Unlock()
		if got := b.Clock.Now(); !got.Equal(nine.Add(61 * time.Minute)) {
			t.Errorf("it shows %v", got)
		}
	})
	t.Run("counters begin again", func(t *testing.T) {
		b := newBench(t)
		src := "rules: [{on: toypay.charge.create, attempt: 1}]"
		b.load(src)
		first := b.creates(2)
		b.load(src)
		if again := b.creates(2); first != "1-" || again != "1-" {
			t.Errorf("%s, then %s", first, again)
		}
	})
	t.Run("the same seed again gives no id twice", func(t *testing.T) {
		b := newBench(t)
		seen := map[string]bool{}
		for i := range 4 {
			b.load(fmt.Sprintf("seed: %d", 5+i%2))
			var c struct{ ID string }
			json.Unmarshal(b.call("POST", "/v1/charges", body(i)).Body.Bytes(), &c)
			if c.ID == "" || seen[c.ID] {
				t.Errorf("load %d: id %q", i+1, c.ID)
			}
			seen[c.ID] = true
		}
	})
	t.Run("a reset takes it away", func(t *testing.T) {
		b := newBench(t)
		b.load("rules: [{on: toypay.charge.create}]")
		b.Engine.Reset(t.Context(), b.Tenant)
		if _, ok := scenario.Loaded(b.Tenant); ok {
			t.Error("it is still there")
		}
	})
	t.Run("a tenant that is born with it", func(t *testing.T) {
		b := newBench(t)
		other, _ := b.Tenants.Find("bob")
		parse("seed: 3\nclock: {at: 2020-01-01T00:00:00Z}\nrules: [{on: toypay.charge.create}]").Start(other)
		if state, ok := scenario.Loaded(other); !ok || len(state.Rules) != 1 || other.Clock.Now().Year() != 2020 {
			t.Errorf("%v %+v", ok, state)
		}
	})
	t.Run("unloaded", func(t *testing.T) {
		b := newBench(t)
		b.load("rules: [{on: toypay.charge.create}]")
		scenario.Unload(b.Tenant)
		if b.creates(1); b.last().Rule != "" {
			t.Errorf("the journal says %q", b.last().Rule)
		}
	})
	t.Run("while somebody else moves the clock", func(t *testing.T) {
		b := newBench(t)
		b.TakeTurn(nil)
		defer b.EndTurn()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if err := parse("clock: {at: 2030-01-01T00:00:00Z}").Load(ctx, b.Engine, b.Tenant); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	})
}

func TestOneSeedOneJournal(t *testing.T) {
	src := `
seed: 42
clock: {at: 2026-03-01T09:00:00Z}
rules:
  - {on: toypay.charge.create, attempt: {chance: 0.3}, effect: {error: processing_error}}
  - {on: toypay.charge.create, attempt: every 4, effect: {outcome: insufficient_funds}}
  - {on: toypay.charge.create, attempt: every 5, effect: {later: 1m, outcome: approved}}
  - {on: toypay.charge.capture, attempt: 2, effect: none}
webhooks:
  - {on: "*", times: 2, gap: 1s}
payer:
  - {on: toypay.charge, do: approve, after: 10s}
`
	b := newBench(t)
	play := func() []byte {
		b.Engine.Reset(t.Context(), b.Tenant)
		b.load(src)
		for i := range 12 {
			var c struct{ ID string }
			json.Unmarshal(b.call("POST", "/v1/charges", body(i)).Body.Bytes(), &c)
			b.MoveClock(t.Context(), b.Tenant, func(now time.Time) (time.Time, error) { return now.Add(20 * time.Second), nil }, engine.AsBefore)
			b.call("POST", "/v1/charges/"+c.ID+"/capture", "")
		}
		out, err := json.Marshal(b.journal())
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	want := play()
	if n := bytes.Count(want, []byte(`"seq"`)); n < 30 {
		t.Fatalf("only %d entries", n)
	}
	for i := range 1000 {
		if got := play(); !bytes.Equal(got, want) {
			t.Fatalf("run %d: %s", i+2, cmp.Diff(string(want), string(got)))
		}
	}
}

// TestOneSeedOneDay is the same as callers and receivers see it, with answers
// that are late, cut and dripping, and webhooks that are late, early, doubled
// and forged.
func TestOneSeedOneDay(t *testing.T) {
	src := `
seed: 42
clock: {at: 2026-03-01T09:00:00Z}
rules:
  - {on: toypay.charge.create, attempt: {chance: 0.3}, answer: [{delay: 1ms}, {truncate: 0.5}]}
  - {on: toypay.charge.create, attempt: every 4, effect: {outcome: insufficient_funds}, answer: {drip: {bytes: 9, every: 1ms}}}
  - {on: toypay.charge.capture, attempt: every 2, answer: [{delay: 1ms}, reset]}
webhooks:
  - {on: toypay.charge.paid, send: {after: 25s}, times: 2, gap: 7s, sign: wrong_key}
  - {on: toypay.charge.captured, send: before_answer, times: 3, sign: {stale: 10m}}
`
	var mu sync.Mutex
	var day strings.Builder
	tell := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(&day, format+"\n", args...)
	}
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		tell("heard %s %v", text, r.Header)
	}))
	defer receiver.Close()
	var today *bench
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { today.handler.ServeHTTP(w, r) }))
	defer api.Close()
	call := func(path, body string) (got []byte) {
		req, _ := http.NewRequest("POST", api.URL+"/toypay"+path, strings.NewReader(body))
		req.Header.Set("Toy-Key", "toy-ann")
		resp, err := api.Client().Do(req)
		if err != nil {
			tell("%s is not answered", path)
			return nil
		}
		defer resp.Body.Close()
		got, err = io.ReadAll(resp.Body)
		tell("%s is answered %d %s, cut: %v", path, resp.StatusCode, got, err != nil)
		return got
	}
	play := func() string {
		day.Reset()
		today = newBench(t)
		today.load(src)
		for i := range 12 {
			body := fmt.Sprintf(`{"reference":"A-%d","amount":1000,"currency":"EUR","card":"4111111111111111","notify_url":%q}`, i, receiver.URL)
			var c struct{ ID string }
			json.Unmarshal(call("/v1/charges", body), &c)
			today.MoveClock(t.Context(), today.Tenant, func(now time.Time) (time.Time, error) { return now.Add(10 * time.Second), nil }, engine.AsBefore)
			if c.ID != "" {
				call("/v1/charges/"+c.ID+"/capture", "")
				today.MoveClock(t.Context(), today.Tenant, func(now time.Time) (time.Time, error) { return now, nil }, engine.AsBefore)
			}
		}
		today.MoveClock(t.Context(), today.Tenant, func(now time.Time) (time.Time, error) { return now.Add(time.Hour), nil }, engine.AsBefore)
		journal, err := json.Marshal(today.journal())
		if err != nil {
			t.Fatal(err)
		}
		tell("%s", journal)
		return day.String()
	}
	first := play()
	for what, least := range map[string]int{"heard ": 30, "cut: true": 2, "is not answered": 2, `"answer":["drip`: 1} {
		if n := strings.Count(first, what); n < least {
			t.Errorf("%q %d times:\n%s", what, n, first)
		}
	}
	for range 20 {
		if again := play(); again != first {
			t.Fatal(cmp.Diff(strings.Split(first, "\n"), strings.Split(again, "\n")))
		}
	}
}
