package firstoken

import (
	"fmt"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

const (
	requests     = "/transactions/requests"
	simple       = "/v1/tokenization/simple"
	detokenizing = "/v1/detokenization/simple"
)

func tokenizing(scheme, more string, numbers ...string) string {
	var cards []string
	for _, n := range numbers {
		cards = append(cards, `{"card":"`+n+`","name":"Steve Jobs","exp":"01/27"}`)
	}
	return `{"chd":[` + strings.Join(cards, ",") + `],"tags":["OS","2020"],"scheme":` + scheme + more + `}`
}

func passing(ttl string) string {
	return `{"chd":{"card":"4242424242424242","name":"Jhon Smith","exp":"01/25","cvv":"9317"},"amount":100,"currency":"USD","additional_info":{"phone":"(555) 555-1234"},"ttl":` + ttl + `}`
}

func TestTokensBySchemes(t *testing.T) {
	for scheme, form := range map[string]string{
		"1":   `^424242[0-9]{6}4242$`,
		`"3"`: `^424242[0-9A-Za-z]{6}4242$`,
		"7":   `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`,
		"8":   `^424242[0-9]{6}4242$`,
	} {
		s := newShop(t)
		seen := map[string]bool{}
		for range 50 {
			r := s.must("POST", simple, tokenizing(scheme, "", "4242424242424242"))
			made := r.get("data.tokens.0.token")
			want := `{"status_code":200,"status":"success","desc":"Success","data":{"tokens":[{"card":"424242******4242","token":"` + made + `","tags":["OS","2020"],"scheme":` + scheme +
				`,"status":1,"created_by":{"name":"API"},"createdAt":"2024-02-27T20:16:05.668Z"}]}}`
			if r.body != want {
				t.Fatalf("want %s\ngot  %s", want, r.body)
			}
			if !regexp.MustCompile(form).MatchString(made) || seen[made] {
				t.Errorf("scheme %s made %s (%v)", scheme, made, seen[made])
			}
			if (scheme == "8") != luhn(made) {
				t.Errorf("scheme %s made %s", scheme, made)
			}
			if scheme == `"3"` && strings.Trim(made, "0123456789") == "" {
				t.Errorf("%s has no letter", made)
			}
			seen[made] = true
			pay := `"{{` + made + `:detokenize}}"`
			s.must("POST", credits, asked("credit", `{"number":`+pay+`,"expiration_date":`+pay+`}`, "1"))
		}
	}
}

func TestTokensKeepEightDigitsAndPersist(t *testing.T) {
	s := newShop(t)
	for _, scheme := range []string{"1", "3", "8"} {
		made := s.must("POST", simple, tokenizing(scheme, `,"isEightDigitsBin":true`, "4242424242424242")).get("data.tokens.0.token")
		if !strings.HasPrefix(made, "42424242") || !strings.HasSuffix(made, "4242") || len(made) != 16 {
			t.Errorf("scheme %s made %s", scheme, made)
		}
	}
	for _, scheme := range []string{"1", "3", "7", "8"} {
		body := tokenizing(scheme, `,"type":"persistent"`, "5555555555554444")
		first := s.must("POST", simple, body).get("data.tokens.0.token")
		if again := s.must("POST", simple, body).get("data.tokens.0.token"); again != first {
			t.Errorf("scheme %s: %s, then %s", scheme, first, again)
		}
		if other := s.must("POST", simple, tokenizing(scheme, "", "5555555555554444")).get("data.tokens.0.token"); other == first {
			t.Errorf("scheme %s: %s though not asked to persist", scheme, other)
		}
		s.must("DELETE", "/v1/tokens", `{"tokens":["`+first+`"]}`)
		if after := s.must("POST", simple, body).get("data.tokens.0.token"); after == first {
			t.Errorf("scheme %s: %s comes back from the dead", scheme, after)
		}
	}
}

func TestCardsThatCannotBeTokens(t *testing.T) {
	s := newShop(t)
	r := s.must("POST", simple, tokenizing("7", "", "4242424242424241", "4242424242424242"))
	if gjson.Get(r.body, "data.tokens.0.token").Raw != "null" || r.get("data.tokens.0.status") != "0" || r.get("data.tokens.1.status") != "1" {
		t.Error(r.body)
	}
	// Twelve digits with eight and four kept leave nothing to change; thirteen
	// leave a single digit, which a persistent caller soon has used up.
	r = s.must("POST", simple, tokenizing("1", `,"isEightDigitsBin":true`, "400000000006"))
	if r.get("data.tokens.0.status") != "0" {
		t.Error(r.body)
	}
	used := 0
	for range 12 {
		used += int(s.must("POST", simple, tokenizing("1", `,"isEightDigitsBin":true`, "4222222222222")).getInt("data.tokens.0.status"))
	}
	if used != 9 {
		t.Errorf("%d tokens for one free digit", used)
	}
}

func (r reply) getInt(path string) int64 { return gjson.Get(r.body, path).Int() }

func TestDetokenizeInspectDelete(t *testing.T) {
	s := newShop(t)
	made := s.must("POST", simple, tokenizing("1", "", "4242424242424242")).get("data.tokens.0.token")
	ask := `{"tokens":["` + made + `","nosuch"]}`
	r := s.must("POST", detokenizing, ask)
	rest := `,"token":"` + made + `","status":1},{"card":null,"name":null,"exp":null,"token":"nosuch","status":0}]}}`
	want := `{"status_code":200,"status":"success","desc":"Success","data":{"cards":[{"card":"424242******4242","name":"Steve Jobs","exp":"01/27"` + rest
	if r.body != want {
		t.Errorf("want %s\ngot  %s", want, r.body)
	}
	s.set(`{"clear_card_data": true}`)
	if got := s.must("POST", detokenizing, ask).get("data.cards.0.card"); got != "4242424242424242" {
		t.Errorf("in the clear: %s", got)
	}
	r = s.must("GET", "/v1/tokens/"+made+"/inspect", "")
	want = `{"status_code":200,"status":"success","desc":"Success","data":{"token":"` + made + `","card_truncated":"424242******4242","status":1,"created_by":{"name":"API"},"createdAt":"2024-02-27T20:16:05.668Z"}}`
	if r.body != want {
		t.Errorf("want %s\ngot  %s", want, r.body)
	}
	r = s.must("DELETE", "/v1/tokens/", ask)
	want = `{"status_code":200,"status":"success","desc":"Success","data":{"tokens":[{"id":"` + made + `","status":"success"},{"id":"nosuch","status":"fail"}]}}`
	if r.body != want {
		t.Errorf("want %s\ngot  %s", want, r.body)
	}
	s.refused("GET", "/v1/tokens/"+made+"/inspect", "", "Invalid token")
	pay := `"{{` + made + `:detokenize}}"`
	s.refused("POST", credits, asked("credit", `{"number":`+pay+`,"expiration_date":"01/27"}`, "1"), "Invalid token")
	if got := s.must("POST", detokenizing, ask).getInt("data.cards.0.status"); got != 0 {
		t.Errorf("a deleted token has status %d", got)
	}
}

func TestTemporalTokenLivesOnTheClock(t *testing.T) {
	for _, prefix := range []string{"", "/v1"} {
		s := newShop(t)
		r := s.must("POST", prefix+requests, passing("300"))
		id := r.get("data.id")
		if r.body != `{"status_code":200,"status":"success","desc":"Success","data":{"id":"`+id+`"}}` || len(id) != 36 {
			t.Error(r.body)
		}
		at := prefix + requests + "/" + id
		alive := s.must("GET", at+"/inspect", "")
		index := alive.get("data.additional_info.pan_index")
		info := `"additional_info":{"phone":"(555) 555-1234","pan_index":"` + index + `"}`
		want := `{"status_code":200,"status":"success","desc":"Success","data":{"id":"` + id + `","currency":"USD","amount":"100",` + info + `,"status":"success"}}`
		if alive.body != want || len(index) != 32 {
			t.Errorf("want %s\ngot  %s", want, alive.body)
		}
		want = `{"status_code":200,"status":"success","desc":"Success","data":{"id":"` + id + `","pan":"424242******4242","exp":"01/25","name":"Jhon Smith","cvv":"****","currency":"USD","amount":"100",` + info + `}}`
		if r := s.must("GET", at, ""); r.body != want {
			t.Errorf("want %s\ngot  %s", want, r.body)
		}
		s.set(`{"clear_card_data": true}`)
		if r := s.must("GET", at, ""); r.get("data.pan") != "4242424242424242" || r.get("data.cvv") != "9317" {
			t.Error(r.body)
		}
		pay := `"{{` + id + `:transaction}}"`
		form := asked("credit", `{"number":`+pay+`,"expiration_date":`+pay+`,"security_code":`+pay+`}`, "1")
		s.advance(299 * time.Second)
		s.must("POST", credits, form)
		s.must("POST", credits, form) // a first use does not end it
		s.advance(time.Second)
		s.refused("POST", credits, form, "Invalid token")
		s.refused("GET", at, "", "Invalid token")
		s.refused("DELETE", at, "", "Invalid token")
		s.refused("POST", at+"/tokenize", `{"tags":[],"scheme":7}`, "Invalid token")
		if r := s.must("GET", at+"/inspect", ""); r.body != `{"status_code":200,"status":"success","desc":"Success","data":{"id":"`+id+`","status":"fail"}}` {
			t.Error(r.body)
		}
		if strings.Contains(s.rows(), id) {
			t.Error("an expired token is still kept")
		}
	}
}

// What the caller calls pan_index gives way; the rest stays as it was written.
func TestPANIndexIsTheVaults(t *testing.T) {
	s := newShop(t)
	body := changed(t, passing("300"), "additional_info", `{"pan_index":"mine","pan\u005findex":2,"rate":1.50}`)
	id := s.must("POST", requests, body).get("data.id")
	for _, path := range []string{"", "/inspect"} {
		info := gjson.Get(s.must("GET", requests+"/"+id+path, "").body, "data.additional_info")
		index := info.Get("pan_index").String()
		if want := `{"rate":1.50,"pan_index":"` + index + `"}`; info.Raw != want || len(index) != 32 {
			t.Errorf("%s: want %s, got %s", path, want, info.Raw)
		}
	}
}

func TestTemporalTokenBecomesPermanent(t *testing.T) {
	s := newShop(t)
	id := s.must("POST", requests, passing("28800")).get("data.id")
	r := s.must("POST", requests+"/"+id+"/tokenize", `{"tags":["TESLA","TEST"],"scheme":"7"}`)
	made := r.get("data.tokens.0.token")
	want := `{"status_code":200,"status":"success","desc":"Success","data":{"tokens":[{"card":"424242******4242","token":"` + made +
		`","tags":["TESLA","TEST"],"scheme":"7","created_by":{"user_id":"API","name":"API"},"status":1,"createdAt":"2024-02-27T20:16:05.668Z"}]}}`
	if r.body != want {
		t.Errorf("want %s\ngot  %s", want, r.body)
	}
	r = s.must("DELETE", requests+"/"+id, "")
	if r.get("data.status") != "success" || r.get("data.id") != id {
		t.Error(r.body)
	}
	s.refused("GET", requests+"/"+id, "", "Invalid token")
	s.advance(365 * 24 * time.Hour)
	code := func(of string) string {
		return asked("credit", `{"number":"{{`+made+`:detokenize}}","expiration_date":"{{`+made+`:detokenize}}","security_code":`+of+`}`, "1")
	}
	s.must("POST", credits, code(`"000"`))
	s.refused("POST", credits, code(`"{{`+made+`:detokenize}}"`), "Invalid token") // the check code stayed behind
}

func TestPrintedTokensOutliveEverythingButDeletion(t *testing.T) {
	s := newShop(t)
	s.advance(1000 * 24 * time.Hour)
	s.must("GET", requests+"/"+printedTemporal, "")
	s.must("GET", "/v1/tokens/"+printedPermanent+"/inspect", "")
	s.must("DELETE", requests+"/"+printedTemporal, "")
	s.refused("GET", requests+"/"+printedTemporal, "", "Invalid token")
}

func TestExpressions(t *testing.T) {
	s := newShop(t)
	for _, c := range []struct {
		member, text string
		ok           bool
	}{
		{"number", "{{" + printedPermanent + ":detokenize}}", true},
		{"number", " {{   " + printedPermanent + "  :  detokenize  }} ", true},
		{"number", "{{" + printedPermanent + ":detokenize|extract:card}}", true},
		{"number", "{{" + printedTemporal + " : transaction | extract : card}}", true},
		{"number", "{{" + printedPermanent + ":Detokenize}}", false},
		{"number", "{{" + printedPermanent + ":transaction}}", false},
		{"number", "{{" + printedTemporal + ":detokenize}}", false},
		{"number", "{{" + printedPermanent + ":detokenize|extract:name}}", false},
		{"number", "{{" + printedPermanent + ":detokenize|date:MM}}", false},
		{"number", "{{" + printedPermanent + ":detokenize|encrypt}}", false},
		{"number", "{{" + printedPermanent + ":detokenize|parse:int}}", false},
		{"number", "{{extract:card|" + printedPermanent + ":detokenize}}", false},
		{"number", "{{" + printedPermanent + "}}", false},
		{"number", "{{" + printedPermanent + ":detokenize", false},
		{"number", "{{}}", false},
		{"number", "{{ nosuch : detokenize }}", false},
		{"expiration_date", "{{" + printedPermanent + ":detokenize}}", true},
		{"expiration_date", "{{" + printedTemporal + ":transaction|extract:expiration|date:MM/YYYY}}", true},
		{"expiration_date", "{{" + printedPermanent + ":detokenize|extract:expiration|date:MM}}/{{" + printedPermanent + ":detokenize|extract:expiration|date:YY}}", true},
		{"expiration_date", "{{" + printedPermanent + ":detokenize|date:YYYY/DD}}", false},
		{"expiration_date", "{{" + printedPermanent + ":detokenize|date:MM|extract:expiration}}", false},
		{"expiration_date", "{{" + printedPermanent + ":detokenize|extract:card}}", false},
		{"security_code", "{{" + printedTemporal + ":transaction}}", true},
		{"security_code", "{{" + printedTemporal + ":transaction|extract:cvv}}", true},
		{"security_code", "{{" + printedPermanent + ":detokenize}}", false},
		{"security_code", "{{" + printedPermanent + ":detokenize|extract:cvv}}", false},
	} {
		body := changed(t, asked("credit", plain, "1"), "card."+c.member, fmt.Sprintf("%q", c.text))
		if c.ok {
			s.must("POST", credits, body)
			continue
		}
		s.refused("POST", credits, body, "Invalid token")
	}
	// What an expression gives is checked like what is written out.
	body := changed(t, asked("credit", plain, "1"), "card.expiration_date", `"{{`+printedPermanent+`:detokenize|date:YYYY/MM}}"`)
	s.refused("POST", credits, body, `"card.expiration_date" fails to match the required pattern: /^(0[1-9]|1[0-2])/([0-9]{2}|[0-9]{4})$/`)
	for _, number := range []string{`"{{` + printedPermanent + `:detokenize}}"`, `"4111111111111111"`} { // each member by itself
		s.must("POST", credits, changed(t, asked("credit", plain, "1"), "card.number", number))
	}
}

func TestTenantsDoNotShareTokens(t *testing.T) {
	s := newShop(t)
	made := s.must("POST", simple, tokenizing("7", "", "4242424242424242")).get("data.tokens.0.token")
	s.key = "ft-test-bob"
	s.refused("GET", "/v1/tokens/"+made+"/inspect", "", "Invalid token")
	s.must("GET", "/v1/tokens/"+printedPermanent+"/inspect", "")
}

func TestVaultRefusals(t *testing.T) {
	s := newShop(t)
	good := tokenizing("1", "", "4242424242424242")
	for _, c := range []struct{ body, description string }{
		{`{`, `"value" must be of type object`},
		{`[]`, `"value" must be of type object`},
		{``, `"chd" is required`},
		{`{"chd":{}}`, `"chd" must be an array`},
		{`{"chd":[],"tags":[],"scheme":1}`, `"chd" must contain at least 1 items`},
		{`{"chd":[7]}`, `"chd[0]" must be of type object`},
		{`{"chd":[{}]}`, `"chd[0].card" is required`},
		{strings.Replace(good, `"01/27"`, `"1/2027"`, 1), `"chd[0].exp" fails to match the required pattern: /^(0[1-9]|1[0-2])/[0-9]{2}$/`},
		{strings.Replace(good, `"Steve Jobs"`, `""`, 1), `"chd[0].name" is not allowed to be empty`},
		{strings.Replace(good, `["OS","2020"]`, `"OS"`, 1), `"tags" must be an array`},
		{strings.Replace(good, `"OS"`, `null`, 1), `"tags[0]" must be a string`},
		{changed(t, good, "tags", ""), `"tags" is required`},
		{changed(t, good, "scheme", ""), `"scheme" is required`},
		{changed(t, good, "scheme", "2"), `"scheme" must be one of [1, 3, 7, 8]`},
		{changed(t, good, "scheme", `"x"`), `"scheme" must be a number`},
		{changed(t, good, "isEightDigitsBin", `"yes"`), `"isEightDigitsBin" must be a boolean`},
		{changed(t, good, "type", `"fleeting"`), `"type" must be [persistent]`},
	} {
		r := s.refused("POST", simple, c.body, c.description)
		if r.get("status_code") != "400" || r.get("desc") != "Invalid request" {
			t.Error(r.body)
		}
	}
	temporal := passing("300")
	for _, c := range []struct{ body, description string }{
		{changed(t, temporal, "chd.card", `"4242424242424241"`), `"chd.card" must be a credit card`},
		{changed(t, temporal, "chd.cvv", `"12"`), `"chd.cvv" fails to match the required pattern: /^[0-9]{3,4}$/`},
		{changed(t, temporal, "chd.cvv", ""), `"chd.cvv" is required`},
		{changed(t, temporal, "amount", ""), `"amount" is required`},
		{changed(t, temporal, "amount", "-1"), `"amount" must be greater than or equal to 0`},
		{changed(t, temporal, "currency", `"US"`), `"currency" length must be 3 characters long`},
		{changed(t, temporal, "additional_info", `"x"`), `"additional_info" must be of type object`},
		{changed(t, temporal, "ttl", ""), `"ttl" is required`},
		{changed(t, temporal, "ttl", "0"), `"ttl" must be greater than or equal to 1`},
		{changed(t, temporal, "ttl", "28801"), `"ttl" must be less than or equal to 28800`},
		{changed(t, temporal, "ttl", "1.5"), `"ttl" must be an integer`},
	} {
		s.refused("POST", requests, c.body, c.description)
	}
	s.must("POST", requests, changed(t, changed(t, temporal, "amount", "0"), "additional_info", ""))
	s.must("POST", requests, changed(t, temporal, "chd.card", "4242424242424242"))
	s.refused("POST", detokenizing, `{"tokens":[1]}`, `"tokens[0]" must be a string`)
	s.refused("DELETE", "/v1/tokens", ``, `"tokens" is required`)
}

// Every card number and check code that was ever sent, in the right place or the
// wrong one, is looked for in everything that is kept, logged or answered.
func TestNoCardDataAnywhere(t *testing.T) {
	numbers := []string{"4242424242424242", "5555555555554444", "378282246310005", "4111111111111111", "6011111111111117", "4000056655665556"}
	codes := []string{"9317", "8264", "7193"}
	s := newShop(t)
	made := s.must("POST", simple, tokenizing("7", "", numbers...)).get("data.tokens.0.token")
	for _, scheme := range []string{"1", "3", "8"} {
		s.must("POST", simple, tokenizing(scheme, `,"type":"persistent"`, numbers...))
	}
	s.must("POST", detokenizing, `{"tokens":["`+made+`"]}`)
	id := s.must("POST", requests, strings.Replace(passing("300"), "(555) 555-1234", "4000056655665556", 1)).get("data.id")
	s.must("GET", requests+"/"+id, "")
	s.must("POST", requests+"/"+id+"/tokenize", `{"tags":[],"scheme":7}`)
	for _, n := range numbers {
		for _, code := range codes {
			body := asked("payment", `{"number":"`+n+`","expiration_date":"01/27","security_code":"`+code+`"}`, "1000")
			s.must("POST", "/v1/payments", body)
			s.must("POST", credits, strings.Replace(body, `"`+n+`"`, n, 1))
			s.do("POST", credits, body, "Sim-Outcome", "stolen_card")
			s.do("POST", credits, body, "Sim-Outcome", "processing_error")
			for _, bad := range []string{
				strings.Replace(body, `,`, ` `, 1),
				body[:len(body)-1],
				strings.Replace(body, "COP", "PESO", 1),
				strings.Replace(body, `"01/27"`, `"`+n+`"`, 1),
				strings.Replace(body, `"`+code+`"`, `"`+n+`"`, 1),
				strings.Replace(body, `"number"`, `"`+n+`":1,"number"`, 1),
			} {
				s.set(`{"strict_members": true}`)
				if r := s.do("POST", credits, bad); r.status != 400 {
					t.Errorf("%s: %d %s", bad, r.status, r.body)
				}
				s.set(`{"strict_members": false}`)
			}
		}
		s.do("GET", "/v1/tokens/"+n+"/inspect", "")
		s.do("GET", requests+"/"+n+"/inspect", "")
		s.do("POST", detokenizing, `{"tokens":["`+n+`"]}`)
		s.do("DELETE", "/v1/tokens", `{"tokens":["`+n+`"]}`)
		s.do("POST", credits, asked("credit", `{"number":"{{`+n+`:detokenize}}","expiration_date":"01/27"}`, "1"))
	}
	// The one answer in which card data is asked for back is additional_info.
	var answers []string
	for _, a := range s.heard {
		if !gjson.Get(a, "data.additional_info").Exists() {
			answers = append(answers, a)
		}
	}
	journal, err := jsonOf(s.journal())
	if err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{"rows": s.rows(), "journal": journal, "log": s.log.String(), "answers": strings.Join(answers, "\n")} {
		for _, secret := range append(numbers, codes...) {
			if at := strings.Index(text, secret); at >= 0 {
				t.Errorf("%s holds %s: …%s…", where, secret, text[max(0, at-60):min(len(text), at+60)])
			}
		}
	}
}

func TestSealedCardsOpenOnlyWhereTheyBelong(t *testing.T) {
	v := vault{key: []byte(strings.Repeat("k", 32))}
	in := card{Number: "4242424242424242", Name: "A", Exp: "01/27", Code: "931", Info: `{"a":1}`}
	sealed, err := v.seal("t1", in)
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(sealed, digitsOnly) {
		t.Errorf("%s has digits", sealed)
	}
	if out, err := v.open("t1", sealed); err != nil || out != in {
		t.Errorf("%+v %v", out, err)
	}
	if _, err := v.open("t2", sealed); err == nil {
		t.Error("a card opens under another token")
	}
	other := vault{key: []byte(strings.Repeat("x", 32))}
	if _, err := other.open("t1", sealed); err == nil {
		t.Error("a card opens with another key")
	}
}

// The vault answers in its own envelope, also for what it does not know.
func TestVaultAndPaymentsHaveEnvelopesOfTheirOwn(t *testing.T) {
	s := newShop(t)
	for path, vault := range map[string]bool{"/v1/tokens": true, "/transactions/x": true, "/v1/payments/x": false, "/nosuch": false, "/v1/tokenization/simple": true} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("PATCH", path, nil)
		r.Header.Set("x-api-key", s.key)
		s.h.ServeHTTP(w, r)
		if got := gjson.Get(w.Body.String(), "status_code").Exists(); got != vault || w.Code != 400 {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}
