package browser_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"paysim/conformance/browser"
)

// TestTheWebhookComesFirst delays the payer's return, as a scenario does for any operation: the button's answer, and with it the way
// back to the shop, waits until the merchant has long heard of the payment.
func TestTheWebhookComesFirst(t *testing.T) {
	for _, f := range flows {
		w := f.ends
		back := func(e end) bool { return e.back != "" && e.event != "" }
		if !slices.ContainsFunc(slices.Collect(values(w)), back) {
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, f.provider)
			tab := chromium.Tab(t, browser.Desktop)
			p := f.open(w)
			tab.Go(p.page)
			f.toTheEnd().arrive(tab)
			before := len(w.shop.heard())
			w.control("PUT", "/scenario", fmt.Sprintf(`{"version":1,"name":"the return is late","rules":[{"on":"%s.page.submit","answer":{"delay":"2s"}}]}`, f.provider))
			tab.Press(f.approve)
			tab.Until("the shop", `location.pathname.startsWith("/back/")`)
			order := w.shop.sequence()[before:]
			if len(order) != 2 || order[0] != "hook" || order[1] != "visit" {
				t.Errorf("the shop saw %v, want the webhook and then the payer", order)
			}
		})
	}
}

func values(m map[string]end) func(func(end) bool) {
	return func(yield func(end) bool) {
		for _, e := range m {
			if !yield(e) {
				return
			}
		}
	}
}

// messages are the events that a page embedding Paymenticon's has heard.
func messages(t *testing.T, tab *browser.Tab) (events []string, sessions []string) {
	t.Helper()
	var heard []struct {
		Event   string `json:"event"`
		Session string `json:"session_id"`
		Date    int64  `json:"date"`
	}
	tab.Top().Main("window.heard", &heard)
	for _, h := range heard {
		if h.Date < 1e9 || h.Date > 1e11 {
			t.Errorf("%s has the date %d, which is no number of seconds", h.Event, h.Date)
		}
		events, sessions = append(events, h.Event), append(sessions, h.Session)
	}
	return events, sessions
}

// TestEmbedded runs Paymenticon's page in an iframe of the shop's, opened by both of its addresses, and compares what the iframe tells
// with what the webhook, the inquiry and the control API say.
func TestEmbedded(t *testing.T) {
	for _, c := range []struct {
		name, members string
		press         []string
		events        string
		state         string
	}{
		{"paid", `"charge_mode":"capture","amount":2500`, []string{"login", "confirm"}, "session_started user_logged_in session_succeeded", "captured"},
		{"authorized", `"charge_mode":"authorize","amount":2500`, []string{"login", "confirm"}, "session_started user_logged_in session_succeeded", "authorized"},
		{"declined", `"charge_mode":"capture","amount":2500`, []string{"decline:insufficient_funds"}, "session_started session_failed", "declined"},
		{"canceled", `"charge_mode":"capture","amount":2500`, []string{"cancel"}, "session_started session_failed", "cancelled"},
		{"expired", `"charge_mode":"capture","amount":2500`, []string{"expire"}, "session_started session_error", "cancelled"},
		{"left", `"charge_mode":"capture","amount":2500`, []string{"close"}, "session_started user_left_session", "created"},
		{"access", `"type":"data_access","scopes":["get_transactions"]`, []string{"login", "accept"}, "session_started user_logged_in session_succeeded", "data_access_accepted"},
		{"no access", `"type":"data_access","scopes":["get_transactions"]`, []string{"login", "reject"}, "session_started user_logged_in session_failed", "data_access_rejected"},
	} {
		for _, size := range []browser.Size{browser.Phone, browser.Desktop} {
			t.Run(fmt.Sprintf("%s/%dx%d", c.name, size.Width, size.Height), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, "paymenticon")
				tab := chromium.Tab(t, size)
				p := w.session(c.members)
				address := p.page
				if size == browser.Desktop {
					address = w.base + "/v2/iframe#id=" + p.id + "|lang=pl"
				}
				tab.Go(w.shop.embedding(address))
				frame := tab.Frame("iframe")
				frame.Until("the session's page in the frame", `document.readyState === "complete" && document.querySelector("main[data-state]") !== null`)
				if lang := frame.Lang(); (lang == "pl") != (size == browser.Desktop) {
					t.Errorf("the frame is in %s", lang)
				}
				frame.Accessible()
				for _, action := range c.press {
					frame.Press(action)
				}
				n := len(strings.Fields(c.events))
				tab.MainUntil("the last message", fmt.Sprintf("window.heard.length >= %d", n))
				events, sessions := messages(t, tab)
				if got := strings.Join(events, " "); got != c.events {
					t.Errorf("the embedding page heard %s, want %s", got, c.events)
				}
				for _, s := range sessions {
					if s != p.id {
						t.Errorf("a message speaks of %s, the session is %s", s, p.id)
					}
				}
				if state, _, _ := w.listed(p.id); state != c.state {
					t.Errorf("the session is %s, want %s", state, c.state)
				}
				if got := w.sessionStatus(p); got != c.state {
					t.Errorf("the inquiry says %s, want %s", got, c.state)
				}
				told := w.deliveries(p.id)
				if c.state != "created" && (len(told) == 0 || told[len(told)-1].Event != "session."+c.state || told[len(told)-1].State != "delivered") {
					t.Errorf("the merchant was told %+v, want session.%s at the end", told, c.state)
				}
			})
		}
	}
}

// checkout is a shop's page with Culqi's library, as merchants write it.
func (w *world) checkout(order string) string {
	return w.shop.publish("checkout", fmt.Sprintf(`<main><h1>Shop</h1><button id="buy" data-testid="buy">Buy</button><p data-testid="result"></p></main>
<script src="%[1]s/js/v4"></script>
<script>
	Culqi.publicKey = "pk_test_%[2]s";
	Culqi.settings({title: "Ceviche", currency: "PEN", description: "Two bowls", amount: 12000, order: "%[3]s"});
	window.results = [];
	window.culqi = function () {
		results.push(Culqi.token ? Culqi.token.id : Culqi.order ? Culqi.order.id : Culqi.error.code || Culqi.error.type);
		document.querySelector("[data-testid=result]").textContent = results[results.length - 1];
	};
	window.addEventListener("message", function (e) { if (e.data.parameters3DS || e.data.error) { window.proof = e.data; } });
	document.getElementById("buy").addEventListener("click", function () { Culqi.open(); });
</script>`, w.base, w.tenant, order))
}

func fillCard(tab *browser.Tab, number string) {
	tab.Type("culqi-email", "ana@example.com")
	tab.Type("culqi-number", number)
	tab.Type("culqi-expiry", "09/29")
	tab.Type("culqi-cvv", "111")
}

// TestCulqiCheckout drives the modal of /js/v4 to all its ends: a token, an order, a refused card, closed.
func TestCulqiCheckout(t *testing.T) {
	for name, size := range sizes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "culqi")
			w.culqiHears()
			tab := chromium.Tab(t, size)
			a := w.want(w.culqi("POST", "/v2/orders", `{"amount":12000,"currency_code":"PEN","description":"Two bowls of ceviche","order_number":"A-1001","expiration_date":4102444800,
				"client_details":{"first_name":"Ana","last_name":"Quispe","email":"ana@example.com","phone_number":"+51945145280"},"confirm":false}`), 201)
			order := a.text("id")
			tab.Go(w.checkout(order))
			tab.Click("buy")
			tab.Until("the modal", `document.getElementById("culqi-container-simulated") !== null`)
			if got := tab.Focused(); got != "culqi-email" {
				t.Errorf("the modal opens with the focus on %s", got)
			}
			if got := tab.Text("culqi-amount"); got != "Two bowls · PEN 120.00" {
				t.Errorf("the modal says %s", got)
			}
			tab.Accessible()
			tab.Fits()

			fillCard(tab, "4111111111111112")
			tab.Click("culqi-pay")
			tab.MainUntil("the refusal", "window.results.length === 1 && Culqi.error !== undefined")
			if got := tab.Text("culqi-error"); got == "" {
				t.Error("the modal does not say why the card was refused")
			}
			tab.Accessible()

			tab.Type("culqi-number", "4111111111111111")
			tab.Click("culqi-pay")
			tab.MainUntil("a token", "window.results.length === 2 && Culqi.token !== undefined")
			token := tab.Text("result")
			charged := w.want(w.culqiCharge(token, ""), 201)
			if state, _, _ := w.listed(charged.text("id")); state != "captured" {
				t.Errorf("the charge is %s", state)
			}
			if got := w.deliveries(charged.text("id")); len(got) != 1 || got[0].Event != "charge.creation.succeeded" {
				t.Errorf("the merchant was told %+v", got)
			}

			tab.Click("buy")
			tab.Click("culqi-order")
			tab.MainUntil("an order", "window.results.length === 3 && Culqi.order !== undefined")
			if got := tab.Text("result"); got != order || w.culqiOrderState(payment{id: order}) != "pending" {
				t.Errorf("the order %s is %s", got, w.culqiOrderState(payment{id: order}))
			}

			tab.Click("buy")
			tab.Key(kb.Escape)
			tab.Until("the modal is closed", `document.getElementById("culqi-container-simulated") === null`)
			tab.Click("buy")
			tab.Click("culqi-close")
			tab.Until("the modal is closed", `document.getElementById("culqi-container-simulated") === null`)
			tab.Clean("127.0.0.1")
		})
	}
}

// TestCulqiCheckoutByKeyboard makes a token without a mouse.
func TestCulqiCheckoutByKeyboard(t *testing.T) {
	w := newWorld(t, "culqi")
	tab := chromium.Tab(t, browser.Desktop)
	tab.Go(w.checkout(""))
	tab.Tabs("buy")
	tab.Key(kb.Enter)
	tab.Until("the modal", `document.getElementById("culqi-container-simulated") !== null`)
	for _, in := range []struct{ field, value string }{{"culqi-email", "ana@example.com"}, {"culqi-number", "4111111111111111"}, {"culqi-expiry", "09/29"}, {"culqi-cvv", "111"}} {
		tab.Tabs(in.field)
		tab.Write(in.value)
	}
	for range 12 { // the focus stays in the modal, all the way round
		tab.Key(kb.Tab)
		if got := tab.Focused(); !strings.HasPrefix(got, "culqi-") {
			t.Fatalf("the tab key leaves the modal for %s", got)
		}
	}
	tab.Tabs("culqi-pay")
	tab.Key(kb.Enter)
	tab.MainUntil("a token", "Culqi.token !== undefined")
	if got := tab.Focused(); got != "buy" {
		t.Errorf("after the modal the focus is on %s", got)
	}
}

// TestCulqi3DS lets the browser library ask for 3-D Secure, in the modal where the payer has to answer, and sends the charge again with
// what it gives. Without a proof, the charge asks for authentication anew.
func TestCulqi3DS(t *testing.T) {
	for _, c := range []struct{ name, card, press, proof, charged string }{
		{"passed", "4456530000001096", "approve", "parameters3DS", "charged"},
		{"failed", "4456530000001096", "decline", "error", "review"},
		{"too late", "4456530000001096", "expire", "error", "review"},
		{"nobody asked", "4456530000001005", "", "parameters3DS", "charged"},
		{"timed out", "4456530000001070", "", "error", "review"},
		{"broken", "4456530000001013", "", "error", "review"},
	} {
		for name, size := range sizes {
			t.Run(c.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, "culqi")
				p := w.culqiReview(c.card)
				token := p.page[strings.LastIndex(p.page, "/")+1:]
				tab := chromium.Tab(t, size)
				tab.Go(w.checkout(""))
				tab.Main(`Culqi3DS.publicKey = Culqi.publicKey; void Culqi3DS.initAuthentication("`+token+`")`, nil)
				if c.press != "" {
					tab.Until("the modal", `document.querySelector("iframe") !== null`)
					frame := tab.Frame("iframe")
					frame.Until("the bank's question", `document.readyState === "complete" && document.querySelector("main[data-state]") !== null`)
					tab.Accessible()
					frame.Accessible()
					frame.Fits()
					frame.Click("action-" + c.press)
				}
				tab.MainUntil("the library's answer", "window.proof !== undefined && document.querySelector('iframe') === null")
				var proof map[string]json.RawMessage
				tab.Main("window.proof", &proof)
				if proof[c.proof] == nil || len(proof) != 1 {
					t.Fatalf("the page was given %s, want %s", proof, c.proof)
				}
				more := ""
				if c.proof == "parameters3DS" {
					more = `,"authentication_3DS":` + string(proof[c.proof])
				}
				a := w.culqiCharge(token, more)
				got := chargeWord(a)
				if got != c.charged {
					t.Errorf("the charge is %s: %s; want %s", got, a.body, c.charged)
				}
				tab.Clean("127.0.0.1")
			})
		}
	}
}
