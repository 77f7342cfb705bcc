package paymenticon

import "paysim/internal/machine"

// The statuses of a session, as on the wire.
const (
	created    machine.State = "created"
	loggedIn   machine.State = "loggedin"
	authorized machine.State = "authorized"
	captured   machine.State = "captured"
	cancelled  machine.State = "cancelled" // payments, with two l
	declined   machine.State = "declined"
	accepted   machine.State = "data_access_accepted"
	rejected   machine.State = "data_access_rejected"
	canceled   machine.State = "canceled" // data access, with one l
)

var statuses = "Create payment session: session statuses"

var paymentStates = machine.Table{
	Name: "session",
	Edges: []machine.Edge{
		{Trigger: "create", To: created, Evidence: doc(statuses)},
		{From: created, Trigger: "login", To: loggedIn, Evidence: doc(statuses)},
		{From: loggedIn, Trigger: "confirm", To: authorized, Evidence: doc("Payment confirmation mode: authorize")},
		{From: loggedIn, Trigger: "confirm", To: captured, Evidence: doc("Payment confirmation mode: capture")},
		{From: created, Trigger: "pay", To: captured, Evidence: doc("Payment without logging in")},
		{From: created, Trigger: "pay", To: authorized, Evidence: assumed("a payment without login follows charge_mode like any other")},
		{From: created, Trigger: "cancel", To: cancelled, Evidence: doc(statuses)},
		{From: loggedIn, Trigger: "cancel", To: cancelled, Evidence: doc(statuses)},
		{From: created, Trigger: "decline", To: declined, Evidence: doc(statuses)},
		{From: loggedIn, Trigger: "decline", To: declined, Evidence: doc(statuses)},
		{From: authorized, Trigger: "capture", To: captured, Evidence: doc("Confirming delayed transaction (capture)")},
		{From: authorized, Trigger: "void", To: cancelled, Evidence: doc("Cancelling delayed transaction (void)")},
		{From: authorized, Trigger: "expire", To: cancelled, After: "30 minutes", Evidence: doc("Payment confirmation mode: authorize")},
		{From: created, Trigger: "expire", To: cancelled, After: "30 minutes", Evidence: assumed("an unfinished session ends like an unfinished authorization")},
		{From: loggedIn, Trigger: "expire", To: cancelled, After: "30 minutes", Evidence: assumed("an unfinished session ends like an unfinished authorization")},
	},
}

var accessStates = machine.Table{
	Name: "data_access",
	Edges: []machine.Edge{
		{Trigger: "create", To: created, Evidence: doc("Data access session statuses")},
		{From: created, Trigger: "login", To: created, Evidence: assumed("data access has no status of its own for a consumer who has logged in")},
		{From: created, Trigger: "accept", To: accepted, Evidence: doc("Data access session statuses")},
		{From: created, Trigger: "reject", To: rejected, Evidence: doc("Data access session statuses")},
		{From: created, Trigger: "cancel", To: canceled, Evidence: doc("Data access session statuses")},
		{From: created, Trigger: "expire", To: canceled, After: "30 minutes", Evidence: assumed("an unfinished session ends canceled")},
		{From: accepted, Trigger: "expire", To: accepted, After: "30 minutes", Evidence: assumed("access ends with the session's time; the answer given stays what it was")},
	},
}

// The ends of a withdrawal, which has no middle.
const (
	success machine.State = "success"
	failure machine.State = "error"
)

var withdrawalStates = machine.Table{
	Name: "withdrawal",
	Edges: []machine.Edge{
		{Trigger: "create", To: success, Evidence: doc("Withdrawal: status")},
		{Trigger: "create", To: failure, Evidence: doc("Withdrawal: status; there have to be enough funds")},
	},
}

// machine is the state table of a session.
func (s *session) machine() *machine.Table {
	if s.Type == dataAccess {
		return &accessStates
	}
	return &paymentStates
}
