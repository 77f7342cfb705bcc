package paymenticon

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// letter writes a random JSON object and remembers where its values stand.
type letter struct {
	strings.Builder
	random *rand.Rand
	text   string
	values []int // offsets of the bytes of values
}

func (l *letter) blank() {
	if l.random.IntN(4) == 0 {
		l.WriteString([]string{" ", "\n", "\t ", "\r\n"}[l.random.IntN(4)])
	}
}

// quoted writes a string in one of the many ways that JSON allows.
func (l *letter) quoted(s string, value bool) {
	l.WriteByte('"')
	from := l.Len()
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			l.WriteString("\\" + string(r))
		case r < ' ' || r < 0x10000 && l.random.IntN(5) == 0:
			l.WriteString("\\u" + strconv.FormatInt(0x10000+int64(r), 16)[1:])
		default:
			l.WriteRune(r)
		}
	}
	for at := from; value && at < l.Len(); at++ {
		l.values = append(l.values, at)
	}
	l.WriteByte('"')
}

func (l *letter) literal(s string) {
	for i := range len(s) {
		l.values = append(l.values, l.Len())
		l.WriteByte(s[i])
	}
}

func (l *letter) piece() string {
	if l.text == "" || l.random.IntN(3) == 0 {
		return []string{"", "PLN", "zażółć gęślą", "a/b", "\u2028\x00", "😀", "1000", "true"}[l.random.IntN(8)]
	}
	all := []rune(l.text)
	from := l.random.IntN(len(all))
	return string(all[from : from+l.random.IntN(len(all)-from)+1])
}

func (l *letter) value(depth int) {
	l.blank()
	switch n := l.random.IntN(11); {
	case n == 0 && depth > 0:
		l.object(depth - 1)
	case n == 1 && depth > 0:
		l.WriteByte('[')
		for i := range l.random.IntN(4) {
			if i > 0 {
				l.WriteByte(',')
			}
			l.value(depth - 1)
		}
		l.WriteByte(']')
	case n == 2:
		l.literal("true")
	case n == 3:
		l.literal("false")
	case n == 4:
		l.literal("null")
	case n < 7:
		l.literal([]string{"0", "-0", "1000", "5.50", "1e3", "-12.340E-5", "12345678901234567890123"}[l.random.IntN(7)])
	default:
		l.quoted(l.piece(), true)
	}
	l.blank()
}

func (l *letter) object(depth int) {
	l.WriteByte('{')
	for i := range l.random.IntN(6) {
		if i > 0 {
			l.WriteByte(',')
		}
		name := []string{"amount", "currency", "description", "10", "9", "_signature", "Z", "ł"}[l.random.IntN(8)]
		if l.random.IntN(3) == 0 {
			name = l.piece()
		}
		l.blank()
		l.quoted(name, false)
		l.blank()
		l.WriteByte(':')
		l.value(depth)
	}
	l.WriteByte('}')
}

// FuzzSignature: what an independent signer signs is accepted in every spelling,
// and nothing with a byte of a signed value, or of the signature, changed.
func FuzzSignature(f *testing.F) {
	for seed := range uint64(40) {
		f.Add(seed, "order 1 \"ł\"")
	}
	d := newDesk(f, "shop")
	stamp := strconv.FormatInt(nine.Unix(), 10)
	send := func(body, sum string) int {
		return d.send("POST", "/withdraw/", body, func(r *http.Request) {
			r.Header.Set("X-Paymenticon-Time", stamp)
			r.Header.Set("Authorization", "hmac "+d.wallet+":"+sum)
		}).Code
	}
	f.Fuzz(func(t *testing.T, seed uint64, text string) {
		if !utf8.ValidString(text) || len(text) > 200 {
			t.Skip()
		}
		l := &letter{random: rand.New(rand.NewPCG(seed, 1)), text: text}
		l.object(4)
		body := l.String()
		if !json.Valid([]byte(body)) {
			t.Fatalf("the test writes no JSON: %q", body)
		}
		spelling := [][3]string{{"true", "false", ""}, {"True", "False", "None"}, {"1", "", ""}, {"true", "false", "null"}, {"True", "False", ""}}[seed%5]
		url := []string{host, "https://pay.paymenticon.com"}[seed%2] + "/withdraw/"
		flat := func(body string) string { return decoded([]byte(body)).flatten(spelling[0], spelling[1], spelling[2]) }
		was := decoded([]byte(body)).flatten("true", "false", "null")
		sum := hmacHex(d.key, "POST"+url+stamp+flat(body))
		if code := send(body, sum); code == http.StatusUnauthorized {
			t.Fatalf("refused: %q", body)
		}
		for _, at := range l.values {
			changed := []byte(body)
			changed[at] = "0123456789abcdefnt\"\\x"[l.random.IntN(21)]
			valid := json.Valid(changed) && utf8.Valid(changed)
			if valid && decoded(changed).flatten("true", "false", "null") == was {
				continue // another spelling of the same
			}
			switch code := send(string(changed), sum); {
			case !valid && code != http.StatusBadRequest:
				t.Errorf("%q is no JSON and answered %d", changed, code)
			case valid && code != http.StatusUnauthorized:
				t.Errorf("%q with the signature of %q is answered %d", changed, body, code)
			}
		}
		at := l.random.IntN(len(sum))
		if code := send(body, sum[:at]+string("fedcba9876543210"[strings.IndexByte("0123456789abcdef", sum[at])])+sum[at+1:]); code != http.StatusUnauthorized {
			t.Errorf("%q with another signature is answered %d", body, code)
		}
	})
}
