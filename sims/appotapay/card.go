package appotapay

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	cardDigits = regexp.MustCompile(`^[0-9]{15,16}$`)
	holder     = regexp.MustCompile(`^[0-9A-Za-z ]{1,50}$`)
	month      = regexp.MustCompile(`^(0[1-9]|1[0-2])$`)
	twoDigits  = regexp.MustCompile(`^[0-9]{2}$`)
	cvvDigits  = regexp.MustCompile(`^[0-9]{3,4}$`)
)

// brands by how their numbers begin, and how long they are. "16 numbers" is
// written, and AMEX is listed, whose numbers have 15.
var brands = []struct {
	name   string
	begins *regexp.Regexp
	length int
}{
	{"VISA", regexp.MustCompile(`^4`), 16},
	{"MASTERCARD", regexp.MustCompile(`^(5[1-5]|2[2-7])`), 16},
	{"JCB", regexp.MustCompile(`^35`), 16},
	{"AMEX", regexp.MustCompile(`^3[47]`), 15},
}

// card reads a card that is required in its object. The number becomes what is
// kept of it here; nothing else of this package sees it.
func (f form) card() (card, error) {
	in, ok := f.object("card", true)
	if !ok {
		return card{}, nil
	}
	number := in.like("number", 16, cardDigits, "a card number of 16 digits")
	in.like("holderName", 50, holder, "letters a-z, digits and spaces")
	k := card{
		Month: in.like("expirationMonth", 2, month, "a month as MM"),
		Year:  in.like("expirationYear", 2, twoDigits, "a year as YY"),
	}
	in.like("cvv", 4, cvvDigits, "3 or 4 digits")
	if !cardDigits.MatchString(number) {
		return k, nil // a fault of the form already
	}
	for _, b := range brands {
		if b.begins.MatchString(number) {
			k.Brand = b.name
			if len(number) != b.length {
				in.fault("number", "Field number must be a card number of "+strconv.Itoa(b.length)+" digits")
			}
		}
	}
	k.Masked = number[:6] + strings.Repeat("X", len(number)-10) + number[len(number)-4:]
	k.Outcome = cardOutcome(number)
	switch {
	case !luhn(number):
		return k, errCardInvalid.Because("the check digit is wrong")
	case k.Brand == "":
		return k, errBIN.Because("no supported brand begins like this")
	}
	return k, nil
}

// luhn reports whether the last digit is the right one.
func luhn(number string) bool {
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// expired reports whether the month after the card's has begun, in Vietnam.
func (k card) expired(now time.Time) bool {
	m, _ := strconv.Atoi(k.Month) // of two digits, as checked
	y, _ := strconv.Atoi(k.Year)
	return !now.Before(time.Date(2000+y, time.Month(m)+1, 1, 0, 0, 0, 0, hanoi))
}

// same reports whether two cards are one, as far as can be told.
func (k card) same(other card) bool {
	return k.Masked == other.Masked && k.Month == other.Month && k.Year == other.Year
}

// How 3DS ended, in the words of the card schemes.
const (
	eciFull    = iota // authenticated
	eciAttempt        // frictionless, or not enrolled
	eciNone           // failed
)

// eci is the scheme's number: Mastercard counts up, the others down.
func (k card) eci(how int) string {
	if k.Brand == "MASTERCARD" {
		return []string{"02", "01", "00"}[how]
	}
	return []string{"05", "06", "07"}[how]
}
