package paymenticon

import (
	"errors"
	"time"

	"paysim/internal/provider"
	"paysim/internal/store"
)

// outside is the wallet that stands for the rest of the world: banks that pay
// without login, and where the first money comes from. It may go below zero, so
// that all wallets together always hold nothing.
const outside = "OUTSIDE"

// account is what a wallet holds of one currency, in minor units.
type account struct {
	Wallet, Currency string
	Booked           int64 // what is there
	Locked           int64 // of that, promised to somebody
}

func (a account) available() int64 { return a.Booked - a.Locked }

var accounts = store.NewTable("paymenticon.accounts", func(a *account) string { return a.Wallet + "/" + a.Currency })

// movement is money that went from one wallet to another: one row, two sides.
type movement struct {
	ID       string
	Serial   int64 // later movements have higher ones
	From, To string
	Amount   int64 // minor units, above zero
	Currency string
	At       time.Time
	Title    string
	Resource string // what it was for: payment, p2p_transfer, payout, topup
}

var movements = store.NewTable("paymenticon.movements", func(m *movement) string { return m.ID }).
	Index("from", func(m *movement) string { return m.From }).
	Index("to", func(m *movement) string { return m.To })

var errFunds = errors.New("the wallet holds too little")

func balance(tx *provider.Tx, wallet, currency string) account {
	if a, ok := accounts.Get(tx, wallet+"/"+currency); ok {
		return a
	}
	return account{Wallet: wallet, Currency: currency}
}

// lock promises money without moving it.
func lock(tx *provider.Tx, wallet string, amount int64, currency string) error {
	a := balance(tx, wallet, currency)
	if wallet != outside && a.available() < amount {
		return errFunds
	}
	a.Locked += amount
	accounts.Put(tx, a)
	return nil
}

func unlock(tx *provider.Tx, wallet string, amount int64, currency string) {
	a := balance(tx, wallet, currency)
	a.Locked -= amount
	accounts.Put(tx, a)
}

// movementID names a movement, or what tried to be one.
func movementID(tx *provider.Tx) string { return tx.Stream("movement").Hex(32) }

// move takes available money from one wallet and gives it to another. The
// ledger gives it a time and a serial number, and an ID if it has none.
func move(tx *provider.Tx, m movement) error {
	from := balance(tx, m.From, m.Currency)
	if m.From != outside && from.available() < m.Amount {
		return errFunds
	}
	from.Booked -= m.Amount
	accounts.Put(tx, from)
	to := balance(tx, m.To, m.Currency) // after from was kept: they may be one
	to.Booked += m.Amount
	accounts.Put(tx, to)
	if m.ID == "" {
		m.ID = movementID(tx)
	}
	m.Serial, m.At = int64(movements.Len(tx)), tx.Now
	movements.Put(tx, m)
	return nil
}
