package citcon

import "paysim/internal/provider"

func cancelCharge(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	t := readTarget(in)
	if err := in.err(); err != nil {
		return provider.Reply{}, err
	}
	f, err := t.find(c)
	if err != nil {
		return provider.Reply{}, err
	}
	ch := f.charge
	if err := use(c, t.own, "cancel", ch.ID); err != nil {
		return provider.Reply{}, err
	}
	switch {
	case f.kind != "charge":
		return provider.Reply{}, errCancel.Because("a %s cannot be canceled", f.kind)
	case !ch.may("cancel"):
		return provider.Reply{}, errCancel.Because("the charge is %s, with %d captured", ch.State, ch.Captured)
	}
	if err := gateway(c, "cancel_failed", errCancel); err != nil {
		return provider.Reply{}, err
	}
	if err := ch.move(c.Tx, "cancel", canceled); err != nil {
		return provider.Reply{}, err
	}
	return success(wireCancel{
		ID: ch.ID, Object: "cancel", Reference: t.own, Amount: ch.Amount, Currency: ch.Currency, TimeCreated: ch.Created.Unix(),
		Country: orNull(ch.Country), Payment: wireCancelPayment{Method: ch.Method}, Status: string(ch.State),
	}), nil
}
