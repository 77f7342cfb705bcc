package appotapay

import (
	"paysim/internal/catalog"
	"paysim/internal/provider"
)

// result is an outcome and the row that it is answered with.
type result struct {
	name, means string
	row         *catalog.Error
}

// declines end a charge as DECLINED, in an answer of 200.
var declines = []result{
	{"transaction_failed", "the transaction fails", errFailed},
	{"country_unsupported", "the card's country is not supported", errCountry},
	{"card_blocked", "the card is on the block list", errBlockList},
	{"payer_ip_refused", "the payer's IP may not pay", errPayerIP},
	{"too_many_cards_15m", "too many cards from one IP in 15 minutes", errCards15m},
	{"too_many_cards_30m", "too many cards from one IP in 30 minutes", errCards30m},
	{"too_many_cards_24h", "too many cards from one IP in 24 hours", errCards24h},
	{"bin_daily_limit", "the BIN's daily total is exceeded", errBINDaily},
	{"bin_amount_limit", "the BIN's limit for one payment is exceeded", errBINAmount},
	{"ip_country_mismatch", "the payer's IP is in another country than the issuer", errIPCountry},
	{"provider_declined", "the provider declines", errProviderDecline},
	{"invalid_card", "there is no such card", errCardInvalid},
	{"unsupported_bin", "the BIN is not supported", errBIN},
	{"expired_card", "the card has expired", errCardExpired},
	{"insufficient_funds", "the account holds too little", errFunds},
	{"stolen_card", "the card is reported stolen", errStolen},
	{"lost_card", "the card is reported lost", errStolen},
	{"issuer_unavailable", "the issuer does not answer", errIssuerDown},
	{"card_inactive", "the card is inactive or not for online payments", errCardInactive},
	{"processing_error", "provider and issuer fail to process it", errProcessing},
	{"limit_exceeded", "the card's credit limit is reached", errCreditLimit},
	{"invalid_cvv", "the verification number is wrong", errCVN},
	{"account_frozen", "the account is frozen", errFrozen},
	{"payment_declined", "declined without a reason", errDeclined},
	{"pinless_limit", "the limit of a pinless debit card is exceeded", errPinless},
	{"provider_refused", "the provider refuses the card", errProviderRefused},
	{"provider_error", "the provider fails", errProvider},
	{"card_not_activated", "the card is not activated or not authorized", errNotActivated},
	{"provider_timeout", "the provider does not answer in time", errProviderTimeout},
	{"issuer_declined", "the issuer declines", errIssuerDeclined},
	{"fraud_suspected", "the issuer suspects fraud", errIssuerFraud},
	{"provider_suspects_fraud", "the provider suspects fraud", errProviderFraud},
	{"card_network_error", "the card network fails", errNetwork},
}

// refusals are answered as errors and book nothing.
var refusals = []result{
	{"cannot_create", "the provider cannot create the transaction", errCannotCreate},
	{"gateway_error", "the payment gateway fails", errGateway},
	{"system_error", "AppotaPay fails", errSystem},
	{"account_inactive", "the partner's account is not active", errAccountOff},
	{"channel_inactive", "the partner's channel is not active", errChannelOff},
	{"channel_invalid", "the partner's channel is not valid", errChannelBad},
	{"method_not_configured", "the partner has no such payment method", errMethodOff},
	{"mid_not_found", "the acquirer does not know the merchant", errNoMID},
	{"already_processed", "the transaction was processed before", errProcessed},
	{"cannot_create_token", "no token can be made", errNoToken},
	{"token_deletion_failed", "the token cannot be deleted", errTokenUndelete},
	{"refund_above_maximum", "the refund is above the maximum", errRefundMaximum},
	{"partial_refund_unsupported", "the provider refunds only in full", errNoPartialRefund},
	{"refund_unsupported", "the provider does not refund", errNoRefunds},
	{"partner_locked", "the partner is locked", errGatewayLocked},
	{"key_inactive", "the API key is inactive", errGatewayKeyOff},
	{"system_busy", "the gateway is busy", errGatewayBusy},
	{"maintenance", "the gateway is under maintenance", errGatewayMaintenance},
	{"undefined_error", "the gateway does not know what happened", errGatewayUndefined},
}

// others change how something ends without an error at the front.
var others = []provider.Outcome{
	{Name: "approved", Means: "the money is there"},
	{Name: "partially_approved", Means: "half of the amount is held: PARTIAL_AUTHORIZED"},
	{Name: "pending", Means: "the answer says pending; it is decided later"},
	{Name: "processing", Means: "the bank takes its time; it is decided later"},
	{Name: "requires_3ds", Means: "3DS 2 with a challenge: PENDING until it is answered"},
	{Name: "card_enrolled", Means: "3DS with a challenge, told as CARD_ENROLLED"},
	{Name: "frictionless", Means: "3DS 2 without a challenge: PENDING until the page was opened, then VERIFIED"},
	{Name: "frictionless_failed", Means: "3DS 2 without a challenge: PENDING until the page was opened, then FAILED", Declines: true},
	{Name: "verified_at_once", Means: "3DS that asks the cardholder nothing: VERIFIED in the answer"},
	{Name: "not_enrolled", Means: "the card takes no part in 3DS: CARD_NOT_ENROLLED"},
	{Name: "enrollment_check_failed", Means: "3DS cannot be begun: ENROLLMENT_CHECK_FAILED", Declines: true},
	{Name: "token_busy", Means: "the token is in use: isDeleted is false", Declines: true},
	{Name: "reversal_failed", Means: "the reversal ends as error", Declines: true},
	{Name: "refund_failed", Means: "the refund ends as error", Declines: true},
}

var invented = assumed("outcomes are the simulator's; AppotaPay publishes no triggers")

var outcomes = allOutcomes()

func allOutcomes() []provider.Outcome {
	var all []provider.Outcome
	for _, o := range others {
		o.Evidence = invented
		all = append(all, o)
	}
	for _, r := range declines { // answered 200, so the row is not what the call is answered with
		all = append(all, provider.Outcome{Name: r.name, Means: r.means + "; errorCode " + r.row.Code, Declines: true, Evidence: invented})
	}
	for _, r := range refusals {
		all = append(all, provider.Outcome{Name: r.name, Means: r.means, Declines: true, Error: r.row.Name, Evidence: invented})
	}
	return all
}

var (
	// threeDS lists the ways in which an enrollment can go.
	threeDS = []string{"requires_3ds", "card_enrolled", "frictionless", "frictionless_failed", "verified_at_once", "not_enrolled", "enrollment_check_failed"}

	chargeOutcomes = append([]string{"approved", "partially_approved", "pending"}, names(declines)...)
	orderOutcomes  = append([]string{"approved", "processing"}, orderDeclines...)

	// orderDeclines are the declines that an order's page offers.
	orderDeclines = []string{
		"insufficient_funds", "issuer_declined", "issuer_unavailable", "stolen_card", "limit_exceeded", "fraud_suspected", "processing_error", "transaction_failed",
	}
)

// refusing lists the outcomes that an operation is refused with.
func refusing(operation string) []string {
	own := map[string][]string{
		"token.create":      {"cannot_create_token"},
		"token.delete":      {"token_deletion_failed"},
		"enrollment.create": {"gateway_error"},
		"charge.create": {"cannot_create", "gateway_error", "account_inactive", "channel_inactive", "channel_invalid", "method_not_configured", "mid_not_found",
			"already_processed"},
		"charge.capture":  {"gateway_error", "already_processed"},
		"reversal.create": {"gateway_error"},
		"refund.create":   {"gateway_error", "refund_above_maximum", "partial_refund_unsupported", "refund_unsupported"},
		"order.create":    {"partner_locked", "key_inactive", "system_busy", "maintenance", "undefined_error"},
	}
	return append(own[operation], "system_error")
}

// refused is the error that an outcome asks for; nil for any other outcome.
func refused(outcome string) error {
	if row := find(refusals, outcome); row != nil {
		return row
	}
	return nil
}

// declinedWith is the row that an outcome declines with; nil for any other.
func declinedWith(outcome string) *catalog.Error { return find(declines, outcome) }

func find(list []result, name string) *catalog.Error {
	for _, r := range list {
		if r.name == name {
			return r.row
		}
	}
	return nil
}

func names(list []result) []string {
	var out []string
	for _, r := range list {
		out = append(out, r.name)
	}
	return out
}

var (
	published = documented("cc-merchant-host/test-scenarios")
	ours      = assumed("AppotaPay publishes no card that is declined; this one is the simulator's")
)

// The cards that AppotaPay publishes, then ours: the digits before the last one
// of ours are mostly the error code that they lead to.
var cards = []provider.Card{
	{Value: "4000000000001091", Kind: "card", Outcome: "requires_3ds", Means: "VISA, challenge; charges", Evidence: published},
	{Value: "5200000000002151", Kind: "card", Outcome: "requires_3ds", Means: "MASTERCARD, challenge; charges", Evidence: published},
	{Value: "4000000000001000", Kind: "card", Outcome: "frictionless", Means: "VISA, frictionless; charges", Evidence: published},
	{Value: "5200000000001005", Kind: "card", Outcome: "frictionless", Means: "MASTERCARD, frictionless; charges", Evidence: published},
	{Value: "4000000000000010", Kind: "card", Outcome: "frictionless_failed", Means: "VISA, charges only without 3DS", Evidence: published},
	{Value: "5200000000000015", Kind: "card", Outcome: "frictionless_failed", Means: "MASTERCARD, charges only without 3DS", Evidence: published},
	{Value: "4000000000001075", Kind: "card", Outcome: "frictionless_failed", Means: "VISA, charges only without 3DS", Evidence: published},
	{Value: "5200000000001070", Kind: "card", Outcome: "frictionless_failed", Means: "MASTERCARD, charges only without 3DS", Evidence: published},

	{Value: "4000009000002066", Kind: "card", Outcome: "partially_approved", Means: "VISA; half of the amount is held", Evidence: ours},
	{Value: "4000009000000359", Kind: "card", Outcome: "pending", Means: "VISA; the charge stays PENDING until it is approved or declined", Evidence: ours},
	{Value: "4000009000000094", Kind: "card", Outcome: "transaction_failed", Means: "VISA; the transaction fails", Evidence: ours},
	{Value: "4000009000000169", Kind: "card", Outcome: "card_blocked", Means: "VISA; the card is on the block list", Evidence: ours},
	{Value: "4000009000000607", Kind: "card", Outcome: "provider_declined", Means: "VISA; the provider declines", Evidence: ours},
	{Value: "4000009000000615", Kind: "card", Outcome: "invalid_card", Means: "VISA; there is no such card", Evidence: ours},
	{Value: "4000009000000623", Kind: "card", Outcome: "unsupported_bin", Means: "VISA; the BIN is not supported", Evidence: ours},
	{Value: "4000009000000631", Kind: "card", Outcome: "expired_card", Means: "VISA; the card has expired", Evidence: ours},
	{Value: "4000009000000649", Kind: "card", Outcome: "insufficient_funds", Means: "VISA; the account holds too little", Evidence: ours},
	{Value: "4000009000000656", Kind: "card", Outcome: "stolen_card", Means: "VISA; the card is reported stolen", Evidence: ours},
	{Value: "4000009000001654", Kind: "card", Outcome: "lost_card", Means: "VISA; the card is reported lost", Evidence: ours},
	{Value: "4000009000000664", Kind: "card", Outcome: "issuer_unavailable", Means: "VISA; the issuer does not answer", Evidence: ours},
	{Value: "4000009000000672", Kind: "card", Outcome: "card_inactive", Means: "VISA; the card is inactive or not for online payments", Evidence: ours},
	{Value: "4000009000000680", Kind: "card", Outcome: "processing_error", Means: "VISA; provider and issuer fail to process it", Evidence: ours},
	{Value: "4000009000000698", Kind: "card", Outcome: "limit_exceeded", Means: "VISA; the card's credit limit is reached", Evidence: ours},
	{Value: "4000009000000706", Kind: "card", Outcome: "invalid_cvv", Means: "VISA; the verification number is wrong", Evidence: ours},
	{Value: "4000009000000714", Kind: "card", Outcome: "account_frozen", Means: "VISA; the account is frozen", Evidence: ours},
	{Value: "4000009000000722", Kind: "card", Outcome: "payment_declined", Means: "VISA; declined without a reason", Evidence: ours},
	{Value: "4000009000000763", Kind: "card", Outcome: "provider_error", Means: "VISA; the provider fails", Evidence: ours},
	{Value: "4000009000000805", Kind: "card", Outcome: "card_not_activated", Means: "VISA; the card is not activated or not authorized", Evidence: ours},
	{Value: "4000009000000813", Kind: "card", Outcome: "provider_timeout", Means: "VISA; the provider does not answer in time", Evidence: ours},
	{Value: "4000009000000821", Kind: "card", Outcome: "issuer_declined", Means: "VISA; the issuer declines", Evidence: ours},
	{Value: "4000009000000870", Kind: "card", Outcome: "fraud_suspected", Means: "VISA; the issuer suspects fraud", Evidence: ours},
	{Value: "4000009000000888", Kind: "card", Outcome: "provider_suspects_fraud", Means: "VISA; the provider suspects fraud", Evidence: ours},
	{Value: "4000009000001019", Kind: "card", Outcome: "card_network_error", Means: "VISA; the card network fails", Evidence: ours},
	{Value: "4000009000009905", Kind: "card", Outcome: "card_enrolled", Means: "VISA; challenge, told as CARD_ENROLLED", Evidence: ours},
	{Value: "4000009000009947", Kind: "card", Outcome: "not_enrolled", Means: "VISA; takes no part in 3DS", Evidence: ours},
	{Value: "4000009000009913", Kind: "card", Outcome: "enrollment_check_failed", Means: "VISA; 3DS cannot be begun", Evidence: ours},
}

func cardOutcome(number string) string {
	for _, k := range cards {
		if k.Value == number {
			return k.Outcome
		}
	}
	return ""
}
