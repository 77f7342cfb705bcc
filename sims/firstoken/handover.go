package firstoken

import (
	"slices"
	"time"

	"paysim/internal/machine"
	"paysim/internal/provider"
)

// waits is how long a transaction of that kind stays with Firstoken.
func waits(tx *provider.Tx, k kind) time.Duration {
	setting := paymentHandover
	if k == credit {
		setting = creditHandover
	}
	return time.Duration(min(max(tx.Number(setting), 0), longestSeconds)) * time.Second
}

// The timers, by name.
const (
	handOverTimer = "transaction.hand_over"
	expireTimer   = "temporal_token.expire"
)

var timers = []provider.Timer{
	{Name: handOverTimer, When: "credit_handover_seconds after a credit, payment_handover_seconds after a sale, capture or refund", Evidence: assumed(untilSent),
		Fire: func(tx *provider.Tx, id string) error {
			t, ok := transactions.Get(tx, id)
			if !ok || !forms[t.Kind].states.Can(t.State, handOver) {
				return nil
			}
			return toProcessor(tx, t)
		}},
	{Name: expireTimer, When: "ttl seconds after a temporal token was made", Evidence: documented(docInspect), Fire: expireTemporal},
}

// toProcessor hands a transaction over.
func toProcessor(tx *provider.Tx, t transaction) error {
	var err error
	if t.State, err = tx.Step(forms[t.Kind].states, t.ID, t.State, handOver); err != nil {
		return err
	}
	t.HandedOver = tx.Now
	transactions.Put(tx, t)
	count(tx, t)
	return nil
}

// refuseLate is the processor that refuses what it first accepted.
func refuseLate(tx *provider.Tx, t transaction, reason string) error {
	if t.Reason = reason; reason == "" {
		t.Reason = "issuer_declined"
	}
	return end(tx, t, decline)
}

// approve is an action and no trigger: what is accepted is handed over.
const approve = "approve"

var actions = []provider.Action{
	{Name: handOver, Means: "the processor gets the transaction now; it can no longer be voided", Evidence: assumed(untilSent), Do: acting(handOver)},
	{Name: approve, Means: "the processor accepts what is pending, and so has it", Evidence: assumed(untilSent), Do: acting(approve)},
	{Name: decline, Means: "the processor refuses what was pending", Outcomes: lateReasons(), Evidence: lateRefusal, Do: acting(decline)},
}

// lateReasons are the outcomes that decline.
func lateReasons() []string {
	return slices.DeleteFunc(slices.Clone(cardOutcomes), func(o string) bool { return o == approved || o == processingError })
}

// acting does an action on any transaction, also on those that the payments list
// does not show: captures and refunds.
func acting(action string) func(*provider.Tx, string, string) error {
	return func(tx *provider.Tx, id, outcome string) error {
		t, ok := transactions.Get(tx, id)
		if !ok {
			return &provider.UnknownPaymentError{ID: id}
		}
		switch {
		case action == decline:
			return refuseLate(tx, t, outcome)
		case action == approve && t.State != pending:
			return &machine.IllegalError{Table: forms[t.Kind].states.Name, From: t.State, Trigger: action}
		}
		return toProcessor(tx, t)
	}
}

func legal(t transaction) []string {
	var out []string
	states := forms[t.Kind].states
	for _, a := range actions {
		if states.Can(t.State, a.Name) || a.Name == approve && t.State == pending {
			out = append(out, a.Name)
		}
	}
	return out
}
