// Package store keeps one tenant's rows in memory, in tables that providers
// declare as values.
//
// It promises all-or-nothing transactions: after Rollback nothing of the
// transaction is left. Rows are plain values that JSON can carry there and
// back, so that a store on disk can follow. It does not lock: its tenant lets
// one transaction run at a time. A slice or map inside a row is shared with
// the stored copy, so it is replaced, never changed in place.
package store

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// DB is one tenant's rows.
type DB struct {
	keep   int
	tables map[string]*data
}

// New makes an empty DB whose tables remember the newest keep rows each; the
// oldest are forgotten beyond that, so that a tenant cannot grow without end.
func New(keep int) *DB { return &DB{keep: keep, tables: map[string]*data{}} }

// Begin opens a transaction. The caller ends it by Commit or Rollback before
// it opens the next.
func (db *DB) Begin() *Tx { return &Tx{db: db} }

// Counts says how many rows each table holds.
func (db *DB) Counts() map[string]int {
	out := map[string]int{}
	for name, d := range db.tables {
		if len(d.rows) > 0 {
			out[name] = len(d.rows)
		}
	}
	return out
}

// Empty reports whether no table holds a row.
func (db *DB) Empty() bool { return len(db.Counts()) == 0 }

// Snapshot is every row of every table as JSON: tables by name, rows in the
// order in which they came. Equal worlds give equal bytes.
func (db *DB) Snapshot() ([]byte, error) {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(db.tables)) {
		for _, row := range db.tables[name].inOrder() {
			text, err := json.Marshal(row)
			if err != nil {
				return nil, fmt.Errorf("a row of %s: %w", name, err)
			}
			fmt.Fprintf(&b, "%s %s\n", name, text)
		}
	}
	return b.Bytes(), nil
}

// Check proves of every row that JSON carries it there and back unchanged.
func (db *DB) Check() error {
	for name, d := range db.tables {
		for key, e := range d.rows {
			if err := d.schema.check(e.row); err != nil {
				return fmt.Errorf("row %q of %s: %w", key, name, err)
			}
		}
	}
	return nil
}

// schema is what a Table[T] knows of its rows, without the T.
type schema interface {
	indexed(row any) []indexKey
	check(row any) error
	share() int // how many rows count as one
}

type indexKey struct{ index, value string }

// data is a table's content.
type data struct {
	schema  schema
	keep    int // rows
	rows    map[string]entry
	order   []place // by arrival; places whose entry is gone or newer are dead
	head    int     // no place before it is live
	dead    int     // of the places from head on
	next    uint64
	indexes map[indexKey][]string // keys, in the order in which the rows came
}

type entry struct {
	row any
	seq uint64
}

type place struct {
	key string
	seq uint64
}

func (d *data) live(p place) bool {
	e, ok := d.rows[p.key]
	return ok && e.seq == p.seq
}

func (d *data) inOrder() []any {
	out := make([]any, 0, len(d.rows))
	for _, p := range d.order {
		if d.live(p) {
			out = append(out, d.rows[p.key].row)
		}
	}
	return out
}

// set writes a row: a new one at the end, an old one where it stands, and a
// deleted one (on rollback, with its seq) where it stood.
func (d *data) set(key string, row any, seq uint64) {
	now := d.schema.indexed(row)
	var was []indexKey
	if old, ok := d.rows[key]; ok {
		was, seq = d.schema.indexed(old.row), old.seq
	} else if seq == 0 {
		d.next++
		seq = d.next
		d.order = append(d.order, place{key, seq})
	} else {
		d.dead--
	}
	d.rows[key] = entry{row, seq}
	for _, k := range was {
		if !slices.Contains(now, k) {
			d.unindex(k, key)
		}
	}
	for _, k := range now {
		if !slices.Contains(was, k) {
			d.index(k, key, seq)
		}
	}
}

// index puts a row among those with k, where it stands among all rows.
func (d *data) index(k indexKey, key string, seq uint64) {
	keys := d.indexes[k]
	at := len(keys)
	if seq < d.next { // not the newest: its value changed, or a rollback brings it back
		at, _ = slices.BinarySearchFunc(keys, seq, func(other string, seq uint64) int { return cmp.Compare(d.rows[other].seq, seq) })
	}
	d.indexes[k] = slices.Insert(keys, at, key)
}

func (d *data) drop(key string) {
	for _, k := range d.schema.indexed(d.rows[key].row) {
		d.unindex(k, key)
	}
	delete(d.rows, key)
	d.dead++
}

func (d *data) unindex(k indexKey, key string) {
	rest := d.indexes[k]
	if rest[0] == key { // the oldest goes first when rows are forgotten
		rest = rest[1:]
	} else {
		rest = slices.DeleteFunc(rest, func(s string) bool { return s == key })
	}
	if len(rest) == 0 {
		delete(d.indexes, k)
		return
	}
	d.indexes[k] = rest
}

// tidy forgets rows beyond keep and, now and then, dead places. It is called
// between transactions only: what is dead then stays dead.
func (d *data) tidy() {
	for d.head < len(d.order) {
		p := d.order[d.head]
		if d.live(p) {
			if len(d.rows) <= d.keep {
				break
			}
			d.drop(p.key)
		}
		d.head++
		d.dead--
	}
	switch {
	case d.head > 64 && d.head > len(d.order)/2:
		d.order = append(d.order[:0:0], d.order[d.head:]...)
		d.head = 0
	case d.dead > 64 && d.dead > len(d.rows)/4:
		d.order = slices.DeleteFunc(d.order, func(p place) bool { return !d.live(p) })
		d.head, d.dead = 0, 0
	}
}
