package recorded

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"paysim/conformance/shape"
)

// Exchange is one recorded request with its answer.
type Exchange struct {
	Source  string // file and line, for messages
	Method  string
	URL     string
	Request *shape.Value // nil without a body
	Status  int
	Headers map[string]string
	Answer  shape.Value
}

// Read reads every *.jsonl file of a folder: one exchange a line, {"request": {method, url, body}, "response": {status,
// headers, body}}, bodies as JSON.
func Read(dir string) ([]Exchange, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s holds no *.jsonl file", dir)
	}
	slices.Sort(files)
	var all []Exchange
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		lines := bufio.NewScanner(bytes.NewReader(data))
		lines.Buffer(nil, len(data)+1)
		for n := 1; lines.Scan(); n++ {
			source := fmt.Sprintf("%s:%d", filepath.Base(file), n)
			e, err := parseExchange(source, lines.Bytes())
			if err != nil {
				return nil, fmt.Errorf("%s: %w", source, err)
			}
			all = append(all, e)
		}
		if err := lines.Err(); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return all, nil
}

func parseExchange(source string, line []byte) (Exchange, error) {
	var raw struct {
		Request struct {
			Method, URL string
			Body        json.RawMessage
		}
		Response struct {
			Status  int
			Headers map[string]string
			Body    json.RawMessage
		}
	}
	if err := json.Unmarshal(line, &raw); err != nil {
		return Exchange{}, err
	}
	e := Exchange{Source: source, Method: raw.Request.Method, URL: raw.Request.URL, Status: raw.Response.Status, Headers: raw.Response.Headers}
	if len(raw.Request.Body) > 0 && string(raw.Request.Body) != "null" {
		body, err := shape.ParseJSON(raw.Request.Body)
		if err != nil {
			return Exchange{}, fmt.Errorf("request: %w", err)
		}
		e.Request = &body
	}
	var err error
	if e.Answer, err = shape.ParseJSON(raw.Response.Body); err != nil {
		return Exchange{}, fmt.Errorf("answer: %w", err)
	}
	return e, nil
}
