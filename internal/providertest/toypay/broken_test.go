package toypay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"paysim/internal/catalog"
	"paysim/internal/ident"
	"paysim/internal/page"
	"paysim/internal/provider"
	"paysim/internal/providertest"
)

// TestTheHarnessFindsDefects breaks toypay in one place at a time: a harness
// that nothing can fail proves nothing.
func TestTheHarnessFindsDefects(t *testing.T) {
	for _, b := range broken {
		t.Run(strings.ReplaceAll(b.theme+" "+b.what, " ", "_"), func(t *testing.T) {
			s := suite()
			s.Provider.Operations = slices.Clone(s.Provider.Operations)
			s.Provider.Actions = slices.Clone(s.Provider.Actions)
			s.Provider.Errors = slices.Clone(s.Provider.Errors)
			hooks := *s.Provider.Webhooks
			s.Provider.Webhooks = &hooks
			b.how(&s)
			only := []string{b.theme}
			if b.theme == "coverage" {
				only = nil
			}
			found, err := providertest.Findings(s, only...)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(strings.Join(found[b.theme], "\n"), b.says) {
				t.Errorf("the theme %s does not say %q, but\n%s", b.theme, b.says, strings.Join(found[b.theme], "\n"))
			}
		})
	}
}

type handler = func(*provider.Call) (provider.Reply, error)

// instead puts another handler around an operation's.
func instead(id string, how func(handler) handler) func(*providertest.Suite) {
	return func(s *providertest.Suite) {
		op := s.Provider.Operation(id)
		op.Handle = how(op.Handle)
	}
}

// first does something before an operation's handler.
func first(id string, do func(*provider.Call)) func(*providertest.Suite) {
	return instead(id, func(h handler) handler {
		return func(c *provider.Call) (provider.Reply, error) {
			do(c)
			return h(c)
		}
	})
}

// last does something after an operation's handler has succeeded.
func last(id string, do func(*provider.Call, *provider.Reply)) func(*providertest.Suite) {
	return instead(id, func(h handler) handler {
		return func(c *provider.Call) (provider.Reply, error) {
			r, err := h(c)
			if err == nil {
				do(c, &r)
			}
			return r, err
		}
	})
}

// count is what a provider must not have: something outside the transaction.
var count atomic.Int64

// takeAnyway captures a charge whatever its state.
func takeAnyway(handler) handler {
	return func(c *provider.Call) (provider.Reply, error) {
		ch, ok := charges.Get(c, c.Vars["id"])
		if !ok {
			return provider.Reply{}, errNotFound
		}
		ch.Captured += ch.Amount
		charges.Put(c, ch)
		c.Moved(provider.Movement{Kind: "captured", Payment: ch.ID, Amount: ch.Amount, Currency: ch.Currency})
		return provider.JSON(200, ch.wire()), nil
	}
}

var broken = []struct {
	theme, what, says string
	how               func(*providertest.Suite)
}{
	{"operations", "an operation without an example", "[operations charge.get]", func(s *providertest.Suite) { delete(s.Examples, "charge.get") }},
	{"operations", "an example that is refused", "is answered 404", func(s *providertest.Suite) {
		s.Examples["charge.get"] = func(*providertest.Client) *providertest.Request { return providertest.Ask("GET /v1/charges/1", "") }
	}},
	{"operations", "a preparation that is refused", "which had to succeed", instead("charge.create", func(handler) handler {
		return func(*provider.Call) (provider.Reply, error) { return provider.Reply{}, errDuplicate }
	})},
	{"operations", "another path for it that is dead", "operations charge.get", func(s *providertest.Suite) {
		other := *s.Provider.Operation("charge.get")
		other.Path = "/v2/charges/{id}"
		other.Handle = func(*provider.Call) (provider.Reply, error) { return provider.Reply{}, errNotFound }
		s.Provider.Operations = append(s.Provider.Operations, other)
	}},
	{"transcripts", "another word", "it goes otherwise", last("charge.get", func(_ *provider.Call, r *provider.Reply) {
		r.Body = []byte(strings.Replace(string(r.Body), "EUR", "eur", 1))
	})},
	{"transcripts", "another header", "Toy-Version: 2", func(s *providertest.Suite) {
		s.Provider.Finish = func(_ *provider.Call, r *provider.Reply) { r.Header.Set("Toy-Version", "2") }
	}},
	{"auth", "everybody is let in", "as nobody", func(s *providertest.Suite) { s.Provider.Authenticate = func(*provider.Call) error { return nil } }},
	{"auth", "any key will do", "with a blank in Toy-Key", func(s *providertest.Suite) {
		s.Provider.Whose = func(c *provider.Call) provider.Claim {
			if claim := whose(c); strings.HasPrefix(c.Request.Header.Get("Toy-Key"), keyPrefix) {
				return claim
			}
			return provider.Claim{}
		}
		s.Provider.Authenticate = func(c *provider.Call) error {
			if c.Operation.Auth == "" || c.Request.Header.Get("Toy-Key") != "" {
				return nil
			}
			return errUnauthorized
		}
	}},
	{"auth", "whoever knows an id may read it", "as another tenant", func(s *providertest.Suite) {
		s.Provider.Whose = func(c *provider.Call) provider.Claim {
			id := c.Vars["id"]
			if mark, ok := ident.ParseMark(id[max(0, len(id)-12):]); ok {
				return provider.Claim{Mark: mark}
			}
			return whose(c)
		}
		s.Provider.Authenticate = func(c *provider.Call) error {
			if c.Operation.Auth == "" || strings.HasPrefix(c.Request.Header.Get("Toy-Key"), keyPrefix) {
				return nil
			}
			return errUnauthorized
		}
	}},
	{"auth", "a forgery is believed", "with a key of yesterday", func(s *providertest.Suite) {
		s.Forged = map[string]func(*providertest.Client, *providertest.Request){"a key of yesterday": func(*providertest.Client, *providertest.Request) {}}
	}},
	{"dialect", "Go's own words", "cannot unmarshal", func(s *providertest.Suite) {
		s.Provider.Envelope = func(c *provider.Call, row *catalog.Error, err error) provider.Reply {
			return provider.JSON(row.Status, wireError{Error: row.Code, Message: "json: cannot unmarshal string: " + err.Error()})
		}
	}},
	{"dialect", "a panic on an odd body", "answered as a defect", first("charge.create", func(c *provider.Call) {
		if len(c.Request.Body) == 0 {
			panic("no body")
		}
	})},
	{"dialect", "a panic before the transaction", "answered as a defect", func(s *providertest.Suite) {
		whose := s.Provider.Whose
		s.Provider.Whose = func(c *provider.Call) provider.Claim { _ = c.Operation.Page; return whose(c) }
	}},
	{"dialect", "an unknown path is a defect", "answered as a defect", func(s *providertest.Suite) {
		s.Provider.Refusal = func(c *provider.Call, err error) *catalog.Error {
			if row := refusal(c, err); row != errNotFound {
				return row
			}
			return errInternal
		}
	}},
	{"dialect", "a body that breaks off is a defect", "answered as a defect", func(s *providertest.Suite) {
		s.Provider.Refusal = func(c *provider.Call, err error) *catalog.Error {
			if errors.Is(err, provider.ErrBodyUnreadable) {
				return errInternal
			}
			return refusal(c, err)
		}
	}},
	{"dialect", "half a body is enough", "with the body half an object", instead("charge.create", func(h handler) handler {
		return func(c *provider.Call) (provider.Reply, error) {
			r, err := h(c)
			if strings.HasSuffix(string(c.Request.Body), ":") {
				return provider.JSON(200, nil), nil
			}
			return r, err
		}
	})},
	{"envelopes", "always 200", "says 409", func(s *providertest.Suite) {
		s.Provider.Envelope = func(c *provider.Call, row *catalog.Error, err error) provider.Reply {
			r := envelope(c, row, err)
			r.Status = 200
			return r
		}
	}},
	{"envelopes", "text", "code is", func(s *providertest.Suite) {
		s.Provider.Envelope = func(c *provider.Call, row *catalog.Error, err error) provider.Reply {
			return provider.Reply{Status: row.Status, Header: http.Header{"Content-Type": {"text/plain"}}, Body: []byte(row.Message)}
		}
	}},
	{"envelopes", "JSON for people", "which is for people", func(s *providertest.Suite) {
		s.Provider.Envelope = func(_ *provider.Call, row *catalog.Error, _ error) provider.Reply {
			return provider.JSON(row.Status, wireError{Error: row.Code})
		}
	}},
	{"states", "a capture in any state", "no object takes a step", instead("charge.capture", takeAnyway)},
	{"states", "more than there is", "has 2000 captured", instead("charge.capture", takeAnyway)},
	{"states", "every action listed always", "lists", func(s *providertest.Suite) {
		s.Provider.Payments = func(tx *provider.Tx) []provider.Payment {
			out := payments(tx)
			for i := range out {
				out[i].Actions = []string{"approve", "decline", "expire"}
			}
			return out
		}
	}},
	{"states", "no action listed", "does not list", func(s *providertest.Suite) {
		s.Provider.Payments = func(tx *provider.Tx) []provider.Payment {
			out := payments(tx)
			for i := range out {
				out[i].Actions = nil
			}
			return out
		}
	}},
	{"states", "money that the journal does not see", "and the journal saw", last("charge.capture", func(c *provider.Call, _ *provider.Reply) { c.Record.Money = nil })},
	{"states", "a state written by hand", "nothing took a step", first("charge.get", func(c *provider.Call) {
		if ch, ok := charges.Get(c, c.Vars["id"]); ok {
			ch.State = expired
			charges.Put(c, ch)
		}
	})},
	{"states", "an unknown payment that is fine", "[states unknown payment]", func(s *providertest.Suite) {
		s.Provider.Actions[0].Do = func(tx *provider.Tx, id, outcome string) error {
			if _, ok := charges.Get(tx, id); !ok {
				return nil
			}
			return doing("approve")(tx, id, outcome)
		}
	}},
	{"rollback", "a commit of its own", "leaves something behind", last("charge.capture", func(c *provider.Call, _ *provider.Reply) { c.Commit() })},
	{"rollback", "an action with a commit of its own", "[rollback approve]", func(s *providertest.Suite) {
		s.Provider.Actions[0].Do = func(tx *provider.Tx, id, outcome string) error {
			defer tx.Commit()
			return doing("approve")(tx, id, outcome)
		}
	}},
	{"concurrency", "a reference twice", "moves money again", instead("charge.create", func(h handler) handler {
		return func(c *provider.Call) (provider.Reply, error) {
			for _, ch := range charges.Where(c, "reference", "A-1") {
				ch.Reference = "forgotten"
				charges.Put(c, ch)
			}
			return h(c)
		}
	})},
	{"concurrency", "something outside the transaction", "answered otherwise", last("charge.capture", func(_ *provider.Call, r *provider.Reply) {
		r.Body = fmt.Appendf(nil, `{"n":%d}`, count.Add(1))
	})},
	{"concurrency", "a race that ends as no order does", "as no order", last("charge.capture", func(c *provider.Call, _ *provider.Reply) {
		ch, _ := charges.Get(c, c.Vars["id"])
		ch.Reason = fmt.Sprint(count.Add(1))
		charges.Put(c, ch)
	})},
	{"webhooks", "no signature", "there is no signature", func(s *providertest.Suite) {
		s.Provider.Webhooks.Sign = func(m provider.Message, _ provider.Signature) provider.Message { return m }
	}},
	{"webhooks", "always the right key", "[webhooks wrong_key]", func(s *providertest.Suite) {
		s.Provider.Webhooks.Sign = func(m provider.Message, how provider.Signature) provider.Message {
			how.Mode = provider.SignRight
			return sign(m, how)
		}
	}},
	{"webhooks", "a signature of other bytes than are sent", "[webhooks change]", func(s *providertest.Suite) {
		s.Provider.Webhooks.Sign = func(m provider.Message, how provider.Signature) provider.Message {
			sent := m.Body
			var b bytes.Buffer
			json.Compact(&b, sent)
			m.Body = b.Bytes()
			m = sign(m, how)
			m.Body = sent
			return m
		}
	}},
	{"webhooks", "a verifier that believes everything", "the merchant accepts it", func(s *providertest.Suite) {
		s.Verify = func(providertest.Received) error { return nil }
	}},
	{"webhooks", "an event that the operation does not name", "its row does not name", func(s *providertest.Suite) { s.Provider.Operation("charge.capture").Events = nil }},
	{"webhooks", "an event that no table has", "the event is in no table", func(s *providertest.Suite) {
		for i := range s.Provider.Operations {
			s.Provider.Operations[i].Events = nil
		}
		s.Provider.Events = s.Provider.Events[:1]
	}},
	{"webhooks", "silence", "makes the merchant hear anything", func(s *providertest.Suite) { s.Settings = "" }},
	{"webhooks", "an answer that is not understood", "does not count as received", func(s *providertest.Suite) {
		s.Provider.Webhooks.Received = func(status int, _ []byte) bool { return status == 418 }
	}},
	{"webhooks", "a signature without the time that the table promises", "[webhooks stale]", func(s *providertest.Suite) {
		s.Provider.Webhooks.Sign = func(m provider.Message, how provider.Signature) provider.Message {
			how.At = providertest.Start
			return sign(m, how)
		}
	}},
	{"faults", "a commit of its own", "not what was planned", last("charge.capture", func(c *provider.Call, _ *provider.Reply) { c.Commit() })},
	{"faults", "something outside the transaction", "after commit", last("charge.capture", func(c *provider.Call, _ *provider.Reply) {
		ch, _ := charges.Get(c, c.Vars["id"])
		ch.Reason = fmt.Sprint(count.Add(1))
		charges.Put(c, ch)
	})},
	{"scenarios", "deaf to outcomes", "as if nobody had told it", func(s *providertest.Suite) {
		op := s.Provider.Operation("charge.create")
		op.Handle = func(c *provider.Call) (provider.Reply, error) {
			return createCharge(provider.NewCall(c.Tx, c.Request, c.Operation, c.Vars, ""))
		}
	}},
	{"scenarios", "a decline that takes the money", "a decline moves money", first("charge.create", func(c *provider.Call) {
		c.Moved(provider.Movement{Kind: "authorized", Amount: 1, Currency: "EUR"})
	})},
	{"scenarios", "now instead of later", "it is not left undecided", instead("charge.create", func(h handler) handler {
		return func(c *provider.Call) (provider.Reply, error) {
			if !c.Later {
				return h(c)
			}
			r, err := createCharge(provider.NewCall(c.Tx, c.Request, c.Operation, c.Vars, "approved"))
			return r, err
		}
	})},
	{"scenarios", "never instead of later", "nothing is decided", last("charge.create", func(c *provider.Call, _ *provider.Reply) {
		if c.Later {
			c.Record.Opened, c.Record.Transitions = nil, nil
		}
	})},
	{"scenarios", "later is too late", "the decision fails", func(s *providertest.Suite) {
		s.Provider.Actions[0].Do = func(tx *provider.Tx, id, _ string) error {
			_, err := tx.Step(&chargeStates, id, expired, "approve")
			return err
		}
	}},
	{"scenarios", "a card that means nothing", "the journal says", func(s *providertest.Suite) {
		s.Card = func(c *providertest.Client, _ provider.Card) *providertest.Request { return create(c, "") }
	}},
	{"pages", "looking is deciding", "changes something", first("page.view", func(c *provider.Call) {
		if ch, ok := charges.Get(c, c.Vars["id"]); ok && ch.State == pending {
			decide(c.Tx, ch.ID, "approve", "")
		}
	})},
	{"pages", "an error for those who press twice", "after that is answered 409", instead("page.submit", func(h handler) handler {
		return func(c *provider.Call) (provider.Reply, error) {
			if ch, ok := charges.Get(c, c.Vars["id"]); ok && ch.State != pending {
				return provider.Reply{}, errState
			}
			return h(c)
		}
	})},
	{"pages", "the last who presses wins", "changes something", instead("page.submit", func(h handler) handler {
		return func(c *provider.Call) (provider.Reply, error) {
			if ch, ok := charges.Get(c, c.Vars["id"]); ok {
				ch.State = pending
				charges.Put(c, ch)
			}
			return h(c)
		}
	})},
	{"pages", "a button that leads elsewhere", "the button leads to", instead("page.submit", func(h handler) handler {
		return func(c *provider.Call) (provider.Reply, error) {
			c.Request.Body = []byte("action=approve")
			return h(c)
		}
	})},
	{"pages", "no twin", "no JSON twin", first("page.view", func(c *provider.Call) { c.Request.Header.Del("Accept") })},
	{"pages", "a page that is none", "not text/html", last("page.view", func(_ *provider.Call, r *provider.Reply) {
		if r.Header.Get("Content-Type") == page.Header().Get("Content-Type") {
			r.Header.Set("Content-Type", "text/plain")
		}
	})},
	{"determinism", "something outside the transaction", "differs in two worlds", last("charge.get", func(_ *provider.Call, r *provider.Reply) {
		r.Body = fmt.Appendf(nil, `{"n":%d}`, count.Add(1))
	})},
	{"determinism", "tenants that share something", "not as it is alone", func(s *providertest.Suite) {
		var last atomic.Value
		first("charge.create", func(c *provider.Call) {
			if was := last.Swap(c.Tenant); was != nil && was != c.Tenant {
				c.Note("another tenant was here before")
			}
		})(s)
	}},
	{"secrets", "a card in a note", "4111111111111111", first("charge.create", func(c *provider.Call) { c.Note("%s", c.Request.Body) })},
	{"secrets", "a key in a cause", "toy-", func(s *providertest.Suite) {
		s.Provider.Secrets = []string{"card", "cvv"}
	}},
	{"secrets", "a check code in the body", "987", func(s *providertest.Suite) { s.Provider.Secrets = []string{"card", "toy-key"} }},
	{"coverage", "a row that nothing touches", "[error never]", func(s *providertest.Suite) {
		s.Provider.Errors = append(s.Provider.Errors, row("never", 418, "never", "never"))
	}},
	{"coverage", "an excuse that nothing needs", `the excuse for "error not_found"`, func(s *providertest.Suite) {
		s.Excused = map[string]string{"error not_found": "nobody ever asks"}
	}},
}

// TestExcuses takes a finding that is excused for none.
func TestExcuses(t *testing.T) {
	s := suite()
	s.Provider.Errors = append(slices.Clone(s.Provider.Errors), row("never", 418, "never", "never"))
	s.Excused = map[string]string{"error never": "the teapot is theoretical"}
	found, err := providertest.Findings(s)
	if err != nil || len(found) > 0 {
		t.Errorf("%v %v", found, err)
	}
}
