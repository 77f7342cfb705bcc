package firstoken

import (
	"slices"

	"paysim/internal/provider"
)

// payments lists credits, sales and authorizations; what was captured and
// refunded of them is summed up.
func payments(tx *provider.Tx) []provider.Payment {
	var out []provider.Payment
	for _, t := range transactions.All(tx) {
		p := provider.Payment{
			ID: t.ID, Kind: string(t.Kind), Reference: t.Reference, Amount: whole(exact(t.Amount)), Currency: t.Currency,
			State: string(t.State), Actions: legal(t), Created: t.Created,
		}
		switch t.Kind {
		case credit:
			if t.Counted {
				p.Refunded = p.Amount
			}
		case payment:
			if t.Counted {
				p.Captured = p.Amount
			}
			p.Refunded = whole(sum(counted(live(tx, t.ID, paymentRefund))))
		case authorization:
			taken := live(tx, t.ID, captureOf)
			p.Captured = whole(sum(counted(taken)))
			for _, one := range taken {
				p.Refunded += whole(sum(counted(live(tx, one.ID, captureRefund))))
			}
		default:
			continue
		}
		out = append(out, p)
	}
	return out
}

func counted(ts []transaction) []transaction {
	return slices.DeleteFunc(slices.Clone(ts), func(t transaction) bool { return !t.Counted })
}
