package recorded

import (
	"bytes"
	"fmt"
	"os"

	"gopkg.in/yaml.v3"
)

// Shapes is the derived file.
type Shapes struct {
	Source    string `yaml:"source"`
	Exchanges int    `yaml:"exchanges"`
	Kinds     []Kind `yaml:"kinds"`
}

// Kind is what exchanges of one kind have in common. Request, Headers and Body are shapes; {{request.PATH}} in an
// answer stands for a value of the request.
type Kind struct {
	Name      string    `yaml:"name"`
	Operation string    `yaml:"operation"`
	Seen      int       `yaml:"seen"` // exchanges of this kind
	Method    string    `yaml:"method"`
	Path      string    `yaml:"path"`
	Request   yaml.Node `yaml:"request,omitempty"`
	Status    int       `yaml:"status"`
	Code      string    `yaml:"code,omitempty"` // the answer's error code
	Headers   yaml.Node `yaml:"headers"`
	ETag      bool      `yaml:"etag"`
	Body      yaml.Node `yaml:"body"`
}

// Load reads a derived file.
func Load(file string) (Shapes, error) {
	var s Shapes
	return s, decode(file, &s)
}

// LoadRules reads rules.
func LoadRules(file string) (Rules, error) {
	var r Rules
	return r, decode(file, &r)
}

func decode(file string, into any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

const heading = `# Derived from recorded exchanges by cmd/shapes with the rules beside this file; do not edit.
# The exchanges themselves are not part of this project.
`

// Marshal writes the derived file.
func (s Shapes) Marshal() ([]byte, error) {
	b := bytes.NewBufferString(heading)
	e := yaml.NewEncoder(b)
	e.SetIndent(2)
	if err := e.Encode(s); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}
