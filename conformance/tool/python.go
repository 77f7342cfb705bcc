package tool

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"paysim/conformance/shape"
)

type python struct{}

func (python) Name() string { return "python-requests" }
func (python) probe() Command {
	return Command{Name: "python3", Args: []string{"-c", "import requests"}}
}

const pythonImport = "import requests\n"

// Compose writes the one call that a document prints, after the import it presupposes. With json, the usual style, the
// body becomes a Python literal that the library encodes again in its own spacing.
func (python) Compose(r Request) (Command, error) {
	var call strings.Builder
	fmt.Fprintf(&call, "requests.%s(%s", strings.ToLower(r.Method), pythonString(r.URL))
	if len(r.Headers) > 0 {
		pairs := make([]string, len(r.Headers))
		for i, h := range r.Headers {
			pairs[i] = pythonString(h.Name) + ": " + pythonString(h.Value)
		}
		call.WriteString(", headers={" + strings.Join(pairs, ", ") + "}")
	}
	if r.Body != "" {
		switch cmp.Or(r.Style.Data, "json") {
		case "json":
			v, err := shape.ParseJSON([]byte(r.Body))
			if err != nil {
				return Command{}, err
			}
			call.WriteString(", json=" + pythonLiteral(v))
		case "data":
			call.WriteString(", data=" + pythonString(r.Body) + ".encode()")
		default:
			return Command{}, fmt.Errorf("python-requests has no way %q to give a body", r.Style.Data)
		}
	}
	call.WriteString(")")
	return Command{Name: "python3", Args: []string{"-c", pythonImport + call.String()}}, nil
}

func pythonLiteral(v shape.Value) string {
	switch v.Kind {
	case "object":
		parts := make([]string, len(v.Members))
		for i, m := range v.Members {
			parts[i] = pythonString(m.Name) + ": " + pythonLiteral(m.Value)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case "array":
		parts := make([]string, len(v.Items))
		for i, item := range v.Items {
			parts[i] = pythonLiteral(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case "string":
		return pythonString(v.Text)
	case "boolean":
		return map[string]string{"true": "True", "false": "False"}[v.Text]
	case "null":
		return "None"
	}
	return v.Text
}

// pythonString quotes as Python prints a string: single quotes, backslash escapes.
func pythonString(text string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, r := range text {
		switch {
		case r == '\'' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// observe keeps the printed call and prints what it returns.
func (python) observe(c Command, dir string) Command {
	call := strings.TrimPrefix(c.Args[1], pythonImport)
	seconds := strconv.Itoa(int(Limit.Seconds()))
	c.Args = []string{"-c", pythonImport + "import base64, json\n" +
		"r = " + strings.TrimSuffix(call, ")") + ", timeout=" + seconds + ")\n" +
		"print(json.dumps({'status': r.status_code, 'headers': list(r.headers.items()), 'body': base64.b64encode(r.content).decode()}))"}
	return c
}

func (python) read(dir string, ran output) (Answer, error) {
	var printed struct {
		Status  int
		Headers [][2]string
		Body    []byte
	}
	if err := json.Unmarshal(ran.stdout, &printed); err != nil {
		return Answer{}, fmt.Errorf("no answer: %w", err)
	}
	answer := Answer{Status: printed.Status, Headers: make(map[string][]string), Body: printed.Body}
	for _, h := range printed.Headers {
		answer.Headers.Add(h[0], h[1])
	}
	return answer, nil
}
