package toypay

import "paysim/internal/machine"

const (
	pending  machine.State = "pending"
	paid     machine.State = "paid"
	declined machine.State = "declined"
	captured machine.State = "captured"
	expired  machine.State = "expired"
)

var chargeStates = machine.Table{
	Name: "charge",
	Edges: []machine.Edge{
		{Trigger: "create", To: pending, Evidence: ours},
		{From: pending, Trigger: "approve", To: paid, Evidence: ours},
		{From: pending, Trigger: "decline", To: declined, Evidence: ours},
		{From: pending, Trigger: "expire", To: expired, After: "15 minutes", Evidence: ours},
		{From: paid, Trigger: "capture", To: paid, Evidence: ours},
		{From: paid, Trigger: "capture", To: captured, Evidence: ours},
	},
}
