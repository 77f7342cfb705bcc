package appotapay

import (
	"slices"

	"paysim/internal/provider"
)

const jwtAuth = "X-APPOTAPAY-AUTH: JWT (HS256)"

var operations = []provider.Operation{
	{ID: "token.create", Method: "POST", Path: "/credit-card/token", Auth: jwtAuth, Outcomes: refusing("token.create"),
		Summary: "keeps a card", Evidence: documented("en/cc-merchant-host/token-create"), Handle: checked(createToken)},
	{ID: "token.delete", Method: "DELETE", Path: "/credit-card/token/{tokenId}", Auth: jwtAuth, Outcomes: append([]string{"token_busy"}, refusing("token.delete")...),
		Summary: "forgets a card", Evidence: documented("cc-merchant-host/token-delete"), Handle: checked(deleteToken)},
	{ID: "enrollment.create", Method: "POST", Path: "/credit-card/enrollment", Auth: jwtAuth, Later: true, Outcomes: slices.Concat(threeDS, refusing("enrollment.create")),
		Summary: "begins 3DS", Evidence: documented("cc-merchant-host/enrollment"), Handle: checked(createEnrollment)},
	{ID: "enrollment.validate", Method: "POST", Path: "/credit-card/enrollment/validate/{authenticationId}", Auth: jwtAuth,
		Summary: "reads how 3DS ended", Evidence: documented("en/cc-merchant-host/enrollment-validate"), Handle: checked(validateEnrollment)},
	{ID: "charge.create", Method: "POST", Path: "/credit-card/charge", Auth: jwtAuth, Later: true, Outcomes: slices.Concat(chargeOutcomes, refusing("charge.create")),
		Summary: "holds the money or takes it", Evidence: documented("en/cc-merchant-host/charge-create"), Handle: checked(createCharge)},
	{ID: "charge.get", Method: "GET", Path: "/credit-card/charge/{creditCardRefId}", Auth: jwtAuth,
		Summary: "reads a charge by either reference", Evidence: documented("cc-merchant-host/charge-get"), Handle: checked(getCharge)},
	{ID: "charge.capture", Method: "POST", Path: "/credit-card/{authorizationId}/capture", Auth: jwtAuth, Outcomes: refusing("charge.capture"),
		Summary: "takes what is held, or a part of it", Evidence: documented("cc-merchant-host/charge-capture"), Handle: checked(captureCharge)},
	{ID: "reversal.create", Method: "POST", Path: "/credit-card/reversal", Auth: jwtAuth, Outcomes: append([]string{"pending", "reversal_failed"}, refusing("reversal.create")...),
		Summary: "gives back what is held", Evidence: documented("cc-merchant-host/reversal-authorization"), Handle: checked(createReversal)},
	{ID: "reversal.get", Method: "GET", Path: "/credit-card/reversal/{creditCardReversalId}", Auth: jwtAuth,
		Summary: "reads a reversal by either reference", Evidence: documented("cc-merchant-host/reversal-detail"), Handle: checked(getReversal)},
	{ID: "refund.create", Method: "POST", Path: "/credit-card/refund", Auth: jwtAuth, Outcomes: append([]string{"pending", "refund_failed"}, refusing("refund.create")...),
		Summary: "gives back what was taken, or a part of it", Evidence: documented("cc-merchant-host/refund-create"), Handle: checked(createRefund)},
	{ID: "refund.get", Method: "GET", Path: "/credit-card/refund/{creditCardRefundId}", Auth: jwtAuth,
		Summary: "reads a refund by either reference", Evidence: documented("cc-merchant-host/refund-detail"), Handle: checked(getRefund)},
	{ID: "error_code.list", Method: "GET", Path: "/credit-card/error-code/list", Auth: jwtAuth,
		Summary: "lists the card API's codes in Vietnamese or English", Evidence: documented("cc-merchant-host/error-code-api"), Handle: checked(listErrorCodes)},

	{ID: "order.create", Method: "POST", Path: "/api/v2/orders/payment", Auth: jwtAuth, Later: true, Outcomes: slices.Concat(orderOutcomes, refusing("order.create")),
		Events: []string{"order.success"}, Summary: "asks for money by redirect or QR", Evidence: documented("en/payment"), Handle: checked(createOrder)},
	{ID: "order.get", Method: "GET", Path: "/api/v2/orders/transaction", Auth: jwtAuth,
		Summary: "reads an order by either reference, in the query or in a body", Evidence: documented("payment/payment-status"), Handle: checked(getOrder)},
	{ID: "order.refund", Method: "POST", Path: "/api/v2/transaction/refund", Auth: jwtAuth, Outcomes: append([]string{"processing", "refund_failed"}, refusing("order.refund")...),
		Summary: "gives back what an order paid, or a part of it", Evidence: documented("payment/refund"), Handle: checked(refundOrder)},
	{ID: "order.refund_get", Method: "GET", Path: "/api/v2/transaction/refund/{refundRefId}", Auth: jwtAuth,
		Summary: "reads an order's refund by either reference; the type in the query or in a body", Evidence: documented("payment/refund-detail"), Handle: checked(getOrderRefund)},

	{ID: "page.view", Method: "GET", Path: "/credit-card/authenticate", Page: true,
		Summary: "shows the cardholder the 3DS challenge; a card without one passes through", Evidence: documented("cc-merchant-host/enrollment"), Handle: viewPage},
	{ID: "page.submit", Method: "POST", Path: "/credit-card/authenticate", Page: true, Events: []string{"order.success"},
		Summary: "lets the cardholder answer the challenge", Evidence: assumed("the real challenge is the bank's own page"), Handle: submitPage},
	{ID: "page.view", Method: "GET", Path: "/v2/bank/payment/process", Page: true,
		Summary: "shows the payer an order, or its QR code as an image", Evidence: documented("payment"), Handle: viewPage},
	{ID: "page.submit", Method: "POST", Path: "/v2/bank/payment/process", Page: true, Events: []string{"order.success"},
		Summary: "lets the payer pay an order or not", Evidence: assumed("the real page leads on to the bank's"), Handle: submitPage},
}
