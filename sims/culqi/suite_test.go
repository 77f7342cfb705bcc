package culqi_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"paysim/internal/provider"
	"paysim/internal/providertest"
	"paysim/sims/culqi"
)

func TestProvider(t *testing.T) { providertest.Run(t, suite()) }

// TestManyTenants proves that many tenants at once are each as alone.
func TestManyTenants(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred worlds take a while; run without -short")
	}
	providertest.Crowd(t, suite(), 100)
}

type (
	client  = providertest.Client
	request = providertest.Request
)

var ask = providertest.Ask

func suite() providertest.Suite {
	return providertest.Suite{
		Provider: culqi.Provider(),
		Settings: `{"webhooks": {"*": "{{hook}}"}}`,
		Sign:     sign,
		Examples: examples(),
		Once:     []string{"charge.create", "charge.capture", "card.create", "order.confirm", "page.submit"},
		Races: map[string]func(c *client) []*request{
			"a capture and a refund of everything": func(c *client) []*request {
				id := authorized(c)
				return []*request{ask("POST /v2/charges/"+id+"/capture", ""), refundOf(id, 1000)}
			},
			"refunds that are too much together": func(c *client) []*request {
				id := charged(c)
				return []*request{refundOf(id, 600), refundOf(id, 500), refundOf(id, 400)}
			},
			"two charges of one token": func(c *client) []*request {
				t := token(c)
				return []*request{chargeOf(c, t), chargeOf(c, t)}
			},
		},
		Card:    payingWith,
		Code:    code,
		Verify:  verify,
		Public:  []string{"public key", "rsa_id", "rsa_public_key"},
		Excused: excused,
	}
}

// sign proves the caller: the public key for tokens and BINs, the secret key for the rest.
func sign(c *client, r *request) {
	op := matched(r)
	key := c.Key("secret key")
	if op == "token.create" || op == "token.create_yape" || op == "iin.get" {
		key = c.Key("public key")
	}
	r.Header.Set("Authorization", "Bearer "+key)
}

// code is the answer's code, or its type where it has none.
func code(r *providertest.Reply) string {
	for _, name := range []string{"code", "type"} {
		if v := r.Get(name); v != "" {
			return v
		}
	}
	if r.Get("path") != "" {
		return "unhandled"
	}
	return "gateway"
}

// verify is the merchant's side: an event whose data is JSON inside a string.
func verify(m providertest.Received) error {
	var e struct {
		Object, ID, Type, Data string
		Created                int64 `json:"creation_date"`
	}
	if err := json.Unmarshal(m.Body, &e); err != nil {
		return err
	}
	switch {
	case e.Object != "event" || len(e.ID) != len("evt_test_")+16:
		return fmt.Errorf("%q %q is no event", e.Object, e.ID)
	case !gjson.Valid(e.Data) || !gjson.Parse(e.Data).IsObject():
		return fmt.Errorf("the data of %s is no JSON object: %s", e.Type, e.Data)
	case m.At.Sub(time.UnixMilli(e.Created)) < 0:
		return errors.New("the event is from the future")
	case m.Header.Get("Content-Type") != "application/json":
		return errors.New("the event is not called JSON")
	}
	return nil
}

// payingWith charges a token made of a magic value.
func payingWith(c *client, k provider.Card) *request {
	switch k.Kind {
	case "phone":
		t := c.Must(ask("POST /v2/tokens/yape", fmt.Sprintf(`{"number_phone":%q,"otp":"123456","amount":1000}`, k.Value))).Get("id")
		return chargeOf(c, t)
	case "email":
		return ask("POST /v2/charges", fmt.Sprintf(`{"amount":1000,"currency_code":"PEN","email":%q,"source_id":%q}`, k.Value, tokenOf(c, "4242424242424242")))
	}
	return chargeOf(c, tokenOf(c, k.Value))
}

// tokenBody fits every dialect: what one does not know it passes over.
func tokenBody(number string) string {
	return fmt.Sprintf(`{"first_name":"Erlich","last_name":"Bachman","email":"erlich@bachmanity.com","currency_code":"PEN","card_number":%q,"cvv":"987","expiration_month":"12","expiration_year":"2030"}`, number)
}

func tokenOf(c *client, number string) string {
	return c.Must(ask("POST /v2/tokens", tokenBody(number))).Get("id")
}

func token(c *client) string { return tokenOf(c, "4111111111111111") }

// chargeOf fits v2 and the beta.
func chargeOf(c *client, source string) *request {
	return ask("POST /v2/charges", fmt.Sprintf(`{"amount":1000,"currency_code":"PEN","email":"richard@piedpiper.com","source_id":%q,"token":%q,"order_id":%q,"first_name":"Richard",`+
		`"last_name":"Hendricks","address":"Av. Brasil 123","address_city":"Lima","phone_number":"998989789","country_code":"PE","installments":2,"description":"Venta de prueba","metadata":{"order_id":"A-1"}}`,
		source, source, c.Next("orden")))
}

func charged(c *client) string { return c.Must(chargeOf(c, token(c))).Get("id") }

func authorized(c *client) string {
	return c.Must(ask("POST /v2/charges", fmt.Sprintf(`{"amount":1000,"currency_code":"PEN","email":"richard@piedpiper.com","source_id":%q,"capture":false}`, token(c)))).Get("id")
}

func refundOf(id string, amount int) *request {
	return ask("POST /v2/refunds", fmt.Sprintf(`{"amount":%d,"charge_id":%q,"reason":"solicitud_comprador"}`, amount, id))
}

func newCustomer(c *client) string {
	return c.Must(ask("POST /v2/customers", customerBody(c.Next("richard")+"@piedpiper.com"))).Get("id")
}

func newCard(c *client) string {
	return c.Must(ask("POST /v2/cards", fmt.Sprintf(`{"customer_id":%q,"token_id":%q}`, newCustomer(c), token(c)))).Get("id")
}

const (
	legacyPlan  = `{"name":"Plan Mensual","amount":4500,"currency_code":"PEN","interval":"meses","interval_count":1,"trial_days":5,"limit":12}`
	betaPlan    = `{"alias":%q,"name":"Plan Mensual","amount":4500,"currency_code":"PEN","interval":"month","interval_count":1,"trial_days":5,"limit":0}`
	currentPlan = `{"name":"Plan Business","short_name":"Business","description":"Un plan de prueba","amount":5000,"currency":"PEN","interval_unit_time":3,"interval_count":0,` +
		`"initial_cycles":{"count":0,"has_initial_charge":false,"amount":0,"interval_unit_time":1}}`
)

func newPlan(c *client) string { return c.Must(ask("POST /v2/plans", legacyPlan)).Get("id") }

func newCurrentPlan(c *client) string {
	return c.Must(ask("POST /v2/recurrent/plans/create", currentPlan)).Get("id")
}

func subscribe(path, card, plan string) *request {
	return ask("POST "+path, fmt.Sprintf(`{"card_id":%q,"plan_id":%q,"tyc":true}`, card, plan))
}

func newSubscription(c *client) string {
	return c.Must(subscribe("/v2/subscriptions", newCard(c), newPlan(c))).Get("id")
}

func newCurrentSubscription(c *client) string {
	return c.Must(subscribe("/v2/recurrent/subscriptions/create", newCard(c), newCurrentPlan(c))).Get("id")
}

func orderRequest(c *client, confirm bool) *request {
	return ask("POST /v2/orders", fmt.Sprintf(`{"amount":1000,"currency_code":"PEN","description":"Venta de prueba","order_number":%q,"client_details":{"first_name":"Richard",`+
		`"last_name":"Piedpiper","email":"richard@piedpiper.com","phone_number":"+51998989789"},"expiration_date":%d,"confirm":%t}`, c.Next("order"), c.Now().Add(24*time.Hour).Unix(), confirm))
}

func newOrder(c *client, confirm bool) string { return c.Must(orderRequest(c, confirm)).Get("id") }

func orderPage(c *client) string {
	id := newOrder(c, true)
	for _, p := range c.Payments() {
		if p.ID == id {
			return p.Page
		}
	}
	return ""
}

// authenticationPage is that of a charge whose bank asks the payer.
func authenticationPage(c *client) string {
	c.Must(chargeOf(c, tokenOf(c, "4456530000001096")))
	all := c.Payments()
	return all[len(all)-1].Page
}

func newEvent(c *client) string {
	charged(c)
	return gjson.GetBytes(c.Must(ask("GET /v2/events", "")).Body, "data.0.id").Str
}

const metadata = `{"metadata":{"order_id":"0001"}}`

func examples() map[string]providertest.Example {
	fixed := func(line, body string) providertest.Example {
		return func(*client) *request { return ask(line, body) }
	}
	of := func(method, path string, id func(*client) string, body string) providertest.Example {
		return func(c *client) *request { return ask(method+" "+path+"/"+id(c), body) }
	}
	preflight := func(path string) providertest.Example {
		return func(c *client) *request {
			return providertest.AskAnyone("OPTIONS "+path+"?key="+c.Key("public key"), "", "Origin: https://shop.example", "Access-Control-Request-Method: POST")
		}
	}
	return map[string]providertest.Example{
		"token.create":      fixed("POST /v2/tokens", tokenBody("4111111111111111")),
		"token.create_yape": fixed("POST /v2/tokens/yape", `{"number_phone":"900000001","otp":"425251","amount":1000}`),
		"token.list": func(c *client) *request {
			token(c)
			return ask("GET /v2/tokens?limit=10&card_brand=visa&creation_date_from=1", "")
		},
		"token.get":       of("GET", "/v2/tokens", token, ""),
		"token.update":    of("PATCH", "/v2/tokens", token, metadata),
		"token.preflight": preflight("/v2/tokens"),
		"charge.create":   func(c *client) *request { return chargeOf(c, token(c)) },
		"charge.create card": func(c *client) *request {
			return ask("POST /v2/charges", fmt.Sprintf(`{"amount":"1000","currency_code":"PEN","email":"richard@piedpiper.com","source_id":%q,"antifraud_details":{"first_name":"Richard","country_code":"PE"}}`, newCard(c)))
		},
		"charge.list":    func(c *client) *request { charged(c); return ask("GET /v2/charges?min_amount=100&limit=2", "") },
		"charge.get":     of("GET", "/v2/charges", charged, ""),
		"charge.update":  of("PATCH", "/v2/charges", charged, metadata),
		"charge.capture": func(c *client) *request { return ask("POST /v2/charges/"+authorized(c)+"/capture", "") },
		"refund.create":  func(c *client) *request { return refundOf(charged(c), 400) },
		"refund.list":    func(c *client) *request { refunded(c); return ask("GET /v2/refunds", "") },
		"refund.get":     of("GET", "/v2/refunds", refunded, ""),
		"refund.update":  of("PATCH", "/v2/refunds", refunded, metadata),

		"customer.create": func(c *client) *request {
			return ask("POST /v2/customers", customerBody(c.Next("richard")+"@piedpiper.com"))
		},
		"customer.list": func(c *client) *request {
			newCustomer(c)
			return ask("GET /v2/customers?email=richard-1@piedpiper.com", "")
		},
		"customer.get":    of("GET", "/v2/customers", newCustomer, ""),
		"customer.update": of("PATCH", "/v2/customers", newCustomer, `{"address_city":"Cusco","metadata":{"a":"1"}}`),
		"customer.delete": of("DELETE", "/v2/customers", newCustomer, ""),
		"card.create": func(c *client) *request {
			return ask("POST /v2/cards", fmt.Sprintf(`{"customer_id":%q,"token_id":%q}`, newCustomer(c), token(c)))
		},
		"card.list": func(c *client) *request { newCard(c); return ask("GET /v2/cards?bin=411111", "") },
		"card.get":  of("GET", "/v2/cards", newCard, ""),
		"card.update": func(c *client) *request {
			return ask("PATCH /v2/cards/"+newCard(c), fmt.Sprintf(`{"token_id":%q}`, token(c)))
		},
		"card.delete": of("DELETE", "/v2/cards", newCard, ""),

		"plan.create":         fixed("POST /v2/plans", legacyPlan),
		"plan.create current": fixed("POST /v2/recurrent/plans/create", currentPlan),
		"plan.create beta":    func(c *client) *request { return ask("POST /api/v2/plans", fmt.Sprintf(betaPlan, c.Next("plan"))) },
		"plan.list":           func(c *client) *request { newPlan(c); newCurrentPlan(c); return ask("GET /v2/plans?status=1", "") },
		"plan.get":            of("GET", "/v2/plans", newPlan, ""),
		"plan.get current":    of("GET", "/v2/recurrent/plans", newCurrentPlan, ""),
		"plan.update":         of("PATCH", "/v2/plans", newPlan, metadata),
		"plan.update current": of("PATCH", "/v2/recurrent/plans", newCurrentPlan, `{"name":"Plan Enterprise","status":1,"metadata":{"n":1}}`),
		"plan.delete":         of("DELETE", "/v2/plans", newPlan, ""),
		"plan.delete current": of("DELETE", "/v2/recurrent/plans", newCurrentPlan, ""),
		"subscription.create": func(c *client) *request { return subscribe("/v2/subscriptions", newCard(c), newPlan(c)) },
		"subscription.create current": func(c *client) *request {
			return subscribe("/v2/recurrent/subscriptions/create", newCard(c), newCurrentPlan(c))
		},
		"subscription.create beta": func(c *client) *request {
			alias := c.Next("plan-beta")
			c.Must(ask("POST /api/v2/plans", fmt.Sprintf(betaPlan, alias)))
			return ask("POST /api/v2/suscriptions", fmt.Sprintf(`{"plan_alias":%q,"token_id":%q,"first_name":"William","last_name":"Muro","email":"wmuro@me.com","address":"Avenida Lima 123",`+
				`"address_city":"Lima","country_code":"PE","phone_number":123456789}`, alias, token(c)))
		},
		"subscription.list":        func(c *client) *request { newSubscription(c); return ask("GET /v2/subscriptions", "") },
		"subscription.get":         of("GET", "/v2/subscriptions", newSubscription, ""),
		"subscription.get current": of("GET", "/v2/recurrent/subscriptions", newCurrentSubscription, ""),
		"subscription.update":      of("PATCH", "/v2/subscriptions", newSubscription, metadata),
		"subscription.update current": func(c *client) *request {
			return ask("PATCH /v2/recurrent/subscriptions/"+newCurrentSubscription(c), fmt.Sprintf(`{"card_id":%q}`, newCard(c)))
		},
		"subscription.delete":         of("DELETE", "/v2/subscriptions", newSubscription, ""),
		"subscription.delete current": of("DELETE", "/v2/recurrent/subscriptions", newCurrentSubscription, ""),

		"order.create":  func(c *client) *request { return orderRequest(c, true) },
		"order.confirm": func(c *client) *request { return ask("POST /v2/orders/"+newOrder(c, false)+"/confirm", "") },
		"order.confirm by type": func(c *client) *request {
			return ask("POST /v2/orders/confirm", fmt.Sprintf(`{"order_id":%q,"order_types":["cuotealo","cip"]}`, newOrder(c, false)))
		},
		"order.list": func(c *client) *request { newOrder(c, true); return ask("GET /v2/orders?state=pending", "") },
		"order.get":  func(c *client) *request { return ask("GET /v2/orders/"+newOrder(c, true), "") },
		"order.update": func(c *client) *request {
			return ask("PATCH /v2/orders/"+newOrder(c, true), fmt.Sprintf(`{"expiration_date":%d,"metadata":{"a":"1"}}`, c.Now().Add(48*time.Hour).Unix()))
		},
		"order.delete":    func(c *client) *request { return ask("DELETE /v2/orders/"+newOrder(c, false), "") },
		"order.preflight": preflight("/v2/orders/ord_test_0/confirm"),

		"event.list":    func(c *client) *request { charged(c); return ask("GET /v2/events?type=charge.creation.succeeded", "") },
		"event.get":     of("GET", "/v2/events", newEvent, ""),
		"iin.list":      fixed("GET /v2/iins?limit=3&after=371212", ""),
		"iin.get":       fixed("GET /v2/iins/411111", ""),
		"iin.preflight": preflight("/v2/iins/411111"),
		"transfer.list": func(c *client) *request { c.Set(`{"transfers_list": true}`); return ask("GET /v2/transfers", "") },
		"transfer.get":  fixed("GET /v2/transfers/tra_test_0", ""),
		"balance.list":  func(c *client) *request { charged(c); return ask("GET /v2/balance/operations?currency_code=PEN", "") },
		"deposit.list": func(c *client) *request {
			charged(c)
			c.Advance(24 * time.Hour)
			return ask("GET /v2/deposits?currency_code=PEN", "")
		},
		"deposit.get": func(c *client) *request {
			charged(c)
			c.Advance(24 * time.Hour)
			return ask("GET /v2/deposits/dep_test_20260301PEN", "")
		},
		"billing_operation.list": func(c *client) *request { charged(c); return ask("GET /v2/billing-operations?sort=ASC", "") },
		"billing_operation.get":  of("GET", "/v2/billing-operations", charged, ""),

		"script.view":        func(c *client) *request { return providertest.AskAnyone("GET /js/v4?key="+c.Key("public key"), "") },
		"page.view":          func(c *client) *request { return ask("GET "+orderPage(c), "") },
		"page.view question": func(c *client) *request { return ask("GET "+authenticationPage(c), "") },
		"page.submit":        func(c *client) *request { return ask("POST "+orderPage(c), "action=approve") },
		"page.submit answer": func(c *client) *request { return ask("POST "+authenticationPage(c), "action=approve") },
		"page.view library": func(c *client) *request {
			t := tokenOf(c, "4456530000001096")
			c.Must(chargeOf(c, t))
			return ask("GET /3ds/"+t+"?key="+c.Key("public key"), "")
		},
		"page.submit library": func(c *client) *request {
			t := tokenOf(c, "4456530000001096")
			c.Must(chargeOf(c, t))
			return ask("POST /3ds/"+t+"?key="+c.Key("public key"), "action=decline")
		},
	}
}

func refunded(c *client) string { return c.Must(refundOf(charged(c), 400)).Get("id") }

// excused are findings that stand, by their subject.
var excused = func() map[string]string {
	out := map[string]string{
		"auth iin.get as another tenant": "what the first digits of a card mean is everybody's",
		"dialect order.preflight":        "a preflight asks about the path, not about the object",
		"dialect iin.preflight":          "a preflight asks about the path, not about the object",

		"concurrency charge.create card": "a saved card can be charged again and again",
		"operations transfer.get":        "the recorded service never answered in time; nobody knows a transfer",
		"rollback transfer.get":          "the recorded service never answered in time; nobody knows a transfer",
		"operations charge.create card":  "the beta knows no saved cards",
	}
	for _, key := range []string{"plan.create beta", "subscription.create beta"} {
		out["rollback "+key] = "the beta has a row of its own for a defect"
	}
	for _, noun := range []string{"plan", "subscription"} {
		for _, key := range []string{".create", ".create beta", ".create current", ".get", ".get current", ".update", ".update current", ".delete", ".delete current"} {
			out["operations "+noun+key] = "a plan and its subscriptions belong to the dialect that made them, and its words for them are its own"
		}
	}
	for _, name := range []string{"merchant_misconfigured", "too_many_requests", "service_unavailable", "token_gateway_timeout", "token_unhandled", "api_limite", "api"} {
		out["error "+name] = "Culqi's own trouble: only a scenario provokes it"
	}
	for _, row := range culqi.Provider().Errors {
		if row.Code == "card_declined" || row.Status == 402 && row.Name != "devolucion_rechazada" || strings.HasSuffix(row.Name, "_saving") {
			out["error "+row.Name] = "a declined charge is kept, so its answer is no refusal; only a scenario makes it one"
		}
	}
	return out
}()

// matched is the operation that a request leads to.
func matched(r *request) string {
	path, _, _ := strings.Cut(r.Path, "?")
	path = strings.TrimSuffix(path, "/")
	switch {
	case r.Method == "POST" && strings.HasSuffix(path, "/tokens"):
		return "token.create"
	case r.Method == "POST" && strings.HasSuffix(path, "/tokens/yape"):
		return "token.create_yape"
	case r.Method == "GET" && strings.HasPrefix(path, "/v2/iins/"):
		return "iin.get"
	}
	return ""
}
