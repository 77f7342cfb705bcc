package shape_test

import (
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"paysim/conformance/shape"
)

func parse(t *testing.T, text string) shape.Shape {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	s, err := shape.Parse(document.Content[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func value(t *testing.T, text string) shape.Value {
	t.Helper()
	v, err := shape.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const charge = `
status: = "success"
data:
  id: string ~ ^2000[0-9]*$
  amount: integer
  time_captured: integer|null
  exchange?: {rate: number}
  client: [{format: = "redirect"}, {format: = "qr"}]
`

func TestCompare(t *testing.T) {
	const fits = `{"status":"success","data":{"id":"2000","amount":1,"time_captured":null,"client":[{"format":"redirect"},{"format":"qr"}]}}`
	tests := []struct {
		name, shape, got, want string
	}{
		{"fits", charge, fits, ""},
		{"optional member present", charge, strings.Replace(fits, `"client"`, `"exchange":{"rate":1},"client"`, 1), ""},
		{"optional member in the wrong place", charge, strings.Replace(fits, `"amount"`, `"exchange":{"rate":1},"amount"`, 1),
			"data: want members in the order id, amount, time_captured, exchange, client, got id, exchange, amount, time_captured, client"},
		{"wrong order", charge, strings.Replace(fits, `"id":"2000","amount":1`, `"amount":1,"id":"2000"`, 1),
			"data: want members in the order id, amount, time_captured, client, got amount, id, time_captured, client"},
		{"missing member", charge, strings.Replace(fits, `"amount":1,`, ``, 1), "data.amount: want integer, got no such member"},
		{"unexpected member", charge, strings.Replace(fits, `"amount":1,`, `"amount":1,"fee":2,`, 1), "data.fee: want no such member, got integer 2"},
		{"wrong type", charge, strings.Replace(fits, `"amount":1,`, `"amount":"1",`, 1), `data.amount: want integer, got string "1"`},
		{"decimal for an integer", charge, strings.Replace(fits, `"amount":1,`, `"amount":1.0,`, 1), "data.amount: want integer, got decimal 1.0"},
		{"null where it is not allowed", charge, strings.Replace(fits, `"amount":1,`, `"amount":null,`, 1), "data.amount: want integer, got null"},
		{"wrong constant", charge, strings.Replace(fits, "success", "fail", 1), `status: want = "success", got string "fail"`},
		{"wrong pattern", charge, strings.Replace(fits, `"2000"`, `"3000"`, 1), `data.id: want string ~ ^2000[0-9]*$, got string "3000"`},
		{"member twice", charge, strings.Replace(fits, `"amount":1,`, `"amount":1,"amount":1,`, 1), "data.amount: want the member once, got it 2 times"},
		{"item missing", charge, strings.Replace(fits, `,{"format":"qr"}`, ``, 1), `data.client: want 2 items, got 1: array [{"format":"redirect"}]`},
		{"items in another order", `[= 1, = 2]`, `[2,1]`, "0: want = 1, got integer 2\n1: want = 2, got integer 1"},
		{"one item too many", `[= 1]`, `[1,2]`, "(body): want 1 items, got 2: array [1,2]"},
		{"repeated item fits", `[integer, ...]`, `[1,2,3]`, ""},
		{"repeated item does not fit", `[integer, ...]`, `[1,"2"]`, `1: want integer, got string "2"`},
		{"repeated item needs one", `[integer, ...]`, `[]`, "(body): want 1 or more items, got 0: array []"},
		{"empty object", `{}`, `{"a":1}`, "a: want no such member, got integer 1"},
		{"empty array", `[]`, `[1]`, "(body): want 0 items, got 1: array [1]"},
		{"open object", `{a: integer, ...: any}`, `{"x":1,"a":1,"y":2}`, ""},
		{"open object still orders", `{a: integer, b: integer, ...: any}`, `{"b":1,"a":1}`, "(body): want members in the order a, b, got b, a"},
		{"constants of every kind", `[= null, = true, = 1.50, = "é<"]`, `[null,true,1.50,"é<"]`, ""},
		{"a number's spelling", `= 100`, `100.0`, "(body): want = 100, got decimal 100.0"},
		{"object for a word", `string`, `{"a":1}`, `(body): want string, got object {"a":1}`},
		{"word for an object", `{a: string}`, `"a"`, `(body): want object, got string "a"`},
		{"word for an array", `[string]`, `"a"`, `(body): want array, got string "a"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := shape.Report(shape.Compare(parse(t, test.shape), value(t, test.got)))
			if got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`a: strin`:                   `line 1: "strin" is no type`,
		`a: = success`:               `line 1: constant "= success"`,
		`a: = {}`:                    "only scalars",
		`a: integer ~ ^1$`:           "only a string can have a pattern",
		`a: string ~ (`:              "missing closing",
		`[..., string]`:              "comes last",
		"a: string\na?: string":      "stands here twice",
		"b: string\nc:\n  - \n  - x": "line 3",
	} {
		var document yaml.Node
		if err := yaml.Unmarshal([]byte(text), &document); err != nil {
			t.Fatal(err)
		}
		_, err := shape.Parse(document.Content[0], nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want it to say %q", text, err, want)
		}
	}
}

func TestNodeRoundTrip(t *testing.T) {
	first := shape.Node(parse(t, charge+"  rest: [any, ...]\n  none: []\n  open: {a: string, ...: any}\n"))
	text, err := yaml.Marshal(first)
	if err != nil {
		t.Fatal(err)
	}
	second, err := yaml.Marshal(shape.Node(parse(t, string(text))))
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != string(second) {
		t.Errorf("first:\n%s\nsecond:\n%s", text, second)
	}
}

func TestValueAt(t *testing.T) {
	v := value(t, `{"data":{"client":[{"content":"a"},{"content":"b"}],"id":"1","id":"2"}}`)
	for path, want := range map[string]string{"data.client.1.content": "b", "data.id": "2"} {
		if got, ok := v.At(path); !ok || got.Text != want {
			t.Errorf("%s: got %q %t, want %q", path, got.Text, ok, want)
		}
	}
	for _, path := range []string{"data.client.2", "data.client.x", "nothing"} {
		if got, ok := v.At(path); ok {
			t.Errorf("%s: got %v, want nothing", path, got)
		}
	}
}

func TestParseJSONRefuses(t *testing.T) {
	for _, text := range []string{``, `{`, `{"a":1} {"b":2}`, `[1,]`, `<html>`} {
		if v, err := shape.ParseJSON([]byte(text)); err == nil {
			t.Errorf("%q: got %v, want an error", text, v)
		}
	}
}
