package providertest

import (
	"encoding/json"
	"slices"
	"testing"
)

func TestMembers(t *testing.T) {
	text := ` {"a" : 1,
 "b": {"c": "x\"}", "d": [true, {"e": null}]}, "f":[] } `
	var paths []string
	for _, m := range members(text) {
		paths = append(paths, m.path)
		for what, changed := range map[string]string{"replaced": m.replaced(`"new"`), "removed": m.removed(), "doubled": m.doubled()} {
			if !json.Valid([]byte(changed)) {
				t.Errorf("%s %s: %s", m.path, what, changed)
			}
		}
	}
	want := []string{"a", "b", "b.c", "b.d", "b.d.[0]", "b.d.[1]", "b.d.[1].e", "f"}
	if !slices.Equal(paths, want) {
		t.Errorf("%q", paths)
	}
	one := members(`{"a": {"b": 1, "c": 2}}`)
	for i, want := range []string{`{"a": 0}`, `{"a": {"b": 0, "c": 2}}`, `{"a": {"b": 1, "c": 0}}`} {
		if got := one[i].replaced("0"); got != want {
			t.Errorf("%s = 0: %s", one[i].path, got)
		}
	}
	for i, want := range []string{`{}`, `{"a": {"c": 2}}`, `{"a": {"b": 1}}`} {
		var got, wanted any
		json.Unmarshal([]byte(one[i].removed()), &got)
		json.Unmarshal([]byte(want), &wanted)
		if a, b := string(marshal(got)), string(marshal(wanted)); a != b {
			t.Errorf("without %s: %s", one[i].path, a)
		}
	}
}

func marshal(v any) []byte {
	b, _ := json.Marshal(v)
	return b
}

func TestSpoilPairs(t *testing.T) {
	var all []string
	for _, p := range spoilPairs("a=1&b=2") {
		all = append(all, p.pairs)
	}
	for _, want := range []string{"", "b=2", "a=1", "a=&b=2", "a=1&b=%zz", "a=1&a=x&b=2", "a=1&b[]=x"} {
		if !slices.Contains(all, want) {
			t.Errorf("%q is not tried", want)
		}
	}
}

func TestPaths(t *testing.T) {
	for _, c := range []struct {
		template, path string
		ok             bool
		id             string
	}{
		{"/v1/charges/{id}", "/v1/charges/7", true, "7"},
		{"/v1/charges/{id}/", "/v1/charges/7?x=1", true, "7"},
		{"/v1/charges/{id}", "/v1/charges/", false, ""},
		{"/get/{id:[0-9]+}.png", "/get/7.png", true, "7"},
		{"/get/{id}.png", "/get/7.jpg", false, ""},
		{"/v1/charges", "/v1/charges/7", false, ""},
	} {
		vars, ok := variables(c.template, c.path)
		if ok != c.ok || vars["id"] != c.id {
			t.Errorf("%s as %s: %v %v", c.path, c.template, vars, ok)
		}
	}
	if got := fill("/get/{id:[0-9]+}.png", map[string]string{"id": "8"}); got != "/get/8.png" {
		t.Error(got)
	}
	if r := Ask("GET /a?x=1", "").withPath("/b"); r.Path != "/b?x=1" {
		t.Error(r.Path)
	}
}

func TestOrders(t *testing.T) {
	seen := map[[3]int]bool{}
	for _, o := range orders(3) {
		seen[[3]int(o)] = true
	}
	if len(seen) != 6 {
		t.Errorf("%v", seen)
	}
}
