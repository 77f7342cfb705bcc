package culqi

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"paysim/internal/provider"
)

// A page holds defaultLimit items unless the caller asks for fewer or more, up
// to maxLimit.
const (
	defaultLimit = 50
	maxLimit     = 100
)

// one answers the object that the path names.
func one[T any](find func(*provider.Call) (T, error), wire func(*provider.Call, T) any) handler {
	return func(c *provider.Call) (provider.Reply, error) {
		row, err := find(c)
		if err != nil {
			return provider.Reply{}, err
		}
		return reply(200, wire(c, row)), nil
	}
}

// listing is what one resource's list is made of.
type listing[T any] struct {
	path      string // as it stands in the paging links
	rows      []T    // newest first
	id        func(T) string
	uncounted bool // remaining_items is null
	facts     func(T) facts
	wire      func(T) any
}

// facts are what a list can be filtered by. A number n is also min_n and max_n;
// a date n is also n_from and n_to, in milliseconds.
type facts struct {
	texts    map[string]string
	numbers  map[string]int64
	dates    map[string]time.Time
	metadata []byte
}

type wireList struct {
	Data   []any      `json:"data"`
	Paging wirePaging `json:"paging"`
}

type wirePaging struct {
	Previous  *string     `json:"previous"`
	Next      *string     `json:"next"`
	Cursors   wireCursors `json:"cursors"`
	Remaining *int64      `json:"remaining_items"`
}

type wireCursors struct {
	Before *string `json:"before"`
	After  *string `json:"after"`
}

// list answers one page. Filters that are not known or make no sense are
// passed over: real clients send many.
func list[T any](c *provider.Call, l listing[T]) (provider.Reply, error) {
	query := c.Request.Query()
	var fitting []T
	for _, row := range l.rows {
		if l.facts(row).fit(query) {
			fitting = append(fitting, row)
		}
	}
	page, left := cut(fitting, l.id, query)
	out := wireList{Data: []any{}}
	for _, row := range page {
		out.Data = append(out.Data, l.wire(row))
	}
	remaining := int64(left)
	out.Paging.Remaining = &remaining
	if len(page) == 0 {
		return reply(200, out), nil
	}
	if l.uncounted {
		out.Paging.Remaining = nil
	}
	first, last := l.id(page[0]), l.id(page[len(page)-1])
	link := c.Base + l.path + "?limit=" + strconv.Itoa(limitOf(query))
	more := rest(query)
	out.Paging.Previous, out.Paging.Next = new(link+"&before="+first+more), new(link+"&after="+last+more)
	out.Paging.Cursors = wireCursors{Before: &first, After: &last}
	return reply(200, out), nil
}

// cut takes the page that the cursors name. before asks for the page of newer
// items, after for that of older ones, and before wins. left is how many older
// items follow.
func cut[T any](rows []T, id func(T) string, query url.Values) (page []T, left int) {
	limit := limitOf(query)
	at := func(cursor string) int { return slices.IndexFunc(rows, func(r T) bool { return id(r) == cursor }) }
	from, to := 0, min(limit, len(rows))
	if cursor := query.Get("before"); cursor != "" {
		to = max(at(cursor), 0)
		from = max(to-limit, 0)
	} else if cursor := query.Get("after"); cursor != "" {
		from = at(cursor) + 1
		if from == 0 {
			from = len(rows)
		}
		to = min(from+limit, len(rows))
	}
	return rows[from:to], len(rows) - to
}

func limitOf(query url.Values) int {
	n, err := strconv.Atoi(query.Get("limit"))
	if err != nil || n < 1 {
		return defaultLimit
	}
	return min(n, maxLimit)
}

// rest is the query without what the links set themselves.
func rest(query url.Values) string {
	others := url.Values{}
	for name, values := range query {
		if name != "limit" && name != "before" && name != "after" {
			others[name] = values
		}
	}
	if len(others) == 0 {
		return ""
	}
	return "&" + others.Encode()
}

func (f facts) fit(query url.Values) bool {
	for name, values := range query {
		if !f.fits(name, values[0]) {
			return false
		}
	}
	return true
}

func (f facts) fits(name, want string) bool {
	if got, ok := f.texts[name]; ok {
		return strings.EqualFold(got, inCulqisWords(want))
	}
	if key, ok := strings.CutPrefix(name, "metadata["); ok {
		return metadataText(f.metadata, strings.TrimSuffix(key, "]")) == want
	}
	n, err := strconv.ParseInt(want, 10, 64)
	if err != nil {
		return true
	}
	if got, ok := f.numbers[name]; ok {
		return got == n
	}
	if bare, ok := strings.CutPrefix(name, "min_"); ok {
		got, known := f.numbers[bare]
		return !known || got >= n
	}
	if bare, ok := strings.CutPrefix(name, "max_"); ok {
		got, known := f.numbers[bare]
		return !known || got <= n
	}
	return f.dated(name, n)
}

// dated compares a date with an instant in milliseconds. The bare name asks for
// the same second.
func (f facts) dated(name string, ms int64) bool {
	if bare, ok := strings.CutSuffix(name, "_from"); ok {
		got, known := f.dates[bare]
		return !known || got.UnixMilli() >= ms
	}
	if bare, ok := strings.CutSuffix(name, "_to"); ok {
		got, known := f.dates[bare]
		return !known || got.UnixMilli() <= ms
	}
	got, known := f.dates[name]
	return !known || got.Unix() == ms/1000
}

// inCulqisWords translates the English device types that two SDKs send.
func inCulqisWords(want string) string {
	switch strings.ToLower(want) {
	case "desktop":
		return "Escritorio"
	case "mobile", "movil":
		return "Móvil"
	}
	return want
}

// newest turns rows around: tables keep them oldest first.
func newest[T any](rows []T, keep func(T) bool) []T {
	out := make([]T, 0, len(rows))
	for _, r := range slices.Backward(rows) {
		if keep(r) {
			out = append(out, r)
		}
	}
	return out
}
