package engine_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paysim/internal/plan"
)

// TestEverythingAtOnce lets everybody at one tenant: whatever the order, all of
// it ends, nothing is left on its way and nothing panics. It is for -race.
func TestEverythingAtOnce(t *testing.T) {
	var heard atomic.Int64
	b := newBench(t, hearing(func() int {
		if heard.Add(1)%3 == 0 {
			return 500
		}
		return 200
	}))
	var wg sync.WaitGroup
	each := func(do func(n int)) {
		wg.Go(func() {
			for n := range 40 {
				do(n)
			}
		})
	}
	for worker := range 3 {
		each(func(n int) {
			b.call("POST", "/v1/charges", strings.Replace(paidAtOnce, "A-1", fmt.Sprint(worker, "-", n), 1))
		})
	}
	each(func(n int) { b.advance(time.Duration(n) * time.Second) })
	each(func(int) { b.Flush(b.Tenant) })
	each(func(int) {
		for _, d := range b.deliveries() {
			b.Redeliver(b.Tenant, d.ID)
		}
	})
	each(func(n int) { b.play(script{webhook: plan.Webhook{Before: n%2 == 0, Copies: n % 3}}) })
	each(func(n int) {
		for _, p := range b.Payments(b.Tenant) {
			if len(p.Actions) > 0 {
				b.Act(b.Tenant, "toypay", p.ID, p.Actions[0], "")
			}
		}
		if n%10 == 9 {
			if err := b.Engine.Reset(t.Context(), b.Tenant); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	b.advance(time.Hour)
	b.Lock()
	defer b.Unlock()
	if b.InFlight != 0 || len(b.Lanes) != 0 || len(b.Outbox.Waits()) != 0 {
		t.Errorf("%d on their way in %d lanes, %d wait", b.InFlight, len(b.Lanes), len(b.Outbox.Waits()))
	}
}

// FuzzServe sends anything: it is answered, and stands in the journal.
func FuzzServe(f *testing.F) {
	f.Add("POST", "/v1/charges", "Toy-Key", "toy-ann", `{"reference":"A-1","amount":1,"currency":"EUR"}`)
	f.Add("GET", "/pay/%zz", "Sim-Outcome", "approved", "")
	f.Add("PUT", "//v1/../charges?a=%", "Sim-Scenario", "x", "\xff")
	f.Fuzz(func(t *testing.T, method, path, name, value, body string) {
		r := httptest.NewRequest("GET", "/", strings.NewReader(body))
		r.Method, r.URL.Path, r.RequestURI = method, path, path
		r.Header[name] = []string{value}
		b := newBench(t)
		w := httptest.NewRecorder()
		b.Alone("toypay").ServeHTTP(w, r)
		told := strings.Contains(w.Body.String(), "unknown_outcome") || strings.Contains(w.Body.String(), "unknown_scenario")
		entries := 0
		for _, tenant := range b.Tenants.All() {
			tenant.Lock()
			entries += tenant.Journal.Len()
			tenant.Unlock()
		}
		if w.Code < 200 || w.Code >= 500 && w.Code != 502 || (entries != 1) != told {
			t.Errorf("%d %s, %d entries", w.Code, w.Body, entries)
		}
	})
}
