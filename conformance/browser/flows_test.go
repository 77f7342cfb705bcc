package browser_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"paysim/conformance/browser"
)

// flow is a page, how a payment gets there, and what the merchant is told of each of its ends.
type flow struct {
	name     string
	provider string
	own      string // the provider's own language
	open     func(w *world) payment
	inquire  func(w *world, p payment) string // what the provider's API says of the payment
	stages   []stage
	ends     map[string]end // by the state that a page shows
	approve  string         // the button that ends well
	another  bool           // the payment has several pages, and the control API names another
}

// stage is a point on the payer's way through the pages.
type stage struct {
	name  string
	reach func(tab *browser.Tab) // from the page as it opens; nil: it is there
	fill  func(tab *browser.Tab) // what the payer types before a button
	steps []string               // buttons, by their beginning, that lead to another stage and not to an end
}

// end is what is seen of a payment from the different sides.
type end struct {
	inquiry string
	event   string // of the webhook; empty: there is none
	back    string // where in the shop the browser ends; empty: it stays on the page
	link    string // where the page leads that stays; empty: nowhere
}

var flows = []flow{
	{
		name: "citcon-landing", provider: "citcon", own: "zh", approve: "approve",
		open: func(w *world) payment { return w.citcon("alipay", 0) }, inquire: (*world).citconStatus, ends: citconEnds, stages: []stage{{name: "page"}},
	},
	{
		name: "citcon-qr", provider: "citcon", own: "zh", approve: "approve", another: true,
		open: func(w *world) payment { return w.citcon("alipay", 2) }, inquire: (*world).citconStatus, ends: citconEnds, stages: []stage{{name: "page"}},
	},
	{
		name: "paymenticon-session", provider: "paymenticon", own: "pl", approve: "confirm",
		open: func(w *world) payment {
			return w.session(`"charge_mode":"capture","amount":2500,"payment_without_login_enabled":true`)
		},
		inquire: (*world).sessionStatus, ends: sessionEnds,
		stages: []stage{
			{name: "login", steps: []string{"login", "gateway"}},
			{name: "confirm", reach: func(tab *browser.Tab) { tab.Press("login") }},
			{name: "bank", reach: func(tab *browser.Tab) { tab.Press("gateway:MBANK") }, steps: []string{"gateway"}},
			{name: "blik", reach: func(tab *browser.Tab) { tab.Press("gateway:BLIK") }, fill: func(tab *browser.Tab) { tab.Type("input-code", "123456") }, steps: []string{"gateway"}},
		},
	},
	{
		name: "paymenticon-access", provider: "paymenticon", own: "pl", approve: "accept",
		open: func(w *world) payment {
			return w.session(`"type":"data_access","scopes":["get_transactions","get_wallet_funds"]`)
		},
		inquire: (*world).sessionStatus, ends: sessionEnds,
		stages: []stage{
			{name: "login", steps: []string{"login"}},
			{name: "answer", reach: func(tab *browser.Tab) { tab.Press("login") }},
		},
	},
	{
		name: "appotapay-3ds", provider: "appotapay", own: "vi", approve: "approve",
		open: func(w *world) payment { return w.enrollment("5200000000002151") }, inquire: (*world).enrollmentStatus, stages: []stage{{name: "page"}},
		ends: map[string]end{"VERIFIED": {inquiry: "VERIFIED", back: "3ds"}, "FAILED": {inquiry: "FAILED", back: "3ds"}},
	},
	{
		name: "appotapay-order", provider: "appotapay", own: "vi", approve: "approve",
		open: func(w *world) payment { return w.order("ATM") }, inquire: (*world).orderStatus, ends: orderEnds, stages: []stage{{name: "page"}},
	},
	{
		name: "appotapay-order-qr", provider: "appotapay", own: "vi", approve: "approve",
		open: func(w *world) payment { return w.order("EWALLET") }, inquire: (*world).orderStatus, ends: orderEnds, stages: []stage{{name: "page"}},
	},
	{
		name: "culqi-order", provider: "culqi", own: "es", approve: "approve",
		open: (*world).culqiOrder, inquire: (*world).culqiOrderState, stages: []stage{{name: "page"}},
		ends: map[string]end{"paid": {inquiry: "paid", event: "order.status.changed"}, "expired": {inquiry: "expired", event: "order.status.changed"}},
	},
	{
		name: "culqi-3ds", provider: "culqi", own: "es", approve: "approve",
		open: func(w *world) payment { return w.culqiReview("4456530000001096") }, inquire: (*world).culqiCharged, stages: []stage{{name: "page"}},
		ends: map[string]end{"authenticated": {inquiry: "charged"}, "unauthenticated": {inquiry: "card_error"}, "abandoned": {inquiry: "review"}},
	},
}

var citconEnds = map[string]end{
	"succeeded": {inquiry: "succeeded", event: "charge.success", back: "success"},
	"failed":    {inquiry: "failed", event: "charge.fail", back: "fail"},
	"canceled":  {inquiry: "canceled", event: "charge.canceled", back: "cancel"},
	"expired":   {inquiry: "expired", link: "fail"},
}

var sessionEnds = map[string]end{
	"captured":             {inquiry: "captured", event: "session.captured", back: "success"},
	"declined":             {inquiry: "declined", event: "session.declined", back: "error"},
	"cancelled":            {inquiry: "cancelled", event: "session.cancelled", back: "error"},
	"data_access_accepted": {inquiry: "data_access_accepted", event: "session.data_access_accepted", back: "success"},
	"data_access_rejected": {inquiry: "data_access_rejected", event: "session.data_access_rejected", back: "error"},
	"canceled":             {inquiry: "canceled", event: "session.canceled", back: "error"},
}

var orderEnds = map[string]end{
	"success": {inquiry: "success", event: "order.success", back: "order"},
	"error":   {inquiry: "error", back: "order"},
}

// want ends the test when an answer has another status.
func (w *world) want(a answer, status int) answer {
	w.Helper()
	if a.status != status {
		w.Fatalf("%d %s, want %d", a.status, a.body, status)
	}
	return a
}

// citcon asks a payer for 10.00 and gives the n-th way to the page.
func (w *world) citcon(method string, n int) payment {
	w.Helper()
	a := w.citconCharge(method, "")
	return payment{a.text("data.id"), a.text(fmt.Sprintf("data.payment.client.%d.content", n))}
}

func (w *world) citconCharge(method, members string) answer {
	w.Helper()
	return w.want(w.ask("POST", w.base+"/v1/charges", fmt.Sprintf(`{"transaction":{"reference":"A-1001","amount":1000,"currency":"USD","country":"US"%s},
		"payment":{"method":%q,"client":["desktop","mobile_browser"],"expiry":%d},
		"urls":{"ipn":"%[4]s/hook","success":"%[4]s/back/success","fail":"%[4]s/back/fail","cancel":"%[4]s/back/cancel","mobile":"%[4]s/back/success"}}`,
		members, method, time.Now().Add(15*time.Minute).Unix(), w.shop.URL),
		"Content-Type", "application/json", "Authorization", "Bearer "+w.citconToken()), 200)
}

func (w *world) citconToken() string {
	w.Helper()
	a := w.want(w.ask("POST", w.base+"/v1/access-tokens", `{"token_type":"server"}`, "Content-Type", "application/json", "Authorization", "Bearer sk-development-"+w.tenant), 200)
	return a.text("data.access_token")
}

func (w *world) citconStatus(p payment) string {
	w.Helper()
	return w.want(w.ask("GET", w.base+"/v1/transactions/"+p.id, "", "Authorization", "Bearer "+w.citconToken()), 200).text("data.status")
}

// flatten joins the values of a JSON value by the order of their keys, as Paymenticon signs them.
func flatten(v any) string {
	out := ""
	switch v := v.(type) {
	case nil:
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			out += flatten(v[name])
		}
	case []any:
		for _, m := range v {
			out += flatten(m)
		}
	default:
		out = fmt.Sprint(v)
	}
	return out
}

// signed calls Paymenticon as the tenant's merchant.
func (w *world) signed(method, path, body string) answer {
	w.Helper()
	var v any
	if body != "" {
		d := json.NewDecoder(strings.NewReader(body))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			w.Fatal(err)
		}
	}
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte("apikey-"+w.tenant))
	mac.Write([]byte(method + w.base + path + stamp + flatten(v)))
	return w.ask(method, w.base+path, body, "Content-Type", "application/json", "X-Paymenticon-Time", stamp,
		"Authorization", "hmac WLT-"+w.tenant+":"+hex.EncodeToString(mac.Sum(nil)))
}

// session makes a Paymenticon session of the members given, for whoever sits at this machine.
func (w *world) session(members string) payment {
	w.Helper()
	w.control("PUT", "/settings/paymenticon", fmt.Sprintf(`{"notification_url":"%s/hook"}`, w.shop.URL))
	if !strings.Contains(members, `"type"`) {
		members += `,"currency":"PLN"`
	}
	a := w.want(w.signed("POST", "/sessions/", fmt.Sprintf(`{"client_ip":"127.0.0.1","success_url":"%[1]s/back/success","error_url":"%[1]s/back/error","description":"Order A-1001",%[2]s}`,
		w.shop.URL, members)), 201)
	return payment{a.text("session_id"), a.text("url")}
}

func (w *world) sessionStatus(p payment) string {
	w.Helper()
	return w.want(w.signed("GET", "/sessions/"+p.id+"/", ""), 200).text("status")
}

// appotapay calls AppotaPay as the tenant.
func (w *world) appotapay(method, path, body string) answer {
	w.Helper()
	now := time.Now()
	t := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"iss": w.tenant, "api_key": "apk-" + w.tenant, "jti": fmt.Sprint(now.UnixNano()), "exp": now.Add(5 * time.Minute).Unix()})
	t.Header["cty"] = "appotapay-api;v=1"
	token, err := t.SignedString([]byte("secret-" + w.tenant + "-0123456789abcdef0123456789abcdef"))
	if err != nil {
		w.Fatal(err)
	}
	return w.ask(method, w.base+path, body, "Content-Type", "application/json", "X-APPOTAPAY-AUTH", token, "Language", w.language())
}

func (w *world) language() string {
	if w.vietnamese {
		return "vi"
	}
	return "en"
}

const appotapayCustomer = `"customer":{"browser":{"clientIp":"127.0.0.1","userAgent":"Mozilla/5.0","referrer":"https://shop.example","acceptLanguage":"en-US"}},
	"billing":{"firstName":"NHUNG","lastName":"HOANG","email":"nhung@example.com","phoneNumber":"02345686432","province":"VP","country":"VN","city":"VT",
	"addressLine1":"81 Lang Ha","addressLine2":"17 Mai Anh Tuan","postalCode":"10000"}`

func (w *world) enrollment(card string) payment {
	w.Helper()
	a := w.want(w.appotapay("POST", "/credit-card/enrollment", fmt.Sprintf(`{"merchantRefId":"A-1001","amount":1000000,"currency":"VND","returnUrl":"%s/back/3ds?cart=7",
		"card":{"number":%q,"holderName":"NHUNG HOANG","expirationMonth":"12","expirationYear":"29","cvv":"987"},%s}`, w.shop.URL, card, appotapayCustomer)), 200)
	return payment{a.text("id"), a.text("deviceDataCollectionUrl")}
}

func (w *world) enrollmentStatus(p payment) string {
	w.Helper()
	return w.want(w.appotapay("POST", "/credit-card/enrollment/validate/"+p.id, "{}"), 200).text("status")
}

func (w *world) order(method string) payment {
	w.Helper()
	a := w.want(w.appotapay("POST", "/api/v2/orders/payment", fmt.Sprintf(`{"transaction":{"amount":150000,"currency":"VND","bankCode":"","paymentMethod":%q,"action":"PAY"},
		"partnerReference":{"order":{"id":"A-1001","info":"Two bowls of pho","extraData":""},"notificationConfig":{"notifyUrl":"%[2]s/hook","redirectUrl":"%[2]s/back/order"}}}`,
		method, w.shop.URL)), 200)
	return payment{a.text("transaction.transactionId"), a.text("payment.url")}
}

func (w *world) orderStatus(p payment) string {
	w.Helper()
	return w.want(w.appotapay("GET", "/api/v2/orders/transaction?referenceId="+p.id+"&type=TRANSACTION_ID", ""), 200).text("transaction.status")
}

// culqi calls Culqi with the tenant's secret key, or with the public one for tokens.
func (w *world) culqi(method, path, body string) answer {
	w.Helper()
	key := "sk_test_"
	if strings.HasPrefix(path, "/v2/tokens") {
		key = "pk_test_"
	}
	return w.ask(method, w.base+path, body, "Content-Type", "application/json", "Authorization", "Bearer "+key+w.tenant)
}

func (w *world) culqiHears() {
	w.Helper()
	w.control("PUT", "/settings/culqi", fmt.Sprintf(`{"webhooks":{"*":"%s/hook"},"current_shapes":true}`, w.shop.URL))
}

func (w *world) culqiOrder() payment {
	w.Helper()
	w.culqiHears()
	a := w.want(w.culqi("POST", "/v2/orders", fmt.Sprintf(`{"amount":12000,"currency_code":"PEN","description":"Two bowls of ceviche","order_number":"A-1001","expiration_date":%d,
		"client_details":{"first_name":"Ana","last_name":"Quispe","email":"ana@example.com","phone_number":"+51945145280"},"confirm":true}`, time.Now().Add(24*time.Hour).Unix())), 201)
	return payment{a.text("id"), a.text("url_pe")}
}

func (w *world) culqiOrderState(p payment) string {
	w.Helper()
	return w.want(w.culqi("GET", "/v2/orders/"+p.id, ""), 200).text("state")
}

func (w *world) culqiToken(card string) string {
	w.Helper()
	return w.want(w.culqi("POST", "/v2/tokens", fmt.Sprintf(`{"card_number":%q,"cvv":"111","expiration_month":"09","expiration_year":"2029","email":"ana@example.com"}`, card)), 201).text("id")
}

func (w *world) culqiCharge(token string, more string) answer {
	w.Helper()
	return w.culqi("POST", "/v2/charges", fmt.Sprintf(`{"amount":12000,"currency_code":"PEN","email":"ana@example.com","source_id":%q,"metadata":{"order_id":"A-1001"}%s}`, token, more))
}

// culqiReview charges a card whose holder has to authenticate.
func (w *world) culqiReview(card string) payment {
	w.Helper()
	w.culqiHears()
	w.control("PUT", "/settings/culqi", `{"strict_3ds":true}`)
	token := w.culqiToken(card)
	if a := w.want(w.culqiCharge(token, ""), 200); a.text("action_code") != "REVIEW" {
		w.Fatalf("no review: %s", a.body)
	}
	var list struct {
		Payments []struct {
			ID   string
			Page string `json:"page_url"`
		}
	}
	a := w.control("GET", "/payments", "")
	if err := json.Unmarshal(a.body, &list); err != nil || len(list.Payments) != 1 {
		w.Fatalf("%v: %s", err, a.body)
	}
	return payment{list.Payments[0].ID, list.Payments[0].Page}
}

// culqiCharged is what becomes of the charge when the merchant sends it again with what 3-D Secure gave, which is how Culqi is asked.
func (w *world) culqiCharged(p payment) string {
	w.Helper()
	token := p.page[strings.LastIndex(p.page, "/")+1:]
	a := w.culqiCharge(token, `,"authentication_3DS":{"eci":"05","xid":"x","cavv":"c","protocolVersion":"2.2.0","directoryServerTransactionId":"d"}`)
	return chargeWord(a)
}

// chargeWord is how a charge was answered: charged, review, or the error's type.
func chargeWord(a answer) string {
	switch a.status {
	case 201:
		return "charged"
	case 200:
		return "review"
	}
	return a.text("type")
}
