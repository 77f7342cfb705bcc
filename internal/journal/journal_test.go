package journal

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func all(*Entry) bool { return true }

func TestSinceIsExclusiveAndAscending(t *testing.T) {
	j := New(10)
	for i := range 5 {
		j.Append(&Entry{Operation: fmt.Sprint("op", i%2)})
	}
	var got []int64
	for _, e := range j.Since(1, 2, func(e *Entry) bool { return e.Operation == "op0" }) {
		got = append(got, e.Seq)
	}
	if diff := cmp.Diff([]int64{3, 5}, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheOldestEntriesAreForgotten(t *testing.T) {
	j := New(8)
	for range 1000 {
		j.Append(&Entry{})
	}
	got := j.Since(0, 0, all)
	if len(got) != 8 || got[0].Seq != 993 || got[7].Seq != 1000 {
		t.Errorf("%d entries from %d, want 8 from 993", len(got), got[0].Seq)
	}
	if cap(j.entries) > 32 {
		t.Errorf("the journal of 8 holds room for %d", cap(j.entries))
	}
}

func TestChangedFiresOnAppend(t *testing.T) {
	j := New(2)
	c := j.Changed()
	j.Append(&Entry{})
	<-c
}

func TestRedactBody(t *testing.T) {
	r := NewRedactor([]string{"cvv", "access_token"})
	for _, tc := range []struct{ name, in, want string }{
		{"nothing", `{"a":1}`, `{"a":1}`},
		{"card", `{"pan":"4111111111111111"}`, `{"pan":"411111******1111"}`},
		{"card with dashes", `4111-1111-1111-1111`, `4111-11**-****-1111`},
		{"card as a number", `{"n":378282246310005}`, `{"n":378282*****0005}`},
		{"card before other digits", `4111 1111 1111 1111 12/26`, `4111 11** **** 1111 12/26`},
		{"card behind other digits", `1000-4111111111111111`, `1000-411111******1111`},
		{"cards side by side", `4111111111111111 5555555555554444`, `411111******1111 555555******4444`},
		{"not a card: digits before it in one group", `104111111111111111`, `104111111111111111`},
		{"not a card: check digit", `4111111111111112`, `4111111111111112`},
		{"not a card: too long", `2000119945447391883269`, `2000119945447391883269`},
		{"not a card: a time in milliseconds", `1762635685000`, `1762635685000`},
		{"member", `{"cvv":"123","x":"123"}`, `{"cvv":"***","x":"123"}`},
		{"member, any case, blanks, number", `{"CVV" : 123 ,"x":1}`, `{"CVV" : "***" ,"x":1}`},
		{"member spelt with an escape", `{"\u0063vv":"123"}`, `{"\u0063vv":"***"}`},
		{"member with a quote inside", `{"cvv":"1\"23","y":2}`, `{"cvv":"***","y":2}`},
		{"value that looks like a name", `{"a":"cvv","b":"x"}`, `{"a":"cvv","b":"x"}`},
		{"object stays, its members are hidden", `{"access_token":{"cvv":"1"}}`, `{"access_token":{"cvv":"***"}}`},
		{"list", `{"cvv":["123",["4"]],"x":1}`, `{"cvv":"***","x":1}`},
		{"list that does not end", `{"cvv":["12`, `{"cvv":"***"`},
		{"broken", `{"cvv":"12`, `{"cvv":"***"`},
		{"broken earlier", `{"a":"b" "cvv":"12"}`, `{"a":"b" "cvv":"***"}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := []byte(tc.in)
			if got := r.Body(in); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
			if string(in) != tc.in {
				t.Error("the caller's bytes were changed")
			}
		})
	}
	if got := r.Body([]byte(strings.Repeat("a", 5000))); len(got) > bodyLimit+30 {
		t.Errorf("a long body keeps %d bytes", len(got))
	}
}

func TestRedactHeadersAndQuery(t *testing.T) {
	r := NewRedactor([]string{"x-api-key", "token"})
	got := r.Headers(http.Header{
		"Authorization": {"Bearer sk-1"}, "X-Api-Key": {"k"}, "Content-Type": {"a/b"}, "Cookie": {"s=1"}, "Connection": {"close"}, "X-Card": {"4111111111111111"},
	})
	want := []string{"Authorization: Bearer ***", "Content-Type: a/b", "Cookie: ***", "X-Api-Key: ***", "X-Card: 411111******1111"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := r.Headers(http.Header{"Authorization": {"rawkey"}}); got[0] != "Authorization: ***" {
		t.Errorf("a bare credential shows as %q", got[0])
	}
	for query, want := range map[string]string{
		"a=1&token=abc&pan=4111111111111111":       "a=1&token=***&pan=411111******1111",
		"a=1%202&b=%C3%A9":                         "a=1%202&b=%C3%A9",
		"pan=4111%31111111%311111":                 "pan=411111******1111",
		"%7B%22token%22:%20%22abc%22,%22a%22:1%7D": `{"token": "***","a":1}`,
		"%zz&pan=4111111111111111":                 "%zz&pan=411111******1111",
		"%74oken=abc&a=1":                          "%74oken=***&a=1",
		"card[token]=abc&card%5BToken%5D=abc":      "card[token]=***&card%5BToken%5D=***",
		"token[]=abc&token%5B0%5D=abc":             "token[]=***&token%5B0%5D=***",
		"token[id]=abc&[]=1&=2":                    "token[id]=abc&[]=1&=2",
	} {
		if got := r.Query(query); got != want {
			t.Errorf("%s is kept as %s, want %s", query, got, want)
		}
	}
}

func FuzzRedactBody(f *testing.F) {
	f.Add([]byte(`{"cvv":"123"}`))
	f.Add([]byte(`"`))
	r := NewRedactor([]string{"cvv"})
	f.Add([]byte(`{"card":"4111-1111 11111111 12"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		was := string(b)
		once := r.Body(b)
		if string(b) != was {
			t.Error("the caller's bytes were changed")
		}
		if again := r.Body([]byte(once)); len(once) <= bodyLimit && again != once {
			t.Errorf("%q, redacted again, is %q", once, again)
		}
	})
}
