package scenario_test

import (
	"encoding/json"
	"strings"
	"testing"

	"paysim/internal/scenario"
)

func asText(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTheDesk(t *testing.T) {
	b := newBench(t)
	d := scenario.NewDesk(b.Engine)
	if _, ok := d.Show(b.Tenant); ok {
		t.Error("something is loaded")
	}
	if r, ok := d.Load(b.Tenant, "application/yaml", []byte("name: a\nrules: [{on: toypay.charge.create, attempt: 1}]")); !ok || !strings.Contains(asText(t, r), `"notices":[]`) {
		t.Errorf("%v %s", ok, asText(t, r))
	}
	b.creates(2)
	if r, ok := d.Load(b.Tenant, "", []byte("rulez: []\nseed: x")); ok || strings.Count(asText(t, r), `"line"`) != 2 {
		t.Errorf("%v %s", ok, asText(t, r))
	}
	if r, ok := d.Load(b.Tenant, "", []byte("name: back\n\nclock: {at: 2020-01-01T00:00:00Z}")); ok || !strings.Contains(asText(t, r), `"line":3,"column":8`) {
		t.Errorf("%v %s", ok, asText(t, r))
	}
	s, ok := d.Show(b.Tenant)
	if got := asText(t, s); !ok || !strings.Contains(got, `"name":"a"`) || !strings.Contains(got, `"fitted":2,"fired":1`) {
		t.Errorf("what was loaded did not stay: %s", got)
	}
	if r, ok, err := d.Verify(b.Tenant, []byte(`[{"calls":{"on":"toypay.charge.create","count":3}}]`)); ok || err != nil || !strings.Contains(asText(t, r), `"wanted":"3 calls","got":"2 calls"`) {
		t.Errorf("%v %v %s", ok, err, asText(t, r))
	}
	if _, ok, err := d.Verify(b.Tenant, nil); !ok || err != nil {
		t.Errorf("the default question: %v %v", ok, err)
	}
	if _, _, err := d.Verify(b.Tenant, []byte(`[{"cals":1}]`)); err == nil || !strings.Contains(err.Error(), `did you mean "calls"?`) {
		t.Errorf("%v", err)
	}
	d.Drop(b.Tenant)
	if _, ok := d.Show(b.Tenant); ok {
		t.Error("it is still there")
	}
}
