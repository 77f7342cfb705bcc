package firstoken

import "paysim/internal/provider"

// A sale or capture is refunded in parts if need be, until 60 days after it was
// settled.

func refundPayment(c *provider.Call) (provider.Reply, error) {
	return part(c, paymentRefund, refund, "refund_info")
}

func refundCapture(c *provider.Call) (provider.Reply, error) {
	return part(c, captureRefund, refund, "refund_info")
}

func voidRefund(c *provider.Call) (provider.Reply, error) { return undo(c, refundVoid) }
