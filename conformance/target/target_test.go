package target

import (
	"context"
	"strings"
	"testing"
	"time"

	"paysim/conformance/suite"
)

func TestMainAddress(t *testing.T) {
	for printed, want := range map[string]string{
		"citcon http://127.0.0.1:5001\ncontrol http://127.0.0.1:5000/_sim/\nmore\n": "http://127.0.0.1:5000",
		"{\"control\":\"http://127.0.0.1:41234/_sim\"}\n":                           "http://127.0.0.1:41234",
	} {
		if got, err := mainAddress(t.Context(), strings.NewReader(printed)); err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", printed, got, err, want)
		}
	}
	if got, err := mainAddress(t.Context(), strings.NewReader("no address\n")); err == nil {
		t.Errorf("got %q, want an error", got)
	}
}

func TestServiceKeys(t *testing.T) {
	one := suite.Provider{Name: "citcon", Keys: map[string]string{"private-key": "sk-{{tenant}}"}}
	two := suite.Provider{Name: "culqi", Keys: map[string]string{"public": "pk_{{tenant}}", "private": "sk_{{tenant}}"}}
	for _, test := range []struct {
		p    suite.Provider
		keys []string
		name string
		want string
	}{
		{one, []string{"sk-mine"}, "private-key", "sk-mine"},
		{one, []string{"sk-mine=="}, "private-key", "sk-mine=="},
		{one, []string{"private-key=sk-mine"}, "private-key", "sk-mine"},
		{two, []string{"public=a", "private=b"}, "private", "b"},
	} {
		there, err := Service("https://api.example/", test.p, test.keys)
		if err != nil {
			t.Fatal(err)
		}
		keys, err := there.Keys(test.p, "unused")
		if err != nil || keys[test.name] != test.want {
			t.Errorf("%v: got %v, %v; want %s", test.keys, keys, err, test.want)
		}
		if base, err := there.Base(test.p.Name); err != nil || base != "https://api.example" {
			t.Errorf("got %q, %v", base, err)
		}
		if base, err := there.Base("other"); err == nil {
			t.Errorf("got %q for another provider, want an error", base)
		}
	}
	for _, keys := range [][]string{{""}, {"a", "b"}, {"public=a"}} {
		if _, err := Service("https://api.example", two, keys); err == nil {
			t.Errorf("%v: want an error", keys)
		}
	}
}

func TestSimulatorKeys(t *testing.T) {
	p := suite.Provider{Name: "culqi", Keys: map[string]string{"public": "pk_test_{{tenant}}"}}
	keys, err := (&Target{Control: "http://127.0.0.1:1"}).Keys(p, "t1")
	if err != nil || keys["public"] != "pk_test_t1" {
		t.Errorf("got %v, %v", keys, err)
	}
}

func TestRunningGivesUp(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if there, err := Running(ctx, "http://127.0.0.1:1"); err == nil {
		t.Errorf("got %v, want an error", there)
	}
}
