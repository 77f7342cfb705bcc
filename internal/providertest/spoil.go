package providertest

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"
)

// spoilt is a request with one thing wrong with it.
type spoilt struct {
	what string
	*Request
	must bool // it must be refused
}

const long = 5000

// Large bodies are made once and shared; nothing changes a body in place.
var (
	huge        = []byte(`{"a":"` + strings.Repeat("a", 2<<20) + `"}`) // more than the engine reads
	deepLists   = []byte(strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000))
	deepObjects = []byte(strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000))
)

// odd are JSON values that some member does not expect.
var odd = []struct{ what, value string }{
	{"null", `null`},
	{"true", `true`},
	{"0", `0`},
	{"-1", `-1`},
	{"0.5", `0.5`},
	{"1e400", `1e400`},
	{"a huge number", `123456789012345678901234567890`},
	{"the largest int64", `9223372036854775807`},
	{"an empty string", `""`},
	{"a blank", `" "`},
	{"a word", `"x"`},
	{"a number in quotes", `"12"`},
	{"a NUL", `"\u0000"`},
	{"half a surrogate pair", `"\ud800"`},
	{"bad UTF-8", "\"\xff\xfe\""},
	{"markup", `"<script>alert(1)</script>"`},
	{"an emoji", `"😀"`},
	{"a long string", `"` + strings.Repeat("a", long) + `"`},
	{"an empty list", `[]`},
	{"a list with null", `[null]`},
	{"an empty object", `{}`},
	{"an object", `{"a":{"b":[1,"2",null]}}`},
}

// spoilings are the ways to spoil a request, from the outside in.
func spoilings(r *Request, template string) []spoilt {
	var out []spoilt
	out = append(out, spoilBody(r)...)
	if r.isForm() {
		for _, s := range spoilPairs(string(r.Body)) {
			out = append(out, spoilt{what: "form: " + s.what, Request: r.withBody(s.pairs)})
		}
	}
	if q := r.query(); q != "" {
		for _, s := range spoilPairs(q) {
			out = append(out, spoilt{what: "query: " + s.what, Request: r.withQuery(s.pairs)})
		}
	}
	return append(out, spoilPath(r, template)...)
}

// spoilBody spoils the body as a whole, then each member of a JSON body.
func spoilBody(r *Request) []spoilt {
	object := gjson.ValidBytes(r.Body) && gjson.ParseBytes(r.Body).IsObject()
	all := []spoilt{
		{what: "a huge body", Request: r.carrying(huge), must: true},
		{what: "an empty body", Request: r.withBody("")},
	}
	for _, b := range []struct{ what, body string }{
		{"no JSON", "this is not JSON"},
		{"half an object", `{"a":`},
		{"a lone brace", `{`},
		{"bad UTF-8", "\xff\xfe\xfd"},
		{"a NUL", "\x00"},
		{"a page", "<html></html>"},
	} {
		all = append(all, spoilt{"the body " + b.what, r.withBody(b.body), object})
	}
	for _, b := range []struct{ what, body string }{
		{"null", `null`}, {"a string", `"x"`}, {"a number", `7`}, {"an empty list", `[]`}, {"a list", `[{}]`}, {"an empty object", `{}`},
	} {
		all = append(all, spoilt{what: "the body " + b.what, Request: r.withBody(b.body)})
	}
	all = append(all,
		spoilt{what: "the body lists nested deep", Request: r.carrying(deepLists)},
		spoilt{what: "the body objects nested deep", Request: r.carrying(deepObjects)})
	if r.Method == http.MethodGet {
		return all[1:] // what a GET carries as a body, some services read and most do not
	}
	if object {
		all = append(all, spoilMembers(r)...)
		all = append(all,
			spoilt{what: "something behind the object", Request: r.withBody(string(r.Body) + `{"more":1}`)},
			spoilt{what: "a byte order mark", Request: r.withBody("\ufeff" + string(r.Body))},
			spoilt{what: "Content-Type text/plain", Request: r.with("Content-Type", "text/plain")},
			spoilt{what: "no Content-Type", Request: r.with("Content-Type", "")},
			spoilt{what: "Content-Type nonsense", Request: r.with("Content-Type", ";;;=,")})
	}
	return all
}

// spoilMembers replaces every member, at any depth, by every odd value, leaves
// it out, and says it twice.
func spoilMembers(r *Request) []spoilt {
	var out []spoilt
	for _, m := range members(string(r.Body)) {
		for _, o := range odd {
			out = append(out, spoilt{what: m.path + " = " + o.what, Request: r.withBody(m.replaced(o.value))})
		}
		out = append(out, spoilt{what: "no " + m.path, Request: r.withBody(m.removed())})
		out = append(out, spoilt{what: m.path + " twice", Request: r.withBody(m.doubled())})
	}
	return out
}

// member is where a value stands in a JSON text.
type member struct {
	text     string
	path     string
	key      int // where "name" begins; equal to from in a list
	from, to int
}

func (m member) replaced(value string) string { return m.text[:m.from] + value + m.text[m.to:] }

// doubled says the member twice, the second time as a list.
func (m member) doubled() string {
	return m.text[:m.to] + "," + m.text[m.key:m.from] + "[]" + m.text[m.to:]
}

// removed leaves the member out, with one of the commas beside it.
func (m member) removed() string {
	before, after := strings.TrimRight(m.text[:m.key], " \t\r\n"), strings.TrimLeft(m.text[m.to:], " \t\r\n")
	if rest, ok := strings.CutPrefix(after, ","); ok {
		return before + rest
	}
	return strings.TrimSuffix(before, ",") + after
}

// members lists every member of a valid JSON object, at any depth.
func members(text string) []member {
	var out []member
	var walk func(v gjson.Result, at int, path string)
	walk = func(v gjson.Result, at int, path string) {
		list := v.IsArray()
		n := 0
		v.ForEach(func(name, value gjson.Result) bool {
			m := member{text: text, from: at + value.Index}
			m.to, m.key = m.from+len(value.Raw), m.from
			m.path = path + name.String()
			if list {
				m.path = path + "[" + string(rune('0'+n%10)) + "]"
				n++
			} else {
				m.key = at + name.Index
			}
			out = append(out, m)
			if value.IsObject() || value.IsArray() {
				walk(gjson.Parse(value.Raw), m.from, m.path+".")
			}
			return true
		})
	}
	start := len(text) - len(strings.TrimLeft(text, " \t\r\n"))
	walk(gjson.Parse(text[start:]), start, "")
	return out
}

// pairs is a query or form with something wrong with it.
type pairs struct{ what, pairs string }

// spoilPairs spoils each name=value of a query or form.
func spoilPairs(text string) []pairs {
	out := []pairs{{"nothing", ""}, {"a broken escape", "%zz=%"}, {"no names", "&&=&=x"}}
	all := strings.Split(text, "&")
	for i, p := range all {
		name, _, _ := strings.Cut(p, "=")
		set := func(what, value string) {
			changed := append([]string{}, all...)
			changed[i] = value
			if value == "" {
				changed = append(changed[:i], changed[i+1:]...)
			}
			out = append(out, pairs{name + " " + what, strings.Join(changed, "&")})
		}
		set("left out", "")
		for _, o := range []struct{ what, value string }{
			{"empty", ""}, {"a word", "x"}, {"-1", "-1"}, {"a huge number", "123456789012345678901234567890"},
			{"bad UTF-8", "%ff%fe"}, {"a NUL", "%00"}, {"a broken escape", "%zz"}, {"long", strings.Repeat("a", long)},
			{"markup", url.QueryEscape("<script>alert(1)</script>")},
		} {
			set(o.what, name+"="+o.value)
		}
		set("twice", p+"&"+name+"=x")
		set("as a list", name+"[]=x")
	}
	return out
}

// spoilPath puts values into the path's variables that lead nowhere.
func spoilPath(r *Request, template string) []spoilt {
	path, _, _ := strings.Cut(r.Path, "?")
	vars, ok := variables(template, path)
	if !ok {
		return nil
	}
	var out []spoilt
	for _, name := range names(template) {
		for _, v := range []struct{ what, value string }{
			{"an unknown id", "nosuch"}, {"a number", "0"}, {"a NUL", "%00"}, {"a slash", "a%2Fb"}, {"a way up", "..%2F.."}, {"dots", ".."},
			{"a blank", "%20"}, {"bad UTF-8", "%ff%fe"}, {"an emoji", "%F0%9F%98%80"}, {"a quotation mark", "%22"}, {"a semicolon", "a;b"},
			{"a long name", strings.Repeat("a", long)}, {"its own id and more", vars[name] + "x"},
		} {
			changed := map[string]string{}
			for k, old := range vars {
				changed[k] = old
			}
			changed[name] = v.value
			out = append(out, spoilt{name + " = " + v.what, r.withPath(fill(template, changed)), true})
		}
	}
	return out
}
