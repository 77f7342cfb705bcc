package scenarios_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"paysim/internal/engine"
	"paysim/internal/provider"
)

// total is the price where parts of it have to be worth a call of their own.
const total = 10000

// What an answer, an inquiry or a notification says of a payment. "" says
// nothing: it cannot be read, or nobody has seen its like before.
const (
	paid    = "paid"
	held    = "held"
	waiting = "waiting"
	refused = "refused"
)

// desk is how a shop speaks with one provider and reads what is said, so that
// the stories which providers share are told once. A desk leaves out what its
// provider does not have.
type desk struct {
	provider func() *provider.Provider
	settings string                       // %s is where notifications go
	prove    func(*till) func(*http.Request, string)
	state    func(reply) string

	charge func(t *till, reference string) (reply, error) // takes the money, or pays it out, at once
	find   func(t *till, reference string) string         // by the provider's own inquiry
	sell   func(t *till, reference string) (reply, error) // what can be refunded; nil: charge
	hold   func(t *till) (reply, error)                   // money that is taken later
	take   func(t *till, reference string) (reply, error)
	void   func(t *till, reference string) (reply, error)
	refund func(t *till, reference string, amount int) (reply, error)
	back   func(t *till, reference string) int            // how much of it was given back, by inquiry
	open   func(t *till, reference string) (reply, error) // a payer's page
	look   func(t *till) string                           // inquires after what was opened or held

	genuine func(t *till, n ipn) bool
	told    func(n ipn) string
	key     func(n ipn) string // the same for copies of one notification
}

// till is a shop at a provider's desk.
type till struct {
	*shop
	*desk
	id     string            // what was opened, held or sold last
	tokens map[string]string // of cards, by the purchase that they pay for
}

// tells gives the two tales of one file.
func (d *desk) tells(naive func(*till), harm string, careful func(*till)) story {
	return story{naive: d.visit(naive), harm: harm, careful: d.visit(careful)}
}

// visit lets a shop open at the desk, do what it does, and be audited.
func (d *desk) visit(does func(*till)) play {
	return func(t *testing.T, file string, src []byte) []string {
		s := d.opened(t, file, src)
		does(s)
		return s.complaints()
	}
}

func (d *desk) opened(t testing.TB, file string, src []byte) *till {
	t.Helper()
	p := d.provider()
	s := &till{shop: shopAt(t, p, file, src), desk: d, tokens: map[string]string{}}
	s.sign = d.prove(s)
	if d.settings != "" {
		given, err := engine.ParseSettings(p, fmt.Appendf(nil, d.settings, s.notify))
		if err != nil {
			t.Fatal(err)
		}
		s.engine.Configure(s.tenant, p.Name, given)
	}
	return s
}

// sure ends the test unless a step that no scenario disturbs has worked.
func (t *till) sure(r reply, err error) reply {
	t.Helper()
	if err != nil || r.code/100 != 2 {
		t.Fatalf("%v %d %s", err, r.code, r.body)
	}
	return r
}

// soldAt sells what can be refunded, which no scenario disturbs.
func (t *till) sold() {
	t.Helper()
	sell := t.sell
	if sell == nil {
		sell = t.charge
	}
	t.sure(sell(t, order))
	t.ship()
}

// says reads an answer, if there is one.
func (t *till) says(r reply, err error) string {
	if err != nil {
		return ""
	}
	return t.state(r)
}

// wait asks until a state is definite.
func (t *till) wait(ask func() string, most time.Duration) string {
	for waited := time.Duration(0); waited <= most; waited += 5 * time.Minute {
		if state := ask(); state != "" && state != waiting {
			return state
		}
		t.pass(5 * time.Minute)
	}
	return ""
}

func (t *till) looking() string { return t.look(t) }

// settle ships what is paid and closes what is not.
func (t *till) settle(state string) {
	if state == paid {
		t.ship()
		return
	}
	t.close()
}

// hurries pays, and pays again with a new reference if the first answer is not
// what it should be.
func hurries(t *till) {
	for range 2 {
		if t.says(t.charge(t, t.next())) == paid {
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
		state := t.says(t.charge(t, order))
		if state == "" {
			state = t.find(t, order)
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

// asksOnce takes the first inquiry for the last word: what is not paid has
// failed.
func asksOnce(t *till) {
	state := t.says(t.charge(t, order))
	if state == "" {
		state = t.find(t, order)
	}
	t.settle(state)
}

// unfound takes what cannot be found for what was not booked.
func unfound(t *till) {
	if t.says(t.charge(t, order)) != paid && t.find(t, order) == "" {
		t.settle(t.says(t.charge(t, t.next())))
	}
	t.find(t, order)
}

// givesUp takes the first error for the last word.
func givesUp(t *till) { t.settle(t.says(t.charge(t, order))) }

// clicks lets a customer click twice.
func (t *till) clicks(reference func() string) {
	var clicks sync.WaitGroup
	for range 2 {
		clicks.Go(func() { t.charge(t, reference()) })
	}
	clicks.Wait()
}

func clicksTwice(t *till) { t.clicks(t.next); t.ship() }

func clicksOnce(t *till) {
	t.clicks(func() string { return order })
	t.settle(t.wait(func() string { return t.find(t, order) }, time.Hour))
}

// anotherCard takes a decline for definite and pays with another card, which is
// another payment.
func anotherCard(t *till) {
	if t.says(t.charge(t, order)) == refused {
		t.settle(t.says(t.charge(t, t.next())))
	}
}

// sameAgain repeats what was declined.
func sameAgain(t *till) {
	for range 2 {
		if t.says(t.charge(t, order)) == paid {
			t.ship()
			return
		}
	}
	t.close()
}

// takesOnce takes what is held and gives up at the first refusal.
func takesOnce(t *till) {
	t.sure(t.hold(t))
	t.settle(t.says(t.take(t, "K-1")))
}

// takesAgain takes what is held, and takes it again where nothing was booked.
func takesAgain(t *till) {
	t.sure(t.hold(t))
	state := ""
	for range 4 {
		if state = t.says(t.take(t, "K-1")); state == "" || state == refused {
			state = t.look(t)
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
	t.sure(t.hold(t))
	t.ship()
	t.take(t, "K-1")
}

// takesTwice captures again because the first answer did not come, and believes
// the second.
func takesTwice(t *till) {
	t.sure(t.hold(t))
	if _, err := t.take(t, "K-1"); err != nil {
		r, err := t.take(t, "K-2")
		t.settle(t.says(r, err))
	}
}

// looksThen asks for the state where the answer did not come.
func looksThen(t *till) {
	t.sure(t.hold(t))
	state := t.says(t.take(t, "K-1"))
	if state == "" {
		state = t.look(t)
	}
	t.settle(state)
}

// lateTaker ships, and takes the money long after it was held.
func lateTaker(d time.Duration) func(*till) {
	return func(t *till) {
		t.sure(t.hold(t))
		t.ship()
		t.pass(d)
		t.take(t, "K-1")
	}
}

// earlyTaker takes the money before it ships.
func earlyTaker(d time.Duration) func(*till) {
	return func(t *till) {
		t.sure(t.hold(t))
		t.sure(t.take(t, "K-1"))
		t.ship()
		t.pass(d)
	}
}

// voidAndTake lets one clerk take the money while another lets it go. believe
// says which answers they take for done.
func voidAndTake(believe func(reply) bool) func(*till) {
	return func(t *till) {
		t.sure(t.hold(t))
		var mu sync.Mutex
		var done []string
		var work sync.WaitGroup
		for name, f := range map[string]func(*till, string) (reply, error){"taken": t.take, "let go": t.void} {
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
		t.settle(t.look(t))
	}
}

func anything(reply) bool { return true }

func accepted(r reply) bool { return r.code/100 == 2 }

// refundsAgain asks for a partial refund again under a new reference.
func refundsAgain(t *till) {
	t.sold()
	if _, err := t.refund(t, "R-1", 3000); err != nil {
		t.refund(t, "R-2", 3000)
	}
}

// refundsOnce asks whether the refund is there before it repeats it.
func refundsOnce(t *till) {
	t.sold()
	if _, err := t.refund(t, "R-1", 3000); err != nil && t.back(t, "R-1") == 0 {
		t.sure(t.refund(t, "R-1", 3000))
	}
}

// promises tells the customer that a refund is on its way as soon as it was
// asked for.
func promises(t *till) {
	t.sold()
	t.refund(t, "R-1", total)
}

// persists asks until the refund was accepted.
func persists(t *till) {
	t.sold()
	for range 4 {
		if r, err := t.refund(t, "R-1", total); err == nil && accepted(r) {
			return
		}
		t.pass(time.Minute)
	}
}

// twoRefunds lets two clerks refund at once, together more than was paid.
func twoRefunds(believe func(reply) bool) func(*till) {
	return func(t *till) {
		t.sold()
		var mu sync.Mutex
		books := 0
		var work sync.WaitGroup
		for _, reference := range []string{"R-1", "R-2"} {
			work.Go(func() {
				r, _ := t.refund(t, reference, 6000)
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
	t.sure(t.open(t, order))
	t.pass(time.Minute)
	t.ship()
	t.pass(time.Hour)
}

// looksLater waits for the payer and ships what is paid.
func looksLater(t *till) {
	t.sure(t.open(t, order))
	t.settle(t.wait(t.looking, 48*time.Hour))
	t.pass(time.Hour)
}

// looksSoon asks once and calls the order off.
func looksSoon(t *till) {
	t.sure(t.open(t, order))
	t.pass(time.Minute)
	t.settle(t.look(t))
	t.pass(time.Hour)
}

// onlyListens waits for a notification and never asks.
func onlyListens(t *till) {
	t.hear = t.onceEach(func(n ipn) {
		if t.told(n) == paid {
			t.ship()
		}
	})
	t.sure(t.open(t, order))
	t.pass(48 * time.Hour)
}

// impatientListener calls an order off that was not paid in ten minutes, without
// asking.
func impatientListener(t *till) {
	closed := false
	t.hear = t.onceEach(func(n ipn) {
		if !closed && t.told(n) == paid {
			t.ship()
		}
	})
	t.sure(t.open(t, order))
	t.pass(10 * time.Minute)
	closed = true
	t.close()
	t.pass(3 * time.Hour)
}

// eager ships at every notification.
func eager(t *till) {
	t.hear = func(n ipn) int {
		if t.told(n) == paid {
			t.ship()
		}
		return 200
	}
	t.sure(t.open(t, order))
	t.pass(time.Hour)
}

// remembers ships at the first genuine notification, and acknowledges all.
func remembers(t *till) {
	t.hear = t.onceEach(func(n ipn) {
		if t.told(n) == paid && t.genuine(t, n) && !t.hasShipped() {
			t.ship()
		}
	})
	t.sure(t.open(t, order))
	t.pass(48 * time.Hour)
}

// chokes fails on a notification that it knows already.
func chokes(t *till) {
	rows := map[string]bool{}
	t.hear = func(n ipn) int {
		if rows[t.key(n)] {
			panic("the row exists")
		}
		rows[t.key(n)] = true
		if t.told(n) == paid {
			t.ship()
		}
		return 200
	}
	t.sure(t.open(t, order))
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
			if expected && t.told(n) == paid {
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
			if t.told(n) == paid && t.genuine(t, n) && !t.hasShipped() {
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
	t.hear = func(n ipn) int { state = t.told(n); return 200 }
	t.sure(t.hold(t))
	t.sure(t.take(t, "K-1"))
	t.pass(time.Hour)
	t.settle(state)
}

// asksAtEach takes a notification for a reason to ask.
func asksAtEach(t *till) {
	t.hear = t.onceEach(func(ipn) {
		if t.look(t) == paid && !t.hasShipped() {
			t.ship()
		}
	})
	t.sure(t.hold(t))
	t.sure(t.take(t, "K-1"))
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
			if !t.genuine(t, n) {
				t.blame("acted on a notification that the provider did not sign")
			}
			if t.told(n) == paid && !t.hasShipped() {
				t.ship()
			}
			return 200
		}
		t.sure(t.open(t, order))
		t.pass(24 * time.Hour)
		if !t.hasShipped() {
			t.settle(t.look(t))
		}
	}
}

// onceEach handles what was not heard before, and acknowledges what was handled.
func (t *till) onceEach(handle func(ipn)) func(ipn) int {
	var mu sync.Mutex
	seen := map[string]bool{}
	return func(n ipn) int {
		mu.Lock()
		defer mu.Unlock()
		if !seen[t.key(n)] {
			handle(n)
			seen[t.key(n)] = true
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
		"odd-answer":          d.tells(asksOnce, moved+" 0", careful),
		"double-click":        d.tells(clicksTwice, twice, clicksOnce),
		"gateway-unavailable": d.tells(givesUp, moved+" 0", careful),
		"maintenance":         d.tells(givesUp, moved+" 0", careful),
	}
}
