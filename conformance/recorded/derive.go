package recorded

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"paysim/conformance/shape"
)

// Derive reduces exchanges to kinds, sorted by name, of the same name the most frequent first.
func Derive(exchanges []Exchange, rules Rules) (Shapes, error) {
	found := map[string]*Kind{}
	for _, e := range exchanges {
		k, err := rules.kind(e)
		if err != nil {
			return Shapes{}, fmt.Errorf("%s: %w", e.Source, err)
		}
		key, err := yaml.Marshal(k)
		if err != nil {
			return Shapes{}, err
		}
		if found[string(key)] == nil {
			found[string(key)] = &k
		}
		found[string(key)].Seen++
	}
	s := Shapes{Source: rules.Source, Exchanges: len(exchanges)}
	for _, key := range slices.Sorted(maps.Keys(found)) {
		s.Kinds = append(s.Kinds, *found[key])
	}
	slices.SortStableFunc(s.Kinds, func(a, b Kind) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(b.Seen, a.Seen)) })
	number(s.Kinds)
	return s, nil
}

// number tells kinds of the same name apart.
func number(kinds []Kind) {
	seen := map[string]int{}
	for i, k := range kinds {
		seen[k.Name]++
		if n := seen[k.Name]; n > 1 {
			kinds[i].Name = fmt.Sprintf("%s (%d)", k.Name, n)
		}
	}
}

func (r Rules) kind(e Exchange) (Kind, error) {
	operation, err := r.operation(e.Method, e.URL)
	if err != nil {
		return Kind{}, err
	}
	k := Kind{Operation: operation.Operation, Method: e.Method, Path: operation.Path, Status: e.Status, Code: r.code(e), ETag: r.Answer.ETag}
	k.Name = r.name(operation.Operation, e)
	if e.Request != nil {
		request, err := derive("", *e.Request, r.requestLeaf)
		if err != nil {
			return Kind{}, err
		}
		k.Request = *shape.Node(request)
	}
	headers, err := r.headers(e)
	if err != nil {
		return Kind{}, err
	}
	k.Headers = *shape.Node(headers)
	body, err := derive("", e.Answer, func(path string, v shape.Value) (shape.Shape, error) { return r.answerLeaf(e, path, v) })
	if err != nil {
		return Kind{}, err
	}
	k.Body = *shape.Node(body)
	return k, nil
}

// name joins the operation, the telling request values, the status and the error code.
func (r Rules) name(operation string, e Exchange) string {
	parts := []string{operation}
	for _, path := range r.Name {
		if e.Request == nil {
			break
		}
		v, ok := e.Request.At(path)
		if !ok {
			continue
		}
		parts = append(parts, words(v))
	}
	parts = append(parts, strconv.Itoa(e.Status))
	if code := r.code(e); code != "" {
		parts = append(parts, code)
	}
	return strings.Join(parts, " ")
}

// code is the answer's error code, if it has one.
func (r Rules) code(e Exchange) string {
	if r.Code == "" {
		return ""
	}
	v, _ := e.Answer.At(r.Code)
	return v.Text
}

// words is a scalar's text, an array's items, an object's member names.
func words(v shape.Value) string {
	all := []string{}
	for _, item := range v.Items {
		all = append(all, item.Text)
	}
	for _, m := range v.Members {
		all = append(all, m.Name)
	}
	if v.Kind != "array" && v.Kind != "object" {
		return v.Text
	}
	return strings.Join(all, "+")
}

// headers keeps the headers that the rules name, and proves the ETag. A value that the recording withholds cannot be
// part of a proof; there only the form is checked.
func (r Rules) headers(e Exchange) (shape.Shape, error) {
	var o shape.Object
	for _, m := range r.HeaderValues(func(name string) string { return e.Headers[name] }).Members {
		o.Fields = append(o.Fields, shape.Field{Name: m.Name, Shape: shape.Constant{Want: m.Value}})
	}
	if !r.Answer.ETag {
		return o, nil
	}
	etag, body := e.Headers["ETag"], e.Answer.JSON()
	proved := etag == ETag([]byte(body)) || etagForm.MatchString(etag) && strings.Contains(body, "<redacted>")
	if !proved {
		return nil, fmt.Errorf("ETag %s does not belong to the body", etag)
	}
	return o, nil
}

// HeaderValues makes an object of the headers that the rules name, in alphabetical order and without the parts that
// only the transport adds. A header that is absent is empty.
func (r Rules) HeaderValues(get func(name string) string) shape.Value {
	o := shape.Value{Kind: "object"}
	for _, name := range slices.Sorted(maps.Keys(r.Answer.Headers)) {
		text := strip(get(name), r.Answer.Headers[name].Without)
		o.Members = append(o.Members, shape.Member{Name: name, Value: shape.Value{Kind: "string", Text: text}})
	}
	return o
}

// strip drops words from a list of them; with no word to drop, the value stays as it is.
func strip(value string, without []string) string {
	if len(without) == 0 {
		return value
	}
	var kept []string
	for word := range strings.SplitSeq(value, ",") {
		if word = strings.TrimSpace(word); !slices.Contains(without, word) {
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, ", ")
}

type leaf func(path string, v shape.Value) (shape.Shape, error)

func derive(path string, v shape.Value, of leaf) (shape.Shape, error) {
	switch v.Kind {
	case "object":
		var o shape.Object
		for _, m := range v.Members {
			s, err := derive(join(path, m.Name), m.Value, of)
			if err != nil {
				return nil, err
			}
			o.Fields = append(o.Fields, shape.Field{Name: m.Name, Shape: s})
		}
		return o, nil
	case "array":
		var a shape.Array
		for i, item := range v.Items {
			s, err := derive(join(path, strconv.Itoa(i)), item, of)
			if err != nil {
				return nil, err
			}
			a.Items = append(a.Items, s)
		}
		return a, nil
	}
	return of(path, v)
}

func (r Rules) requestLeaf(path string, v shape.Value) (shape.Shape, error) {
	if contains(r.Request.Constants, path) {
		return shape.Constant{Want: v}, nil
	}
	return shape.Types{Names: []string{v.Type()}}, nil
}

// answerLeaf asks, in this order: does the value repeat the request, is it constant, an address, of a known form.
func (r Rules) answerLeaf(e Exchange, path string, v shape.Value) (shape.Shape, error) {
	if s, ok := r.echo(e, path, v); ok {
		return s, nil
	}
	if v.Kind == "null" || contains(r.Answer.Constants, path) {
		return shape.Constant{Want: v}, nil
	}
	if contains(r.Answer.Addresses, path) {
		pattern, err := addressPattern(v.Text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return shape.Types{Names: []string{"string"}, Pattern: regexp.MustCompile(pattern)}, nil
	}
	for _, rule := range slices.Sorted(maps.Keys(r.Answer.Patterns)) {
		if !matches(rule, path) {
			continue
		}
		expression := r.Answer.Patterns[rule]
		pattern, err := regexp.Compile(expression)
		if err != nil {
			return nil, err
		}
		if v.Kind != "string" || !pattern.MatchString(v.Text) {
			return nil, fmt.Errorf("%s: %s does not match %s", path, v.JSON(), expression)
		}
		return shape.Types{Names: []string{"string"}, Pattern: pattern}, nil
	}
	return shape.Types{Names: []string{v.Type()}}, nil
}

func (r Rules) echo(e Exchange, path string, v shape.Value) (shape.Shape, bool) {
	if e.Request == nil {
		return nil, false
	}
	for _, rule := range slices.Sorted(maps.Keys(r.Answer.Echoes)) {
		if !matches(rule, path) {
			continue
		}
		for _, source := range r.Answer.Echoes[rule] {
			asked, ok := e.Request.At(source)
			if !ok || asked.Kind != v.Kind || Canonical(asked) != Canonical(v) {
				continue
			}
			return shape.Constant{Want: shape.Value{Kind: v.Kind, Text: "{{request." + source + "}}"}}, true
		}
	}
	return nil, false
}

// Canonical is a scalar's text, a number's without needless zeros: 100.0 is sent, 100 comes back.
func Canonical(v shape.Value) string {
	if v.Kind != "number" {
		return v.Text
	}
	n, ok := new(big.Rat).SetString(v.Text)
	if !ok {
		return v.Text
	}
	if n.IsInt() {
		return n.RatString()
	}
	return strings.TrimRight(n.FloatString(12), "0")
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
