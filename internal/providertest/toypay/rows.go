package toypay

import (
	"time"

	"paysim/internal/machine"
	"paysim/internal/store"
)

type charge struct {
	ID        string
	Reference string
	Amount    int64 // minor units
	Captured  int64
	Currency  string
	State     machine.State
	Reason    string // why it was declined
	Notify    string
	Page      string
	Created   time.Time
}

var charges = store.NewTable("toypay.charges", func(c *charge) string { return c.ID }).
	Index("reference", func(c *charge) string { return c.Reference })
