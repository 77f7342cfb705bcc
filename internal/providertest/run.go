package providertest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"paysim/internal/catalog"
	"paysim/internal/provider"
)

// theme is a named part of the harness. It calls found for what it finds.
type theme struct {
	name string
	run  func(*harness)
}

// themes in the order in which they run; coverage counts what the others did.
var themes = []theme{
	{"operations", operations},
	{"transcripts", transcripts},
	{"auth", auth},
	{"dialect", dialect},
	{"envelopes", envelopes},
	{"states", states},
	{"rollback", rollback},
	{"concurrency", concurrency},
	{"webhooks", webhooks},
	{"faults", faults},
	{"scenarios", scenarios},
	{"pages", pages},
	{"determinism", determinism},
	{"secrets", secrets},
	{"coverage", coverage},
}

// Run tests a provider: one subtest a theme.
func Run(t *testing.T, s Suite) {
	h := newHarness(&s, *update)
	if err := h.check(); err != nil {
		t.Fatal(err)
	}
	for _, th := range themes {
		t.Run(th.name, func(t *testing.T) {
			if th.name == "coverage" && len(h.done) < len(themes)-1 {
				t.Skip("coverage counts what every other theme touched, and not every other theme has run")
			}
			for _, f := range h.one(th) {
				t.Error(f)
			}
		})
	}
}

// Findings runs themes, all if none is named, and gives what each found: the
// harness as a value, so that it can be tested itself. It writes no transcripts.
func Findings(s Suite, only ...string) (map[string][]string, error) {
	h := newHarness(&s, false)
	if err := h.check(); err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, th := range themes {
		if len(only) > 0 && !slices.Contains(only, th.name) {
			continue
		}
		if found := h.one(th); len(found) > 0 {
			out[th.name] = found
		}
	}
	return out, nil
}

// harness is one run of a suite.
type harness struct {
	suite    *Suite
	internal *catalog.Error // the row of a defect
	update   bool

	theme  string   // that is running
	worlds []*world // of the theme
	done   []string

	mu       sync.Mutex
	findings []string
	needed   map[string]bool // excuses that were needed
	touched  map[string]int
}

func newHarness(s *Suite, update bool) *harness {
	return &harness{suite: s, update: update, needed: map[string]bool{}, touched: map[string]int{}}
}

// check reports a suite that cannot be run.
func (h *harness) check() error {
	s := h.suite
	if s.Provider == nil || s.Code == nil || len(s.Examples) == 0 {
		return fmt.Errorf("a suite needs a Provider, Examples and Code")
	}
	if err := s.Provider.Check(); err != nil {
		return err
	}
	if s.Provider.Webhooks != nil && s.Verify == nil {
		return fmt.Errorf("a provider that sends webhooks needs Suite.Verify")
	}
	if len(s.Provider.Cards) > 0 && s.Card == nil {
		return fmt.Errorf("a provider with test cards needs Suite.Card")
	}
	for _, key := range slices.Sorted(maps.Keys(s.Examples)) {
		if s.Provider.Operation(operationOf(key)) == nil {
			return fmt.Errorf("example %q: no such operation", key)
		}
	}
	call := provider.NewCall(&provider.Tx{Record: &provider.Record{}}, &provider.Request{}, nil, nil, "")
	h.internal = s.Provider.Refusal(call, provider.ErrInternal)
	if h.internal == nil {
		return fmt.Errorf("the provider's Refusal makes no row of provider.ErrInternal")
	}
	return nil
}

// operationOf is the operation that an example is of.
func operationOf(key string) string {
	id, _, _ := strings.Cut(key, " ")
	return id
}

// examples lists the suite's examples in the table's order of operations.
func (h *harness) examples() []string {
	var out []string
	all := slices.Sorted(maps.Keys(h.suite.Examples))
	for _, op := range h.suite.Provider.Operations {
		for _, key := range all {
			if operationOf(key) == op.ID && !slices.Contains(out, key) {
				out = append(out, key)
			}
		}
	}
	return out
}

// one runs a theme and gives what it found.
func (h *harness) one(th theme) []string {
	h.theme, h.worlds, h.findings = th.name, nil, nil
	h.try(func() { th.run(h) })
	for _, w := range h.worlds {
		w.close()
	}
	h.done = append(h.done, th.name)
	const most = 25
	out := slices.Compact(h.findings)
	if more := len(out) - most; more > 0 {
		out = append(out[:most:most], fmt.Sprintf("and %d more", more))
	}
	return out
}

// found adds a finding, unless the suite excuses its subject.
func (h *harness) found(subject, format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.suite.Excused[subject] != "" {
		h.needed[subject] = true
		return
	}
	h.findings = append(h.findings, "["+subject+"] "+fmt.Sprintf(format, args...))
}

// stopped ends a part of a theme.
type stopped struct{ text string }

// stop ends what try runs, with a finding.
func (h *harness) stop(format string, args ...any) { panic(stopped{fmt.Sprintf(format, args...)}) }

// try runs f as far as it goes; false when it was stopped.
func (h *harness) try(f func()) (whole bool) {
	defer func() {
		if v := recover(); v != nil {
			s, ok := v.(stopped)
			if !ok {
				panic(v)
			}
			h.found(h.theme+" stopped", "%s", s.text)
		}
	}()
	f()
	return true
}

// example prepares a suite's example; stops what runs when it cannot be made.
func (c *Client) example(key string) *Request {
	r := c.w.suite.Examples[key](c)
	if r == nil {
		c.w.stop("the example %s gives no request", key)
	}
	c.signed(r) // a token that Sign keeps is made now, not when effects are measured
	return r
}
