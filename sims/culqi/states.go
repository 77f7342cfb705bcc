package culqi

import "paysim/internal/machine"

// Token states. Culqi shows only active: true until the five minutes are over.
const (
	tokenActive  machine.State = "active"
	tokenUsed    machine.State = "used"
	tokenExpired machine.State = "expired"
)

var tokenStates = machine.Table{
	Name: "token",
	Edges: []machine.Edge{
		{Trigger: "create", To: tokenActive, Evidence: cassettes},
		{From: tokenActive, Trigger: "use", To: tokenUsed, Evidence: guides},
		{From: tokenActive, Trigger: "expire", To: tokenExpired, After: "5 minutes", Evidence: guides},
	},
}

// Charge states. Culqi has no such word: it shows capture, amount_refunded,
// dispute and outcome. review to unauthenticated are before the charge exists
// for the API.
const (
	chargeReview          machine.State = "review"
	chargeAuthenticated   machine.State = "authenticated"
	chargeUnauthenticated machine.State = "unauthenticated"
	chargeAbandoned       machine.State = "abandoned"
	chargeAuthorized      machine.State = "authorized"
	chargeCaptured        machine.State = "captured"
	chargeDeclined        machine.State = "declined"
	chargeRefunded        machine.State = "refunded"
	chargeExpired         machine.State = "expired"
	chargeDisputed        machine.State = "disputed"
)

var chargeStates = machine.Table{
	Name: "charge",
	Edges: []machine.Edge{
		{Trigger: "create", To: chargeCaptured, Evidence: cassettes},
		{Trigger: "create", To: chargeAuthorized, Evidence: cassettes},
		{Trigger: "create", To: chargeDeclined, Evidence: cassettes},
		{Trigger: "create", To: chargeReview, Evidence: guides},
		{From: chargeReview, Trigger: "approve", To: chargeAuthenticated, Evidence: guides},
		{From: chargeReview, Trigger: "decline", To: chargeUnauthenticated, Evidence: sandbox},
		{From: chargeReview, Trigger: "expire", To: chargeAbandoned, After: "5 minutes, the life of the token", Evidence: guides},
		{From: chargeReview, Trigger: "create", To: chargeCaptured, Evidence: assumed("authentication made outside the simulator")},
		{From: chargeReview, Trigger: "create", To: chargeAuthorized, Evidence: assumed("authentication made outside the simulator")},
		{From: chargeReview, Trigger: "create", To: chargeDeclined, Evidence: assumed("authentication made outside the simulator")},
		{From: chargeAuthenticated, Trigger: "create", To: chargeCaptured, Evidence: guides},
		{From: chargeAuthenticated, Trigger: "create", To: chargeAuthorized, Evidence: guides},
		{From: chargeAuthenticated, Trigger: "create", To: chargeDeclined, Evidence: guides},
		{From: chargeAuthenticated, Trigger: "expire", To: chargeAbandoned, After: "5 minutes, the life of the token", Evidence: guides},
		{From: chargeUnauthenticated, Trigger: "create", To: chargeDeclined, Evidence: assumed("a failed authentication declines")},
		{From: chargeUnauthenticated, Trigger: "expire", To: chargeAbandoned, After: "5 minutes, the life of the token", Evidence: guides},
		{From: chargeAuthorized, Trigger: "capture", To: chargeCaptured, Evidence: cassettes},
		{From: chargeAuthorized, Trigger: "refund", To: chargeAuthorized, Evidence: cassettes},
		{From: chargeAuthorized, Trigger: "refund", To: chargeRefunded, Evidence: cassettes},
		{From: chargeAuthorized, Trigger: "expire", To: chargeExpired, After: "4 days", Evidence: guides},
		{From: chargeCaptured, Trigger: "refund", To: chargeCaptured, Evidence: cassettes},
		{From: chargeCaptured, Trigger: "refund", To: chargeRefunded, Evidence: cassettes},
		{From: chargeCaptured, Trigger: "chargeback", To: chargeDisputed, Evidence: guides},
	},
}

// Order states, as the API spells them.
const (
	orderCreated machine.State = "created"
	orderPending machine.State = "pending"
	orderPaid    machine.State = "paid"
	orderExpired machine.State = "expired"
	orderDeleted machine.State = "deleted"
)

var orderStates = machine.Table{
	Name: "order",
	Edges: []machine.Edge{
		{Trigger: "create", To: orderCreated, Evidence: cassettes},
		{Trigger: "create", To: orderPending, Evidence: openAPI},
		{From: orderCreated, Trigger: "confirm", To: orderPending, Evidence: cassettes},
		{From: orderCreated, Trigger: "delete", To: orderDeleted, Evidence: cassettes},
		{From: orderCreated, Trigger: "expire", To: orderExpired, After: "expiration_date", Evidence: guides},
		{From: orderPending, Trigger: "approve", To: orderPaid, Evidence: guides},
		{From: orderPending, Trigger: "delete", To: orderDeleted, Evidence: openAPI},
		{From: orderPending, Trigger: "expire", To: orderExpired, After: "expiration_date", Evidence: guides},
	},
}

// Subscription states in v2-beta and v2, as the API spells them.
const (
	subActive    machine.State = "Activa"
	subCancelled machine.State = "Cancelada"
	subFinished  machine.State = "Finalizada"
)

var subscriptionStates = machine.Table{
	Name: "subscription",
	Edges: []machine.Edge{
		{Trigger: "create", To: subActive, Evidence: cassettes},
		{From: subActive, Trigger: "bill", To: subActive, After: "the plan's interval", Evidence: guides},
		{From: subActive, Trigger: "bill", To: subFinished, After: "the plan's limit", Evidence: openAPI},
		{From: subActive, Trigger: "bill", To: subCancelled, After: "three failed charges", Evidence: guides},
		{From: subActive, Trigger: "cancel", To: subCancelled, Evidence: cassettes},
	},
}

// Subscription states of the current API: numbers on the wire.
const (
	recCreated   machine.State = "1"
	recTrial     machine.State = "2"
	recActive    machine.State = "3"
	recCancelled machine.State = "4"
	recOverdue   machine.State = "6"
)

var recurrentStates = machine.Table{
	Name: "recurrent subscription",
	Edges: []machine.Edge{
		{Trigger: "create", To: recCreated, Evidence: measured},
		{From: recCreated, Trigger: "activate", To: recActive, After: "1 second", Evidence: measured},
		{From: recCreated, Trigger: "activate", To: recTrial, After: "1 second", Evidence: community},
		{From: recCreated, Trigger: "cancel", To: recCancelled, Evidence: assumed("measured of an active one")},
		{From: recTrial, Trigger: "bill", To: recTrial, After: "the initial cycle's interval", Evidence: community},
		{From: recTrial, Trigger: "bill", To: recActive, After: "the initial cycles", Evidence: community},
		{From: recTrial, Trigger: "bill", To: recOverdue, After: "a failed charge", Evidence: community},
		{From: recTrial, Trigger: "bill", To: recCancelled, After: "the plan's last cycle", Evidence: community},
		{From: recTrial, Trigger: "cancel", To: recCancelled, Evidence: assumed("measured of an active one")},
		{From: recActive, Trigger: "bill", To: recActive, After: "the plan's interval", Evidence: assumed("the date was measured, a charge was not")},
		{From: recActive, Trigger: "bill", To: recOverdue, After: "a failed charge", Evidence: community},
		{From: recActive, Trigger: "bill", To: recCancelled, After: "the plan's last cycle", Evidence: community},
		{From: recActive, Trigger: "cancel", To: recCancelled, Evidence: measured},
		{From: recOverdue, Trigger: "bill", To: recActive, After: "1 day", Evidence: community},
		{From: recOverdue, Trigger: "bill", To: recOverdue, After: "1 day", Evidence: community},
		{From: recOverdue, Trigger: "bill", To: recCancelled, After: "three failed charges", Evidence: guides},
		{From: recOverdue, Trigger: "cancel", To: recCancelled, Evidence: assumed("measured of an active one")},
	},
}
