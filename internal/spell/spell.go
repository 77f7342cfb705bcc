// Package spell finds the name that somebody meant to write.
package spell

import "github.com/agext/levenshtein"

// likeness is how much two spellings must have in common, from 0 to 1, before
// one is offered for the other.
const likeness = 0.5

// Nearest is the one of names that is spelt most like got; "" when none is
// spelt much like it. Of equals the first wins.
func Nearest(got string, names []string) string {
	best, score := "", 0.0
	for _, n := range names {
		if s := levenshtein.Match(got, n, nil); s > score {
			best, score = n, s
		}
	}
	if score < likeness {
		return ""
	}
	return best
}

// Hint is `, did you mean "…"?` with the nearest of names, and "" when none is
// near: the end of a sentence about an unknown name.
func Hint(got string, names []string) string {
	best := Nearest(got, names)
	if best == "" {
		return ""
	}
	return `, did you mean "` + best + `"?`
}
