package culqi

import (
	"paysim/internal/catalog"
	"paysim/internal/machine"
	"paysim/internal/provider"
)

// Provider is Culqi.
func Provider() *provider.Provider {
	return &provider.Provider{
		Name:         "culqi",
		Title:        "Culqi",
		Summary:      "Cards, subscriptions and cash orders in Peru: v2-beta, v2 as the SDKs speak it, and the current API.",
		Slot:         4,
		Hosts:        []string{"api.culqi.com", "secure.culqi.com", "checkout.culqi.com", "js.culqi.com", "3ds.culqi.com"},
		Operations:   operations(),
		Machines:     []*machine.Table{&tokenStates, &chargeStates, &orderStates, &subscriptionStates, &recurrentStates},
		Errors:       errorRows,
		Outcomes:     outcomeRows(),
		Cards:        cardRows(),
		Events:       eventRows,
		Timers:       timers,
		Actions:      actions,
		Settings:     settings,
		Webhooks:     webhooks,
		Secrets:      []string{"authorization", "cvv", "otp", "number_phone", "encrypted_data", "encrypted_key", "encrypted_iv", "webhook_basic_auth"},
		Keys:         keys,
		Whose:        whose,
		Authenticate: authenticate,
		Refusal:      refusal,
		Envelope:     envelope,
		Finish:       finish,
		Payables:     []string{"order", "charge"},
		Payments:     payments,
	}
}

// Where the rows of the tables come from.
var (
	cassettes = observed("softbutterfly/culqi-api-python tests/cassettes (test API, 2020–21)")
	measured  = observed("an integrator's published measurements of the test API, September 2026")
	beta      = documented("Culqi API reference v2.0-beta, December 2016")
	openAPI   = documented("Culqi's OpenAPI of May 2022 (JordanCulqi/yaml culqifinal.yml)")
	guides    = documented("Culqi's guides (culqi/culqi-docs)")
	sdks      = documented("Culqi's own SDKs (culqi/culqi-python, culqi-php, culqi-java, culqi-go)")
	sandbox   = assumed("digest of Culqi's sandbox page (api-evangelist/culqi), third hand")
	community = assumed("types and tests of a community SDK (iscodex/culqi-nodejs), third hand")
)

func observed(source string) catalog.Evidence {
	return catalog.Evidence{Basis: catalog.Observed, Source: source}
}

func documented(source string) catalog.Evidence {
	return catalog.Evidence{Basis: catalog.Documented, Source: source}
}

// assumed is for what no source says, or only a third party does. README.md
// lists every one under Assumptions.
func assumed(source string) catalog.Evidence {
	return catalog.Evidence{Basis: catalog.Assumed, Source: source}
}

var settings = []provider.Setting{
	{Name: "webhooks", Kind: provider.TextMap, Default: map[string]string{}, Means: "URL by event type; \"*\" is for every type without its own", Evidence: guides},
	{Name: "webhook_basic_auth", Kind: provider.Text, Default: "", Means: "user:password that webhooks carry as HTTP Basic; empty for none", Evidence: guides},
	{Name: "event_data", Kind: provider.Choice, Default: "string", Choices: []string{"string", "object"}, Means: "data of an event as a JSON string, as Culqi sends it, or as an object, as some receivers saw it", Evidence: guides},
	{Name: "order_events", Kind: provider.Flag, Default: true, Means: "send order.status.changed as production does; Culqi's test environment never does", Evidence: guides},
	{Name: "retired_legacy", Kind: provider.Flag, Default: false, Means: "refuse POST /v2/plans with 400 and POST /v2/subscriptions with 401, as the real API does since 2026", Evidence: measured},
	{Name: "current_shapes", Kind: provider.Flag, Default: false, Means: "refunds with status and last_modified, orders with qr, cuotealo and url_pe, as since 2023", Evidence: community},
	{Name: "min_amount", Kind: provider.Number, Default: int64(100), Means: "smallest charge: 100 in the error's own text, 300 in newer documents", Evidence: openAPI},
	{Name: "card_validation_amount", Kind: provider.Number, Default: int64(100), Means: "what saving a card charges and refunds: 100 as recorded, 300 in newer documents", Evidence: cassettes},
	{Name: "check_expiry", Kind: provider.Flag, Default: false, Means: "decline cards whose printed date has passed on the tenant's clock; off, because the SDKs' own tests use dates of 2020 and 2025", Evidence: cassettes},
	{Name: "strict_3ds", Kind: provider.Flag, Default: false, Means: "accept authentication_3DS only after the payer has authenticated; off, any non-empty values do unless the payer failed", Evidence: assumed("the simulator's choice")},
	{Name: "test_plan_limits", Kind: provider.Flag, Default: false, Means: "accept interval_count 1 to 3 only, as the test environment does; off, 0 is endless and any count is accepted", Evidence: measured},
	{Name: "pci_tokenization", Kind: provider.Flag, Default: true, Means: "let servers make tokens; off, only browsers may, as for merchants without PCI clearance", Evidence: observed("culqi/culqi-php issues 23, 25, 34")},
	{Name: "merchant_disabled", Kind: provider.Flag, Default: false, Means: "refuse every call: the merchant is disabled", Evidence: beta},
	{Name: "transfers_list", Kind: provider.Flag, Default: false, Means: "answer /v2/transfers with an empty list; off, with the 504 that was recorded", Evidence: cassettes},
}
