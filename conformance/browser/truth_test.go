package browser_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"paysim/conformance/browser"
)

// toTheEnd is the stage from which the button that ends well can be pressed.
func (f flow) toTheEnd() stage {
	for _, s := range f.stages {
		if s.name == "confirm" || s.name == "answer" || s.name == "page" {
			return s
		}
	}
	return f.stages[0]
}

// each runs a test for every flow on a page that is ready to be decided.
func each(t *testing.T, do func(w *world, f flow, p payment, tab *browser.Tab)) {
	for _, f := range flows {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, f.provider)
			tab := chromium.Tab(t, browser.Phone)
			p := f.open(w)
			tab.Go(p.page)
			f.toTheEnd().arrive(tab)
			do(w, f, p, tab)
		})
	}
}

// decided is what must not change any more: the state, what the merchant was told, and how often it was visited is not part of it.
type decided struct {
	state    string
	webhooks int
}

func (w *world) decided(p payment) decided {
	w.Helper()
	state, _, _ := w.listed(p.id)
	return decided{state, len(w.deliveries(p.id))}
}

// shown checks that a page tells the end and offers nothing.
func shown(w *world, tab *browser.Tab, state string) {
	w.Helper()
	got, kind := tab.State()
	if got != state || kind == "open" || len(tab.Actions()) != 0 {
		w.Errorf("the page shows %s, %s, and offers %v; the payment is %s", got, kind, tab.Actions(), state)
	}
	tab.Fits()
	tab.Accessible()
}

// TestDecidedPages visits a page after its payment was decided, in all the ways in which people do.
func TestDecidedPages(t *testing.T) {
	each(t, func(w *world, f flow, p payment, tab *browser.Tab) {
		stale := chromium.Tab(w.T, browser.Desktop)
		stale.Stay()
		tab.Stay()
		stale.Go(tab.URL())
		others := stale.Actions()
		address := tab.URL()
		tab.Press(f.approve)
		want := w.decided(p)

		stale.Press(others[len(others)-2]) // a page left open in another window
		shown(w, stale, want.state)
		if f.ends[want.state].back != "" && stale.Has("return") {
			if to := stale.Attribute("return", "href"); !strings.HasPrefix(to, w.shop.URL+"/back/"+f.ends[want.state].back) {
				w.Errorf("the page leads to %s", to)
			}
		}
		stale.Reload() // which posts nothing, because the page has made itself an ordinary one
		shown(w, stale, want.state)
		stale.Go(address) // the link again
		shown(w, stale, want.state)
		tab.Back() // from the shop, or from what was posted
		shown(w, tab, want.state)
		if got := w.decided(p); got != want {
			w.Errorf("the payment was %+v and became %+v", want, got)
		}
	})
}

// TestDoubleClick presses a button twice before the answer is there.
func TestDoubleClick(t *testing.T) {
	each(t, func(w *world, f flow, p payment, tab *browser.Tab) {
		tab.Arrive("pressing twice", func() { tab.ClickTwice("action-" + f.approve) })
		first := w.decided(p)
		if _, ends := f.ends[first.state]; !ends {
			w.Fatalf("the payment is %s", first.state)
		}
		f.told(w, p, f.ends[first.state])
		shown := w.twin(p.page)
		if shown.State != first.state || len(shown.Actions) != 0 {
			w.Errorf("the page shows %s with %d actions; the payment is %s", shown.State, len(shown.Actions), first.state)
		}
	})
}

// TestExpiredPages lets the time run out while a page is open.
func TestExpiredPages(t *testing.T) {
	each(t, func(w *world, f flow, p payment, tab *browser.Tab) {
		before := w.twin(tab.URL())
		if before.ExpiresAt == "" {
			if tab.Has("countdown") {
				w.Error("a page that never expires counts down")
			}
			return
		}
		if !tab.Has("countdown") || tab.Text("countdown") == "" {
			w.Errorf("no countdown on a page that expires; it has %v", tab.TestIDs())
		}
		tab.Stay()
		w.control("POST", "/clock", `{"advance":"24h1m"}`)
		want := w.decided(p)
		if f.ends[want.state].inquiry == "" || want.state == before.State {
			w.Fatalf("after its time the payment is %s", want.state)
		}
		tab.Press(f.approve)
		shown(w, tab, want.state)
		tab.Go(p.page)
		shown(w, tab, want.state)
		if got := w.decided(p); got != want {
			w.Errorf("the payment was %+v and became %+v", want, got)
		}
	})
}

// TestUnknownPages opens links that lead nowhere.
func TestUnknownPages(t *testing.T) {
	each(t, func(w *world, f flow, p payment, tab *browser.Tab) {
		broken := p.page[:len(p.page)-1]
		switch f.provider {
		case "paymenticon":
			broken = strings.Replace(p.page, "/process/", "/process/0", 1)
		case "appotapay":
			broken = strings.Replace(strings.Replace(p.page, "sign=", "sign=0", 1), "signature=", "signature=0", 1)
		}
		before := w.decided(p)
		if status := tab.Go(broken); status/100 != 4 {
			w.Errorf("%s: %d", broken, status)
		}
		for _, id := range []string{"simulator-banner", "provider", "problem", "title"} {
			if !tab.Has(id) {
				w.Errorf("%s lacks %s", broken, id)
			}
		}
		tab.Fits()
		tab.Accessible()
		if a := w.ask("POST", broken, "action=approve", "Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html"); a.status/100 != 4 {
			w.Errorf("posting there: %d", a.status)
		}
		if got := w.decided(p); got != before {
			w.Errorf("the payment was %+v and became %+v", before, got)
		}
	})
}

// TestByKeyboard decides without touching a mouse: once with the main button, once with one in the drawer.
func TestByKeyboard(t *testing.T) {
	for _, from := range []string{"choices", "drawer"} {
		t.Run(from, func(t *testing.T) {
			each(t, func(w *world, f flow, p payment, tab *browser.Tab) {
				action := f.approve
				if from == "drawer" {
					all := tab.Actions()
					action = all[slices.IndexFunc(all, func(a string) bool { return tab.InDrawer("action-" + a) })]
				}
				v := w.twin(tab.URL())
				tab.ByKeyboard(action)
				if state, _, _ := w.listed(p.id); state != v.leads(action) {
					w.Errorf("%s led to %s, want %s", action, state, v.leads(action))
				}
			})
		})
	}
}

// TestKeyboardOnly goes through all pages of a session that asks for a login, a code and a confirmation, by keyboard.
func TestKeyboardOnly(t *testing.T) {
	w := newWorld(t, "paymenticon")
	tab := chromium.Tab(t, browser.Desktop)
	p := w.session(`"charge_mode":"capture","payment_without_login_enabled":true`)
	tab.Go(p.page)
	tab.Tabs("input-wallet")
	tab.Key(kb.Tab)
	if got := tab.Focused(); got != "input-password" {
		t.Errorf("after the wallet's number comes %s", got)
	}
	tab.ByKeyboard("gateway:BLIK")
	tab.Tabs("input-amount")
	tab.Tabs("input-code")
	tab.Write("123456")
	tab.Arrive("pressing Enter in an input", func() { tab.Key(kb.Enter) })
	tab.Until("the shop", `location.pathname.startsWith("/back/")`)
	if state, _, _ := w.listed(p.id); state != "captured" {
		t.Errorf("the session is %s", state)
	}
}

// TestWithoutScripts decides with the page's scripts turned off.
func TestWithoutScripts(t *testing.T) {
	each(t, func(w *world, f flow, p payment, tab *browser.Tab) {
		tab.Scripts(false)
		tab.Go(tab.URL())
		v := w.twin(tab.URL())
		tab.OpenDrawer()
		tab.Press(f.approve)
		state, _, _ := w.listed(p.id)
		if state != v.leads(f.approve) {
			w.Errorf("%s led to %s, want %s", f.approve, state, v.leads(f.approve))
		}
		want := w.decided(p)
		if f.ends[state].back == "" {
			tab.Reload() // which posts once more
			if got, kind := tab.State(); got != want.state || kind == "open" || len(tab.Actions()) != 0 {
				w.Errorf("after posting again the page shows %s, %s, and offers %v", got, kind, tab.Actions())
			}
		}
		if got := w.decided(p); got != want {
			w.Errorf("the payment was %+v and became %+v", want, got)
		}
		if back := f.ends[state].back; back != "" {
			tab.Until("the shop", `document.querySelector("[data-testid=shop]") !== null`)
		}
	})
}

// TestTwins does for every button of every page what its JSON form says, without a browser.
func TestTwins(t *testing.T) {
	for _, f := range flows {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, f.provider)
			for _, action := range w.twin(f.open(w).page).values() {
				w := newWorld(t, f.provider)
				p := f.open(w)
				v := w.twin(p.page)
				if v.Submit == nil || v.Submit.Method != "POST" || v.Merchant == "" || v.StateKind != "open" {
					t.Fatalf("%+v", v)
				}
				to := p.page
				if v.Submit.URL != "" {
					to = v.Submit.URL
				}
				form := "action=" + strings.ReplaceAll(action, ":", "%3A")
				for name, value := range v.Submit.Form {
					form += "&" + name + "=" + value
				}
				after := w.read(w.ask("POST", to, form, "Content-Type", v.Submit.Type, "Accept", "application/json"))
				want := v.leads(action)
				if strings.HasPrefix(action, "gateway") {
					want = v.State
				}
				if state, _, _ := w.listed(p.id); state != want || after.State != want {
					t.Errorf("%s led to %s and the answer says %s; the twin promised %q", action, state, after.State, want)
				}
			}
		})
	}
}

// TestLanguages reads every page in English and in the provider's own language, and both fit.
func TestLanguages(t *testing.T) {
	for _, f := range flows {
		for _, lang := range []string{"en", f.own} {
			name := "english/"
			if lang != "en" {
				name = "own_language/"
			}
			t.Run(name+f.name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, f.provider)
				w.vietnamese = lang == "vi"
				tab := chromium.Tab(t, browser.Phone)
				tab.Language(lang + ";q=0.9")
				p := f.open(w)
				address := p.page
				if f.provider == "paymenticon" { // whose pages say it in the address
					address = strings.TrimSuffix(address, "/") + "|lang=" + lang
				}
				tab.Go(address)
				if got := tab.Lang(); got != lang {
					t.Errorf("the page is in %s, want %s", got, lang)
				}
				english := []string{"Pay your", "Pay with", "Confirm that", "Cancel", "Other outcomes", "Payment details", "Log in", "Waiting"}
				text := tab.Words()
				said := slices.ContainsFunc(english, func(word string) bool { return strings.Contains(text, word) })
				if said != (lang == "en") {
					t.Errorf("in %s the page says: %s", lang, text)
				}
				tab.OpenDrawer()
				tab.Fits()
				tab.Accessible()
			})
		}
	}
}

// TestDark checks both schemes for contrast, the drawer open.
func TestDark(t *testing.T) {
	each(t, func(w *world, f flow, p payment, tab *browser.Tab) {
		tab.Scheme("dark")
		tab.OpenDrawer()
		tab.Accessible()
		tab.Press(f.approve)
		if f.ends[w.decided(p).state].back == "" {
			tab.Accessible()
		}
	})
}
