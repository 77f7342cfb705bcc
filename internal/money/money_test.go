package money_test

import (
	"math"
	"testing"

	"paysim/internal/money"
)

func TestString(t *testing.T) {
	for _, tc := range []struct {
		minor    int64
		currency string
		want     string
	}{
		{100, "USD", "USD 1.00"},
		{5, "EUR", "EUR 0.05"},
		{0, "USD", "USD 0.00"},
		{-5, "USD", "USD -0.05"},
		{400, "KRW", "KRW 400"},
		{1234, "KWD", "KWD 1.234"},
		{7, "", "0.07"},
		{math.MaxInt64, "USD", "USD 92233720368547758.07"},
	} {
		if got := (money.Amount{Minor: tc.minor, Currency: tc.currency}).String(); got != tc.want {
			t.Errorf("%d %s reads %q, want %q", tc.minor, tc.currency, got, tc.want)
		}
	}
}
