package edit_test

import (
	"encoding/json"
	"testing"

	"paysim/internal/edit"
)

func TestOf(t *testing.T) {
	const body = `{"id":"é/1","amount":1000,"card":{"last4":"0002","name":null},"lines":[{"sku":"a","n":1},2]}`
	set := func(path, value string) []edit.Member {
		return []edit.Member{{Path: path, Value: json.RawMessage(value)}}
	}
	for name, c := range map[string]struct {
		edit edit.Body
		want string
	}{
		"nothing":       {edit.Body{}, body},
		"a value":       {edit.Body{Set: set("amount", "1")}, `{"id":"é/1","amount":1,"card":{"last4":"0002","name":null},"lines":[{"sku":"a","n":1},2]}`},
		"inside":        {edit.Body{Set: set("lines.0.n", "12345678901234567890")}, `{"id":"é/1","amount":1000,"card":{"last4":"0002","name":null},"lines":[{"sku":"a","n":12345678901234567890},2]}`},
		"a new member":  {edit.Body{Set: set("new.deep", `{"a":[]}`)}, `{"id":"é/1","amount":1000,"card":{"last4":"0002","name":null},"lines":[{"sku":"a","n":1},2],"new":{"deep":{"a":[]}}}`},
		"left out":      {edit.Body{Drop: []string{"card.name", "lines", "nowhere"}}, `{"id":"é/1","amount":1000,"card":{"last4":"0002"}}`},
		"set, then out": {edit.Body{Set: set("card.more", "1"), Drop: []string{"card"}}, `{"id":"é/1","amount":1000,"lines":[{"sku":"a","n":1},2]}`},
		"reversed":      {edit.Body{Write: []edit.Spelling{edit.Reversed}}, `{"lines":[{"n":1,"sku":"a"},2],"card":{"name":null,"last4":"0002"},"amount":1000,"id":"é/1"}`},
		"escaped":       {edit.Body{Write: []edit.Spelling{edit.Escaped}}, `{"id":"\u00e9\/1","amount":1000,"card":{"last4":"0002","name":null},"lines":[{"sku":"a","n":1},2]}`},
		"escaped twice": {edit.Body{Set: set("id", `"\/\u00e9\\/"`), Drop: []string{"lines", "card"}, Write: []edit.Spelling{edit.Escaped}}, `{"id":"\/\u00e9\\\/","amount":1000}`},
		"all of it": {edit.Body{Drop: []string{"lines", "card"}, Write: []edit.Spelling{edit.Spaced, edit.Escaped, edit.Reversed}},
			"{\n  \"amount\": 1000,\n  \"id\": \"\\u00e9\\/1\"\n}"},
	} {
		got, err := c.edit.Of([]byte(body))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, got, c.want)
		}
	}
}

func TestWhatCannotBeChanged(t *testing.T) {
	for text, path := range map[string]string{`{"lines":[1]}`: "lines.x", `[{"a":1}]`: "a", `"a"`: "a", `<p>`: "a", ``: "a", `{"a":1`: "a"} {
		if got, err := (edit.Body{Set: []edit.Member{{Path: path, Value: json.RawMessage("1")}}}).Of([]byte(text)); err == nil {
			t.Errorf("%q is changed to %q", text, got)
		}
	}
}
