package recorded

import (
	"fmt"
	"strings"

	"paysim/conformance/shape"
	"paysim/conformance/suite"
)

// Plan says how recorded kinds are called again with values of our own.
type Plan struct {
	Fill  map[string]string `yaml:"fill"`  // request path, or the end of one → the value, as JSON
	Given []Given           `yaml:"given"` // the first that fits a kind is used
}

// Given is what a kind of exchange presupposes.
type Given struct {
	Operation string `yaml:"operation"`
	Status    int    `yaml:"status"` // 0 for any
	Code      string `yaml:"code"`   // empty for any
	Kind      string `yaml:"kind"`   // a kind's whole name; empty for any
	Skip      string `yaml:"skip"`   // why the kind is not called again, anywhere

	Note          string               `yaml:"note"`
	Headers       []string             `yaml:"headers"`
	Setup         []suite.Use          `yaml:"setup"`
	SimulatorOnly *suite.SimulatorOnly `yaml:"simulator_only"`
}

// LoadPlan reads a plan.
func LoadPlan(file string) (Plan, error) {
	var p Plan
	return p, decode(file, &p)
}

// For finds what a kind presupposes.
func (p Plan) For(k Kind) (Given, error) {
	for _, g := range p.Given {
		fits := g.Operation == k.Operation && (g.Status == 0 || g.Status == k.Status) &&
			(g.Code == "" || g.Code == k.Code) && (g.Kind == "" || g.Kind == k.Name)
		if fits {
			return g, nil
		}
	}
	return Given{}, fmt.Errorf("the plan has nothing for %s", k.Name)
}

// Request makes a body of the same members, types and constants as the recorded one, and tells its values by path as
// request.PATH for the answer's shape.
func (p Plan) Request(k Kind, vars suite.Vars) (string, suite.Vars, error) {
	if k.Request.Kind == 0 {
		return "", nil, nil
	}
	s, err := shape.Parse(&k.Request, nil)
	if err != nil {
		return "", nil, err
	}
	values := suite.Vars{}
	body, err := p.compose("", s, vars, values)
	return body, values, err
}

func (p Plan) compose(path string, s shape.Shape, vars, values suite.Vars) (string, error) {
	switch s := s.(type) {
	case shape.Object:
		parts := make([]string, len(s.Fields))
		for i, field := range s.Fields {
			text, err := p.compose(join(path, field.Name), field.Shape, vars, values)
			if err != nil {
				return "", err
			}
			parts[i] = fmt.Sprintf("%q:%s", field.Name, text)
		}
		return "{" + strings.Join(parts, ",") + "}", nil
	case shape.Array:
		parts := make([]string, len(s.Items))
		for i, item := range s.Items {
			text, err := p.compose(join(path, fmt.Sprint(i)), item, vars, values)
			if err != nil {
				return "", err
			}
			parts[i] = text
		}
		return "[" + strings.Join(parts, ",") + "]", nil
	case shape.Constant:
		values["request."+path] = Canonical(s.Want)
		return s.Want.JSON(), nil
	case shape.Types:
		return p.value(path, s, vars, values)
	}
	return "", fmt.Errorf("%s: no value for %T", path, s)
}

// value takes the fill for a path and proves that it has the recorded type. An integer serves for a decimal, written as
// the recorded client wrote it.
func (p Plan) value(path string, s shape.Types, vars, values suite.Vars) (string, error) {
	template, ok := p.fill(path)
	if !ok {
		return "", fmt.Errorf("no fill for %s", path)
	}
	text, err := vars.Fill(template)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	v, err := shape.ParseJSON([]byte(text))
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	if s.Names[0] == "decimal" && v.Type() == "integer" {
		v.Text += ".0"
	}
	if d := shape.Compare(s, v); d != nil {
		return "", fmt.Errorf("%s: want %s, got %s", path, d[0].Want, d[0].Got)
	}
	values["request."+path] = Canonical(v)
	return v.JSON(), nil
}

// fill looks for the whole path first, then for ever shorter ends of it.
func (p Plan) fill(path string) (string, bool) {
	for {
		if text, ok := p.Fill[path]; ok {
			return text, true
		}
		_, rest, more := strings.Cut(path, ".")
		if !more {
			return "", false
		}
		path = rest
	}
}
