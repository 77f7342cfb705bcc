package browser_test

import (
	"fmt"
	"strings"
	"testing"

	"paysim/conformance/browser"
)

// dashboard opens the dashboard of the world's tenant.
func (w *world) dashboard(tab *browser.Tab) {
	w.Helper()
	tab.Go(w.there.Control + "/_sim/dashboard?tenant=" + w.tenant)
	tab.Until("what the tenant holds", `document.querySelector("#mode").textContent !== ""`)
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
