package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"paysim/internal/provider"
	"paysim/internal/spell"
)

// refusal is a call that was not done, and why.
type refusal struct {
	Status  int
	Code    string // for programs
	Message string // for people
	Details any    // nil for none

	header map[string]string
}

func (p *refusal) Error() string { return p.Code + ": " + p.Message }

func bad(code, format string, args ...any) *refusal {
	return &refusal{Status: http.StatusBadRequest, Code: code, Message: fmt.Sprintf(format, args...)}
}

func notFound(code, format string, args ...any) *refusal {
	return &refusal{Status: http.StatusNotFound, Code: code, Message: fmt.Sprintf(format, args...)}
}

func conflict(code string, details any, format string, args ...any) *refusal {
	return &refusal{Status: http.StatusConflict, Code: code, Message: fmt.Sprintf(format, args...), Details: details}
}

// asBad is a refusal about a parameter instead of the path.
func asBad(err error) error {
	var p *refusal
	if errors.As(err, &p) {
		p.Status = http.StatusBadRequest
	}
	return err
}

// bodyLimit is the largest body that is read, in bytes.
const bodyLimit = 4 << 20

func (c *call) body() ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(c.Body, bodyLimit+1))
	switch {
	case err != nil:
		return nil, bad("body_unreadable", "the body ended early")
	case len(body) > bodyLimit:
		return nil, &refusal{Status: http.StatusRequestEntityTooLarge, Code: "body_too_large", Message: "the body is larger than 4 MiB"}
	}
	return body, nil
}

// members reads a JSON object that may have the given members and no others. An
// empty body is an empty object.
func (c *call) members(names ...string) (map[string]json.RawMessage, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return nil, nil
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(body, &given); err != nil || given == nil {
		return nil, bad("invalid_body", "the body is not a JSON object")
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(names, name) {
			return nil, bad("unknown_member", "there is no member %q%s", name, nearest(name, names))
		}
	}
	return given, nil
}

// nearest is what to try instead of a name that is unknown.
func nearest(got string, names []string) string {
	if hint := spell.Hint(got, names); hint != "" {
		return hint
	}
	if len(names) == 0 {
		return ""
	}
	return "; there is " + strings.Join(names, ", ")
}

func (c *Control) provider(name string) (*provider.Provider, error) {
	if p := c.Engine.Provider(name); p != nil {
		return p, nil
	}
	var names []string
	for _, p := range c.Engine.Providers() {
		names = append(names, p.Name)
	}
	return nil, notFound("unknown_provider", "no provider is named %q%s", name, nearest(name, names))
}

// all splits an error that joins several into their texts.
func all(err error) []string {
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return []string{err.Error()}
	}
	var out []string
	for _, e := range joined.Unwrap() {
		out = append(out, e.Error())
	}
	return out
}
