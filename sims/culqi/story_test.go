package culqi_test

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"paysim/internal/plan"
	"paysim/internal/provider"
	"paysim/sims/culqi"
)

// shop hears webhooks.
type shop struct {
	*httptest.Server
	mu  sync.Mutex
	all []gjson.Result
}

func newShop(t *testing.T) *shop {
	s := &shop{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.all = append(s.all, gjson.ParseBytes(body))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *shop) heard(event string) []gjson.Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []gjson.Result
	for _, e := range s.all {
		if e.Get("type").Str == event {
			out = append(out, e)
		}
	}
	return out
}

func TestAnEncryptedCharge(t *testing.T) {
	b := newBench(t)
	var id, public string
	for _, k := range culqi.Provider().Keys("ann") {
		switch k.Name {
		case "rsa_id":
			id = k.Value
		case "rsa_public_key":
			public = k.Value
		}
	}
	block, _ := pem.Decode([]byte(public))
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	key := parsed.(*rsa.PublicKey)
	for _, ivSize := range []int{12, 16} {
		body := encrypted(t, key, ivSize, chargeBody(b.token(visa), `,"description":"Camión de prueba ñ"`))
		got := b.must(201, "POST", "/v2/charges", body, "X-Culqi-Rsa-Id", id)
		if got.Get("description").Str != "Camión de prueba ñ" {
			t.Errorf("with an IV of %d bytes: %s", ivSize, got.Body)
		}
	}
	ch := b.charge(`,"capture":false`).Get("id").Str
	b.must(201, "POST", "/v2/charges/"+ch+"/capture", encrypted(t, key, 12, ""), "X-Culqi-Rsa-Id", id) // an SDK encrypts even nothing
	for name, tc := range map[string]struct{ id, body string }{
		"without the id":        {"", encrypted(t, key, 12, chargeBody(b.token(visa)))},
		"with another's id":     {"508fc232-0a9d-4fc0-a192-364a0b782b89", encrypted(t, key, 12, chargeBody(b.token(visa)))},
		"for another's key":     {id, strings.Replace(encrypted(t, key, 12, "{}"), `"encrypted_key":"`, `"encrypted_key":"AAAA`, 1)},
		"with data not base64":  {id, strings.Replace(encrypted(t, key, 12, "{}"), `"encrypted_data":"`, `"encrypted_data":"!`, 1)},
		"with an IV of nothing": {id, encrypted(t, key, 0, "{}")},
	} {
		if got := b.call("POST", "/v2/charges", tc.body, "X-Culqi-Rsa-Id", tc.id); got.Code != 400 || got.Get("type").Str != "invalid_request_error" {
			t.Errorf("%s: %d %s", name, got.Code, got.Body)
		}
	}
}

// encrypted is what the SDKs send: AES-256-GCM without its tag, key and IV by
// RSA-OAEP.
func encrypted(t *testing.T, public *rsa.PublicKey, ivSize int, plain string) string {
	t.Helper()
	key, iv := make([]byte, 32), make([]byte, ivSize)
	rand.Read(key)
	rand.Read(iv)
	var data []byte
	if ivSize > 0 {
		block, _ := aes.NewCipher(key)
		gcm, err := cipher.NewGCMWithNonceSize(block, ivSize)
		if err != nil {
			t.Fatal(err)
		}
		data = gcm.Seal(nil, iv, []byte(plain), nil)[:len(plain)]
	}
	wrap := func(b []byte) string {
		out, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, public, b, nil)
		if err != nil {
			t.Fatal(err)
		}
		return base64.StdEncoding.EncodeToString(out)
	}
	out, _ := json.Marshal(map[string]string{"encrypted_data": base64.StdEncoding.EncodeToString(data), "encrypted_key": wrap(key), "encrypted_iv": wrap(iv)})
	return string(out)
}

func TestKeysFollowFromTheName(t *testing.T) {
	p := culqi.Provider()
	again, other := fmt.Sprint(p.Keys("ann")), fmt.Sprint(p.Keys("bob"))
	if fmt.Sprint(culqi.Provider().Keys("ann")) != again || again == other {
		t.Error("a tenant's keys are not its own")
	}
	for _, k := range p.Keys("ann") {
		if k.Name == "rsa_public_key" && !strings.HasPrefix(k.Value, "-----BEGIN PUBLIC KEY-----\n") {
			t.Errorf("the public key is %q", k.Value)
		}
	}
}

// TestABodyThatIsCutShort is what culqi-node does to non-ASCII names: it counts
// characters where bytes are meant, and the rest would be taken for the next
// request.
func TestABodyThatIsCutShort(t *testing.T) {
	b := newBench(t)
	server := httptest.NewServer(b.handler)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := customerBody("josé@piedpiper.com")
	fmt.Fprintf(conn, "POST /v2/customers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_test_ann\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len([]rune(body)), body)
	in := bufio.NewReader(conn)
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != 400 || !resp.Close || gjson.GetBytes(text, "type").Str != "invalid_request_error" {
		t.Errorf("%d, closed: %v, %s", resp.StatusCode, resp.Close, text)
	}
	if more, _ := io.ReadAll(in); len(more) > 0 {
		t.Errorf("the rest of the body was answered too: %s", more)
	}
}

func TestEveryAnswerHasALength(t *testing.T) {
	b := newBench(t)
	b.card(visa)
	server := httptest.NewServer(b.handler)
	defer server.Close()
	req, _ := http.NewRequest("GET", server.URL+"/v2/charges", nil)
	req.Header.Set("Authorization", "Bearer sk_test_ann")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.ContentLength <= 0 || len(resp.TransferEncoding) > 0 {
		t.Errorf("length %d, encoding %v", resp.ContentLength, resp.TransferEncoding)
	}
}

func TestEachDeclineIsWordedOnce(t *testing.T) {
	b := newBench(t)
	seen := 0
	for _, k := range culqi.Provider().Cards {
		if k.Kind != "card" || k.Outcome == "approved" || k.Outcome == "requires_3ds" {
			continue
		}
		seen++
		declined := b.call("POST", "/v2/charges", chargeBody(b.token(k.Value)))
		saved := b.call("POST", "/v2/cards", fmt.Sprintf(`{"customer_id":%q,"token_id":%q}`, b.customer(fmt.Sprintf("r%d@piedpiper.com", seen)), b.token(k.Value)))
		if declined.Code != 402 || saved.Code != 400 {
			t.Errorf("%s: a charge is answered %d, saving %d", k.Value, declined.Code, saved.Code)
		}
		for _, a := range []answer{declined, saved} {
			kept := b.must(200, "GET", "/v2/charges/"+a.Get("charge_id").Str, "")
			for _, m := range []string{"merchant_message", "user_message", "code", "decline_code"} {
				if a.Get(m).Str != kept.Get("outcome."+m).Str {
					t.Errorf("%s: %s is %q in the answer and %q in the charge", k.Value, m, a.Get(m), kept.Get("outcome."+m))
				}
			}
			if kept.Get("capture").Type != gjson.Null || kept.Get("total_fee").Type != gjson.Null || kept.Get("installments").Int() != 0 {
				t.Errorf("%s: the declined charge is %s", k.Value, kept.Body)
			}
		}
	}
	if seen != 11 {
		t.Errorf("%d error cards", seen)
	}
}

// TestScenariosCanProvokeEveryRow takes the rows that only trouble of Culqi's own brings about.
func TestScenariosCanProvokeEveryRow(t *testing.T) {
	b := newBench(t)
	for _, row := range culqi.Provider().Errors {
		b.play(script{call: plan.Call{Effect: plan.Effect{Error: row.Name}}})
		for _, path := range []string{"/v2/tokens", "/api/v2/tokens"} {
			got := b.call("POST", path, cardBody(visa))
			if got.Code != row.Status || !gjson.ValidBytes(got.Body.Bytes()) || strings.Contains(got.Body.String(), "%!") || strings.Contains(got.Body.String(), "%s") {
				t.Errorf("%s at %s: %d %s", row.Name, path, got.Code, got.Body)
			}
		}
	}
	b.play(script{call: plan.Call{Effect: plan.Effect{Error: "gateway_timeout"}}})
	if got := b.call("GET", "/v2/charges", ""); got.Body.String() != `{"message":"Endpoint request timed out"}` || got.Header().Get("Content-Type") != "application/json" || got.Header().Get("X-Culqi-Version") != "" {
		t.Errorf("the gateway says %v %s", got.Header(), got.Body)
	}
}

func TestTheTokensHostHasItsOwnHeaders(t *testing.T) {
	b := newBench(t)
	made, read := b.must(201, "POST", "/v2/tokens", cardBody(visa)), b.must(200, "GET", "/v2/tokens", "")
	if made.Header().Get("Content-Encoding") != "UTF-8" || made.Header().Get("X-Culqi-Tracking-Id") != "" {
		t.Errorf("a token is made with %v", made.Header())
	}
	if read.Header().Get("Content-Encoding") != "" || read.Header().Get("X-Culqi-Version") != "2.0.0" || read.Header().Get("X-Culqi-Environment") != "test" {
		t.Errorf("tokens are read with %v", read.Header())
	}
}

func TestBrowsersMayCall(t *testing.T) {
	b := newBench(t)
	for _, path := range []string{"/v2/tokens", "/v2/tokens/yape", "/api/v2/tokens", "/v2/orders/x/confirm"} {
		got := b.must(204, "OPTIONS", path, "", "Authorization", "", "Origin", "https://shop.example", "Access-Control-Request-Headers", "authorization,content-type,x-culqi-rsa-id")
		if got.Header().Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(got.Header().Get("Access-Control-Allow-Headers"), "x-culqi-rsa-id") {
			t.Errorf("%s: %v", path, got.Header())
		}
	}
	refused := b.call("POST", "/v2/tokens", cardBody("4111111111111112"), "Origin", "https://shop.example")
	if refused.Code != 400 || refused.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("a browser cannot read why: %v", refused.Header())
	}
	for _, path := range []string{"/js/v4", "/js/v3", "/v3", "/"} {
		got := b.must(200, "GET", path, "", "Authorization", "")
		if !strings.HasPrefix(got.Header().Get("Content-Type"), "text/javascript") || !strings.Contains(got.Body.String(), "Culqi3DS") {
			t.Errorf("%s: %v", path, got.Header())
		}
	}
}

func TestPaymentsSumUp(t *testing.T) {
	b := newBench(t)
	id := b.charge(`,"capture":false,"metadata":{"order_id":"A-7"}`).Get("id").Str
	refund := fmt.Sprintf(`{"amount":300,"charge_id":%q,"reason":"solicitud_comprador"}`, id)
	b.must(201, "POST", "/v2/refunds", refund)
	b.must(201, "POST", "/v2/charges/"+id+"/capture", "")
	b.must(201, "POST", "/v2/refunds", refund)
	want := provider.Payment{ID: id, Provider: "culqi", Kind: "charge", Reference: "A-7", Amount: 1000, Captured: 700, Refunded: 300, Currency: "PEN", State: "captured", Actions: []string{"chargeback"}, Created: nine}
	if diff := cmp.Diff([]provider.Payment{want}, b.Payments(b.Tenant)); diff != "" {
		t.Error(diff)
	}
}

func TestOnlyTheFirstOfManyCapturesWins(t *testing.T) {
	b := newBench(t)
	id := b.charge(`,"capture":false`).Get("id").Str
	var wg sync.WaitGroup
	codes := make(chan int, 20)
	for range 20 {
		wg.Go(func() { codes <- b.call("POST", "/v2/charges/"+id+"/capture", "").Code })
	}
	wg.Wait()
	close(codes)
	won := 0
	for code := range codes {
		if code == 201 {
			won++
		} else if code != 404 {
			t.Errorf("a loser is told %d", code)
		}
	}
	if won != 1 {
		t.Errorf("%d captures won", won)
	}
}

func TestWhoPaysIsLookedAt(t *testing.T) {
	b := newBench(t)
	who := `"first_name":"William","last_name":"Muro","email":"willi@me.com","address":"Avenida Lima 34234","address_city":"Lima","country_code":%q,"phone_number":%s`
	for _, tc := range []struct{ country, phone, param string }{
		{"PE", `"+51 998 989 789"`, ""}, {"51", `"998989789"`, "country_code"}, {"PER", `"998989789"`, "country_code"}, {"PE", `"1234"`, "phone_number"},
	} {
		got := b.call("POST", "/v2/customers", "{"+fmt.Sprintf(who, tc.country, tc.phone)+"}")
		if got.Get("param").Str != tc.param || (tc.param == "") != (got.Code == 201) {
			t.Errorf("v2, %s and %s: %d %s", tc.country, tc.phone, got.Code, got.Body)
		}
	}
	for i, tc := range []struct {
		country, phone string
		code           int
	}{
		{"PE", `998989789`, 201}, {"PE", `"998989789"`, 201}, {"51", `998989789`, 422}, {"PE", `"+51998989789"`, 422}, {"PE", `1e9`, 422}, {"PE", `-998989`, 422},
	} {
		body := fmt.Sprintf(`{"token":%q,"order_id":"order-%d","currency_code":"PEN","amount":1000,"product_description":"Venta de prueba",`, b.token(visa), i) + fmt.Sprintf(who, tc.country, tc.phone) + "}"
		got := b.call("POST", "/api/v2/charges", body)
		if got.Code != tc.code || tc.code == 422 && got.Get("type").Str != "error_parametro" {
			t.Errorf("beta, %s and %s: %d %s", tc.country, tc.phone, got.Code, got.Body)
		}
		if tc.code == 201 && (got.Get("client.phone").Str != "998989789" || got.Get("net_amount").Int() != 955) {
			t.Errorf("beta: %s", got.Body)
		}
	}
}

// TestARefusalNamesTheKey also where the engine refuses the tenant before Culqi sees it.
func TestARefusalNamesTheKey(t *testing.T) {
	b := newBench(t)
	for key, shown := range map[string]string{"sk_test_revoked-shop": "sk_test_re****", "sk_test_UPPER": "sk_test_UP****", "sk_live_other": "sk_live_ot****", "nobody": "******"} {
		got := b.call("GET", "/v2/charges", "", "Authorization", "Bearer "+key)
		if got.Code != 401 || got.Get("code").Str != "invalid_key" || !strings.Contains(got.Get("merchant_message").Str, ": "+shown+".") {
			t.Errorf("%s: %d %s", key, got.Code, got.Body)
		}
	}
}
