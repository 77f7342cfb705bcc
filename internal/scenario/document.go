package scenario

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// What is read at most. Nothing that a person writes comes near.
const (
	bytesLimit = 256 << 10
	depthLimit = 12
	rulesLimit = 1000 // of rules, webhooks, payer and expect each
)

// document reads src as one YAML (or JSON) document without anchors, aliases
// and tags; nil when there is none to go on with.
func (r *reader) document(src []byte) *yaml.Node {
	if len(src) > bytesLimit {
		r.problems = append(r.problems, r.problem(1, 1, 1, fmt.Sprintf("the file has %d bytes; a scenario has at most %d", len(src), bytesLimit)))
		return nil
	}
	if !r.readable(src) {
		return nil
	}
	in := &counting{src: plainer(src)}
	dec := yaml.NewDecoder(in)
	var doc, next yaml.Node
	err := decode(dec, &doc)
	if errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 1 && doc.Content[0].Tag == "!!null" {
		r.problems = append(r.problems, r.problem(1, 1, 1, "there is nothing in it"))
		return nil
	}
	if err != nil {
		r.syntax(err, src[:min(in.read, len(src))])
		return nil
	}
	if err := decode(dec, &next); err == nil {
		at := &next
		if len(next.Content) > 0 {
			at = next.Content[0]
		}
		r.fault(at, "a second document begins here; a scenario is one")
	} else if !errors.Is(err, io.EOF) {
		r.syntax(err, src[:min(in.read, len(src))])
		return nil
	}
	root := doc.Content[0]
	if !r.simple(root, 1) {
		return nil
	}
	return root
}

var jsonEscape = regexp.MustCompile(`\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\.`)

// plainer writes out the two escapes of JSON that the YAML library does not
// know: \/ and characters in two halves. Columns behind them shift.
func plainer(src []byte) []byte {
	if !bytes.Contains(src, []byte(`\/`)) && !bytes.Contains(src, []byte(`\u`)) || !json.Valid(src) {
		return src
	}
	return jsonEscape.ReplaceAllFunc(src, func(b []byte) []byte {
		if len(b) == 2 && b[1] != '/' {
			return b
		}
		var s string
		json.Unmarshal([]byte(`"`+string(b)+`"`), &s)
		return []byte(s)
	})
}

// decode reads one document. The YAML library panics on a few malformed inputs;
// that is an error like any other.
func decode(dec *yaml.Decoder, into *yaml.Node) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("yaml: %v", v)
		}
	}()
	return dec.Decode(into)
}

// counting hands out a byte at a time, so that it is known how far the YAML
// library had read when it gave up.
type counting struct {
	src  []byte
	read int
}

func (c *counting) Read(b []byte) (int, error) {
	if c.read == len(c.src) {
		return 0, io.EOF
	}
	b[0] = c.src[c.read]
	c.read++
	return 1, nil
}

// readable reports bytes that are no text.
func (r *reader) readable(src []byte) bool {
	for i, line := range r.lines {
		column := 1
		for len(line) > 0 {
			c, size := utf8.DecodeRuneInString(line)
			if c == utf8.RuneError && size == 1 {
				r.problems = append(r.problems, r.problem(i+1, column, 1, "this is not UTF-8"))
				return false
			}
			if unicode.IsControl(c) && c != '\t' && c != '\r' && c != '\u0085' {
				r.problems = append(r.problems, r.problem(i+1, column, 1, fmt.Sprintf("the control character %U has no place here", c)))
				return false
			}
			line, column = line[size:], column+1
		}
	}
	return true
}

// simple reports what YAML can do and a scenario does not need, and what is
// nested deeper than anything that it can mean.
func (r *reader) simple(n *yaml.Node, depth int) bool {
	if depth > depthLimit {
		r.fault(n, "nested deeper than anything here can be")
		return false
	}
	ok := true
	switch {
	case n.Kind == yaml.AliasNode:
		r.fault(n, "aliases (*%s) are not read: write the value out", n.Value)
		return false
	case n.Anchor != "":
		r.fault(n, "anchors (&%s) are not read: write the value out where it is needed", n.Anchor)
		ok = false
	case n.Style&yaml.TaggedStyle != 0:
		r.fault(n, "tags (%s) are not read", n.Tag)
		ok = false
	}
	for _, c := range n.Content {
		if !r.simple(c, depth+1) {
			ok = false
			if depth == depthLimit {
				break
			}
		}
	}
	return ok
}
