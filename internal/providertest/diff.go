package providertest

import "strings"

// diff is the lines that two texts do not share, "-" for the first's and "+"
// for the second's, with what stands before the first difference.
func diff(was, is string) string {
	a, b := strings.Split(was, "\n"), strings.Split(is, "\n")
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out []string
	if head > 0 {
		out = append(out, "  "+a[head-1])
	}
	out = append(out, marked("- ", a[head:len(a)-tail])...)
	out = append(out, marked("+ ", b[head:len(b)-tail])...)
	return strings.Join(out, "\n")
}

// marked puts mark before the first lines.
func marked(mark string, lines []string) []string {
	const most = 12
	var out []string
	for i, l := range lines {
		if i == most {
			return append(out, mark+"…")
		}
		out = append(out, mark+l)
	}
	return out
}
