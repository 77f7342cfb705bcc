package scenario_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"gopkg.in/yaml.v3"

	"paysim/internal/scenario"
)

func resolved(t *testing.T) *jsonschema.Resolved {
	t.Helper()
	var s jsonschema.Schema
	if err := json.Unmarshal(scenario.Schema(providers()), &s); err != nil {
		t.Fatal(err)
	}
	r, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// asJSON is a YAML text as an editor's validator sees it.
func asJSON(t *testing.T, src string) (v any, ok bool) {
	t.Helper()
	if yaml.Unmarshal([]byte(src), &v) != nil {
		return nil, false
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, false
	}
	var plain any
	if err := json.Unmarshal(text, &plain); err != nil {
		t.Fatal(err)
	}
	return plain, true
}

func TestWhatParsesIsValidInTheSchema(t *testing.T) {
	schema := resolved(t)
	files, _ := filepath.Glob("testdata/valid/*.yaml")
	if len(files) < 3 {
		t.Fatalf("%d files", len(files))
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, problems := scenario.Parse(name, src, providers()); len(problems) > 0 {
			t.Errorf("%s", problems.String())
		}
		v, ok := asJSON(t, string(src))
		if !ok {
			t.Fatalf("%s is not JSON's kind of YAML", name)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: the schema refuses what the parser takes: %v", name, err)
		}
	}
}

// Names and keys are the schema's business, so it must refuse every broken file
// that has one of them wrong; a key that stands twice is the YAML library's.
func TestTheSchemaRefusesWrongNamesAndKeys(t *testing.T) {
	schema := resolved(t)
	beyond := map[string]bool{ // which name belongs to which is more than a schema can say
		"an outcome of another operation":                             true,
		"an outcome that the provider has and this operation has not": true,
		"an outcome that only another provider can express":           true,
		"an outcome that no operation of the provider can have":       true,
		"an error code that several rows carry":                       true,
		"an action of another provider":                               true,
		"an outcome for an action that takes none":                    true,
		"unknown path variable":                                       true,
		"a path without variables":                                    true,
		"unknown place":                                               true,
	}
	checked := 0
	for _, name := range []string{"testdata/broken/names.txt", "testdata/broken/keys.txt"} {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range strings.Split("\n"+string(raw), "\n== ")[1:] {
			title, rest, _ := strings.Cut(c, "\n")
			src, _, _ := strings.Cut(rest, "\n--\n")
			v, ok := asJSON(t, src)
			if !ok || beyond[title] {
				continue
			}
			checked++
			if schema.Validate(v) == nil {
				t.Errorf("%s: the schema takes it", title)
			}
		}
	}
	if checked < 40 {
		t.Errorf("only %d files were checked", checked)
	}
}
