package scenario_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"paysim/internal/scenario"
)

// body is what the merchant is told of a paid charge.
func (b *bench) body() string {
	b.Helper()
	b.call("POST", "/v1/charges", fmt.Sprintf(paidCharge, "http://127.0.0.1:9/nobody"))
	b.Lock()
	defer b.Unlock()
	all := b.Outbox.All()
	return all[len(all)-1].Body
}

func TestAChangedBody(t *testing.T) {
	for change, want := range map[string]string{
		`{set: {charge: {amount: 12345678901234567890, "b.c": [1.50, null, "é", TRUE], h: 0x7FFFFFFFFFFFFFFF, e: 1e3, p: +12345678901234567890, f: .5}}}`: `{"event":"charge.paid","charge":{"amount":12345678901234567890,"b.c":[1.50,null,"é",true],"h":9223372036854775807,"e":1e3,"p":12345678901234567890,"f":0.5}}`,
		`{drop: charge, set: {"new.0": x, 'do\.ted': null, ":007": 1}}`:                                                                                   `{"event":"charge.paid","new":["x"],"do.ted":null,"007":1}`,
		`{drop: [charge, event], write: [escaped, spaced]}`:                                                                                               `{}`,
	} {
		b := newBench(t)
		b.load("webhooks: [{on: toypay.charge.paid, change: " + change + "}]")
		if got := b.body(); got != want {
			t.Errorf("%s gives %s, want %s", change, got, want)
		}
	}
}

// TestAChangeIsBounded asks for the longest lists that a file can ask for.
func TestAChangeIsBounded(t *testing.T) {
	hostile := func(entries int) string {
		var b strings.Builder
		b.WriteString("webhooks:\n  - on: toypay.charge.paid\n    change:\n      write: [reversed, escaped, spaced]\n      set:\n")
		for i := range entries {
			fmt.Fprintf(&b, "        \"n%d%s\": 1\n", i, strings.Repeat(".99", 15))
		}
		return b.String()
	}
	b := newBench(t)
	b.load(hostile(100))
	begin := time.Now()
	if n := len(b.body()); n > 20<<20 {
		t.Errorf("a body of %d bytes", n)
	}
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	if _, problems := scenario.Parse("", []byte(hostile(101)), providers()); !strings.Contains(problems.String(), `"set" has 101 entries; 100 are the most`) {
		t.Errorf("%s", problems.String())
	}
	many := "webhooks: [{on: toypay.charge.paid, change: {drop: [" + strings.Repeat("a,", 101) + "]}}]"
	if _, problems := scenario.Parse("", []byte(many), providers()); !strings.Contains(problems.String(), `"drop" has 101 entries; 100 are the most`) {
		t.Errorf("%s", problems.String())
	}
}
