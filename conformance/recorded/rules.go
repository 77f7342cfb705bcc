package recorded

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Rules say what a derivation keeps. Paths are member names joined by dots; * stands for any item of an array or for
// one part of an address.
type Rules struct {
	Source     string          `yaml:"source"` // the public place of the exchanges
	Operations []OperationRule `yaml:"operations"`
	Name       []string        `yaml:"name"` // request members whose values name a kind
	Code       string          `yaml:"code"` // where an answer has its error code
	Request    RequestRules    `yaml:"request"`
	Answer     AnswerRules     `yaml:"answer"`
}

// OperationRule finds an operation's name by method and path. A part of the path that is a {{variable}} stands for any
// id; the variable gives it when the call is made again.
type OperationRule struct {
	Operation string `yaml:"operation"`
	Method    string `yaml:"method"`
	Path      string `yaml:"path"`
}

// RequestRules say which request values are kept.
type RequestRules struct {
	Constants []string `yaml:"constants"`
}

// AnswerRules say which values of an answer are kept, and as what.
type AnswerRules struct {
	Headers   map[string]HeaderRule `yaml:"headers"`
	ETag      bool                  `yaml:"etag"` // every answer carries an ETag of its body
	Constants []string              `yaml:"constants"`
	Patterns  map[string]string     `yaml:"patterns"`  // path → regular expression that every value must satisfy
	Addresses []string              `yaml:"addresses"` // URLs: the path is kept, hexadecimal parts as their length
	Echoes    map[string][]string   `yaml:"echoes"`    // path → request paths whose value it may repeat
}

// HeaderRule keeps a header's value, without the parts that only the transport adds.
type HeaderRule struct {
	Without []string `yaml:"without"`
}

func (r Rules) operation(method, address string) (OperationRule, error) {
	u, err := url.Parse(address)
	if err != nil {
		return OperationRule{}, err
	}
	for _, o := range r.Operations {
		if o.Method == method && matches(strings.ReplaceAll(o.Path, "/", "."), strings.ReplaceAll(u.Path, "/", ".")) {
			return o, nil
		}
	}
	return OperationRule{}, fmt.Errorf("no operation for %s %s", method, u.Path)
}

// matches compares a rule's path with an actual one, part by part.
func matches(rule, path string) bool {
	return slices.EqualFunc(strings.Split(rule, "."), strings.Split(path, "."), func(want, got string) bool {
		return want == "*" || want == got || strings.HasPrefix(want, "{{")
	})
}

func contains(rules []string, path string) bool {
	return slices.ContainsFunc(rules, func(rule string) bool { return matches(rule, path) })
}

var hexadecimal = regexp.MustCompile(`^[0-9a-f]{16,}$`)

// addressPattern keeps the path of a URL and forgets the host and the tokens.
func addressPattern(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return "", fmt.Errorf("%q is no address", text)
	}
	parts := strings.Split(u.Path, "/")
	for i, part := range parts {
		if hexadecimal.MatchString(part) {
			parts[i] = fmt.Sprintf("[0-9a-f]{%d}", len(part))
		} else {
			parts[i] = regexp.QuoteMeta(part)
		}
	}
	return "^https?://[^/]+" + strings.Join(parts, "/") + "$", nil
}
