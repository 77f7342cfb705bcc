package citcon_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"paysim/internal/ident"
)

func (w *world) newToken(kind string) answer {
	return w.send("POST", "/v1/access-tokens", `{"token_type":"`+kind+`"}`, "Content-Type", "application/json", "Authorization", "Bearer "+w.key())
}

func TestTokenIsAnsweredAsRecorded(t *testing.T) {
	w := newWorld(t)
	a := w.wants(w.newToken("server"), 200)
	w.order(a, "@this", "status app version data")
	w.order(a, "data", "access_token token_type expiry permission")
	w.is(a, "status", `"success"`, "app", `"citcon_upi"`, "version", `"v1.0.0"`, "data.token_type", `"server"`,
		"data.permission", `["inquiry","charge","vault","consult","encryption-config","refund","capture"]`)
	if got := gjson.Get(a.body, "data.expiry").Int(); got != start.Unix()+86400 {
		t.Errorf("expiry %d", got)
	}
	if n := len(a.get("data.access_token")); n != 267 {
		t.Errorf("the token has %d characters, recorded ones have 267", n)
	}
	if n := len(a.body); n != 0x1e5 {
		t.Errorf("the body has %#x bytes, recorded ones have 0x1e5", n)
	}
	c := w.wants(w.newToken("client"), 200)
	w.is(c, "data.permission", `["inquiry","charge","vault","installment"]`)
}

func TestTokenIsAJWT(t *testing.T) {
	w := newWorld(t)
	parts := strings.Split(strings.TrimPrefix(w.token("server"), "UPI_"), ".")
	if len(parts) != 3 {
		t.Fatal(parts)
	}
	header, _ := base64.RawURLEncoding.DecodeString(parts[0])
	payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
	if string(header) != `{"alg":"HS256","typ":"JWT"}` {
		t.Errorf("header %s", header)
	}
	var names []string
	gjson.ParseBytes(payload).ForEach(func(k, _ gjson.Result) bool { names = append(names, k.String()); return true })
	if got := strings.Join(names, " "); got != "id time_created iat exp" {
		t.Errorf("payload has %s", got)
	}
	v := gjson.ParseBytes(payload)
	if id := v.Get("id").String(); len(id) != 64 || !strings.HasPrefix(id, ident.MarkOf("ann").String()) {
		t.Errorf("id %s", id)
	}
	if v.Get("time_created").Int() != start.UnixMilli() || v.Get("iat").Int() != start.Unix() || v.Get("exp").Int()-v.Get("iat").Int() != 86400 {
		t.Errorf("times %s", payload)
	}
}

func TestTokenIsAnsweredAgainForAWhile(t *testing.T) {
	w := newWorld(t)
	first := w.newToken("server")
	w.advance(59 * time.Minute)
	if again := w.newToken("server"); again.body != first.body || again.Header().Get("ETag") != first.Header().Get("ETag") {
		t.Error("a token 59 minutes old is not answered again")
	}
	if other := w.newToken("client"); other.get("data.access_token") == first.get("data.access_token") {
		t.Error("a client token is the server token")
	}
	w.advance(time.Minute)
	if later := w.newToken("server"); later.body == first.body {
		t.Error("a token an hour old is answered again")
	}
	w.set(`{"token_reuse_minutes":0}`)
	if a, b := w.newToken("server"), w.newToken("server"); a.body == b.body {
		t.Error("with no window the same token comes twice")
	}
}

func TestTokenExpires(t *testing.T) {
	w := newWorld(t)
	w.token("server")
	w.advance(24*time.Hour - time.Second)
	w.wants(w.get("/v1/vault"), 200)
	w.advance(time.Second)
	w.wants(w.get("/v1/vault"), 401, "4010")
	if !strings.Contains(w.cause(), "expired") {
		t.Errorf("cause %q", w.cause())
	}
}

func TestWhoMayNotCall(t *testing.T) {
	w := newWorld(t)
	good := w.token("server")
	spoilt := good[:len(good)-2] + "AA"
	none := strings.Split(good, ".")
	payload, _ := json.Marshal(map[string]any{"id": ident.MarkOf("ann").String() + strings.Repeat("0", 52), "exp": start.Add(time.Hour).Unix()})
	body := none[0] + "." + base64.RawURLEncoding.EncodeToString(payload)
	mac := hmac.New(sha256.New, []byte("access tokens of sk-development-ann"))
	mac.Write([]byte(strings.TrimPrefix(body, "UPI_")))
	neverIssued := body + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	for name, header := range map[string]string{
		"nothing": "", "no scheme": good, "another scheme": "Basic " + good, "only the scheme": "Bearer ", "rubbish": "Bearer UPI_never-issued",
		"no prefix": "Bearer " + strings.TrimPrefix(good, "UPI_"), "spoilt signature": "Bearer " + spoilt, "never issued": "Bearer " + neverIssued,
		"unsigned": "Bearer UPI_eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + none[1] + ".", "private key": "Bearer sk-development-ann",
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{T: t, http: w.http, name: w.name, tenant: w.tenant}
			a := w.wants(w.send("GET", "/v1/vault", "", "Authorization", header), 401, "4010")
			if a.body != `{"status":"fail","app":"citcon_upi","version":"v1.0.0","data":{"code":"4010","message":"unauthorized"}}` {
				t.Error(a.body)
			}
		})
	}
	for _, header := range []string{"", "Bearer sk-development-", "Bearer sk-development-invalid1", "Bearer sk-development-revoked", "Bearer sk-development-Not A Name", "Bearer " + good, "sk-development-ann"} {
		a := w.send("POST", "/v1/access-tokens", `{"token_type":"server"}`, "Content-Type", "application/json", "Authorization", header)
		w.wants(a, 401, "4010")
	}
}

func TestClientTokenMayNotMoveMoney(t *testing.T) {
	w := newWorld(t)
	id := w.wants(w.card("4111111111111111", false), 200).get("data.id")
	for _, path := range []string{"/v1/captures", "/v1/capture", "/v1/refunds", "/v1/cancels"} {
		a := w.send("POST", path, `{"id":"`+id+`","reference":"x"}`, "Content-Type", "application/json", "Authorization", "Bearer "+w.token("client"))
		w.wants(a, 401, "4010")
	}
	for _, path := range []string{"/v1/transactions/" + id, "/v1/vault", "/v1/consults?method=card&amount=1&currency=MXN"} {
		w.wants(w.send("GET", path, "", "Authorization", "Bearer "+w.token("client")), 200)
	}
	a := w.send("POST", "/v1/charges", `{"transaction":{"reference":"by-client","amount":1,"currency":"USD"}}`, "Content-Type", "application/json", "Authorization", "Bearer "+w.token("client"))
	w.wants(a, 200)
}

func TestMerchantsDoNotSeeEachOther(t *testing.T) {
	w := newWorld(t)
	ch := w.wallet("alipay")
	w.as("bob")
	w.wants(w.get("/v1/transactions/"+ch.get("data.id")), 404, "4103")
	w.wants(w.post("/v1/charges/"+ch.get("data.charge_token"), `{"transaction":{"reference":"`+ch.get("data.reference")+`"}}`), 404, "4103")
	w.wants(w.post("/v1/charges", `{"transaction":{"reference":"`+ch.get("data.reference")+`","amount":1,"currency":"USD"}}`), 200)
}

func TestTokenTypeIsChecked(t *testing.T) {
	w := newWorld(t)
	for _, body := range []string{`{}`, `{"token_type":"admin"}`, `{"token_type":1}`, `{"token_type":null}`, `[]`, ``, `null`, `{`, `{"token_type":"server"} x`, "{\"token_type\":\"server\xff\"}"} {
		a := w.send("POST", "/v1/access-tokens", body, "Content-Type", "application/json", "Authorization", "Bearer "+w.key())
		w.wants(a, 400, "4000")
	}
}
