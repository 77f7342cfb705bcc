package citcon

import (
	"slices"

	"paysim/internal/catalog"
)

// method is how a payment method differs from the others.
type method struct {
	name     string
	title    string
	forced   bool // captured without being asked, whatever auto_capture says
	exchange bool // a charge's answer has an exchange
	qr       bool // a desktop client is given a QR code too
	mobile   bool // one redirect for mobile browsers, whoever is asked for
	vaults   bool // request_token makes a vault token
	consults bool
	catalog.Evidence
}

// The names without an evidence of their own come from a public client library,
// which took them from a version of the document that is not stored anywhere.
var listed = assumed("listed in lorismaz/citcon_pay; answered as paypal is")

var methods = []method{
	{name: "alipay", title: "Alipay", forced: true, qr: true, consults: true, Evidence: observed("charge/create_alipay")},
	{name: "wechatpay", title: "WeChat Pay", forced: true, mobile: true, Evidence: observed("charge/wechat_service_no_shipping")},
	{name: "upop", title: "UnionPay", forced: true, qr: true, Evidence: observed("payment_methods/unionpay")},
	{name: "paypal", title: "PayPal", exchange: true, vaults: true, Evidence: observed("payment_methods/paypal_with_goods")},
	{name: "kakaopay", title: "Kakao Pay", exchange: true, qr: true, consults: true, Evidence: documented("Charge, printed answers")},
	{name: "payco", title: "PAYCO", exchange: true, Evidence: documented("Charge, printed answers")},
	{name: "naverpay", title: "Naver Pay", exchange: true, Evidence: assumed("the document prints the request only; answered as payco is")},
	{name: "card", title: "Card", exchange: true, vaults: true, consults: true, Evidence: documented("Charge, printed answers")},
	{name: "klarna", title: "Klarna", exchange: true, Evidence: documented("Charge, printed answers")},
	{name: "venmo", title: "Venmo", exchange: true, vaults: true, Evidence: listed},
	{name: "cashapppay", title: "Cash App Pay", exchange: true, vaults: true, Evidence: listed},
	{name: "alipay+", title: "Alipay+", exchange: true, consults: true, Evidence: listed},
	{name: "banktransfer", title: "Bank transfer", exchange: true, consults: true, Evidence: listed},
	{name: "lpay", title: "L.Pay", exchange: true, consults: true, Evidence: listed},
	{name: "lgpay", title: "LG Pay", exchange: true, consults: true, Evidence: listed},
	{name: "samsungpay", title: "Samsung Pay", exchange: true, consults: true, Evidence: listed},
	{name: "ubp", title: "UnionBank", exchange: true, consults: true, Evidence: listed},
	{name: "paymaya", title: "PayMaya", exchange: true, consults: true, Evidence: listed},
	{name: "afterpay", title: "Afterpay", exchange: true, Evidence: listed},
	{name: "affirm", title: "Affirm", exchange: true, Evidence: listed},
	{name: "oxxo", title: "OXXO", exchange: true, Evidence: listed},
	{name: "oxxopay", title: "OXXO Pay", exchange: true, Evidence: listed},
	{name: "spei", title: "SPEI", exchange: true, Evidence: listed},
	{name: "mercadopago", title: "Mercado Pago", exchange: true, Evidence: listed},
	{name: "linepay", title: "LINE Pay", exchange: true, Evidence: listed},
	{name: "paypay", title: "PayPay", exchange: true, Evidence: listed},
	{name: "rakutenpay", title: "Rakuten Pay", exchange: true, Evidence: listed},
	{name: "paynow", title: "PayNow", exchange: true, Evidence: listed},
	{name: "netspay", title: "NETS", exchange: true, Evidence: listed},
	{name: "grabpay", title: "GrabPay", exchange: true, Evidence: listed},
	{name: "shopeepay", title: "ShopeePay", exchange: true, Evidence: listed},
	{name: "atome", title: "Atome", exchange: true, Evidence: listed},
	{name: "alipay_hk", title: "AlipayHK", exchange: true, Evidence: listed},
	{name: "dana", title: "DANA", exchange: true, Evidence: listed},
	{name: "gcash", title: "GCash", exchange: true, Evidence: listed},
	{name: "rabbit_line_pay", title: "Rabbit LINE Pay", exchange: true, Evidence: listed},
	{name: "tng", title: "Touch 'n Go", exchange: true, Evidence: listed},
	{name: "truemoney", title: "TrueMoney", exchange: true, Evidence: listed},
	{name: "bpi", title: "BPI", exchange: true, Evidence: listed},
	{name: "boost", title: "Boost", exchange: true, Evidence: listed},
	{name: "toss", title: "Toss", exchange: true, Evidence: listed},
	{name: "ozow", title: "Ozow", exchange: true, Evidence: listed},
	{name: "m_pesa", title: "M-PESA", exchange: true, Evidence: listed},
	{name: "upi", title: "UPI India", exchange: true, Evidence: listed},
	{name: "hpp", title: "Hosted payment page", exchange: true, Evidence: listed},
	{name: "paze", title: "Paze", exchange: true, Evidence: listed},
	{name: "pix", title: "Pix", exchange: true, Evidence: listed},
}

// methodOf finds a method; the zero value for "" and for names nobody knows.
func methodOf(name string) (method, bool) {
	for i := range methods {
		if methods[i].name == name {
			return methods[i], true
		}
	}
	return method{}, false
}

// The clients that a charge can be made for.
const (
	desktop = "desktop"
	mobile  = "mobile_browser"
	native  = "mobile_native"
)

// entry is one way to the payer's page.
type entry struct{ client, format string }

// mostEntries is how many pages a charge can have.
const mostEntries = 4

// entries are the ways that an answer names, in the order that was recorded,
// whatever the order in which clients were asked for.
func (m method) entries(clients []string) []entry {
	asked := func(c string) bool { return slices.Contains(clients, c) }
	out := make([]entry, 0, mostEntries)
	switch {
	case m.mobile && !asked(native):
		return []entry{{mobile, "redirect"}}
	case m.mobile:
		return []entry{{native, "json"}}
	}
	if asked(desktop) {
		out = append(out, entry{desktop, "redirect"})
	}
	if asked(mobile) {
		out = append(out, entry{mobile, "redirect"})
	}
	if asked(native) {
		out = append(out, entry{native, "json"})
	}
	if asked(desktop) && m.qr {
		out = append(out, entry{desktop, "qr"})
	}
	return out
}
