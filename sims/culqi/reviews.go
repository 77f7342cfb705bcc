package culqi

import (
	"paysim/internal/machine"
	"paysim/internal/provider"
)

// askForAuthentication is a 200 that is no success: nothing was charged.
func askForAuthentication() provider.Reply {
	return reply(200, wireReview{Action: "REVIEW", User: "El usuario necesita autenticarse"})
}

// authenticated reports whether the body carries what the 3-D Secure library
// handed to the browser.
func (in *input) authenticated() bool {
	inner := in.object("authentication_3DS")
	if inner == nil {
		return false
	}
	for _, name := range []string{"eci", "xid", "cavv", "protocolVersion", "directoryServerTransactionId"} {
		if s, _ := inner.scalar(name); s != "" {
			return true
		}
	}
	return false
}

// underReview is the charge that waits for this token's payer to authenticate.
func underReview(tx *provider.Tx, token string) (chargeRow, bool) {
	for _, ch := range charges.Where(tx, "token", token) {
		if hidden(ch.State) && ch.State != chargeAbandoned {
			return ch, true
		}
	}
	return chargeRow{}, false
}

// hidden states are those in which the API knows no charge yet.
func hidden(s machine.State) bool {
	return s == chargeReview || s == chargeAuthenticated || s == chargeUnauthenticated || s == chargeAbandoned
}

// authentication decides about a card that wants 3-D Secure.
func authentication(tx *provider.Tx, a ask, t tokenRow, state machine.State) string {
	switch {
	case !a.authenticated, tx.Flag("strict_3ds") && (state == "" || state == chargeReview):
		return requires3DS
	case state == chargeAuthenticated:
		return approved
	case t.Flow == flowTimeout, t.Flow == flowError:
		return "issuer_declined"
	}
	return approved
}

// review lets a charge wait for its payer's authentication.
func review(tx *provider.Tx, ch chargeRow) (chargeRow, error) {
	var err error
	if ch.State == "" {
		if ch.State, err = tx.Step(&chargeStates, ch.ID, ch.State, "create", chargeReview); err != nil {
			return ch, err
		}
		tx.At(tx.Now.Add(tokenLife), "charge.abandon", ch.ID)
		tx.Opened("charge", ch.ID)
	}
	charges.Put(tx, ch)
	return ch, nil
}

// decideReview is what the payer, the bank or time does to a charge that waits
// for authentication.
func decideReview(tx *provider.Tx, id, trigger string) error {
	ch, ok := charges.Get(tx, id)
	if !ok {
		return &provider.UnknownPaymentError{ID: id}
	}
	if trigger == "expire" && !hidden(ch.State) {
		return &machine.IllegalError{Table: chargeStates.Name, From: ch.State, Trigger: trigger}
	}
	var err error
	if ch.State, err = tx.Step(&chargeStates, id, ch.State, trigger); err != nil {
		return err
	}
	charges.Put(tx, ch)
	return nil
}

// abandonReview ends what waits for a token that can no longer be used.
func abandonReview(tx *provider.Tx, token string) error {
	if ch, ok := underReview(tx, token); ok {
		return decideReview(tx, ch.ID, "expire")
	}
	return nil
}
