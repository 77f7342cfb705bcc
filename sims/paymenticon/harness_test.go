package paymenticon

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"paysim/internal/providertest"
)

func TestHarness(t *testing.T) {
	const (
		all = `{"client_ip":"127.0.0.1","currency":"PLN",`
		ask = "POST /sessions/"
	)
	session := func(members string) providertest.Example {
		return func(c *providertest.Client) *providertest.Request {
			return providertest.Ask(ask, all+members+`,"description":"`+c.Next("A")+`"}`)
		}
	}
	access := func(*providertest.Client) *providertest.Request {
		return providertest.Ask(ask, `{"client_ip":"127.0.0.1","type":"data_access","scopes":["get_transactions","get_confirmation_of_funds","get_wallet_funds"]}`)
	}
	hold, sale := session(`"charge_mode":"authorize","amount":1000`), session(`"charge_mode":"capture","amount":1000`)
	open := session(`"charge_mode":"capture","payment_without_login_enabled":true`)
	p2p := session(`"charge_mode":"authorize","amount":700,"type":"p2p_transfer","receiver_wallet_ref":"WLT-052"`)

	// made gives the id of a new session after some actions, and its page.
	made := func(c *providertest.Client, e providertest.Example, actions ...string) (id, page string) {
		r := c.Must(e(c))
		for _, a := range actions {
			c.Act(r.Get("session_id"), a, "")
		}
		u, _ := url.Parse(r.Get("url"))
		return r.Get("session_id"), u.Path
	}
	on := func(e providertest.Example, actions, line, after, body string) providertest.Example {
		return func(c *providertest.Client) *providertest.Request {
			id, _ := made(c, e, strings.Fields(actions)...)
			return providertest.Ask(line+id+after, body)
		}
	}
	onPage := func(e providertest.Example, actions, method, after, body string) providertest.Example {
		return func(c *providertest.Client) *providertest.Request {
			_, page := made(c, e, strings.Fields(actions)...)
			return providertest.AskAnyone(method+" "+page+after, body)
		}
	}
	once := func(line, members string) providertest.Example {
		return func(c *providertest.Client) *providertest.Request {
			return providertest.Ask(line, fmt.Sprintf(`{%s,"request_id":%q}`, members, c.Next("r")))
		}
	}
	withdrawal := once("POST /withdraw/", `"wallet_ref":"WLT-100","amount":500,"currency":"PLN","description":"order 1"`)
	voucher := `"voucher_width":200,"set_pin":true`

	providertest.Run(t, providertest.Suite{
		Provider: Provider(),
		Settings: `{"notification_url": "{{hook}}"}`,
		Sign: func(c *providertest.Client, r *providertest.Request) {
			stamp := strconv.FormatInt(c.Now().Unix(), 10)
			r.Header.Set("X-Paymenticon-Time", stamp)
			r.Header.Set("Authorization", "hmac "+c.Key("wallet_ref")+":"+independent(c.Key("API key"), r.Method+c.Base()+r.Path+stamp, r.Body))
		},
		Forged: map[string]func(*providertest.Client, *providertest.Request){
			"the wallet of a consumer": func(_ *providertest.Client, r *providertest.Request) {
				_, sum, _ := strings.Cut(r.Header.Get("Authorization"), ":")
				r.Header.Set("Authorization", "hmac WLT-100:"+sum)
			},
			"a time of yesterday": func(c *providertest.Client, r *providertest.Request) {
				stamp := strconv.FormatInt(c.Now().Unix()-86400, 10)
				r.Header.Set("X-Paymenticon-Time", stamp)
				r.Header.Set("Authorization", "hmac "+c.Key("wallet_ref")+":"+independent(c.Key("API key"), r.Method+c.Base()+r.Path+stamp, r.Body))
			},
			"no time": func(_ *providertest.Client, r *providertest.Request) { r.Header.Del("X-Paymenticon-Time") },
		},
		Public: []string{"wallet_ref", "wallet_ref, as printed in the document"},
		Code: func(r *providertest.Reply) string { // the wire has no code but the status
			if r.OK() {
				return ""
			}
			return strconv.Itoa(r.Status)
		},
		Excused: map[string]string{
			"states money withdrawal": "a withdrawal gives money that no payment took",
			"operations page.frame":   "its address names no tenant, so that it always runs in the default one; TestFrame and transcripts ask for it",
		},
		Examples: map[string]providertest.Example{
			"session.create":              sale,
			"session.create hold":         hold,
			"session.create open":         open,
			"session.create p2p":          p2p,
			"session.create data":         access,
			"session.get":                 on(sale, "", "GET /sessions/", "/", ""),
			"session.get singular":        on(sale, "", "GET /session/", "", ""),
			"session.capture":             on(hold, "approve", "POST /sessions/", "/capture/", ""),
			"session.capture p2p":         on(p2p, "approve", "POST /session/", "/capture/", ""),
			"session.capture nologin":     on(session(`"charge_mode":"authorize","amount":1000,"payment_without_login_enabled":true`), "pay_without_login", "POST /sessions/", "/capture/", ""),
			"session.void":                on(hold, "approve", "POST /sessions/", "/void/", ""),
			"payer.get":                   on(sale, "login", "GET /sessions/", "/data/", ""),
			"payer.stats":                 on(sale, "approve", "GET /sessions/", "/data/stats/", ""),
			"document.list":               on(sale, "login", "GET /sessions/", "/documents/", ""),
			"document.get":                on(sale, "login", "GET /sessions/", "/document/"+documentToken()+"/", ""),
			"withdrawal.create":           withdrawal,
			"withdrawal.create_anonymous": once("POST /withdraw-anonymously/", `"amount":300,"currency":"PLN","description":"gift",`+voucher),
			"withdrawal.get": func(c *providertest.Client) *providertest.Request {
				return providertest.Ask("GET /withdraw/"+c.Must(withdrawal(c)).Get("request_id")+"/", "")
			},
			"wallet.create": once("POST /wallet/", voucher),
			"voucher.get": func(*providertest.Client) *providertest.Request {
				return providertest.Ask("POST /wallet/voucher/get/", `{"id_type":"voucher_id","id":"dcf411c480d740ce729f3f2e"}`)
			},
			"voucher.image": func(c *providertest.Client) *providertest.Request {
				r := c.Must(once("POST /wallet/", voucher)(c))
				return providertest.AskAnyone("GET "+r.Get("voucher.url"), "")
			},
			"funds.confirm":    on(access, "approve", "POST /session/", "/get_confirmation_of_funds/", `{"amount":1,"currency":"PLN"}`),
			"funds.get":        on(access, "approve", "POST /session/", "/get_wallet_funds/", ""),
			"transaction.list": on(access, "approve", "POST /session/", "/get_transactions/", `{"page":1,"filters":{"direction":"incoming"}}`),
			"page.view":        onPage(open, "", "GET", "", ""),
			"page.view hold":   onPage(hold, "login", "GET", "", ""),
			"page.view data":   onPage(access, "login", "GET", "", ""),
			"page.submit":      onPage(sale, "login", "POST", "", "action=confirm"),
		},
		Once: []string{"session.capture", "session.void", "withdrawal.create", "withdrawal.create_anonymous"},
		Races: map[string]func(*providertest.Client) []*providertest.Request{
			"capture and void": func(c *providertest.Client) []*providertest.Request {
				id, _ := made(c, hold, "approve")
				return []*providertest.Request{providertest.Ask("POST /sessions/"+id+"/capture/", ""), providertest.Ask("POST /sessions/"+id+"/void/", "")}
			},
			"confirm, cancel and decline": func(c *providertest.Client) []*providertest.Request {
				_, page := made(c, hold, "login")
				return []*providertest.Request{
					providertest.AskAnyone("POST "+page, "action=confirm"), providertest.AskAnyone("POST "+page, "action=cancel"), providertest.AskAnyone("POST "+page, "action=decline"),
				}
			},
			"one request_id, two bodies": func(c *providertest.Client) []*providertest.Request {
				body := func(amount string) *providertest.Request {
					return providertest.Ask("POST /withdraw/", `{"wallet_ref":"WLT-100","amount":`+amount+`,"currency":"PLN","description":"x","request_id":"same"}`)
				}
				return []*providertest.Request{body("500"), body("600"), body("100000001")}
			},
		},
		Verify: func(m providertest.Received) error {
			if m.Header.Get("X-Paymenticon-Time") != "" {
				return errors.New("a notification names a time")
			}
			if want := "hmac WLT-" + m.Tenant + ":" + independent("apikey-"+m.Tenant, "POST"+m.URL, m.Body); m.Header.Get("Authorization") != want {
				return fmt.Errorf("the Authorization header is %q, and %q is right", m.Header.Get("Authorization"), want)
			}
			return nil
		},
	})
}
