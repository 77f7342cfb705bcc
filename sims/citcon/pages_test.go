package citcon_test

import (
	"bytes"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/tidwall/gjson"
)

// page is the path of an answer's n-th way to the payer.
func page(a answer, n string) string {
	return strings.TrimPrefix(a.get("data.payment.client."+n+".content"), base)
}

func (w *world) press(path, action string, header ...string) answer {
	return w.send("POST", path, "action="+action, append([]string{"Content-Type", "application/x-www-form-urlencoded"}, header...)...)
}

func TestThePayerReturns(t *testing.T) {
	const urls = `"success":"https://shop.example/paid?o=1&x=%20","fail":"http://shop.example/failed"`
	for _, c := range []struct{ name, urls, action, client, want string }{
		{"paid at a desktop", urls + `,"mobile":"https://shop.example/m"`, "approve", "0", "https://shop.example/paid?o=1&x=%20"},
		{"paid in a mobile browser", urls + `,"mobile":"https://shop.example/m"`, "approve", "1", "https://shop.example/m"},
		{"paid there without an address for it", urls, "approve", "1", "https://shop.example/paid?o=1&x=%20"},
		{"paid behind the code", urls + `,"mobile":"https://shop.example/m"`, "approve", "2", "https://shop.example/paid?o=1&x=%20"},
		{"declined", urls, "decline", "0", "http://shop.example/failed"},
		{"declined for a reason", urls, "decline:fraud_suspected", "0", "http://shop.example/failed"},
		{"canceled", urls + `,"cancel":"https://shop.example/back"`, "cancel", "0", "https://shop.example/back"},
		{"canceled without an address for it", urls, "cancel", "0", "http://shop.example/failed"},
		{"expired", urls, "expire", "0", ""},
		{"no address", `"ipn":""`, "approve", "0", ""},
		{"an app's address", `"success":"myshop://done"`, "approve", "0", ""},
		{"a script for an address", `"success":"javascript:alert(1)"`, "approve", "0", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			ch := w.wants(w.post("/v1/charges", `{"transaction":{"reference":"A","amount":100,"currency":"USD"},"payment":{"method":"alipay","client":["desktop","mobile_browser"]},"urls":{`+c.urls+`}}`), 200)
			a := w.press(page(ch, c.client), c.action)
			if c.want == "" {
				w.wants(a, 200)
				if !strings.Contains(a.body, `data-testid="state"`) || strings.Contains(a.body, `href="javascript`) || strings.Contains(a.body, `href="myshop`) {
					t.Error(a.body)
				}
				return
			}
			if w.wants(a, 303); a.Header().Get("Location") != c.want {
				t.Errorf("Location %s", a.Header().Get("Location"))
			}
			// Pressing again, or going back, shows what is.
			again := w.wants(w.press(page(ch, c.client), "approve"), 200)
			if w.payment(ch.get("data.id")).State == "initiated" || !strings.Contains(again.body, c.want[strings.Index(c.want, "//"):][:14]) {
				t.Error(again.body)
			}
		})
	}
}

func TestAPageDecidesOnce(t *testing.T) {
	w := newWorld(t)
	ch := w.wallet("alipay")
	w.press(page(ch, "0"), "approve")
	for _, action := range []string{"approve", "decline", "cancel", "expire"} {
		w.wants(w.press(page(ch, "1"), action), 200)
	}
	w.moved(ch.get("data.id"), "captured 1000")
	w.hears("charge success")
	w.wants(w.press(page(ch, "0"), "chargeback"), 400)
	w.wants(w.press(page(ch, "0"), "late_decline"), 400)
	w.wants(w.press(page(ch, "0"), "%zz"), 400)
	w.wants(w.send("POST", page(ch, "0"), ""), 400)
}

func TestAPageAsJSON(t *testing.T) {
	w := newWorld(t)
	ch := w.wallet("alipay")
	a := w.wants(w.send("GET", page(ch, "2"), "", "Accept", "application/json"), 200)
	w.is(a, "state", `"initiated"`, "qr", `"`+ch.get("data.payment.client.2.content")+`"`, "amount", `"USD 10.00"`)
	if got := gjson.Get(a.body, "actions.#.value").String(); !strings.Contains(got, `"decline:insufficient_funds"`) || !strings.Contains(got, `"expire"`) {
		t.Error(got)
	}
	a = w.wants(w.press(page(ch, "2"), "approve", "Accept", "application/json"), 200)
	w.is(a, "state", `"succeeded"`, "return_url", `"https://shop.example/paid?o=1"`, "qr", "absent")
	a = w.wants(w.send("GET", "/v1/landing/"+strings.Repeat("0", 32), "", "Accept", "application/json"), 404)
	w.is(a, "title", `"This payment link cannot be used"`)
}

func TestTheCodeLeadsToItsPage(t *testing.T) {
	w := newWorld(t)
	ch := w.wallet("kakaopay")
	path := page(ch, "2")
	a := w.wants(w.send("GET", path, "", "Accept", "image/avif,image/webp,image/png,*/*;q=0.8"), 200)
	if kind := a.Header().Get("Content-Type"); kind != "image/png" {
		t.Fatal(kind)
	}
	img, err := png.Decode(bytes.NewReader([]byte(a.body)))
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	code, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil || code.GetText() != base+path {
		t.Fatalf("%v, %v", code, err)
	}
	html := w.wants(w.send("GET", path+"/", "", "Accept", "text/html"), 200)
	if !strings.Contains(html.body, base+path) || !strings.Contains(html.body, `data-testid="qr"`) {
		t.Error("the page does not show the code")
	}
	w.wants(w.send("GET", page(ch, "0"), "", "Accept", "image/png"), 200) // a landing page is a page
	w.wants(w.press(path, "approve"), 303)
	w.moved(ch.get("data.id"), "authorized 1000")
}

func TestUnknownLinks(t *testing.T) {
	w := newWorld(t)
	token := page(w.wallet("alipay"), "0")[len("/v1/landing/"):]
	for _, path := range []string{"/v1/landing/x", "/v1/qr/" + strings.Repeat("0", 32), "/v1/landing/" + token[:31], "/v1/landing/" + token[:31] + "g", "/upi/u_landing/v1/landing/" + strings.Repeat("f", 32)} {
		for _, method := range []string{"GET", "POST"} {
			a := w.wants(w.send(method, path, "action=approve", "Accept", "text/html"), 404)
			if !strings.Contains(a.body, `data-testid="problem"`) {
				t.Error(a.body)
			}
		}
	}
	// Every link leads to its charge by either path: the path says only what is shown.
	w.wants(w.send("GET", "/upi/u_landing/v1/landing/"+token, ""), 200)
}

func TestThePageIsShownUnderTheAddressThatWasCalled(t *testing.T) {
	w := newWorld(t)
	h := w.engine.Main(http.NotFoundHandler())
	ask := func(method, url, body string, header ...string) answer {
		r := httptest.NewRequest(method, url, strings.NewReader(body))
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		return answer{rec, rec.Body.String()}
	}
	for _, at := range []string{"http://127.0.0.1:4010/citcon", "http://api.sandbox.citconpay.com", "http://proxy.citconpay.cn"} {
		a := w.wants(ask("POST", at+"/v1/charges", `{"transaction":{"reference":"`+at+`","amount":1,"currency":"USD"},"payment":{"method":"alipay","client":["desktop"]}}`,
			"Content-Type", "application/json", "Authorization", "Bearer "+w.token("server")), 200)
		qr := a.get("data.payment.client.1.content")
		if !strings.HasPrefix(qr, at+"/v1/qr/") {
			t.Errorf("%s: %s", at, qr)
		}
		w.is(w.wants(ask("GET", qr, "", "Accept", "application/json"), 200), "qr", `"`+qr+`"`)
	}
}
