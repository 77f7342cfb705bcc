package page

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

var now = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// views are the pages that the golden files show: one per kind of moment in the life of a payment.
func views() map[string]View {
	open := View{
		Lang:          "en",
		Title:         "Confirm your payment",
		ProviderTitle: "Examplepay",
		Merchant:      "Demo Shop",
		Amount:        "USD 1.00",
		Reference:     "order-1001",
		Method:        "wallet",
		Fields:        []Field{{"country", "Country", "US"}, {"consumer", "Consumer", "John Doe"}},
		State:         "pending",
		StateText:     "Waiting for you",
		Now:           now,
		Expires:       now.Add(12*time.Minute + 30*time.Second),
		Message:       "Choose what the payer does.",
		Choices: []Choice{
			{Action: "approve", Label: "Pay USD 1.00", Kind: Primary, LeadsTo: "succeeded"},
			{Action: "cancel", Label: "Cancel", Hint: "The payer goes back to the shop"},
		},
		Outcomes: []Choice{
			{Action: "decline", Outcome: "insufficient_funds", Label: "Not enough money", Kind: Danger, LeadsTo: "failed"},
			{Action: "decline", Outcome: "fraud_suspected", Label: "Suspected fraud", Hint: "The bank blocks the card", Kind: Danger, LeadsTo: "failed"},
			{Action: "abandon", Label: "Walk away", LeadsTo: "pending"},
		},
		FormAction: "/pay/tok_1",
		Hidden:     []Field{{Name: "token", Value: "tok_1"}},
		ReturnURL:  "https://shop.example/return?order=1001&ok=1",
	}

	decided := open
	decided.Accent = Teal
	decided.Title, decided.Message = "Payment approved", "You can go back to the shop."
	decided.State, decided.StateText, decided.StateKind = "succeeded", "", Good
	decided.Choices = nil
	decided.Outcomes = []Choice{{Action: "chargeback", Label: "Chargeback", LeadsTo: "disputed"}}

	expired := open
	expired.Title, expired.Message = "This payment has expired", ""
	expired.State, expired.StateText, expired.StateKind = "expired", "Expired", Neutral
	expired.Choices, expired.Outcomes = nil, nil
	expired.ReturnURL = "demoshop://return"

	scan := open
	scan.Lang, scan.Accent = "zh-CN", Blue
	scan.QR = "https://pay.example/q/8f3a"
	scan.ClockStopped = true
	scan.FormAction = ""

	return map[string]View{"open": open, "decided": decided, "expired": expired, "scan": scan, "bare": {}}
}

var problem = Problem{
	Lang:          "es",
	Title:         "Enlace caducado",
	Message:       "Vuelve a la tienda y empieza otra vez.",
	ProviderTitle: "Examplepay",
	Detail:        "no session sess_42",
}

func TestGolden(t *testing.T) {
	for name, v := range views() {
		golden(t, name+".html", withoutAssets(v.HTML()))
		golden(t, name+".json", v.JSON())
	}
	golden(t, "problem.html", withoutAssets(problem.HTML()))
	golden(t, "problem.json", problem.JSON())
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; after looking at it, go test ./internal/page -update\ngot:\n%s", path, got)
	}
}

// withoutAssets leaves out the style sheet and the script, so that a golden file shows the page and nothing else.
func withoutAssets(html []byte) []byte {
	html = bytes.Replace(html, []byte(style), []byte("/* style.css */"), 1)
	return bytes.Replace(html, []byte(script), []byte("/* page.js */"), 1)
}

func TestSameViewSameBytes(t *testing.T) {
	for name, v := range views() {
		if !bytes.Equal(v.HTML(), v.HTML()) || !bytes.Equal(v.JSON(), v.JSON()) {
			t.Errorf("%s: two renderings differ", name)
		}
	}
}

// TestWellFormed reads every page as strictly as XML allows: tags nest, ids are unique, and whatever names an id by
// an aria attribute finds it.
func TestWellFormed(t *testing.T) {
	all := map[string][]byte{"problem": problem.HTML(), "hostile": hostile().HTML(), "empty problem": Problem{}.HTML()}
	for name, v := range views() {
		all[name] = v.HTML()
	}
	for name, html := range all {
		t.Run(name, func(t *testing.T) {
			html = regexp.MustCompile(`<((?:meta|link|input)\b[^>]*)>`).ReplaceAll(withoutAssets(html), []byte("<$1/>"))
			d := xml.NewDecoder(bytes.NewReader(html))
			d.Entity = xml.HTMLEntity
			ids, named := map[string]bool{}, []string{}
			h1 := 0
			for {
				token, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatalf("%v in\n%s", err, html)
				}
				e, ok := token.(xml.StartElement)
				if !ok {
					continue
				}
				if e.Name.Local == "h1" {
					h1++
				}
				for _, a := range e.Attr {
					switch a.Name.Local {
					case "id":
						if ids[a.Value] {
							t.Errorf("id %q twice", a.Value)
						}
						ids[a.Value] = true
					case "aria-labelledby", "aria-describedby":
						named = append(named, strings.Fields(a.Value)...)
					case "style":
						t.Errorf("<%s style=%q>: the policy blocks style attributes", e.Name.Local, a.Value)
					}
				}
			}
			for _, id := range named {
				if !ids[id] {
					t.Errorf("an aria attribute names %q, which is not there", id)
				}
			}
			if h1 > 1 {
				t.Errorf("%d main headings", h1)
			}
		})
	}
}

const attack = `"'></title></textarea><script>alert(1)</script>`

func hostile() View {
	c := []Choice{{Action: attack, Outcome: attack, Label: attack, Hint: attack, Kind: attack, LeadsTo: attack}}
	return View{
		Lang: attack, Title: attack, ProviderTitle: attack, Accent: attack, Merchant: attack, Amount: attack,
		Reference: attack, Method: attack, Fields: []Field{{attack, attack, attack}}, State: attack, StateText: attack,
		StateKind: Bad, Message: attack, QR: attack, QRHint: attack, Choices: c, Outcomes: c, FormAction: attack,
		Hidden: []Field{{attack, attack, attack}}, ReturnURL: "https://shop.example/" + attack, ReturnLabel: attack,
	}
}

func TestEverythingIsEscaped(t *testing.T) {
	p := Problem{Lang: attack, Title: attack, Message: attack, ProviderTitle: attack, Accent: attack, Detail: attack}
	for name, html := range map[string][]byte{"view": hostile().HTML(), "problem": p.HTML()} {
		if bytes.Contains(html, []byte("<script>alert")) {
			t.Errorf("%s: a script got through:\n%s", name, html)
		}
		for _, tag := range regexp.MustCompile(`<[^>]*>`).FindAllString(string(withoutAssets(html)), -1) {
			if strings.Contains(tag, "'") {
				t.Errorf("%s: a quote got into a tag: %s", name, tag)
			}
		}
	}
	if html := (View{Title: "a\xffb"}).HTML(); !bytes.Contains(html, []byte("<h1 data-testid=\"title\">a\uFFFDb</h1>")) {
		t.Errorf("bad UTF-8 got through:\n%s", html)
	}
}

func TestLinksGoToTheWebOnly(t *testing.T) {
	tests := []struct {
		url  string
		link bool
	}{
		{"https://shop.example/return", true},
		{"http://127.0.0.1:3000/", true},
		{"HTTPS://SHOP.EXAMPLE/", true},
		{"javascript:alert(1)", false},
		{" javascript:alert(1)", false},
		{"java\nscript:alert(1)", false},
		{"data:text/html,hi", false},
		{"demoshop://return", false},
		{"//shop.example/", false},
		{"https:shop.example", false},
		{"/return", false},
		{"https://", false},
	}
	for _, tt := range tests {
		html := string(View{StateKind: Good, ReturnURL: tt.url, QR: tt.url}.HTML())
		if got := strings.Count(html, "<a "); got != map[bool]int{true: 2, false: 0}[tt.link] {
			t.Errorf("%q: %d links", tt.url, got)
		}
		if !strings.Contains(html, `data-testid="qr-link"`) {
			t.Errorf("%q: the text of the code is missing", tt.url)
		}
	}
}

func TestFormAction(t *testing.T) {
	tests := []struct{ in, want string }{
		{"/pay/1?a=b", "/pay/1?a=b"},
		{"submit", "submit"},
		{"https://pay.example/x", "https://pay.example/x"},
		{"javascript:alert(1)", ""},
		{"mailto:a@example.com", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := formAction(tt.in); got != tt.want {
			t.Errorf("formAction(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestReturnIsShownOnceDecided(t *testing.T) {
	for kind, want := range map[StateKind]bool{"": false, Open: false, "else": false, Good: true, Bad: true, Neutral: true} {
		html := string(View{StateKind: kind, Merchant: "A & B", ReturnURL: "https://shop.example/"}.HTML())
		if got := strings.Contains(html, `data-testid="return">Return to A &amp; B</a>`); got != want {
			t.Errorf("%q: return link shown: %v, want %v", kind, got, want)
		}
	}
}

func TestCountdown(t *testing.T) {
	tests := []struct {
		left    time.Duration
		stopped bool
		kind    StateKind
		want    string // the text in "expires", tags left out
		ticks   bool
	}{
		{12*time.Minute + 30*time.Second, false, Open, "Expires in 12:30", true},
		{12*time.Minute + 30*time.Second, true, Open, "Expires in 12:30 (clock stopped)", false},
		{time.Millisecond, false, Open, "Expires in 00:01", true},
		{59*time.Minute + 59*time.Second + time.Nanosecond, false, Open, "Expires in 1:00:00", true},
		{7 * 24 * time.Hour, false, Open, "Expires in 7 d 00:00:00", true},
		{0, false, Open, "Expired", false},
		{-time.Hour, false, Open, "Expired", false},
		{time.Hour, false, Good, "", false},
	}
	tag := regexp.MustCompile(`<[^>]*>`)
	shown := regexp.MustCompile(`(?s)data-testid="expires">(.*?)</p>`)
	for _, tt := range tests {
		html := string(View{StateKind: tt.kind, Now: now, Expires: now.Add(tt.left), ClockStopped: tt.stopped}.HTML())
		got := ""
		if m := shown.FindStringSubmatch(html); m != nil {
			got = tag.ReplaceAllString(m[1], "")
		}
		if got != tt.want {
			t.Errorf("%v: %q, want %q", tt.left, got, tt.want)
		}
		if got := strings.Contains(html, "data-left="); got != tt.ticks {
			t.Errorf("%v: ticks: %v, want %v", tt.left, got, tt.ticks)
		}
	}
}

func TestParseChoice(t *testing.T) {
	for _, c := range []Choice{{Action: "approve"}, {Action: "decline", Outcome: "insufficient_funds"}, {Action: "set", Outcome: "a:b"}} {
		if a, o := ParseChoice(c.Value()); a != c.Action || o != c.Outcome {
			t.Errorf("ParseChoice(%q) = %q, %q", c.Value(), a, o)
		}
	}
}

// TestTwin: whoever reads the JSON can do what whoever sees the page can.
func TestTwin(t *testing.T) {
	for name, v := range views() {
		var twin struct {
			Actions []struct{ Value string }
			Submit  *struct{ Method, URL string }
		}
		if err := json.Unmarshal(v.JSON(), &twin); err != nil {
			t.Fatal(err)
		}
		var values []string
		for _, a := range twin.Actions {
			values = append(values, a.Value)
		}
		var posted []string
		for _, m := range regexp.MustCompile(`name="action" value="([^"]*)"`).FindAllSubmatch(v.HTML(), -1) {
			posted = append(posted, string(m[1]))
		}
		if !slices.Equal(values, posted) {
			t.Errorf("%s: JSON offers %v, the page %v", name, values, posted)
		}
		if (twin.Submit != nil) != (len(posted) > 0) {
			t.Errorf("%s: submit %v with %d actions", name, twin.Submit, len(posted))
		}
	}
}

func TestQRTooLongIsStillText(t *testing.T) {
	long := "https://pay.example/" + strings.Repeat("a", 3000)
	html := string(View{QR: long}.HTML())
	if strings.Contains(html, "<svg xmlns") || !strings.Contains(html, `href="`+long+`"`) {
		t.Error("want the link and no code")
	}
}

func TestInputsMessagesAndReturn(t *testing.T) {
	v := View{
		Title: "Log in", FormAction: "/pay",
		Inputs:   []Input{{Name: "code", Label: "BLIK code", Mode: "numeric", Pattern: "[0-9]{6}", Hint: "six digits"}},
		Choices:  []Choice{{Action: "pay", Label: "Pay"}},
		Messages: []any{map[string]string{"event": "</script><script>alert(1)"}},
	}
	html := string(v.HTML())
	for _, want := range []string{
		`<label for="i0">BLIK code</label>`,
		`<input id="i0" name="code" type="text" value="" data-testid="input-code" inputmode="numeric" pattern="[0-9]{6}" aria-describedby="i0-hint">`,
		`<script type="application/json" id="messages">[{"event":"\u003c/script`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("%s is not in\n%s", want, html)
		}
	}
	if strings.Contains(html, "alert(1)</script>") || strings.Contains(html, `http-equiv="refresh"`) {
		t.Errorf("the page has what it should not:\n%s", html)
	}
	v = View{StateKind: Good, ReturnURL: "https://shop.test/ok?a=1&b=2", ReturnAfter: 3}
	if html := string(v.HTML()); !strings.Contains(html, `<noscript><meta http-equiv="refresh" content="3; url=https://shop.test/ok?a=1&amp;b=2"></noscript>`) || !strings.Contains(html, ` data-after="3">`) {
		t.Errorf("no way back in\n%s", html)
	}
	v.ReturnURL = "javascript:alert(1)"
	if html := string(v.HTML()); strings.Contains(html, `http-equiv="refresh"`) || strings.Contains(html, ` data-after="`) {
		t.Error("the page goes to an address that is no web address by itself")
	}
}
