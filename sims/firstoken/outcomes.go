package firstoken

import (
	"paysim/internal/catalog"
	"paysim/internal/provider"
)

const (
	approved        = "approved"
	processingError = "processing_error"
)

// cardOutcomes are those of what asks a card's issuer, followUpOutcomes those of
// what refers to an earlier transaction, voidOutcomes those of what only takes
// one back.
var (
	cardOutcomes = []string{
		approved, "insufficient_funds", "stolen_card", "lost_card", "expired_card", "invalid_card", "invalid_cvv",
		"issuer_declined", "issuer_unavailable", "fraud_suspected", "limit_exceeded", processingError,
	}
	followUpOutcomes = []string{approved, "issuer_declined", "issuer_unavailable", processingError}
	voidOutcomes     = []string{approved, processingError}
)

var outcomes = []provider.Outcome{
	{Name: approved, Means: "the processor accepts", Evidence: documented(docCredit)},
	declines("insufficient_funds", "the account holds too little", reasons),
	declines("stolen_card", "the card was reported stolen", reasons),
	declines("lost_card", "the card was reported lost", reasons),
	declines("expired_card", "the issuer says that the card has expired", reasons),
	declines("invalid_card", "the issuer knows no such card", reasons),
	declines("invalid_cvv", "the check code is wrong", codes),
	declines("issuer_declined", "the issuer refuses without a reason", reasons),
	declines("issuer_unavailable", "the issuer does not answer", codes),
	declines("fraud_suspected", "the issuer suspects fraud", codes),
	declines("limit_exceeded", "a limit of the card is reached", codes),
	{Name: processingError, Means: "the processor is out of order: 500, and nothing is booked", Declines: true, Error: "processor_unavailable", Evidence: assumed("500 for what is broken for a while is documented (" + docRoot + "), that nothing is booked then is not")},
}

var (
	reasons = assumed("one of the processor's reasons (" + cybersource + "); how Firstoken words it is not published")
	codes   = assumed("a response code of ISO 8583; how Firstoken words it is not published")
)

func declines(name, means string, e catalog.Evidence) provider.Outcome {
	return provider.Outcome{Name: name, Means: means, Declines: true, Evidence: e}
}

// responseCodes are the response_code of each decline, as ISO 8583 has them; the
// printed answers show "00" for a payment that went well.
var responseCodes = map[string]string{
	"insufficient_funds": "51", "stolen_card": "43", "lost_card": "41", "expired_card": "54", "invalid_card": "14",
	"invalid_cvv": "N7", "issuer_declined": "05", "issuer_unavailable": "91", "fraud_suspected": "59", "limit_exceeded": "61",
}

// cards is empty: any valid card works in Firstoken's sandbox, and its one table
// of amounts is another processor's.
var cards []provider.Card
