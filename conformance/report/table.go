package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
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
var columns = []string{"real client", "printed sample", "recorded shape", "negative test", "state edges", "webhook", "page"}

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
	Chromium []Call // by the suite that drives the pages
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

const preamble = `# What is driven, and by whom

Written by ` + "`make conformance`" + ` from what its runs found; the same runs write the same text. Every column is evidence of another
kind, so they are never summed. A dash has its reason below the table.

- **real client**: a published library, unmodified, and how many of its calls did what they do of the real service.
- **printed sample**: requests printed in the provider's document, sent by the program they are printed for, and how many cases
  answered as printed or as declared. *Ours* are requests that the document prints no command for: real curl sends them, and
  what they must be answered is assumed.
- **recorded shape**: kinds of exchange that others recorded with the real service, called again.
- **negative test**: cases of the two columns before that must be refused, by status; behind them the themes of the house's own
  harness that refuse the operation something: *auth* (no, spoilt, forged or another's credential), *dialect* (wrong paths,
  methods, bodies), *pages* (unknown links, pressing twice, going back). What a provider's document wants answered with success
  stays so: Firstoken's temporal_token.inspect tells what it refuses by ` + "`fail`" + ` inside.
- **state edges**: the edges that calls of the operation walked in this run. What payer, bank and time do
  belongs to no operation; the house's own tests walk every edge of the tables.
- **webhook**: events that calls of the operation sent in this run; *harness* alone saw, signed and verified, what stands behind it.
- **page**: what Chromium asked of the operation.
`

// Markdown words the report. A blank that no reason explains, a reason that explains no blank, and a run that was not whole
// are errors.
func Markdown(all []Results, reasons []Reason) (string, error) {
	var b strings.Builder
	var problems []error
	used := make([]bool, len(reasons))
	b.WriteString(preamble)
	for _, r := range all {
		problems = append(problems, r.incomplete()...)
		fmt.Fprintf(&b, "\n## %s\n\n%s.\n\n| operation | %s |\n|%s\n", r.Provider, r.Document, strings.Join(columns, " | "), strings.Repeat(" --- |", len(columns)+1))
		var notes []string
		for _, op := range r.operations() {
			fmt.Fprintf(&b, "| `%s` |", op.ID)
			for i, cell := range r.cells(op) {
				if cell == "" {
					n := slices.IndexFunc(reasons, func(why Reason) bool { return why.fits(columns[i], r.Provider, op.ID) })
					if n < 0 {
						problems = append(problems, fmt.Errorf("%s.%s: %s is blank without a reason", r.Provider, op.ID, columns[i]))
						continue
					}
					used[n] = true
					notes = appendNew(notes, reasons[n].Reason)
					cell = fmt.Sprintf("– (%d)", 1+slices.Index(notes, reasons[n].Reason))
				}
				b.WriteString(" " + cell + " |")
			}
			b.WriteString("\n")
		}
		b.WriteString("\n")
		for i, note := range notes {
			fmt.Fprintf(&b, "%d. %s\n", i+1, note)
		}
	}
	for i, why := range reasons {
		if !used[i] {
			problems = append(problems, fmt.Errorf("nothing is blank for the reason %q (%s, %s, %s)", why.Reason, why.Column, why.Provider, strings.Join(why.Operations, " ")))
		}
	}
	return b.String(), errors.Join(problems...)
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

// cells are the operation's evidence, in the order of the columns.
func (r Results) cells(op Operation) []string {
	own := func(e Entry) bool { return e.Own }
	printed := func(e Entry) bool { return !e.Own }
	sample := tally(r.Samples, op.ID, printed)
	if ours := tally(r.Samples, op.ID, own); ours != "" {
		sample = join("; ", sample, "*ours*: "+ours)
	}
	recorded := ""
	if n := count(r.Recorded, op.ID, func(Entry) bool { return true }); n > 0 {
		recorded = fmt.Sprint(n)
	}
	calls := slices.Clone(r.Calls)
	calls = slices.DeleteFunc(calls, func(c Call) bool { return c.Operation != op.ID })
	chromium := slices.Clone(r.Chromium)
	chromium = slices.DeleteFunc(chromium, func(c Call) bool { return c.Operation != op.ID || !c.Chromium })
	if op.Page {
		calls = chromium
	}
	return []string{
		tally(r.Clients, op.ID, func(Entry) bool { return true }), sample, recorded, r.negative(op),
		edges(calls), r.webhook(op, calls), page(chromium),
	}
}

func (r Results) negative(op Operation) string {
	refused := func(e Entry) bool { return e.Status >= 400 }
	var cells []string
	for _, kind := range []struct {
		name string
		of   []Entry
	}{{"samples", r.Samples}, {"recorded", r.Recorded}} {
		var statuses []string
		for _, e := range kind.of {
			if e.Operation == op.ID && e.Result == "pass" && refused(e) {
				statuses = appendNew(statuses, fmt.Sprint(e.Status))
			}
		}
		if slices.Sort(statuses); statuses != nil {
			cells = append(cells, kind.name+" "+strings.Join(statuses, ", "))
		}
	}
	if r.Harness {
		themes := "dialect"
		if op.Auth != "" {
			themes = "auth, dialect"
		}
		if op.ID == "page.view" || op.ID == "page.submit" {
			themes += ", pages"
		}
		cells = append(cells, "harness: "+themes)
	}
	return strings.Join(cells, "; ")
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
