package store

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Table is a kind of rows. It is a declaration, made once as a package
// variable; the rows are in the DB of whichever transaction is passed.
type Table[T any] struct {
	name    string
	key     func(*T) string
	indexes []index[T]
	each    int // rows of one thing
}

type index[T any] struct {
	name string
	of   func(*T) string
}

// NewTable declares a table, whose name no other has: providers put theirs
// before it. key gives a row's primary key, which never changes.
func NewTable[T any](name string, key func(*T) string) *Table[T] {
	return &Table[T]{name: name, key: key, each: 1}
}

// Each says that up to n rows belong to one thing, so that the table remembers
// so many times more of them and none is forgotten before what it belongs to.
func (t *Table[T]) Each(n int) *Table[T] {
	t.each = n
	return t
}

// Index adds a way to find rows; rows for which of gives "" are left out of it.
func (t *Table[T]) Index(name string, of func(*T) string) *Table[T] {
	t.indexes = append(t.indexes, index[T]{name, of})
	return t
}

// Name is the table's name.
func (t *Table[T]) Name() string { return t.name }

// Get reads the row with that key.
func (t *Table[T]) Get(h Handle, key string) (T, bool) {
	e, ok := h.transaction().table(t.name, t).rows[key]
	if !ok {
		var none T
		return none, false
	}
	return *e.row.(*T), true
}

// Put writes a row, new or changed.
func (t *Table[T]) Put(h Handle, row T) {
	tx := h.transaction()
	d, key := tx.table(t.name, t), t.key(&row)
	tx.undo = append(tx.undo, change{d, key, d.rows[key]})
	d.set(key, &row, 0) // a copy of its own, which nothing changes from here on
}

// Delete removes the row with that key, if there is one.
func (t *Table[T]) Delete(h Handle, key string) {
	tx := h.transaction()
	d := tx.table(t.name, t)
	old, ok := d.rows[key]
	if !ok {
		return
	}
	tx.undo = append(tx.undo, change{d, key, old})
	d.drop(key)
}

// First finds the row that came first of those whose index has that value.
func (t *Table[T]) First(h Handle, indexName, value string) (T, bool) {
	for _, key := range h.transaction().table(t.name, t).indexes[indexKey{indexName, value}] {
		return t.Get(h, key)
	}
	var none T
	return none, false
}

// Where lists the rows whose index has that value, in the order in which they
// came.
func (t *Table[T]) Where(h Handle, indexName, value string) []T {
	var out []T
	for _, key := range h.transaction().table(t.name, t).indexes[indexKey{indexName, value}] {
		row, _ := t.Get(h, key)
		out = append(out, row)
	}
	return out
}

// All lists every row in the order in which they came.
func (t *Table[T]) All(h Handle) []T {
	d := h.transaction().table(t.name, t)
	out := make([]T, 0, len(d.rows))
	for _, row := range d.inOrder() {
		out = append(out, *row.(*T))
	}
	return out
}

// Len counts the rows.
func (t *Table[T]) Len(h Handle) int { return len(h.transaction().table(t.name, t).rows) }

func (t *Table[T]) share() int { return t.each }

func (t *Table[T]) indexed(row any) []indexKey {
	if len(t.indexes) == 0 {
		return nil
	}
	out := make([]indexKey, 0, len(t.indexes))
	for _, ix := range t.indexes {
		if v := ix.of(row.(*T)); v != "" {
			out = append(out, indexKey{ix.name, v})
		}
	}
	return out
}

func (t *Table[T]) check(row any) error {
	before, err := json.Marshal(row)
	if err != nil {
		return err
	}
	var copied T
	if err := json.Unmarshal(before, &copied); err != nil {
		return err
	}
	after, err := json.Marshal(copied)
	if err != nil {
		return err
	}
	if !bytes.Equal(before, after) {
		return fmt.Errorf("changes on its way through JSON: %s became %s", before, after)
	}
	return nil
}
