package store_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paysim/internal/store"
)

type order struct {
	ID, Customer string
	Total        int
}

var orders = store.NewTable("orders", func(o *order) string { return o.ID }).
	Index("customer", func(o *order) string { return o.Customer })

func TestRowsComeBackInTheOrderTheyCame(t *testing.T) {
	db := store.New(100)
	tx := db.Begin()
	orders.Put(tx, order{"b", "ann", 1})
	orders.Put(tx, order{"a", "bob", 2})
	orders.Put(tx, order{"c", "ann", 3})
	orders.Put(tx, order{"b", "ann", 10}) // changed in place
	want := []order{{"b", "ann", 10}, {"a", "bob", 2}, {"c", "ann", 3}}
	if diff := cmp.Diff(want, orders.All(tx)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]order{{"b", "ann", 10}, {"c", "ann", 3}}, orders.Where(tx, "customer", "ann")); diff != "" {
		t.Error(diff)
	}
	orders.Put(tx, order{"b", "eve", 10})
	if got, _ := orders.First(tx, "customer", "ann"); got.ID != "c" {
		t.Errorf("after b moved to eve, ann's first is %q, want c", got.ID)
	}
	orders.Delete(tx, "c")
	if _, ok := orders.First(tx, "customer", "ann"); ok {
		t.Error("ann's only order was deleted and is still found")
	}
}

func TestRollbackLeavesNothingBehind(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	db := store.New(1000)
	for round := range 300 {
		before, err := db.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		tx := db.Begin()
		for range r.IntN(12) {
			id := fmt.Sprint(r.IntN(30))
			if r.IntN(3) == 0 {
				orders.Delete(tx, id)
				continue
			}
			orders.Put(tx, order{id, fmt.Sprint("c", r.IntN(4)), r.IntN(100)})
		}
		if round%3 == 0 {
			tx.Commit()
			continue
		}
		tx.Rollback()
		after, _ := db.Snapshot()
		if diff := cmp.Diff(string(before), string(after)); diff != "" {
			t.Fatalf("round %d: rollback changed the world: %s", round, diff)
		}
		check := db.Begin()
		for c := range 4 {
			customer := fmt.Sprint("c", c)
			var want int
			for _, o := range orders.All(check) {
				if o.Customer == customer {
					want++
				}
			}
			if got := len(orders.Where(check, "customer", customer)); got != want {
				t.Fatalf("round %d: the index knows %d orders of %s, the table %d", round, got, customer, want)
			}
		}
	}
}

func TestTheOldestRowsAreForgottenFirst(t *testing.T) {
	db := store.New(3)
	for i := range 1000 {
		tx := db.Begin()
		orders.Put(tx, order{fmt.Sprint(i), "x", i})
		tx.Commit()
	}
	tx := db.Begin()
	if diff := cmp.Diff([]order{{"997", "x", 997}, {"998", "x", 998}, {"999", "x", 999}}, orders.All(tx)); diff != "" {
		t.Error(diff)
	}
	if got := len(orders.Where(tx, "customer", "x")); got != 3 {
		t.Errorf("the index still holds %d rows, want 3", got)
	}
}

func TestRowsOfOneThingAreForgottenWithIt(t *testing.T) {
	lines := store.NewTable("lines", func(o *order) string { return o.ID }).Each(2)
	db := store.New(3)
	tx := db.Begin()
	for i := range 10 {
		lines.Put(tx, order{ID: fmt.Sprint(i)})
	}
	tx.Commit()
	if n := lines.Len(db.Begin()); n != 6 {
		t.Errorf("%d lines are left, want those of 3 orders, two each", n)
	}
}

func TestCheckFindsRowsThatJSONWouldChange(t *testing.T) {
	type leaky struct {
		ID     string
		Hidden any
	}
	table := store.NewTable("leaky", func(l *leaky) string { return l.ID })
	db := store.New(10)
	tx := db.Begin()
	table.Put(tx, leaky{"1", int64(1) << 60})
	tx.Commit()
	if err := db.Check(); err == nil {
		t.Error("a number that JSON reads back as a float passed")
	}
}
