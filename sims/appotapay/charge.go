package appotapay

import (
	"slices"
	"time"

	"paysim/internal/ident"
	"paysim/internal/machine"
	"paysim/internal/provider"
)

// holdTime is how long money is held before it is given back by itself.
const holdTime = 7 * 24 * time.Hour

// means is what pays: a token, or else a card.
type means struct {
	tokenID string
	card    card
	err     error // the card's number is none
}

// means reads tokenId, or card where there is no tokenId; a call with both is
// not written about, and the token wins.
func (f form) means() means {
	if f.values["tokenId"] != nil {
		return means{tokenID: f.text("tokenId", 1, 32)}
	}
	if f.values["card"] == nil {
		f.fault("card", missing("card"))
		f.fault("tokenId", missing("tokenId"))
		return means{}
	}
	k, err := f.card()
	return means{card: k, err: err}
}

// resolve gives the card and, if one pays, its token.
func (m means) resolve(c *provider.Call) (card, token, error) {
	if m.tokenID == "" {
		return m.card, token{}, nil
	}
	t, err := payingToken(c, m.tokenID)
	return t.Card, t, err
}

// only is the outcome if it is one of the list, else "".
func only(outcome string, list []string) string {
	if slices.Contains(list, outcome) {
		return outcome
	}
	return ""
}

func createCharge(c *provider.Call) (provider.Reply, error) {
	f, err := readForm(c)
	if err != nil {
		return provider.Reply{}, err
	}
	means := f.means()
	ch := charge{
		TokenID: means.tokenID, Type: "BY_CARD_INFO",
		Requested: f.amount("amount", false), Capture: f.flag("capture"), Reference: f.reference(),
		AuthenticationID: f.optional("authenticationId", 1, 40), Created: c.Now, Updated: c.Now,
	}
	f.currency()
	f.billing()
	if err := firstOf(f.err(), means.err, limits(c, ch.Requested)); err != nil {
		return provider.Reply{}, err
	}
	if _, ok := charges.First(c, "reference", ch.Reference); ok {
		return provider.Reply{}, errChargeExists
	}
	k, t, err := means.resolve(c)
	if err != nil {
		return provider.Reply{}, err
	}
	ch.Card = k
	if t.ID != "" {
		ch.Type = "BY_" + t.Type + "_TOKEN"
	}
	e, err := secured(c, &ch)
	if err != nil {
		return provider.Reply{}, err
	}
	says := only(k.Outcome, chargeOutcomes)
	if k.expired(c.Now) {
		says = "expired_card"
	}
	if c.Later {
		says = "" // the bank takes its time, whatever the card does
	}
	outcome := c.Outcome(says)
	if err := refused(outcome); err != nil {
		return provider.Reply{}, err
	}
	ch.ID = c.Stream("charge").ULID(c.Now, c.Mark)
	if ch, err = decide(c.Tx, ch, "create", chargeEnd(c, ch, outcome), outcome); err != nil {
		return provider.Reply{}, err
	}
	if ch.State != declined {
		if err := consume(c, ch, t, e); err != nil {
			return provider.Reply{}, err
		}
	}
	return answer(c, ch)
}

// secured looks at the charge's 3DS. What an authenticationId leads to has to
// hold; without one the account must allow that.
func secured(c *provider.Call, ch *charge) (enrollment, error) {
	if ch.AuthenticationID == "" {
		if c.Flag("require_3ds") {
			return enrollment{}, errEnrollFirst
		}
		return enrollment{}, nil
	}
	e, err := authentication(c, ch.AuthenticationID, ch.Card, ch.Requested)
	ch.ECI = e.ECI
	return e, err
}

// consume spends the token and the authentication. A declined charge spends
// neither, so that the merchant can try again.
func consume(c *provider.Call, ch charge, t token, e enrollment) error {
	if e.ID != "" {
		e.UsedBy = ch.ID
		enrollments.Put(c, e)
	}
	if t.ID != "" {
		return t.spend(c)
	}
	return nil
}

// chargeEnd is the state that a new charge goes to.
func chargeEnd(c *provider.Call, ch charge, outcome string) machine.State {
	switch {
	case c.Later || outcome == "pending":
		c.Opened("charge", ch.ID)
		return pending
	case declinedWith(outcome) != nil:
		return declined
	case outcome == "partially_approved":
		return partialAuthorized
	case ch.Capture:
		return captured
	}
	return authorized
}

// decide moves a charge to where the bank puts it: at once, or when a pending
// one is decided.
func decide(tx *provider.Tx, ch charge, trigger string, to machine.State, outcome string) (charge, error) {
	var err error
	if ch.State, err = tx.Step(&chargeStates, ch.ID, ch.State, trigger, to); err != nil {
		return ch, err
	}
	ch.Updated = tx.Now
	switch ch.State {
	case declined:
		row := declinedWith(outcome)
		if row == nil {
			row = errIssuerDeclined
		}
		tx.Cites(row)
		ch.Refusal = row.Name
	case authorized, captured:
		ch.Authorized = ch.Requested
	case partialAuthorized:
		ch.Authorized = (ch.Requested + 1) / 2
	}
	if ch.Authorized > 0 {
		if ch, err = hold(tx, ch); err != nil {
			return ch, err
		}
	}
	charges.Put(tx, ch)
	return ch, nil
}

// hold books what was authorized and, where the charge is to take it at once,
// the taking.
func hold(tx *provider.Tx, ch charge) (charge, error) {
	s := tx.Stream("bank")
	ch.ApprovalCode, ch.BankID = s.Text(6, digits), "7"+s.Text(21, digits)
	var err error
	if ch.Hold, err = tx.Step(&holdStates, ch.ID, ch.Hold, "authorize"); err != nil {
		return ch, err
	}
	tx.Moved(ch.movement("authorized", ch.Authorized))
	if ch.State == captured {
		return take(tx, ch, ch.Authorized)
	}
	tx.At(tx.Now.Add(holdTime), "charge.expire", ch.ID)
	return ch, nil
}

const digits = "0123456789"

// take books a capture; what is not taken of a hold is given back.
func take(tx *provider.Tx, ch charge, amount int64) (charge, error) {
	var err error
	if ch.Hold, err = tx.Step(&holdStates, ch.ID, ch.Hold, "capture"); err != nil {
		return ch, err
	}
	ch.Captured, ch.CapturedAt = amount, tx.Now
	ch.ReconciliationID = accountID(tx.Stream("reconciliation"), tx.Now)
	tx.Moved(ch.movement("captured", amount))
	if rest := ch.Authorized - amount; rest > 0 {
		tx.Moved(ch.movement("released", rest))
	}
	return ch, nil
}

// accountID is AP, the year's last two digits and ten more.
func accountID(s *ident.Stream, now time.Time) string {
	return "AP" + now.In(hanoi).Format("06") + "1" + s.Text(9, digits)
}

func (c charge) movement(kind string, amount int64) provider.Movement {
	return provider.Movement{Kind: kind, Payment: c.ID, Reference: c.Reference, Amount: amount, Currency: currency}
}

func answer(c *provider.Call, ch charge) (provider.Reply, error) {
	return reply(ch.wire(language(c), c.Flag("card_field_aliases")))
}

func getCharge(c *provider.Call) (provider.Reply, error) {
	ch, err := pathRow(c, charges, "creditCardRefId", errChargeNotFound)
	if err != nil {
		return provider.Reply{}, err
	}
	return answer(c, ch)
}

func captureCharge(c *provider.Call) (provider.Reply, error) {
	f, err := readForm(c)
	if err != nil {
		return provider.Reply{}, err
	}
	amount := f.amount("amount", true)
	f.currency()
	if err := f.err(); err != nil {
		return provider.Reply{}, err
	}
	if amount < leastAmount {
		return provider.Reply{}, errMinimum
	}
	ch, ok := charges.Get(c, c.Vars["authorizationId"])
	if !ok {
		return provider.Reply{}, errChargeNotFound
	}
	if err := refused(c.Outcome("")); err != nil {
		return provider.Reply{}, err
	}
	if ch.State, err = c.Step(&chargeStates, ch.ID, ch.State, "capture"); err != nil {
		return provider.Reply{}, err
	}
	if ch, err = take(c.Tx, ch, amount); err != nil {
		return provider.Reply{}, err
	}
	if amount > ch.Authorized { // last, for a hold that is gone has no amount to exceed
		return provider.Reply{}, errCaptureAmount
	}
	ch.Updated = c.Now
	charges.Put(c, ch)
	return answer(c, ch)
}

// leastAmount is the least that can be captured, refunded or ordered.
const leastAmount = 1000

// expireHold gives back what nobody took in time. The charge's status does not
// tell.
func expireHold(tx *provider.Tx, ch charge) error {
	var err error
	if ch.State, err = tx.Step(&chargeStates, ch.ID, ch.State, "expire"); err != nil {
		return err
	}
	if ch.Hold, err = tx.Step(&holdStates, ch.ID, ch.Hold, "expire"); err != nil {
		return err
	}
	ch.Updated = tx.Now
	tx.Moved(ch.movement("released", ch.Authorized))
	charges.Put(tx, ch)
	return nil
}
