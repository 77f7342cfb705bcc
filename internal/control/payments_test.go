package control_test

import "testing"

func TestPaymentsAreActedOn(t *testing.T) {
	s := newSim(t)
	id := s.charge("ann", "A-1", "")
	const list = "/_sim/tenants/ann/payments"
	s.call("GET", list, "").want(200).says("payments.#", "2").says("payments.1.id", id).says("payments.1.provider", "toypay").
		says("payments.1.reference", "A-1").says("payments.1.amount", "1000").says("payments.1.state", "pending").
		says("payments.1.page_url", "http://127.0.0.1:4010/toypay/pay/"+id).says("payments.1.actions|@ugly", `["approve","decline","expire"]`)

	one := list + "/toypay/" + id
	s.call("POST", list+"/toypya/"+id+"/approve", "").want(404, "unknown_provider")
	s.call("POST", list+"/toypay/none/approve", "").want(404, "unknown_payment")
	s.call("POST", list+"/toypay/a%2Fb/approve", "").want(404, "unknown_payment").mentions("a/b")
	s.call("POST", one+"/aprove", "").want(404, "unknown_action").mentions(`did you mean \"approve\"?`).says("error.details.actions.#", "3")
	s.call("POST", one+"/decline", `{"outcome":"insufficient_fund"}`).want(400, "unknown_outcome").
		mentions(`did you mean \"insufficient_funds\"?`).says("error.details.outcomes.0", "insufficient_funds")
	s.call("POST", one+"/approve", `{"outcome":"approved"}`).want(400, "unknown_outcome").says("error.details.outcomes", "[]")
	s.call("POST", one+"/decline", `{"outcome":5}`).want(400, "invalid_body")
	s.call("POST", one+"/decline", `{"outcme":"x"}`).want(400, "unknown_member")
	s.call("GET", list, "").says("payments.1.state", "pending")

	s.call("POST", one+"/decline", `{"outcome":"insufficient_funds"}`).want(200).says("payment.state", "declined").says("payment.actions", "[]")
	s.call("POST", one+"/approve", "").want(409, "illegal_action").says("error.details.state", "declined").says("error.details.actions", "[]")
	s.call("GET", journalPath+"?operation=toypay.decline", "").says("entries.0.outcome", "insufficient_funds").says("entries.0.object", id)

	other := s.charge("ann", "A-2", "")
	s.call("POST", list+"/toypay/"+other+"/approve", "{}").want(200).says("payment.state", "paid")
	s.call("POST", "/_sim/tenants/bob/payments/toypay/"+other+"/decline", "").want(404, "unknown_payment")
}

func TestWebhooks(t *testing.T) {
	s := newSim(t)
	s.call("POST", clockPath, `{"at":"2026-03-01T09:00:00Z"}`).want(200)
	const list = "/_sim/tenants/ann/webhooks"
	s.call("GET", list, "").want(200).says("webhooks", "[]")
	id := s.charge("ann", "A-1", receiver(t, 500, 500, 204, 500))
	s.call("POST", "/_sim/tenants/ann/payments/toypay/"+id+"/approve", "").want(200)
	s.call("POST", clockPath, `{"advance":"0s"}`).want(200)
	s.call("GET", list, "").want(200).says("webhooks.0.id", "wh_1").says("webhooks.0.event", "charge.paid").says("webhooks.0.state", "waiting").
		says("webhooks.0.attempts.#.status", "[500]").says("webhooks.0.due", "2026-03-01T09:01:00Z")
	s.call("POST", list+"/flush", "").want(200).says("webhooks.#.id", `["wh_1"]`).says("webhooks.0.attempts.#.status", "[500,500]")
	s.call("POST", list+"/wh_1/redeliver", "").want(200).says("state", "delivered").says("attempts.2.manual", "true")
	s.call("POST", list+"/wh_1/redeliver", "").want(200).says("state", "delivered").says("attempts.3.status", "500")
	s.call("POST", list+"/flush", "").want(200).says("webhooks", "[]")
	s.call("POST", list+"/wh_9/redeliver", "").want(404, "unknown_webhook")

	silent := s.charge("ann", "A-2", "")
	s.call("POST", "/_sim/tenants/ann/payments/toypay/"+silent+"/approve", "").want(200)
	s.call("GET", list, "").says("webhooks.1.state", "unheard")
	s.call("POST", list+"/wh_2/redeliver", "").want(409, "no_address")
}
