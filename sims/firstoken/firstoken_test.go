package firstoken

import (
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"paysim/internal/plan"
)

func TestTablesHold(t *testing.T) {
	if err := Provider().Check(); err != nil {
		t.Error(err)
	}
	for name := range permissions {
		if Provider().Operation(name) == nil {
			t.Errorf("a permission for %s, which is no operation", name)
		}
	}
	for _, o := range Provider().Outcomes {
		if o.Declines && o.Error == "" && responseCodes[o.Name] == "" {
			t.Errorf("%s has no response code", o.Name)
		}
	}
}

// The four printed forms differ in the card only, and so do their answers not at
// all but for ids. The first is printed without a comma.
func TestThePrintedCredits(t *testing.T) {
	s := newShop(t)
	expression := func(token, kind string) string { return `"{{ ` + token + ` : ` + kind + ` }}"` }
	permanent, passing := expression(printedPermanent, "detokenize"), expression(printedTemporal, "transaction")
	forms := map[string]string{
		"card":      asked("credit", plain, "1000"),
		"permanent": asked("credit", `{"number":`+permanent+`,"expiration_date":`+permanent+`}`, "1000"),
		"temporal":  asked("credit", `{"number":`+passing+`,"expiration_date":`+passing+`}`, "1000"),
		"both":      asked("payment", `{"number":`+permanent+`,"expiration_date":`+permanent+`,"security_code":`+passing+`}`, "1000"),
	}
	for name, body := range forms {
		r := s.must("POST", credits, body)
		id, request := s.id(r), r.get("data.transaction_info.request_id")
		want := `{"status":"success","message":"Credit successful","data":{"transaction_info":{"type":"credit_response","reference_code":"123456789","transaction_id":"` + id +
			`","request_id":"` + request + `","status":"Pending","reconciliation_id":"` + request + `","created_at":"2024-02-27T20:16:05Z"},"order_info":{"amount_details":{"credit_amount":1000,"currency":"COP"}}}}`
		if r.body != want {
			t.Errorf("%s:\nwant %s\ngot  %s", name, want, r.body)
		}
		if len(id) != 22 || id[:16] != "0001709064965668" {
			t.Errorf("transaction_id %s does not carry its time", id)
		}
		if len(request) != 22 || request[:9] != "709064965" {
			t.Errorf("request_id %s does not carry its time", request)
		}
	}
	broken := strings.Replace(forms["card"], `1111",`, `1111"`, 1)
	s.refused("POST", credits, broken, notMatched)
	if n := len(s.e.Payments(s.tenant)); n != 4 {
		t.Errorf("%d credits", n)
	}
}

func TestCreditLivesUntilItIsHandedOver(t *testing.T) {
	s := newShop(t)
	first := s.id(s.must("POST", credits, asked("credit", plain, "1000")))
	second := s.id(s.must("POST", credits, asked("credit", plain, "2000")))

	s.advance(time.Hour)
	r := s.must("POST", credits+"/"+first+"/void", follow("credit_void", "", ""))
	own := s.id(r)
	want := `{"status":"success","message":"Credit void successful","data":{"transaction_info":{"type":"credit_void_response","reference_code":"F-1","transaction_id":"` + own +
		`","request_id":"` + r.get("data.transaction_info.request_id") + `","status":"Voided","created_at":"2024-02-27T21:16:05Z"}}}`
	if r.body != want || own == first {
		t.Errorf("want %s\ngot  %s", want, r.body)
	}
	s.refused("POST", credits+"/"+first+"/void", follow("credit_void", "", ""), "Not voidable")
	if got := s.must("GET", "/v1/payments/transactions/"+first, "").get("data.transaction_info.status"); got != "Voided" {
		t.Errorf("the voided credit is %s", got)
	}

	if fired := s.advance(48 * time.Hour); len(fired) != 1 || fired[0].Object != second {
		t.Errorf("fired %v", fired)
	}
	s.refused("POST", credits+"/"+second+"/void", follow("credit_void", "", ""), "Not voidable")
	details := s.must("GET", "/v1/payments/transactions/"+second, "")
	if got := details.get("data.transaction_info.status"); got != "Pending" {
		t.Errorf("what the processor has is shown as %s", got)
	}
	if p := s.payment(second); p.State != "Transmitted" || p.Refunded != 2000 || p.Kind != "credit" || p.Reference != "123456789" || len(p.Actions) != 0 {
		t.Errorf("%+v", p)
	}
	if p := s.payment(first); p.State != "Voided" || p.Refunded != 0 {
		t.Errorf("%+v", p)
	}
}

func TestHandoverIsASettingAndAnAction(t *testing.T) {
	s := newShop(t)
	s.set(`{"credit_handover_seconds": 60}`)
	id := s.id(s.must("POST", credits, asked("credit", plain, "1")))
	s.advance(59 * time.Second)
	if got := s.payment(id).State; got != "Pending" {
		t.Errorf("after 59 seconds: %s", got)
	}
	s.advance(time.Second)
	if got := s.payment(id).State; got != "Transmitted" {
		t.Errorf("after 60 seconds: %s", got)
	}
	s.set(`{"credit_handover_seconds": 9223372036854775807}`)
	id = s.id(s.must("POST", credits, asked("credit", plain, "1")))
	if err := s.e.Act(s.tenant, "firstoken", id, "hand_over", ""); err != nil {
		t.Fatal(err)
	}
	s.refused("POST", credits+"/"+id+"/void", follow("credit_void", "", ""), "Not voidable")
}

func TestDeclinesAreRecordedAndReadable(t *testing.T) {
	for _, outcome := range lateReasons() {
		s := newShop(t)
		for _, path := range []string{credits, "/v1/payments"} {
			kind, message := "credit", "Credit declined"
			if path != credits {
				kind, message = "payment", "Payment declined"
			}
			r := s.do("POST", path, asked(kind, plain, "1000"), "Sim-Outcome", outcome)
			if r.status != 200 || r.get("status") != "error" || r.get("message") != message || r.get("data.transaction_info.status") != "Declined" {
				t.Fatalf("%s: %d %s", outcome, r.status, r.body)
			}
			got := s.must("GET", "/v1/payments/transactions/"+s.id(r), "")
			if got.get("data.transaction_info.status") != "Declined" || got.get("data.transaction_info.response_code") != responseCodes[outcome] {
				t.Errorf("%s: %s", outcome, got.body)
			}
			if p := s.payment(s.id(r)); p.State != "Declined" || p.Captured+p.Refunded != 0 {
				t.Errorf("%s: %+v", outcome, p)
			}
		}
		if money := s.journal()[0].Money; money != nil {
			t.Errorf("%s moved %v", outcome, money)
		}
	}
}

func TestProcessorOutage(t *testing.T) {
	s := newShop(t)
	sale := s.id(s.must("POST", "/v1/payments", asked("payment", plain, "1000")))
	hold := s.id(s.must("POST", "/v1/payments", asked("authorization", plain, "1000")))
	credit := s.id(s.must("POST", credits, asked("credit", plain, "1000")))
	before := s.rows()
	for path, body := range map[string]string{
		credits:                              asked("credit", plain, "1000"),
		"/v1/payments":                       asked("payment", plain, "1000"),
		credits + "/" + credit + "/void":     follow("credit_void", "", ""),
		"/v1/payments/" + sale + "/void":     follow("payment_void", "", ""),
		"/v1/payments/" + sale + "/refund":   follow("payment_refund", "refund_info", "1"),
		"/v1/payments/" + hold + "/capture":  follow("capture", "capture_info", "1"),
		"/v1/payments/" + hold + "/reversal": follow("authorization_reversal", "", ""),
	} {
		r := s.do("POST", path, body, "Sim-Outcome", "processing_error")
		if r.status != 500 || r.get("status") != "error" {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
	if s.rows() != before {
		t.Error("an outage leaves something behind")
	}
}

func TestSameReferenceTwiceIsTwoCredits(t *testing.T) {
	s := newShop(t)
	body := asked("credit", plain, "1000")
	if a, b := s.id(s.must("POST", credits, body)), s.id(s.must("POST", credits, body)); a == b {
		t.Error("one credit for two requests")
	}
}

func TestAmountsComeBackAsTheyWere(t *testing.T) {
	s := newShop(t)
	for sent, want := range map[string]string{"1000": "1000", "10.50": "10.50", `"1000"`: "1000", `" 007.10 "`: "7.10", "1e3": "1e3"} {
		r := s.must("POST", credits, asked("credit", plain, sent))
		if got := gjson.Get(r.body, "data.order_info.amount_details.credit_amount").Raw; got != want {
			t.Errorf("%s comes back as %s", sent, got)
		}
		if got := gjson.Get(s.must("GET", "/v1/payments/transactions/"+s.id(r), "").body, "data.order_info.amount_details.credit_amount").Raw; got != want {
			t.Errorf("%s is read as %s", sent, got)
		}
	}
	for _, sent := range []string{"0", "-0", `"-0.00"`, "0e5", "1e-999999"} { // an authorization may be of nothing, which has one spelling
		r := s.must("POST", "/v1/payments", asked("authorization", plain, sent))
		if got := gjson.Get(r.body, "data.order_info.amount_details.authorized_amount").Raw; got != "0" {
			t.Errorf("%s comes back as %s", sent, got)
		}
	}
	if p := s.payment(s.id(s.must("POST", credits, asked("credit", plain, "10.50")))); p.Amount != 10 {
		t.Errorf("10.50 is listed as %d", p.Amount)
	}
}

func TestAuthorizeCaptureRefund(t *testing.T) {
	s := newShop(t)
	r := s.must("POST", "/v1/payments/", asked("authorization", plain, "1000"))
	hold := s.id(r)
	if r.get("message") != "Authorization successful" || r.get("data.transaction_info.type") != "payment_response" || r.get("data.transaction_info.response_code") != "00" ||
		r.get("data.transaction_info.status") != "Authorized" || r.get("data.order_info.amount_details.authorized_amount") != "1000" || r.get("data.processor_info.avs.code") != "Y" {
		t.Error(r.body)
	}
	at := "/v1/payments/" + hold + "/capture"
	s.refused("POST", at, follow("capture", "capture_info", "1000.01"), "Invalid amount value")
	s.refused("POST", at, strings.Replace(follow("capture", "capture_info", "1000"), "COP", "USD", 1), "Invalid currency value")
	s.refused("POST", "/v1/payments/0001709064963668730958/capture", follow("capture", "capture_info", "1"), "Invalid transaction_id")
	r = s.must("POST", at, follow("capture", "capture_info", "600"))
	taken := s.id(r)
	if r.get("message") != "Capture successful" || r.get("data.transaction_info.status") != "Pending" || gjson.Get(r.body, "data.order_info.amount_details.total_amount").Raw != `"600.00"` {
		t.Error(r.body)
	}
	s.refused("POST", at, follow("capture", "capture_info", "400"), "Not capturable")
	s.refused("POST", "/v1/payments/"+hold+"/reversal", follow("authorization_reversal", "", ""), "Not reversible")
	s.refused("POST", "/v1/payments/"+hold+"/void", follow("payment_void", "", ""), "Not voidable")

	give := "/v1/payments/captures/" + taken + "/refund"
	s.refused("POST", give, follow("capture_refund", "refund_info", "601"), "Invalid amount value")
	r = s.must("POST", give, follow("capture_refund", "refund_info", "250"))
	if r.get("message") != "Capture refund successful" || gjson.Get(r.body, "data.order_info").Raw != `{"amount_details":{"currency":"COP"}}` {
		t.Error(r.body)
	}
	s.refused("POST", "/v1/payments/captures/"+taken+"/void", follow("capture_void", "", ""), "Not voidable")
	s.refused("POST", give, follow("capture_refund", "refund_info", "351"), "Invalid amount value")
	if p := s.payment(hold); p.Captured != 600 || p.Refunded != 250 || p.Amount != 1000 {
		t.Errorf("%+v", p)
	}
	s.must("POST", "/v1/payments/refunds/"+s.id(r)+"/void", follow("refund_void", "", ""))
	s.refused("POST", "/v1/payments/refunds/"+s.id(r)+"/void", follow("refund_void", "", ""), "Not voidable")
	s.must("POST", give, follow("capture_refund", "refund_info", "600"))
	if p := s.payment(hold); p.Refunded != 600 {
		t.Errorf("%+v", p)
	}
	s.advance(25 * time.Hour)
	if got := s.must("GET", "/v1/payments/transactions/"+taken, "").get("data.transaction_info.status"); got != "Captured" {
		t.Errorf("the capture is %s", got)
	}
}

func TestVoidedCaptureLeavesTheAuthorization(t *testing.T) {
	s := newShop(t)
	hold := s.id(s.must("POST", "/v1/payments", asked("authorization", plain, "1000")))
	taken := s.id(s.must("POST", "/v1/payments/"+hold+"/capture", follow("capture", "capture_info", "1000")))
	s.must("POST", "/v1/payments/captures/"+taken+"/void", follow("capture_void", "", ""))
	if p := s.payment(hold); p.State != "Authorized" || p.Captured != 0 {
		t.Errorf("%+v", p)
	}
	s.refused("POST", "/v1/payments/"+hold+"/reversal", follow("authorization_reversal", "reversal_info", "999"), "Invalid amount value")
	body := `{"transaction_info":{"type":"authorization_reversal","reference_code":"F-1"},"reversal_info":{"amount_details":{"total_amount":1000}},"device_info":{"ip_address":"12.7.8.120"}}`
	r := s.must("POST", "/v1/payments/"+hold+"/reversal", body)
	if r.get("message") != "Authorization reversal successfull" || r.get("data.transaction_info.status") != "Reversed" {
		t.Error(r.body)
	}
	s.refused("POST", "/v1/payments/"+hold+"/reversal", changed(t, body, "device_info", ""), `"device_info" is required`)
	s.refused("POST", "/v1/payments/"+hold+"/reversal", body, "Not reversible")
}

func TestSaleIsVoidedOrRefunded(t *testing.T) {
	s := newShop(t)
	r := s.must("POST", "/v1/payments", asked("payment", plain, "1000"))
	if r.get("message") != "Payment successful" || r.get("data.transaction_info.type") != "payment_response" {
		t.Error(r.body)
	}
	id := s.id(r)
	s.refused("POST", "/v1/payments/"+id+"/void", follow("authorization_void", "", ""), "Invalid transaction_id")
	r = s.must("POST", "/v1/payments/"+id+"/void", follow("payment_void", "", ""))
	if r.get("message") != "Payment void successful" || r.get("data.transaction_info.status") != "Voided" {
		t.Error(r.body)
	}
	s.refused("POST", "/v1/payments/"+id+"/refund", follow("payment_refund", "refund_info", "1"), "Not refundable")
	if p := s.payment(id); p.Captured != 0 {
		t.Errorf("%+v", p)
	}

	id = s.id(s.must("POST", "/v1/payments", asked("payment", plain, "1000")))
	s.advance(24 * time.Hour)
	s.refused("POST", "/v1/payments/"+id+"/void", follow("payment_void", "", ""), "Not voidable")
	if got := s.must("GET", "/v1/payments/transactions/"+id, "").get("data.transaction_info.status"); got != "Authorized" {
		t.Errorf("shown as %s", got)
	}
	s.advance(60 * 24 * time.Hour)
	r = s.must("POST", "/v1/payments/"+id+"/refund", follow("payment_refund", "refund_info", "400"))
	if r.get("message") != "Refund successful" || r.get("data.transaction_info.type") != "payment_refund_response" || r.get("data.transaction_info.status") != "Pending" {
		t.Error(r.body)
	}
	s.advance(time.Second)
	s.refused("POST", "/v1/payments/"+id+"/refund", follow("payment_refund", "refund_info", "1"), "Not refundable")

	id = s.id(s.must("POST", "/v1/payments", asked("payment", plain, "1000")))
	s.must("POST", "/v1/payments/"+id+"/refund", follow("payment_refund", "refund_info", "1"))
	s.refused("POST", "/v1/payments/"+id+"/void", follow("payment_void", "", ""), "Not voidable")

	id = s.id(s.must("POST", "/v1/payments", asked("authorization", plain, "0")))
	if got := s.must("POST", "/v1/payments/"+id+"/void", follow("authorization_void", "", "")).get("message"); got != "Authorization void successful" {
		t.Error(got)
	}
}

func TestDeclinedCaptureAndRefund(t *testing.T) {
	s := newShop(t)
	hold := s.id(s.must("POST", "/v1/payments", asked("authorization", plain, "1000")))
	r := s.do("POST", "/v1/payments/"+hold+"/capture", follow("capture", "capture_info", "1000"), "Sim-Outcome", "issuer_declined")
	if r.get("message") != "Capture declined" || r.get("data.transaction_info.status") != "Declined" {
		t.Error(r.body)
	}
	taken := s.id(s.must("POST", "/v1/payments/"+hold+"/capture", follow("capture", "capture_info", "1000")))
	if err := s.e.Act(s.tenant, "firstoken", taken, "decline", "issuer_unavailable"); err != nil {
		t.Fatal(err)
	}
	if p := s.payment(hold); p.State != "Authorized" || p.Captured != 0 {
		t.Errorf("%+v", p)
	}
	got := s.must("GET", "/v1/payments/transactions/"+taken, "")
	if got.get("data.transaction_info.status") != "Declined" || got.get("data.transaction_info.response_code") != "91" {
		t.Error(got.body)
	}
	taken = s.id(s.must("POST", "/v1/payments/"+hold+"/capture", follow("capture", "capture_info", "1000")))
	r = s.do("POST", "/v1/payments/captures/"+taken+"/refund", follow("capture_refund", "refund_info", "1000"), "Sim-Outcome", "issuer_declined")
	if r.get("message") != "Capture refund declined" {
		t.Error(r.body)
	}
	back := s.id(s.must("POST", "/v1/payments/captures/"+taken+"/refund", follow("capture_refund", "refund_info", "1000")))
	if err := s.e.Act(s.tenant, "firstoken", back, "decline", ""); err != nil {
		t.Fatal(err)
	}
	if p := s.payment(hold); p.Captured != 1000 || p.Refunded != 0 {
		t.Errorf("%+v", p)
	}
	sum := map[string]int64{}
	for _, e := range s.journal() {
		for _, m := range e.Money {
			sum[m.Kind] += m.Amount
			if m.Payment != hold {
				t.Errorf("money of %s", m.Payment)
			}
		}
	}
	if sum["captured"] != 1000 || sum["refunded"] != 0 || sum["authorized"] != 1000 {
		t.Errorf("the journal adds up to %v", sum)
	}
}

// later is a scenario that lets everything be decided after an hour.
type later struct{ outcome string }

func (l later) Call(plan.Facts) plan.Call {
	return plan.Call{Effect: plan.Effect{Outcome: l.outcome, Later: time.Hour}}
}
func (later) Webhook(string) plan.Webhook         { return plan.Webhook{} }
func (later) Payer(string) (p plan.Payer, _ bool) { return p, false }

func TestCreditIsDecidedLater(t *testing.T) {
	for outcome, want := range map[string]string{"approved": "Transmitted", "stolen_card": "Declined"} {
		s := newShop(t)
		s.tenant.Lock()
		s.tenant.Planner = later{outcome}
		s.tenant.Unlock()
		r := s.must("POST", credits, asked("credit", plain, "1000"))
		if got := s.payment(s.id(r)).State; got != "Pending" {
			t.Errorf("%s: %s at first", outcome, got)
		}
		s.advance(time.Hour)
		if got := s.payment(s.id(r)).State; got != want {
			t.Errorf("%s: %s in the end", outcome, got)
		}
	}
}

func TestActionsAreRefusedWhereTheyAreNotListed(t *testing.T) {
	s := newShop(t)
	id := s.id(s.must("POST", "/v1/payments", asked("authorization", plain, "1000")))
	for _, a := range actions {
		if err := s.e.Act(s.tenant, "firstoken", id, a.Name, ""); err == nil {
			t.Errorf("an authorization lets the processor %s", a.Name)
		}
		if err := s.e.Act(s.tenant, "firstoken", "nosuch", a.Name, ""); err == nil || !strings.Contains(err.Error(), "no payment") {
			t.Errorf("%s of nothing: %v", a.Name, err)
		}
	}
}

func TestTransactionDetailsHaveTwoForms(t *testing.T) {
	s := newShop(t)
	r := s.must("POST", "/v1/payments", asked("authorization", plain, "1000"))
	id, request, approval := s.id(r), r.get("data.transaction_info.request_id"), r.get("data.processor_info.approval_code")
	got := s.must("GET", "/v1/payments/transactions/"+id+"/", "")
	network := got.get("data.processor_info.transaction_id")
	want := `{"status":"success","message":"Get Transaction Details successful","data":{"transaction_info":{"type":"transaction_details_response","reference_code":"123456789","transaction_id":"` + id +
		`","request_id":"` + request + `","status":"Authorized","response_code":"00","created_at":"2024-02-27T20:16:05Z"},"order_info":{"amount_details":{"authorized_amount":1000,"currency":"COP"}},"processor_info":{"approval_code":"` + approval + `","transaction_id":"` + network + `"}}}`
	if got.body != want {
		t.Errorf("want %s\ngot  %s", want, got.body)
	}
	s.set(`{"details_form": "older"}`)
	got = s.must("GET", "/v1/payments/transactions/"+id, "")
	want = `{"status":"success","data":{"order_info":{"amount_details":{"currency":"COP","authorized_amount":1000}},"processor_info":{"avs":{"code":"Y","codeRaw":"Y"},"approval_code":"` + approval + `","transaction_id":"` + network +
		`"},"transaction_info":{"type":"payment_response","status":"Authorized","created_at":"2024-02-27T20:16:05Z","request_id":"` + request + `","response_code":"00","reference_code":"123456789","transaction_id":"` + id + `","reconciliation_id":"` + request + `"}}}`
	if got.body != want {
		t.Errorf("want %s\ngot  %s", want, got.body)
	}
	s.refused("GET", "/v1/payments/transactions/0001709064963668730958", "", "Invalid transaction_id")
}

func TestOneOfManyCapturesWins(t *testing.T) {
	s := newShop(t)
	hold := s.id(s.must("POST", "/v1/payments", asked("authorization", plain, "1000")))
	var wg sync.WaitGroup
	won := make(chan bool, 20)
	for range 20 {
		wg.Go(func() {
			r := httptest.NewRequest("POST", "/v1/payments/"+hold+"/capture", strings.NewReader(follow("capture", "capture_info", "1000")))
			r.Header.Set("x-api-key", s.key)
			w := httptest.NewRecorder()
			s.h.ServeHTTP(w, r)
			won <- w.Code == 200
		})
	}
	wg.Wait()
	close(won)
	n := 0
	for ok := range won {
		if ok {
			n++
		}
	}
	if n != 1 || s.payment(hold).Captured != 1000 {
		t.Errorf("%d captures won, %d captured", n, s.payment(hold).Captured)
	}
}

func TestOneSeedOneWorld(t *testing.T) {
	story := func() string {
		s := newShop(t)
		s.must("POST", credits, asked("credit", plain, "1000"))
		s.must("POST", "/v1/tokenization/simple", `{"chd":[{"card":"4242424242424242","name":"A","exp":"01/27"}],"tags":[],"scheme":8}`)
		return s.rows() + strings.Join(s.heard, "\n")
	}
	if a, b := story(), story(); a != b {
		t.Errorf("%s\n\n%s", a, b)
	}
}
