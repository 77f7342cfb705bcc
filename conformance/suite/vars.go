package suite

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Vars are the variables of one run.
type Vars map[string]string

// reference is a variable in our own text: steps, keys, shapes. Braces with blanks inside, as one provider prints them
// for its own purpose, are no variables.
var reference = regexp.MustCompile(`\{\{([A-Za-z0-9_.-]+)\}\}`)

// Fill puts values in place of {{name}}. A name without a value is an error.
func (v Vars) Fill(text string) (string, error) {
	var missing []string
	filled := reference.ReplaceAllStringFunc(text, func(found string) string {
		name := found[2 : len(found)-2]
		value, ok := v[name]
		if !ok {
			missing = append(missing, name)
		}
		return value
	})
	if missing != nil {
		return "", fmt.Errorf("no value for %s", strings.Join(missing, ", "))
	}
	return filled, nil
}

// Replace puts values in place of printed text, and nothing else. A placeholder maps the printed text to a variable's
// name or, where that is not enough, to a text with {{name}} in it. The longest printed text goes first.
func (v Vars) Replace(text string, placeholders map[string]string) (string, error) {
	printed := slices.SortedFunc(maps.Keys(placeholders), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	var pairs []string
	for _, old := range printed {
		if !strings.Contains(text, old) {
			continue
		}
		template := placeholders[old]
		if !strings.Contains(template, "{{") {
			template = "{{" + template + "}}"
		}
		value, err := v.Fill(template)
		if err != nil {
			return "", fmt.Errorf("printed as %s: %w", old, err)
		}
		pairs = append(pairs, old, value)
	}
	return strings.NewReplacer(pairs...).Replace(text), nil
}
