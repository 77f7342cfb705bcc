package citcon

import (
	"paysim/internal/machine"
	"paysim/internal/provider"
)

// caseWords are the documented words of a chargeback's statuses.
var caseWords = map[machine.State]string{
	claimed: "Notification of Claim", infoAsked: "Request For Information", infoSupplied: "Information Supplied",
	won: "Won", lost: "Lost", closed: "Case Closed",
}

// dispute opens a charge's chargeback or takes it on to the status that the
// outcome names, or to the usual one. A charge has one chargeback at most.
func dispute(tx *provider.Tx, id, outcome string) error {
	ch, ok := charges.Get(tx, id)
	if !ok {
		return &provider.UnknownPaymentError{ID: id}
	}
	b, known := chargebacks.First(tx, "charge", id)
	if !ch.disputable(b, known) {
		return &machine.IllegalError{Table: chargeStates.Name, Trigger: "chargeback", From: ch.State}
	}
	if !known {
		b = chargeback{ID: newID(tx), Charge: id, Amount: ch.kept(), Created: tx.Now}
	}
	to := machine.State(outcome)
	if outcome == "" {
		to = usual[b.State]
	}
	var err error
	if b.State, err = tx.Step(&chargebackStates, b.ID, b.State, "chargeback", to); err != nil {
		return err
	}
	if to == lost {
		b.Amount = min(b.Amount, ch.kept()) // what was refunded meanwhile is not lost again
		ch.Lost = b.Amount
		charges.Put(tx, ch)
		if b.Amount > 0 {
			ch.booked(tx, "refunded", b.Amount)
		}
	}
	chargebacks.Put(tx, b)
	tellChargeback(tx, ch, b)
	return nil
}

// usual is the status that follows when none is named.
var usual = map[machine.State]machine.State{
	"": claimed, claimed: infoAsked, infoAsked: infoSupplied, infoSupplied: won, won: closed, lost: closed,
}

// disputable says whether a charge's chargeback, known or not, can go on.
func (ch charge) disputable(b chargeback, known bool) bool {
	if !known {
		return ch.State == succeeded && ch.kept() > 0
	}
	return b.State != closed
}
