package paymenticon

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"paysim/internal/engine"
)

func TestPayerData(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.session(`"charge_mode":"authorize","amount":5`)
	paths := []string{"data/", "data/stats/", "documents/"}
	for _, p := range paths {
		if w := d.call("GET", "/sessions/"+s.SessionID+"/"+p, ""); w.Code != 403 {
			t.Errorf("%s before login: %d", p, w.Code)
		}
	}
	d.act(s.SessionID, "login", "")
	for _, p := range paths {
		if w := d.call("GET", "/sessions/"+s.SessionID+"/"+p, ""); w.Code != 200 {
			t.Errorf("%s: %d %s", p, w.Code, w.Body)
		}
	}
	var docs wireDocuments
	json.Unmarshal(d.call("GET", "/sessions/"+s.SessionID+"/documents/", "").Body.Bytes(), &docs)
	path := strings.TrimPrefix(docs.Documents[0].FileURL, host)
	if w := d.call("GET", path, ""); w.Code != 200 || w.Header().Get("Content-Type") != "image/png" || !strings.HasPrefix(w.Body.String(), "\x89PNG") {
		t.Errorf("the document: %d %s", w.Code, w.Header())
	}
	if w := d.call("GET", "/sessions/"+s.SessionID+"/document/x/", ""); w.Code != 404 {
		t.Errorf("an unknown document: %d", w.Code)
	}
}

func TestAccountData(t *testing.T) {
	d := newDesk(t, "shop")
	w := d.call("POST", "/sessions/", `{"type":"data_access","scopes":["get_transactions","get_confirmation_of_funds","get_wallet_funds"],"client_ip":"127.0.0.1"}`)
	s := d.read(w)
	if w.Code != 201 || s.Status != "created" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	funds := "/session/" + s.SessionID + "/get_confirmation_of_funds/"
	if w := d.call("POST", funds, `{"amount":1,"currency":"PLN"}`); w.Code != 403 {
		t.Errorf("before the consumer accepts: %d", w.Code)
	}
	d.act(s.SessionID, "approve", "")
	for amount, want := range map[int]bool{1_000_000: true, 1_000_001: false} {
		w := d.call("POST", funds, fmt.Sprintf(`{"amount":%d,"currency":"PLN"}`, amount))
		if w.Code != 200 || !strings.Contains(w.Body.String(), fmt.Sprintf(`"funds_available":%v`, want)) {
			t.Errorf("%d: %d %s", amount, w.Code, w.Body)
		}
	}
	if w := d.call("POST", "/session/"+s.SessionID+"/get_wallet_funds/", ""); !strings.Contains(w.Body.String(), `"available_funds":{"PLN":1000000,"EUR":1000000,"GBP":1000000},"balance":{"PLN":1000000,"EUR":1000000,"GBP":1000000}`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for i := range 3 {
		d.call("POST", "/withdraw/", fmt.Sprintf(`{"wallet_ref":"WLT-100","amount":%d,"currency":"EUR","description":"n%d","request_id":"r%d"}`, 300-i*100, i, i))
	}
	list := func(body string) wireTransactions {
		var out wireTransactions
		w := d.call("POST", "/session/"+s.SessionID+"/get_transactions/", body)
		if w.Code != 200 {
			t.Fatalf("%s: %d %s", body, w.Code, w.Body)
		}
		json.Unmarshal(w.Body.Bytes(), &out)
		return out
	}
	page := list(`{"page":2,"paginate_by":1,"order_by":"amount","filters":{"currency":"EUR","direction":"incoming","date_from":"2026-03-01T00:00:00"}}`)
	if page.Pagination != (wirePagination{PaginateBy: 1, Page: 2, Total: 4, Previous: 1, Next: 3}) || len(page.Transactions) != 1 || page.Transactions[0].Amount != 200 {
		t.Errorf("%+v", page)
	}
	if all := list(""); all.Pagination.Total != 6 || all.Pagination.PaginateBy != 10 {
		t.Errorf("%+v", all.Pagination)
	}
	if w := d.call("POST", "/session/"+s.SessionID+"/get_transactions/", `{"order_by":"colour"}`); w.Code != 400 {
		t.Errorf("an order that is none: %d", w.Code)
	}
	if _, err := d.MoveClock(t.Context(), d.Tenant, func(now time.Time) (time.Time, error) { return now.Add(lifetime), nil }, engine.AsBefore); err != nil {
		t.Fatal(err)
	}
	if got := d.get(s.SessionID); got.Status != "data_access_accepted" || !got.Closed {
		t.Errorf("after its time: %+v", got)
	}
	if w := d.call("POST", "/session/"+s.SessionID+"/get_wallet_funds/", ""); w.Code != 403 || d.last().Error != "scope_not_granted" {
		t.Errorf("after its time: %d", w.Code)
	}
}

// A wallet always has the three currencies of the document's example, in its
// order, and behind them what else it ever held.
func TestFundsByCurrency(t *testing.T) {
	d := newDesk(t, "shop")
	for _, currency := range []string{"CAD", "USD"} {
		s := d.lead(`{"client_ip":"127.0.0.1","currency":"`+currency+`","charge_mode":"capture","amount":700,"payment_without_login_enabled":true}`, "pay_without_login")
		d.call("POST", "/withdraw/", `{"wallet_ref":"WLT-100","amount":300,"currency":"`+currency+`","description":"back","request_id":"`+s.SessionID+`"}`)
	}
	for login, want := range map[string]string{
		"WLT-100&password=x": `{"PLN":1000000,"EUR":1000000,"GBP":1000000,"USD":300,"CAD":300}`,
		"WLT-101&password=x": `{"PLN":0,"EUR":0,"GBP":0}`,
	} {
		s := d.lead(access, "page:login&wallet="+login+" page:accept")
		w := d.call("POST", "/session/"+s.SessionID+"/get_wallet_funds/", "")
		if !strings.Contains(w.Body.String(), `"available_funds":`+want+`,"balance":`+want) {
			t.Errorf("%s: %d %s, want %s", login, w.Code, w.Body, want)
		}
	}
}

func TestTimesInFilters(t *testing.T) {
	for given, want := range map[string]string{
		"2019-08-11T21:20:11":            "2019-08-11T21:20:11Z",
		"2019-08-11T21:20:11.25":         "2019-08-11T21:20:11.25Z",
		"2019-08-11T21:20:11.25+02:00":   "2019-08-11T19:20:11.25Z",
		"2019-08-11T21:20:11Z":           "2019-08-11T21:20:11Z",
		"2019-08-11T21:20:11+0200":       "2019-08-11T19:20:11Z",
		"2019-08-11T21:20":               "2019-08-11T21:20:00Z",
		"2019-08-11T21:20-01:00":         "2019-08-11T22:20:00Z",
		"2019-08-11T21:20-0100":          "2019-08-11T22:20:00Z",
		"2019-08-11":                     "2019-08-11T00:00:00Z",
		"2019-08":                        "",
		"2019-08-11 21:20:11":            "",
		"2019-13-11T21:20:11":            "",
		"1565558411":                     "",
		"2019-08-11T21:20:11[Europe/XX]": "",
	} {
		f := &fields{body: value{kind: object, names: []string{"date_to"}, values: []value{{kind: text, text: given}}}}
		got := f.moment("date_to")
		if want == "" != (f.err != nil) || want != "" && got.Format(time.RFC3339Nano) != want {
			t.Errorf("%s: %v, %v, want %s", given, got, f.err, want)
		}
	}
}

func TestListOfTransactions(t *testing.T) {
	d := newDesk(t, "shop")
	s := d.lead(access, "approve")
	for i := range 3 {
		d.call("POST", "/withdraw/", fmt.Sprintf(`{"wallet_ref":"WLT-100","amount":%d,"currency":"CAD","description":"n%d","request_id":"r%d"}`, i+1, i, i))
	}
	d.call("POST", "/sessions/", payment)
	list := func(body string) string {
		w := d.call("POST", "/session/"+s.SessionID+"/get_transactions/", body)
		_, pages, _ := strings.Cut(w.Body.String(), `"pagination":`)
		pages, _, _ = strings.Cut(pages, `,"_signature"`)
		return strconv.Itoa(strings.Count(w.Body.String(), "trnId")) + " " + pages
	}
	for _, tc := range []struct{ body, want string }{
		{`{"paginate_by":2}`, `2 {"paginate_by":2,"page":1,"total":3,"next_page":2}`},
		{`{"paginate_by":2,"page":2}`, `1 {"paginate_by":2,"page":2,"total":3,"previous_page":1}`},
		{`{"paginate_by":2,"page":3}`, `0 {"paginate_by":2,"page":3,"total":3,"previous_page":2}`},
		{`{"paginate_by":2,"page":4}`, `0 {"paginate_by":2,"page":4,"total":3}`},
		{`{"filters":{"direction":"outgoing"},"page":2}`, `0 {"paginate_by":10,"page":2,"total":0,"previous_page":1}`},
		{`{"filters":{"date_from":"2026-03-01T09:00:00","date_to":"2026-03-01T09:00:00Z"}}`, `3 {"paginate_by":10,"page":1,"total":3}`},
		{`{"filters":{"date_to":"2026-03-01T08:59:59+00:00"}}`, `0 {"paginate_by":10,"page":1,"total":0}`},
		{`{"filters":null,"page":null}`, `3 {"paginate_by":10,"page":1,"total":3}`},
		{`{"page":0}`, "0 "}, {`{"paginate_by":"2"}`, "0 "}, {`{"filters":[]}`, "0 "}, {`{"filters":{"direction":"up"}}`, "0 "}, {`{"filters":{"date_from":"yesterday"}}`, "0 "},
		{`{"order_by":"--date"}`, "0 "}, {`{"paginate_by":1001}`, "0 "}, {`{"page":1000001}`, "0 "},
	} {
		if got := list(tc.body); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.body, got, tc.want)
		}
	}
}
