package scenario

import (
	"slices"
	"strings"
)

// unreachable reports rules that an earlier rule always answers for.
func (r *reader) unreachable(rules []*rule) {
	for i, ru := range rules {
		if by := beaten(ru, rules[:i]); len(by) > 0 {
			r.fault(ru.node, "rule %d can never fire: %s", ru.number, because(by))
		}
	}
}

func because(by []*rule) string {
	if len(by) == 1 {
		return by[0].title + " answers every call that it fits"
	}
	return titles(by, func(ru *rule) string { return ru.title }) + " answer every call that it fits"
}

func titles[T any](of []T, title func(T) string) string {
	var out []string
	for _, x := range of {
		out = append(out, title(x))
	}
	return strings.Join(out, " and ")
}

// beaten gives the earlier rules that together leave nothing for ru. None: it
// can fire.
func beaten(ru *rule, earlier []*rule) []*rule {
	var by []*rule
	for operation := range ru.targets {
		found := always(ru, earlier, operation)
		if found == nil {
			found = inTurn(ru, earlier, operation)
		}
		if found == nil {
			return nil
		}
		by = append(by, found...)
	}
	slices.SortFunc(by, func(a, b *rule) int { return a.number - b.number })
	return slices.Compact(by)
}

// always gives the earlier rule that answers every call of an operation that
// ru fits.
func always(ru *rule, earlier []*rule, operation string) []*rule {
	for _, e := range earlier {
		if _, on := e.targets[operation]; on && !e.attempt.counts() && e.limit == 0 && implied(e.match, ru.match) {
			return []*rule{e}
		}
	}
	return nil
}

// horizon is how many calls are played to see whether a rule's turn comes.
const horizon = 20_000

// inTurn gives the earlier rules that fit the same calls as ru, and so count
// alike, if one of them is always first when it would be ru's turn. It plays
// the calls that it takes until everything repeats.
func inTurn(ru *rule, earlier []*rule, operation string) []*rule {
	var rivals []*rule
	for _, e := range earlier {
		if _, on := e.targets[operation]; on && e.on == ru.on && len(e.targets) == len(ru.targets) && e.attempt.chance == 0 &&
			implied(e.match, ru.match) && implied(ru.match, e.match) {
			rivals = append(rivals, e)
		}
	}
	calls := period(append(rivals, ru))
	if len(rivals) == 0 || ru.attempt.chance > 0 || calls > horizon {
		return nil
	}
	fired := map[*rule]int{}
	var by []*rule
	for n := 1; n <= calls; n++ {
		first := slices.IndexFunc(rivals, func(e *rule) bool {
			return e.attempt.fits(n, nil) && (e.limit == 0 || fired[e] < e.limit)
		})
		turn := ru.attempt.fits(n, nil)
		if turn && first < 0 {
			return nil
		}
		if first >= 0 {
			fired[rivals[first]]++
			if turn && !slices.Contains(by, rivals[first]) {
				by = append(by, rivals[first])
			}
		}
	}
	return by
}

// period is after how many calls rules that count alike have shown all that
// they can do.
func period(rules []*rule) int {
	edge, cycle, limits := 1, 1, 1
	for _, ru := range rules {
		edge = max(edge, ru.attempt.from, ru.attempt.to)
		cycle = min(cycle*max(1, ru.attempt.every), horizon+1)
		limits = min(limits+ru.limit, horizon+1)
	}
	return edge + cycle*limits
}

// implied reports whether all of general hold wherever all of special do.
func implied(general, special []condition) bool {
	for i := range general {
		if !slices.ContainsFunc(special, func(s condition) bool { return general[i].follows(&s) }) {
			return false
		}
	}
	return true
}

// shadowed reports webhook entries whose events all belong to earlier ones.
func (r *reader) shadowed(hooks []*hook) {
	taken := map[string]*hook{}
	for _, h := range hooks {
		var by []*hook
		free := false
		for _, event := range h.on.covered(r.names, events) {
			if first := taken[event]; first == nil {
				taken[event], free = h, true
			} else if !slices.Contains(by, first) {
				by = append(by, first)
			}
		}
		if !free {
			verb := "comes"
			if len(by) > 1 {
				verb = "come"
			}
			r.fault(h.node, "webhook %d never applies: %s %s first for every event that it is on", h.number, titles(by, (*hook).title), verb)
		}
	}
}

// repeated reports payer entries that say what an earlier one says.
func (r *reader) repeated(acts []*act) {
	for i, a := range acts {
		for _, b := range acts[:i] {
			if a.on == b.on && a.what.Action == b.what.Action && a.what.Outcome == b.what.Outcome && a.what.After == b.what.After {
				r.fault(a.node, "payer %d says the same as %s", a.number, b.title())
				break
			}
		}
	}
}
