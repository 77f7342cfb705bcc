package browser_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"paysim/conformance/browser"
	"paysim/conformance/target"
)

// dashboard opens the dashboard of the world's tenant.
func (w *world) dashboard(tab *browser.Tab) {
	w.Helper()
	tab.Go(w.there.Control + "/_sim/dashboard?tenant=" + w.tenant)
	tab.Until("what the tenant holds", `!document.querySelector("#all").hidden`)
}

// cell waits until a table's first row shows something.
func cell(tab *browser.Tab, table, says string) {
	tab.Until(fmt.Sprintf("%q in the newest of the %s", says, table), fmt.Sprintf(`document.querySelector("#%s tr")?.textContent.includes(%q)`, table, says))
}

// TestDashboard follows a payment on the dashboard while it lives: it appears by itself, is approved there, its webhook is seen and sent
// again, time passes, and everything is forgotten.
func TestDashboard(t *testing.T) {
	for name, size := range sizes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "citcon")
			tab := chromium.Tab(t, size)
			w.dashboard(tab)
			cell(tab, "payments", "none yet")
			p := w.citcon("alipay", 0)
			cell(tab, "payments", p.id)
			cell(tab, "payments", "initiated")
			tab.Fits()
			tab.Accessible()

			tab.Click("act-approve")
			cell(tab, "payments", "succeeded")
			tab.Until("the focus on the row whose button is gone", `document.activeElement.dataset.key?.includes("`+p.id+`")`)
			cell(tab, "webhooks", "delivered")
			if heard := len(w.shop.heard()); heard != 1 {
				t.Errorf("the shop heard %d webhooks", heard)
			}
			tab.Click("redeliver")
			tab.Until("a second attempt", `document.querySelector("#webhooks summary").textContent.startsWith("2")`)
			if heard := len(w.shop.heard()); heard != 2 {
				t.Errorf("after sending again the shop heard %d webhooks", heard)
			}
			if on := tab.Focused(); on != "redeliver" {
				t.Errorf("after the table was drawn anew the focus is on %q", on)
			}
			tab.Click("fold")
			tab.Until("what was sent", `document.querySelector("#webhooks pre:last-child")?.textContent.includes('"reference":"A-1001"')`)
			tab.Main(`document.querySelector("#journal summary").click()`, nil)
			tab.Until("the story of an entry", `document.querySelector("#journal pre")?.textContent.includes("→ succeeded by approve")`)
			tab.Fits()
			tab.Accessible()

			tab.Click("freeze")
			tab.Until("a clock that stands still", `document.querySelector("#mode").textContent === "stands still"`)
			before := w.control("GET", "/clock", "").text("now")
			tab.Click("advance-day")
			tab.Until("another day", `!document.querySelector("#now").dateTime.startsWith(`+fmt.Sprintf("%q", before[:10])+`)`)
			tab.Clean("127.0.0.1")

			tab.Click("reset")
			tab.Click("reset-yes")
			cell(tab, "payments", "none yet")
			tab.Until("an empty journal", `document.querySelector("#journal").childElementCount === 0`)
		})
	}
}

// TestDashboardTellsRefusals shows what the control API says against a call.
func TestDashboardTellsRefusals(t *testing.T) {
	w := newWorld(t, "citcon")
	tab := chromium.Tab(t, browser.Desktop)
	p := w.citcon("alipay", 0)
	w.dashboard(tab)
	cell(tab, "payments", p.id)
	tab.Main(`window.fetch = new Proxy(window.fetch, {apply: (f, self, [to, how]) => f.call(self, how?.method === "POST" ? to.replace("/approve", "/capture") : to, how)})`, nil)
	tab.Click("act-approve")
	tab.Until("the refusal", `document.querySelector("#trouble").textContent !== ""`)
	if says := tab.Text("trouble"); !strings.Contains(says, `"capture"`) {
		t.Errorf("the page says %q", says)
	}
}

// TestDashboardOfACrowd looks for one payment among many, while more of them come.
func TestDashboardOfACrowd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "citcon")
	tab := chromium.Tab(t, browser.Desktop)
	token := w.citconToken()
	charge := func(reference string) string {
		return w.want(w.ask("POST", w.base+"/v1/charges", fmt.Sprintf(`{"transaction":{"reference":%q,"amount":1000,"currency":"USD","country":"US"},
			"payment":{"method":"alipay","client":["desktop"]}}`, reference), "Content-Type", "application/json", "Authorization", "Bearer "+token), 200).text("data.id")
	}
	hostile := `<img src=x onerror="document.title=1">` + strings.Repeat("0", 20) + "طلب🛒"
	first := charge(hostile)
	for i := range 120 {
		charge(fmt.Sprint("A-", i))
	}
	w.dashboard(tab)
	cell(tab, "payments", "A-119")
	tab.Until("a word of those that are left out", `document.querySelector("#payments").lastChild.textContent === "21 older ones are left out"`)
	tab.Until("buttons that say whose they are", `(all => all.length > 100 && new Set(all.map(e => e.ariaLabel)).size === all.length)([...document.querySelectorAll("#payments button, #payments a")])`)

	tab.Type("find", "onerror")
	cell(tab, "payments", first)
	tab.Until("nothing else", `document.querySelector("#payments").childElementCount === 1`)
	tab.Until("the reference as text", fmt.Sprintf(`document.querySelector("#payments bdi").textContent === %q && document.querySelector("#payments img") === null`, hostile))
	if name, want := tab.Attribute("act-approve", "aria-label"), "approve: citcon charge "+hostile+" "+first; name != want {
		t.Errorf("the button is called %q, want %q", name, want)
	}
	tab.Fits()
	tab.Accessible()

	tab.Main(`window.row = document.querySelector("#payments tr"); getSelection().selectAllChildren(row.querySelector("code"))`, nil)
	charge("again " + hostile)
	tab.Until("one more", `document.querySelector("#payments").childElementCount === 2`)
	tab.MainUntil("the first where it stood, and what was selected in it", fmt.Sprintf(`row.isConnected && getSelection().toString() === %q`, first))
	tab.Type("find", "captured") // a column's name, and no payment's state
	cell(tab, "payments", "none holds")
	tab.Clean("127.0.0.1")
}

// TestDashboardNewestOnTop pays with a provider that the API lists before another, while the clock stands still.
func TestDashboardNewestOnTop(t *testing.T) {
	t.Parallel()
	first, then := newWorld(t, "culqi"), newWorld(t, "citcon")
	then.tenant = first.tenant
	tab := chromium.Tab(t, browser.Desktop)
	first.dashboard(tab)
	tab.Click("freeze")
	tab.Until("a clock that stands still", `document.querySelector("#mode").textContent === "stands still"`)
	first.culqiOrder()
	cell(tab, "payments", "culqi order")
	then.citcon("alipay", 0)
	cell(tab, "payments", "citcon charge")
}

// TestDashboardBehindAProxy has the simulator below another path, away for a while, and its clock moved by somebody else.
func TestDashboardBehindAProxy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "citcon")
	to, err := url.Parse(w.there.Control)
	if err != nil {
		t.Fatal(err)
	}
	var away atomic.Bool
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.FlushInterval = -1
	proxy.ErrorLog = log.New(io.Discard, "", 0) // of connections that the page gave up
	whole := target.Whole(proxy)
	front := httptest.NewServer(http.StripPrefix("/sim", http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if away.Load() {
			http.Error(out, "bad gateway", http.StatusBadGateway)
			return
		}
		whole.ServeHTTP(out, r)
	})))
	t.Cleanup(front.Close)

	tab := chromium.Tab(t, browser.Desktop)
	tab.Go(front.URL + "/sim/_sim/dashboard/?tenant=" + w.tenant)
	p := w.citcon("alipay", 0)
	cell(tab, "payments", p.id)
	tab.Click("act-approve")
	cell(tab, "payments", "succeeded")

	w.control("POST", "/clock", `{"at":"2200-01-01T00:00:00Z"}`)
	tab.Until("the clock as somebody else set it", `document.querySelector("#now").dateTime.startsWith("2200-01-01")`)

	away.Store(true)
	front.CloseClientConnections()
	tab.Until("what is wrong", `document.querySelector("#trouble").textContent.includes("502")`)
	away.Store(false)
	tab.Until("that all is well", `document.querySelector("#trouble").textContent === ""`)
	cell(tab, "payments", p.id)
}

// TestDashboardInTheBackground gives its connection back while nobody looks.
func TestDashboardInTheBackground(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "citcon")
	tab := chromium.Tab(t, browser.Desktop)
	w.dashboard(tab)
	tab.Main(`window.followed = 0;
		window.fetch = new Proxy(window.fetch, {apply: (f, self, [to, how]) => { if (String(to).endsWith("/journal")) followed++; return f.call(self, to, how); }});
		window.seen = hidden => { Object.defineProperty(document, "hidden", {value: hidden, configurable: true}); document.dispatchEvent(new Event("visibilitychange")); };
		seen(true)`, nil)
	time.Sleep(6 * time.Second) // longer than the page keeps it for somebody who returns soon
	p := w.citcon("alipay", 0)
	tab.Main(`window.before = document.querySelector("#payments").textContent; seen(false)`, nil)
	cell(tab, "payments", p.id)
	tab.MainUntil("an answer to a new call", `followed === 1 && before === "none yet"`)
}
