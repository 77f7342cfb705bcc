package scenario

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"

	"paysim/internal/plan"
)

// look finds the values of one call, each once.
type look struct {
	facts *plan.Facts
	form  url.Values
	kind  bodyKind
	round int
	found []found // by slot
}

type found struct {
	round int
	value value
}

type bodyKind int

const (
	unread bodyKind = iota
	document
	form
)

// begin starts on another call.
func (l *look) begin(f *plan.Facts) {
	l.facts, l.kind, l.form = f, unread, nil
	l.round++
}

func (l *look) at(c *condition) *value {
	f := &l.found[c.slot]
	if f.round != l.round {
		f.round, f.value = l.round, l.find(c.place)
	}
	return &f.value
}

func (l *look) find(p place) value {
	switch p.in {
	case "header":
		if all := l.facts.Header.Values(p.name); len(all) > 0 {
			return value{there: true, text: all[0]}
		}
		return value{}
	case "query":
		if all := l.facts.Query()[p.name]; len(all) > 0 {
			return value{there: true, text: all[0]}
		}
		return value{}
	case "path":
		text, ok := l.facts.Path[p.name]
		return value{there: ok, text: text}
	}
	if l.kind == unread {
		l.kind = document
		json := bytes.HasPrefix(bytes.TrimSpace(l.facts.Body), []byte("{")) // curl -d calls JSON a form
		if !json && strings.HasPrefix(l.facts.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
			l.kind = form
			l.form, _ = url.ParseQuery(string(l.facts.Body))
		}
	}
	if l.kind == form {
		all, ok := l.form[p.name]
		if !ok {
			return value{}
		}
		return value{there: true, text: all[0]}
	}
	return fromJSON(gjson.GetBytes(l.facts.Body, p.name))
}

func fromJSON(g gjson.Result) value {
	v := value{there: g.Exists(), text: g.Str}
	switch g.Type {
	case gjson.Number:
		v.kind, v.num, v.text = isNum, g.Num, g.Raw
	case gjson.True, gjson.False:
		v.kind, v.text = isBool, g.Raw
	case gjson.Null:
		v.kind = isNull
	case gjson.JSON:
		v.kind, v.text = isOther, ""
	}
	return v
}
