package toypay

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"paysim/internal/provider"
	"paysim/internal/providertest"
)

func TestProvider(t *testing.T) { providertest.Run(t, suite()) }

// TestThousandTenants proves that a thousand tenants at once are each as alone.
func TestThousandTenants(t *testing.T) {
	if testing.Short() {
		t.Skip("a thousand worlds take a while; run without -short")
	}
	providertest.Crowd(t, suite(), 1000)
}

func suite() providertest.Suite {
	return providertest.Suite{
		Provider: Provider(),
		Settings: `{"webhook_url": "{{hook}}"}`,
		Sign: func(c *providertest.Client, r *providertest.Request) {
			r.Header.Set("Toy-Key", c.Key("API key"))
		},
		Examples: map[string]providertest.Example{
			"charge.create":      func(c *providertest.Client) *providertest.Request { return create(c, "") },
			"charge.create card": func(c *providertest.Client) *providertest.Request { return create(c, "4111111111111111") },
			"charge.get": func(c *providertest.Client) *providertest.Request {
				return providertest.Ask("GET /v1/charges/"+made(c), "")
			},
			"charge.capture": func(c *providertest.Client) *providertest.Request {
				return providertest.Ask("POST /v1/charges/"+paidCharge(c)+"/capture", "")
			},
			"charge.capture part": func(c *providertest.Client) *providertest.Request {
				return providertest.Ask("POST /v1/charges/"+paidCharge(c)+"/capture", `{"amount": 400}`)
			},
			"page.view": func(c *providertest.Client) *providertest.Request {
				return providertest.Ask("GET /pay/"+made(c), "")
			},
			"page.submit": func(c *providertest.Client) *providertest.Request {
				return providertest.Ask("POST /pay/"+made(c), "action=approve")
			},
		},
		Once: []string{"charge.create"},
		Races: map[string]func(c *providertest.Client) []*providertest.Request{
			"captures of different parts": func(c *providertest.Client) []*providertest.Request {
				path := "POST /v1/charges/" + paidCharge(c) + "/capture"
				return []*providertest.Request{
					providertest.Ask(path, `{"amount": 600}`), providertest.Ask(path, `{"amount": 500}`), providertest.Ask(path, `{"amount": 400}`),
				}
			},
			"approve and decline": func(c *providertest.Client) []*providertest.Request {
				page := "POST /pay/" + made(c)
				return []*providertest.Request{providertest.Ask(page, "action=approve"), providertest.Ask(page, "action=decline")}
			},
		},
		Card: func(c *providertest.Client, k provider.Card) *providertest.Request { return create(c, k.Value) },
		Code: func(r *providertest.Reply) string { return r.Get("error") },
		// The verifier is written from the comment on sign, and shares no code
		// with it.
		Verify: verify,
	}
}

func create(c *providertest.Client, card string) *providertest.Request {
	body := fmt.Sprintf(`{"reference": %q, "amount": 1000, "currency": "EUR"`, c.Next("A"))
	if card != "" {
		body += fmt.Sprintf(`, "card": %q, "cvv": "987"`, card)
	}
	return providertest.Ask("POST /v1/charges", body+"}")
}

func made(c *providertest.Client) string { return c.Must(create(c, "")).Get("id") }

func paidCharge(c *providertest.Client) string {
	id := made(c)
	c.Act(id, "approve", "")
	return id
}

func verify(m providertest.Received) error {
	at, sum, ok := strings.Cut(strings.TrimPrefix(m.Header.Get("Toy-Signature"), "t="), ",v1=")
	if !ok {
		return errors.New("there is no signature")
	}
	mac := hmac.New(sha256.New, []byte("toy-"+m.Tenant))
	fmt.Fprintf(mac, "%s.%s", at, m.Body)
	if hex.EncodeToString(mac.Sum(nil)) != sum {
		return errors.New("the signature is not made with our key")
	}
	seconds, err := strconv.ParseInt(at, 10, 64)
	if age := m.At.Sub(time.Unix(seconds, 0)); err != nil || age < 0 || age > time.Hour {
		return fmt.Errorf("the signature is %v old", age)
	}
	return nil
}
