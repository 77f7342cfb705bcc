package firstoken

import "paysim/internal/provider"

// createCredit gives money to a card. One printed example asks for it with type
// payment, so that is taken too.
func createCredit(c *provider.Call) (provider.Reply, error) {
	body, _, err := readOneOf(c, string(credit), string(payment))
	if err != nil {
		return provider.Reply{}, err
	}
	t, err := order(c, body, credit)
	if err != nil {
		return provider.Reply{}, wholly(c, err)
	}
	if t, err = book(c, t, pending); err != nil {
		return provider.Reply{}, err
	}
	return answer(t), nil
}

func voidCredit(c *provider.Call) (provider.Reply, error) {
	_, reference, err := readVoid(c, creditVoid)
	if err != nil {
		return provider.Reply{}, err
	}
	t, err := lookUp(c.Tx, c.Vars["id"], credit)
	if err != nil {
		return provider.Reply{}, err
	}
	return takeBack(c, t, creditVoid, reference)
}

// readVoid reads a body that only says what is to be taken back, and as which of
// some types.
func readVoid(c *provider.Call, kinds ...kind) (kind, string, error) {
	body, err := read(c)
	if err != nil {
		return "", "", err
	}
	body.object(true)
	k, reference := about(body, kinds...)
	device(c, body, false)
	body.only("transaction_info", "device_info")
	return k, reference, body.r.err
}

// takeBack voids what can be voided and answers with the void.
func takeBack(c *provider.Call, t transaction, k kind, reference string) (provider.Reply, error) {
	made, err := cancel(c, t, k, void, reference)
	if err != nil {
		return provider.Reply{}, err
	}
	return answer(made), nil
}
