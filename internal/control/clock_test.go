package control_test

import (
	"testing"
	"time"
)

const clockPath = "/_sim/tenants/ann/clock"

func TestClockIsMoved(t *testing.T) {
	s := newSim(t)
	s.call("GET", clockPath, "").want(200).says("frozen", "false")
	s.call("POST", clockPath, `{"at":"2026-03-01T10:00:00+01:00"}`).want(200).says("now", "2026-03-01T09:00:00Z").says("frozen", "true").says("fired", "[]")
	s.call("POST", clockPath, `{"advance":"168h"}`).want(200).says("now", "2026-03-08T09:00:00Z").says("frozen", "true")
	s.call("POST", clockPath, `{"advance":"0s"}`).want(200).says("now", "2026-03-08T09:00:00Z")
	a := s.call("POST", clockPath, `{"run":true}`).want(200).says("frozen", "false")
	if now, _ := time.Parse(time.RFC3339Nano, a.get("now").String()); now.Before(time.Date(2026, 3, 8, 9, 0, 0, 0, time.UTC)) || now.After(time.Date(2026, 3, 8, 9, 5, 0, 0, time.UTC)) {
		t.Errorf("a freed clock goes on from where it stood, not from %s", a.get("now"))
	}
	a = s.call("POST", clockPath, `{"advance":"24h"}`).want(200).says("frozen", "false")
	if now, _ := time.Parse(time.RFC3339Nano, a.get("now").String()); now.Before(time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("a running clock jumps, it shows %s", a.get("now"))
	}
}

func TestClockRefusesNonsense(t *testing.T) {
	s := newSim(t)
	for body, code := range map[string]string{
		``:                                "invalid_clock",
		`{}`:                              "invalid_clock",
		`{"advance":"1h","run":true}`:     "invalid_clock",
		`{"run":false}`:                   "invalid_clock",
		`{"run":"true"}`:                  "invalid_clock",
		`{"advance":"7d"}`:                "invalid_duration",
		`{"advance":""}`:                  "invalid_duration",
		`{"advance":5}`:                   "invalid_duration",
		`{"advance":null}`:                "invalid_duration",
		`{"advance":"-1h"}`:               "invalid_duration",
		`{"advance":"99999999h"}`:         "invalid_duration",
		`{"advance":"2500000h"}`:          "out_of_range",
		`{"at":"tomorrow"}`:               "invalid_time",
		`{"at":"2026-03-01"}`:             "invalid_time",
		`{"at":5}`:                        "invalid_time",
		`{"at":"1969-12-31T23:59:59Z"}`:   "out_of_range",
		`{"at":"9999-12-31T23:59:59Z"}`:   "out_of_range",
		`{"advnce":"1h"}`:                 "unknown_member",
		`{"at":"2026-03-01T09:00:00Z"`:    "invalid_body",
		`{"at":"2026-02-30T09:00:00Z"}`:   "invalid_time",
		`{"at":"2026-03-01T09:00:00Z"} x`: "invalid_body",
	} {
		s.call("POST", clockPath, body).want(400, code)
	}
	s.call("GET", clockPath, "").want(200).says("frozen", "false")
}

func TestClockGoesBackOnlyBeforeAnythingHappened(t *testing.T) {
	s := newSim(t)
	s.call("POST", clockPath, `{"at":"2026-03-01T09:00:00Z"}`).want(200)
	s.call("POST", clockPath, `{"at":"2026-01-01T09:00:00Z"}`).want(200).says("now", "2026-01-01T09:00:00Z")
	// Looking lays out the tenant's world, which is no data of anybody's.
	if n := len(s.call("GET", "/_sim/tenants/ann/payments", "").want(200).get("payments").Array()); n != 1 {
		t.Fatalf("%d payments", n)
	}
	s.call("POST", clockPath, `{"at":"2025-01-01T09:00:00Z"}`).want(200)
	s.call("GET", "/_sim/tenants/ann/payments", "").want(200).says("payments.0.created", "2025-01-01T09:00:00Z")
	s.charge("ann", "A-1", "")
	s.call("POST", clockPath, `{"at":"2024-01-01T09:00:00Z"}`).want(409, "clock_backwards")
	s.call("GET", clockPath, "").want(200).says("now", "2025-01-01T09:00:00Z")
	s.call("POST", "/_sim/tenants/ann/reset", "").want(200)
	s.call("POST", clockPath, `{"at":"2024-01-01T09:00:00Z"}`).want(200)
}

func TestMovingTheClockFiresWhatIsDue(t *testing.T) {
	s := newSim(t)
	s.call("POST", clockPath, `{"at":"2026-03-01T09:00:00Z"}`).want(200)
	s.charge("ann", "A-1", "")
	paid := s.charge("ann", "A-2", receiver(t, 500, 500, 200))
	s.call("POST", "/_sim/tenants/ann/payments/toypay/"+paid+"/approve", "").want(200)
	a := s.call("POST", clockPath, `{"advance":"20m"}`).want(200).says("now", "2026-03-01T09:20:00Z")
	// The first attempt may have been made by then: it was due at once.
	a.says(`fired.#(what=="charge.expire").at`, "2026-03-01T09:15:00Z").
		says(`fired.#(at=="2026-03-01T09:01:00Z").what`, "webhook").
		says(`fired.#(at=="2026-03-01T09:01:00Z").state`, "waiting").
		says(`fired.#(at=="2026-03-01T09:11:00Z").state`, "delivered")
	s.call("GET", "/_sim/tenants/ann/webhooks", "").want(200).says("webhooks.0.state", "delivered").says("webhooks.0.attempts.#", "3")
	s.call("GET", "/_sim/tenants/ann/payments", "").says("payments.1.state", "expired").says("payments.2.state", "paid")
}
