package page

import (
	"slices"
	"strconv"
	"strings"
)

// WantsJSON reports whether the sender of this Accept header prefers JSON to a page. It has to name JSON: "*/*" and
// an empty header get the page.
func WantsJSON(accept string) bool {
	return preferred(accept, isJSON)
}

// WantsImage reports whether the sender prefers an image to a page, as a browser does for an <img> whose src is the
// page's address. It has to name images: a browser of old that asks for "*/*" cannot be told from curl.
func WantsImage(accept string) bool {
	return preferred(accept, isImage)
}

// Language is the one of the known languages that the sender of this Accept-Language header prefers; the first of them
// where the header names none. Only primary subtags count: "zh-TW" asks for zh.
func Language(accept string, known ...string) string {
	best, most := known[0], 0.0
	for _, part := range strings.Split(accept, ",") {
		tag, params, _ := strings.Cut(part, ";")
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		q, ok := quality(params)
		if ok && q > most && slices.Contains(known, primary) {
			best, most = primary, q
		}
	}
	return best
}

func isJSON(r mediaRange) bool {
	return r.typ == "application" && (r.sub == "json" || strings.HasSuffix(r.sub, "+json"))
}

func isImage(r mediaRange) bool { return r.typ == "image" }

func isHTML(r mediaRange) bool {
	return r.typ == "text" && (r.sub == "html" || r.sub == "*") || r.typ == "*"
}

// mediaRange is one element of an Accept header (RFC 9110, 12.5.1).
type mediaRange struct {
	typ, sub string
	q        float64
	at       int // position in the header
}

// exactness: a named type before a whole family before anything.
func (r mediaRange) exactness() int {
	switch {
	case r.typ == "*":
		return 0
	case r.sub == "*":
		return 1
	}
	return 2
}

// preferred compares the best range that wanted holds for with the range that decides about text/html. The higher
// quality wins. Between equals the one that was named more exactly wins ("application/json, */*" is a program that
// asks for JSON), and then the one named first: the standard gives order no meaning, but every browser puts what it
// is after at the front.
func preferred(accept string, wanted func(mediaRange) bool) bool {
	var best, page mediaRange // the zero value has quality 0: not acceptable
	for _, r := range parseAccept(accept) {
		if wanted(r) && (r.q > best.q || r.q == best.q && r.exactness() > best.exactness()) {
			best = r
		}
		if isHTML(r) && (page.typ == "" || r.exactness() > page.exactness()) {
			page = r
		}
	}
	switch {
	case best.q != page.q:
		return best.q > page.q
	case best.q == 0:
		return false
	case best.exactness() != page.exactness():
		return best.exactness() > page.exactness()
	}
	return best.at < page.at
}

// parseAccept skips what it cannot read: a header with a slip in it should not change what is shown.
func parseAccept(accept string) []mediaRange {
	var list []mediaRange
	for i, part := range strings.Split(accept, ",") {
		name, params, _ := strings.Cut(part, ";")
		typ, sub, ok := strings.Cut(strings.ToLower(strings.TrimSpace(name)), "/")
		if !ok || typ == "" || sub == "" {
			continue
		}
		q, ok := quality(params)
		if !ok {
			continue
		}
		list = append(list, mediaRange{typ, sub, q, i})
	}
	return list
}

// quality is 1 unless the parameters say otherwise.
func quality(params string) (float64, bool) {
	for _, p := range strings.Split(params, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if !strings.EqualFold(key, "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		return q, err == nil && q >= 0 && q <= 1
	}
	return 1, true
}
