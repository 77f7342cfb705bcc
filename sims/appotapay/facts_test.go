package appotapay

import (
	"bytes"
	"fmt"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/tidwall/gjson"

	"paysim/internal/engine"
	"paysim/internal/journal"
	"paysim/internal/provider"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
)

// shop is a merchant of an engine of its own, its clock standing still.
type shop struct {
	*testing.T
	engine  *engine.Engine
	tenant  *tenant.Tenant
	handler http.Handler
	now     time.Time
	secret  string
	prefix  string // before the token
}

func open(t *testing.T) *shop {
	t.Helper()
	e, err := engine.New(engine.Config{
		Providers: []*provider.Provider{Provider()},
		Tenants:   tenant.Options{Seed: 1, Fixed: true, Limits: tenant.DefaultLimits},
		Sender:    webhook.NewSender(nil),
		Log:       slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	s := &shop{T: t, engine: e, handler: e.Alone("appotapay"), now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), secret: "secret-ann-0123456789abcdef0123456789abcdef"}
	if s.tenant, err = e.Tenants.Find("ann"); err != nil {
		t.Fatal(err)
	}
	s.tenant.Lock()
	s.tenant.Clock.Freeze(s.now)
	s.tenant.Unlock()
	return s
}

func (s *shop) set(settings string) {
	s.Helper()
	values, err := engine.ParseSettings(Provider(), []byte(settings))
	if err != nil {
		s.Fatal(err)
	}
	s.engine.Configure(s.tenant, "appotapay", values)
}

func (s *shop) do(line, body string, header ...string) *httptest.ResponseRecorder {
	s.Helper()
	method, path, _ := strings.Cut(line, " ")
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"iss": "ann", "api_key": "apk-ann", "exp": s.now.Unix() + 300}).SignedString([]byte(s.secret))
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set(authHeader, s.prefix+token)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// want does a call and compares the status and one member, given as path=value.
func (s *shop) want(status int, member, line, body string, header ...string) gjson.Result {
	s.Helper()
	w := s.do(line, body, header...)
	path, value, _ := strings.Cut(member, "=")
	got := gjson.ParseBytes(w.Body.Bytes())
	if w.Code != status || got.Get(path).String() != value {
		s.Errorf("%s %s: %d %s, want %d with %s", line, body, w.Code, w.Body, status, member)
	}
	return got
}

// TestEveryPublishedCode holds the catalogue to the published table of the card
// API, and the list that the API itself gives.
func TestEveryPublishedCode(t *testing.T) {
	absent := map[int]bool{8: true, 24: true}
	for _, gap := range [][2]int{{26, 34}, {36, 39}, {47, 59}} {
		for n := gap[0]; n <= gap[1]; n++ {
			absent[n] = true
		}
	}
	var want []int
	for n := range 120 {
		if !absent[n] {
			want = append(want, n)
		}
	}
	want = append(want, 401, 500)
	s := open(t)
	for lang, first := range map[string]string{"vi": "Thông tin yêu cầu thiếu hoặc không hợp lệ", "en": "Missing or Invalid Params"} {
		list := s.want(200, "errorCode=0", "GET /credit-card/error-code/list", "", "Language", lang)
		texts := map[int]string{}
		for _, row := range list.Get("data").Array() {
			texts[int(row.Get("code").Int())] = row.Get("message").String()
		}
		for _, n := range want {
			if texts[n] == "" {
				t.Errorf("%s: no text for %d", lang, n)
			}
		}
		if len(texts) != len(want) || texts[1] != first {
			t.Errorf("%s: %d codes, want %d; 1 is %q", lang, len(texts), len(want), texts[1])
		}
	}
	for _, row := range errorRows {
		if n, err := strconv.Atoi(row.Code); err != nil || n < 0 || vietnamese[row.Name] == "" || row.Message == "" {
			t.Errorf("%s: code %q, texts %q and %q", row.Name, row.Code, vietnamese[row.Name], row.Message)
		}
	}
}

// TestDeclines: each outcome, and each card of ours, ends with its code in an
// answer of 200.
func TestDeclines(t *testing.T) {
	s := open(t)
	for _, d := range declines {
		s.want(200, "errorInformation.errorCode="+d.row.Code, "POST /credit-card/charge", chargeBody("o-"+d.name, "4000000000001091"), "Sim-Outcome", d.name)
	}
	for _, k := range cards {
		if !luhn(k.Value) {
			t.Errorf("%s is no card number", k.Value)
		}
		got := gjson.ParseBytes(s.do("POST /credit-card/charge", chargeBody("k-"+k.Value, k.Value)).Body.Bytes())
		want := "AUTHORIZED"
		switch row := declinedWith(k.Outcome); {
		case row != nil:
			want = "DECLINED"
			if got.Get("errorInformation.errorCode").String() != row.Code {
				t.Errorf("%s: %s, want %s", k.Value, got, row.Code)
			}
		case k.Outcome == "pending":
			want = "PENDING"
		case k.Outcome == "partially_approved":
			want = "PARTIAL_AUTHORIZED"
		}
		if got.Get("status").String() != want {
			t.Errorf("%s: %s, want %s", k.Value, got, want)
		}
	}
}

func chargeBody(reference, number string) string {
	return fmt.Sprintf(`{"merchantRefId": "%.40s", "amount": 50000, "currency": "VND", %s}`, reference, cardJSON(number))
}

func TestTokenPlacement(t *testing.T) {
	for _, prefix := range []string{"", "Bearer ", "bearer  "} {
		s := open(t)
		s.prefix = prefix
		s.want(404, "errorCode=14", "GET /credit-card/charge/x", "")
	}
}

func TestExpiryFollowsTheTenantsClock(t *testing.T) {
	s := open(t)
	s.tenant.Lock()
	s.tenant.Clock.Freeze(s.now.Add(299 * time.Second))
	s.tenant.Unlock()
	s.want(404, "errorCode=14", "GET /credit-card/charge/x", "")
	s.tenant.Lock()
	s.tenant.Clock.Freeze(s.now.Add(300 * time.Second))
	s.tenant.Unlock()
	s.want(401, "errorCode=401", "GET /credit-card/charge/x", "")
	s.set(`{"check_expiry": false}`)
	s.want(404, "errorCode=14", "GET /credit-card/charge/x", "")
	s.secret += "x"
	s.want(401, "errorCode=401", "GET /credit-card/charge/x", "")
}

func TestUnknownIDStatus(t *testing.T) {
	s := open(t)
	paths := map[string]string{
		"GET /credit-card/charge/x": "14", "GET /credit-card/refund/x": "111", "GET /credit-card/reversal/x": "112",
		"GET /api/v2/orders/transaction?referenceId=x": "36", "GET /api/v2/transaction/refund/x": "36",
	}
	for line, code := range paths {
		s.want(404, "errorCode="+code, line, "")
	}
	s.set(`{"unknown_id_status": "400"}`)
	for line, code := range paths {
		s.want(400, "errorCode="+code, line, "")
	}
	s.want(404, "errorCode=98", "GET /nosuch", "")
}

// TestLimits sends the last value that a published limit allows and the first
// that it does not.
func TestLimits(t *testing.T) {
	text := func(n int) string { return strings.Repeat("a", n) }
	for _, limit := range []struct {
		field     string
		good, bad []string
	}{
		{"merchantRefId", []string{text(1), text(40), strings.Repeat("đ", 40)}, []string{text(0), text(41)}},
		{"card.holderName", []string{text(1), text(50), "NGUYEN VAN A 2"}, []string{text(0), text(51), "NGUYỄN", "A-B"}},
		{"card.number", []string{"4000000000001091", "378282246310005", "2223003122003222"}, []string{"400000000000109", "37828224631000", "3782822463100050", "4000-0000-0000-1091"}},
		{"card.expirationMonth", []string{"01", "12"}, []string{"1", "00", "13", ""}},
		{"card.expirationYear", []string{"26", "99"}, []string{"2026", "6", ""}},
		{"card.cvv", []string{"123", "1234"}, []string{"12", "12345", "abc"}},
		{"currency", []string{"VND"}, []string{"vnd", "USD", ""}},
		{"billing.firstName", []string{text(1), text(50)}, []string{text(0), text(51)}},
		{"billing.lastName", []string{text(1), text(50)}, []string{text(0), text(51)}},
		{"billing.email", []string{text(1), text(255)}, []string{text(0), text(256)}},
		{"billing.phoneNumber", []string{text(8), text(20)}, []string{text(7), text(21)}},
		{"billing.province", []string{text(1), text(100)}, []string{text(0), text(101)}},
		{"billing.city", []string{text(1), text(100)}, []string{text(0), text(101)}},
		{"billing.country", []string{"MM"}, []string{"M", "VNM", "84"}},
		{"billing.addressLine1", []string{text(1), text(100)}, []string{text(0), text(101)}},
		{"billing.addressLine2", []string{text(1), text(100)}, []string{text(0), text(101)}},
		{"billing.postalCode", []string{text(1), text(10)}, []string{text(0), text(11)}},
	} {
		for _, value := range limit.good {
			s := open(t)
			if w := s.do("POST /credit-card/charge", chargeWithField(t, limit.field, value)); w.Code != 200 {
				t.Errorf("%s = %q: %d %s", limit.field, value, w.Code, w.Body)
			}
		}
		for _, value := range limit.bad {
			s := open(t)
			got := s.want(400, "errorCode=1", "POST /credit-card/charge", chargeWithField(t, limit.field, value))
			if fields := got.Get("errors.#.field").Array(); len(fields) != 1 || fields[0].String() != limit.field {
				t.Errorf("%s = %q: %s", limit.field, value, got)
			}
		}
	}
}

func chargeWithField(t *testing.T, field, value string) string {
	t.Helper()
	body := chargeWith(cardJSON("4000000000001091")+", "+billing, "C-1").Body
	old := gjson.GetBytes(body, field)
	if !old.Exists() {
		t.Fatalf("no %s in %s", field, body)
	}
	return string(body[:old.Index]) + strconv.Quote(value) + string(body[old.Index+len(old.Raw):])
}

func TestAmounts(t *testing.T) {
	for literal, code := range map[string]string{
		"1000": "", "1000.0": "", "1e3": "", "1.5e6": "", "999999999999999": "",
		"999": "96", "0": "77", "-1000": "77", "1000.5": "77", "1e15": "77", "1e400": "77", "1e-400": "77", "1000.00000000000000000000000000001": "77",
		`"1000"`: "1", "true": "1", "null": "1", "[]": "1",
	} {
		s := open(t)
		got := gjson.ParseBytes(s.do("POST /credit-card/charge", `{"merchantRefId": "C-1", "amount": `+literal+`, "currency": "VND", `+cardJSON("4000000000001091")+`}`).Body.Bytes())
		if got.Get("errorCode").String() != code {
			t.Errorf("%s: %s, want %q", literal, got, code)
		}
	}
}

// TestECI: Mastercard counts up, every other brand down.
func TestECI(t *testing.T) {
	for number, want := range map[string]string{
		"4000000000001091": "05 07", "5200000000002151": "02 00", "3530111333300000": "05 07", "378282246310005": "05 07",
	} {
		for i, action := range []string{"approve", "decline"} {
			s := open(t)
			e := s.want(200, "status=PENDING", "POST /credit-card/enrollment", string(enroll(cardJSON(number), "E-1").Body))
			if err := s.engine.Act(s.tenant, "appotapay", e.Get("id").String(), action, ""); err != nil {
				t.Fatal(err)
			}
			s.want(200, "eci="+strings.Fields(want)[i], "POST /credit-card/enrollment/validate/"+e.Get("id").String(), "")
		}
	}
	for number, want := range map[string]string{"4000000000001000": "06", "5200000000001005": "01"} {
		s := open(t)
		e := s.want(200, "status=PENDING", "POST /credit-card/enrollment", string(enroll(cardJSON(number), "E-1").Body))
		if w := s.do("GET "+e.Get("deviceDataCollectionUrl").String(), ""); w.Code != 302 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		s.want(200, "eci="+want, "POST /credit-card/enrollment/validate/"+e.Get("id").String(), "")
	}
}

// TestQRCodeScans reads the image that a frontend shows, as a phone would.
func TestQRCodeScans(t *testing.T) {
	s := open(t)
	o := s.want(200, "transaction.status=pending", "POST /api/v2/orders/payment", `{"transaction": {"amount": 10000, "currency": "VND", "paymentMethod": "EWALLET", "action": "PAY"},
		"partnerReference": {"order": {"id": "O-1", "info": "x"}, "notificationConfig": {"notifyUrl": "http://shop.example/ipn", "redirectUrl": "http://shop.example/"}}}`)
	w := s.do("GET "+o.Get("payment.qrCode.url").String(), "")
	img, err := png.Decode(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatalf("%d %s: %v", w.Code, w.Header(), err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	read, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := read.GetText(), o.Get("payment.qrCode.content").String(); got != want {
		t.Errorf("it holds %s, want %s", got, want)
	}
	if w := s.do("GET "+read.GetText(), ""); w.Code != 200 {
		t.Errorf("what it holds leads to %d", w.Code)
	}
}

// TestNothingOfACardIsKept: no number and no check code in any row, nor in the
// journal, not even where curl calls the JSON a form.
func TestNothingOfACardIsKept(t *testing.T) {
	s := open(t)
	s.want(200, "tokenType=SINGLE", "POST /credit-card/token", string(createTokenOf(challengeCard, single, "T-1").Body))
	s.want(200, "status=PENDING", "POST /credit-card/enrollment", string(enroll(cardJSON(frictionlessCard), "E-1").Body))
	s.want(200, "status=AUTHORIZED", "POST /credit-card/charge", chargeBody("C-1", skipCard), "Content-Type", "application/x-www-form-urlencoded")
	s.tenant.Lock()
	defer s.tenant.Unlock()
	rows, err := s.tenant.DB.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range s.tenant.Journal.Since(0, 0, func(*journal.Entry) bool { return true }) {
		rows = append(rows, entry.Request.Body+entry.Response.Body...)
	}
	for _, secret := range []string{challengeCard, frictionlessCard, skipCard, `"987"`} {
		if bytes.Contains(rows, []byte(secret)) {
			t.Errorf("%s is in %s", secret, rows)
		}
	}
}

func TestPHPJSON(t *testing.T) {
	const want = `{"a":"\u0111 \ud83d\ude00 \/ <&> \"","b":"Th\u00e0nh c\u00f4ng"}`
	if got := string(provider.Escape(provider.Marshal(map[string]string{"a": `đ 😀 / <&> "`, "b": "Thành công"}))); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestDong(t *testing.T) {
	for amount, want := range map[int64]string{1000: "1.000 ₫", 999: "999 ₫", 1000000: "1.000.000 ₫", 12345678: "12.345.678 ₫"} {
		if got := dong(amount); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
