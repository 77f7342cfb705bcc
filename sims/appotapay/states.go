package appotapay

import "paysim/internal/machine"

// The states of a charge, as on the wire.
const (
	pending           machine.State = "PENDING"
	authorized        machine.State = "AUTHORIZED"
	partialAuthorized machine.State = "PARTIAL_AUTHORIZED"
	captured          machine.State = "CAPTURED"
	declined          machine.State = "DECLINED"
)

var (
	chargePage   = documented("en/cc-merchant-host/charge-create")
	capturePage  = documented("cc-merchant-host/charge-capture")
	reversalPage = documented("cc-merchant-host/reversal-authorization")
	refundPage   = documented("cc-merchant-host/refund-create")
	silentStatus = assumed("five statuses are published, none for reversed or refunded: the last one stays")
	noTrigger    = assumed("the status is published, what leads to it is not")
)

var chargeStates = machine.Table{
	Name: "charge",
	Edges: []machine.Edge{
		{Trigger: "create", To: pending, Evidence: noTrigger},
		{Trigger: "create", To: authorized, Evidence: chargePage},
		{Trigger: "create", To: partialAuthorized, Evidence: noTrigger},
		{Trigger: "create", To: captured, Evidence: chargePage},
		{Trigger: "create", To: declined, Evidence: chargePage},
		{From: pending, Trigger: "approve", To: authorized, Evidence: noTrigger},
		{From: pending, Trigger: "approve", To: partialAuthorized, Evidence: noTrigger},
		{From: pending, Trigger: "approve", To: captured, Evidence: noTrigger},
		{From: pending, Trigger: "decline", To: declined, Evidence: noTrigger},
		{From: authorized, Trigger: "capture", To: captured, Evidence: capturePage},
		{From: partialAuthorized, Trigger: "capture", To: captured, Evidence: assumed("the page speaks of AUTHORIZED only")},
		{From: authorized, Trigger: "reverse", To: authorized, Evidence: silentStatus},
		{From: partialAuthorized, Trigger: "reverse", To: partialAuthorized, Evidence: silentStatus},
		{From: authorized, Trigger: "expire", To: authorized, After: "7 days", Evidence: silentStatus},
		{From: partialAuthorized, Trigger: "expire", To: partialAuthorized, After: "7 days", Evidence: silentStatus},
		{From: captured, Trigger: "refund", To: captured, Evidence: silentStatus},
	},
}

// The states of a hold: what becomes of the money that a charge authorized.
// They are not on the wire, but decide what may be done next.
const (
	held     machine.State = "held"
	taken    machine.State = "captured"
	reversed machine.State = "reversed"
	expired  machine.State = "expired"
)

var holdStates = machine.Table{
	Name: "hold",
	Edges: []machine.Edge{
		{Trigger: "authorize", To: held, Evidence: chargePage},
		{From: held, Trigger: "capture", To: taken, Evidence: capturePage},
		{From: held, Trigger: "reverse", To: reversed, Evidence: reversalPage},
		{From: held, Trigger: "expire", To: expired, After: "7 days", Evidence: reversalPage},
	},
}

// The states of an enrollment, as on the wire.
const (
	enrollPending machine.State = "PENDING"
	cardEnrolled  machine.State = "CARD_ENROLLED"
	notEnrolled   machine.State = "CARD_NOT_ENROLLED"
	checkFailed   machine.State = "ENROLLMENT_CHECK_FAILED"
	verified      machine.State = "VERIFIED"
	failed        machine.State = "FAILED"
)

var enrollPage = documented("cc-merchant-host/enrollment")

var enrollmentStates = machine.Table{
	Name: "enrollment",
	Edges: []machine.Edge{
		{Trigger: "create", To: enrollPending, Evidence: enrollPage},
		{Trigger: "create", To: cardEnrolled, Evidence: enrollPage},
		{Trigger: "create", To: notEnrolled, Evidence: enrollPage},
		{Trigger: "create", To: checkFailed, Evidence: enrollPage},
		{Trigger: "create", To: verified, Evidence: documented("en/cc-merchant-host/introduction")},
		{From: enrollPending, Trigger: "approve", To: verified, Evidence: enrollPage},
		{From: enrollPending, Trigger: "decline", To: failed, Evidence: enrollPage},
		{From: enrollPending, Trigger: "cancel", To: failed, Evidence: assumed("no status of its own is published")},
		{From: enrollPending, Trigger: "pass_through", To: verified, Evidence: assumed("device data are collected on the page, so a frictionless card waits for that")},
		{From: enrollPending, Trigger: "pass_through", To: failed, Evidence: assumed("the cards that charge only if 3DS is skipped fail without a challenge")},
		{From: cardEnrolled, Trigger: "approve", To: verified, Evidence: enrollPage},
		{From: cardEnrolled, Trigger: "decline", To: failed, Evidence: enrollPage},
		{From: cardEnrolled, Trigger: "cancel", To: failed, Evidence: assumed("no status of its own is published")},
	},
}

// The states of a token, which are not on the wire.
const (
	tokenActive  machine.State = "active"
	tokenUsed    machine.State = "used"
	tokenDeleted machine.State = "deleted"
)

var tokenStates = machine.Table{
	Name: "token",
	Edges: []machine.Edge{
		{Trigger: "create", To: tokenActive, Evidence: documented("en/cc-merchant-host/token-create")},
		{From: tokenActive, Trigger: "charge", To: tokenActive, Evidence: documented("en/cc-merchant-host/token-create")},
		{From: tokenActive, Trigger: "charge", To: tokenUsed, Evidence: documented("en/cc-merchant-host/token-create")},
		{From: tokenActive, Trigger: "delete", To: tokenDeleted, Evidence: documented("cc-merchant-host/token-delete")},
		{From: tokenUsed, Trigger: "delete", To: tokenDeleted, Evidence: assumed("nothing forbids it")},
	},
}

// The states of reversals, refunds and orders, as on the wire.
const (
	statusPending    machine.State = "pending"
	statusProcessing machine.State = "processing"
	statusSuccess    machine.State = "success"
	statusError      machine.State = "error"
)

var settled = assumed("how long a pending request takes is not published for cards; orders say a day")

var reversalStates = machine.Table{
	Name: "reversal",
	Edges: []machine.Edge{
		{Trigger: "create", To: statusSuccess, Evidence: reversalPage},
		{Trigger: "create", To: statusPending, Evidence: reversalPage},
		{Trigger: "create", To: statusError, Evidence: reversalPage},
		{From: statusPending, Trigger: "settle", To: statusSuccess, After: "1 day", Evidence: settled},
	},
}

var refundStates = machine.Table{
	Name: "refund",
	Edges: []machine.Edge{
		{Trigger: "create", To: statusSuccess, Evidence: refundPage},
		{Trigger: "create", To: statusPending, Evidence: refundPage},
		{Trigger: "create", To: statusError, Evidence: refundPage},
		{From: statusPending, Trigger: "settle", To: statusSuccess, After: "1 day", Evidence: settled},
	},
}

var (
	orderPage       = documented("payment/result")
	orderRefundPage = documented("payment/refund")
)

var orderStates = machine.Table{
	Name: "order",
	Edges: []machine.Edge{
		{Trigger: "create", To: statusPending, Evidence: documented("en/payment")},
		{From: statusPending, Trigger: "approve", To: statusSuccess, Evidence: orderPage},
		{From: statusPending, Trigger: "decline", To: statusError, Evidence: orderPage},
		{From: statusPending, Trigger: "cancel", To: statusError, Evidence: assumed("the status is published, the code 5 for it is the card API's")},
		{From: statusPending, Trigger: "process", To: statusProcessing, Evidence: noTrigger},
		{From: statusPending, Trigger: "expire", To: statusError, After: "15 minutes", Evidence: assumed("no lifetime is published")},
		{From: statusProcessing, Trigger: "approve", To: statusSuccess, Evidence: orderPage},
		{From: statusProcessing, Trigger: "decline", To: statusError, Evidence: orderPage},
		{From: statusSuccess, Trigger: "refund", To: statusSuccess, Evidence: assumed("no status for a refunded order is published")},
	},
}

var orderRefundStates = machine.Table{
	Name: "order_refund",
	Edges: []machine.Edge{
		{Trigger: "create", To: statusSuccess, Evidence: orderRefundPage},
		{Trigger: "create", To: statusPending, Evidence: orderRefundPage},
		{Trigger: "create", To: statusProcessing, Evidence: orderRefundPage},
		{Trigger: "create", To: statusError, Evidence: orderRefundPage},
		{From: statusPending, Trigger: "settle", To: statusSuccess, After: "1 day", Evidence: orderRefundPage},
		{From: statusProcessing, Trigger: "settle", To: statusSuccess, After: "1 day", Evidence: orderRefundPage},
	},
}
