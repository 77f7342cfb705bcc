package paymenticon

import "paysim/internal/provider"

var outcomes = []provider.Outcome{
	{Name: "approved", Means: "the consumer's confirmation goes through, which is also the default", Evidence: doc("session statuses: authorized, captured")},
	{Name: "insufficient_funds", Means: "the system declines for want of money; a withdrawal answers status error", Declines: true, Evidence: doc("session statuses: declined; Withdrawal: there have to be enough funds")},
	{Name: "limit_exceeded", Means: "the system declines because of a limit", Declines: true, Evidence: assumed("declined by the system, reasons are not named; anonymous accounts have limits")},
	{Name: "fraud_suspected", Means: "the system declines on suspicion", Declines: true, Evidence: assumed("declined by the system, reasons are not named")},
	{Name: "processing_error", Means: "the service breaks and books nothing", Declines: true, Error: "processing_error", Evidence: assumed("no 5xx is documented")},
}
