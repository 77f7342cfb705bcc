package citcon_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"paysim/internal/provider"
	"paysim/internal/providertest"
	"paysim/sims/citcon"
)

func TestProvider(t *testing.T) { providertest.Run(t, suite()) }

// TestThousandTenants proves that a thousand tenants at once are each as alone.
func TestThousandTenants(t *testing.T) {
	if testing.Short() {
		t.Skip("a thousand worlds take a while; run without -short")
	}
	providertest.Crowd(t, suite(), 1000)
}

type (
	client  = providertest.Client
	request = providertest.Request
)

func suite() providertest.Suite {
	return providertest.Suite{
		Provider: citcon.Provider(),
		Sign: func(c *client, r *request) {
			r.Header.Set("Authorization", "Bearer "+credential(c, r.Method, r.Path))
		},
		Forged: map[string]func(*client, *request){
			"a private key dressed as a token": func(c *client, r *request) {
				r.Header.Set("Authorization", "Bearer UPI_"+c.Key("private key"))
			},
			"the scheme Basic": func(_ *client, r *request) {
				r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "Bearer", "Basic", 1))
			},
		},
		Examples: examples,
		Once:     []string{"charge.create", "charge.confirm", "charge.capture", "charge.refund", "charge.cancel"},
		Races: map[string]func(*client) []*request{
			"captures of different parts": func(c *client) []*request {
				id := madeKlarna(c)
				part := func(n int) *request {
					return ask(c, "POST /v1/captures", `{"id":%q,"reference":%q,"transaction_amount":%d,"multi_capture":true}`, id, c.Next("cap"), n)
				}
				return []*request{part(600), part(500), part(400)}
			},
			"capture and cancel": func(c *client) []*request {
				id := madeCard(c)
				return []*request{
					ask(c, "POST /v1/captures", `{"id":%q,"reference":%q}`, id, c.Next("cap")),
					ask(c, "POST /v1/cancels", `{"id":%q,"reference":%q}`, id, c.Next("can")),
				}
			},
			"refunds of different parts": func(c *client) []*request {
				id := paidWallet(c)
				part := func(n int) *request {
					return ask(c, "POST /v1/refunds", `{"id":%q,"reference":%q,"amount":%d}`, id, c.Next("ref"), n)
				}
				return []*request{part(600), part(500), part(400)}
			},
			"approve and decline": func(c *client) []*request {
				page := wallet(c).Get("data.payment.client.0.content")
				return []*request{providertest.AskAnyone("POST "+page, "action=approve"), providertest.AskAnyone("POST "+page, "action=decline")}
			},
		},
		Card: func(c *client, k provider.Card) *request {
			if k.Kind == "nonce" {
				return ask(c, "POST /v1/charges", chargeBody(`"method":"card","nonce":%q`), c.Next("A"), k.Value)
			}
			return ask(c, "POST /v1/charges", cardBody, c.Next("A"), k.Value)
		},
		Code: func(r *providertest.Reply) string { return r.Get("data.code") },
		Verify: func(m providertest.Received) error {
			return verifyIPN(string(m.Body), "sk-development-"+m.Tenant)
		},
		Excused: map[string]string{
			"transition charge: unconfirmed -confirm-> pending": "TestDecidedLater goes there",
			"transition charge: initiated -confirm-> pending":   "TestDecidedLater goes there",
			"transition charge: pending -approve-> succeeded":   "TestDecidedLater goes there",
			"transition charge: pending -cancel-> canceled":     "TestDecidedLater goes there",
			"transition charge: pending -expire-> expired":      "TestDecidedLater goes there",

			"error charge_failed":    "a declined charge is kept, so that its answer is a decline and no refusal",
			"dialect cors.preflight": "it asks about an address, not about what stands behind it",
			"error vault_failed":     "the notification of it is kept, so that its answer is a decline and no refusal",
		},
	}
}

// credential is what a call proves itself with: the private key gets the token,
// the token does the rest. Calls that nobody serves need none.
func credential(c *client, method, path string) string {
	if strings.HasPrefix(path, "/v1/access-tokens") {
		return c.Key("private key")
	}
	return c.Keep("token", func() string {
		if !serves(method, path) {
			return ""
		}
		return c.Do(providertest.Ask("POST /v1/access-tokens", `{"token_type":"server"}`)).Get("data.access_token")
	})
}

func serves(method, path string) bool {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(strings.Trim(path, "/"), "/")
	return slices.ContainsFunc(citcon.Provider().Operations, func(op provider.Operation) bool {
		return op.Method == method && op.Auth != "" && slices.EqualFunc(strings.Split(op.Path[1:], "/"), parts, func(want, got string) bool {
			return want == got || strings.HasPrefix(want, "{")
		})
	})
}

// ask is a request of a merchant who has a token already.
func ask(c *client, line, body string, args ...any) *request {
	credential(c, "GET", "/v1/vault")
	if body != "" {
		body = strings.ReplaceAll(fmt.Sprintf(body, args...), "{hook}", c.Hook())
	}
	return providertest.Ask(line, body)
}

func chargeBody(payment string) string {
	return `{"transaction":{"reference":%q,"amount":1000,"currency":"USD","country":"US"},"payment":{` + payment + `},
		"urls":{"ipn":"{hook}","success":"https://shop.example/paid","fail":"https://shop.example/failed","cancel":"https://shop.example/back"}}`
}

var (
	walletBody  = chargeBody(`"method":"alipay","client":["mobile_browser","desktop"],"timeout":1200`)
	paypalBody  = chargeBody(`"method":"paypal","client":["desktop"],"request_token":true`)
	cardBody    = chargeBody(`"method":"card","data":{"pan":%q,"first_name":"Ada","last_name":"Byron","expiry":"12/24","cvv":"987"}`)
	klarnaBody  = chargeBody(`"method":"klarna","token":%q`)
	pendingBody = `{"transaction":{"reference":%q,"amount":1000,"currency":"USD","country":"US"},"urls":{"ipn":"{hook}"}}`
)

func wallet(c *client) *providertest.Reply {
	return c.Must(ask(c, "POST /v1/charges", walletBody, c.Next("A")))
}

func paidWallet(c *client) string {
	id := wallet(c).Get("data.id")
	c.Act(id, "approve", "")
	return id
}

func madeCard(c *client) string {
	return c.Must(ask(c, "POST /v1/charges", cardBody, c.Next("A"), "4012888888881881")).Get("data.id")
}

func vaulted(c *client, method string) string {
	return c.Must(ask(c, "POST /v1/vault", `{"reference":%q,"payment":{"method":%q,"nonce":"a-nonce"}}`, c.Next("V"), method)).Get("data.payment.token")
}

func madeKlarna(c *client) string {
	return c.Must(ask(c, "POST /v1/charges", klarnaBody, c.Next("A"), vaulted(c, "klarna"))).Get("data.id")
}

func pending(c *client) (token, reference string) {
	reference = c.Next("A")
	return c.Must(ask(c, "POST /v1/charges", pendingBody, reference)).Get("data.charge_token"), reference
}

var examples = map[string]providertest.Example{
	"access_token.create": func(c *client) *request { return ask(c, "POST /v1/access-tokens", `{"token_type":"server"}`) },

	"charge.create wallet": func(c *client) *request { return ask(c, "POST /v1/charges", walletBody, c.Next("A")) },
	"charge.create":        func(c *client) *request { return ask(c, "POST /v1/charges", cardBody, c.Next("A"), "4012888888881881") },
	"charge.create klarna": func(c *client) *request {
		return ask(c, "POST /v1/charges", klarnaBody, c.Next("A"), vaulted(c, "klarna"))
	},
	"charge.create paypal":  func(c *client) *request { return ask(c, "POST /v1/charges", paypalBody, c.Next("A")) },
	"charge.create pending": func(c *client) *request { return ask(c, "POST /v1/charges", pendingBody, c.Next("A")) },

	"charge.confirm": func(c *client) *request {
		token, reference := pending(c)
		return ask(c, "POST /v1/charges/"+token, walletBody, reference)
	},
	"charge.confirm card": func(c *client) *request {
		token, reference := pending(c)
		return ask(c, "POST /v1/charges/"+token, cardBody, reference, "4012888888881881")
	},
	"charge.capture": func(c *client) *request {
		return ask(c, "POST /v1/captures", `{"id":%q,"reference":%q}`, madeCard(c), c.Next("cap"))
	},
	"charge.capture part": func(c *client) *request {
		return ask(c, "POST /v1/captures", `{"id":%q,"reference":%q,"transaction_amount":400,"multi_capture":true,"last_capture":false}`, madeKlarna(c), c.Next("cap"))
	},
	"charge.refund": func(c *client) *request {
		return ask(c, "POST /v1/refunds", `{"id":%q,"reference":%q,"note":"x"}`, paidWallet(c), c.Next("ref"))
	},
	"charge.refund part": func(c *client) *request {
		return ask(c, "POST /v1/refunds", `{"id":%q,"reference":%q,"amount":400}`, paidWallet(c), c.Next("ref"))
	},
	"charge.cancel": func(c *client) *request {
		return ask(c, "POST /v1/cancels", `{"id":%q,"reference":%q}`, madeCard(c), c.Next("can"))
	},

	"charge.cancel waiting": func(c *client) *request {
		return ask(c, "POST /v1/cancels", `{"id":%q,"reference":%q}`, wallet(c).Get("data.id"), c.Next("can"))
	},

	"transaction.get": func(c *client) *request { return ask(c, "GET /v1/transactions/"+madeCard(c), "") },
	"transaction.get by reference": func(c *client) *request {
		return ask(c, "GET /v1/transactions/"+wallet(c).Get("data.reference")+"?type=reference", "")
	},

	"vault.create": func(c *client) *request {
		return ask(c, "POST /v1/vault", `{"reference":%q,"payment":{"method":"card","data":{"pan":"4012888888881881","expiry":"12/23","cvv":"987"},
			"billing_address":{"country":"US"}},"consumer":{"reference":"c-1"},"urls":{"ipn":"{hook}"}}`, c.Next("V"))
	},
	"vault.list":   func(c *client) *request { vaulted(c, "card"); return ask(c, "GET /v1/vault", "") },
	"vault.get":    func(c *client) *request { return ask(c, "GET /v1/vault/"+vaulted(c, "card"), "") },
	"vault.delete": func(c *client) *request { return ask(c, "DELETE /v1/vault/"+vaulted(c, "card"), "") },

	"consult.get": func(c *client) *request {
		return ask(c, "GET /v1/consults?method=card&amount=100&country=MX&currency=MXN", "")
	},
	"consult.get alipay+": func(c *client) *request {
		return ask(c, "GET /v1/consults?method=alipay%2B&amount=100&client=desktop&currency=THB", "")
	},
	"config.create": func(c *client) *request {
		return ask(c, "POST /v1/config", `{"payment":{"method":"card"},"data":{"consumer_id":"7"},"ext":{"client":{"app":"web","version":"1"}}}`)
	},

	"cors.preflight": func(c *client) *request {
		token, _ := pending(c)
		return providertest.AskAnyone("OPTIONS /v1/charges/"+token, "", "Origin: https://shop.example", "Access-Control-Request-Method: POST")
	},

	"page.view": func(c *client) *request {
		return providertest.AskAnyone("GET "+wallet(c).Get("data.payment.client.0.content"), "")
	},
	"page.view qr": func(c *client) *request {
		return providertest.AskAnyone("GET "+wallet(c).Get("data.payment.client.2.content"), "")
	},
	"page.submit": func(c *client) *request {
		return providertest.AskAnyone("POST "+wallet(c).Get("data.payment.client.1.content"), "action=approve")
	},
}
