package paymenticon

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var told = regexp.MustCompile(`\\?"event\\?":\\?"([a-z_]+)`)

// heardBy lists what a page tells the one that embeds it.
func heardBy(w *httptest.ResponseRecorder) string {
	var out []string
	for _, m := range told.FindAllStringSubmatch(w.Body.String(), -1) {
		out = append(out, m[1])
	}
	return strings.Join(out, " ")
}

func (d *desk) view(s answer, more string) *httptest.ResponseRecorder {
	return d.send("GET", strings.TrimPrefix(s.URL, host)+more, "", nil)
}

func TestWhatTheEmbeddingPageHears(t *testing.T) {
	for _, tc := range []struct {
		name, members string
		presses       []string
		want          string
	}{
		{"wallet", `"charge_mode":"capture","amount":5`, []string{"login&wallet=WLT-100&password=x", "confirm"}, "session_started user_logged_in session_succeeded"},
		{"too little money", `"charge_mode":"capture","amount":5`, []string{"login&wallet=WLT-101&password=x", "confirm"}, "session_started user_logged_in session_failed"},
		{"bank", `"charge_mode":"capture","amount":5,"payment_without_login_enabled":true`, []string{"gateway:MBANK", "pay"}, "session_started user_redirected session_succeeded"},
		{"bank refuses", `"charge_mode":"capture","amount":5,"payment_without_login_enabled":true`, []string{"gateway:MBANK", "decline"}, "session_started user_redirected session_failed"},
		{"the merchant's bank", `"charge_mode":"capture","amount":5,"payment_without_login_enabled":true,"initial_gateway":"ING"`, []string{"gateway:ING", "pay"}, "session_started user_redirected session_succeeded"},
		{"BLIK stays here", `"charge_mode":"capture","amount":5,"payment_without_login_enabled":true,"initial_gateway":"BLIK"`, []string{"pay&code=123456"}, "session_started session_succeeded"},
		{"cancel", `"charge_mode":"capture","amount":5`, []string{"cancel"}, "session_started session_failed"},
		{"close", `"charge_mode":"capture","amount":5`, []string{"close"}, "session_started user_left_session"},
		{"a wrong login", `"charge_mode":"capture","amount":5`, []string{"login&wallet=nobody&password=x"}, "session_started"},
		{"pressed twice", `"charge_mode":"capture","amount":5`, []string{"login&wallet=WLT-100&password=x", "login&wallet=WLT-100&password=x", "confirm", "confirm"},
			"session_started user_logged_in user_logged_in session_succeeded session_succeeded"},
		{"the end of its time", `"charge_mode":"capture","amount":5`, []string{"expire", "login&wallet=WLT-100&password=x"}, "session_started session_error session_failed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := newDesk(t, "shop")
			s := d.session(tc.members)
			got := heardBy(d.view(s, ""))
			for _, p := range tc.presses {
				got += " " + heardBy(d.page(s, "action="+p))
			}
			if strings.Join(strings.Fields(got), " ") != tc.want {
				t.Errorf("heard %s, want %s", got, tc.want)
			}
			if now := d.get(s.SessionID); now.Closed && heardBy(d.view(s, "")) != "session_error" {
				t.Errorf("an ended session can be started")
			}
		})
	}
}

func TestAnExpiredSessionCannotBeStarted(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.session(`"charge_mode":"capture","amount":5`)
	d.advance(lifetime)
	for _, w := range []*httptest.ResponseRecorder{d.view(s, ""), d.page(s, "action=login&wallet=WLT-100&password=x")} {
		if heardBy(w) != "session_error" || !strings.Contains(w.Body.String(), "Payment cancelled") {
			t.Errorf("heard %s: %d", heardBy(w), w.Code)
		}
	}
}

func TestMessagesAsText(t *testing.T) {
	d := newDesk(t, "shop")
	d.Configure(d.Tenant, "paymenticon", map[string]any{"iframe_message": "text"})
	s := d.session(`"charge_mode":"capture","amount":5`)
	want := `["{\"date\":1772355600,\"session_id\":\"` + s.SessionID + `\",\"event\":\"session_started\"}"]`
	if w := d.view(s, ""); !strings.Contains(w.Body.String(), want) {
		t.Errorf("%s is not in %s", want, w.Body)
	}
}

func TestParametersWhereverTheyAreAppended(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.session(`"charge_mode":"capture","amount":5,"payment_without_login_enabled":true,"initial_gateway":"BLIK"`)
	bare := strings.TrimSuffix(strings.TrimPrefix(s.URL, host), "/")
	const blik = "blikUserUid=U-1|blikLabel=shoes shop NY"
	for _, path := range []string{
		bare + "/%7Clang=pl", bare + "%7Clang=pl", bare + "%7Clang=pl/", bare + "/|lang=pl", bare + "|lang=pl", bare + "?lang=pl", bare + "/?lang=pl",
		bare + "/|" + strings.ReplaceAll(blik, " ", "%20") + "?lang=pl", bare + "/%7CblikUserUid=U-1%7CblikLabel=shoes%20shop%20NY%3Flang=pl",
		"/process/" + s.SessionID + "/%7Clang=pl", "/process/" + s.SessionID + "%3Flang=pl",
	} {
		w := d.send("GET", path, "", func(r *http.Request) { r.RequestURI = path })
		if w.Code != 200 || !strings.Contains(w.Body.String(), "Kod BLIK") {
			t.Errorf("%s: %d", path, w.Code)
		}
		if strings.Contains(path, "blik") != strings.Contains(w.Body.String(), "shoes shop NY") {
			t.Errorf("%s: the label is not understood", path)
		}
	}
	if w := d.view(s, ""); !strings.Contains(w.Body.String(), "BLIK code") {
		t.Errorf("without a language: %s", w.Body)
	}
}

func TestBlikOneClick(t *testing.T) {
	d := newDesk(t, "shop")
	pay := func(params, form string) (answer, string) {
		s := d.session(`"charge_mode":"capture","amount":500,"payment_without_login_enabled":true,"initial_gateway":"BLIK"`)
		s.URL += params
		d.page(s, "action=pay"+form)
		return s, d.get(s.SessionID).Status
	}
	const one, other = "%7CblikUserUid=A%7CblikLabel=shoes", "%7CblikUserUid=B%7CblikLabel=shoes"
	for _, tc := range []struct{ params, form, want string }{
		{"", "&code=12345", "created"},
		{one, "", "created"}, // nobody knows this consumer yet
		{one, "&code=123456", "captured"},
		{one, "", "captured"}, // one click
		{other, "", "created"},
		{"", "", "created"},
	} {
		if s, got := pay(tc.params, tc.form); got != tc.want {
			t.Errorf("%s with %q: %s is %s, want %s", tc.params, tc.form, s.SessionID, got, tc.want)
		}
	}
}

func TestWaysToLogIn(t *testing.T) {
	for form, want := range map[string]string{
		"wallet=WLT-100&password=x":                          "loggedin",
		"wallet=+JOHN.DOE@example.com&password=x":            "loggedin",
		"wallet=WLT-100&password=":                           "created",
		"wallet=&password=x":                                 "created",
		"wallet=WLT-shop&password=x":                         "created", // a merchant
		"wallet=100200300123&password=1457":                  "loggedin",
		"wallet=dcf411c480d740ce729f3f2e&password=1457":      "loggedin",
		"wallet=100200300123&password=1":                     "created",
		"wallet=100200300789&password=3579":                  "created", // deactivated
		"wallet=dcf411c480d740ce729f3f2e&password=":          "created",
		"wallet=WLT-052&password=any&unasked=1&action=login": "loggedin",
	} {
		d := newDesk(t, "shop")
		s := d.session(`"charge_mode":"capture","amount":500`)
		d.page(s, "action=login&"+form)
		if asked := d.last().Request.Body; strings.Contains(asked, "100200300") || strings.Contains(asked, "dcf411c4") {
			t.Errorf("the journal shows a voucher's number: %s", asked)
		}
		if got := d.get(s.SessionID).Status; got != want {
			t.Errorf("%s: %s, want %s", form, got, want)
		}
	}
}

func TestWhatNoButtonOffers(t *testing.T) {
	d := newDesk(t, "shop")
	plain := d.session(`"charge_mode":"capture","amount":5`)
	open := d.session(`"charge_mode":"capture","amount":5,"payment_without_login_enabled":true`)
	data := d.read(d.call("POST", "/sessions/", access))
	wallet := d.session(`"charge_mode":"capture","amount":5,"payment_without_login_enabled":true,"initial_gateway":"PAYMENTICON"`)
	was := d.snapshot()
	d.page(plain, "action=gateway:BLIK")
	d.page(plain, "action=pay&code=123456")
	d.page(open, "action=pay") // no gateway is chosen
	d.page(data, "action=accept")
	d.page(data, "action=confirm")
	d.page(plain, "")
	d.page(plain, "action=%zz")
	d.unchanged(was, "what no button offers")
	if w := d.view(wallet, ""); !strings.Contains(w.Body.String(), "Log in to your wallet") {
		t.Errorf("the wallet itself as gateway: %s", w.Body)
	}
}

func TestFrame(t *testing.T) {
	d := newDesk(t, "shop")
	for _, path := range []string{"/v2/iframe", "/v2/iframe/"} {
		w := d.send("GET", path, "", nil)
		if w.Code != 200 || !strings.Contains(w.Body.String(), "<script>"+frameScript+"</script>") || !strings.Contains(w.Header().Get("Content-Security-Policy"), "style-src 'sha256-") {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
}

func TestThePage(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.session(`"charge_mode":"authorize","success_url":"https://shop.test/ok","error_url":"https://shop.test/no","payment_without_login_enabled":true`)
	has := func(w *httptest.ResponseRecorder, status int, wants ...string) {
		t.Helper()
		if w.Code != status {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		for _, want := range wants {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s is not in\n%s", want, w.Body)
			}
		}
	}
	view := func(path string) *httptest.ResponseRecorder { return d.send("GET", path, "", nil) }
	path := strings.TrimPrefix(s.URL, host)
	has(view(path), 200, `"event":"session_started"`, "Log in to your wallet", "action-gateway:BLIK")
	has(view(path+"%7Clang=pl"), 200, "Zaloguj", `lang="pl"`)
	has(view("/process/"+s.SessionID+"/"), 200, "session_started")
	has(view("/v2/iframe"), 200, "location.hash")
	has(d.page(s, "action=login&wallet=WLT-999&password=x"), 200, "do not know this wallet")
	has(d.page(s, "action=login&wallet=john.doe@example.com&password=x"), 200, `"event":"user_logged_in"`, "Confirm the payment", "input-amount")
	has(d.page(s, "action=confirm&amount=abc"), 200, "above zero")
	has(d.page(s, "action=confirm&amount=12,5"), 200, `"event":"session_succeeded"`, "https://shop.test/ok")
	if got := d.get(s.SessionID); got.Status != "authorized" || got.Auth != 1250 {
		t.Errorf("%+v", got)
	}
	has(d.page(s, "action=confirm&amount=99"), 200, "Payment confirmed")
	if got := d.get(s.SessionID); got.Auth != 1250 {
		t.Errorf("a second confirmation changed it: %+v", got)
	}
	has(d.page(s, "action=steal"), 400)
	has(view("/process/nothing"), 404, "There is no payment")
	has(view("/process/nothing/%7Clang=pl"), 404, "Pod tym adresem")
}

func TestThePageWithoutLogin(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.session(`"charge_mode":"capture","amount":500,"payment_without_login_enabled":true,"initial_gateway":"BLIK"`)
	if w := d.page(s, "action=pay&code=12"); !strings.Contains(w.Body.String(), "six digits") {
		t.Errorf("a short code: %s", w.Body)
	}
	d.page(s, "action=pay&code=123456")
	if got := d.get(s.SessionID); got.Status != "captured" || got.Auth != 500 {
		t.Errorf("%+v", got)
	}
	if w := d.call("GET", "/sessions/"+s.SessionID+"/data/", ""); w.Code != 403 {
		t.Errorf("payer data of nobody: %d", w.Code)
	}
	bank := d.session(`"charge_mode":"capture","amount":500,"payment_without_login_enabled":true`)
	if w := d.page(bank, "action=gateway:MBANK"); !strings.Contains(w.Body.String(), "user_redirected") {
		t.Errorf("%s", w.Body)
	}
	d.page(bank, "action=decline")
	if got := d.get(bank.SessionID); got.Status != "declined" {
		t.Errorf("%+v", got)
	}
	large := d.session(`"charge_mode":"capture","amount":50001,"payment_without_login_enabled":true`)
	d.act(large.SessionID, "pay_without_login", "")
	if got := d.get(large.SessionID); got.Status != "declined" {
		t.Errorf("above the anonymous limit: %+v", got)
	}
}

func TestThePageBelongsToOneAddress(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.read(d.call("POST", "/sessions/", `{"client_ip":"203.0.113.9","currency":"PLN","charge_mode":"capture","amount":5}`))
	path := strings.TrimPrefix(s.URL, host)
	if w := d.send("GET", path, "", nil); w.Code != 403 || !strings.Contains(w.Body.String(), "session_error") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := d.page(s, "action=login&wallet=WLT-100&password=x"); w.Code != 403 || d.get(s.SessionID).Status != "created" {
		t.Errorf("%d", w.Code)
	}
	d.Configure(d.Tenant, "paymenticon", map[string]any{"trust_forwarded_for": true})
	if w := d.send("GET", path, "", func(r *http.Request) { r.Header.Set("X-Forwarded-For", "203.0.113.9, 10.0.0.1") }); w.Code != 200 {
		t.Errorf("through a trusted proxy: %d", w.Code)
	}
	d.Configure(d.Tenant, "paymenticon", map[string]any{"ignore_client_ip": true, "trust_forwarded_for": false})
	if w := d.send("GET", path, "", nil); w.Code != 200 {
		t.Errorf("with the switch: %d", w.Code)
	}
}

func TestVoucherSession(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.session(`"charge_mode":"capture","amount":5,"voucher_id":"dcf411c480d740ce729f3f2e"`)
	d.page(s, "action=login&pin=0000")
	if got := d.get(s.SessionID); got.Status != "created" {
		t.Errorf("with a wrong PIN: %+v", got)
	}
	d.page(s, "action=login&pin=1457")
	if got := d.get(s.SessionID); got.Status != "loggedin" {
		t.Errorf("with the right PIN: %+v", got)
	}
}

func TestTypedAmounts(t *testing.T) {
	for given, want := range map[string]int64{
		"1": 100, "12,5": 1250, "12.50": 1250, " 2 ": 200, "0.01": 1, ",5": 50, "10000000000000": most,
		"": 0, "0": 0, "0.00": 0, "-1": 0, "+1": 0, "1.-5": 0, "1.234": 0, "1.5.": 0, "1,000.00": 0, "1e3": 0, "0x10": 0, "1_0": 0, "abc": 0, "NaN": 0, "٣": 0,
		"10000000000000.01": 0, "99999999999999999999": 0,
	} {
		o := &opened{}
		if got, ok := o.typedAmount(url.Values{"amount": {given}}); ok != (want > 0) || ok && got != want {
			t.Errorf("%q: %d, %v, want %d", given, got, ok, want)
		}
	}
	o := &opened{s: session{Amount: 5}}
	if got, ok := o.typedAmount(url.Values{"amount": {"9"}}); got != 5 || !ok {
		t.Errorf("where the merchant has named it: %d, %v", got, ok)
	}
}

// Where no person is at the page, the payer is whose voucher the merchant's
// reader has read.
func TestWhoseVoucherItIs(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.session(`"charge_mode":"capture","amount":5,"voucher_id":"0f1e2d3c4b5a69788796a5b4"`)
	d.act(s.SessionID, "approve", "")
	if got := d.get(s.SessionID); got.Status != "declined" {
		t.Errorf("with the voucher of a wallet without money: %+v", got)
	}
	if w := d.call("GET", "/sessions/"+s.SessionID+"/data/", ""); !strings.Contains(w.Body.String(), `"wallet_ref":"WLT-101"`) {
		t.Errorf("the payer is %s", w.Body)
	}
	dead := d.session(`"charge_mode":"capture","amount":5,"voucher_id":"5a4b3c2d1e0f98877896a5b4"`)
	for _, action := range []string{"login", "approve"} {
		if err := d.Act(d.Tenant, "paymenticon", dead.SessionID, action, ""); !errors.Is(err, errForbidden) {
			t.Errorf("%s with a deactivated voucher: %v", action, err)
		}
	}
	if got := d.get(dead.SessionID); got.Status != "created" {
		t.Errorf("with a deactivated voucher: %+v", got)
	}
}

// The page speaks English and Polish; what asks for a third language gets all of
// the page in one.
func TestAThirdLanguage(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.session(`"charge_mode":"capture","amount":5`)
	if plain, third := d.view(s, "").Body.String(), d.view(s, "%7Clang=es").Body.String(); third != plain {
		t.Errorf("in Spanish: %s", third)
	}
}
