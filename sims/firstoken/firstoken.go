package firstoken

import (
	"paysim/internal/catalog"
	"paysim/internal/machine"
	"paysim/internal/provider"
)

// Provider is Firstoken.
func Provider() *provider.Provider {
	return &provider.Provider{
		Name:         "firstoken",
		Title:        "Firstoken",
		Summary:      "Card vault with permanent and temporal tokens, and credits, payments, captures and refunds paid with them.",
		Slot:         3,
		Hosts:        []string{"api.firstoken.co", "api.firstoken-staging.co", "api.firstoken.dev"},
		Operations:   operations,
		Machines:     []*machine.Table{&creditStates, &authorizationStates, &paymentStates, &captureStates, &refundStates, &cancellationStates, &tokenStates, &temporalStates},
		Errors:       errorRows,
		Outcomes:     outcomes,
		Cards:        cards,
		Events:       events,
		Timers:       timers,
		Actions:      actions,
		Payables:     []string{creditStates.Name, captureStates.Name, refundStates.Name},
		Settings:     settings,
		Secrets:      []string{keyHeader, "card", "number", "pan", "security_code", "cvv"},
		Keys:         keys,
		Whose:        whose,
		Authenticate: authenticate,
		Refusal:      refusal,
		Envelope:     envelope,
		World:        world,
		Payments:     payments,
	}
}

// The documents, as the tables name them.
const (
	docRoot           = "firstoken.gitbook.io/api-docs, root page"
	docKeys           = "firstoken.gitbook.io/api-docs, how-to/create-an-api-key-or-external-app"
	docAttributes     = "firstoken.gitbook.io/api-docs, payments/attributes-of-the-request"
	docCommon         = "firstoken.gitbook.io/api-docs, payments/common-response"
	docCredit         = "firstoken.gitbook.io/api-docs, payments/endpoints/credit"
	docCreditVoid     = "firstoken.gitbook.io/api-docs, payments/endpoints/credit/credit-void"
	docAuthorizations = "firstoken.gitbook.io/api-docs, payments/endpoints/authorizations"
	docPayments       = "firstoken.gitbook.io/api-docs, payments/endpoints/payments"
	docPaymentVoid    = "firstoken.gitbook.io/api-docs, payments/endpoints/payments/payment-void"
	docRefunds        = "firstoken.gitbook.io/api-docs, payments/endpoints/payments/payment-refunds"
	docRefundsVoid    = "firstoken.gitbook.io/api-docs, payments/endpoints/refunds-void"
	docReversals      = "firstoken.gitbook.io/api-docs, payments/endpoints/reversals"
	docCapture        = "firstoken.gitbook.io/api-docs, payments/point-of-sale-payments/capture"
	docCaptureRefunds = "firstoken.gitbook.io/api-docs, payments/endpoints/capture/capture-refunds"
	docCaptureVoid    = "firstoken.gitbook.io/api-docs, payments/endpoints/capture/capture-void"
	docDetails        = "firstoken.gitbook.io/api-docs, payments/endpoints/get-transaction-details"
	docPOS            = "firstoken.gitbook.io/api-docs, payments/point-of-sale-payments"
	docKoinCapture    = "firstoken.gitbook.io/api-docs, payments/payments-api-koin/capture"
	docKoinRefund     = "firstoken.gitbook.io/api-docs, payments/payments-api-koin/payment-refund"
	docKoinVoid       = "firstoken.gitbook.io/api-docs, payments/payments-api-koin/authorization-void"
	docKoinDetails    = "firstoken.gitbook.io/api-docs, payments/payments-api-koin/get-transaction-details"
	docTokenize       = "firstoken.gitbook.io/api-docs, tokenization-as-a-service/simple-tokenization"
	docDetokenize     = "firstoken.gitbook.io/api-docs, tokenization-as-a-service/simple-detokenization"
	docInspectToken   = "firstoken.gitbook.io/api-docs, tokenization-as-a-service/inspect-token"
	docDeleteTokens   = "firstoken.gitbook.io/api-docs, tokenization-as-a-service/delete-tokens"
	docRequests       = "firstoken.gitbook.io/api-docs, transactions/create-a-transaction"
	docRetrieve       = "firstoken.gitbook.io/api-docs, transactions/retrieve-a-transaction"
	docInspect        = "firstoken.gitbook.io/api-docs, transactions/inspect-a-transaction"
	docDelete         = "firstoken.gitbook.io/api-docs, transactions/delete-a-transaction"
	docConvert        = "firstoken.gitbook.io/api-docs, transactions/tokenize-a-transaction"
	docActions        = "firstoken.gitbook.io/api-docs, proxy/actions"
	joi               = "hapijs/joi: the validator whose wording the one printed refusal has"
	cybersource       = "CyberSource/cybersource-rest-client-node: generator/cybersource-rest-spec.json"
)

func documented(source string) catalog.Evidence {
	return catalog.Evidence{Basis: catalog.Documented, Source: source}
}

// unread is a page that the documents list and whose text is not known here.
const unread = docCaptureVoid + " is listed, its text is not known here; made like the other voids"

// assumed is our own choice; why says what it leans on.
func assumed(why string) catalog.Evidence {
	return catalog.Evidence{Basis: catalog.Assumed, Source: why}
}

// The settings, by name.
const (
	allowedIPs        = "allowed_ips"
	keyPermissions    = "permissions"
	creditHandover    = "credit_handover_seconds"
	paymentHandover   = "payment_handover_seconds"
	strictAttributes  = "strict_attributes"
	strictMembers     = "strict_members"
	validationDetail  = "validation_detail"
	detailsForm       = "details_form"
	clearCardData     = "clear_card_data"
	wholeBody, newer  = "body", "newer"
	oneMember, older  = "member", "older"
	everywhere        = "0.0.0.0/0"
	twoDays, oneDay   = int64(2 * 24 * 60 * 60), int64(24 * 60 * 60)
	longestSeconds    = int64(100 * 365 * 24 * 60 * 60)
	refundableForDays = 60
)

var settings = []provider.Setting{
	{Name: allowedIPs, Kind: provider.Texts, Default: []string{everywhere}, Evidence: documented(docKeys),
		Means: "addresses and CIDR ranges that the key may be used from; 0.0.0.0/0 is everywhere, an empty list nowhere"},
	{Name: keyPermissions, Kind: provider.Texts, Default: allPermissions, Evidence: documented(docKeys),
		Means: "what the key may do: tokenize, detokenize, inspect_token, delete_token, create_transaction, get_transaction, inspect_transaction, delete_transaction, payment_request"},
	{Name: creditHandover, Kind: provider.Number, Default: twoDays, Evidence: assumed("the credit page gives 2 to 4 days for the money, and no time for the hand-over"),
		Means: "seconds after which a credit goes to the processor and can no longer be voided"},
	{Name: paymentHandover, Kind: provider.Number, Default: oneDay, Evidence: assumed("a daily batch; no page gives a time"),
		Means: "seconds after which a sale, a capture or a refund goes to the processor and can no longer be voided"},
	{Name: strictAttributes, Kind: provider.Flag, Default: false, Evidence: documented(docAttributes),
		Means: "require what the page of attributes requires and printed requests leave out: card.security_code, bill_to.address_2, device_info.ip_address"},
	{Name: strictMembers, Kind: provider.Flag, Default: false, Evidence: assumed(joi),
		Means: "refuse members that no page names, as the validator does unless told otherwise"},
	{Name: validationDetail, Kind: provider.Choice, Choices: []string{oneMember, wholeBody}, Default: oneMember, Evidence: assumed(joi),
		Means: "how a bad credit or payment is refused: by the member at fault, or, as printed, for the body as a whole"},
	{Name: detailsForm, Kind: provider.Choice, Choices: []string{newer, older}, Default: newer, Evidence: documented(docKoinDetails + "; " + docDetails),
		Means: "which of the two printed forms transaction details have"},
	{Name: clearCardData, Kind: provider.Flag, Default: false, Evidence: assumed("the pages print clear card data; a simulator does better not to hand it out unasked"),
		Means: "detokenization and retrieval answer the whole card number and check code, as the real vault does"},
}
