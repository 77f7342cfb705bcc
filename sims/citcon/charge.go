package citcon

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"paysim/internal/machine"
	"paysim/internal/provider"
)

// epoch is where the time in transaction ids counts from.
var epoch = time.Date(2022, 4, 20, 0, 0, 0, 0, time.UTC)

// newID is a transaction's id: "2000" and eighteen digits that grow with time;
// nineteen from late in 2029.
func newID(tx *provider.Tx) string {
	digits := strconv.FormatInt(tx.Stream("transaction").Snowflake(tx.Now, epoch), 10)
	return "2000" + strings.Repeat("0", max(0, 18-len(digits))) + digits
}

// newPageToken is 32 hexadecimal digits, the last twelve of which are the
// tenant's mark. Those of one charge follow each other.
func newPageToken(tx *provider.Tx) string {
	id := tx.Stream("page token").TimeUUID(tx.Now, tx.Mark)
	return hex.EncodeToString(id[:])
}

func createCharge(c *provider.Call) (provider.Reply, error) {
	in, err := readOrder(c, false)
	if err != nil {
		return provider.Reply{}, err
	}
	onFile, err := instrumentOnFile(c, in.pay)
	if err != nil {
		return provider.Reply{}, err
	}
	ch := charge{ID: newID(c.Tx), Token: newPageToken(c.Tx), Reference: in.reference, Created: c.Now}
	if err := use(c, in.reference, "charge", ch.ID); err != nil {
		return provider.Reply{}, err
	}
	ch.take(in)
	return proceed(c, ch, in, onFile, "create")
}

func confirmCharge(c *provider.Call) (provider.Reply, error) {
	in, err := readOrder(c, true)
	if err != nil {
		return provider.Reply{}, err
	}
	ch, ok := charges.First(c, "token", c.Vars["charge_token"])
	if !ok {
		return provider.Reply{}, errNotFound.Because("no charge has this charge_token")
	}
	if in.reference != ch.Reference {
		return provider.Reply{}, errBadRequest.Because("transaction.reference is not the charge's")
	}
	onFile, err := instrumentOnFile(c, in.pay)
	if err != nil {
		return provider.Reply{}, err
	}
	if !chargeStates.Can(ch.State, "confirm") {
		return provider.Reply{}, errModify.Because("the charge is %s", ch.State)
	}
	ch.take(in)
	return proceed(c, ch, in, onFile, "confirm")
}

// use takes a reference for a transaction. No two of a merchant's transactions
// may have the same, of whatever kind they are.
func use(c *provider.Call, name, kind, id string) error {
	if was, ok := references.Get(c, name); ok {
		return errDuplicate.Because("a %s has this reference", was.Kind)
	}
	references.Put(c, reference{Reference: name, Kind: kind, ID: id})
	return nil
}

// instrumentOnFile finds what payment.token names.
func instrumentOnFile(c *provider.Call, pay *instrument) (vaulted, error) {
	if pay == nil || pay.token == "" {
		return vaulted{}, nil
	}
	v, ok := vault.Get(c, pay.token)
	switch {
	case !ok || v.State != active:
		return v, errNotFound.Because("payment.token names no active vault token")
	case v.Method != pay.method.name:
		return v, errBadRequest.Because("payment.token is on file for %s", v.Method)
	}
	return v, nil
}

// take writes into a charge what a request asks for; what it leaves out stays.
func (ch *charge) take(in order) {
	if in.amount > 0 {
		ch.Amount = in.amount
	}
	if in.currency != "" {
		ch.Currency = in.currency
	}
	if in.country != "" {
		ch.Country = in.country
	}
	if in.locale != "" {
		ch.Locale = in.locale
	}
	if in.autoCapture != nil {
		ch.AutoCapture = *in.autoCapture
	}
	if in.accelerated {
		ch.Accelerated = true
	}
	if in.urls != nil {
		ch.URLs = *in.urls
	}
}

// proceed does what a charge's instrument allows: nothing, wait for a payer,
// or decide at once. It answers.
func proceed(c *provider.Call, ch charge, in order, onFile vaulted, trigger string) (provider.Reply, error) {
	pay := in.pay
	if pay == nil {
		outcome := c.Outcome("")
		if outcome != "" {
			c.Note("the charge has no payment yet, so the outcome %s changes nothing", outcome)
		}
		return keepUndecided(c, ch, trigger, trouble(outcome))
	}
	outcome := c.Outcome(magicOutcome(pay.pan, pay.nonce))
	if err := trouble(outcome); err != nil {
		return provider.Reply{}, err
	}
	ch.instruct(pay, onFile)
	ch.Direct = pay.direct() && outcome != "requires_3ds"
	if !ch.Direct {
		return waitForPayer(c, ch, pay, trigger, outcome)
	}
	return decideAtOnce(c, ch, trigger, outcome)
}

// keepUndecided answers a charge that says nothing of how it is paid. One that
// waits for its payer already goes on waiting, for the changed amount, and is
// answered with its pages as before.
func keepUndecided(c *provider.Call, ch charge, trigger string, err error) (provider.Reply, error) {
	if err != nil {
		return provider.Reply{}, err
	}
	to := unconfirmed
	var clients []wireClient
	if ch.State == initiated {
		to, clients = initiated, makeLinks(c, &ch)
	}
	if ch.State, err = c.Step(&chargeStates, ch.ID, ch.State, trigger, to); err != nil {
		return provider.Reply{}, err
	}
	charges.Put(c, ch)
	return answer(ch, trigger, clients), nil
}

// instruct writes into a charge how it is paid. Of a card only what may be
// shown is kept.
func (ch *charge) instruct(pay *instrument, onFile vaulted) {
	ch.Method, ch.Clients, ch.WantsToken, ch.Expires = pay.method.name, pay.clients, pay.requestToken, time.Time{}
	ch.VaultToken, ch.CardType, ch.PAN, ch.CardExpiry = pay.token, onFile.Type, onFile.PAN, onFile.Expiry
	if pay.pan != "" {
		ch.CardType, ch.PAN, ch.CardExpiry = brand(pay.pan), mask(pay.pan), pay.cardExpiry
	}
}

// waitForPayer makes the pages of a charge. The answer says that it is
// initiated, as it always does; an outcome that was asked for is the payer's,
// and comes in the same instant.
func waitForPayer(c *provider.Call, ch charge, pay *instrument, trigger, outcome string) (provider.Reply, error) {
	first := ch.State != initiated
	var err error
	if ch.State, err = c.Step(&chargeStates, ch.ID, ch.State, trigger, initiated); err != nil {
		return provider.Reply{}, err
	}
	if ch.Expires = pay.expires; !ch.Expires.IsZero() {
		c.At(ch.Expires, "charge.expire", ch.ID)
	}
	clients := makeLinks(c, &ch)
	charges.Put(c, ch)
	if first || c.Later {
		c.Opened("charge", ch.ID)
	}
	reply := answer(ch, trigger, clients)
	switch {
	case c.Later || outcome == "" || outcome == "requires_3ds":
		return reply, nil
	case outcome == "approved":
		return reply, decide(c.Tx, ch.ID, "approve", "")
	}
	return reply, decide(c.Tx, ch.ID, "decline", outcome)
}

// decideAtOnce is a charge that needs no page.
func decideAtOnce(c *provider.Call, ch charge, trigger, outcome string) (provider.Reply, error) {
	to := ch.goal()
	switch {
	case c.Later:
		to = pending
	case outcome != "" && outcome != "approved":
		to, ch.Reason = failed, outcome
	}
	if err := ch.move(c.Tx, trigger, to); err != nil {
		return provider.Reply{}, err
	}
	if to == pending {
		c.Opened("charge", ch.ID)
	}
	if to == failed {
		return fail(errCharge), nil
	}
	return answer(ch, trigger, nil), nil
}

// answer is what creating or confirming a charge gives. The two differ in a few
// members.
func answer(ch charge, trigger string, clients []wireClient) provider.Reply {
	w := wireCharge{
		Object: "charge", ID: ch.ID, Reference: ch.Reference, Amount: ch.Amount, Currency: ch.Currency, TimeCreated: ch.Created.Unix(),
		TimeCaptured: when(ch.CapturedAt), AutoCapture: ch.capturesItself(), Status: ch.status(), Country: orNull(ch.Country),
	}
	if trigger == "create" {
		w.ChargeToken = ch.Token
	}
	if ch.Captured > 0 {
		w.AmountCaptured = there(ch.Captured)
	}
	if ch.Method == "" {
		return success(w)
	}
	confirmedCard := trigger == "confirm" && ch.Method == "card" && ch.Direct
	m, _ := methodOf(ch.Method)
	if m.exchange && !confirmedCard {
		w.Exchange = sameCurrency(ch.Amount, ch.Currency)
	}
	if confirmedCard {
		w.AmountCaptured, w.AmountRefunded = whenAny(ch.Captured), whenAny(ch.Refunded)
	}
	w.Payment = &wirePayment{Method: ch.Method, Client: clients}
	if ch.Direct {
		w.Payment.Token, w.Payment.Data = ch.VaultToken, &wireCard{PAN: ch.PAN, Expiry: ch.CardExpiry}
		if !confirmedCard {
			w.Payment.Type = strings.ToLower(ch.CardType)
		}
	}
	return success(w)
}

// status is the wire's word for a charge's state.
func (ch charge) status() string {
	if ch.State == unconfirmed {
		return string(initiated)
	}
	return string(ch.State)
}

// capturesItself says whether a charge is captured without being asked: because
// the merchant wants it so, or because the wallet knows nothing else.
func (ch charge) capturesItself() bool {
	m, _ := methodOf(ch.Method)
	return ch.AutoCapture || m.forced
}

// goal is where a charge goes when it is approved.
func (ch charge) goal() machine.State {
	if ch.capturesItself() {
		return succeeded
	}
	return authorized
}

// when is a time in seconds, or null while it has not come.
func when(t time.Time) number {
	if t.IsZero() {
		return nullNumber
	}
	return there(t.Unix())
}

// mask keeps the first and the last four digits; between them are six stars,
// however long the number is.
func mask(pan string) string { return pan[:4] + "******" + pan[len(pan)-4:] }

// brands are the beginnings of card numbers, longest first where they overlap.
var brands = []struct{ prefix, name string }{
	{"34", "Amex"}, {"37", "Amex"}, {"35", "JCB"}, {"62", "UnionPay"}, {"6011", "Discover"}, {"65", "Discover"},
	{"4", "Visa"}, {"5", "MasterCard"}, {"2", "MasterCard"},
}

// brand names a card's scheme as the vault does; a charge has it in lower case.
func brand(pan string) string {
	for _, b := range brands {
		if strings.HasPrefix(pan, b.prefix) {
			return b.name
		}
	}
	return ""
}
