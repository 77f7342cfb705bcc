package store

// Tx is a transaction: reads see its own writes at once, and Rollback undoes
// them all.
type Tx struct {
	db   *DB
	undo []change
}

// Handle is what Table's methods take: a *Tx, or whatever embeds one.
type Handle interface{ transaction() *Tx }

func (tx *Tx) transaction() *Tx { return tx }

// change is how a row was before a write.
type change struct {
	in  *data
	key string
	was entry // seq 0: it was not there
}

// Commit keeps what was written.
func (tx *Tx) Commit() { tx.end() }

// Rollback undoes what was written, last first.
func (tx *Tx) Rollback() {
	for i := len(tx.undo) - 1; i >= 0; i-- {
		c := tx.undo[i]
		if c.was.seq == 0 {
			c.in.drop(c.key)
			continue
		}
		c.in.set(c.key, c.was.row, c.was.seq)
	}
	tx.end()
}

// end tidies what was written to.
func (tx *Tx) end() {
	for _, c := range tx.undo {
		c.in.tidy()
	}
	tx.undo = nil
}

// table finds a table's content. Two tables of one name are a defect.
func (tx *Tx) table(name string, s schema) *data {
	d, ok := tx.db.tables[name]
	if ok && d.schema != s {
		panic("store: two tables are called " + name)
	}
	if !ok {
		d = &data{schema: s, keep: tx.db.keep * s.share(), rows: map[string]entry{}, indexes: map[indexKey][]string{}}
		tx.db.tables[name] = d
	}
	return d
}
