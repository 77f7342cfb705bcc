package toypay

import "paysim/internal/provider"

var operations = []provider.Operation{
	{ID: "charge.create", Method: "POST", Path: "/v1/charges", Auth: "key", Later: true,
		Outcomes: []string{"approved", "insufficient_funds", "processing_error"}, Events: []string{"charge.paid"},
		Summary: "asks for money", Evidence: ours, Handle: createCharge},
	{ID: "charge.get", Method: "GET", Path: "/v1/charges/{id}", Auth: "key",
		Summary: "reads a charge", Evidence: ours, Handle: getCharge},
	{ID: "charge.capture", Method: "POST", Path: "/v1/charges/{id}/capture", Auth: "key",
		Outcomes: []string{"processing_error"}, Events: []string{"charge.captured"},
		Summary: "takes the money, or a part of it", Evidence: ours, Handle: captureCharge},
	{ID: "page.view", Method: "GET", Path: "/pay/{id}", Page: true,
		Summary: "shows the payer a charge", Evidence: ours, Handle: viewPage},
	{ID: "page.submit", Method: "POST", Path: "/pay/{id}", Page: true, Events: []string{"charge.paid"},
		Summary: "lets the payer decide", Evidence: ours, Handle: submitPage},
}
