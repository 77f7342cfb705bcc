package paymenticon

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// What is refused to a caller who is known is signed, whatever it is.
func TestRefusalsAreSigned(t *testing.T) {
	d := newDesk(t, "shop")
	for _, tc := range []struct {
		method, path, body string
		want               int
	}{
		{"POST", "/sessions/", `{}`, 400},
		{"GET", "/sessions/nothing/", "", 404},
		{"GET", "/sessions/x/capture/", "", 405},
		{"GET", "/sessions/", "", 405},
		{"GET", "/nothing/", "", 404},
		{"POST", "/wallet/withdraw/", `{"amount":1}`, 404},
	} {
		w := d.call(tc.method, tc.path, tc.body) // verifies
		if w.Code != tc.want || !strings.Contains(w.Body.String(), `"status":"error"`) {
			t.Errorf("%s %s: %d %s", tc.method, tc.path, w.Code, w.Body)
		}
	}
}

func TestTheDeviceIsInTheJournal(t *testing.T) {
	d := newDesk(t, "shop")
	d.send("GET", "/sessions/x/", "", func(r *http.Request) {
		r.Header.Set("Authorization", "hmac "+d.wallet+":"+strings.Repeat("0", 64))
		r.Header.Set("X-Paymenticon-Device", "D43D7EEB3422")
	})
	if got := strings.Join(d.last().Request.Headers, "\n"); !strings.Contains(got, "X-Paymenticon-Device: D43D7EEB3422") {
		t.Errorf("the journal has %s", got)
	}
}

// The document forbids voucher ids in logs, and a wrong signature is explained.
func TestNoVoucherInAnExplanation(t *testing.T) {
	d := newDesk(t, "shop")
	const secret = "dcf411c480d740ce729f3f2e"
	stamp := strconv.FormatInt(nine.Unix(), 10)
	for _, flat := range []string{"voucher_id" + secret, `{"id_type":"voucher_id","id":"` + secret + `"}`, "x"} {
		d.send("POST", "/wallet/voucher/get/", `{"id_type":"voucher_id","id":"`+secret+`"}`, func(r *http.Request) {
			r.Header.Set("X-Paymenticon-Time", stamp)
			r.Header.Set("Authorization", "hmac "+d.wallet+":"+hmacHex(d.key, "POST"+host+"/wallet/voucher/get/"+stamp+flat))
		})
		entry := d.last()
		if entry.Error != "unauthorized" || strings.Contains(fmt.Sprintf("%+v %+v", entry, entry.Request), secret[:12]) {
			t.Errorf("the journal shows %+v %+v", entry, entry.Request)
		}
	}
}

// A path is signed as it is sent: no escaping is undone or done.
func TestOddPathsAreSignedAsSent(t *testing.T) {
	d := newDesk(t, "shop")
	stamp := strconv.FormatInt(nine.Unix(), 10)
	for i, id := range []string{"a|b", "a%7Cb", "order 1", "a/b", "ł", `"q"`, "%41", "50%", "a?b=c"} {
		d.call("POST", "/withdraw/", fmt.Sprintf(`{"wallet_ref":"WLT-100","amount":1,"currency":"PLN","description":"x","request_id":%q}`, id))
		for _, sent := range [][]string{
			{"a|b", "a%7Cb", "a%7cb"}, {"a%257Cb"}, {"order%201"}, {"a%2Fb", "a%2fb"}, {"%C5%82", "ł"}, {"%22q%22", `"q"`}, {"%2541"}, {"50%25"}, {"a%3Fb=c"},
		}[i] {
			path := "/withdraw/" + sent + "/"
			w := d.send("GET", "/", "", func(r *http.Request) {
				r.RequestURI = path
				if err := parseURI(r, path); err != nil {
					t.Fatal(err)
				}
				r.Header.Set("X-Paymenticon-Time", stamp)
				r.Header.Set("Authorization", "hmac "+d.wallet+":"+hmacHex(d.key, "GET"+host+path+stamp))
			})
			if w.Code != 202 {
				t.Errorf("%s as %s: %d %s", id, path, w.Code, w.Body)
			}
		}
	}
}

func parseURI(r *http.Request, uri string) (err error) {
	r.URL, err = r.URL.Parse(uri)
	return err
}

// What the first call with a request_id got is what every later one gets,
// refusals for want of money included; what was refused otherwise may be
// corrected.
func TestResultsAreRemembered(t *testing.T) {
	d := newDesk(t, "shop")
	for _, tc := range []struct {
		path, body string
		want       int
	}{
		{"/withdraw/", `{"wallet_ref":"WLT-100","amount":100000001,"currency":"PLN","description":"x","request_id":"1"}`, 202},
		{"/withdraw/", `{"request_id":"1"}`, 202},
		{"/withdraw/", `{"wallet_ref":"WLT-100","amount":0,"currency":"PLN","description":"x","request_id":"2"}`, 400},
		{"/withdraw/", `{"wallet_ref":"WLT-100","amount":1,"currency":"PLN","description":"x","request_id":"2"}`, 202},
		{"/withdraw-anonymously/", `{"amount":1,"currency":"CHF","description":"x","voucher_width":1,"set_pin":true,"request_id":"1"}`, 400},
		{"/withdraw-anonymously/", `{"amount":1,"currency":"PLN","description":"x","voucher_width":1,"set_pin":true,"request_id":"1"}`, 400},
		{"/withdraw-anonymously/", `{"amount":1,"currency":"PLN","description":"x","voucher_width":1,"set_pin":true,"request_id":"2"}`, 201},
		{"/withdraw-anonymously/", `{"request_id":"2"}`, 200},
		{"/wallet/", `{"voucher_width":1,"set_pin":true,"request_id":"1"}`, 201},
		{"/wallet/", `{"request_id":"1"}`, 200},
		{"/wallet/", `{"voucher_width":0,"set_pin":true,"request_id":"2"}`, 400},
		{"/wallet/", `{"voucher_width":1,"request_id":"2"}`, 400},
		{"/wallet/", `{"voucher_width":1,"set_pin":true}`, 400},
	} {
		if w := d.call("POST", tc.path, tc.body); w.Code != tc.want {
			t.Errorf("%s %s: %d %s, want %d", tc.path, tc.body, w.Code, w.Body, tc.want)
		}
	}
	if a := d.balance(d.wallet, "PLN"); a.Booked != 99_999_998 {
		t.Errorf("the merchant has %+v", a)
	}
}

// A body with very many members is read in a time that grows with its size.
func TestManyMembers(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"a":1`)
	for i := range 90_000 {
		fmt.Fprintf(&b, `,"%d":1`, i)
	}
	b.WriteString(`,"a":2}`)
	v, err := parse([]byte(b.String()))
	if err != nil || len(v.values) != 90_001 || v.values[0].text != "2" {
		t.Errorf("%d members, %v", len(v.values), err)
	}
}
