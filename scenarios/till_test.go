package scenarios_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"paysim/internal/engine"
	"paysim/internal/provider"
)

// TestMain lets many stories run at once: most of their time they wait for
// answers that do not come.
func TestMain(m *testing.M) {
	flag.Parse()
	flag.Set("test.parallel", "12")
	os.Exit(m.Run())
}

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
	settings string // %s is where notifications go
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

	forms []string // what pays when it is sent from a page, one after the other; nil: its button

	genuine func(t *till, n ipn) bool
	told    func(n ipn) string
	text    func(n ipn) string // the JSON that tells it
	sold    string             // as it has always been written there that something is paid
	amount  string             // the path of how much
	key     func(n ipn) string // the same for copies of one notification
}

// till is a shop at a provider's desk.
type till struct {
	*shop
	at     *desk
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
	return d.behind(shopAt(t, d.provider(), file, src))
}

// behind puts a shop behind the desk.
func (d *desk) behind(at *shop) *till {
	at.Helper()
	p := d.provider()
	s := &till{shop: at, at: d, tokens: map[string]string{}}
	s.sign = d.prove(s)
	if d.settings != "" {
		given, err := engine.ParseSettings(p, fmt.Appendf(nil, d.settings, s.notify))
		if err != nil {
			s.Fatal(err)
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

// sold sells what can be refunded, which no scenario disturbs.
func (t *till) sold() {
	t.Helper()
	sell := t.at.sell
	if sell == nil {
		sell = t.at.charge
	}
	t.calmly(func() { t.sure(sell(t, order)) })
}

// holds holds money, which no scenario disturbs.
func (t *till) holds() {
	t.Helper()
	t.calmly(func() { t.sure(t.at.hold(t)) })
}

// calmly makes calls whose answers are sure to come.
func (t *till) calmly(f func()) {
	was := t.waits(ever)
	f()
	t.waits(was)
}

// waits says how long calls wait for an answer from now on, and gives how long
// they did. A notification may be asked after meanwhile.
func (t *till) waits(d time.Duration) (was time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	was, t.client.Timeout = t.client.Timeout, d
	return was
}

// last is what was opened, held or sold last, for whoever is told of it before
// the call that made it has come back.
func (t *till) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.id
}

// now is the tenant's time.
func (t *till) now() time.Time {
	t.tenant.Lock()
	defer t.tenant.Unlock()
	return t.tenant.Clock.Now()
}

// says reads an answer, if there is one.
func (t *till) says(r reply, err error) string {
	if err != nil {
		return ""
	}
	return t.at.state(r)
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

func (t *till) looking() string { return t.at.look(t) }

// settle ships what is paid and closes what is not.
func (t *till) settle(state string) {
	if state == paid {
		t.ship()
		return
	}
	t.close()
}
