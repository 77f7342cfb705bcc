package tenant_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"paysim/internal/ident"
	"paysim/internal/tenant"
)

func TestNames(t *testing.T) {
	r := tenant.NewRegistry(tenant.Options{Limits: tenant.DefaultLimits})
	for name, ok := range map[string]bool{
		"a": true, "default": true, "shop-1_x": true, "0": true,
		"": false, "-a": false, "A": false, "a b": false, "é": false,
		"abcdefghijklmnopqrstuvwxyz0123456789abcd": true, "abcdefghijklmnopqrstuvwxyz0123456789abcde": false,
		"invalid": false, "invalid-key": false, "revoked7": false,
	} {
		_, err := r.Find(name)
		if (err == nil) != ok || err != nil && !errors.Is(err, tenant.ErrRefused) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestOnlyTheNamedExist(t *testing.T) {
	r := tenant.NewRegistry(tenant.Options{Only: []string{"a", "b"}, Limits: tenant.DefaultLimits})
	if len(r.All()) != 2 {
		t.Errorf("%d tenants, want 2", len(r.All()))
	}
	if _, err := r.Find("c"); !errors.Is(err, tenant.ErrRefused) {
		t.Errorf("c: %v", err)
	}
}

func TestFindIsOneTenantForAll(t *testing.T) {
	r := tenant.NewRegistry(tenant.Options{Limits: tenant.DefaultLimits})
	var wg sync.WaitGroup
	seen := make([]*tenant.Tenant, 50)
	for i := range seen {
		wg.Go(func() { seen[i], _ = r.Find("shop") })
	}
	wg.Wait()
	for _, s := range seen {
		if s != seen[0] {
			t.Fatal("one name, two tenants")
		}
	}
	if got, ok := r.ByMark(ident.MarkOf("shop")); !ok || got != seen[0] {
		t.Error("the mark does not lead to the tenant")
	}
}

func TestQueueIsInOrderOfTimeThenOfArrival(t *testing.T) {
	var q tenant.Queue
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	for _, k := range []struct {
		sec int
		key string
	}{{5, "e"}, {1, "a"}, {5, "f"}, {3, "c"}, {5, "g"}, {1, "b"}, {3, "d"}} {
		q.Push(tenant.Timer{At: at(k.sec), Key: k.key})
	}
	got := ""
	for {
		x, ok := q.Pop(at(4))
		if !ok {
			break
		}
		got += x.Key
	}
	if got != "abcd" || q.Len() != 3 {
		t.Errorf("popped %q, %d left", got, q.Len())
	}
	if next, ok := q.Peek(); !ok || next.Key != "e" {
		t.Errorf("next is %q", next.Key)
	}
}

func TestResetWithAndWithoutAFixedSeed(t *testing.T) {
	for _, fixed := range []bool{true, false} {
		tn, _ := tenant.NewRegistry(tenant.Options{Seed: 7, Fixed: fixed, Limits: tenant.DefaultLimits}).Find("a")
		before := tn.Stream("p", "id").Hex(16)
		tn.Settings["p"] = map[string]any{"x": true}
		tn.Reset()
		if same := tn.Stream("p", "id").Hex(16) == before; same != fixed {
			t.Errorf("fixed=%v: after a reset the same values come again: %v", fixed, same)
		}
		if tn.Settings["p"]["x"] != true {
			t.Error("a reset lost the settings")
		}
	}
}

func TestAResetGoesBackFromAScenariosSeed(t *testing.T) {
	tn, _ := tenant.NewRegistry(tenant.Options{Seed: 7, Limits: tenant.DefaultLimits}).Find("a")
	own := tn.Stream("p", "id").Hex(16)
	tn.Reseed(42)
	told := tn.Stream("p", "id").Hex(16)
	tn.Reset()
	if got := tn.Stream("p", "id").Hex(16); got == own || got == told {
		t.Error("after a reset a drawn seed does not go on where it stood")
	}
	tn.Reseed(42)
	if got := tn.Stream("p", "id").Hex(16); got != told {
		t.Errorf("the scenario's seed gives %s, the first time %s", got, told)
	}
}
