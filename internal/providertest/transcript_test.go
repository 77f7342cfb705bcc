package providertest

import (
	"slices"
	"testing"
)

func TestQuoteKeepsEveryByte(t *testing.T) {
	for _, body := range []string{
		"x", "x\n", "x\n\n", "\n", "\n\n", "\n x", "# a\n----\n\\\npayments\nGET /x\n= a b", "a\n\nb\n", `\`, "\\\n", `\\`,
	} {
		if got := unquote(quote(body)); got != body {
			t.Errorf("%q comes back as %q", body, got)
		}
		text := "GET /x\n----\n200\n\n"
		for _, l := range quote(body) {
			text += l + "\n"
		}
		text += "\npayments\n"
		tr, err := parse(text)
		if err != nil {
			t.Errorf("%q: %v", body, err)
			continue
		}
		if got := tr.steps[0].answer[2:]; !slices.Equal(got, quote(body)) {
			t.Errorf("%q: the answer reads %q", body, got)
		}
		if tr.String() != text {
			t.Errorf("%q: written again it is\n%s", body, tr)
		}
	}
}

func TestParse(t *testing.T) {
	text := `# a story

POST /v1/charges
Accept: */*

{
  "a": 1
}
----
201
X: y

{
  "id": "7"
}
= id id

# time passes
advance 20m
----
nothing

GET /v1/charges/{{id}}
`
	tr, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if tr.String() != text {
		t.Errorf("written again it is\n%s", tr)
	}
	if len(tr.steps) != 4 {
		t.Fatalf("%d steps", len(tr.steps))
	}
	headers, body, err := tr.steps[0].call()
	if err != nil || len(headers) != 1 || body != "{\n  \"a\": 1\n}" {
		t.Errorf("%q %q %v", headers, body, err)
	}
	if tr.steps[3].answer != nil || len(tr.steps[3].input) != 0 {
		t.Errorf("the last step has an answer: %+v", tr.steps[3])
	}
	for _, bad := range []string{"hello\n", "payments\nhello\n", "= a b\nhello\n"} {
		if _, err := parse(bad); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
	tr, _ = parse("POST /x\n{\"a\": 1}\n----\n200\n")
	if _, _, err := tr.steps[0].call(); err == nil {
		t.Error("a body without an empty line before it is read as headers")
	}
}

// FuzzParse reads a transcript, writes it and reads it again.
func FuzzParse(f *testing.F) {
	f.Add("# a story\n\nPOST /x\nA: b\n\n{}\n----\n200\n\n\\\n= id id\nadvance 1m\n----\nnothing\n")
	f.Add("payments\n----\n----\n")
	f.Fuzz(func(t *testing.T, text string) {
		once, err := parse(text)
		if err != nil {
			return
		}
		again, err := parse(once.String())
		if err != nil {
			t.Fatalf("%q is written as %q, which does not parse: %v", text, once, err)
		}
		if again.String() != once.String() || len(again.steps) != len(once.steps) {
			t.Errorf("%q is written as %q and that as %q", text, once, again)
		}
		for _, s := range once.steps {
			if _, body, err := s.call(); err == nil && unquote(quote(body)) != body {
				t.Errorf("%q comes back as %q", body, unquote(quote(body)))
			}
		}
	})
}
