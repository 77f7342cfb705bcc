package store

import (
	"fmt"
	"testing"
)

type item struct{ ID, Group string }

func TestARollbackKeepsTheOrderOfAnIndex(t *testing.T) {
	items := NewTable("items", func(i *item) string { return i.ID }).Index("group", func(i *item) string { return i.Group })
	db := New(100)
	tx := db.Begin()
	for _, id := range []string{"a", "b", "c"} {
		items.Put(tx, item{id, "x"})
	}
	tx.Commit()
	for what, change := range map[string]func(*Tx){
		"a delete":                func(tx *Tx) { items.Delete(tx, "a") },
		"a delete in the middle":  func(tx *Tx) { items.Delete(tx, "b") },
		"another value":           func(tx *Tx) { items.Put(tx, item{"a", "y"}) },
		"another value and again": func(tx *Tx) { items.Put(tx, item{"b", "y"}); items.Put(tx, item{"b", "x"}) },
		"a delete and anew":       func(tx *Tx) { items.Delete(tx, "a"); items.Put(tx, item{"a", "x"}) },
	} {
		tx := db.Begin()
		change(tx)
		tx.Rollback()
		if got := fmt.Sprint(items.Where(db.Begin(), "group", "x")); got != "[{a x} {b x} {c x}]" {
			t.Errorf("after a rollback of %s: %s", what, got)
		}
	}
}

func TestRollbacksLeaveNoPlaces(t *testing.T) {
	items := NewTable("items", func(i *item) string { return i.ID })
	db := New(100)
	for n := range 10_000 {
		tx := db.Begin()
		items.Put(tx, item{ID: fmt.Sprint(n)})
		tx.Rollback()
	}
	if n := len(db.tables["items"].order); n > 100 {
		t.Errorf("%d places of rows that never were", n)
	}
}

func TestTwoTablesOfOneName(t *testing.T) {
	one := NewTable("items", func(i *item) string { return i.ID })
	other := NewTable("items", func(i *item) string { return i.Group })
	tx := New(100).Begin()
	one.Put(tx, item{"a", "x"})
	defer func() {
		if v := recover(); v != "store: two tables are called items" {
			t.Errorf("the other table reads the first's rows: %v", v)
		}
	}()
	other.Get(tx, "a")
}
