package firstoken

import (
	"testing"

	"github.com/tidwall/gjson"

	"paysim/internal/providertest"
)

func TestHarness(t *testing.T) {
	pay := func(kind, card string) providertest.Example {
		path := "POST /v1/payments"
		if kind == "credit" {
			path = "POST " + credits
		}
		return func(*providertest.Client) *providertest.Request {
			return providertest.Ask(path, asked(kind, card, "1000"))
		}
	}
	coded := `{"number":"5555555555554444","expiration_date":"10/28","security_code":"9317"}`
	// id makes a transaction and gives its id.
	id := func(c *providertest.Client, example providertest.Example) string {
		return c.Must(example(c)).Get("data.transaction_info.transaction_id")
	}
	hold, sale, credited := pay("authorization", coded), pay("payment", coded), pay("credit", plain)
	on := func(first providertest.Example, before, after, body string) providertest.Example {
		return func(c *providertest.Client) *providertest.Request {
			return providertest.Ask("POST "+before+id(c, first)+after, body)
		}
	}
	taken := on(hold, "/v1/payments/", "/capture", follow("capture", "capture_info", "800"))
	back := on(sale, "/v1/payments/", "/refund", follow("payment_refund", "refund_info", "300"))
	voidHold := on(hold, "/v1/payments/", "/void", follow("authorization_void", "", ""))

	permanent := func(c *providertest.Client) string {
		return c.Must(providertest.Ask("POST "+simple, tokenizing("1", "", "4242424242424242"))).Get("data.tokens.0.token")
	}
	temporal := func(line, after, body string) providertest.Example {
		return func(c *providertest.Client) *providertest.Request {
			id := c.Must(providertest.Ask("POST "+requests, passing("300"))).Get("data.id")
			return providertest.Ask(line+" "+requests+"/"+id+after, body)
		}
	}

	providertest.Run(t, providertest.Suite{
		Provider: Provider(),
		Sign: func(c *providertest.Client, r *providertest.Request) {
			r.Header.Set(keyHeader, c.Key(keyHeader))
		},
		Code: func(r *providertest.Reply) string {
			if code := r.Get("data.code"); code != "" {
				return code
			}
			// The validator's complaints have no code but the status.
			if gjson.GetBytes(r.Body, "data.path").Exists() {
				return "400"
			}
			return ""
		},
		Examples: map[string]providertest.Example{
			"credit.create":        credited,
			"credit.create tokens": pay("credit", `{"number":"{{ `+printedPermanent+` : detokenize }}","expiration_date":"{{ `+printedPermanent+` : detokenize }}","security_code":"{{ `+printedTemporal+` : transaction }}"}`),
			"credit.void":          on(credited, credits+"/", "/void", follow("credit_void", "", "")),
			"transaction.get": func(c *providertest.Client) *providertest.Request {
				return providertest.Ask("GET /v1/payments/transactions/"+id(c, sale), "")
			},
			"payment.create sale": sale,
			"payment.create hold": hold,
			"payment.capture":     taken,
			"payment.reverse":     on(hold, "/v1/payments/", "/reversal", follow("authorization_reversal", "reversal_info", "1000")),
			"payment.void":        on(sale, "/v1/payments/", "/void", follow("payment_void", "", "")),
			"payment.void hold":   voidHold,
			"payment.refund":      back,
			"capture.refund":      on(taken, "/v1/payments/captures/", "/refund", follow("capture_refund", "refund_info", "100")),
			"capture.void":        on(taken, "/v1/payments/captures/", "/void", follow("capture_void", "", "")),
			"refund.void":         on(back, "/v1/payments/refunds/", "/void", follow("refund_void", "", "")),
			"token.create": func(*providertest.Client) *providertest.Request {
				return providertest.Ask("POST "+simple, tokenizing("8", "", "4242424242424242", "5555555555554444"))
			},
			"token.detokenize": func(c *providertest.Client) *providertest.Request {
				return providertest.Ask("POST "+detokenizing, `{"tokens":["`+permanent(c)+`"]}`)
			},
			"token.inspect": func(c *providertest.Client) *providertest.Request {
				return providertest.Ask("GET /v1/tokens/"+permanent(c)+"/inspect", "")
			},
			"token.delete": func(c *providertest.Client) *providertest.Request {
				return providertest.Ask("DELETE /v1/tokens", `{"tokens":["`+permanent(c)+`"]}`)
			},
			"temporal_token.create": func(*providertest.Client) *providertest.Request {
				return providertest.Ask("POST "+requests, passing("300"))
			},
			"temporal_token.get":      temporal("GET", "", ""),
			"temporal_token.inspect":  temporal("GET", "/inspect", ""),
			"temporal_token.delete":   temporal("DELETE", "", ""),
			"temporal_token.tokenize": temporal("POST", "/tokenize", `{"tags":["TESLA"],"scheme":"7"}`),
		},
		Once: []string{"credit.void", "payment.capture", "payment.reverse", "payment.void", "capture.void", "refund.void"},
		Excused: map[string]string{
			"auth temporal_token.inspect as another tenant": "documented: a transaction that does not exist is answered, with status fail inside",
			"dialect temporal_token.inspect":                "documented: a transaction that does not exist is answered, with status fail inside",
			"states money credit":                           "a credit gives money that no payment took",
		},
		Races: map[string]func(*providertest.Client) []*providertest.Request{
			"capture and reversal": func(c *providertest.Client) []*providertest.Request {
				at := "POST /v1/payments/" + id(c, hold)
				return []*providertest.Request{
					providertest.Ask(at+"/capture", follow("capture", "capture_info", "1000")),
					providertest.Ask(at+"/reversal", follow("authorization_reversal", "", "")),
				}
			},
			"refund and refund": func(c *providertest.Client) []*providertest.Request {
				at := "POST /v1/payments/" + id(c, sale) + "/refund"
				return []*providertest.Request{
					providertest.Ask(at, follow("payment_refund", "refund_info", "600")),
					providertest.Ask(at, follow("payment_refund", "refund_info", "700")),
				}
			},
			"void and void": func(c *providertest.Client) []*providertest.Request {
				at := "POST " + credits + "/" + id(c, credited) + "/void"
				return []*providertest.Request{providertest.Ask(at, follow("credit_void", "", "")), providertest.Ask(at, follow("credit_void", "", ""))}
			},
		},
	})
}
