package paymenticon

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The document's worked example and the digests that were computed beside it.
func TestDigests(t *testing.T) {
	const (
		stamp   = "1470041886"
		create  = `{"client_ip": "127.0.0.1", "charge_mode": "authorize", "amount": 1000, "currency": "PLN", "success_url": "https://myshop.com/order/success.html", "error_url": "https://myshop.com/order/error.html", "description": "myshop order 123", "payment_without_login_enabled": true}`
		id      = "45158fcc-a33b-4439-b94e-4883f379633d"
		created = `{"wallet_ref":"WLT-001","charge_mode":"authorize","session_id":"45158fcc-a33b-4439-b94e-4883f379633d","status":"created","url":"https://pay.paymenticon.com/process/835f664a-5140-4bb7-9c04-86c68da55484/","created":1467380445,"expires":1467382245,"amount":5,"authorized_amount":0,"currency":"EUR","is_closed":false}`
	)
	for _, tc := range []struct{ name, method, url, stamp, body, dialect, want string }{
		{"worked example", "POST", "https://pay.paymenticon.com/session/" + id, stamp, `{"client_ip":"127.0.0.1","amount":1000,"currency":"PLN","success_url":"https://myshop.com/order/success.html","error_url":"https://myshop.com/order/error.html","description":"order 123"}`, "json", "818d3a296abcd9d2631156548442ee364efe72af7a986dc24b92d2beaa8da0c3"},
		{"create, true", "POST", "https://pay.paymenticon.com/sessions/", stamp, create, "json", "e04d02450066201d2f55d1a7930239dc6e734c5ee3eb26ce4d1ccae7c195c3c5"},
		{"create, True", "POST", "https://pay.paymenticon.com/sessions/", stamp, create, "python", "5b5086fdf1ab692d8d1148159b802e67e8acd7772875e0f66f703b3998874286"},
		{"create, 1", "POST", "https://pay.paymenticon.com/sessions/", stamp, create, "php", "7db53d6c96933aaf7ee3194663d69e1e8f0f4478ad2149e01e9bf16afcbd373c"},
		{"data access, a list", "POST", "https://pay.paymenticon.com/sessions/", stamp, `{"type":"data_access","scopes":["get_transactions","get_confirmation_of_funds","get_wallet_funds"],"client_ip":"127.0.0.1","success_url":"https://myshop.com/order/success.html","error_url":"https://myshop.com/order/error.html","description":"optional description"}`, "json", "1e71f6af3410ad66e9e47fc67cd99a470b3f27c554a46dd9dc9bd9739d7b7e40"},
		{"get", "GET", "https://pay.paymenticon.com/sessions/" + id, stamp, "", "json", "440f91414807a46796bb2f7e491d5663cf0f3b0be9fd861b2545cf5393139e98"},
		{"get with a slash", "GET", "https://pay.paymenticon.com/sessions/" + id + "/", stamp, "", "json", "713689505743096fab12a58fea70722c07d5571bd5aca16339197b7b8f27efcf"},
		{"nested", "POST", "https://pay.paymenticon.com/session/" + id + "/get_transactions/", stamp, `{"page":1,"paginate_by":10,"order_by":"-date","filters":{"currency":"PLN","direction":"incoming","date_from":"2019-08-11T21:20:11","date_to":"2020-01-02T11:11:11"}}`, "json", "25ec8a613c07937d36ee9068f5e64a96e5082d0870d450a2c1f6f0ebdc7194a0"},
		{"withdraw", "POST", "https://pay.paymenticon.com/withdraw/", stamp, `{"wallet_ref":"WLT-001","amount":1000,"currency":"PLN","description":"refund order 123","request_id":"3b573d51-eed3-4871-8480-19e0aef7125a"}`, "json", "1ec2b0917ae2cd9ed059e07dad440efa95ece7f3e9a11ba21284d6de799532b3"},
		{"answer", "POST", "https://pay.paymenticon.com/sessions/", stamp, created, "json", "00aed32dc1f9fcd0f35a4736d846c428c70cbdeb00712a035b74596d7a91bdf1"},
		{"notification", "POST", "https://myshop.com/paymenticon/notify", "", created, "json", "15585a7c71244efc175438e1d889851094fde2a1fc2bf9902c523bf23139f0fa"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := signBody(printedKey, tc.method, tc.url, tc.stamp, []byte(tc.body), dialects[tc.dialect]); got != tc.want {
				t.Errorf("signed %s, want %s", got, tc.want)
			}
		})
	}
}

func TestASignatureThatIsThereStays(t *testing.T) {
	for body, want := range map[string]string{
		`{}`:                           `{"_signature":"s"}`,
		`{"a":1}`:                      `{"a":1,"_signature":"s"}`,
		"{\n  \"_signature\": null\n}": "{\n  \"_signature\": null\n}",
	} {
		if got := string(seal([]byte(body), "_signature", "s")); got != want {
			t.Errorf("%s is sealed as %s", body, got)
		}
	}
}

func TestTheWorkedExampleIsAccepted(t *testing.T) {
	d := newDesk(t, "default")
	d.Lock()
	d.Clock.Freeze(time.Unix(1470041886, 0))
	d.Unlock()
	const body = `{"client_ip": "127.0.0.1", "charge_mode": "authorize", "amount": 1000, "currency": "PLN", "success_url": "https://myshop.com/order/success.html", "error_url": "https://myshop.com/order/error.html", "description": "myshop order 123", "payment_without_login_enabled": true}`
	for name, sum := range map[string]string{
		"true": "e04d02450066201d2f55d1a7930239dc6e734c5ee3eb26ce4d1ccae7c195c3c5",
		"True": "5b5086fdf1ab692d8d1148159b802e67e8acd7772875e0f66f703b3998874286",
		"1":    "7db53d6c96933aaf7ee3194663d69e1e8f0f4478ad2149e01e9bf16afcbd373c",
	} {
		for _, colon := range []string{":", ": ", " : "} {
			w := d.send("POST", "/sessions/", body, func(r *http.Request) {
				r.Header.Set("X-Paymenticon-Time", "1470041886")
				r.Header.Set("Authorization", "hmac WLT-001"+colon+strings.ToUpper(sum))
			})
			if w.Code != http.StatusCreated {
				t.Errorf("boolean as %s: %d %s", name, w.Code, w.Body)
			}
		}
	}
}

func TestSignatureRefusalsAreExplainedInTheJournalAlone(t *testing.T) {
	d := newDesk(t, "shop")
	const path, body = "/sessions/", `{"currency":"PLN","client_ip":"127.0.0.1","charge_mode":"capture","amount":5}`
	stamp := strconv.FormatInt(nine.Unix(), 10)
	for _, tc := range []struct{ name, wallet, stamp, sum, note string }{
		{"no header", "", stamp, "", ""},
		{"not hexadecimal", d.wallet, stamp, "zz", ""},
		{"unknown wallet", "XYZ-1", stamp, hmacHex(d.key, "x"), ""},
		{"no time", d.wallet, "", hmacHex(d.key, "x"), ""},
		{"milliseconds", d.wallet, stamp + "000", hmacHex(d.key, "x"), ""},
		{"901 seconds late", d.wallet, strconv.FormatInt(nine.Unix()-901, 10), hmacHex(d.key, "x"), ""},
		{"901 seconds early", d.wallet, strconv.FormatInt(nine.Unix()+901, 10), hmacHex(d.key, "x"), ""},
		{"order as sent", d.wallet, stamp, hmacHex(d.key, "POST"+host+path+stamp+"PLN127.0.0.1capture5"), "by key"},
		{"body as text", d.wallet, stamp, hmacHex(d.key, "POST"+host+path+stamp+body), "as text"},
		{"no slash", d.wallet, stamp, hmacHex(d.key, "POST"+host+"/sessions"+stamp+"5capture127.0.0.1PLN"), "slash"},
		{"no scheme", d.wallet, stamp, hmacHex(d.key, "POSTpay.paymenticon.com"+path+stamp+"5capture127.0.0.1PLN"), "scheme"},
		{"another host", d.wallet, stamp, hmacHex(d.key, "POSThttp://localhost"+path+stamp+"5capture127.0.0.1PLN"), "localhost"},
		{"no time in the text", d.wallet, stamp, hmacHex(d.key, "POST"+host+path+"5capture127.0.0.1PLN"), "time is left out"},
		{"the default tenant's key", d.wallet, stamp, hmacHex("apikey-default", "POST"+host+path+stamp+"5capture127.0.0.1PLN"), "key is that of WLT-default"},
		{"nonsense", d.wallet, stamp, hmacHex("x", "y"), "no common mistake"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := d.send("POST", path, body, func(r *http.Request) {
				r.Header.Set("X-Paymenticon-Time", tc.stamp)
				if tc.wallet != "" {
					r.Header.Set("Authorization", "hmac "+tc.wallet+":"+tc.sum)
				}
			})
			if want := `{"status":"error","message":"Unauthorized"}`; w.Code != 401 || w.Body.String() != want {
				t.Errorf("%d %s, want 401 %s", w.Code, w.Body, want)
			}
			if tc.note != "" && !strings.Contains(strings.Join(d.last().Notes, "\n"), tc.note) {
				t.Errorf("the journal does not say %q: %q", tc.note, d.last().Notes)
			}
		})
	}
	for _, off := range []int64{-900, 900} {
		stamp := strconv.FormatInt(nine.Unix()+off, 10)
		w := d.send("POST", path, body, func(r *http.Request) {
			r.Header.Set("X-Paymenticon-Time", stamp)
			r.Header.Set("Authorization", "hmac "+d.wallet+":"+hmacHex(d.key, "POST"+host+path+stamp+"5capture127.0.0.1PLN"))
		})
		if w.Code != 201 {
			t.Errorf("%d seconds off: %d %s", off, w.Code, w.Body)
		}
	}
}

func TestURLsThatFit(t *testing.T) {
	d := newDesk(t, "shop")
	stamp := strconv.FormatInt(nine.Unix(), 10)
	for _, url := range []string{
		"http://127.0.0.1:4010/paymenticon/withdraw/x/", "https://127.0.0.1:4010/paymenticon/withdraw/x/", "https://pay.paymenticon.com/withdraw/x/",
		"http://127.0.0.1:4010/paymenticon/withdraw/x/?a=1",
	} {
		w := d.send("GET", "/paymenticon/withdraw/x/?a=1", "", func(r *http.Request) {
			r.Host = "127.0.0.1:4010"
			r.Header.Set("X-Paymenticon-Time", stamp)
			r.Header.Set("Authorization", "hmac "+d.wallet+":"+hmacHex(d.key, "GET"+url+stamp))
		})
		if w.Code != 404 {
			t.Errorf("signed as %s: %d %s", url, w.Code, w.Body)
		}
		d.verify("GET", url, stamp, w.Body.String())
	}
}
