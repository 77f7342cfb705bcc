package shape_test

import (
	"encoding/json"
	"testing"

	"gopkg.in/yaml.v3"

	"paysim/conformance/shape"
)

// FuzzParseJSON reads what encoding/json reads, and writes it as it was but for
// blanks.
func FuzzParseJSON(f *testing.F) {
	f.Add([]byte(`{"a":[1.50,null,{"a":"\u00e9"}],"a":true}`))
	f.Add([]byte(`[} `))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := shape.ParseJSON(data)
		if (err == nil) != json.Valid(data) {
			t.Fatalf("%q: %v", data, err)
		}
		if err != nil {
			return
		}
		again, err := shape.ParseJSON([]byte(v.JSON()))
		if err != nil || again.JSON() != v.JSON() {
			t.Errorf("%q is written as %s and that as %s, %v", data, v.JSON(), again.JSON(), err)
		}
	})
}

// FuzzParse reads a shape, writes it and reads it again.
func FuzzParse(f *testing.F) {
	f.Add("a?: string ~ ^x$\nb: [integer, ...]\n...: any\nc: = \"x\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		var node yaml.Node
		if yaml.Unmarshal([]byte(text), &node) != nil || len(node.Content) == 0 {
			return
		}
		s, err := shape.Parse(node.Content[0], nil)
		if err != nil {
			return
		}
		shape.Compare(s, shape.Value{Kind: "array", Items: []shape.Value{{Kind: "null", Text: "null"}}})
		shape.Compare(s, shape.Value{Kind: "object"})
		if _, err := shape.Parse(shape.Node(s), nil); err != nil {
			t.Errorf("%q, written again, does not parse: %v", text, err)
		}
	})
}
