package firstoken

import "paysim/internal/provider"

// The members that several bodies of the payments family have.

// about reads transaction_info: the kind of what is asked for, one of those
// allowed, and the merchant's reference.
func about(body node, kinds ...kind) (kind, string) {
	var names []string
	for _, k := range kinds {
		names = append(names, string(k))
	}
	info := body.member("transaction_info").object(true)
	chosen := info.member("type").oneOf(names...)
	reference := info.member("reference_code").text(true)
	info.only("type", "reference_code")
	return kind(chosen), reference
}

// amounts reads an amount_details.
func amounts(n node, required, zero, currency bool) (amount, code string) {
	details := n.member("amount_details").object(required)
	if !details.there {
		return "", ""
	}
	amount = details.member("total_amount").amount(required, zero)
	if currency {
		code = details.member("currency").currency()
	}
	details.only("total_amount", "currency", "installments")
	return amount, code
}

func installments(n node) {
	n.member("installments").integer(false, 1, 999)
}

func device(c *provider.Call, body node, required bool) {
	required = required || c.Flag(strictAttributes)
	info := body.member("device_info").object(required)
	if info.there {
		info.member("ip_address").text(required)
	}
	info.only("ip_address", "fingerprint_session_id")
}

// addressed reads bill_to. The second line of the address is required by the
// page of attributes and missing in practice.
func addressed(c *provider.Call, body node) {
	to := body.member("bill_to").object(true)
	names := []string{"first_name", "last_name", "country", "address_1", "city", "state", "phone_number", "email", "postal_code"}
	for _, name := range names {
		to.member(name).text(true)
	}
	to.member("address_2").blank(c.Flag(strictAttributes))
	to.only(append(names, "address_2")...)
}

// written is card data as the caller wrote it: in the clear, or as expressions.
type written struct {
	number, expiration, code node
	texts                    [3]string
}

// readCard reads card and checks what is in the clear.
func readCard(c *provider.Call, body node) written {
	data := body.member("card").object(true)
	w := written{number: data.member("number"), expiration: data.member("expiration_date"), code: data.member("security_code")}
	w.texts = [3]string{w.number.digits(true), w.expiration.text(true), w.code.text(c.Flag(strictAttributes))}
	w.check()
	data.only("number", "expiration_date", "security_code")
	return w
}

func (w written) check() {
	if s := w.texts[0]; !isExpression(s) {
		w.number.cardNumber(s)
	}
	if s := w.texts[1]; !isExpression(s) {
		w.expiration.pattern(s, monthYear)
	}
	if s := w.texts[2]; w.code.there && !isExpression(s) {
		w.code.pattern(s, threeFourCode)
	}
}

// resolve fills in the expressions from the vault and checks what they gave. The
// members are independent: each may come from a token of its own.
func (w written) resolve(tx *provider.Tx) error {
	for i, wanted := range []string{ofCard, ofExpiration, ofCode} {
		if !isExpression(w.texts[i]) {
			continue
		}
		value, err := fill(tx, w.texts[i], wanted)
		if err != nil {
			return err
		}
		w.texts[i] = value
	}
	w.check()
	return w.number.r.err
}

// order reads the body of a credit or payment: a transaction that is not booked
// yet. Of the card nothing stays.
func order(c *provider.Call, body node, k kind) (transaction, error) {
	t := transaction{Kind: k}
	_, t.Reference = about(body, credit, authorization, payment) // readOneOf has seen to the type
	w := readCard(c, body)
	asked := body.member("order_info").object(true)
	t.Amount, t.Currency = amounts(asked, true, k == authorization, true)
	installments(asked)
	asked.only("amount_details", "installments")
	addressed(c, body)
	device(c, body, false)
	body.only("transaction_info", "card", "order_info", "bill_to", "device_info")
	if body.r.err != nil {
		return t, body.r.err
	}
	return t, w.resolve(c.Tx)
}
