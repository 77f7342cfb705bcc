package firstoken

import (
	"fmt"
	"regexp"
	"strings"

	"paysim/internal/provider"
)

// A token expression stands in a member for what a token holds:
//
//	{{ token : kind | extract:element | date:format | encrypt | parse:type }}
//
// kind is detokenize for a permanent token and transaction for a temporal one,
// and comes first; blanks may stand anywhere but inside words. In the payments
// family the member itself says which element is meant, so extract may be left
// out, and encrypt and parse, which serve the proxy, have no place.

var (
	expressionForm = regexp.MustCompile(`\{\{([^{}]*)\}\}`)
	tokenForm      = regexp.MustCompile(`^[A-Za-z0-9-]+$`)
)

// isExpression reports whether a member is to be filled in from the vault.
func isExpression(s string) bool { return strings.Contains(s, "{{") }

type expression struct {
	token, kind, element, date string
}

// parseExpression reads what stands between the braces. Everything it does not
// know makes the token invalid.
func parseExpression(s string) (expression, bool) {
	parts := strings.Split(s, "|")
	name, kind, ok := strings.Cut(parts[0], ":")
	e := expression{token: strings.TrimSpace(name), kind: strings.TrimSpace(kind)}
	if !ok || !tokenForm.MatchString(e.token) || e.kind != "detokenize" && e.kind != "transaction" {
		return e, false
	}
	for _, part := range parts[1:] {
		filter, value, ok := strings.Cut(part, ":")
		filter, value = strings.TrimSpace(filter), strings.TrimSpace(value)
		switch {
		case ok && filter == "extract" && value != "" && e.element == "" && e.date == "":
			e.element = value
		case ok && filter == "date" && value != "" && e.date == "":
			e.date = value
		default:
			return e, false
		}
	}
	return e, true
}

// The elements that extract knows.
const (
	ofCard       = "card"
	ofExpiration = "expiration"
	ofCode       = "cvv"
)

// fill puts the vault's data in place of the expressions in a member whose own
// element is wanted. The result is for checking only.
func fill(tx *provider.Tx, s, wanted string) (string, error) {
	var failed error
	filled := expressionForm.ReplaceAllStringFunc(s, func(found string) string {
		value, err := evaluate(tx, found[2:len(found)-2], wanted)
		if err != nil && failed == nil {
			failed = err
		}
		return value
	})
	if failed != nil {
		return "", failed
	}
	if strings.ContainsAny(filled, "{}") {
		return "", errToken.Because("braces are left over")
	}
	return strings.TrimSpace(filled), nil
}

func evaluate(tx *provider.Tx, s, wanted string) (string, error) {
	e, ok := parseExpression(s)
	if !ok {
		return "", errToken.Because("the expression for %s does not parse", wanted)
	}
	if e.element == "" {
		e.element = wanted
	}
	if e.element != wanted || e.date != "" && wanted != ofExpiration {
		return "", errToken.Because("the expression gives no %s", wanted)
	}
	c, err := find(tx, e)
	if err != nil {
		return "", err
	}
	switch wanted {
	case ofCard:
		return c.Number, nil
	case ofCode:
		return c.Code, nil
	}
	return dated(c.Exp, e.date)
}

// find looks a token up among those of its kind and opens its card.
func find(tx *provider.Tx, e expression) (card, error) {
	v, err := openVault(tx)
	if err != nil {
		return card{}, err
	}
	if e.kind == "transaction" {
		t, ok := temporals.Get(tx, e.token)
		if !ok {
			return card{}, errToken.Because("no temporal token is called that")
		}
		return v.open(t.ID, t.Sealed)
	}
	if e.element == ofCode {
		return card{}, errToken.Because("a permanent token has no check code")
	}
	t, ok := tokens.Get(tx, e.token)
	if !ok {
		return card{}, errToken.Because("no permanent token is called that")
	}
	return v.open(t.ID, t.Sealed)
}

// dated writes an expiration date, kept as MM/YY, in the format asked for.
func dated(exp, format string) (string, error) {
	month, year, _ := strings.Cut(exp, "/")
	year = year[max(0, len(year)-2):]
	full := fmt.Sprintf("20%s", year)
	switch format {
	case "", "MM/YY":
		return month + "/" + year, nil
	case "MM/YYYY":
		return month + "/" + full, nil
	case "MM":
		return month, nil
	case "YY":
		return year, nil
	case "YYYY":
		return full, nil
	case "YYYY/MM":
		return full + "/" + month, nil
	}
	return "", errToken.Because("no such date format")
}
