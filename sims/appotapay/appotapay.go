package appotapay

import (
	"net/http"
	"time"

	"paysim/internal/catalog"
	"paysim/internal/machine"
	"paysim/internal/provider"
)

// Provider is AppotaPay.
func Provider() *provider.Provider {
	return &provider.Provider{
		Name:         "appotapay",
		Title:        "AppotaPay",
		Summary:      "Cards with 3DS, tokens and refunds; hosted orders with QR and signed notifications. Vietnam.",
		Slot:         5,
		Hosts:        []string{"gateway.appotapay.com", "gateway.dev.appotapay.com", "payment.appotapay.com", "payment.dev.appotapay.com", "acpg.dev.appotapay.com"},
		Operations:   operations,
		Machines:     []*machine.Table{&tokenStates, &enrollmentStates, &chargeStates, &holdStates, &reversalStates, &refundStates, &orderStates, &orderRefundStates},
		Errors:       errorRows,
		Outcomes:     outcomes,
		Cards:        cards,
		Events:       events,
		Timers:       timers,
		Actions:      actions,
		Payables:     []string{"enrollment", "order", "charge"},
		Settings:     settings,
		Webhooks:     webhooks,
		Secrets:      []string{"number", "holderName", "cvv", authHeader},
		Keys:         keys,
		Whose:        whose,
		Authenticate: authenticate,
		Refusal:      refusal,
		Envelope:     envelope,
		Finish:       finish,
		Payments:     payments,
	}
}

// documented is what AppotaPay's own pages say; page is the path of one under
// docs.appotapay.com.
func documented(page string) catalog.Evidence {
	return catalog.Evidence{Basis: catalog.Documented, Source: "docs.appotapay.com/" + page}
}

// assumed is ours, with the reason.
func assumed(why string) catalog.Evidence {
	return catalog.Evidence{Basis: catalog.Assumed, Source: why}
}

var settings = []provider.Setting{
	{Name: "require_3ds", Kind: provider.Flag, Default: false, Means: "a charge without authenticationId is refused with 102",
		Evidence: assumed("the error table has the code 102; that a merchant can be set up so is not written")},
	{Name: "unknown_id_status", Kind: provider.Choice, Default: "404", Choices: []string{"404", "400"}, Means: "the HTTP status where a charge, reversal, refund or order is not found",
		Evidence: assumed("docs.appotapay.com/en/errors says 404; the one public recording of such a case, of an older API, shows 400")},
	{Name: "minimum_amount", Kind: provider.Number, Default: int64(1000), Means: "the least a charge or an enrollment may be, in VND; below it 96",
		Evidence: assumed("the minimum that capture, refund and orders publish")},
	{Name: "maximum_amount", Kind: provider.Number, Default: int64(0), Means: "the most a charge or an enrollment may be, in VND; above it 97; 0 for no limit",
		Evidence: assumed("the error table has the code 97; no limit is published")},
	{Name: "check_expiry", Kind: provider.Flag, Default: true, Means: "the exp of a JWT is checked on the tenant's clock; turn it off where the clock is moved and the client signs by the real time",
		Evidence: assumed("a switch of the simulator")},
	{Name: "allowed_ips", Kind: provider.Texts, Default: []string{}, Means: "the only addresses that may call; none listed: all may",
		Evidence: documented("en/errors")},
	{Name: "sub_accounts", Kind: provider.Texts, Default: []string{}, Means: "the only values that X-Account-Ref-ID may have; none listed: any UUID",
		Evidence: assumed("the error table has the code 119; which ids are valid is a matter of the account")},
	{Name: "payment_methods", Kind: provider.Texts, Default: paymentMethods, Means: "the methods that an order may name; any other is refused with 140",
		Evidence: documented("payment, error 140")},
	{Name: "order_minutes", Kind: provider.Number, Default: int64(15), Means: "how long an order waits for its payer",
		Evidence: assumed("no lifetime is published")},
	{Name: "card_field_aliases", Kind: provider.Flag, Default: false, Means: "a charge's card also carries brand and country, the names of the response table, beside those of the example",
		Evidence: assumed("the page's table and its example disagree")},
}

// hanoi is the zone of every time on the wire.
var hanoi = time.FixedZone("+07", 7*60*60)

// stamp writes a time as AppotaPay does: RFC 3339, seconds, UTC+7.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(hanoi).Format("2006-01-02T15:04:05-07:00")
}

const currency = "VND"

// reply is an answer of 200. Recorded answers name no charset.
func reply(v any) (provider.Reply, error) {
	r := provider.JSON(http.StatusOK, v)
	r.Header.Set("Content-Type", "application/json")
	return r, nil
}

// finish adds what every answer was seen to carry.
func finish(c *provider.Call, r *provider.Reply) {
	if r.Header == nil {
		r.Header = http.Header{}
	}
	if c.Operation == nil || !c.Operation.Page {
		r.Header.Set("Cache-Control", "no-cache, private")
	}
}
