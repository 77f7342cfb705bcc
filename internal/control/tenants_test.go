package control_test

import (
	"testing"

	"paysim/internal/control"
)

func TestProviders(t *testing.T) {
	s := newSim(t)
	a := s.call("GET", "/_sim/providers", "").want(200)
	p := a.get("providers.0")
	for path, want := range map[string]string{
		"name": "toypay", "title": "ToyPay", "hosts.0": "api.toypay.test",
		"base_urls.0": "http://127.0.0.1:4011", "base_urls.1": "http://127.0.0.1:4010/toypay", "base_urls.2": "http://toypay.localhost:4010",
		"operations.0.id": "charge.create", "operations.0.method": "POST", "operations.0.path": "/v1/charges", "operations.0.auth": "key",
		"operations.0.outcomes.0": "approved", "operations.0.events.0": "charge.paid", "operations.0.basis": "assumed", "operations.0.later": "true",
		"operations.1.outcomes": "[]", "outcomes.1.declines": "true", "cards.0.value": "4111111111111111", "events.0.name": "charge.paid",
		"errors.0.status": "401", "actions.0.name": "approve", "settings.1.kind": "flag", "settings.1.default": "false",
		"states.0.name": "charge", "states.0.states.0": "pending", "states.0.edges.1.trigger": "approve",
		"timers.0.name": "charge.expire", "webhooks.ladder.1": "10m0s", "webhooks.signed": "true",
	} {
		if got := p.Get(path).String(); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}

func TestBaseURLsFollowTheCaller(t *testing.T) {
	s := newSim(t, func(c *control.Config) { c.Loopback = false })
	s.call("GET", "/_sim/providers", "", "Host", "simulator:4010").want(200).
		says("providers.0.base_urls|@ugly", `["http://simulator:4011","http://simulator:4010/toypay"]`)
	s = newSim(t, func(c *control.Config) { c.PublicURL = "https://sim.example" })
	s.call("GET", "/_sim/providers", "").want(200).says("providers.0.base_urls|@ugly", `["https://sim.example/toypay"]`)
}

func TestTenantsBeginAtFirstMention(t *testing.T) {
	s := newSim(t)
	s.call("GET", "/_sim/tenants", "").want(200).says("tenants", "[]")
	s.call("GET", "/_sim/tenants/ann", "").want(200).
		says("name", "ann").says("providers.toypay.keys.0.value", "toy-ann").says("providers.toypay.keys.0.env", "TOYPAY_KEY").
		says("providers.toypay.rows", "{}").says("counts.journal", "0").says("clock.frozen", "false")
	s.charge("ann", "A-1", "")
	s.call("GET", "/_sim/tenants/ann", "").want(200).
		says("providers.toypay.rows.charges", "2").says("counts.journal", "1").says("counts.timers", "1")
	s.charge("bob", "A-1", "")
	has(t, names(s.call("GET", "/_sim/tenants", "").get("tenants").Array(), "name"), "bob")
	for _, name := range []string{"Ann", "invalid-1", "revoked", "-x", "a%20b", "a%2Fb", "0123456789012345678901234567890123456789x"} {
		s.call("GET", "/_sim/tenants/"+name, "").want(404, "unknown_tenant")
		s.call("POST", "/_sim/tenants/"+name+"/clock", `{"run":true}`).want(404, "unknown_tenant")
	}
}

func TestReset(t *testing.T) {
	s := newSim(t)
	s.call("PUT", "/_sim/tenants/ann/settings/toypay", `{"strict":true}`).want(200)
	s.call("POST", "/_sim/tenants/ann/clock", `{"at":"2026-03-01T09:00:00Z"}`).want(200)
	first := s.charge("ann", "A-1", receiver(t, 200))
	s.call("POST", "/_sim/tenants/ann/payments/toypay/"+first+"/approve", "").want(200)
	s.call("POST", "/_sim/tenants/ann/reset", "").want(200).
		says("counts.journal", "0").says("counts.webhooks", "0").says("counts.timers", "0").says("providers.toypay.rows", "{}").says("clock.frozen", "false")
	s.call("GET", "/_sim/tenants/ann/settings/toypay", "").want(200).says("settings.strict", "true")
	s.call("GET", "/_sim/tenants/ann/journal", "").want(200).says("entries", "[]")
	s.call("GET", "/_sim/tenants/ann/coverage", "").want(200).says("providers.toypay.operations.touched", "{}")
	if again := s.charge("ann", "A-1", ""); again != first {
		t.Errorf("with a fixed seed the same call makes %s, then %s", first, again)
	}
}

func TestSettings(t *testing.T) {
	s := newSim(t)
	const path = "/_sim/tenants/ann/settings/toypay"
	s.call("GET", path, "").want(200).says("settings.strict", "false").says("settings.webhook_url", "")
	s.call("PUT", path, `{"strict":true}`).want(200).says("settings.strict", "true")
	s.call("PUT", path, `{"webhook_url":"http://127.0.0.1:1/"}`).want(200).says("settings.strict", "true").says("settings.webhook_url", "http://127.0.0.1:1/")
	s.call("PUT", path, `{"strict":"yes","webhook_ur":"x","webhook_url":5}`).want(422, "invalid_settings").
		says("error.details.errors.#", "3").mentions(`did you mean \"webhook_url\"?`)
	s.call("PUT", path, `[]`).want(422, "invalid_settings")
	s.call("PUT", path, ``).want(422, "invalid_settings")
	s.call("GET", path, "").want(200).says("settings.strict", "true")
	s.call("PUT", "/_sim/tenants/ann/settings/toypya", `{}`).want(404, "unknown_provider").mentions(`did you mean \"toypay\"?`)
	s.call("POST", "/toypay/v1/charges", `{"reference":"A","amount":1,"currency":"EUR","odd":1}`, "Toy-Key", "toy-ann").wantEnvelopeless(400)
	s.call("POST", "/toypay/v1/charges", `{"reference":"A","amount":1,"currency":"EUR","odd":1}`, "Toy-Key", "toy-bob").wantEnvelopeless(201)
}

func TestCoverage(t *testing.T) {
	s := newSim(t)
	id := s.charge("ann", "A-1", "")
	s.call("POST", "/_sim/tenants/ann/payments/toypay/"+id+"/approve", "").want(200)
	s.call("GET", "/toypay/v1/charges/none", "", "Toy-Key", "toy-ann")
	a := s.call("GET", "/_sim/tenants/ann/coverage", "").want(200).
		says(`providers.toypay.operations.touched.charge\.create`, "1").
		says(`providers.toypay.errors.touched.not_found`, "1").
		says(`providers.toypay.events.touched.charge\.paid`, "1").
		says(`providers.toypay.transitions.touched.charge: pending -approve-> paid`, "1")
	has(t, names(a.get("providers.toypay.operations.untouched").Array(), "@this"), "charge.capture")
	has(t, names(a.get("providers.toypay.outcomes.untouched").Array(), "@this"), "insufficient_funds")
}
