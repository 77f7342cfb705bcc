package edit

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tidwall/gjson"
)

// What a path may ask for: lists are made for the places in it.
const (
	placeLimit = 2  // digits of a place in a list
	nameLimit  = 16 // names in a path
)

var (
	errNotOne = errors.New(`is no path to one member: names and places in lists, with dots between, as in lines.0.amount; \ goes before a dot in a name`)
	errPlace  = errors.New("asks for a place that is none: they go from 0 to 99; a name of digits is written with a colon before it")
	errLong   = fmt.Errorf("has more than %d names", nameLimit)
)

// CheckPath says what is wrong with a path, in words that follow it. A path
// leads to one member: of what else gjson knows, some finds several, and some is
// no place where a value could be put.
func CheckPath(path string) error {
	all := names(path)
	if len(all) > nameLimit {
		return errLong
	}
	for _, name := range all {
		if !plain(name) {
			return errNotOne
		}
		digits, negative := strings.CutPrefix(name, "-")
		if strings.Trim(digits, "0123456789") == "" && (negative || len(digits) > placeLimit) {
			return errPlace
		}
	}
	return nil
}

// names splits a path at its dots. Escapes stay.
func names(path string) []string {
	var out []string
	begin := 0
	for i := 0; i < len(path); i++ {
		switch path[i] {
		case '\\':
			i++
		case '.':
			out = append(out, path[begin:i])
			begin = i + 1
		}
	}
	return append(out, path[begin:])
}

// plain reports whether a name means nothing else to gjson or sjson.
func plain(name string) bool {
	if name == "" || name[0] == '{' || name[0] == '[' {
		return false
	}
	for i := 0; i < len(name); i++ {
		if name[i] == '\\' {
			i++ // what is escaped is looked at before it is taken for a place
			if i == len(name) || strings.IndexByte("-0123456789{[", name[i]) >= 0 {
				return false
			}
		} else if strings.IndexByte("*?|#@", name[i]) >= 0 {
			return false
		}
	}
	return true
}

// leads reports why a text has no place for a path: what is on the way is
// neither an object nor a list.
func leads(text []byte, path string) error {
	at := gjson.ParseBytes(text)
	all := names(path)
	for i, name := range all[:len(all)-1] {
		at = at.Get(strings.TrimPrefix(name, ":"))
		if !at.Exists() || at.Type == gjson.Null {
			return nil
		}
		if !at.IsObject() && !at.IsArray() {
			return fmt.Errorf("%s is no object and no list", strings.Join(all[:i+1], "."))
		}
	}
	return nil
}
