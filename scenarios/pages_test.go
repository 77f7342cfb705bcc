package scenarios_test

import (
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"
)

// atPages are the stories of every desk that sends its payers to a page.
func (d *desk) atPages(taken string) map[string]story {
	return map[string]story{
		"return-late": d.tells(makesTheOrderAtTheReturn, "kept money and shipped nothing", knowsItsOrder),
		"tab-closed":  d.tells(shipsAtTheReturn, "kept money and shipped nothing", listensAndAsks),
		"paid-twice":  d.tells(aPageForEveryVisit, taken, onePage),
	}
}

// joined is stories with those that are shared.
func joined(own, shared map[string]story) map[string]story {
	maps.Copy(own, shared)
	return own
}

// browse is the payer, who pays at the page that was opened last. An error: the
// browser has not come back from it.
func (t *till) browse() error {
	t.Helper()
	payments := t.engine.Payments(t.tenant)
	page := payments[len(payments)-1].Page
	forms := t.at.forms
	if forms == nil {
		forms = []string{"action=approve"}
	}
	for _, form := range forms {
		resp, err := t.client.Post(page, "application/x-www-form-urlencoded", strings.NewReader(form))
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			return err
		}
		if resp.StatusCode >= 400 {
			t.Fatalf("%s at %s is answered %d", form, page, resp.StatusCode)
		}
	}
	return nil
}

// stays keeps the browser from the shop's own pages, which nobody serves here.
func (t *till) stays() {
	t.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
}

// returns opens a page, has it paid, and says what happens when the browser is
// back.
func (t *till) returns(back func()) {
	t.stays()
	t.sure(t.at.open(t, order))
	if t.browse() == nil {
		back()
	}
	t.pass(time.Hour)
}

// makesTheOrderAtTheReturn can only make use of what it hears after the browser
// is back.
func makesTheOrderAtTheReturn(t *till) {
	var mu sync.Mutex
	made := false
	t.hear = func(n ipn) int {
		mu.Lock()
		defer mu.Unlock()
		if made && t.at.told(n) == paid {
			t.ship()
		}
		return 200
	}
	t.returns(func() {
		mu.Lock()
		defer mu.Unlock()
		made = true
	})
}

// knowsItsOrder ships at the notification, wherever the browser is.
func knowsItsOrder(t *till) {
	t.hear = t.onceEach(func(n ipn) {
		if t.at.told(n) == paid && t.at.genuine(t, n) && !t.hasShipped() {
			t.ship()
		}
	})
	t.returns(func() {})
}

// shipsAtTheReturn asks when the browser is back, and never otherwise.
func shipsAtTheReturn(t *till) {
	t.returns(func() { t.settle(t.at.look(t)) })
	if !t.hasShipped() {
		t.close()
	}
}

// listensAndAsks does not need the browser.
func listensAndAsks(t *till) {
	knowsItsOrder(t)
	if !t.hasShipped() {
		t.settle(t.at.look(t))
	}
}

// aPageForEveryVisit has the customer come to the checkout twice, and pay at both
// pages.
func aPageForEveryVisit(t *till) {
	for range 2 {
		t.sure(t.at.open(t, t.next()))
	}
	t.ship()
	t.pass(time.Hour)
}

// onePage shows the customer the page that there is.
func onePage(t *till) {
	t.sure(t.at.open(t, order))
	t.settle(t.wait(t.looking, time.Hour))
}
