package suite

import (
	"strings"

	"gopkg.in/yaml.v3"

	"paysim/conformance/tool"
)

// Provider is one folder of samples.
type Provider struct {
	Name     string            `yaml:"provider"`
	Document string            `yaml:"document"` // the document the samples are printed in
	Commands int               `yaml:"commands"` // how many commands the document prints; the samples that are not our own must come to as many
	Host     string            `yaml:"host"`     // the address printed in front of every path, replaced by the target's
	Keys     map[string]string `yaml:"keys"`     // credentials by variable name; {{tenant}} is the simulator's tenant
	Steps    map[string]Step   `yaml:"steps"`

	Operations []Operation `yaml:"-"`
	Dir        string      `yaml:"-"`
}

// Operation is one file of samples.
type Operation struct {
	Operation string   `yaml:"operation"`
	Page      string   `yaml:"page"` // the heading in the document under which the samples stand
	Samples   []Sample `yaml:"samples"`
}

// Sample is one printed request and the answers it must get.
type Sample struct {
	Name         string                `yaml:"name"`
	Note         string                `yaml:"note"`  // what is odd about the printed request
	Own          bool                  `yaml:"own"`   // ours: the document prints no command for it
	Tools        []string              `yaml:"tools"` // the tools whose command the document prints
	Method       string                `yaml:"method"`
	Path         string                `yaml:"path"`
	Query        string                `yaml:"query"`
	Headers      []string              `yaml:"headers"` // "Name: value", in the order printed
	Body         string                `yaml:"body"`    // byte for byte
	Bodies       map[string]string     `yaml:"bodies"`  // another body for a tool whose command prints another
	Style        map[string]tool.Style `yaml:"style"`
	Placeholders map[string]string     `yaml:"placeholders"` // printed text → variable
	Cases        []Case                `yaml:"cases"`
}

// Case is one run of a sample: what comes before it and which answer it must get.
type Case struct {
	Name          string            `yaml:"name"`
	Basis         string            `yaml:"basis"` // documented, observed or assumed: how we know the expected answer
	Note          string            `yaml:"note"`
	Set           map[string]string `yaml:"set"`     // variables
	Fresh         []string          `yaml:"fresh"`   // variables that get a reference never used before
	Setup         []Use             `yaml:"setup"`   // earlier calls, in order
	Replace       map[string]string `yaml:"replace"` // printed literals → variable, for this case only
	SimulatorOnly *SimulatorOnly    `yaml:"simulator_only"`
	Skip          string            `yaml:"skip"` // why this case applies to no target
	Expect        Expect            `yaml:"expect"`
}

// SimulatorOnly declares why a case cannot run against a real service, and what it sends besides the printed request.
type SimulatorOnly struct {
	Reason  string   `yaml:"reason"`
	Headers []string `yaml:"headers"`
}

// Expect is the answer, reduced to a shape.
type Expect struct {
	Status  int               `yaml:"status"`
	Headers map[string]string `yaml:"headers"` // exactly these values, among others
	Body    yaml.Node         `yaml:"body"`
	Bytes   string            `yaml:"bytes"` // instead of Body, for what is no JSON: a regular expression that matches in it; ^ and $ for the whole
}

// Step is one earlier call. It goes to the provider, or, with Control, to the simulator's control API of the tenant.
type Step struct {
	Note    string            `yaml:"note"`
	Needs   []string          `yaml:"needs"` // steps that come first, once in a case
	Set     map[string]string `yaml:"set"`   // variables, unless the case has set them
	Fresh   []string          `yaml:"fresh"` // variables that get a reference never used before, unless the case sets them
	Method  string            `yaml:"method"`
	Path    string            `yaml:"path"`
	Control string            `yaml:"control"` // a path below /_sim/tenants/{tenant}, instead of Path
	Headers []string          `yaml:"headers"`
	Body    string            `yaml:"body"`
	Status  int               `yaml:"status"`  // wanted; 200 if absent
	Capture map[string]string `yaml:"capture"` // variable → path in the answer; with |path behind it, of an address what follows the host
}

// Use names a step of the provider, if need be with other variables. In YAML it is the name alone or a mapping.
type Use struct {
	Step string            `yaml:"step"`
	Set  map[string]string `yaml:"set"`
}

// UnmarshalYAML accepts the bare name.
func (u *Use) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		u.Step = node.Value
		return nil
	}
	type plain Use
	return node.Decode((*plain)(u))
}

// Header splits a "Name: value" line.
func Header(line string) tool.Header {
	name, value, _ := strings.Cut(line, ":")
	return tool.Header{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)}
}

// BodyFor is the body that the tool's printed command sends.
func (s Sample) BodyFor(name string) string {
	if body, ok := s.Bodies[name]; ok {
		return body
	}
	return s.Body
}
