package firstoken

import "paysim/internal/provider"

// keyAuth is what every operation asks for.
const keyAuth = "x-api-key"

var operations = []provider.Operation{
	{ID: "credit.create", Method: "POST", Path: "/v1/payments/credits", Auth: keyAuth, Later: true, Outcomes: cardOutcomes,
		Summary: "gives money to a card without an earlier payment", Evidence: documented(docCredit), Handle: createCredit},
	{ID: "credit.void", Method: "POST", Path: "/v1/payments/credits/{id}/void", Auth: keyAuth, Outcomes: voidOutcomes,
		Summary: "takes back a credit that has not gone to the processor", Evidence: documented(docCreditVoid), Handle: voidCredit},
	{ID: "transaction.get", Method: "GET", Path: "/v1/payments/transactions/{id}", Auth: keyAuth,
		Summary: "reads any transaction of the payments family", Evidence: documented(docKoinDetails), Handle: getTransaction},

	{ID: "payment.create", Method: "POST", Path: "/v1/payments", Auth: keyAuth, Outcomes: cardOutcomes,
		Summary: "authorizes a card, or sells at once", Evidence: documented(docAuthorizations + "; " + docPayments), Handle: createPayment},
	{ID: "payment.capture", Method: "POST", Path: "/v1/payments/{id}/capture", Auth: keyAuth, Later: true, Outcomes: followUpOutcomes,
		Summary: "takes what was authorized, or a part of it", Evidence: documented(docCapture), Handle: capturePayment},
	{ID: "payment.reverse", Method: "POST", Path: "/v1/payments/{id}/reversal", Auth: keyAuth, Outcomes: voidOutcomes,
		Summary: "releases what was authorized", Evidence: documented(docReversals), Handle: reversePayment},
	{ID: "payment.void", Method: "POST", Path: "/v1/payments/{id}/void", Auth: keyAuth, Outcomes: voidOutcomes,
		Summary: "takes back a sale that has not gone to the processor, or an authorization", Evidence: documented(docPaymentVoid + "; " + docKoinVoid), Handle: voidPayment},
	{ID: "payment.refund", Method: "POST", Path: "/v1/payments/{id}/refund", Auth: keyAuth, Later: true, Outcomes: followUpOutcomes,
		Summary: "gives back a sale, or a part of it", Evidence: documented(docRefunds), Handle: refundPayment},
	{ID: "capture.refund", Method: "POST", Path: "/v1/payments/captures/{id}/refund", Auth: keyAuth, Later: true, Outcomes: followUpOutcomes,
		Summary: "gives back a capture, or a part of it", Evidence: documented(docCaptureRefunds), Handle: refundCapture},
	{ID: "capture.void", Method: "POST", Path: "/v1/payments/captures/{id}/void", Auth: keyAuth, Outcomes: voidOutcomes,
		Summary: "takes back a capture that has not gone to the processor", Evidence: assumed(unread), Handle: voidCapture},
	{ID: "refund.void", Method: "POST", Path: "/v1/payments/refunds/{id}/void", Auth: keyAuth, Outcomes: voidOutcomes,
		Summary: "takes back a refund that has not gone to the processor", Evidence: documented(docRefundsVoid), Handle: voidRefund},

	{ID: "token.create", Method: "POST", Path: "/v1/tokenization/simple", Auth: keyAuth,
		Summary: "puts cards into the vault and gives a permanent token for each", Evidence: documented(docTokenize), Handle: createTokens},
	{ID: "token.detokenize", Method: "POST", Path: "/v1/detokenization/simple", Auth: keyAuth,
		Summary: "tells what permanent tokens stand for", Evidence: documented(docDetokenize), Handle: detokenize},
	{ID: "token.inspect", Method: "GET", Path: "/v1/tokens/{token}/inspect", Auth: keyAuth,
		Summary: "describes a permanent token", Evidence: documented(docInspectToken), Handle: inspectToken},
	{ID: "token.delete", Method: "DELETE", Path: "/v1/tokens", Auth: keyAuth,
		Summary: "deletes permanent tokens for good", Evidence: documented(docDeleteTokens), Handle: deleteTokens},

	{ID: "temporal_token.create", Method: "POST", Path: "/transactions/requests", Auth: keyAuth,
		Summary: "keeps a card with its check code for a while", Evidence: documented(docRequests), Handle: createTemporal},
	{ID: "temporal_token.get", Method: "GET", Path: "/transactions/requests/{id}", Auth: keyAuth,
		Summary: "tells what a temporal token stands for", Evidence: documented(docRetrieve), Handle: getTemporal},
	{ID: "temporal_token.inspect", Method: "GET", Path: "/transactions/requests/{id}/inspect", Auth: keyAuth,
		Summary: "says whether a temporal token is alive", Evidence: documented(docInspect), Handle: inspectTemporal},
	{ID: "temporal_token.delete", Method: "DELETE", Path: "/transactions/requests/{id}", Auth: keyAuth,
		Summary: "deletes a temporal token for good", Evidence: documented(docDelete), Handle: deleteTemporal},
	{ID: "temporal_token.tokenize", Method: "POST", Path: "/transactions/requests/{id}/tokenize", Auth: keyAuth,
		Summary: "makes a permanent token of a temporal one", Evidence: documented(docConvert), Handle: tokenizeTemporal},

	// The pages' headings put the same calls below the version.
	{ID: "temporal_token.create", Method: "POST", Path: "/v1/transactions/requests", Auth: keyAuth,
		Summary: "the same below /v1", Evidence: headings, Handle: createTemporal},
	{ID: "temporal_token.get", Method: "GET", Path: "/v1/transactions/requests/{id}", Auth: keyAuth,
		Summary: "the same below /v1", Evidence: headings, Handle: getTemporal},
	{ID: "temporal_token.inspect", Method: "GET", Path: "/v1/transactions/requests/{id}/inspect", Auth: keyAuth,
		Summary: "the same below /v1", Evidence: headings, Handle: inspectTemporal},
	{ID: "temporal_token.delete", Method: "DELETE", Path: "/v1/transactions/requests/{id}", Auth: keyAuth,
		Summary: "the same below /v1", Evidence: headings, Handle: deleteTemporal},
	{ID: "temporal_token.tokenize", Method: "POST", Path: "/v1/transactions/requests/{id}/tokenize", Auth: keyAuth,
		Summary: "the same below /v1", Evidence: headings, Handle: tokenizeTemporal},
}

var headings = assumed("headings say /V1/request and commands /transactions/requests; this is the path between them")
