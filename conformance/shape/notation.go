package shape

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

var typeWords = []string{"any", "string", "number", "integer", "decimal", "boolean", "null", "object", "array"}

// Parse reads a shape from YAML. fill, if not nil, is applied to every scalar first, so that a constant can name
// something known only when the call is made.
func Parse(node *yaml.Node, fill func(string) (string, error)) (Shape, error) {
	switch node.Kind {
	case yaml.MappingNode:
		return parseObject(node, fill)
	case yaml.SequenceNode:
		return parseArray(node, fill)
	case yaml.ScalarNode:
		text := node.Value
		if fill != nil {
			filled, err := fill(text)
			if err != nil {
				return nil, at(node, err)
			}
			text = filled
		}
		s, err := parseScalar(text)
		if err != nil {
			return nil, at(node, err)
		}
		return s, nil
	}
	return nil, at(node, errors.New("a shape is a mapping, a sequence or a word"))
}

func parseObject(node *yaml.Node, fill func(string) (string, error)) (Shape, error) {
	var o Object
	for i := 0; i < len(node.Content); i += 2 {
		name := node.Content[i].Value
		if name == "..." {
			o.Open = true
			continue
		}
		s, err := Parse(node.Content[i+1], fill)
		if err != nil {
			return nil, err
		}
		bare := strings.TrimSuffix(name, "?")
		if slices.ContainsFunc(o.Fields, func(f Field) bool { return f.Name == bare }) {
			return nil, at(node.Content[i], fmt.Errorf("member %q stands here twice", bare))
		}
		o.Fields = append(o.Fields, Field{Name: bare, Optional: bare != name, Shape: s})
	}
	return o, nil
}

func parseArray(node *yaml.Node, fill func(string) (string, error)) (Shape, error) {
	var a Array
	for i, item := range node.Content {
		if item.Value == "..." {
			if i == 0 || i != len(node.Content)-1 {
				return nil, at(item, errors.New("... comes last, after the item that repeats"))
			}
			a.Repeat = true
			break
		}
		s, err := Parse(item, fill)
		if err != nil {
			return nil, err
		}
		a.Items = append(a.Items, s)
	}
	return a, nil
}

func parseScalar(text string) (Shape, error) {
	if literal, ok := strings.CutPrefix(text, "="); ok {
		v, err := ParseJSON([]byte(strings.TrimSpace(literal)))
		if err != nil {
			return nil, fmt.Errorf("constant %q: %w", text, err)
		}
		if v.Kind == "object" || v.Kind == "array" {
			return nil, fmt.Errorf("constant %q: only scalars can be constants", text)
		}
		return Constant{v}, nil
	}
	words, expression, hasPattern := strings.Cut(text, "~")
	var t Types
	for word := range strings.SplitSeq(words, "|") {
		word = strings.TrimSpace(word)
		if !slices.Contains(typeWords, word) {
			return nil, fmt.Errorf("%q is no type; the types are %s", word, strings.Join(typeWords, ", "))
		}
		t.Names = append(t.Names, word)
	}
	if !hasPattern {
		return t, nil
	}
	if !slices.Contains(t.Names, "string") {
		return nil, fmt.Errorf("%q: only a string can have a pattern", text)
	}
	pattern, err := regexp.Compile(strings.TrimSpace(expression))
	if err != nil {
		return nil, err
	}
	t.Pattern = pattern
	return t, nil
}

func at(node *yaml.Node, err error) error {
	return fmt.Errorf("line %d: %w", node.Line, err)
}

func (t Types) notation() string {
	text := strings.Join(t.Names, "|")
	if t.Pattern != nil {
		text += " ~ " + t.Pattern.String()
	}
	return text
}

// notation is the one-line form for reports.
func notation(s Shape) string {
	switch s := s.(type) {
	case Constant:
		return "= " + s.Want.JSON()
	case Types:
		return s.notation()
	case Array:
		return "array"
	}
	return "object"
}

// Node writes a shape as YAML; Parse reads it back.
func Node(s Shape) *yaml.Node {
	switch s := s.(type) {
	case Object:
		return objectNode(s)
	case Array:
		node := &yaml.Node{Kind: yaml.SequenceNode}
		for _, item := range s.Items {
			node.Content = append(node.Content, Node(item))
		}
		if s.Repeat {
			node.Content = append(node.Content, word("..."))
		}
		if len(s.Items) == 0 {
			node.Style = yaml.FlowStyle
		}
		return node
	}
	return word(notation(s))
}

func objectNode(o Object) *yaml.Node {
	node := &yaml.Node{Kind: yaml.MappingNode}
	for _, field := range o.Fields {
		name := field.Name
		if field.Optional {
			name += "?"
		}
		node.Content = append(node.Content, word(name), Node(field.Shape))
	}
	if o.Open {
		node.Content = append(node.Content, word("..."), word("any"))
	}
	if len(o.Fields) == 0 {
		node.Style = yaml.FlowStyle
	}
	return node
}

func word(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
}
