package firstoken

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"paysim/internal/provider"
)

// An amount is kept as the text that the caller wrote: the documents do not say
// whether it counts cents or whole units, and 10.50 must come back as 10.50.

var (
	numeral = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
	padded  = regexp.MustCompile(`^(-?)0+([0-9])`)
)

// largest is JavaScript's: the service reads numbers into doubles.
const largest = 1<<53 - 1

// readNumber gives a numeral's value as the service has it, and the numeral
// without leading zeros, a nought of any other spelling as 0; false for a text
// that is no number.
func readNumber(text string) (float64, string, bool) {
	text = padded.ReplaceAllString(strings.TrimSpace(text), "$1$2")
	if !numeral.MatchString(text) {
		return 0, "", false
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || len(text) > 40 {
		f = 2 * largest // out of range whatever it is
	}
	if f == 0 && strings.ContainsAny(text, "-eE") { // -0, and what is too small for a double
		text = "0"
	}
	return f, text, true
}

func exact(amount string) *big.Rat {
	r, ok := new(big.Rat).SetString(amount)
	if !ok {
		return new(big.Rat)
	}
	return r
}

func sum(ts []transaction) *big.Rat {
	total := new(big.Rat)
	for _, t := range ts {
		total.Add(total, exact(t.Amount))
	}
	return total
}

// whole is an amount as the payments list and the journal count it: without what
// stands behind the point.
func whole(r *big.Rat) int64 {
	n := new(big.Int).Quo(r.Num(), r.Denom())
	if !n.IsInt64() {
		return 0
	}
	return n.Int64()
}

// movements names the money that a kind of transaction moves.
var movements = map[kind]string{
	credit: "refunded", authorization: "authorized", payment: "captured",
	captureOf: "captured", paymentRefund: "refunded", captureRefund: "refunded",
}

// count puts the money of a transaction into the record.
func count(tx *provider.Tx, t transaction) {
	if t.Counted {
		return
	}
	t.Counted = true
	transactions.Put(tx, t)
	move(tx, t, movements[t.Kind], 1)
}

// discount takes it out again. What was held is released; what had moved has
// moved back, which is a movement below zero.
func discount(tx *provider.Tx, t transaction) {
	if !t.Counted {
		return
	}
	t.Counted = false
	transactions.Put(tx, t)
	if t.Kind == authorization {
		move(tx, t, "released", 1)
		return
	}
	move(tx, t, movements[t.Kind], -1)
}

func move(tx *provider.Tx, t transaction, what string, sign int64) {
	amount := exact(t.Amount)
	if !amount.IsInt() {
		tx.Note("the amount %s counts as %d in the record of money", t.Amount, whole(amount))
	}
	if n := whole(amount); n != 0 {
		first := top(tx, t)
		tx.Moved(provider.Movement{Kind: what, Payment: first.ID, Reference: first.Reference, Amount: sign * n, Currency: t.Currency})
	}
}
