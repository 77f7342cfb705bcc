package suite

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"paysim/conformance/shape"
	"paysim/conformance/tool"
)

var bases = []string{"documented", "observed", "assumed"}

func (p Provider) check(op Operation) []error {
	var found []error
	if op.Operation == "" || op.Page == "" || len(op.Samples) == 0 {
		found = append(found, errors.New("operation, page and samples are needed"))
	}
	names := map[string]bool{}
	for _, s := range op.Samples {
		if names[s.Name] {
			found = append(found, fmt.Errorf("sample %q stands here twice", s.Name))
		}
		names[s.Name] = true
		for _, err := range p.checkSample(s) {
			found = append(found, fmt.Errorf("sample %q: %w", s.Name, err))
		}
	}
	return found
}

func (p Provider) checkSample(s Sample) []error {
	var found []error
	if s.Name == "" || s.Method == "" || !strings.HasPrefix(s.Path, "/") || len(s.Tools) == 0 || len(s.Cases) == 0 {
		found = append(found, errors.New("name, method, path (from its slash on), tools and cases are needed"))
	}
	for _, name := range s.Tools {
		if _, err := tool.ByName(name); err != nil {
			found = append(found, err)
		}
	}
	printed := s.printed()
	for text := range s.Placeholders {
		if !strings.Contains(printed, text) {
			found = append(found, fmt.Errorf("placeholder %s does not occur in the request", text))
		}
	}
	for _, text := range reference.FindAllString(printed, -1) {
		if _, ok := s.Placeholders[text]; !ok {
			found = append(found, fmt.Errorf("%s is printed and not declared as a placeholder", text))
		}
	}
	names := map[string]bool{}
	for _, c := range s.Cases {
		if names[c.Name] {
			found = append(found, fmt.Errorf("case %q stands here twice", c.Name))
		}
		names[c.Name] = true
		if s.Own && c.Basis != "assumed" {
			found = append(found, fmt.Errorf("case %q: of a sample of our own the basis is assumed, not %s", c.Name, c.Basis))
		}
		for _, err := range p.checkCase(c, printed) {
			found = append(found, fmt.Errorf("case %q: %w", c.Name, err))
		}
	}
	return found
}

// printed is everything in the request that may hold a placeholder.
func (s Sample) printed() string {
	parts := append([]string{s.Path, s.Query, s.Body}, s.Headers...)
	for _, body := range s.Bodies {
		parts = append(parts, body)
	}
	return strings.Join(parts, "\n")
}

func (p Provider) checkCase(c Case, printed string) []error {
	var found []error
	if c.Name == "" {
		found = append(found, errors.New("a name is needed"))
	}
	if !slices.Contains(bases, c.Basis) {
		found = append(found, fmt.Errorf("basis %q is none of %s", c.Basis, strings.Join(bases, ", ")))
	}
	for text := range c.Replace {
		if !strings.Contains(printed, text) {
			found = append(found, fmt.Errorf("%q does not occur in the request", text))
		}
	}
	if _, err := regexp.Compile(c.Expect.Bytes); err != nil {
		found = append(found, err)
	}
	if c.Expect.Status == 0 || (c.Expect.Body.Kind == 0) == (c.Expect.Bytes == "") {
		found = append(found, errors.New("the expected status and either body or bytes are needed"))
	} else if c.Expect.Bytes == "" {
		if _, err := shape.Parse(&c.Expect.Body, stub); err != nil {
			found = append(found, err)
		}
	}
	steps, err := p.Resolve(c.Setup)
	if err != nil {
		return append(found, err)
	}
	control := slices.ContainsFunc(steps, func(u Used) bool { return u.Control != "" })
	switch {
	case c.SimulatorOnly == nil && control:
		found = append(found, errors.New("a step uses the control API, so simulator_only must say why"))
	case c.SimulatorOnly != nil && c.SimulatorOnly.Reason == "":
		found = append(found, errors.New("simulator_only needs a reason"))
	}
	return found
}

// stub stands in for every variable, so that a shape can be parsed before the run.
func stub(text string) (string, error) { return reference.ReplaceAllString(text, "0"), nil }
