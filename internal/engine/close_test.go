package engine_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paysim/internal/engine"
	"paysim/internal/plan"
	"paysim/internal/provider"
	"paysim/internal/providertest/toypay"
	"paysim/internal/webhook"
)

// carrier carries webhooks instead of the network.
type carrier func(*http.Request) (*http.Response, error)

func (c carrier) RoundTrip(r *http.Request) (*http.Response, error) { return c(r) }

// hearing makes an engine's webhooks go to f, which answers with a status.
func hearing(f func() int) func(*engine.Config) {
	return func(cfg *engine.Config) {
		cfg.Sender = webhook.NewSenderVia(carrier(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: f(), Header: http.Header{}, Body: io.NopCloser(strings.NewReader("")), Request: r}, nil
		}), nil)
	}
}

const paidAtOnce = `{"reference":"A-1","amount":5,"currency":"EUR","card":"4111111111111111","notify_url":"http://localhost/hook"}`

func TestCloseStopsTheTimerOfAFreeClock(t *testing.T) {
	b := newBench(t)
	b.Lock()
	b.Clock.Run()
	b.Unlock()
	b.charge("A-1", "") // expires by itself, in a quarter of an hour
	b.Close()
	b.Lock()
	defer b.Unlock()
	if b.Wake != nil && b.Wake.Stop() {
		t.Error("a closed engine has a timer that goes on")
	}
}

func TestNothingLeavesOnceTheEngineIsClosed(t *testing.T) {
	var heard atomic.Int64
	b := newBench(t, hearing(func() int { heard.Add(1); return 200 }))
	b.play(script{webhook: plan.Webhook{Before: true}})
	b.Close()
	if w := b.call("POST", "/v1/charges", paidAtOnce); w.Code != http.StatusCreated {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	b.Lock()
	defer b.Unlock()
	if heard.Load() != 0 || b.InFlight != 0 {
		t.Errorf("after Close %d webhooks were sent and %d are on their way", heard.Load(), b.InFlight)
	}
}

func TestCloseWhileCallsComeIn(t *testing.T) {
	for _, before := range []bool{true, false} {
		var busy atomic.Int64
		b := newBench(t, hearing(func() int { busy.Add(1); defer busy.Add(-1); return 200 }))
		b.play(script{webhook: plan.Webhook{Before: before}})
		var wg sync.WaitGroup
		for n := range 8 {
			wg.Go(func() {
				for i := range 20 {
					b.call("POST", "/v1/charges", strings.Replace(paidAtOnce, "A-1", strings.Repeat("x", 1+20*n+i), 1))
				}
			})
		}
		b.Close()
		if n := busy.Load(); n != 0 {
			t.Errorf("Close left %d attempts behind", n)
		}
		wg.Wait()
	}
}

func TestAFlushDoesNotOvertakeTheClock(t *testing.T) {
	var b *bench
	var heard atomic.Int64
	flushed := make(chan struct{})
	b = newBench(t, hearing(func() int {
		switch heard.Add(1) {
		case 1:
			return 500 // so that the next is a minute later
		case 2: // made by the clock; while it lasts somebody flushes
			go func() { b.Flush(b.Tenant); close(flushed) }()
			select {
			case <-flushed:
			case <-time.After(100 * time.Millisecond):
			}
		}
		return 200
	}))
	b.call("POST", "/v1/charges", paidAtOnce)
	b.advance(time.Minute)
	<-flushed
	if n := heard.Load(); n != 2 {
		t.Errorf("the webhook was sent %d times, want 2: once in vain, once by the clock", n)
	}
}

func TestAScenariosSeedOutlivesAnEmptyTenantsWayBack(t *testing.T) {
	ids := func(back time.Duration) string {
		b := newBench(t)
		b.Lock()
		b.Reseed(42)
		b.Unlock()
		if _, err := b.MoveClock(t.Context(), b.Tenant, func(now time.Time) (time.Time, error) { return now.Add(back), nil }, engine.Frozen); err != nil {
			t.Fatal(err)
		}
		return b.charge("A-1", "").ID
	}
	if forth, back := ids(0), ids(-time.Hour); forth != back {
		t.Errorf("with the seed 42 the first charge is %s, and %s when the clock was set back first", forth, back)
	}
}

func TestAPanicWhileSigningLeavesNothing(t *testing.T) {
	b := newBench(t, func(cfg *engine.Config) {
		p := toypay.Provider()
		hooks := *p.Webhooks
		hooks.Sign = func(provider.Message, provider.Signature) provider.Message { panic("no key") }
		p.Webhooks = &hooks
		cfg.Providers = []*provider.Provider{p}
	})
	c := b.charge("A-1", "http://localhost/hook")
	before, entries := b.snapshot(), len(b.journal())
	if w := b.call("POST", "/v1/charges", strings.Replace(paidAtOnce, "A-1", "A-2", 1)); w.Code != 500 || read(t, w).Error != "internal_error" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if all := b.journal(); len(all) != entries+1 || all[entries].Error != "internal_error" {
		t.Errorf("the journal has %d entries, want %d", len(all), entries+1)
	}
	if err := b.Act(b.Tenant, "toypay", c.ID, "approve", ""); !errors.Is(err, provider.ErrInternal) {
		t.Errorf("the action: %v", err)
	}
	if after := b.snapshot(); after != before {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
	if got := b.deliveries(); len(got) != 0 {
		t.Errorf("%d webhooks are in the outbox", len(got))
	}
}

func TestOddPathsAreUnknownInTheProvidersWords(t *testing.T) {
	b := newBench(t)
	alone := b.Alone("toypay")
	for _, path := range []string{"/v1/charges/%zz", "/v1/charges/a%2Fb", "//v1/charges", "/v1/../v1/charges/x", "/v1/charges/%00"} {
		r, err := http.NewRequest("GET", "http://toypay.localhost/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.URL.Path, r.RequestURI = path, path
		r.Header.Set("Toy-Key", "toy-ann")
		w := httptest.NewRecorder()
		alone.ServeHTTP(w, r)
		if w.Code != http.StatusNotFound || read(t, w).Error != "not_found" {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}
