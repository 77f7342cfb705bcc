package report

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

const preamble = `# What is driven, and by whom

Written by ` + "`make conformance`" + ` from what its runs found; the same runs write the same text. Every column is evidence of another
kind, so they are never summed. A dash has its reason below the table.

- **real client**: a published library, unmodified, and how many of its calls did what they do of the real service. *Ours* is a
  real program with a request of ours, where the provider's document prints none: what it must be answered is assumed.
- **printed sample**: requests printed in the provider's document, sent by the program they are printed for, and how many cases
  answered as printed or as declared.
- **recorded shape**: kinds of exchange that others recorded with the real service, called again.
- **negative test**: the statuses with which the operation refused these programs, or the suite that drives Chromium, in this run, each
  where the case, the library's driver or the payer's journey asks for it; behind them the themes of the house's own harness that refuse the
  operation something: *auth* (no, spoilt, forged or another's credential), *dialect* (wrong paths, methods, bodies), *pages*
  (unknown links, pressing twice, going back).
- **state edges**: the edges that calls of the operation walked in this run. What payer, bank and time do
  belongs to no operation; the house's own tests walk every edge of the tables.
- **webhook**: events that calls of the operation sent in this run; *harness* alone saw, signed and verified, what stands behind it.
- **page**: what Chromium asked of the operation.

Every operation is driven by a real client, a printed sample or Chromium, and to success unless a note says why not: otherwise this
file is not written.
`

// Markdown words the report. A blank that no reason explains, a reason that explains no blank, an operation that nothing drives, and
// a run that was not whole are errors.
func Markdown(all []Results, reasons []Reason) (string, error) {
	d := draft{reasons: reasons, used: make([]bool, len(reasons))}
	d.WriteString(preamble)
	for _, r := range all {
		d.problems = append(d.problems, r.incomplete()...)
		d.section(r)
	}
	for i, why := range reasons {
		if !d.used[i] {
			d.problem("nothing is blank for the reason %q (%s, %s, %s)", why.Reason, why.Column, why.Provider, strings.Join(why.Operations, " "))
		}
	}
	return d.String(), errors.Join(d.problems...)
}

// draft is a report that is being written.
type draft struct {
	strings.Builder
	problems []error
	reasons  []Reason
	used     []bool   // the reasons that explain something
	notes    []string // below the table that is being written
}

func (d *draft) problem(format string, args ...any) {
	d.problems = append(d.problems, fmt.Errorf(format, args...))
}

// section is a provider's table with its notes.
func (d *draft) section(r Results) {
	d.notes = nil
	fmt.Fprintf(d, "\n## %s\n\n%s.\n\n| operation | %s |\n|%s\n", r.Provider, r.Document, strings.Join(columns, " | "), strings.Repeat(" --- |", len(columns)+1))
	for _, op := range r.operations() {
		evidence := r.cells(op)
		if !evidence.driven {
			d.problem("%s.%s: nothing drives it", r.Provider, op.ID)
		}
		fmt.Fprintf(d, "| `%s` |", op.ID)
		for i, cell := range evidence.columns {
			switch {
			case cell == "":
				cell = "– " + d.why(columns[i], r.Provider, op.ID)
			case columns[i] == negative && !evidence.succeeds:
				cell += " " + d.why(success, r.Provider, op.ID)
			}
			d.WriteString(" " + cell + " |")
		}
		d.WriteString("\n")
	}
	d.WriteString("\n")
	for i, note := range d.notes {
		fmt.Fprintf(d, "%d. %s\n", i+1, note)
	}
}

// why refers to the note that explains a blank.
func (d *draft) why(column, provider, operation string) string {
	n := slices.IndexFunc(d.reasons, func(why Reason) bool { return why.fits(column, provider, operation) })
	if n < 0 {
		d.problem("%s.%s: %s is blank without a reason", provider, operation, column)
		return ""
	}
	d.used[n] = true
	d.notes = appendNew(d.notes, d.reasons[n].Reason)
	return fmt.Sprintf("(%d)", 1+slices.Index(d.notes, d.reasons[n].Reason))
}
