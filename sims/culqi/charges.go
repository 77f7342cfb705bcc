package culqi

import (
	"encoding/json"
	"strings"
	"time"

	"paysim/internal/provider"
)

const (
	maxAmount = 999_900
	// authorizedFor is how long an authorized charge waits to be captured.
	authorizedFor = 4 * 24 * time.Hour
)

// ask is a charge before anybody has looked at the card.
type ask struct {
	source        string // token or card
	param         string // the member that names it
	amount        int64
	currency      string
	email         string
	description   string
	installments  int64
	capture       bool
	authenticated bool // authentication_3DS came along
	antifraud     *antifraud
	metadata      json.RawMessage
	orderID       string
	subscription  string
	validation    bool
}

func createCharge(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	a := ask{
		amount: in.amount(c.Number("min_amount"), maxAmount), currency: in.currency("currency_code"), email: in.email("email"),
		source: in.text("source_id", 1, 40), param: "source_id", installments: in.numberOr("installments", 0, 48, 0), capture: in.flag("capture", true),
		authenticated: in.authenticated(), antifraud: in.antifraud(), metadata: in.metadata(),
	}
	if in.has("description") {
		a.description = in.text("description", 5, 80)
	}
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	ch, err := charge(c.Tx, a, c.Outcome)
	if err != nil {
		return provider.Reply{}, err
	}
	switch ch.State {
	case chargeReview, chargeAuthenticated, chargeUnauthenticated:
		return askForAuthentication(), nil
	case chargeDeclined:
		return ch.declined(402), nil
	}
	return reply(201, ch.wire(c.Tx, false)), nil
}

func (in *input) antifraud() *antifraud {
	inner := in.object("antifraud_details")
	if inner == nil {
		return nil
	}
	out := &antifraud{
		First: inner.optional("first_name", 50), Last: inner.optional("last_name", 50), Address: inner.optional("address", 100),
		City: inner.optional("address_city", 30), Country: inner.optional("country_code", 2), Phone: inner.optional("phone_number", 15),
	}
	if out.Phone == "" {
		out.Phone = inner.optional("phone", 15)
	}
	if inner.err != nil && in.err == nil {
		in.err = inner.err
	}
	return out
}

// charge takes money from a token or a saved card, or does not: the row says
// which. outcome decides, given what the card stands for.
func charge(tx *provider.Tx, a ask, outcome func(card string) string) (chargeRow, error) {
	t, err := behind(tx, a)
	if err != nil {
		return chargeRow{}, err
	}
	ch, waiting := underReview(tx, t.ID)
	result := t.Outcome
	asked := a.subscription == "" && (ch.State == chargeReview || ch.State == chargeAuthenticated)
	if t.succeeds() && (asked || reviewMail.MatchString(a.email)) { // who was asked to authenticate is not excused by a second call
		result = requires3DS
	}
	result = outcome(result)
	if result == requires3DS {
		result = authentication(tx, a, t, ch.State)
	}
	if ch.State == chargeUnauthenticated && result == requires3DS { // the merchant starts over
		if err := decideReview(tx, ch.ID, "expire"); err != nil {
			return ch, err
		}
		ch, waiting = chargeRow{}, false
	}
	if ch.State == chargeUnauthenticated { // the payer has failed, whatever the merchant sends along
		result = "issuer_declined"
	}
	ch = a.fill(tx, ch, waiting)
	ch.Token, ch.Outcome = t.ID, result
	if result == requires3DS {
		return review(tx, ch)
	}
	if result == approved {
		ch.Outcome = ""
	}
	return settle(tx, ch, a)
}

// behind finds the token that is charged. A token must be fresh; a saved card's
// has long been used.
func behind(tx *provider.Tx, a ask) (tokenRow, error) {
	if !strings.HasPrefix(a.source, "crd_") {
		return usable(tx, a.source, a.param)
	}
	card, ok := cards.Get(tx, a.source)
	if !ok || card.Deleted {
		return tokenRow{}, &refused{row: errUnknownToken, param: a.param, args: []any{a.source}}
	}
	t, _ := tokens.Get(tx, card.Token)
	return t, nil
}

// fill puts what was asked into a new row, or into the one that waits.
func (a ask) fill(tx *provider.Tx, ch chargeRow, waiting bool) chargeRow {
	if !waiting {
		s := tx.Stream("charge")
		ch = chargeRow{
			ID: "chr_test_" + s.Text(16, alphanumeric), Serial: s.Tick(63_000), FraudScore: int64(1+s.IntN(62)) * 10,
			Reference: s.Text(10, alphanumeric), Authorization: s.Text(6, alphanumeric), Ticket: s.Text(24, alphanumeric),
		}
	}
	ch.Created = tx.Now.Truncate(time.Second)
	ch.Amount, ch.Currency, ch.Email, ch.Description, ch.Installments = a.amount, a.currency, a.email, a.description, max(a.installments, 1)
	ch.Source, ch.Antifraud, ch.Metadata, ch.OrderID, ch.Subscription, ch.Validation = a.source, a.antifraud, a.metadata, a.orderID, a.subscription, a.validation
	return ch
}

// settle books a charge: captured, authorized or declined.
func settle(tx *provider.Tx, ch chargeRow, a ask) (chargeRow, error) {
	to := chargeDeclined
	switch {
	case ch.Outcome != "":
	case a.capture:
		to = chargeCaptured
		ch.CapturedAt = ch.Created
	default:
		to = chargeAuthorized
		tx.At(tx.Now.Add(authorizedFor), "charge.expire", ch.ID)
	}
	var err error
	if ch.State, err = tx.Step(&chargeStates, ch.ID, ch.State, "create", to); err != nil {
		return ch, err
	}
	charges.Put(tx, ch)
	event := "charge.creation.failed"
	if ch.Outcome == "" {
		event = "charge.creation.succeeded"
		tx.Moved(ch.moved("authorized", ch.Amount))
		if a.capture {
			tx.Moved(ch.moved("captured", ch.Amount))
		}
		if !a.validation && !strings.HasPrefix(a.source, "crd_") {
			if err := spend(tx, a.source, a.param); err != nil {
				return ch, err
			}
		}
	}
	return ch, tell(tx, event, ch.ID, eventCharge(tx, ch))
}

// reference is what the merchant calls the charge.
func (ch chargeRow) reference() string {
	if ch.OrderID != "" {
		return ch.OrderID
	}
	return metadataText(ch.Metadata, "order_id")
}

func (ch chargeRow) moved(kind string, amount int64) provider.Movement {
	return provider.Movement{Kind: kind, Payment: ch.ID, Reference: ch.reference(), Amount: amount, Currency: ch.Currency}
}

// declined is the answer to a charge that is kept though nothing was paid.
func (ch chargeRow) declined(status int) provider.Reply {
	d := declineOf(ch.Outcome)
	out := wireError{Object: "error", Type: "card_error", Charge: ch.ID, Code: "card_declined", Decline: d.decline, Merchant: d.merchant, User: &d.user}
	if d.kind != "" {
		out.Type, out.Code = d.kind, d.code
	}
	return reply(status, out)
}

func captureCharge(c *provider.Call) (provider.Reply, error) {
	if _, err := read(c); err != nil {
		return provider.Reply{}, err
	}
	ch, err := chargeOf(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if ch.State, err = c.Step(&chargeStates, ch.ID, ch.State, "capture"); err != nil {
		return provider.Reply{}, err
	}
	out := ch // the answer shows the capture and not yet its date
	ch.CapturedAt = c.Now.Truncate(time.Second)
	charges.Put(c, ch)
	c.Moved(ch.moved("captured", ch.Amount-ch.Refunded))
	return reply(201, out.wire(c.Tx, true)), tell(c.Tx, "charge.capture.succeeded", ch.ID, eventCharge(c.Tx, ch))
}

func chargeOf(c *provider.Call) (chargeRow, error) {
	ch, ok := charges.Get(c, c.Vars["id"])
	if !ok || hidden(ch.State) {
		return ch, missing(errNotFound, "el cargo", c.Vars["id"])
	}
	return ch, nil
}

var getCharge = one(chargeOf, func(c *provider.Call, ch chargeRow) any { return ch.wire(c.Tx, true) })

func updateCharge(c *provider.Call) (provider.Reply, error) {
	ch, err := chargeOf(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if _, err := patched(c, &ch.Metadata); err != nil {
		return provider.Reply{}, err
	}
	charges.Put(c, ch)
	return reply(200, ch.wire(c.Tx, true)), tell(c.Tx, "charge.update.succeeded", ch.ID, eventCharge(c.Tx, ch))
}

func listCharges(c *provider.Call) (provider.Reply, error) {
	return list(c, listing[chargeRow]{
		path: "/v2/charges", rows: newest(charges.All(c), func(ch chargeRow) bool { return !hidden(ch.State) }), id: func(ch chargeRow) string { return ch.ID },
		facts: func(ch chargeRow) facts { return ch.facts(c.Tx) }, wire: func(ch chargeRow) any { return ch.wire(c.Tx, true) },
	})
}

func (ch chargeRow) facts(tx *provider.Tx) facts {
	t, _ := tokens.Get(tx, ch.Token)
	f := t.facts()
	o := ch.outcome()
	fee, _ := fees(ch.Amount - ch.Refunded)
	f.texts["email"], f.texts["currency_code"], f.texts["code"], f.texts["decline_code"] = ch.Email, ch.Currency, o.Code, o.Decline
	f.texts["reference"], f.texts["dispute"], f.texts["captured"] = ch.Reference, word(ch.Dispute), word(ch.captured())
	f.texts["duplicated"], f.texts["paid"] = "false", "false"
	if card, ok := cards.Get(tx, ch.Source); ok {
		f.texts["customer_id"] = card.Customer
	}
	if a := ch.Antifraud; a != nil {
		f.texts["first_name"], f.texts["last_name"], f.texts["address"], f.texts["address_city"] = a.First, a.Last, a.Address, a.City
		f.texts["country_code"], f.texts["phone_number"] = a.Country, a.Phone
	}
	f.numbers = map[string]int64{"amount": ch.Amount, "installments": ch.Installments, "fraud_score": ch.FraudScore / 10, "fee": fee}
	f.dates = map[string]time.Time{"creation_date": ch.Created, "capture_date": ch.CapturedAt}
	f.metadata = ch.Metadata
	return f
}

func word(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// captured reports whether the money was taken, also if it went back later.
func (ch chargeRow) captured() bool { return !ch.CapturedAt.IsZero() }

// fees are Culqi's 3.99 % and the 18 % tax on that, each rounded.
func fees(amount int64) (fee, taxes int64) {
	fee = (amount*399 + 5_000) / 10_000
	return fee, (fee*18 + 50) / 100
}

func (ch chargeRow) outcome() wireOutcome {
	d := declineOf(ch.Outcome)
	if d == nil {
		return wireOutcome{Type: "venta_exitosa", Code: "AUT0000", Merchant: saleDone, User: "Su compra ha sido exitosa."}
	}
	if d.kind != "" {
		return wireOutcome{Type: d.kind, Code: d.code, Merchant: d.merchant, User: d.user}
	}
	return wireOutcome{Type: "card_error", Code: "card_declined", Decline: d.decline, Merchant: d.merchant, User: d.user}
}

const saleDone = "La operación de venta ha sido autorizada exitosamente"

// wire is a charge as the answer that makes it shows it, or with what only
// later reads have. A declined one has little more than its outcome.
func (ch chargeRow) wire(tx *provider.Tx, later bool) wireCharge {
	out := wireCharge{
		Object: "charge", ID: ch.ID, Created: whole(ch.Created), Amount: ch.Amount, Refunded: ch.Refunded, Current: ch.Amount - ch.Refunded,
		Currency: ch.Currency, Description: textOrNull(ch.Description), Outcome: ch.outcome(), FraudScore: tenths(ch.FraudScore), Dispute: ch.Dispute,
		Reference: ch.Reference, Authorization: ch.Authorization, Metadata: orEmpty(ch.Metadata), Source: ch.source(tx, later),
	}
	if ch.Antifraud != nil {
		w := ch.Antifraud.wire()
		out.Antifraud = &w
	}
	if later {
		out.Operations = ch.operations(tx)
		out.CaptureDate = wholeOrNull(ch.CapturedAt)
	}
	if ch.State == chargeDeclined {
		return out
	}
	fee, taxes := fees(out.Current)
	out.Email, out.Capture, out.Statement = textOrNull(ch.Email), new(ch.captured() || ch.State == chargeCaptured), new("CULQI*")
	out.Installments, out.InstallmentsAmount = ch.Installments, new((ch.Amount+ch.Installments/2)/ch.Installments)
	out.TotalFee, out.Taxes, out.Transfer = new(fee+taxes), &taxes, new(out.Current-fee-taxes)
	out.Fees = wireFees{Fixed: &struct{}{}, Variable: &wireVariable{Currency: ch.Currency, Commission: commission, Total: fee}}
	return out
}

func (ch chargeRow) source(tx *provider.Tx, later bool) any {
	t, _ := tokens.Get(tx, ch.Token)
	if card, ok := cards.Get(tx, ch.Source); ok {
		return card.wire(tx, false)
	}
	if !later {
		return t.wire(tx.Now)
	}
	country := ""
	if ch.Antifraud != nil {
		country = ch.Antifraud.Country
	}
	return t.sparse(tx.Now, country)
}

func (a antifraud) wire() wireAntifraud {
	return wireAntifraud{First: a.First, Last: a.Last, Address: a.Address, City: a.City, Country: a.Country, Phone: a.Phone, Object: "client"}
}

func (ch chargeRow) operations(tx *provider.Tx) *[]wireOperation {
	out := []wireOperation{}
	for _, r := range refunds.Where(tx, "charge", ch.ID) {
		out = append(out, wireOperation{Type: "devolución", ID: r.ID, Created: whole(r.Created), Amount: r.Amount, OperationID: r.Serial})
	}
	return &out
}

// lapse gives an authorization back that nobody captured in time.
func lapse(tx *provider.Tx, id string) error {
	ch, ok := charges.Get(tx, id)
	if !ok || !chargeStates.Can(ch.State, "expire") || ch.State != chargeAuthorized {
		return nil
	}
	var err error
	if ch.State, err = tx.Step(&chargeStates, id, ch.State, "expire"); err != nil {
		return err
	}
	rest := ch.Amount - ch.Refunded
	ch.Refunded, ch.Released = ch.Amount, ch.Amount
	charges.Put(tx, ch)
	keepRefund(tx, refundRow{Charge: id, Amount: rest, Reason: reasonExpiry})
	tx.Moved(ch.moved("released", rest))
	return tell(tx, "charge.expired", id, eventCharge(tx, ch))
}

// dispute is the holder's bank taking the money back.
func dispute(tx *provider.Tx, id string) error {
	ch, ok := charges.Get(tx, id)
	if !ok {
		return &provider.UnknownPaymentError{ID: id}
	}
	var err error
	if ch.State, err = tx.Step(&chargeStates, id, ch.State, "chargeback"); err != nil {
		return err
	}
	ch.Dispute = true
	charges.Put(tx, ch)
	return tell(tx, "charge.status.changed", id, eventCharge(tx, ch))
}
