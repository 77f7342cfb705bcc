package providertest

import (
	"maps"
	"slices"

	"paysim/internal/engine"
)

// coverage: every row of the provider's tables was touched by something that a
// caller can do, or is excused; and no excuse stands without need. The row of a
// defect is excused by what it is.
func coverage(h *harness) {
	tables := engine.Tables(h.suite.Provider)
	for _, kind := range slices.Sorted(maps.Keys(tables)) {
		for _, row := range tables[kind] {
			name := kind + " " + row
			if h.touched[name] == 0 && name != "error "+h.internal.Name {
				h.found(name, "no transcript and no theme touches it")
			}
		}
	}
	for _, subject := range slices.Sorted(maps.Keys(h.suite.Excused)) {
		if !h.needed[subject] {
			h.found("excuse", "nothing needs the excuse for %q: %s", subject, h.suite.Excused[subject])
		}
	}
}
