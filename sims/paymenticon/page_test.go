package paymenticon

import (
	"net/http"
	"net/http/httptest"
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
