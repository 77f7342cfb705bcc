package shape

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Value is a JSON value as it was on the wire: members keep their order and their repetitions, numbers their spelling.
type Value struct {
	Kind    string // object, array, string, number, boolean or null
	Text    string // the decoded string, or a number, true, false or null as written
	Members []Member
	Items   []Value
}

// Member is one name of an object with its value.
type Member struct {
	Name  string
	Value Value
}

// ParseJSON reads exactly one JSON value.
func ParseJSON(data []byte) (Value, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	v, err := readValue(d)
	if err != nil {
		return Value{}, fmt.Errorf("not JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Value{}, errors.New("not JSON: more follows the first value")
	}
	return v, nil
}

func readValue(d *json.Decoder) (Value, error) {
	token, err := d.Token()
	if err != nil {
		return Value{}, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return readObject(d)
		}
		return readArray(d)
	case string:
		return Value{Kind: "string", Text: t}, nil
	case json.Number:
		return Value{Kind: "number", Text: t.String()}, nil
	case bool:
		return Value{Kind: "boolean", Text: strconv.FormatBool(t)}, nil
	}
	return Value{Kind: "null", Text: "null"}, nil
}

func readObject(d *json.Decoder) (Value, error) {
	v := Value{Kind: "object"}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return Value{}, err
		}
		value, err := readValue(d)
		if err != nil {
			return Value{}, err
		}
		v.Members = append(v.Members, Member{name.(string), value})
	}
	_, err := d.Token()
	return v, err
}

func readArray(d *json.Decoder) (Value, error) {
	v := Value{Kind: "array"}
	for d.More() {
		item, err := readValue(d)
		if err != nil {
			return Value{}, err
		}
		v.Items = append(v.Items, item)
	}
	_, err := d.Token()
	return v, err
}

// At follows a path of member names and item numbers joined by dots, such as data.payment.client.0.content. Of a
// member named twice the last one counts. The empty path is the value itself.
func (v Value) At(path string) (Value, bool) {
	if path == "" {
		return v, true
	}
	name, rest, _ := strings.Cut(path, ".")
	if v.Kind == "array" {
		n, err := strconv.Atoi(name)
		if err != nil || n < 0 || n >= len(v.Items) {
			return Value{}, false
		}
		return v.Items[n].At(rest)
	}
	for i := len(v.Members) - 1; i >= 0; i-- {
		if v.Members[i].Name == name {
			return v.Members[i].Value.At(rest)
		}
	}
	return Value{}, false
}

// Type is the narrowest type word for the value: a number is an integer or a decimal.
func (v Value) Type() string {
	if v.Kind != "number" {
		return v.Kind
	}
	if strings.ContainsAny(v.Text, ".eE") {
		return "decimal"
	}
	return "integer"
}

// JSON writes the value compactly, members in their order.
func (v Value) JSON() string {
	switch v.Kind {
	case "string":
		return quote(v.Text)
	case "object":
		parts := make([]string, len(v.Members))
		for i, m := range v.Members {
			parts[i] = quote(m.Name) + ":" + m.Value.JSON()
		}
		return "{" + strings.Join(parts, ",") + "}"
	case "array":
		parts := make([]string, len(v.Items))
		for i, item := range v.Items {
			parts[i] = item.JSON()
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	return v.Text
}

func quote(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}
