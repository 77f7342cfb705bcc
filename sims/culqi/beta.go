package culqi

import (
	"encoding/json"
	"errors"
	"time"

	"paysim/internal/catalog"
	"paysim/internal/provider"
)

// The beta of December 2016. It shares its rows with v2: what it makes can be
// read, captured and refunded there, and its subscriptions are charged like v2's.

const betaUser = "La operación no pudo ser procesada. Contáctate con el comercio."

type wireBetaError struct {
	Object  string `json:"object"`
	Type    string `json:"type"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message"`
	User    string `json:"user_message"`
}

type wireBetaToken struct {
	Object  string         `json:"object"`
	ID      string         `json:"id"`
	Number  string         `json:"card_number"`
	Holder  wireBetaHolder `json:"cardholder"`
	Brand   string         `json:"brand_name"`
	Bank    string         `json:"bank_name"`
	Country string         `json:"bank_country"`
}

type wireBetaHolder struct {
	First  string `json:"first_name"`
	Email  string `json:"email"`
	Last   string `json:"last_name"`
	Object string `json:"object"`
}

type wireBetaCharge struct {
	ID            int64           `json:"id"`
	Request       string          `json:"request_number"`
	Original      int64           `json:"original_amount"`
	Actual        int64           `json:"actual_amount"`
	Net           int64           `json:"net_amount"`
	Description   string          `json:"description"`
	Ticket        string          `json:"ticket"`
	Date          int64           `json:"date"` // milliseconds
	FraudScore    tenths          `json:"fraud_score"`
	Reference     string          `json:"reference_code"`
	Response      string          `json:"response_code"`
	Merchant      string          `json:"merchant_message"`
	User          string          `json:"user_message"`
	DeviceIP      *string         `json:"device_ip"`
	DeviceCountry *string         `json:"device_country"`
	IPCountry     *string         `json:"ip_country"`
	Product       string          `json:"product"`
	State         string          `json:"state"`
	Client        wireBetaClient  `json:"client"`
	Token         wireBetaSource  `json:"token"`
	Operations    []wireOperation `json:"operations"`
}

type wireBetaClient struct {
	Country string `json:"country"`
	Name    string `json:"name"`
	Last    string `json:"lastname"`
	City    string `json:"city"`
	Address string `json:"address"`
	Email   string `json:"email"`
	Phone   string `json:"phone"`
}

type wireBetaSource struct {
	ID      int64        `json:"id"`
	Value   string       `json:"value"`
	Number  string       `json:"card_number"`
	Holder  wireBetaName `json:"cardholder"`
	Brand   string       `json:"brand_name"`
	Bank    string       `json:"bank_name"`
	Country string       `json:"bank_country"`
}

type wireBetaName struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Last  string `json:"last_name"`
}

// wireBetaPlan has its creation date in seconds when it answers for itself and
// in milliseconds inside a subscription.
type wireBetaPlan struct {
	Object   string `json:"object"`
	ID       string `json:"id"`
	Created  int64  `json:"creation_date"`
	Alias    string `json:"alias"`
	Name     string `json:"name"`
	Amount   int64  `json:"amount"`
	Currency string `json:"currency_code"`
	Interval string `json:"interval"`
	Count    int64  `json:"interval_count"`
	Limit    int64  `json:"limit"`
	Trial    int64  `json:"trial_days"`
}

type wireBetaSubscription struct {
	Object  string          `json:"object"`
	ID      string          `json:"id"`
	Created int64           `json:"creation_date"`     // milliseconds
	Next    int64           `json:"next_billing_date"` // milliseconds
	First   string          `json:"first_name"`
	Last    string          `json:"last_name"`
	Email   string          `json:"email"`
	Address string          `json:"address"`
	City    string          `json:"address_city"`
	Country string          `json:"country_code"`
	Phone   json.RawMessage `json:"phone"` // as sent: the table says string, the example prints a number
	Token   wireBetaToken   `json:"token"`
	Plan    wireBetaPlan    `json:"plan"`
	Current *int64          `json:"current"`
}

// betaType is the type that belongs to a status.
func betaType(status int) string {
	switch {
	case status == 401:
		return "error_autenticacion"
	case status == 402:
		return "error_tarjeta"
	case status == 404:
		return "error_recurso"
	case status == 422:
		return "error_parametro"
	case status == 429:
		return "error_api_limite"
	case status >= 500:
		return "error_api"
	}
	return "error_peticion"
}

// createBetaToken takes currency_code as the document's table has it, or
// currency as its example has.
func createBetaToken(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	first, last, email := in.text("first_name", 2, 50), in.text("last_name", 2, 50), in.email("email")
	name := "currency_code"
	if !in.has(name) {
		name = "currency"
	}
	in.currency(name)
	t := in.card(c)
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	t.First, t.Last, t.Email = first, last, email
	if t, err = keepToken(c, t); err != nil {
		return provider.Reply{}, err
	}
	return reply(201, t.beta()), nil
}

func (t tokenRow) beta() wireBetaToken {
	i := iinOf(t.Bin)
	_, code := i.where()
	return wireBetaToken{Object: "token", ID: t.ID, Number: t.Masked, Holder: wireBetaHolder{t.First, t.Email, t.Last, "cardholder"}, Brand: i.brand, Bank: i.issuer, Country: betaCountries[code]}
}

// betaCountries are spelt out, and not in capitals as in v2.
var betaCountries = map[string]string{"PE": "Peru", "US": "United States"}

func createBetaCharge(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	a := ask{source: in.text("token", 1, 40), param: "token", orderID: in.text("order_id", 5, 80)}
	who := in.betaPerson()
	a.antifraud, a.email = &who, in.email("email")
	a.currency, a.amount = in.currency("currency_code"), in.amount(c.Number("min_amount"), 99_999_999)
	a.installments = in.numberOr("installments", 0, 36, 0)
	name := "product_description"
	if !in.has(name) {
		name = "description"
	}
	a.description, a.capture = in.text(name, 5, 80), true
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	if _, taken := charges.First(c, "order_id", a.orderID); taken {
		return provider.Reply{}, errBetaOrder
	}
	ch, err := charge(c.Tx, a, func(card string) string {
		if told := c.Outcome(card); told != requires3DS { // which 2016 did not know
			return told
		}
		return approved
	})
	if err != nil {
		return provider.Reply{}, err
	}
	if ch.State == chargeDeclined {
		return ch.betaDeclined(), nil
	}
	return reply(201, ch.beta(c.Tx)), nil
}

// betaFee is what 2016 took, taxes and all: the one printed charge leaves 955 of 1000.
func betaFee(amount int64) int64 { return (amount*45 + 500) / 1_000 }

func (ch chargeRow) betaDeclined() provider.Reply {
	d := declineOf(ch.Outcome)
	code := d.beta
	if code == "" {
		code = "operacion_denegada"
	}
	return reply(402, wireBetaError{Object: "error", Type: betaType(402), Code: code, Message: d.merchant, User: d.user})
}

func (ch chargeRow) beta(tx *provider.Tx) wireBetaCharge {
	t, _ := tokens.Get(tx, ch.Token)
	b := t.beta()
	a := ch.Antifraud
	return wireBetaCharge{
		ID: ch.Serial, Request: ch.OrderID, Original: ch.Amount, Actual: ch.Amount - ch.Refunded, Net: ch.Amount - betaFee(ch.Amount), Description: ch.Description,
		Ticket: ch.Ticket, Date: ch.Created.UnixMilli(), FraudScore: tenths(ch.FraudScore), Reference: ch.Reference, Response: "venta_exitosa",
		Merchant: saleDone, User: "Su compra ha sido exitosa.", Product: "token", State: "Exitosa",
		Client:     wireBetaClient{a.Country, a.First, a.Last, a.City, a.Address, ch.Email, a.Phone},
		Token:      wireBetaSource{t.Serial, t.Value, t.Masked, wireBetaName{t.First, t.Email, t.Last}, b.Brand, b.Bank, b.Country},
		Operations: *ch.operations(tx),
	}
}

// betaPerson is a person whose telephone number is an integer, as the beta's
// document has it; v2 also takes a plus and blanks.
func (in *input) betaPerson() antifraud {
	who := in.person()
	if !digits.MatchString(who.Phone) {
		in.fail("phone_number")
	}
	return who
}

// betaIntervals are the beta's words for v2's.
var betaIntervals = map[string]string{"day": "dias", "week": "semanas", "month": "meses", "year": "años"}

func createBetaPlan(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	p := planRow{
		Kind: kindLegacy, Alias: in.text("alias", 5, 80), Name: in.text("name", 2, 50), Amount: in.amount(c.Number("min_amount"), 99_999_999), Currency: in.currency("currency_code"),
		Interval: betaIntervals[in.oneOf("interval", "day", "week", "month", "year")], Count: in.number("interval_count", 1, 999), Trial: in.number("trial_days", 0, 999), Limit: in.numberOr("limit", 0, 999, 0),
	}
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	if _, taken := plans.First(c, "alias", p.Alias); taken {
		return provider.Reply{}, errBetaPlanExists
	}
	p = keepPlan(c.Tx, p)
	return reply(201, p.beta(p.Created.Unix())), tell(c.Tx, "plan.creation.succeeded", "", provider.Marshal(p.wire(c.Tx)))
}

func (p planRow) beta(created int64) wireBetaPlan {
	return wireBetaPlan{"plan", p.ID, created, p.Alias, p.Name, p.Amount, p.Currency, intervals[p.Interval], p.Count, p.Limit, p.Trial}
}

// createBetaSubscription saves the token as a card of the customer with that
// e-mail, because v2's subscriptions, which share the rows, need both.
func createBetaSubscription(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	alias, token := in.text("plan_alias", 5, 80), in.text("token_id", 1, 40)
	who, email := in.betaPerson(), in.email("email")
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	p, ok := plans.First(c, "alias", alias)
	if !ok {
		return provider.Reply{}, errBetaPlanUnknown
	}
	k, ok := customers.First(c, "email", email)
	if !ok {
		k = keepCustomer(c.Tx, customerRow{Email: email, Who: who})
	}
	card, err := keepCard(c.Tx, cardRow{Customer: k.ID, Token: token})
	if err != nil {
		return provider.Reply{}, err
	}
	s, err := startLegacy(c.Tx, subscriptionRow{Kind: kindLegacy, Plan: p.ID, Card: card.ID, Customer: k.ID}, p)
	if err != nil {
		return provider.Reply{}, err
	}
	t, _ := tokens.Get(c, token)
	out := wireBetaSubscription{
		Object: "subscription", ID: s.ID, Created: s.Created.UnixMilli(), Next: s.Next.UnixMilli(), First: who.First, Last: who.Last, Email: email,
		Address: who.Address, City: who.City, Country: who.Country, Phone: in.members["phone_number"], Token: t.beta(), Plan: p.beta(p.Created.Truncate(time.Second).UnixMilli()),
	}
	return reply(201, out), tell(c.Tx, "subscription.creation.succeeded", "", provider.Marshal(s.wire(c.Tx)))
}

// inBetaWords lets a handler that shares v2's code refuse in the beta's words.
func inBetaWords(h handler) handler {
	return func(c *provider.Call) (provider.Reply, error) {
		r, err := h(c)
		return r, translated(c, err)
	}
}

// translated is a refusal in the dialect of the call's path.
func translated(c *provider.Call, err error) error {
	var row *catalog.Error
	if !inBeta(c) || !errors.As(err, &row) {
		return err
	}
	about := asRefused(err, row)
	to := betaRow(c, row, about.param)
	if to == row {
		return err
	}
	return &refused{row: to, param: about.param, args: []any{about.param}}
}

// betaRow is the beta's row for what both dialects can say; what only one knows
// stays.
func betaRow(c *provider.Call, row *catalog.Error, param string) *catalog.Error {
	switch row {
	case errNotJSON, errEncryption:
		return errBetaSyntax
	case errNoKey:
		return errBetaNoKey
	case errBadKey, errWrongKey:
		if c.Operation != nil && c.Operation.Auth == publicKey {
			return errBetaPublic
		}
		return errBetaSecret
	case errDisabled, errNoPCI:
		return errBetaDisabled
	case errUnknownToken, errSpentToken:
		return errBetaToken
	case errParameter, errCurrency, errAmount:
		if c.Operation != nil && c.Operation.ID == "token.create" {
			return betaTokenRow(param)
		}
		return errBetaParameter
	case errPath, errState:
		return errBetaPath
	case errMethod:
		return errBetaMethod
	case errInternal:
		return errBetaInternal
	}
	return row
}

func betaTokenRow(param string) *catalog.Error {
	switch param {
	case "expiration_year":
		return errBetaYear
	case "expiration_month":
		return errBetaMonth
	case "cvv":
		return errBetaCVV
	}
	return errBetaCorrupt
}
