package providertest

import (
	"html"
	"regexp"
	"slices"
	"strings"
)

var (
	unseen  = regexp.MustCompile(`(?s)<!--.*?-->|<(script|style|svg|head)\b.*?</(script|style|svg|head)>|<!doctype[^>]*>`)
	tag     = regexp.MustCompile(`(?s)</?[a-zA-Z][^>]*>`)
	tagName = regexp.MustCompile(`^</?([a-zA-Z][a-zA-Z0-9]*)`)
	testID  = regexp.MustCompile(`data-testid="([^"]*)"`)
)

// alone are elements without an end.
var alone = map[string]bool{"input": true, "br": true, "hr": true, "img": true, "meta": true, "link": true, "path": true}

// framework begins the test ids of parts whose words are the page kit's own:
// they say nothing of a payment, and change without it.
var framework = []string{"simulator", "summary", "outcomes", "details", "form", "choices"}

// sight is what a payer sees of a payment on a page: a line for each part that
// has a test id and shows words, whatever the markup around them is and the page
// kit's own words left out. Of a page without test ids it is all words.
func sight(page []byte) []string {
	text := unseen.ReplaceAllString(string(page), "")
	var out []string
	open := []string{""} // test ids of the elements we are in; "" without one of its own
	line, of := "", ""
	named := testID.MatchString(text)
	flush := func() {
		if words := strings.Join(strings.Fields(html.UnescapeString(line)), " "); words != "" && (of != "" || !named) && !slices.ContainsFunc(framework, func(part string) bool { return strings.HasPrefix(of, part) }) {
			if of != "" {
				words = of + ": " + words
			}
			out = append(out, words)
		}
		line = ""
	}
	for text != "" {
		at := tag.FindStringIndex(text)
		if at == nil {
			at = []int{len(text), len(text)}
		}
		line += text[:at[0]] + " "
		element := text[at[0]:at[1]]
		text = text[at[1]:]
		name := ""
		if m := tagName.FindStringSubmatch(element); m != nil {
			name = strings.ToLower(m[1])
		}
		switch {
		case name == "" || alone[name]:
		case strings.HasPrefix(element, "</"):
			if len(open) > 1 {
				open = open[:len(open)-1]
			}
		default:
			id := open[len(open)-1]
			if m := testID.FindStringSubmatch(element); m != nil {
				id = m[1]
			}
			open = append(open, id)
		}
		if now := open[len(open)-1]; now != of || text == "" {
			flush()
			of = now
		}
	}
	return out
}
