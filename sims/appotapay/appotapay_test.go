package appotapay

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"paysim/internal/provider"
	"paysim/internal/providertest"
)

func TestProvider(t *testing.T) { providertest.Run(t, suite()) }

type (
	client  = providertest.Client
	request = providertest.Request
)

func suite() providertest.Suite {
	return providertest.Suite{
		Provider: Provider(),
		Sign: func(c *client, r *request) {
			r.Header.Set(authHeader, token256(c, jwt.MapClaims{}))
		},
		Forged: map[string]func(*client, *request){
			"alg none": func(c *client, r *request) {
				r.Header.Set(authHeader, signedBy(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, claims(c)))
			},
			"HS512": func(c *client, r *request) {
				r.Header.Set(authHeader, signedBy(jwt.SigningMethodHS512, []byte(c.Key("secret key")), claims(c)))
			},
			"another secret": func(c *client, r *request) {
				r.Header.Set(authHeader, signedBy(jwt.SigningMethodHS256, []byte("another"), claims(c)))
			},
			"an exp now": func(c *client, r *request) {
				r.Header.Set(authHeader, token256(c, jwt.MapClaims{"exp": c.Now().Unix()}))
			},
			"no exp":      func(c *client, r *request) { r.Header.Set(authHeader, token256(c, jwt.MapClaims{"exp": nil})) },
			"exp as text": func(c *client, r *request) { r.Header.Set(authHeader, token256(c, jwt.MapClaims{"exp": "soon"})) },
			"another api_key": func(c *client, r *request) {
				r.Header.Set(authHeader, token256(c, jwt.MapClaims{"api_key": "apk-other"}))
			},
			"no api_key":           func(c *client, r *request) { r.Header.Set(authHeader, token256(c, jwt.MapClaims{"api_key": nil})) },
			"a number as iss":      func(c *client, r *request) { r.Header.Set(authHeader, token256(c, jwt.MapClaims{"iss": 7})) },
			"a partner of no name": func(c *client, r *request) { r.Header.Set(authHeader, token256(c, jwt.MapClaims{"iss": "NO ONE"})) },
			"another's iss":        func(c *client, r *request) { r.Header.Set(authHeader, token256(c, jwt.MapClaims{"iss": "default"})) },
		},
		Examples: examples,
		Once:     []string{"charge.create", "charge.capture", "reversal.create", "refund.create", "order.create", "order.refund"},
		Races: map[string]func(*client) []*request{
			"capture and reversal": func(c *client) []*request {
				id := authorizedCharge(c)
				return []*request{capture(id, `1000000`), reversal(id, "R-1"), capture(id, `"400000"`)}
			},
			"refunds of more than there is": func(c *client) []*request {
				id := capturedCharge(c)
				return []*request{refund(id, "F-1", 600000), refund(id, "F-2", 500000), refund(id, "F-3", 400000)}
			},
			"charges with one token": func(c *client) []*request {
				id := tokenOf(c, single)
				return []*request{chargeWith(`"tokenId": "`+id+`"`, "C-1"), chargeWith(`"tokenId": "`+id+`"`, "C-2")}
			},
			"passed and failed": func(c *client) []*request {
				link := enrolled(c).Get("deviceDataCollectionUrl")
				return []*request{providertest.AskAnyone("POST "+link, "action=approve"), providertest.AskAnyone("POST "+link, "action=decline")}
			},
		},
		Card: func(c *client, k provider.Card) *request {
			if only(k.Outcome, threeDS) != "" {
				return enroll(cardJSON(k.Value), c.Next("E"))
			}
			return chargeWith(cardJSON(k.Value), c.Next("C"))
		},
		Code:        func(r *providertest.Reply) string { return r.Get("errorCode") },
		Verify:      verify,
		Acknowledge: `{"status": "ok"}`,
		Public:      []string{"partner code", "API key"},
		Excused:     map[string]string{},
	}
}

func claims(c *client) jwt.MapClaims {
	return jwt.MapClaims{"iss": c.Key("partner code"), "api_key": c.Key("API key"), "jti": fmt.Sprint(c.Key("API key"), "-", c.Now().Unix()), "exp": c.Now().Add(5 * time.Minute).Unix()}
}

// token256 is a right token but for the claims given; nil leaves one out.
func token256(c *client, other jwt.MapClaims) string {
	all := claims(c)
	for k, v := range other {
		all[k] = v
		if v == nil {
			delete(all, k)
		}
	}
	return signedBy(jwt.SigningMethodHS256, []byte(c.Key("secret key")), all)
}

func signedBy(method jwt.SigningMethod, key any, claims jwt.MapClaims) string {
	t := jwt.NewWithClaims(method, claims)
	t.Header["cty"] = "appotapay-api;v=1"
	text, err := t.SignedString(key)
	if err != nil {
		panic(err)
	}
	return text
}

const (
	challengeCard    = "5200000000002151"
	frictionlessCard = "5200000000001005"
	skipCard         = "4000000000000010"
	billing          = `"billing": {"firstName": "NHUNG", "lastName": "HOANG", "email": "nhung@example.com", "phoneNumber": "02345686432", "province": "VP",
		"country": "VN", "city": "VT", "addressLine1": "81 Lang Ha", "addressLine2": "17 Mai Anh Tuan", "postalCode": "10000"}`
	customer = `"customer": {"browser": {"clientIp": "127.0.0.1", "userAgent": "Mozilla/5.0", "referrer": "https://shop.example", "acceptLanguage": "en-US"}}`
)

func cardJSON(number string) string {
	return `"card": {"number": "` + number + `", "holderName": "NHUNG HOANG", "expirationMonth": "12", "expirationYear": "29", "cvv": "987"}`
}

func createTokenOf(number, kind, reference string) *request {
	return providertest.Ask("POST /credit-card/token", `{`+cardJSON(number)+`, "tokenType": "`+kind+`", "merchantRefId": "`+reference+`", `+customer+`}`)
}

func tokenOf(c *client, kind string) string {
	return c.Must(createTokenOf(challengeCard, kind, c.Next("T"))).Get("tokenId")
}

func enroll(pays, reference string) *request {
	return providertest.Ask("POST /credit-card/enrollment", `{"merchantRefId": "`+reference+`", "amount": 1000000, "currency": "VND",
		"returnUrl": "https://shop.example/back?cart=7", `+pays+`, `+customer+`, `+billing+`}`)
}

func enrolled(c *client) *providertest.Reply {
	return c.Must(enroll(cardJSON(challengeCard), c.Next("E")))
}

func chargeWith(pays, reference string) *request {
	return providertest.Ask("POST /credit-card/charge", `{"merchantRefId": "`+reference+`", "amount": 1000000, "currency": "VND", `+pays+`}`)
}

func authorizedCharge(c *client) string {
	return c.Must(chargeWith(cardJSON(challengeCard), c.Next("C"))).Get("id")
}

func capturedCharge(c *client) string {
	return c.Must(chargeWith(cardJSON(challengeCard)+`, "capture": true`, c.Next("C"))).Get("id")
}

func capture(id, amount string) *request {
	return providertest.Ask("POST /credit-card/"+id+"/capture", `{"amount": `+amount+`, "currency": "VND"}`)
}

func reversal(id, reference string) *request {
	return providertest.Ask("POST /credit-card/reversal", `{"merchantRefId": "`+reference+`", "authorizationId": "`+id+`"}`)
}

func refund(id, reference string, amount int) *request {
	return providertest.Ask("POST /credit-card/refund", fmt.Sprintf(`{"merchantRefId": %q, "transactionId": %q, "amount": "%d", "currency": "VND"}`, reference, id, amount))
}

func orderOf(c *client, method, action string) *request {
	return providertest.Ask("POST /api/v2/orders/payment", `{"transaction": {"amount": 10000, "currency": "VND", "bankCode": "", "paymentMethod": "`+method+`", "action": "`+action+`"},
		"partnerReference": {"order": {"id": "`+c.Next("O")+`", "info": "hai phần phở / bò", "extraData": ""},
		"notificationConfig": {"notifyUrl": "`+c.Hook()+`/ipn", "redirectUrl": "https://shop.example/done"}}}`)
}

func paidOrder(c *client, method string) string {
	id := c.Must(orderOf(c, method, "PAY")).Get("transaction.transactionId")
	c.Act(id, "approve", "")
	return id
}

func orderRefundOf(c *client, id string, amount int) *request {
	return providertest.Ask("POST /api/v2/transaction/refund", fmt.Sprintf(`{"partnerRefId": %q, "transactionId": %q, "amount": %d, "currency": "VND", "reason": "test refund"}`, c.Next("Q"), id, amount))
}

var examples = map[string]providertest.Example{
	"token.create": func(c *client) *request { return createTokenOf(challengeCard, multiple, c.Next("T")) },
	"token.delete": func(c *client) *request {
		return providertest.Ask("DELETE /credit-card/token/"+tokenOf(c, single)+"?merchantRefId="+c.Next("D"), "")
	},
	"enrollment.create": func(c *client) *request { return enroll(cardJSON(challengeCard), c.Next("E")) },
	"enrollment.create token": func(c *client) *request {
		return enroll(`"tokenId": "`+tokenOf(c, single)+`"`, c.Next("E"))
	},
	"enrollment.validate": func(c *client) *request {
		return providertest.Ask("POST /credit-card/enrollment/validate/"+enrolled(c).Get("id"), "")
	},
	"charge.create": func(c *client) *request { return chargeWith(cardJSON(challengeCard), c.Next("C")) },
	"charge.create token": func(c *client) *request {
		return chargeWith(`"capture": true, "tokenId": "`+tokenOf(c, single)+`", `+billing, c.Next("C"))
	},
	"charge.create 3ds": func(c *client) *request {
		id := enrolled(c).Get("id")
		c.Act(id, "approve", "")
		return chargeWith(`"authenticationId": "`+id+`", `+cardJSON(challengeCard), c.Next("C"))
	},
	"charge.get": func(c *client) *request { return providertest.Ask("GET /credit-card/charge/"+authorizedCharge(c), "") },
	"charge.get reference": func(c *client) *request {
		reference := c.Must(chargeWith(cardJSON(challengeCard), c.Next("C"))).Get("merchantRefId")
		return providertest.Ask("GET /credit-card/charge/"+reference+"?referenceType=MERCHANT_REFERENCE_ID", "")
	},
	"charge.capture":      func(c *client) *request { return capture(authorizedCharge(c), "1000000") },
	"charge.capture part": func(c *client) *request { return capture(authorizedCharge(c), `"400000"`) },
	"reversal.create":     func(c *client) *request { return reversal(authorizedCharge(c), c.Next("R")) },
	"reversal.get": func(c *client) *request {
		return providertest.Ask("GET /credit-card/reversal/"+c.Must(reversal(authorizedCharge(c), c.Next("R"))).Get("reversalId"), "")
	},
	"refund.create": func(c *client) *request { return refund(capturedCharge(c), c.Next("F"), 500000) },
	"refund.get": func(c *client) *request {
		return providertest.Ask("GET /credit-card/refund/"+c.Must(refund(capturedCharge(c), c.Next("F"), 500000)).Get("refundId"), "")
	},
	"error_code.list": func(*client) *request { return providertest.Ask("GET /credit-card/error-code/list", "") },
	"order.create":    func(c *client) *request { return orderOf(c, "ATM", "PAY") },
	"order.create qr": func(c *client) *request { return orderOf(c, "VA", "PAY_WITH_RETURN_TOKEN") },
	"order.get": func(c *client) *request {
		return providertest.Ask("GET /api/v2/orders/transaction?referenceId="+paidOrder(c, "ATM"), "")
	},
	"order.refund":    func(c *client) *request { return orderRefundOf(c, paidOrder(c, "ATM"), 10000) },
	"order.refund VA": func(c *client) *request { return orderRefundOf(c, paidOrder(c, "VA"), 4000) },
	"order.refund_get": func(c *client) *request {
		return providertest.Ask("GET /api/v2/transaction/refund/"+c.Must(orderRefundOf(c, paidOrder(c, "ATM"), 10000)).Get("refundId"), "")
	},
	"page.view": func(c *client) *request {
		return providertest.AskAnyone("GET "+enrolled(c).Get("deviceDataCollectionUrl"), "")
	},
	"page.view order": func(c *client) *request {
		return providertest.AskAnyone("GET "+c.Must(orderOf(c, "VA", "PAY")).Get("payment.url"), "")
	},
	"page.submit": func(c *client) *request {
		return providertest.AskAnyone("POST "+enrolled(c).Get("deviceDataCollectionUrl"), "action=approve")
	},
	"page.submit order": func(c *client) *request {
		return providertest.AskAnyone("POST "+c.Must(orderOf(c, "VA", "PAY")).Get("payment.url"), "action=approve")
	},
}

// verify is the merchant's side of a notification as the document has it: the
// signature first, over data as it came, then the decoding. It knows only the
// rule by which a tenant's secret follows from its name.
func verify(m providertest.Received) error {
	var in struct {
		Data, Signature string
		Time            json.Number
	}
	if err := json.Unmarshal(m.Body, &in); err != nil {
		return err
	}
	mac := hmac.New(sha256.New, []byte("secret-"+m.Tenant+"-0123456789abcdef0123456789abcdef"))
	mac.Write([]byte(in.Data))
	if in.Signature != hex.EncodeToString(mac.Sum(nil)) {
		return errors.New("the signature is not ours")
	}
	text, err := base64.StdEncoding.DecodeString(in.Data)
	if err != nil {
		return err
	}
	var data struct {
		Transaction struct {
			TransactionID, PartnerCode, Status, ErrorMessage string
			OrderAmount                                      int64
		}
		PartnerReference struct{ Order struct{ ID, Info string } }
		TokenResult      string
	}
	if err := json.Unmarshal(text, &data); err != nil {
		return err
	}
	switch t := data.Transaction; {
	case t.Status != "success" || t.PartnerCode != m.Tenant || t.OrderAmount <= 0 || t.TransactionID == "" || t.ErrorMessage == "":
		return fmt.Errorf("the transaction is odd: %+v", t)
	case data.PartnerReference.Order.ID == "" || data.PartnerReference.Order.Info == "":
		return fmt.Errorf("the order came as %+v", data.PartnerReference.Order)
	case strings.Contains(string(text), "hai ph") && !strings.Contains(string(text), `hai ph\u1ea7n ph\u1edf \/ b\u00f2`):
		return errors.New("PHP would have written it otherwise")
	case m.Header.Get("Content-Type") != "application/json" || in.Time == "":
		return errors.New("the envelope is incomplete")
	}
	return nil
}
