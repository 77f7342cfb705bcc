package scenarios_test

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/tidwall/gjson"
)

// What follows is what shops do at any desk: first as real code does it, then as
// a careful shop does.

// hurries pays, and pays again with a new reference if the first answer is not
// what it should be.
func hurries(t *till) {
	for range 2 {
		if t.says(t.at.charge(t, t.next())) == paid {
			t.ship()
			return
		}
	}
	t.close()
}

// insists pays for one purchase with one reference, whatever the answers are: it
// asks where it does not know, repeats what was refused for a reason that
// passes, and believes nothing but a definite state.
func insists(t *till) {
	for wait := time.Second; wait < time.Hour; wait *= 2 {
		state := t.says(t.at.charge(t, order))
		if state == "" {
			state = t.at.find(t, order)
		}
		if state == paid || state == refused {
			t.settle(state)
			return
		}
		t.pass(wait)
	}
	t.close()
}

// stands gives a shop's calls no useful deadline.
func stands(f func(*till)) func(*till) {
	return func(t *till) {
		t.client.Timeout = patient
		f(t)
	}
}

// unfound takes what cannot be found, or cannot be read, for what was not booked.
func unfound(t *till) {
	if t.says(t.at.charge(t, order)) != paid && t.at.find(t, order) == "" {
		t.settle(t.says(t.at.charge(t, t.next())))
	}
	t.at.find(t, order)
}

// givesUp takes the first error for the last word.
func givesUp(t *till) { t.settle(t.says(t.at.charge(t, order))) }

// clicks lets a customer click twice.
func (t *till) clicks(reference func() string) {
	var clicks sync.WaitGroup
	for range 2 {
		clicks.Go(func() { t.at.charge(t, reference()) })
	}
	clicks.Wait()
}

func clicksTwice(t *till) { t.clicks(t.next); t.ship() }

func clicksOnce(t *till) {
	t.clicks(func() string { return order })
	t.settle(t.wait(func() string { return t.at.find(t, order) }, time.Hour))
}

// anotherCard takes a decline for definite and pays with another card, which is
// another payment.
func anotherCard(t *till) {
	if t.says(t.at.charge(t, order)) == refused {
		t.settle(t.says(t.at.charge(t, t.next())))
	}
}

// sameAgain repeats what was declined.
func sameAgain(t *till) {
	for range 2 {
		if t.says(t.at.charge(t, order)) == paid {
			t.ship()
			return
		}
	}
	t.close()
}

// takesOnce takes what is held and gives up at the first refusal.
func takesOnce(t *till) {
	t.holds()
	t.settle(t.says(t.at.take(t, "K-1")))
}

// takesAgain takes what is held, and takes it again where nothing was booked.
func takesAgain(t *till) {
	t.holds()
	state := ""
	for range 4 {
		if state = t.says(t.at.take(t, "K-1")); state == "" || state == refused {
			state = t.at.look(t)
		}
		if state == paid {
			break
		}
		t.pass(time.Minute)
	}
	t.settle(state)
}

// shipsFirst ships on authorization and never looks at the capture.
func shipsFirst(t *till) {
	t.holds()
	t.ship()
	t.at.take(t, "K-1")
}

// takesTwice captures again because the first answer did not come, and believes
// the second.
func takesTwice(t *till) {
	t.holds()
	if _, err := t.at.take(t, "K-1"); err != nil {
		r, err := t.at.take(t, "K-2")
		t.settle(t.says(r, err))
	}
}

// looksThen asks for the state where the answer did not come.
func looksThen(t *till) {
	t.holds()
	state := t.says(t.at.take(t, "K-1"))
	if state == "" {
		state = t.at.look(t)
	}
	t.settle(state)
}

// lateTaker ships, and takes the money long after it was held.
func lateTaker(d time.Duration) func(*till) {
	return func(t *till) {
		t.holds()
		t.ship()
		t.pass(d)
		t.at.take(t, "K-1")
	}
}

// earlyTaker takes the money before it ships.
func earlyTaker(d time.Duration) func(*till) {
	return func(t *till) {
		t.holds()
		t.sure(t.at.take(t, "K-1"))
		t.ship()
		t.pass(d)
	}
}

// voidAndTake lets one clerk take the money while another lets it go. believe
// says which answers they take for done.
func voidAndTake(believe func(reply) bool) func(*till) {
	return func(t *till) {
		t.holds()
		var mu sync.Mutex
		var done []string
		var work sync.WaitGroup
		for name, f := range map[string]func(*till, string) (reply, error){"taken": t.at.take, "let go": t.at.void} {
			work.Go(func() {
				r, _ := f(t, "K-"+name[:1])
				mu.Lock()
				defer mu.Unlock()
				if believe(r) {
					done = append(done, name)
				}
			})
		}
		work.Wait()
		if len(done) != 1 {
			t.blame("the books say %d ends of one payment", len(done))
		}
		t.settle(t.at.look(t))
	}
}

func anything(reply) bool { return true }

func accepted(r reply) bool { return r.code/100 == 2 }

// refundsAgain asks for a partial refund again under a new reference.
func refundsAgain(t *till) {
	t.sold()
	t.ship()
	if _, err := t.at.refund(t, "R-1", 3000); err != nil {
		t.at.refund(t, "R-2", 3000)
	}
}

// refundsOnce asks whether the refund is there before it repeats it.
func refundsOnce(t *till) {
	t.sold()
	t.ship()
	if _, err := t.at.refund(t, "R-1", 3000); err != nil && t.at.back(t, "R-1") == 0 {
		t.sure(t.at.refund(t, "R-1", 3000))
	}
}

// promises tells the customer that a refund is on its way as soon as it was
// asked for.
func promises(t *till) {
	t.sold()
	t.close()
	t.at.refund(t, "R-1", total)
}

// persists asks until the refund was accepted.
func persists(t *till) {
	t.sold()
	t.close()
	for range 4 {
		if r, err := t.at.refund(t, "R-1", total); err == nil && accepted(r) {
			return
		}
		t.pass(time.Minute)
	}
}

// twoRefunds lets two clerks refund at once, together more than was paid.
func twoRefunds(believe func(reply) bool) func(*till) {
	return func(t *till) {
		t.sold()
		t.ship()
		var mu sync.Mutex
		books := 0
		var work sync.WaitGroup
		for _, reference := range []string{"R-1", "R-2"} {
			work.Go(func() {
				r, _ := t.at.refund(t, reference, 6000)
				mu.Lock()
				defer mu.Unlock()
				if believe(r) {
					books += 6000
				}
			})
		}
		work.Wait()
		if books != 6000 {
			t.blame("the books say %d", books)
		}
	}
}

// tooFast believes in a payment as soon as its page is there.
func tooFast(t *till) {
	t.sure(t.at.open(t, order))
	t.pass(time.Minute)
	t.ship()
	t.pass(time.Hour)
}

// looksLater waits for the payer and ships what is paid.
func looksLater(t *till) {
	t.sure(t.at.open(t, order))
	t.settle(t.wait(t.looking, 48*time.Hour))
	t.pass(time.Hour)
}

// looksSoon asks once and calls the order off.
func looksSoon(t *till) {
	t.sure(t.at.open(t, order))
	t.pass(time.Minute)
	t.settle(t.at.look(t))
	t.pass(time.Hour)
}

// onlyListens waits for a notification and never asks.
func onlyListens(t *till) {
	t.hear = t.onceEach(func(n ipn) {
		if t.at.told(n) == paid {
			t.ship()
		}
	})
	t.sure(t.at.open(t, order))
	t.pass(48 * time.Hour)
}

// deaf answers 503 to notifications for three days.
func deaf(does func(*till)) func(*till) {
	return func(t *till) {
		back := t.now().Add(72 * time.Hour)
		t.hear = func(n ipn) int {
			if t.now().Before(back) {
				return 503
			}
			if t.at.told(n) == paid {
				t.ship()
			}
			return 200
		}
		does(t)
		t.pass(72 * time.Hour)
	}
}

// opensOnly has a page made, and that is all.
func opensOnly(t *till) { t.sure(t.at.open(t, order)) }

// impatientListener calls an order off that was not paid in ten minutes, without
// asking.
func impatientListener(t *till) {
	closed := false
	t.hear = t.onceEach(func(n ipn) {
		if !closed && t.at.told(n) == paid {
			t.ship()
		}
	})
	t.sure(t.at.open(t, order))
	t.pass(10 * time.Minute)
	closed = true
	t.close()
	t.pass(3 * time.Hour)
}

// eager ships at every notification.
func eager(t *till) {
	t.hear = func(n ipn) int {
		if t.at.told(n) == paid {
			t.ship()
		}
		return 200
	}
	t.sure(t.at.open(t, order))
	t.pass(time.Hour)
}

// remembers ships at the first genuine notification, and acknowledges all.
func remembers(t *till) {
	t.hear = t.onceEach(func(n ipn) {
		if t.at.told(n) == paid && t.at.genuine(t, n) && !t.hasShipped() {
			t.ship()
		}
	})
	t.sure(t.at.open(t, order))
	t.pass(48 * time.Hour)
}

// chokes fails on a notification that it knows already.
func chokes(t *till) {
	rows := map[string]bool{}
	t.hear = func(n ipn) int {
		if rows[t.at.key(n)] {
			panic("the row exists")
		}
		rows[t.at.key(n)] = true
		if t.at.told(n) == paid {
			t.ship()
		}
		return 200
	}
	t.sure(t.at.open(t, order))
	t.pass(72 * time.Hour)
}

// overtaken expects a notification only after the call that causes it was
// answered.
func overtaken(cause func(*till)) func(*till) {
	return func(t *till) {
		var mu sync.Mutex
		expected := false
		t.hear = func(n ipn) int {
			mu.Lock()
			defer mu.Unlock()
			if expected && t.at.told(n) == paid {
				t.ship()
			}
			return 200
		}
		cause(t)
		mu.Lock()
		expected = true
		mu.Unlock()
		t.pass(time.Hour)
	}
}

// ready knows its own order before it calls.
func ready(cause func(*till)) func(*till) {
	return func(t *till) {
		t.hear = t.onceEach(func(n ipn) {
			if t.at.told(n) == paid && t.at.genuine(t, n) && !t.hasShipped() {
				t.ship()
			}
		})
		cause(t)
		t.pass(time.Hour)
	}
}

// lastWord writes down whatever came last.
func lastWord(t *till) {
	state := ""
	t.hear = func(n ipn) int { state = t.at.told(n); return 200 }
	t.holds()
	t.sure(t.at.take(t, "K-1"))
	t.pass(time.Hour)
	t.settle(state)
}

// asksAtEach takes a notification for a reason to ask.
func asksAtEach(t *till) {
	t.hear = t.onceEach(func(ipn) {
		if t.at.look(t) == paid && !t.hasShipped() {
			t.ship()
		}
	})
	t.holds()
	t.sure(t.at.take(t, "K-1"))
	t.pass(time.Hour)
}

// trusts ships at a notification that it takes for genuine, and asks after a
// day if none came.
func trusts(genuine func(t *till, n ipn) bool) func(*till) {
	return func(t *till) {
		t.hear = func(n ipn) int {
			if !genuine(t, n) {
				return 401
			}
			if !t.at.genuine(t, n) {
				t.blame("acted on a notification that the provider did not sign")
			}
			if t.at.told(n) == paid && !t.hasShipped() {
				t.ship()
			}
			return 200
		}
		t.sure(t.at.open(t, order))
		t.pass(24 * time.Hour)
		if !t.hasShipped() {
			t.settle(t.at.look(t))
		}
	}
}

// searches takes a notification for text, and ships where a piece of it is as it
// has always been.
func searches(t *till) {
	t.hear = func(n ipn) int {
		if strings.Contains(t.at.text(n), t.at.sold) && !t.hasShipped() {
			t.ship()
		}
		return 200
	}
	t.sure(t.at.open(t, order))
	t.pass(48 * time.Hour)
}

// weighs ships at a genuine notification of what was asked for. compares says
// whether it looks how much that is; where it is something else, it asks.
func weighs(compares bool) func(*till) {
	return func(t *till) {
		t.hear = t.onceEach(func(n ipn) {
			if t.at.told(n) != paid || !t.at.genuine(t, n) {
				return
			}
			same := gjson.Get(t.at.text(n), t.at.amount).Int() == total
			if !same && !compares {
				t.blame("shipped for another amount than was asked for")
			}
			if same || !compares || t.at.look(t) == paid {
				t.ship()
			}
		})
		t.sure(t.at.open(t, order))
		t.pass(48 * time.Hour)
	}
}

// onceEach handles what was not heard before, and acknowledges what was handled.
func (t *till) onceEach(handle func(ipn)) func(ipn) int {
	var mu sync.Mutex
	seen := map[string]bool{}
	return func(n ipn) int {
		mu.Lock()
		defer mu.Unlock()
		if !seen[t.at.key(n)] {
			handle(n)
			seen[t.at.key(n)] = true
		}
		return 200
	}
}

// usual are the stories that every desk tells which charges and inquires.
func (d *desk) usual(moved string, careful func(*till)) map[string]story {
	twice := fmt.Sprintf("%s %d", moved, 2*total)
	return map[string]story{
		"lost-answer":         d.tells(hurries, twice, careful),
		"connection-reset":    d.tells(hurries, twice, careful),
		"truncated-answer":    d.tells(hurries, twice, careful),
		"html-behind-200":     d.tells(hurries, twice, careful),
		"half-then-silence":   d.tells(stands(hurries), "the till stood", careful),
		"slow-drip":           d.tells(stands(hurries), "the till stood", careful),
		"read-lag":            d.tells(unfound, twice, careful),
		"odd-answer":          d.tells(unfound, twice, careful),
		"double-click":        d.tells(clicksTwice, twice, clicksOnce),
		"gateway-unavailable": d.tells(givesUp, moved+" 0", careful),
		"maintenance":         d.tells(givesUp, moved+" 0", careful),
	}
}
