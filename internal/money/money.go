// Package money is amounts as payment APIs carry them: whole minor units and a
// currency, never a float.
package money

import (
	"strconv"
	"strings"
)

// Amount is a sum of money. The zero value is nothing of no currency.
type Amount struct {
	Minor    int64  // in the currency's smallest unit: cents, or whole won
	Currency string // ISO 4217, upper case
}

// decimals says how many digits of a minor amount stand behind the point:
// ISO 4217's exponent.
func decimals(currency string) int {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	}
	return 2
}

// String writes the amount for people: "USD 1.00", "KRW 400".
func (a Amount) String() string {
	digits := strconv.FormatInt(a.Minor, 10)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	if d := decimals(a.Currency); d > 0 {
		if len(digits) <= d {
			digits = strings.Repeat("0", d+1-len(digits)) + digits
		}
		digits = digits[:len(digits)-d] + "." + digits[len(digits)-d:]
	}
	return strings.TrimSpace(a.Currency + " " + sign + digits)
}
