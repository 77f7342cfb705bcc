package citcon

import (
	"slices"

	"paysim/internal/catalog"
	"paysim/internal/provider"
)

var (
	ours     = assumed("Citcon's documents name no reasons; every one of them is answered alike")
	inTable  = documented("UPI Error Codes; when it comes is not documented")
	disputed = documented("Webhook / IPN, chargeback statuses")
)

// A decline without an error of its own is kept: the charge, refund or vault
// notification it leads to is there although the call is answered 4200, 4202 or
// 4206.
var outcomes = []provider.Outcome{
	{Name: "approved", Means: "the payer or issuer agrees", Evidence: assumed("the default of what is charged at once; at a page the payer decides")},
	{Name: "insufficient_funds", Means: "the account holds too little", Declines: true, Evidence: ours},
	{Name: "stolen_card", Means: "the card was reported stolen", Declines: true, Evidence: ours},
	{Name: "lost_card", Means: "the card was reported lost", Declines: true, Evidence: ours},
	{Name: "expired_card", Means: "the card is past its date", Declines: true, Evidence: ours},
	{Name: "invalid_cvv", Means: "the card's check code is wrong", Declines: true, Evidence: ours},
	{Name: "issuer_declined", Means: "the issuer declines and does not say why", Declines: true, Evidence: ours},
	{Name: "issuer_unavailable", Means: "the issuer does not answer", Declines: true, Evidence: ours},
	{Name: "fraud_suspected", Means: "the payment looks like fraud", Declines: true, Evidence: ours},
	{Name: "limit_exceeded", Means: "the amount exceeds a limit", Declines: true, Evidence: ours},
	{Name: "requires_3ds", Means: "a card is not charged at once: its holder has to confirm at the landing page", Evidence: assumed("no public exchange shows a 3DS redirect")},

	{Name: "capture_failed", Means: "the gateway refuses the capture", Declines: true, Error: "capture_failed", Evidence: inTable},
	{Name: "refund_failed", Means: "the gateway refuses the refund, which stays readable as failed", Declines: true, Evidence: inTable},
	{Name: "insufficient_balance", Means: "the merchant's balance does not cover the refund, which stays readable as failed", Declines: true, Evidence: documented("Refund, \"must have enough funds available\"")},
	{Name: "partial_refund_ineligible", Means: "the transaction cannot be refunded in part", Declines: true, Error: "partial_refund_ineligible", Evidence: documented("Refund, printed refusal")},
	{Name: "cancel_failed", Means: "the gateway refuses the cancellation", Declines: true, Error: "cancel_failed", Evidence: inTable},
	{Name: "vault_failed", Means: "the instrument cannot be put on file", Declines: true, Evidence: inTable},

	{Name: "processing_error", Means: "the service breaks and books nothing", Declines: true, Error: "processing_error", Evidence: inTable},
	{Name: "unknown_error", Means: "something unknown goes wrong and nothing is booked", Declines: true, Error: "unknown_error", Evidence: inTable},
	{Name: "gateway_timeout", Means: "the gateway does not answer in time; nothing is booked", Declines: true, Error: "gateway_timeout", Evidence: inTable},
	{Name: "gateway_unavailable", Means: "the gateway is down; nothing is booked", Declines: true, Error: "gateway_unavailable", Evidence: inTable},
	{Name: "gateway_error", Means: "the gateway breaks; nothing is booked", Declines: true, Error: "gateway_error", Evidence: inTable},

	{Name: string(claimed), Means: "a chargeback is opened: \"Notification of Claim\"", Evidence: disputed},
	{Name: string(infoAsked), Means: "the payer's bank asks: \"Request For Information\"", Evidence: disputed},
	{Name: string(infoSupplied), Means: "the merchant has answered: \"Information Supplied\"", Evidence: disputed},
	{Name: string(won), Means: "the merchant keeps the money: \"Won\"", Evidence: disputed},
	{Name: string(lost), Means: "the payer has the money back: \"Lost\"", Evidence: disputed},
	{Name: string(closed), Means: "the chargeback is over: \"Case Closed\"", Evidence: disputed},
}

// declines are the reasons for which an issuer or a wallet refuses.
var declines = []string{
	"insufficient_funds", "stolen_card", "lost_card", "expired_card", "invalid_cvv", "issuer_declined", "issuer_unavailable", "fraud_suspected", "limit_exceeded",
}

var chargeOutcomes = append(slices.Clone(declines), "requires_3ds")

// troubles end any call without a trace.
var troubles = map[string]*catalog.Error{
	"processing_error": errProcessing, "unknown_error": errUnknown,
	"gateway_timeout": errTimeout, "gateway_unavailable": errUnavailable, "gateway_error": errGateway,
}

// with is an operation's outcomes: approved, its own, and the troubles.
func with(own ...string) []string {
	return slices.Concat([]string{"approved"}, own, []string{"processing_error", "unknown_error", "gateway_timeout", "gateway_unavailable", "gateway_error"})
}

// trouble is the error of an outcome that books nothing; nil for any other.
func trouble(outcome string) error {
	if e, ok := troubles[outcome]; ok {
		return e.Because("the outcome %s", outcome)
	}
	return nil
}

var (
	magic     = assumed("no source names numbers that force a result; these are ours")
	sampleApp = assumed("the number is in Citcon's iOS sample app, its result is not stated")
	braintree = assumed("a nonce of Braintree's sandbox, whose kind the document's samples use")
)

var cards = []provider.Card{
	{Value: "4111111111111111", Kind: "card", Outcome: "approved", Means: "pays", Evidence: documented("Charge, printed requests")},
	{Value: "378282246310005", Kind: "card", Outcome: "approved", Means: "pays", Evidence: documented("Charge, printed requests")},
	{Value: "4000000000000002", Kind: "card", Outcome: "issuer_declined", Means: "is declined", Evidence: sampleApp},
	{Value: "4000000000009995", Kind: "card", Outcome: "insufficient_funds", Means: "holds too little", Evidence: magic},
	{Value: "4000000000009979", Kind: "card", Outcome: "stolen_card", Means: "was stolen", Evidence: magic},
	{Value: "4000000000009987", Kind: "card", Outcome: "lost_card", Means: "was lost", Evidence: magic},
	{Value: "4000000000000069", Kind: "card", Outcome: "expired_card", Means: "is past its date", Evidence: magic},
	{Value: "4000000000000127", Kind: "card", Outcome: "invalid_cvv", Means: "comes with a wrong check code", Evidence: magic},
	{Value: "4100000000000019", Kind: "card", Outcome: "fraud_suspected", Means: "looks like fraud", Evidence: magic},
	{Value: "4000000000003220", Kind: "card", Outcome: "requires_3ds", Means: "has to be confirmed at the page", Evidence: magic},
	{Value: "4000000000000119", Kind: "card", Outcome: "processing_error", Means: "breaks the service", Evidence: magic},
	{Value: "fake-valid-nonce", Kind: "nonce", Outcome: "approved", Means: "pays", Evidence: documented("Charge, printed requests")},
	{Value: "fake-processor-declined-visa-nonce", Kind: "nonce", Outcome: "issuer_declined", Means: "is declined", Evidence: braintree},
	{Value: "fake-gateway-rejected-fraud-nonce", Kind: "nonce", Outcome: "fraud_suspected", Means: "looks like fraud", Evidence: braintree},
}

// magicOutcome is what the first of the values that is magic stands for.
func magicOutcome(values ...string) string {
	for _, v := range values {
		for _, k := range cards {
			if k.Value == v {
				return k.Outcome
			}
		}
	}
	return ""
}
