package firstoken

import "paysim/internal/provider"

// createPayment authorizes a card, or with type payment takes the money too.
func createPayment(c *provider.Call) (provider.Reply, error) {
	body, chosen, err := readOneOf(c, string(authorization), string(payment))
	if err != nil {
		return provider.Reply{}, err
	}
	t, err := order(c, body, kind(chosen))
	if err != nil {
		return provider.Reply{}, wholly(c, err)
	}
	if t, err = book(c, t, authorized); err != nil {
		return provider.Reply{}, err
	}
	return answer(t), nil
}

// reversePayment releases an authorization. The amount may be left out; if it is
// there, it must be all that is held.
func reversePayment(c *provider.Call) (provider.Reply, error) {
	body, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	_, reference := about(body, reversal)
	info := body.member("reversal_info").object(false)
	amount, _ := amounts(info, false, true, false)
	info.only("amount_details")
	device(c, body, true)
	body.only("transaction_info", "reversal_info", "device_info")
	if body.r.err != nil {
		return provider.Reply{}, body.r.err
	}
	t, err := lookUp(c.Tx, c.Vars["id"], reversal)
	if err != nil {
		return provider.Reply{}, err
	}
	if amount != "" && authorizationStates.Can(t.State, reverse) && exact(amount).Cmp(exact(t.Amount)) != 0 {
		return provider.Reply{}, errAmount
	}
	return takeBack(c, t, reversal, reverse, reference)
}

// voidPayment takes back a sale or an authorization, with the type payment_void;
// authorization_void takes back authorizations only.
func voidPayment(c *provider.Call) (provider.Reply, error) {
	return undo(c, paymentVoid, authorizationVoid)
}
