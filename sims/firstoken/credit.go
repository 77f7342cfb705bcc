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

func voidCredit(c *provider.Call) (provider.Reply, error) { return undo(c, creditVoid) }
