package edit_test

import (
	"encoding/json"
	"strings"
	"testing"

	"paysim/internal/edit"
)

func TestCheckPath(t *testing.T) {
	for _, path := range []string{"a", "a.b.c", "lines.0.n", "lines.99", `v\.2024`, `dotted\.name.x`, ":007.a", "a-1", "é.ü", `\@type`, "12a", strings.Repeat("a.", 15) + "a"} {
		if err := edit.CheckPath(path); err != nil {
			t.Errorf("%q: %v", path, err)
		}
	}
	for _, path := range []string{
		"", ".", "a.", ".a", "a..b", "*", "a?", "a|b", "lines.#", "lines.#.n", "@this", `a\`, "{a,b}", "[a]", `\{a`,
		"lines.100", "12345.x", "lines.-1", "-1", `n.\9999999999`, `n.9\99`, `n.\-1`, `a\\.100`, strings.Repeat("a.", 16) + "a",
	} {
		if edit.CheckPath(path) == nil {
			t.Errorf("%q is taken", path)
		}
	}
}

// TestAPathEndsAtText: gjson finds lists and objects inside texts too.
func TestAPathEndsAtText(t *testing.T) {
	for text, path := range map[string]string{`{"s":"[1,2,3]"}`: "s.0", `{"s":"{\"a\":1}"}`: "s.a", `{"id":7}`: "id.0", `{"a":{"b":true}}`: "a.b.c", `{"l":[1]}`: "l.0.x"} {
		set := edit.Body{Set: []edit.Member{{Path: path, Value: json.RawMessage(`"x"`)}}}
		if got, err := set.Of([]byte(text)); err == nil {
			t.Errorf("%s at %s becomes %s", text, path, got)
		}
		drop := edit.Body{Drop: []string{path}}
		if got, err := drop.Of([]byte(text)); err != nil || string(got) != text {
			t.Errorf("%s without %s becomes %s, %v", text, path, got, err)
		}
	}
	through := edit.Body{Set: []edit.Member{{Path: "n.a.:0", Value: json.RawMessage("1")}}}
	if got, err := through.Of([]byte(`{"n":null}`)); err != nil || string(got) != `{"n":{"a":{"0":1}}}` {
		t.Errorf("%s, %v", got, err)
	}
}

func TestWhatIsDeepIsNotWrittenAnew(t *testing.T) {
	nested := func(n int) []byte {
		return []byte(`{"a":` + strings.Repeat("[", n-1) + `"]}"` + strings.Repeat("]", n-1) + "}")
	}
	for _, how := range edit.Spellings {
		b := edit.Body{Write: []edit.Spelling{how}}
		if _, err := b.Of(nested(64)); err != nil {
			t.Errorf("%s of 64: %v", how, err)
		}
		if _, err := b.Of(nested(65)); err == nil {
			t.Errorf("%s of 65 is made", how)
		}
	}
}

// FuzzOf: whatever the text and the path, what comes out is JSON, or an error.
func FuzzOf(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b":"[1]"}],"c":null}`, `{"a\u0062":"é/\/"}`, `{"":{"":0}}`} {
		for _, path := range []string{"a.0", "a.1.b.0", "c.d", `a\.b`, ":0.1", ""} {
			f.Add(s, path)
		}
	}
	f.Fuzz(func(t *testing.T, text, path string) {
		if edit.CheckPath(path) != nil {
			return
		}
		for _, b := range []edit.Body{
			{Set: []edit.Member{{Path: path, Value: json.RawMessage(`{"x":[1]}`)}}}, {Drop: []string{path}}, {Drop: []string{path}, Write: edit.Spellings},
		} {
			if got, err := b.Of([]byte(text)); err == nil && !json.Valid(got) {
				t.Errorf("%q at %q: %q", text, path, got)
			}
		}
	})
}
