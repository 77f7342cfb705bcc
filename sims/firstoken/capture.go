package firstoken

import "paysim/internal/provider"

// capturePayment takes what was authorized, or less; once.
func capturePayment(c *provider.Call) (provider.Reply, error) {
	return part(c, captureOf, capture, "capture_info")
}

func voidCapture(c *provider.Call) (provider.Reply, error) { return undo(c, captureVoid) }
