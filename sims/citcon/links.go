package citcon

import (
	"strconv"
	"strings"

	"paysim/internal/provider"
)

// makeLinks gives a charge its pages and says how the answer names them. A
// charge that is confirmed again gets new ones; the old ones lead to it still.
func makeLinks(c *provider.Call, ch *charge) []wireClient {
	m, _ := methodOf(ch.Method)
	begin := ""
	if ch.Accelerated {
		begin = mainland
	}
	entries := m.entries(ch.Clients)
	out := make([]wireClient, len(entries))
	for i, e := range entries {
		l := link{Token: newPageToken(c.Tx), Charge: ch.ID, Client: e.client}
		links.Put(c, l)
		content := c.Base + begin + "/v1/landing/" + l.Token
		if e.format == "qr" {
			content = c.Base + begin + "/v1/qr/" + l.Token
		}
		if i == 0 {
			ch.Page = strings.TrimPrefix(content, c.Base)
		}
		if e.client == native {
			content = nativeContent(c, *ch, m, content)
		}
		out[i] = wireClient{Client: e.client, Format: e.format, Method: "GET", Content: content}
	}
	return out
}

// nativeContent is what an app hands to a wallet's own SDK: JSON in a string,
// with the members that Citcon's SDKs read. The values open no real wallet.
func nativeContent(c *provider.Call, ch charge, m method, page string) string {
	random := c.Stream("native")
	switch m.name {
	case "wechatpay":
		return string(provider.Marshal(struct {
			AppID     string `json:"appid"`
			PartnerID string `json:"partnerid"`
			Package   string `json:"package"`
			NonceStr  string `json:"noncestr"`
			Timestamp string `json:"timestamp"`
			PrepayID  string `json:"prepayid"`
			Sign      string `json:"sign"`
		}{
			"wx" + random.Hex(16), random.Text(10, "0123456789"), "Sign=WXPay", random.Hex(32), strconv.FormatInt(c.Now.Unix(), 10),
			"wx" + random.Hex(34), strings.ToUpper(random.Hex(32)),
		}))
	case "upop":
		return string(provider.Marshal(struct {
			TN string `json:"tn"`
		}{random.Text(21, "0123456789")}))
	}
	return string(provider.Marshal(struct {
		RedirectURL  string `json:"redirect_url"`
		OrderID      string `json:"order_id"`
		SignedString string `json:"signed_string"`
		OrderSpec    string `json:"orderSpec"`
	}{page, ch.ID, random.Hex(64), "out_trade_no=" + ch.ID}))
}
