package firstoken

import "paysim/internal/provider"

// events is empty: Firstoken documents no webhooks. A merchant asks for a
// transaction's details instead.
var events []provider.Event
