package control_test

import "testing"

const declineOnce = `
version: 1
name: the first charge is declined
rules:
  - on: toypay.charge.create
    attempt: 1
    effect: {outcome: insufficient_funds}
expect:
  - calls: {on: toypay.charge.create, count: 2}
`

func TestScenarioIsLoadedShownAndDropped(t *testing.T) {
	s := newSim(t)
	const path = "/_sim/tenants/ann/scenario"
	s.call("GET", path, "").want(404, "no_scenario")
	s.call("DELETE", path, "").want(200).says("dropped", "false")
	s.call("PUT", path, declineOnce, "Content-Type", "application/yaml").want(200).says("name", "the first charge is declined")

	bad := "version: 1\nrules:\n  - on: toypay.charge.creat\n    efect: none\n"
	s.call("PUT", path, bad).want(422, "invalid_scenario").
		says(`error.details.problems.#(line==3).suggestion`, "toypay.charge.create").says(`error.details.problems.#(line==4).column`, "5")
	s.call("PUT", path, "rules: [").want(422, "invalid_scenario").says("error.details.problems.#", "1")
	s.call("PUT", path, "").want(422, "invalid_scenario")
	s.call("GET", path, "").want(200).says("name", "the first charge is declined")

	declined := s.charge("ann", "A-1", "")
	approved := s.charge("ann", "A-2", "")
	a := s.call("GET", "/_sim/tenants/ann/payments", "").want(200)
	a.says(`payments.#(id=="`+declined+`").state`, "declined").says(`payments.#(id=="`+approved+`").state`, "pending")

	s.call("DELETE", path, "").want(200).says("dropped", "true")
	s.call("GET", path, "").want(404, "no_scenario")
	s.call("PUT", path, `{"version": 1, "rules": [{"on": "*", "answer": {"status": 503}}]}`, "Content-Type", "application/json").want(200)
	s.call("GET", "/toypay/v1/charges/x", "", "Toy-Key", "toy-ann").wantEnvelopeless(503)
	s.call("POST", "/_sim/tenants/ann/reset", "").want(200)
	s.call("GET", path, "").want(404, "no_scenario")
}

func TestVerify(t *testing.T) {
	s := newSim(t)
	const path = "/_sim/tenants/ann/verify"
	s.call("PUT", "/_sim/tenants/ann/scenario", declineOnce).want(200)
	s.charge("ann", "A-1", "")
	s.call("POST", path, "").want(409, "not_as_expected").says("error.details.holds", "false").says("error.details.results.0.got", "1 call")
	s.charge("ann", "A-2", "")
	s.call("POST", path, "").want(200).says("holds", "true")
	s.call("POST", path, `[{"calls": {"on": "toypay.charge.create", "count": 2}}]`).want(200)
	s.call("POST", path, `{"expect": [{"calls": {"on": "toypay.charge.create", "count": 3}}]}`).want(409, "not_as_expected")
	s.call("POST", path, `[{"cals": {}}]`).want(422, "invalid_expectations").says("error.details.problems.0.suggestion", "calls")
}
