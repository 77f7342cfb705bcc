package scenario_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"paysim/internal/engine"
	"paysim/internal/provider"
	"paysim/internal/webhook"
)

// seen is what a caller saw, in a word.
func seen(resp *http.Response, err error) string {
	switch {
	case errors.Is(err, context.Canceled):
		return "silence"
	case errors.Is(err, syscall.ECONNRESET):
		return "reset"
	case err != nil:
		return err.Error()
	}
	defer resp.Body.Close()
	if _, err := io.ReadAll(resp.Body); errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Sprintf("half a %d", resp.StatusCode)
	} else if err != nil {
		return seen(nil, err)
	}
	return fmt.Sprint(resp.StatusCode)
}

// What happens to the money and what the caller is told are independent.
func TestEveryEffectWithEveryAnswer(t *testing.T) {
	effects := map[string]struct {
		effect, answer, kept string
	}{
		"commit": {"commit", "201", "paid"},
		"none":   {"none", "201", ""},
		"error":  {"{error: processing_error}", "502", ""},
		"decide": {"{outcome: insufficient_funds}", "201", "declined"},
		"later":  {"{later: 2m, outcome: approved}", "201", "pending"},
	}
	answers := map[string]struct{ answer, seen string }{
		"normal":   {"normal", "%s"},
		"lost":     {"lost", "silence"},
		"reset":    {"reset", "reset"},
		"delay":    {"{delay: 30ms}", "%s"},
		"status":   {"{status: 503, body: busy}", "503"},
		"truncate": {"{truncate: 0.5}", "half a %s"},
		"drip":     {"{drip: {bytes: 40, every: 10ms}}", "%s"},
		"a list":   {"[{delay: 10ms}, {status: 200, body: <html>}, {truncate: 0.5}]", "half a 200"},
	}
	for name, e := range effects {
		for what, a := range answers {
			t.Run(name+"/"+what, func(t *testing.T) {
				t.Parallel()
				b := newBench(t)
				srv := httptest.NewServer(b.handler)
				defer srv.Close()
				b.load("rules: [{on: toypay.charge.create, effect: " + e.effect + ", answer: " + a.answer + "}]")
				req, _ := http.NewRequest("POST", srv.URL+"/toypay/v1/charges", strings.NewReader(`{"reference":"A-1","amount":5,"currency":"EUR","card":"4111111111111111"}`))
				req.Header.Set("Toy-Key", "toy-ann")
				if a.seen == "silence" {
					req = req.WithContext(b.silence(req.Context()))
				}
				want := a.seen
				if strings.Contains(want, "%s") {
					want = fmt.Sprintf(want, e.answer)
				}
				if got := seen(http.DefaultClient.Do(req)); got != want {
					t.Errorf("the caller saw %s, want %s", got, want)
				}
				kept := ""
				for _, p := range b.Payments(b.Tenant) {
					if p.Reference == "A-1" {
						kept = p.State
					}
				}
				if kept != e.kept {
					t.Errorf("kept as %q, want %q", kept, e.kept)
				}
			})
		}
	}
}

// silence ends a while after the call that comes next stands in the journal: whoever was to be answered has been.
func (b *bench) silence(ctx context.Context) context.Context {
	ctx, give := context.WithCancel(ctx)
	b.Lock()
	held := b.Journal.Changed()
	b.Unlock()
	go func() {
		<-held
		<-time.After(100 * time.Millisecond)
		give()
	}()
	return ctx
}

// slowShop is a receiver that answers after wait, and tells when it was asked.
func slowShop(t *testing.T, wait time.Duration) (string, chan time.Time) {
	heard := make(chan time.Time, 10)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		heard <- time.Now()
		select {
		case <-time.After(wait):
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL, heard
}

const paidCharge = `{"reference":"A-1","amount":5,"currency":"EUR","card":"4111111111111111","notify_url":%q}`

func TestTheReceiverHearsFirst(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	url, heard := slowShop(t, 300*time.Millisecond)
	b.load("webhooks: [{on: toypay.charge.paid, send: before_answer}]")
	begin := time.Now()
	b.call("POST", "/v1/charges", fmt.Sprintf(paidCharge, url))
	if took := time.Since(begin); took < 300*time.Millisecond || len(heard) != 1 {
		t.Errorf("answered after %v, with %d webhooks heard", took, len(heard))
	}
}

func TestAnAnswerWaitsFiveSecondsForAReceiverAndTheWebhookGoesOn(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(p *provider.Provider) {
		hooks := *p.Webhooks
		hooks.Timeout = 20 * time.Second
		p.Webhooks = &hooks
	})
	url, _ := slowShop(t, 8*time.Second)
	b.load("webhooks: [{on: toypay.charge.paid, send: before_answer}]")
	begin := time.Now()
	b.call("POST", "/v1/charges", fmt.Sprintf(paidCharge, url))
	if took := time.Since(begin); took < 5*time.Second || took > 7500*time.Millisecond {
		t.Errorf("answered after %v", took)
	}
	// The clock does not move past what is under way.
	b.MoveClock(t.Context(), b.Tenant, func(now time.Time) (time.Time, error) { return now, nil }, engine.AsBefore)
	b.Lock()
	defer b.Unlock()
	for _, d := range b.Outbox.All() {
		if d.State != webhook.Delivered || len(d.Attempts) != 1 {
			t.Errorf("%s is %s after %d attempts", d.ID, d.State, len(d.Attempts))
		}
	}
}

func TestBeforeTheAnswerWhenThereIsNone(t *testing.T) {
	b := newBench(t)
	url, heard := slowShop(t, 0)
	b.load("webhooks: [{on: toypay.charge.paid, send: before_answer}]")
	w := b.call("POST", "/v1/charges", fmt.Sprintf(`{"reference":"A-1","amount":5,"currency":"EUR","notify_url":%q}`, url))
	var c struct{ ID string }
	json.Unmarshal(w.Body.Bytes(), &c)
	if err := b.Act(b.Tenant, "toypay", c.ID, "approve", ""); err != nil {
		t.Fatal(err)
	}
	b.MoveClock(t.Context(), b.Tenant, func(now time.Time) (time.Time, error) { return now, nil }, engine.AsBefore)
	if len(heard) != 1 {
		t.Errorf("%d webhooks of what the payer did", len(heard))
	}
}
