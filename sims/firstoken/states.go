package firstoken

import (
	"paysim/internal/machine"
)

// The states, as the wire shows them; transmitted and the tokens' are ours and
// never shown.
const (
	pending     machine.State = "Pending"
	authorized  machine.State = "Authorized"
	captured    machine.State = "Captured"
	declined    machine.State = "Declined"
	voided      machine.State = "Voided"
	reversed    machine.State = "Reversed"
	transmitted machine.State = "Transmitted"

	alive   machine.State = "alive"
	deleted machine.State = "deleted"
	expired machine.State = "expired"
)

// The triggers.
const (
	create      = "create"
	handOver    = "hand_over"
	decline     = "decline"
	void        = "void"
	reverse     = "reverse"
	capture     = "capture"
	loseCapture = "lose_capture"
	refund      = "refund"
	remove      = "delete"
	expire      = "expire"
)

var (
	byProcessor = assumed("capitalised from CyberSource's DECLINED, the processor whose words the answers have: " + cybersource)
	untilSent   = "a void is declined once the processor has it; when that is, no page says"
	lateRefusal = assumed("the processor may refuse what it accepted as pending")
)

var creditStates = machine.Table{
	Name: "credit",
	Edges: []machine.Edge{
		{Trigger: create, To: pending, Evidence: documented(docCredit)},
		{Trigger: create, To: declined, Evidence: byProcessor},
		{From: pending, Trigger: void, To: voided, Evidence: documented(docCreditVoid)},
		{From: pending, Trigger: handOver, To: transmitted, After: "credit_handover_seconds", Evidence: assumed(untilSent)},
		{From: pending, Trigger: decline, To: declined, Evidence: lateRefusal},
	},
}

var authorizationStates = machine.Table{
	Name: "authorization",
	Edges: []machine.Edge{
		{Trigger: create, To: authorized, Evidence: documented(docDetails)},
		{Trigger: create, To: declined, Evidence: byProcessor},
		{From: authorized, Trigger: capture, To: captured, Evidence: documented(docKoinCapture)},
		{From: authorized, Trigger: reverse, To: reversed, Evidence: documented(docReversals)},
		{From: authorized, Trigger: void, To: voided, Evidence: documented(docKoinVoid)},
		{From: captured, Trigger: loseCapture, To: authorized, Evidence: assumed("a capture that was voided or refused leaves the authorization as it was")},
	},
}

// paymentStates is a sale: authorization and capture in one.
var paymentStates = machine.Table{
	Name: "payment",
	Edges: []machine.Edge{
		{Trigger: create, To: authorized, Evidence: documented(docPOS)},
		{Trigger: create, To: declined, Evidence: byProcessor},
		{From: authorized, Trigger: void, To: voided, Evidence: documented(docPaymentVoid)},
		{From: authorized, Trigger: handOver, To: transmitted, After: "payment_handover_seconds", Evidence: assumed(untilSent)},
		{From: authorized, Trigger: refund, To: authorized, Evidence: assumed("no page asks to wait until the sale has gone to the processor")},
		{From: transmitted, Trigger: refund, To: transmitted, Evidence: documented(docRefunds)},
	},
}

var captureStates = machine.Table{
	Name: "capture",
	Edges: []machine.Edge{
		{Trigger: create, To: pending, Evidence: documented(docCapture)},
		{Trigger: create, To: declined, Evidence: documented(docCapture)},
		{From: pending, Trigger: void, To: voided, Evidence: assumed(unread)},
		{From: pending, Trigger: handOver, To: captured, After: "payment_handover_seconds", Evidence: assumed("the page lists Captured and does not say when")},
		{From: pending, Trigger: decline, To: declined, Evidence: lateRefusal},
		{From: pending, Trigger: refund, To: pending, Evidence: assumed("no page asks to wait until the capture has gone to the processor")},
		{From: captured, Trigger: refund, To: captured, Evidence: documented(docCaptureRefunds)},
	},
}

var refundStates = machine.Table{
	Name: "refund",
	Edges: []machine.Edge{
		{Trigger: create, To: pending, Evidence: documented(docCaptureRefunds)},
		{Trigger: create, To: declined, Evidence: byProcessor},
		{From: pending, Trigger: void, To: voided, Evidence: documented(docRefundsVoid)},
		{From: pending, Trigger: handOver, To: transmitted, After: "payment_handover_seconds", Evidence: assumed(untilSent)},
		{From: pending, Trigger: decline, To: declined, Evidence: lateRefusal},
	},
}

// cancellationStates is what a void or reversal itself is: done when it is made.
var cancellationStates = machine.Table{
	Name: "cancellation",
	Edges: []machine.Edge{
		{Trigger: void, To: voided, Evidence: documented(docCreditVoid)},
		{Trigger: reverse, To: reversed, Evidence: documented(docReversals)},
	},
}

var tokenStates = machine.Table{
	Name: "token",
	Edges: []machine.Edge{
		{Trigger: create, To: alive, Evidence: documented(docTokenize)},
		{From: alive, Trigger: remove, To: deleted, Evidence: documented(docDeleteTokens)},
	},
}

var temporalStates = machine.Table{
	Name: "temporal_token",
	Edges: []machine.Edge{
		{Trigger: create, To: alive, Evidence: documented(docRequests)},
		{From: alive, Trigger: expire, To: expired, After: "ttl", Evidence: documented(docInspect)},
		{From: alive, Trigger: remove, To: deleted, Evidence: documented(docDelete)},
	},
}
