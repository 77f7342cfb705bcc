package scenarios_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

// begin logs in under scenarios that do not disturb that.
func (s *shop) begin() {
	s.Helper()
	if err := s.login(); err != nil {
		s.Fatal(err)
	}
}

// buyNaively charges, and charges again with a new reference if the first
// answer is not what it should be.
func buyNaively(s *shop) {
	s.begin()
	for range 2 {
		if r, err := s.charge(s.next()); err == nil && r.ok() && r.state() == "succeeded" {
			s.ship()
			return
		}
	}
	s.close()
}

// buy pays for one purchase with one reference, whatever the answers are: it
// repeats what was refused for a reason that passes, asks where it does not
// know, and believes nothing but a definite state.
func buy(s *shop) {
	for wait := time.Second; wait < time.Hour; wait *= 2 {
		if s.token == "" && s.login() != nil {
			s.pass(wait)
			continue
		}
		r, err := s.charge(order)
		if err != nil || !r.ok() {
			if r, err = s.inquire(order); err != nil || !r.ok() {
				s.pass(wait)
				continue
			}
		}
		switch r.state() {
		case "succeeded":
			s.ship()
			return
		case "failed", "canceled", "expired":
			s.close()
			return
		}
		s.pass(wait)
	}
	s.close()
}

// await asks until a state is definite.
func (s *shop) await(reference string, most time.Duration) string {
	for waited := time.Duration(0); waited <= most; waited += 5 * time.Minute {
		if r, err := s.inquire(reference); err == nil && r.ok() {
			switch state := r.state(); state {
			case "succeeded", "authorized", "failed", "canceled", "expired":
				return state
			}
		}
		s.pass(5 * time.Minute)
	}
	return ""
}

// settle ships what is paid and closes what is not.
func (s *shop) settle(state string) {
	if state == "succeeded" {
		s.ship()
		return
	}
	s.close()
}

// citconStories tells how shops fare with Citcon.
func citconStories() map[string]story {
	out := map[string]story{}
	for name, c := range citcons {
		out[name] = story{naive: visit(c.naive), harm: c.harm, careful: visit(c.careful)}
	}
	return out
}

// visit lets a shop open, do what it does, and be audited.
func visit(does func(*shop)) play {
	return func(t *testing.T, file string, src []byte) []string {
		s := newShop(t, file, src)
		does(s)
		return s.complaints()
	}
}

// citconStory is what two shops do under one file, and the harm that the naive
// one comes to.
type citconStory struct {
	naive   func(*shop)
	harm    string
	careful func(*shop)
}

var citcons = map[string]citconStory{
	"lost-answer":       {naive: buyNaively, harm: "captured 2000", careful: buy},
	"connection-reset":  {naive: buyNaively, harm: "captured 2000", careful: buy},
	"truncated-answer":  {naive: buyNaively, harm: "captured 2000", careful: buy},
	"html-behind-200":   {naive: buyNaively, harm: "captured 2000", careful: buy},
	"half-then-silence": {naive: impatient(buyNaively), harm: "the till stood", careful: buy},
	"slow-drip":         {naive: impatient(buyNaively), harm: "the till stood", careful: buy},
	"read-lag": {harm: "captured 2000", careful: buy, naive: func(s *shop) {
		s.begin()
		if r, err := s.charge(order); err == nil && r.ok() {
			s.ship()
			return
		}
		if r, _ := s.inquire(order); r.refused("4103") {
			r, _ = s.charge(s.next())
			s.settle(r.state())
		}
		s.inquire(order)
	}},
	"odd-answer": {harm: "kept money and shipped nothing", careful: buy, naive: func(s *shop) {
		s.begin()
		if r, err := s.charge(order); err == nil && r.ok() {
			s.ship()
			return
		}
		r, _ := s.inquire(order)
		s.settle(r.state()) // whatever is not paid has failed
	}},
	"double-click": {
		harm: "captured 2000",
		naive: func(s *shop) {
			s.begin()
			var clicks sync.WaitGroup
			for range 2 {
				clicks.Go(func() { s.charge(s.next()) })
			}
			clicks.Wait()
			s.ship()
		},
		careful: func(s *shop) {
			s.begin()
			var clicks sync.WaitGroup
			for range 2 {
				clicks.Go(func() { s.charge(order) })
			}
			clicks.Wait()
			s.settle(s.await(order, 0))
		},
	},
	"gateway-unavailable": {harm: "captured 0", careful: buy, naive: func(s *shop) {
		s.begin()
		r, _ := s.charge(order)
		s.settle(r.state())
	}},
	"maintenance": {harm: "captured 0", careful: buy, naive: func(s *shop) {
		if s.login() != nil {
			s.close()
		}
	}},
	"one-operation-down": {
		harm: "refunded 0",
		naive: func(s *shop) {
			s.begin()
			s.must(s.charge(order))
			s.refund("R-1", price)
			s.close() // "your money is on its way"
			s.refund("R-2", price)
		},
		careful: func(s *shop) {
			s.begin()
			s.must(s.charge(order))
			for range 5 {
				if r, err := s.refund("R-1", price); err == nil && r.ok() {
					s.close()
					return
				}
				s.pass(time.Minute)
			}
		},
	},
	"declined-then-paid": {
		harm: "captured 0",
		naive: func(s *shop) {
			s.begin()
			for range 2 {
				if r, _ := s.charge(order); r.ok() || r.refused("4100") {
					s.ship() // it was there before, so it must be paid
					return
				}
			}
		},
		careful: func(s *shop) {
			s.begin()
			if r, _ := s.charge(order); r.refused("4200") && s.await(order, 0) == "failed" {
				again := s.next() // another card is another payment
				s.must(s.charge(again))
				s.settle(s.await(again, 0))
			}
		},
	},

	"token-refused": {
		harm: "the order never ended",
		naive: func(s *shop) {
			s.begin()
			s.must(s.authorize(order))
			if r, _ := s.capture("K-1"); r.ok() {
				s.ship()
			}
		},
		careful: func(s *shop) {
			s.begin()
			s.must(s.authorize(order))
			r, _ := s.capture("K-1")
			if r.code == 401 && s.login() == nil {
				r, _ = s.capture("K-1")
			}
			s.settle(r.state())
		},
	},
	"capture-refused": {
		harm: "shipped without money",
		naive: func(s *shop) {
			s.begin()
			s.must(s.authorize(order))
			s.ship()
			s.capture("K-1")
		},
		careful: func(s *shop) {
			s.begin()
			s.must(s.authorize(order))
			r, _ := s.capture("K-1")
			for range 3 {
				if r.ok() {
					break
				}
				s.pass(time.Minute)
				r, _ = s.capture("K-1") // nothing was booked under this reference
			}
			s.settle(r.state())
		},
	},
	"capture-answer-lost": {
		harm: "kept money and shipped nothing",
		naive: func(s *shop) {
			s.begin()
			s.must(s.authorize(order))
			if _, err := s.capture("K-1"); err != nil {
				r, _ := s.capture("K-2")
				s.settle(r.state())
			}
		},
		careful: func(s *shop) {
			s.begin()
			s.must(s.authorize(order))
			if r, err := s.capture("K-1"); err == nil && r.ok() {
				s.ship()
				return
			}
			s.settle(s.await(order, 0))
		},
	},
	"refund-answer-lost": {
		harm: "refunded 600",
		naive: func(s *shop) {
			s.begin()
			s.must(s.charge(order))
			s.ship()
			if _, err := s.refund("R-1", 300); err != nil {
				s.refund("R-2", 300)
			}
		},
		careful: func(s *shop) {
			s.begin()
			s.must(s.charge(order))
			s.ship()
			if _, err := s.refund("R-1", 300); err != nil {
				if r, _ := s.refund("R-1", 300); !r.refused("4100") {
					s.blame("the provider took one reference twice: %s", r.body)
				}
			}
		},
	},
	"capture-races-cancel": {
		harm:    "the books say 2 ends",
		naive:   captureAndCancel(func(reply) bool { return true }),
		careful: captureAndCancel(reply.ok),
	},
	"refund-races-refund": {
		harm:    "the books say 1200",
		naive:   clerks(func(reply) bool { return true }),
		careful: clerks(reply.ok),
	},

	"webhook-first": {
		harm: "kept money and shipped nothing",
		naive: func(s *shop) {
			s.begin()
			known := map[string]bool{}
			var mu sync.Mutex
			s.hear = func(n ipn) int {
				mu.Lock()
				defer mu.Unlock()
				if known[n.get("id")] {
					s.ship()
				}
				return 200
			}
			r := s.must(s.charge(order))
			mu.Lock()
			known[r.get("data.id")] = true
			mu.Unlock()
			s.pass(time.Hour)
		},
		careful: func(s *shop) {
			s.begin()
			s.hear = func(n ipn) int {
				if n.trusted() && n.get("reference") == order && !s.hasShipped() {
					s.ship()
				}
				return 200
			}
			s.must(s.charge(order))
			s.pass(time.Hour)
		},
	},
	"webhook-twice": {
		harm: "shipped 2 times",
		naive: func(s *shop) {
			s.begin()
			s.hear = func(n ipn) int { s.ship(); return 200 }
			s.must(s.charge(order))
			s.pass(time.Minute)
		},
		careful: func(s *shop) {
			s.begin()
			s.hear = once(func(ipn) { s.ship() })
			s.must(s.charge(order))
			s.pass(time.Minute)
		},
	},
	"webhook-out-of-order": {
		harm: "kept money and shipped nothing",
		naive: func(s *shop) {
			s.begin()
			state := ""
			s.hear = func(n ipn) int { state = n.get("status"); return 200 }
			s.must(s.authorize(order))
			s.must(s.capture("K-1"))
			s.pass(time.Hour)
			if state == "captured" {
				s.ship()
			}
		},
		careful: func(s *shop) {
			s.begin()
			s.hear = once(func(ipn) { // a notification is a reason to ask
				if s.await(order, 0) == "succeeded" && !s.hasShipped() {
					s.ship()
				}
			})
			s.must(s.authorize(order))
			s.must(s.capture("K-1"))
			s.pass(time.Hour)
		},
	},
	"webhook-never": {
		harm: "kept money and shipped nothing",
		naive: func(s *shop) {
			s.begin()
			s.hear = once(func(ipn) { s.ship() })
			s.must(s.wallet(order, true))
			s.pass(24 * time.Hour)
		},
		careful: func(s *shop) {
			s.begin()
			s.must(s.wallet(order, true))
			s.settle(s.await(order, 24*time.Hour))
		},
	},
	"webhook-late": {
		harm: "kept money and shipped nothing",
		naive: func(s *shop) {
			s.begin()
			closed := false
			s.hear = once(func(ipn) {
				if !closed {
					s.ship()
				}
			})
			s.must(s.wallet(order, true))
			s.pass(15 * time.Minute)
			closed = true
			s.close()
			s.pass(time.Hour)
		},
		careful: func(s *shop) {
			s.begin()
			s.must(s.wallet(order, true))
			s.pass(15 * time.Minute)
			s.settle(s.await(order, time.Hour))
			s.pass(time.Hour)
		},
	},
	"webhook-retried": {
		harm: "2 webhooks, 1 acknowledged",
		naive: func(s *shop) {
			s.begin()
			rows := map[string]bool{}
			s.hear = func(n ipn) int {
				if rows[n.get("id")] {
					panic("the row exists")
				}
				rows[n.get("id")] = true
				s.ship()
				return 200
			}
			s.must(s.charge(order))
			s.pass(48 * time.Hour)
		},
		careful: func(s *shop) {
			s.begin()
			s.hear = once(func(ipn) { s.ship() })
			s.must(s.charge(order))
			s.pass(48 * time.Hour)
		},
	},
	"webhook-other-amount": {
		harm: "another amount",
		naive: listens(func(s *shop, n ipn) {
			if n.get("amount") != fmt.Sprint(price) {
				s.blame("shipped for another amount than was asked for")
			}
			s.ship()
		}),
		careful: listens(func(s *shop, n ipn) {
			if n.get("amount") == fmt.Sprint(price) || s.await(order, 0) == "succeeded" {
				s.ship()
			}
		}),
	},
	"odd-webhook": {
		harm: "kept money and shipped nothing",
		naive: listens(func(s *shop, n ipn) {
			if strings.Contains(n.body, `"status":"success"`) {
				s.ship()
			}
		}),
		careful: listens(func(s *shop, n ipn) {
			if n.trusted() && n.get("status") == "success" {
				s.ship()
			}
		}),
	},
	"webhook-forged":   {naive: believes(func(n ipn) bool { return n.get("sign") != "" }), harm: "acted on", careful: believes(ipn.trusted)},
	"webhook-unsigned": {naive: believes(func(n ipn) bool { return n.get("sign") == "" || n.trusted() }), harm: "acted on", careful: believes(ipn.trusted)},

	"late-success": {
		harm: "kept money and shipped nothing",
		naive: func(s *shop) {
			s.begin()
			open := true
			s.hear = once(func(n ipn) {
				switch {
				case !open: // what is over is over
				case n.get("status") == "success":
					s.ship()
				default:
					open = false
					s.close()
				}
			})
			s.must(s.wallet(order, true))
			s.pass(time.Hour)
		},
		careful: func(s *shop) {
			s.begin()
			s.hear = once(func(n ipn) {
				if n.get("status") == "success" && n.trusted() && !s.hasShipped() {
					s.ship()
				}
			})
			s.must(s.wallet(order, true))
			s.pass(time.Hour)
		},
	},
	"late-failure": {
		harm: "shipped without money",
		naive: func(s *shop) {
			s.begin()
			s.hear = once(func(n ipn) {
				if n.get("status") == "success" {
					s.ship()
				}
			})
			s.must(s.wallet(order, true))
			s.pass(4 * time.Hour)
		},
		careful: func(s *shop) {
			s.begin()
			s.must(s.wallet(order, true))
			s.pass(4 * time.Hour) // when the parcel is fetched
			s.settle(s.await(order, 0))
		},
	},
	"chargeback": {
		harm:  "0 acknowledged",
		naive: disputed(func(ipn) { panic("unknown notification") }),
		careful: disputed(func(n ipn) {
			if n.get("transaction_type") != "chargeback" || n.get("status") != "Notification of Claim" {
				panic(n.body)
			}
		}),
	},

	"page-abandoned": {
		harm: "the order never ended",
		naive: func(s *shop) {
			s.begin()
			s.hear = once(func(ipn) { s.ship() })
			s.must(s.wallet(order, true))
			s.pass(24 * time.Hour)
		},
		careful: func(s *shop) {
			s.begin()
			s.must(s.wallet(order, true))
			s.settle(s.await(order, 24*time.Hour))
		},
	},
	"paid-after-expiry": {
		harm: "kept money and shipped nothing",
		naive: func(s *shop) {
			s.begin()
			s.must(s.wallet(order, true))
			s.pass(15 * time.Minute)
			s.settle(s.await(order, 0))
			s.pass(time.Hour)
		},
		careful: func(s *shop) {
			s.begin()
			s.hear = once(func(n ipn) {
				if n.trusted() && n.get("transaction_type") == "charge" && n.get("status") == "success" {
					s.must(s.refund("R-1", price)) // the goods are gone
				}
			})
			s.must(s.wallet(order, true))
			s.pass(15 * time.Minute)
			s.settle(s.await(order, 0))
			s.pass(time.Hour)
		},
	},
	"forged-return": {
		harm: "shipped without money",
		naive: func(s *shop) {
			s.begin()
			s.must(s.wallet(order, true))
			s.pass(time.Minute)
			s.ship() // the browser is at the success URL
		},
		careful: func(s *shop) {
			s.begin()
			s.must(s.wallet(order, true))
			s.pass(time.Minute)
			s.settle(s.await(order, 0))
		},
	},
	"authorization-lapses": {
		harm: "shipped without money",
		naive: func(s *shop) {
			s.begin()
			s.must(s.wallet(order, false))
			s.pass(time.Hour)
			s.ship()
			s.pass(8 * 24 * time.Hour)
			s.capture("K-1")
		},
		careful: func(s *shop) {
			s.begin()
			s.must(s.wallet(order, false))
			s.pass(time.Hour)
			s.must(s.capture("K-1"))
			s.ship()
			s.pass(8 * 24 * time.Hour)
		},
	},
	"three-ds-abandoned": {harm: "shipped without money", naive: trustsThe200, careful: awaitsTheCard},
	"three-ds-failed":    {harm: "shipped without money", naive: trustsThe200, careful: awaitsTheCard},
	"three-ds-slow": {harm: "kept money and shipped nothing", careful: awaitsTheCard, naive: func(s *shop) {
		s.begin()
		s.must(s.charge(order))
		s.pass(time.Minute)
		r, _ := s.inquire(order)
		s.settle(r.state())
		s.pass(time.Hour)
	}},
	"decided-later": {harm: "shipped without money", naive: trustsThe200, careful: awaitsTheCard},
}

// impatient gives a shop's calls no useful deadline.
func impatient(f func(*shop)) func(*shop) {
	return func(s *shop) {
		s.client.Timeout = patient
		f(s)
	}
}

// clerks lets two clerks refund at once. believe says which answers they take
// for a refund.
func clerks(believe func(reply) bool) func(*shop) {
	return func(s *shop) {
		s.begin()
		s.must(s.charge(order))
		s.ship()
		var mu sync.Mutex
		books := 0
		var work sync.WaitGroup
		for _, reference := range []string{"R-1", "R-2"} {
			work.Go(func() {
				r, _ := s.refund(reference, 600)
				mu.Lock()
				defer mu.Unlock()
				if believe(r) {
					books += 600
				}
			})
		}
		work.Wait()
		if books != 600 {
			s.blame("the books say %d", books)
		}
	}
}

// cancel lets go of what is held.
func (s *shop) cancel(reference string) (reply, error) {
	return s.call("POST", "/v1/cancels", fmt.Sprintf(`{"transaction_reference":%q,"reference":%q}`, order, reference))
}

// captureAndCancel lets one clerk take the money while another lets it go.
// believe says which answers they take for done.
func captureAndCancel(believe func(reply) bool) func(*shop) {
	return func(s *shop) {
		s.begin()
		s.must(s.authorize(order))
		var mu sync.Mutex
		ends := 0
		var work sync.WaitGroup
		for reference, does := range map[string]func(string) (reply, error){"K-1": s.capture, "X-1": s.cancel} {
			work.Go(func() {
				r, _ := does(reference)
				mu.Lock()
				defer mu.Unlock()
				if believe(r) {
					ends++
				}
			})
		}
		work.Wait()
		if ends != 1 {
			s.blame("the books say %d ends of one charge", ends)
		}
		s.settle(s.await(order, 0))
	}
}

// once handles what was not heard before, and acknowledges what was handled.
func once(handle func(ipn)) func(ipn) int {
	var mu sync.Mutex
	seen := map[string]bool{}
	return func(n ipn) int {
		key := n.get("id") + " " + n.get("transaction_type") + " " + n.get("status")
		mu.Lock()
		defer mu.Unlock()
		if !seen[key] {
			handle(n)
			seen[key] = true
		}
		return 200
	}
}

// believes ships at a notification that it takes for genuine, and asks after a
// day if none came.
func believes(genuine func(ipn) bool) func(*shop) {
	return func(s *shop) {
		s.begin()
		s.hear = func(n ipn) int {
			if !gjson.Valid(n.body) || !genuine(n) {
				return 401
			}
			if !n.trusted() {
				s.blame("acted on a notification that Citcon did not sign")
			}
			if !s.hasShipped() {
				s.ship()
			}
			return 200
		}
		s.must(s.wallet(order, true))
		s.pass(24 * time.Hour)
		if !s.hasShipped() {
			s.settle(s.await(order, 0))
		}
	}
}

// listens waits for notifications of a wallet's payment, each handled once.
func listens(handle func(*shop, ipn)) func(*shop) {
	return func(s *shop) {
		s.begin()
		s.hear = once(func(n ipn) { handle(s, n) })
		s.must(s.wallet(order, true))
		s.pass(48 * time.Hour)
	}
}

// disputed is paid and shipped, and then disputed.
func disputed(claim func(ipn)) func(*shop) {
	return func(s *shop) {
		s.begin()
		s.hear = once(func(n ipn) {
			if n.get("transaction_type") == "charge" {
				s.ship()
				return
			}
			claim(n)
		})
		s.must(s.wallet(order, true))
		s.pass(time.Hour)
		s.pass(10 * 24 * time.Hour)
	}
}

// trustsThe200 takes an answer for a payment.
func trustsThe200(s *shop) {
	s.begin()
	if r, err := s.charge(order); err == nil && r.ok() {
		s.ship()
	}
	s.pass(time.Hour)
}

// awaitsTheCard waits until it is known whether a card was charged.
func awaitsTheCard(s *shop) {
	s.begin()
	s.must(s.charge(order))
	s.settle(s.await(order, time.Hour))
	s.pass(time.Hour)
}
