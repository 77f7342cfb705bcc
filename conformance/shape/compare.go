package shape

import (
	"fmt"
	"slices"
	"strings"
)

// Difference is one way in which a value does not fit its shape. Path is empty for the whole value.
type Difference struct {
	Path string
	Want string
	Got  string
}

func (d Difference) String() string {
	path := d.Path
	if path == "" {
		path = "(body)"
	}
	return fmt.Sprintf("%s: want %s, got %s", path, d.Want, d.Got)
}

// Report writes differences one to a line.
func Report(differences []Difference) string {
	lines := make([]string, len(differences))
	for i, d := range differences {
		lines[i] = d.String()
	}
	return strings.Join(lines, "\n")
}

// Compare lists every difference, in the order of the shape. Nothing is returned for a value that fits.
func Compare(want Shape, got Value) []Difference {
	var found []Difference
	want.compare("", got, &found)
	return found
}

func (c Constant) compare(path string, got Value, found *[]Difference) {
	if got.Kind != c.Want.Kind || got.Text != c.Want.Text {
		*found = append(*found, Difference{path, "= " + c.Want.JSON(), describe(got)})
	}
}

func (t Types) compare(path string, got Value, found *[]Difference) {
	fits := slices.ContainsFunc(t.Names, func(name string) bool {
		return name == "any" || name == got.Kind || name == got.Type()
	})
	if fits && got.Kind == "string" && t.Pattern != nil {
		fits = t.Pattern.MatchString(got.Text)
	}
	if !fits {
		*found = append(*found, Difference{path, t.notation(), describe(got)})
	}
}

func (a Array) compare(path string, got Value, found *[]Difference) {
	if got.Kind != "array" {
		*found = append(*found, Difference{path, "array", describe(got)})
		return
	}
	n := len(a.Items)
	if len(got.Items) < n || (len(got.Items) > n && !a.Repeat) {
		want := fmt.Sprintf("%d items", n)
		if a.Repeat {
			want = fmt.Sprintf("%d or more items", n)
		}
		*found = append(*found, Difference{path, want, fmt.Sprintf("%d: %s", len(got.Items), describe(got))})
	}
	for i, item := range got.Items {
		if i >= n && !a.Repeat {
			return
		}
		a.Items[min(i, n-1)].compare(join(path, fmt.Sprint(i)), item, found)
	}
}

func (o Object) compare(path string, got Value, found *[]Difference) {
	if got.Kind != "object" {
		*found = append(*found, Difference{path, "object", describe(got)})
		return
	}
	seen := map[string]int{}
	for _, m := range got.Members {
		seen[m.Name]++
	}
	var inShape []string
	for _, field := range o.Fields {
		inShape = append(inShape, field.Name)
		at := join(path, field.Name)
		value, present := member(got, field.Name)
		switch {
		case present:
			field.Shape.compare(at, value, found)
		case !field.Optional:
			*found = append(*found, Difference{at, notation(field.Shape), "no such member"})
		}
	}
	for _, m := range got.Members {
		at := join(path, m.Name)
		if seen[m.Name] > 1 {
			*found = append(*found, Difference{at, "the member once", fmt.Sprintf("it %d times", seen[m.Name])})
			seen[m.Name] = 0
		}
		if !o.Open && !slices.Contains(inShape, m.Name) {
			*found = append(*found, Difference{at, "no such member", describe(m.Value)})
		}
	}
	if wanted, order := commonOrder(inShape, got); !slices.Equal(wanted, order) {
		*found = append(*found, Difference{path, "members in the order " + strings.Join(wanted, ", "), strings.Join(order, ", ")})
	}
}

// commonOrder lists the names that shape and value have in common, once as the shape orders them, once as the value does.
func commonOrder(inShape []string, got Value) (wanted, order []string) {
	for _, m := range got.Members {
		if slices.Contains(inShape, m.Name) && !slices.Contains(order, m.Name) {
			order = append(order, m.Name)
		}
	}
	for _, name := range inShape {
		if slices.Contains(order, name) {
			wanted = append(wanted, name)
		}
	}
	return wanted, order
}

func member(v Value, name string) (Value, bool) {
	i := slices.IndexFunc(v.Members, func(m Member) bool { return m.Name == name })
	if i < 0 {
		return Value{}, false
	}
	return v.Members[i].Value, true
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// describe names the type and shows the beginning of the value.
func describe(v Value) string {
	if v.Kind == "null" {
		return "null"
	}
	text := []rune(v.JSON())
	if len(text) > 120 {
		text = append(text[:117], '.', '.', '.')
	}
	return v.Type() + " " + string(text)
}
