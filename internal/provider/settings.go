package provider

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"paysim/internal/catalog"
)

// SettingKind is the type of a setting's value.
type SettingKind string

// The kinds, with their Go types.
const (
	Flag    SettingKind = "flag"     // bool
	Text    SettingKind = "text"     // string
	Choice  SettingKind = "choice"   // string, one of Choices
	Number  SettingKind = "number"   // int64
	Texts   SettingKind = "texts"    // []string
	TextMap SettingKind = "text_map" // map[string]string
)

// Setting is something the merchant sets in the service's panel, or a switch of
// ours where the sources leave a choice.
type Setting struct {
	Name    string      `json:"name"`
	Kind    SettingKind `json:"kind"`
	Default any         `json:"default"`
	Choices []string    `json:"choices,omitempty"`
	Means   string      `json:"means"`
	catalog.Evidence
}

// Parse reads a value given as JSON.
func (s Setting) Parse(raw json.RawMessage) (any, error) {
	switch s.Kind {
	case Flag:
		return into[bool](s, raw)
	case Number:
		return into[int64](s, raw)
	case Texts:
		return into[[]string](s, raw)
	case TextMap:
		return into[map[string]string](s, raw)
	}
	text, err := into[string](s, raw)
	if err == nil && s.Kind == Choice && !slices.Contains(s.Choices, text.(string)) {
		return nil, fmt.Errorf("setting %q must be one of %s", s.Name, strings.Join(s.Choices, ", "))
	}
	return text, err
}

// holds reports whether v is of the Go type of the setting's kind.
func (s Setting) holds(v any) bool {
	ok := false
	switch s.Kind {
	case Flag:
		_, ok = v.(bool)
	case Text:
		_, ok = v.(string)
	case Choice:
		var text string
		text, ok = v.(string)
		ok = ok && slices.Contains(s.Choices, text)
	case Number:
		_, ok = v.(int64)
	case Texts:
		_, ok = v.([]string)
	case TextMap:
		_, ok = v.(map[string]string)
	}
	return ok
}

func into[T any](s Setting, raw json.RawMessage) (any, error) {
	var v *T
	if err := json.Unmarshal(raw, &v); err != nil || v == nil {
		return nil, fmt.Errorf("setting %q must be a %s", s.Name, strings.ReplaceAll(string(s.Kind), "_", " "))
	}
	return *v, nil
}
