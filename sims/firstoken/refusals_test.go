package firstoken

import (
	"encoding/json"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
)

func jsonOf(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

func TestForbidden(t *testing.T) {
	s := newShop(t)
	for _, c := range []struct{ key, settings, description string }{
		{"", `{}`, "Missing API key"},
		{"nonsense", `{}`, "Invalid API key"},
		{"ft-test-", `{}`, "Invalid API key"},
		{"ft-test-ANN", `{}`, "Invalid API key"},
		{"ft-test-revoked", `{}`, "Invalid API key"},
		{"ft-test-invalid-1", `{}`, "Invalid API key"},
		{"ft-test-ann", `{"allowed_ips": ["10.0.0.1", "192.0.3.0/24", "nonsense"]}`, "IP address not allowed"},
		{"ft-test-ann", `{"allowed_ips": []}`, "IP address not allowed"},
		{"ft-test-ann", `{"allowed_ips": ["192.0.2.0/24"], "permissions": ["tokenize"]}`, "Missing permission"},
	} {
		s.set(c.settings)
		s.key = c.key
		for _, body := range []string{asked("credit", plain, "1"), "{", ""} { // the key comes before the body
			r := s.do("POST", credits, body)
			if want := `{"status":"fail","message":"Forbidden","data":{"code":403,"description":"` + c.description + `"}}`; r.status != 403 || r.body != want {
				t.Errorf("%s %s: %d %s", c.key, c.settings, r.status, r.body)
			}
		}
		r := s.do("GET", requests+"/x", "")
		if want := `{"status_code":403,"status":"fail","desc":"Forbidden","data":{"code":403,"description":"` + c.description + `"}}`; r.status != 403 || r.body != want {
			t.Errorf("%s %s: %d %s", c.key, c.settings, r.status, r.body)
		}
	}
	s.key = "ft-test-ann"
	for _, ips := range []string{`["192.0.2.1"]`, `["10.0.0.1","192.0.2.0/24"]`, `["0.0.0.0/0"]`} { // net/http/httptest calls from 192.0.2.1
		s.set(`{"permissions": ["payment_request"], "allowed_ips": ` + ips + `}`)
		s.must("POST", credits, asked("credit", plain, "1"))
	}
}

func TestEachPermission(t *testing.T) {
	for _, op := range operations {
		s := newShop(t)
		needs, ok := permissions[op.ID]
		if !ok {
			needs = "payment_request"
		}
		path := strings.NewReplacer("{id}", "x", "{token}", "x").Replace(op.Path)
		var others []string
		for _, p := range allPermissions {
			if p != needs {
				others = append(others, p)
			}
		}
		list, _ := json.Marshal(others)
		s.set(`{"permissions": ` + string(list) + `}`)
		if r := s.do(op.Method, path, "{}"); r.status != 403 {
			t.Errorf("%s without %s: %d %s", op.ID, needs, r.status, r.body)
		}
		s.set(`{"permissions": ["` + needs + `"]}`)
		if r := s.do(op.Method, path, "{}"); r.status == 403 {
			t.Errorf("%s with %s: %d %s", op.ID, needs, r.status, r.body)
		}
	}
}

func TestCreditRefusals(t *testing.T) {
	s := newShop(t)
	good := asked("credit", plain, "1000")
	for _, c := range []struct{ path, value, description string }{
		{"transaction_info", "", notMatched},
		{"transaction_info", "7", notMatched},
		{"transaction_info.type", "", notMatched},
		{"transaction_info.type", `"authorization"`, notMatched},
		{"transaction_info.type", `"Credit"`, notMatched},
		{"transaction_info.reference_code", "", `"transaction_info.reference_code" is required`},
		{"transaction_info.reference_code", "7", `"transaction_info.reference_code" must be a string`},
		{"transaction_info.reference_code", `""`, `"transaction_info.reference_code" is not allowed to be empty`},
		{"card", "", `"card" is required`},
		{"card", "null", `"card" must be of type object`},
		{"card.number", "", `"card.number" is required`},
		{"card.number", "true", `"card.number" must be a string`},
		{"card.number", `""`, `"card.number" is not allowed to be empty`},
		{"card.number", `"4111111111111112"`, `"card.number" must be a credit card`},
		{"card.number", `"4111 1111 1111 1111"`, `"card.number" must be a credit card`},
		{"card.number", `"18"`, `"card.number" must be a credit card`},
		{"card.expiration_date", "", `"card.expiration_date" is required`},
		{"card.expiration_date", `"13/2024"`, `"card.expiration_date" fails to match the required pattern: /^(0[1-9]|1[0-2])/([0-9]{2}|[0-9]{4})$/`},
		{"card.expiration_date", `"00/24"`, `"card.expiration_date" fails to match the required pattern: /^(0[1-9]|1[0-2])/([0-9]{2}|[0-9]{4})$/`},
		{"card.security_code", `"12"`, `"card.security_code" fails to match the required pattern: /^[0-9]{3,4}$/`},
		{"card.security_code", "123", `"card.security_code" must be a string`},
		{"order_info", "", `"order_info" is required`},
		{"order_info.amount_details", "", `"order_info.amount_details" is required`},
		{"order_info.amount_details.total_amount", "", `"order_info.amount_details.total_amount" is required`},
		{"order_info.amount_details.total_amount", `"ten"`, `"order_info.amount_details.total_amount" must be a number`},
		{"order_info.amount_details.total_amount", "null", `"order_info.amount_details.total_amount" must be a number`},
		{"order_info.amount_details.total_amount", "0", `"order_info.amount_details.total_amount" must be a positive number`},
		{"order_info.amount_details.total_amount", "-5", `"order_info.amount_details.total_amount" must be a positive number`},
		{"order_info.amount_details.total_amount", "1e-999", `"order_info.amount_details.total_amount" must be a positive number`},
		{"order_info.amount_details.total_amount", "1e999", `"order_info.amount_details.total_amount" must be a safe number`},
		{"order_info.amount_details.total_amount", "9007199254740993", `"order_info.amount_details.total_amount" must be a safe number`},
		{"order_info.amount_details.currency", "", `"order_info.amount_details.currency" is required`},
		{"order_info.amount_details.currency", `"PESO"`, `"order_info.amount_details.currency" length must be 3 characters long`},
		{"order_info.installments", `"x"`, `"order_info.installments" must be a number`},
		{"bill_to", "", `"bill_to" is required`},
		{"bill_to.city", "", `"bill_to.city" is required`},
		{"bill_to.email", "7", `"bill_to.email" must be a string`},
		{"device_info", "[]", `"device_info" must be of type object`},
	} {
		body := changed(t, good, c.path, c.value)
		r := s.refused("POST", credits, body, c.description)
		path := c.path
		if c.description == notMatched {
			path = ""
		}
		if r.get("data.path") != path || r.get("message") != "Invalid request" {
			t.Errorf("%s = %s: %s", c.path, c.value, r.body)
		}
		s.set(`{"validation_detail": "body"}`)
		s.refused("POST", credits, body, notMatched)
		s.set(`{"validation_detail": "member"}`)
	}
	for _, body := range []string{"", " ", "null", "[]", "7", `"x"`, "{", good + "x", good + "{}", "\xff\xfe", `{"a":"` + "\xff" + `"}`} {
		if r := s.refused("POST", credits, body, notMatched); !strings.HasSuffix(r.body, `"path":""}}`) {
			t.Error(r.body)
		}
	}
}

func TestLenientByDefaultStrictBySetting(t *testing.T) {
	s := newShop(t)
	good := asked("credit", `{"number":4111111111111111,"expiration_date":"01/27","security_code":"123"}`, "1000")
	for _, c := range []struct{ setting, path, value, description string }{
		{"strict_attributes", "card.security_code", "", `"card.security_code" is required`},
		{"strict_attributes", "bill_to.address_2", "", `"bill_to.address_2" is required`},
		{"strict_attributes", "device_info", "", `"device_info" is required`},
		{"strict_attributes", "device_info.ip_address", "", `"device_info.ip_address" is required`},
		{"strict_members", "note", `"x"`, `"note" is not allowed`},
		{"strict_members", "card.brand", `"x"`, `"card.brand" is not allowed`},
		{"strict_members", "bill_to.planet", `"x"`, `"bill_to.planet" is not allowed`},
	} {
		body := changed(t, good, c.path, c.value)
		s.must("POST", credits, body)
		s.set(`{"` + c.setting + `": true}`)
		s.refused("POST", credits, body, c.description)
		s.must("POST", credits, good)
		s.set(`{"` + c.setting + `": false}`)
	}
}

func TestFollowUpRefusals(t *testing.T) {
	s := newShop(t)
	sale := s.id(s.must("POST", "/v1/payments", asked("payment", plain, "1000")))
	credit := s.id(s.must("POST", credits, asked("credit", plain, "1000")))
	void := follow("credit_void", "", "")
	for _, c := range []struct{ path, body, description string }{
		{credits + "/" + credit + "/void", "{", `"value" must be of type object`},
		{credits + "/" + credit + "/void", "", `"transaction_info" is required`},
		{credits + "/" + credit + "/void", follow("payment_void", "", ""), `"transaction_info.type" must be [credit_void]`},
		{credits + "/0001709064963668730958/void", void, "Invalid transaction_id"},
		{credits + "/" + sale + "/void", void, "Invalid transaction_id"},
		{"/v1/payments/" + credit + "/void", follow("payment_void", "", ""), "Invalid transaction_id"},
		{"/v1/payments/" + sale + "/void", follow("credit_void", "", ""), `"transaction_info.type" must be one of [payment_void, authorization_void]`},
		{"/v1/payments/" + sale + "/capture", follow("capture", "", ""), `"capture_info" is required`},
		{"/v1/payments/" + sale + "/capture", follow("capture", "capture_info", "1"), "Invalid transaction_id"},
		{"/v1/payments/" + sale + "/reversal", follow("authorization_reversal", "", ""), "Invalid transaction_id"},
		{"/v1/payments/" + sale + "/refund", follow("payment_refund", "refund_info", "0"), `"refund_info.amount_details.total_amount" must be a positive number`},
		{"/v1/payments/" + sale + "/refund", follow("payment_refund", "refund_info", "1000.5"), "Invalid amount value"},
		{"/v1/payments/" + sale + "/refund", strings.Replace(follow("payment_refund", "refund_info", "1"), "COP", "USD", 1), "Invalid currency value"},
		{"/v1/payments/captures/" + sale + "/refund", follow("capture_refund", "refund_info", "1"), "Invalid transaction_id"},
		{"/v1/payments/captures/" + sale + "/void", follow("capture_void", "", ""), "Invalid transaction_id"},
		{"/v1/payments/refunds/" + sale + "/void", follow("refund_void", "", ""), "Invalid transaction_id"},
	} {
		s.refused("POST", c.path, c.body, c.description)
	}
}

func TestWhatNobodyServes(t *testing.T) {
	s := newShop(t)
	for _, c := range []struct{ method, path, description string }{
		{"GET", "/", "Invalid path"},
		{"GET", "/v1/nosuch", "Invalid path"},
		{"DELETE", credits, "Invalid method"},
		{"GET", "/v1/tokenization/simple", "Invalid method"},
	} {
		s.refused(c.method, c.path, "", c.description)
	}
	r := s.do("POST", credits, strings.Repeat(" ", 2<<20))
	if r.status != 400 || r.get("data.description") != "Request body too large" {
		t.Errorf("%d %s", r.status, r.body)
	}
	cut := httptest.NewRequest("POST", credits, brokenReader{})
	cut.Header.Set("x-api-key", s.key)
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, cut)
	if w.Code != 400 || !strings.Contains(w.Body.String(), "Request body aborted") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestADefectIsAnInternalError(t *testing.T) {
	s := newShop(t)
	s.rows()
	s.tenant.Lock()
	tx := s.tenant.DB.Begin()
	vaultKeys.Delete(tx, keyName)
	tx.Commit()
	s.tenant.Unlock()
	r := s.do("POST", simple, tokenizing("7", "", "4242424242424242"))
	if r.status != 500 || r.get("status") != "error" || r.get("data.description") != "Internal server error" {
		t.Errorf("%d %s", r.status, r.body)
	}
}
