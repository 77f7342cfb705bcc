package browser_test

import (
	"slices"
	"strings"
	"testing"

	"paysim/conformance/browser"
)

var sizes = map[string]browser.Size{"360x740": browser.Phone, "1280x800": browser.Desktop}

// TestEveryEnd drives every page to every end that it offers, in both sizes, and compares what the payer's browser, the provider's
// inquiry, the control API and the merchant's webhook receiver then know.
func TestEveryEnd(t *testing.T) {
	for _, f := range flows {
		for size, window := range sizes {
			for _, s := range f.stages {
				t.Run(f.name+"/"+s.name+"/"+size, func(t *testing.T) {
					t.Parallel()
					f.everyEnd(t, s, window)
				})
			}
		}
	}
}

func (f flow) everyEnd(t *testing.T, s stage, window browser.Size) {
	w := newWorld(t, f.provider)
	tab := chromium.Tab(t, window)
	p := f.open(w)
	tab.Go(p.page)
	s.arrive(tab)
	f.looks(w, tab, p)
	all := w.twin(tab.URL()).values()
	if len(all) < 3 {
		t.Fatalf("the page offers only %v", all)
	}
	for _, action := range all {
		if slices.ContainsFunc(s.steps, func(step string) bool { return strings.HasPrefix(action, step) }) {
			continue
		}
		t.Run(action, func(t *testing.T) {
			w, tab := newWorld(t, f.provider), tab.For(t)
			p := f.open(w)
			tab.Go(p.page)
			s.arrive(tab)
			before := w.twin(tab.URL())
			if s.fill != nil {
				s.fill(tab)
			}
			tab.Press(action)
			f.agree(w, tab, p, before, action)
		})
	}
}

func (s stage) arrive(tab *browser.Tab) {
	if s.reach != nil {
		s.reach(tab)
	}
}

// looks checks an open page before anybody has pressed anything.
func (f flow) looks(w *world, tab *browser.Tab, p payment) {
	w.Helper()
	if _, kind := tab.State(); kind != "open" {
		w.Errorf("%s is %s", tab.URL(), kind)
	}
	for _, id := range []string{"simulator-banner", "provider", "merchant", "state", "title", "form", "choices", "outcomes"} {
		if !tab.Has(id) {
			w.Errorf("%s lacks %s; it has %v", tab.URL(), id, tab.TestIDs())
		}
	}
	v := w.twin(tab.URL())
	if got, want := tab.Actions(), v.values(); !slices.Equal(got, want) {
		w.Errorf("the page offers %v, its twin %v", got, want)
	}
	if state, _ := tab.State(); state != v.State {
		w.Errorf("the page says %s, its twin %s", state, v.State)
	}
	if state, page, _ := w.listed(p.id); state != v.State || page != p.page && !f.another {
		w.Errorf("control lists %s at %s; the page is %s at %s", state, page, v.State, p.page)
	}
	tab.Fits()
	tab.Accessible()
	tab.OpenDrawer()
	tab.Fits()
	tab.Accessible()
	tab.Clean("127.0.0.1")
}

// agree compares all that is known of a payment after a button was pressed.
func (f flow) agree(w *world, tab *browser.Tab, p payment, before twin, action string) {
	w.Helper()
	state, _, actions := w.listed(p.id)
	if want := before.leads(action); state != want {
		w.Fatalf("%s led to %s; the page said %q", action, state, want)
	}
	end, decided := f.ends[state]
	if !decided {
		if state != before.State {
			w.Fatalf("%s led to %s, of which the test knows nothing", action, state)
		}
		f.stillOpen(w, tab, p)
		return
	}
	if end.back != "" {
		if got := tab.Text("shop"); got != end.back {
			w.Errorf("the browser is back at %s, want %s", got, end.back)
		}
		if got := w.shop.visited(); !slices.Equal(got, []string{end.back}) {
			w.Errorf("the shop was visited at %v, want %s once", got, end.back)
		}
	} else if shown, kind := tab.State(); shown != state || kind == "open" {
		w.Errorf("the page shows %s, %s; the payment is %s", shown, kind, state)
	}
	if slices.Contains(actions, "approve") {
		w.Errorf("a decided payment can still be approved: %v", actions)
	}
	f.told(w, p, end)
	f.truth(w, p, state, end)
	if got := f.inquire(w, p); got != end.inquiry {
		w.Errorf("the inquiry says %s, want %s", got, end.inquiry)
	}
}

// told checks that the merchant heard of the end once, or not at all.
func (f flow) told(w *world, p payment, end end) {
	w.Helper()
	var events []string
	for _, d := range w.deliveries(p.id) {
		if d.State != "delivered" {
			w.Errorf("the webhook %s is %s", d.Event, d.State)
		}
		if !slices.Contains(w.shop.heard(), d.Body) {
			w.Errorf("the shop never heard %s", d.Body)
		}
		events = append(events, d.Event)
	}
	n := 0
	for _, e := range events {
		if e == end.event {
			n++
		}
	}
	if end.event != "" && (n != 1 || events[len(events)-1] != end.event) {
		w.Errorf("the merchant was told %v, want %s at the end and once", events, end.event)
	}
	if end.event == "" && slices.ContainsFunc(events, func(e string) bool { return !strings.Contains(e, "creation") }) {
		w.Errorf("the merchant was told %v, want nothing", events)
	}
}

// truth asks for the page of a decided payment again: it shows the end and offers nothing but the way back.
func (f flow) truth(w *world, p payment, state string, end end) {
	w.Helper()
	v := w.twin(p.page)
	if v.State != state || len(v.Actions) != 0 || v.StateKind == "open" {
		w.Errorf("the page's twin says %s (%s) with %d actions; the payment is %s", v.State, v.StateKind, len(v.Actions), state)
	}
	leads := end.back + end.link
	if leads == "" && v.ReturnURL != "" || !strings.HasPrefix(v.ReturnURL, w.shop.URL+"/back/"+leads) && leads != "" {
		w.Errorf("a decided page leads to %s, want %q", v.ReturnURL, leads)
	}
	for _, a := range v.Actions {
		w.Errorf("a decided page offers %s", a.Value)
	}
}

func (f flow) stillOpen(w *world, tab *browser.Tab, p payment) {
	w.Helper()
	if _, kind := tab.State(); kind != "open" {
		w.Errorf("the page is %s after a choice that changes nothing", kind)
	}
	if got := w.deliveries(p.id); slices.ContainsFunc(got, func(d delivery) bool { return !strings.Contains(d.Event, "creation") && d.Event != "session.loggedin" }) {
		w.Errorf("the merchant was told %v", got)
	}
	if len(tab.Actions()) < 3 {
		w.Errorf("the page offers only %v", tab.Actions())
	}
}
