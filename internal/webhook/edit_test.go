package webhook_test

import (
	"encoding/json"
	"testing"

	"paysim/internal/provider"
	"paysim/internal/webhook"
)

func TestEdit(t *testing.T) {
	const body = `{"id":"é/1","amount":1000,"card":{"last4":"0002","name":null},"lines":[{"sku":"a","n":1},2]}`
	set := func(path, value string) []webhook.Member {
		return []webhook.Member{{Path: path, Value: json.RawMessage(value)}}
	}
	for name, c := range map[string]struct {
		edit webhook.Edit
		want string
	}{
		"nothing":       {webhook.Edit{}, body},
		"a value":       {webhook.Edit{Set: set("amount", "1")}, `{"id":"é/1","amount":1,"card":{"last4":"0002","name":null},"lines":[{"sku":"a","n":1},2]}`},
		"inside":        {webhook.Edit{Set: set("lines.0.n", "12345678901234567890")}, `{"id":"é/1","amount":1000,"card":{"last4":"0002","name":null},"lines":[{"sku":"a","n":12345678901234567890},2]}`},
		"a new member":  {webhook.Edit{Set: set("new.deep", `{"a":[]}`)}, `{"id":"é/1","amount":1000,"card":{"last4":"0002","name":null},"lines":[{"sku":"a","n":1},2],"new":{"deep":{"a":[]}}}`},
		"left out":      {webhook.Edit{Drop: []string{"card.name", "lines", "nowhere"}}, `{"id":"é/1","amount":1000,"card":{"last4":"0002"}}`},
		"set, then out": {webhook.Edit{Set: set("card.more", "1"), Drop: []string{"card"}}, `{"id":"é/1","amount":1000,"lines":[{"sku":"a","n":1},2]}`},
		"reversed":      {webhook.Edit{Write: []webhook.Spelling{webhook.Reversed}}, `{"lines":[{"n":1,"sku":"a"},2],"card":{"name":null,"last4":"0002"},"amount":1000,"id":"é/1"}`},
		"escaped":       {webhook.Edit{Write: []webhook.Spelling{webhook.Escaped}}, `{"id":"\u00e9\/1","amount":1000,"card":{"last4":"0002","name":null},"lines":[{"sku":"a","n":1},2]}`},
		"escaped twice": {webhook.Edit{Set: set("id", `"\/\u00e9\\/"`), Drop: []string{"lines", "card"}, Write: []webhook.Spelling{webhook.Escaped}}, `{"id":"\/\u00e9\\\/","amount":1000}`},
		"all of it": {webhook.Edit{Drop: []string{"lines", "card"}, Write: []webhook.Spelling{webhook.Spaced, webhook.Escaped, webhook.Reversed}},
			"{\n  \"amount\": 1000,\n  \"id\": \"\\u00e9\\/1\"\n}"},
	} {
		m, err := c.edit.Apply(&provider.Webhooks{}, provider.Message{Body: []byte(body)})
		if err != nil || string(m.Body) != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, m.Body, c.want)
		}
	}
}

func TestAnEditThatDoesNotFitChangesNothing(t *testing.T) {
	m, err := webhook.Edit{Set: []webhook.Member{{Path: "lines.x", Value: json.RawMessage("1")}}}.Apply(&provider.Webhooks{}, provider.Message{Body: []byte(`{"lines":[1]}`)})
	if err == nil || string(m.Body) != `{"lines":[1]}` {
		t.Errorf("%v: %s", err, m.Body)
	}
	if m, err = (webhook.Edit{Drop: []string{"a"}}).Apply(&provider.Webhooks{}, provider.Message{}); err != nil || m.Body != nil {
		t.Errorf("a message for nobody: %v %s", err, m.Body)
	}
}

func TestAnEditGoesWhereTheProviderSays(t *testing.T) {
	w := &provider.Webhooks{Inside: func(m provider.Message, change func([]byte) ([]byte, error)) (provider.Message, error) {
		inner, err := change(m.Body[1:])
		m.Body = append([]byte("!"), inner...)
		return m, err
	}}
	m, err := webhook.Edit{Drop: []string{"a"}}.Apply(w, provider.Message{Body: []byte(`!{"a":1}`)})
	if err != nil || string(m.Body) != "!{}" {
		t.Errorf("%v: %s", err, m.Body)
	}
}
