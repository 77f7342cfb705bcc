package citcon

import "paysim/internal/machine"

// The states of a charge. All but unconfirmed are the wire's own words; a
// charge without a payment is "initiated" on the wire too.
const (
	unconfirmed machine.State = "unconfirmed" // made without a payment method
	initiated   machine.State = "initiated"   // waits for its payer at a page
	pending     machine.State = "pending"     // accepted without a page, undecided
	authorized  machine.State = "authorized"
	succeeded   machine.State = "succeeded"
	failed      machine.State = "failed"
	canceled    machine.State = "canceled"
	expired     machine.State = "expired"
)

const (
	active  machine.State = "active"
	deleted machine.State = "deleted"
)

// The states of a chargeback, which are also the names of the outcomes that
// the action takes and the ends of the events' names.
const (
	claimed      machine.State = "notification_of_claim"
	infoAsked    machine.State = "request_for_information"
	infoSupplied machine.State = "information_supplied"
	won          machine.State = "won"
	lost         machine.State = "lost"
	closed       machine.State = "case_closed"
)

var (
	printed      = documented("Charge, printed answers")
	confirmation = documented("Confirm Charge")
	payerDecides = manual("iOS SDK manual 2.6.0, status values")
	undecided    = assumed("the status is in Citcon's list; that a charge left undecided has it is ours")
	lapsed       = assumed("the word is in Citcon's iOS SDK manual; that a time that has passed leads there is ours")
	lateTrouble  = assumed("trouble that any payment can meet; no document describes it")
)

var chargeStates = machine.Table{
	Name: "charge",
	Edges: []machine.Edge{
		{Trigger: "create", To: unconfirmed, Evidence: documented("Charge, \"If the payment method is not passed\"")},
		{Trigger: "create", To: initiated, Evidence: observed("charge/create_alipay")},
		{Trigger: "create", To: authorized, Evidence: printed},
		{Trigger: "create", To: succeeded, Evidence: printed},
		{Trigger: "create", To: failed, Evidence: assumed("4200 is documented; that the charge can still be read as failed is ours")},
		{Trigger: "create", To: pending, Evidence: undecided},

		{From: unconfirmed, Trigger: "confirm", To: unconfirmed, Evidence: confirmation},
		{From: unconfirmed, Trigger: "confirm", To: initiated, Evidence: confirmation},
		{From: unconfirmed, Trigger: "confirm", To: authorized, Evidence: confirmation},
		{From: unconfirmed, Trigger: "confirm", To: succeeded, Evidence: confirmation},
		{From: unconfirmed, Trigger: "confirm", To: failed, Evidence: assumed("as at creation")},
		{From: unconfirmed, Trigger: "confirm", To: pending, Evidence: undecided},
		{From: unconfirmed, Trigger: "cancel", To: canceled, Evidence: assumed("as an initiated charge")},

		{From: initiated, Trigger: "confirm", To: initiated, Evidence: confirmation},
		{From: initiated, Trigger: "confirm", To: authorized, Evidence: confirmation},
		{From: initiated, Trigger: "confirm", To: succeeded, Evidence: confirmation},
		{From: initiated, Trigger: "confirm", To: failed, Evidence: assumed("as at creation")},
		{From: initiated, Trigger: "confirm", To: pending, Evidence: undecided},
		{From: initiated, Trigger: "approve", To: authorized, Evidence: payerDecides},
		{From: initiated, Trigger: "approve", To: succeeded, Evidence: payerDecides},
		{From: initiated, Trigger: "decline", To: failed, Evidence: payerDecides},
		{From: initiated, Trigger: "cancel", To: canceled, Evidence: observed("cancel/create_cancel")},
		{From: initiated, Trigger: "expire", To: expired, After: "payment.timeout or payment.expiry", Evidence: lapsed},

		{From: pending, Trigger: "approve", To: authorized, Evidence: undecided},
		{From: pending, Trigger: "approve", To: succeeded, Evidence: undecided},
		{From: pending, Trigger: "decline", To: failed, Evidence: undecided},
		{From: pending, Trigger: "cancel", To: canceled, Evidence: assumed("Citcon's merchant portal offers it, in rayjcr/dashboard3_react")},
		{From: pending, Trigger: "expire", To: expired, Evidence: undecided},

		{From: authorized, Trigger: "capture", To: succeeded, Evidence: documented("Capture")},
		{From: authorized, Trigger: "capture", To: authorized, Evidence: documented("Capture, multi_capture")},
		{From: authorized, Trigger: "refund", To: authorized, Evidence: assumed("a part that was captured is captured")},
		{From: authorized, Trigger: "cancel", To: canceled, Evidence: documented("Cancel")},
		{From: authorized, Trigger: "expire", To: expired, Evidence: lateTrouble},
		{From: authorized, Trigger: "late_decline", To: failed, Evidence: lateTrouble},

		{From: succeeded, Trigger: "refund", To: succeeded, Evidence: documented("Refund")},
		{From: succeeded, Trigger: "late_decline", To: failed, Evidence: lateTrouble},

		{From: expired, Trigger: "late_approve", To: authorized, Evidence: lateTrouble},
		{From: expired, Trigger: "late_approve", To: succeeded, Evidence: lateTrouble},
		{From: failed, Trigger: "late_approve", To: authorized, Evidence: lateTrouble},
		{From: failed, Trigger: "late_approve", To: succeeded, Evidence: lateTrouble},
		{From: canceled, Trigger: "late_approve", To: authorized, Evidence: lateTrouble},
		{From: canceled, Trigger: "late_approve", To: succeeded, Evidence: lateTrouble},
	},
}

var captureStates = machine.Table{
	Name:  "capture",
	Edges: []machine.Edge{{Trigger: "create", To: succeeded, Evidence: documented("Capture")}},
}

var refundStates = machine.Table{
	Name: "refund",
	Edges: []machine.Edge{
		{Trigger: "create", To: succeeded, Evidence: observed("refund/create_full_refund_success")},
		{Trigger: "create", To: failed, Evidence: documented("Webhook / IPN, refund status fail")},
	},
}

var vaultStates = machine.Table{
	Name: "vault",
	Edges: []machine.Edge{
		{Trigger: "create", To: active, Evidence: documented("Vault - Add token")},
		{From: active, Trigger: "delete", To: deleted, Evidence: documented("Vault - Delete token")},
	},
}

// caseOrder: the six words are documented, the order in which they come is
// not. So a case goes from any status in which it is open to any other; what is
// decided is only closed.
var caseOrder = assumed("the statuses are documented, their order is not")

var chargebackStates = machine.Table{Name: "chargeback", Edges: caseEdges()}

func caseEdges() []machine.Edge {
	var out []machine.Edge
	for _, from := range []machine.State{"", claimed, infoAsked, infoSupplied, won, lost} {
		for _, to := range []machine.State{claimed, infoAsked, infoSupplied, won, lost, closed} {
			decided := from == won || from == lost
			if from == to || decided && to != closed {
				continue
			}
			out = append(out, machine.Edge{From: from, Trigger: "chargeback", To: to, Evidence: caseOrder})
		}
	}
	return out
}
