package browser_test

import (
	"fmt"
	"strings"
	"testing"

	"paysim/conformance/browser"
)

const drawn = `document.readyState === "complete" && document.querySelector("main") !== null`

// TestPaymenticonFrame embeds what TestEmbedded leaves: other addresses, banks, and the parameters that a merchant appends.
func TestPaymenticonFrame(t *testing.T) {
	const (
		open  = `"charge_mode":"capture","amount":2500,"payment_without_login_enabled":true`
		click = "|blikUserUid=TEST_ALIAS_UNIQUE|blikLabel=shoes shop NY?lang=pl"
	)
	for _, c := range []struct {
		name, members, params string
		press                 []string
		code                  string
		events, says          string
	}{
		{"another address", open + `,"client_ip":"203.0.113.9"`, "", nil, "", "session_error", "This page cannot be opened here"},
		{"another address, in Polish", open + `,"client_ip":"203.0.113.9"`, "|lang=pl", nil, "", "session_error", "Tej strony nie można tu otworzyć"},
		{"a bank pays", open, "", []string{"gateway:MBANK", "pay"}, "", "session_started user_redirected session_succeeded", "Payment complete"},
		{"a bank refuses", open, "", []string{"gateway:MBANK", "decline"}, "", "session_started user_redirected session_failed", "Payment declined"},
		{"the merchant's bank", open + `,"initial_gateway":"ING"`, "|lang=pl", []string{"gateway:ING", "pay"}, "", "session_started user_redirected session_succeeded", "Płatność zakończona"},
		{"a bank from the drawer", open, "", []string{"gateway:TOYOTABANK", "pay"}, "", "session_started user_redirected session_succeeded", "Payment complete"},
		{"the wallet is empty", `"charge_mode":"capture","amount":99999999`, "", []string{"login", "confirm"}, "", "session_started user_logged_in session_failed", "Payment declined"},
		{"a new BLIK consumer", open + `,"initial_gateway":"BLIK"`, click, []string{"pay"}, "123456", "session_started session_succeeded", "Płatność zakończona"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "paymenticon")
			p := w.session(c.members)
			tab := chromium.Tab(t, browser.Phone)
			tab.Go(w.shop.embedding(w.base + "/v2/iframe#id=" + p.id + c.params))
			frame := tab.Frame("iframe")
			frame.Until("the session's page in the frame", drawn+` && document.querySelector("main").dataset.state !== undefined`)
			if c.code != "" {
				frame.Type("input-code", c.code)
			}
			for _, action := range c.press {
				frame.Press(action)
			}
			tab.MainUntil("the last message", fmt.Sprintf("window.heard.length >= %d", len(strings.Fields(c.events))))
			if got := frame.Text("title"); got != c.says {
				t.Errorf("the page says %q, want %q", got, c.says)
			}
			if events, _ := messages(t, tab); strings.Join(events, " ") != c.events {
				t.Errorf("the embedding page heard %s, want %s", events, c.events)
			}
			tab.Clean()
		})
	}
}

// TestPaymenticonOneClick pays twice: the shop is introduced with a code, and known by its label the second time.
func TestPaymenticonOneClick(t *testing.T) {
	w := newWorld(t, "paymenticon")
	for _, known := range []bool{false, true} {
		p := w.session(`"charge_mode":"capture","amount":2500,"payment_without_login_enabled":true,"initial_gateway":"BLIK"`)
		tab := chromium.Tab(t, browser.Phone)
		tab.Go(w.base + "/v2/iframe#id=" + p.id + "|blikUserUid=U-1|blikLabel=shoes shop NY?lang=pl")
		tab.Until("the session's page", drawn+` && location.pathname.startsWith("/process/")`)
		if got := tab.Text("field-one-click"); got != "shoes shop NY" || tab.Lang() != "pl" || tab.Has("input-code") == known {
			t.Errorf("known %v: the label is %q, the language %s, a code is asked for: %v", known, got, tab.Lang(), tab.Has("input-code"))
		}
		tab.Fits()
		tab.Accessible()
		if !known {
			tab.Type("input-code", "777123")
		}
		tab.Press("pay")
		if state, _, _ := w.listed(p.id); state != "captured" {
			t.Errorf("known %v: the session is %s", known, state)
		}
	}
}

// TestPaymenticonFrameWithoutSession: the iframe's address alone names no session, and a session may be unknown.
func TestPaymenticonFrameWithoutSession(t *testing.T) {
	w := newWorld(t, "paymenticon")
	for _, address := range []string{"/v2/iframe", "/v2/iframe/#", "/v2/iframe#lang=pl", "/v2/iframe#id=45158fcc-a33b-4439-b94e-4883f379633d", "/v2/iframe#id=%"} {
		tab := chromium.Tab(t, browser.Phone)
		tab.Go(w.base + address)
		tab.Until("a page that says so", drawn+` && document.querySelector("[data-testid=problem]") !== null`)
		tab.Fits()
		tab.Accessible()
	}
}

// TestPaymenticonStalePage presses a button of a page that was opened before the session went on without it. The page shows
// the truth, and nothing moves.
func TestPaymenticonStalePage(t *testing.T) {
	const hold = `"charge_mode":"authorize","amount":2500,"payment_without_login_enabled":true`
	for _, c := range []struct {
		reach, press string
		then         []string
		state        string
	}{
		{"", "login", []string{"login"}, "loggedin"},
		{"", "login", []string{"approve"}, "authorized"},
		{"", "gateway:MBANK", []string{"approve", "/capture/"}, "captured"},
		{"", "cancel", []string{"approve"}, "authorized"},
		{"", "decline:fraud_suspected", []string{"approve", "/capture/"}, "captured"},
		{"", "expire", []string{"approve"}, "authorized"},
		{"", "login", []string{"cancel"}, "cancelled"},
		{"login", "confirm", []string{"decline"}, "declined"},
		{"login", "confirm", []string{"approve", "/void/"}, "cancelled"},
		{"login", "cancel", []string{"approve", "/capture/"}, "captured"},
		{"gateway:MBANK", "pay", []string{"expire"}, "cancelled"},
		{"gateway:MBANK", "pay", []string{"login"}, "loggedin"},
		{"gateway:MBANK", "decline", []string{"pay_without_login"}, "authorized"},
	} {
		t.Run(c.reach+" "+c.press+" after "+strings.Join(c.then, " "), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "paymenticon")
			p := w.session(hold)
			tab := chromium.Tab(t, browser.Phone)
			tab.Go(p.page)
			if c.reach != "" {
				tab.Press(c.reach)
			}
			for _, step := range c.then {
				if strings.HasPrefix(step, "/") {
					w.want(w.signed("POST", "/sessions/"+p.id+step, ""), 202)
					continue
				}
				w.control("POST", "/payments/paymenticon/"+p.id+"/"+step, "")
			}
			before := len(w.deliveries(p.id))
			tab.Press(c.press)
			if shown, _ := tab.State(); shown != c.state {
				t.Errorf("the page shows %s, want %s", shown, c.state)
			}
			if state, _, _ := w.listed(p.id); state != c.state || w.sessionStatus(p) != c.state {
				t.Errorf("the session is %s, want %s", state, c.state)
			}
			if after := len(w.deliveries(p.id)); after != before {
				t.Errorf("the merchant was told %d times more", after-before)
			}
		})
	}
}
