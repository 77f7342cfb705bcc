package scenario

import (
	"fmt"
	"strings"

	"paysim/internal/journal"
)

// Report is what became of expectations.
type Report struct {
	Holds    bool     `json:"holds"` // all of them
	Results  []Result `json:"results"`
	NotFired []Unused `json:"not_fired"` // of the loaded scenario; this alone is no failure
}

// Result is one expectation and what was found.
type Result struct {
	Expect  string           `json:"expect"`
	Line    int              `json:"line,omitempty"` // in the file that asked
	Holds   bool             `json:"holds"`
	Wanted  string           `json:"wanted"`
	Got     string           `json:"got"`
	Nearest []*journal.Entry `json:"nearest,omitempty"` // of a failed one: what comes closest, newest last
}

// Unused is an entry of the scenario that did nothing yet.
type Unused struct {
	Rule string `json:"rule"`
	On   string `json:"on"`
	Line int    `json:"line"`
	Why  string `json:"why"`
}

// String is the report as a person wants it.
func (r Report) String() string {
	var b strings.Builder
	for _, res := range r.Results {
		mark := "ok    "
		if !res.Holds {
			mark = "FAILED"
		}
		fmt.Fprintf(&b, "%s %s\n", mark, res.Expect)
		if res.Holds {
			continue
		}
		fmt.Fprintf(&b, "       wanted %s\n       got    %s\n", res.Wanted, res.Got)
		for _, e := range res.Nearest {
			fmt.Fprintf(&b, "       #%d %s\n", e.Seq, short(e))
		}
	}
	for _, u := range r.NotFired {
		fmt.Fprintf(&b, "note   %s on %s did nothing: %s\n", u.Rule, u.On, u.Why)
	}
	return b.String()
}

// short is a journal entry in one line.
func short(e *journal.Entry) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s.%s", e.Kind, e.Provider, e.Operation)
	if e.Response != nil {
		fmt.Fprintf(&b, " %d", e.Response.Status)
	}
	for _, part := range []string{e.Object, e.Error, e.Outcome, e.Effect, strings.Join(e.Answer, ", "), e.Rule} {
		if part != "" {
			b.WriteString(" · " + part)
		}
	}
	for _, m := range e.Money {
		fmt.Fprintf(&b, " · %s %d %s %s", m.Kind, m.Amount, m.Currency, m.Reference)
	}
	return b.String()
}
