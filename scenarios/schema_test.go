package scenarios_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"gopkg.in/yaml.v3"

	"paysim/internal/scenario"
	"paysim/sims"
)

var update = flag.Bool("update", false, "write schema.json anew")

func TestTheSchemaIsFresh(t *testing.T) {
	want := scenario.Schema(sims.All())
	if *update {
		if err := os.WriteFile("schema.json", want, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if got, _ := os.ReadFile("schema.json"); !bytes.Equal(got, want) {
		t.Error("schema.json is not what the tables say; run go generate ./scenarios")
	}
}

// TestFilesLoad holds every file to the parser, with all providers, and to the
// schema that editors are given.
func TestFilesLoad(t *testing.T) {
	var s jsonschema.Schema
	if err := json.Unmarshal(scenario.Schema(sims.All()), &s); err != nil {
		t.Fatal(err)
	}
	schema, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob("*/*.yaml")
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		scenario.Check(&out, file, src, sims.All())
		if out.Len() > 0 {
			t.Error(out.String())
		}
		var v any
		if err := yaml.Unmarshal(src, &v); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		var plain any
		if err := json.Unmarshal(text, &plain); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(plain); err != nil {
			t.Errorf("%s: the schema refuses it: %v", file, err)
		}
	}
}
