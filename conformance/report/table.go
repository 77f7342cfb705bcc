package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// columns are the kinds of evidence, each for itself: an operation that has much of one kind has no more of another.
var columns = []string{"real client", "printed sample", "recorded shape", negative, "state edges", "webhook", "page"}

const (
	negative = "negative test"
	success  = "success" // no column: an operation that answers every call with a refusal has a reason for it
)

// Reason says why cells may be blank. Provider and Operations are patterns as of path.Match; the first that fits counts.
type Reason struct {
	Column     string   `yaml:"column"`
	Provider   string   `yaml:"provider"`
	Operations []string `yaml:"operations"`
	Reason     string   `yaml:"reason"`
}

func (r Reason) fits(column, provider, operation string) bool {
	if ok, _ := path.Match(r.Provider, provider); !ok || r.Column != column {
		return false
	}
	return slices.ContainsFunc(r.Operations, func(pattern string) bool {
		ok, _ := path.Match(pattern, operation)
		return ok
	})
}

// Reasons reads why cells may be blank.
func Reasons(file string) ([]Reason, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var all []Reason
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&all); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return all, nil
}

// Results are everything that the runs found out of one provider.
type Results struct {
	File
	Chromium []Call // of the suite that drives the pages: Chromium's, and what the suite asks beside it
	Harness  bool   // the provider's own tests run the harness
}

// Read reads what the runs wrote to dir; sims holds the providers' packages.
func Read(dir, sims string) ([]Results, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	if files == nil {
		return nil, fmt.Errorf("%s holds no results; go test ./... writes them", dir)
	}
	slices.Sort(files)
	var all []Results
	for _, file := range files {
		var r Results
		if err := decode(file, &r.File); err != nil {
			return nil, err
		}
		var browser File
		if err := decode(filepath.Join(dir, "browser", r.Provider+".json"), &browser); err != nil {
			return nil, fmt.Errorf("%w; go test ./browser writes it", err)
		}
		r.Chromium = browser.Calls
		if r.Harness, err = harnessed(filepath.Join(sims, r.Provider)); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

func decode(file string, into any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

// harnessed tells whether a test in dir runs the harness that every provider passes.
func harnessed(dir string) (bool, error) {
	tests, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return false, err
	}
	for _, file := range tests {
		text, err := os.ReadFile(file)
		if err != nil {
			return false, err
		}
		if bytes.Contains(text, []byte("providertest.Run(")) {
			return true, nil
		}
	}
	return false, nil
}

// incomplete are the cases that make the results say nothing of the whole.
func (r Results) incomplete() []error {
	var found []error
	if r.Target != "simulator" || len(r.Operations) == 0 {
		found = append(found, fmt.Errorf("%s: the results are of %s and not of a simulator", r.Provider, cmp.Or(r.Target, "nothing")))
	}
	for _, e := range slices.Concat(r.Samples, r.Recorded, r.Clients) {
		if e.Result == NotRun || e.Result == "fail" {
			found = append(found, fmt.Errorf("%s.%s: %s %s %s: %s", r.Provider, e.Operation, e.Sample, e.Case, e.Tool, e.Result))
		}
	}
	return found
}

// operations are the operations in their order, each once: the addresses of one are one.
func (r Results) operations() []Operation {
	var all []Operation
	for _, op := range r.Operations {
		at := slices.IndexFunc(all, func(o Operation) bool { return o.ID == op.ID })
		if at < 0 {
			op.Events = slices.Clone(op.Events)
			all = append(all, op)
			continue
		}
		for _, event := range op.Events {
			all[at].Events = appendNew(all[at].Events, event)
		}
	}
	return all
}

// cells are an operation's evidence.
type cells struct {
	columns  []string // in their order
	driven   bool     // a real client, a printed sample or Chromium made a call
	succeeds bool     // not all calls were refused
}

func (r Results) cells(op Operation) cells {
	client := tally(r.Clients, op.ID, func(Entry) bool { return true })
	if ours := tally(r.Samples, op.ID, func(e Entry) bool { return e.Own }); ours != "" {
		client = join("; ", client, "*ours*: "+ours)
	}
	recorded := ""
	if n := count(r.Recorded, op.ID, func(Entry) bool { return true }); n > 0 {
		recorded = fmt.Sprint(n)
	}
	of := func(calls []Call) []Call {
		return slices.DeleteFunc(slices.Clone(calls), func(c Call) bool { return c.Operation != op.ID })
	}
	calls, chromium := of(r.Calls), slices.DeleteFunc(of(r.Chromium), func(c Call) bool { return !c.Chromium })
	statuses := statuses(slices.Concat(calls, of(r.Chromium)))
	if op.Page {
		calls = chromium
	}
	return cells{
		driven:   client != "" || page(chromium) != "" || tally(r.Samples, op.ID, func(Entry) bool { return true }) != "",
		succeeds: len(statuses) > 0 && statuses[0] < 400,
		columns: []string{
			client, tally(r.Samples, op.ID, func(e Entry) bool { return !e.Own }), recorded, r.negative(op, statuses),
			edges(calls), r.webhook(op, calls), page(chromium),
		},
	}
}

// negative are the statuses with which the operation refused somebody, and the themes of the harness behind them; nothing where
// it refused nobody.
func (r Results) negative(op Operation, statuses []int) string {
	var refused []string
	for _, status := range statuses {
		if status >= 400 {
			refused = append(refused, fmt.Sprint(status))
		}
	}
	if refused == nil || !r.Harness {
		return strings.Join(refused, ", ")
	}
	themes := "dialect"
	if op.Auth != "" {
		themes = "auth, dialect"
	}
	if op.ID == "page.view" || op.ID == "page.submit" {
		themes += ", pages"
	}
	return strings.Join(refused, ", ") + "; harness: " + themes
}

// statuses are those of the calls' answers, sorted.
func statuses(calls []Call) []int {
	var all []int
	for _, c := range calls {
		all = append(all, c.Statuses...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func edges(calls []Call) string {
	var all []string
	for _, c := range calls {
		for _, edge := range c.Edges {
			all = appendNew(all, "`"+strings.Replace(edge, ":  -", ": -", 1)+"`")
		}
	}
	slices.Sort(all)
	return strings.Join(all, "<br>")
}

func (r Results) webhook(op Operation, calls []Call) string {
	var sent, others []string
	for _, c := range calls {
		for _, event := range c.Events {
			sent = appendNew(sent, "`"+event+"`")
		}
	}
	for _, event := range op.Events {
		if event = "`" + event + "`"; r.Harness && !slices.Contains(sent, event) {
			others = appendNew(others, event)
		}
	}
	slices.Sort(sent)
	slices.Sort(others)
	cell := strings.Join(sent, ", ")
	if others != nil {
		cell = join("; ", cell, "*harness*: "+strings.Join(others, ", "))
	}
	return cell
}

func page(calls []Call) string {
	var methods []string
	for _, c := range calls {
		for _, m := range c.Methods {
			methods = appendNew(methods, m)
		}
	}
	if methods == nil {
		return ""
	}
	slices.Sort(methods)
	return "Chromium: " + strings.Join(methods, ", ")
}

// tally counts the operation's entries that passed, by tool.
func tally(entries []Entry, operation string, which func(Entry) bool) string {
	n := map[string]int{}
	for _, e := range entries {
		if e.Operation == operation && e.Result == "pass" && which(e) {
			n[e.Tool]++
		}
	}
	var cells []string
	for _, tool := range slices.Sorted(maps.Keys(n)) {
		cells = append(cells, fmt.Sprintf("%s: %d", tool, n[tool]))
	}
	return strings.Join(cells, ", ")
}

func count(entries []Entry, operation string, which func(Entry) bool) int {
	n := 0
	for _, e := range entries {
		if e.Operation == operation && e.Result == "pass" && which(e) {
			n++
		}
	}
	return n
}

func join(by, a, b string) string {
	if a == "" {
		return b
	}
	return a + by + b
}

func appendNew(to []string, s string) []string {
	if slices.Contains(to, s) {
		return to
	}
	return append(to, s)
}
