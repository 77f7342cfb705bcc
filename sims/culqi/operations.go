package culqi

import (
	"paysim/internal/catalog"
	"paysim/internal/provider"
)

// operations is every path. A dialect's way to do the same has the same id.
func operations() []provider.Operation {
	var all []provider.Operation
	for _, part := range [][]provider.Operation{paymentOperations(), customerOperations(), planOperations(), orderOperations(), readOperations(), browserOperations(), betaOperations()} {
		all = append(all, part...)
	}
	return all
}

type handler = func(*provider.Call) (provider.Reply, error)

func op(id, method, path, auth, summary string, e catalog.Evidence, h handler) provider.Operation {
	return provider.Operation{ID: id, Method: method, Path: path, Auth: auth, Summary: summary, Evidence: e, Handle: h}
}

func told(o provider.Operation, outcomes ...string) provider.Operation {
	o.Outcomes = outcomes
	return o
}

func causing(o provider.Operation, events ...string) provider.Operation {
	o.Events = events
	return o
}

func later(o provider.Operation) provider.Operation {
	o.Later = true
	return o
}

func betaOperations() []provider.Operation {
	return []provider.Operation{
		causing(op("token.create", "POST", "/api/v2/tokens", publicKey, "v2-beta: turns a card into a token", beta, inBetaWords(createBetaToken)), "token.creation.succeeded"),
		causing(told(op("charge.create", "POST", "/api/v2/charges", secretKey, "v2-beta: charges a token", beta, inBetaWords(createBetaCharge)), declining()...), "charge.creation.succeeded", "charge.creation.failed"),
		causing(op("plan.create", "POST", "/api/v2/plans", secretKey, "v2-beta: makes a plan", beta, inBetaWords(createBetaPlan)), "plan.creation.succeeded"),
		causing(op("subscription.create", "POST", "/api/v2/suscriptions", secretKey, "v2-beta: subscribes a token to a plan; so spelt", beta, inBetaWords(createBetaSubscription)), "subscription.creation.succeeded"),
	}
}

// declining are the card outcomes that 2016 knew.
func declining() []string {
	out := []string{approved}
	for _, d := range declines {
		out = append(out, d.outcome)
	}
	return out
}

func paymentOperations() []provider.Operation {
	return []provider.Operation{
		causing(op("token.create", "POST", "/v2/tokens", publicKey, "turns a card into a token", cassettes, createToken), "token.creation.succeeded", "token.expired"),
		causing(op("token.create_yape", "POST", "/v2/tokens/yape", publicKey, "turns a Yape approval code into a token", sdks, createYapeToken), "token.creation.succeeded", "token.expired"),
		op("token.list", "GET", "/v2/tokens", secretKey, "lists tokens", cassettes, listTokens),
		op("token.get", "GET", "/v2/tokens/{id}", secretKey, "reads a token", cassettes, getToken),
		causing(op("token.update", "PATCH", "/v2/tokens/{id}", secretKey, "changes a token's metadata", cassettes, updateToken), "token.update.succeeded"),

		causing(told(op("charge.create", "POST", "/v2/charges", secretKey, "charges a token or a saved card", cassettes, createCharge), cardOutcomes()...), "charge.creation.succeeded", "charge.creation.failed", "charge.expired"),
		op("charge.list", "GET", "/v2/charges", secretKey, "lists charges, declined ones too", cassettes, listCharges),
		op("charge.get", "GET", "/v2/charges/{id}", secretKey, "reads a charge", cassettes, getCharge),
		causing(op("charge.update", "PATCH", "/v2/charges/{id}", secretKey, "changes a charge's metadata", cassettes, updateCharge), "charge.update.succeeded"),
		causing(op("charge.capture", "POST", "/v2/charges/{id}/capture", secretKey, "takes the money of an authorized charge", cassettes, captureCharge), "charge.capture.succeeded"),

		causing(told(op("refund.create", "POST", "/v2/refunds", secretKey, "gives money back, in part or whole", cassettes, createRefund), approved, refundRejected), "refund.creation.succeeded"),
		op("refund.list", "GET", "/v2/refunds", secretKey, "lists refunds", cassettes, listRefunds),
		op("refund.get", "GET", "/v2/refunds/{id}", secretKey, "reads a refund", cassettes, getRefund),
		causing(op("refund.update", "PATCH", "/v2/refunds/{id}", secretKey, "changes a refund's metadata", cassettes, updateRefund), "refund.update.succeeded"),
	}
}

func customerOperations() []provider.Operation {
	return []provider.Operation{
		causing(op("customer.create", "POST", "/v2/customers", secretKey, "makes a customer", cassettes, createCustomer), "customer.creation.succeeded"),
		op("customer.list", "GET", "/v2/customers", secretKey, "lists customers", cassettes, listCustomers),
		op("customer.get", "GET", "/v2/customers/{id}", secretKey, "reads a customer with its cards", cassettes, getCustomer),
		op("customer.update", "PATCH", "/v2/customers/{id}", secretKey, "changes a customer", cassettes, updateCustomer),
		causing(op("customer.delete", "DELETE", "/v2/customers/{id}", secretKey, "deletes a customer, its cards and their subscriptions", cassettes, deleteCustomer), "customer.delete.succeeded", "card.delete.succeeded", "subscription.cancel.succeeded"),

		causing(told(op("card.create", "POST", "/v2/cards", secretKey, "saves a token as a customer's card, after a charge that is refunded", cassettes, createCard), cardOutcomes()...), "card.creation.succeeded", "card.creation.failed", "charge.creation.succeeded", "charge.creation.failed", "refund.creation.succeeded"),
		op("card.list", "GET", "/v2/cards", secretKey, "lists saved cards", cassettes, listCards),
		op("card.get", "GET", "/v2/cards/{id}", secretKey, "reads a saved card", cassettes, getCard),
		causing(op("card.update", "PATCH", "/v2/cards/{id}", secretKey, "changes a card's metadata or token", cassettes, updateCard), "card.updated.succeeded"),
		causing(op("card.delete", "DELETE", "/v2/cards/{id}", secretKey, "deletes a card and ends its subscriptions", cassettes, deleteCard), "card.delete.succeeded", "subscription.cancel.succeeded"),
	}
}

func planOperations() []provider.Operation {
	billed := []string{"subscription.creation.succeeded", "subscription.charge.succeeded", "subscription.charge.failed"}
	return []provider.Operation{
		causing(op("plan.create", "POST", "/v2/plans", secretKey, "makes a plan", cassettes, createPlan), "plan.creation.succeeded"),
		op("plan.list", "GET", "/v2/plans", secretKey, "lists plans", cassettes, listPlans),
		op("plan.get", "GET", "/v2/plans/{id}", secretKey, "reads a plan", cassettes, getPlan),
		causing(op("plan.update", "PATCH", "/v2/plans/{id}", secretKey, "changes a plan's metadata", cassettes, updatePlan), "plan.update.succeeded"),
		causing(op("plan.delete", "DELETE", "/v2/plans/{id}", secretKey, "deletes a plan and ends its subscriptions", cassettes, deletePlan), "plan.delete.succeeded", "subscription.cancel.succeeded"),

		causing(op("subscription.create", "POST", "/v2/subscriptions", secretKey, "subscribes a saved card to a plan", cassettes, createSubscription), billed...),
		op("subscription.list", "GET", "/v2/subscriptions", secretKey, "lists subscriptions", cassettes, listSubscriptions),
		op("subscription.get", "GET", "/v2/subscriptions/{id}", secretKey, "reads a subscription with its charges", cassettes, getSubscription),
		causing(op("subscription.update", "PATCH", "/v2/subscriptions/{id}", secretKey, "changes a subscription's metadata or card", cassettes, updateSubscription), "subscription.update.succeeded"),
		causing(op("subscription.delete", "DELETE", "/v2/subscriptions/{id}", secretKey, "cancels a subscription", cassettes, deleteSubscription), "subscription.cancel.succeeded"),

		causing(op("plan.create", "POST", "/v2/recurrent/plans/create", secretKey, "current: makes a plan", sdks, createCurrentPlan), "plan.creation.succeeded"),
		op("plan.list", "GET", "/v2/recurrent/plans", secretKey, "current: lists plans", sdks, listCurrentPlans),
		op("plan.get", "GET", "/v2/recurrent/plans/{id}", secretKey, "current: reads a plan", sdks, getCurrentPlan),
		causing(op("plan.update", "PATCH", "/v2/recurrent/plans/{id}", secretKey, "current: changes a plan", sdks, updateCurrentPlan), "plan.update.succeeded"),
		causing(op("plan.delete", "DELETE", "/v2/recurrent/plans/{id}", secretKey, "current: deletes a plan and ends its subscriptions", sdks, deleteCurrentPlan), "plan.delete.succeeded", "subscription.cancel.succeeded"),

		causing(op("subscription.create", "POST", "/v2/recurrent/subscriptions/create", secretKey, "current: subscribes a saved card to a plan", measured, createCurrentSubscription), billed...),
		op("subscription.list", "GET", "/v2/recurrent/subscriptions", secretKey, "current: lists subscriptions", sdks, listCurrentSubscriptions),
		op("subscription.get", "GET", "/v2/recurrent/subscriptions/{id}", secretKey, "current: reads a subscription with its periods", measured, getCurrentSubscription),
		causing(op("subscription.update", "PATCH", "/v2/recurrent/subscriptions/{id}", secretKey, "current: changes a subscription's card", sdks, updateCurrentSubscription), "subscription.update.succeeded"),
		causing(op("subscription.delete", "DELETE", "/v2/recurrent/subscriptions/{id}", secretKey, "current: cancels a subscription", measured, deleteCurrentSubscription), "subscription.cancel.succeeded"),
	}
}

func orderOperations() []provider.Operation {
	return []provider.Operation{
		causing(later(told(op("order.create", "POST", "/v2/orders", eitherKey, "makes an order that is paid in cash", cassettes, createOrder), approved)), "order.creation.succeeded", "order.status.changed"),
		causing(later(told(op("order.confirm", "POST", "/v2/orders/confirm", eitherKey, "gives an order its payment code, for the ways to pay that are named", sdks, confirmOrder), approved)), "order.status.changed"),
		causing(later(told(op("order.confirm", "POST", "/v2/orders/{id}/confirm", eitherKey, "gives an order its payment code", cassettes, confirmOrder), approved)), "order.status.changed"),
		op("order.list", "GET", "/v2/orders", eitherKey, "lists orders", cassettes, listOrders),
		op("order.get", "GET", "/v2/orders/{id}", eitherKey, "reads an order", cassettes, getOrder),
		op("order.update", "PATCH", "/v2/orders/{id}", eitherKey, "changes an order's metadata or expiry", cassettes, updateOrder),
		causing(op("order.delete", "DELETE", "/v2/orders/{id}", eitherKey, "deletes an order; the answer is empty", cassettes, deleteOrder), "order.status.changed"),
	}
}

func readOperations() []provider.Operation {
	oldSDK := documented("culqipy 0.1.9 to 0.2.1, Culqi's SDK of early 2017, for the path")
	return []provider.Operation{
		op("event.list", "GET", "/v2/events", secretKey, "lists events", cassettes, listEvents),
		op("event.get", "GET", "/v2/events/{id}", secretKey, "reads an event", openAPI, getEvent),
		op("iin.list", "GET", "/v2/iins", eitherKey, "lists what the first digits of cards mean", cassettes, listIINs),
		op("iin.get", "GET", "/v2/iins/{id}", publicKey, "reads what the first digits of a card mean", sdks, getIIN),
		op("transfer.list", "GET", "/v2/transfers", secretKey, "times out, as recorded", cassettes, listTransfers),
		op("transfer.get", "GET", "/v2/transfers/{id}", secretKey, "times out like the list", assumed("the list was recorded"), getTransfer),
		op("balance.list", "GET", "/v2/balance/operations", secretKey, "lists what was captured and given back", community, listBalance),
		op("balance.list", "GET", "/v2/balances", secretKey, "the same under its old path", oldSDK, listBalance),
		op("deposit.list", "GET", "/v2/deposits", secretKey, "lists payouts: a day's captures", community, listDeposits),
		op("deposit.get", "GET", "/v2/deposits/{id}", secretKey, "reads a payout with its sales", community, getDeposit),
		op("billing_operation.list", "GET", "/v2/billing-operations", secretKey, "lists what Culqi's fee was billed for", community, listBilling),
		op("billing_operation.get", "GET", "/v2/billing-operations/{id}", secretKey, "reads one of them", community, getBilling),
	}
}

func browserOperations() []provider.Operation {
	ours := assumed("the simulator's own page")
	var all []provider.Operation
	for _, path := range []string{"/js/v4", "/js/v3", "/v4", "/v3"} {
		all = append(all, op("script.view", "GET", path, "", "the browser library: Checkout and 3-D Secure", guides, viewScript))
	}
	for _, path := range []string{"/", "/js/3ds"} {
		all = append(all, op("script.view", "GET", path, "", "3-D Secure alone, as under 3ds.culqi.com", guides, viewAuthenticationScript))
	}
	pages := []provider.Operation{
		op("page.view", "GET", "/pago/{mark}/{order}", "", "shows the payer an order", ours, viewOrder),
		causing(op("page.submit", "POST", "/pago/{mark}/{order}", "", "lets the payer pay an order", ours, submitOrder), "order.status.changed"),
		op("page.view", "GET", "/3ds/{mark}/{token}", "", "shows the payer the bank's question", ours, viewAuthentication),
		op("page.submit", "POST", "/3ds/{mark}/{token}", "", "takes the payer's answer", ours, submitAuthentication),
		op("page.view", "GET", "/3ds/{token}", "", "the same for the browser library, which knows the public key", ours, viewAuthentication),
		op("page.submit", "POST", "/3ds/{token}", "", "the same for the browser library", ours, submitAuthentication),
	}
	for _, p := range pages {
		p.Page = true
		all = append(all, p)
	}
	for _, path := range []string{"/api/v2/tokens", "/v2/tokens", "/v2/tokens/yape"} {
		all = append(all, op("token.preflight", "OPTIONS", path, "", "lets a browser make tokens from any page", openAPI, preflight))
	}
	for _, path := range []string{"/v2/orders/{id}", "/v2/orders/{id}/confirm"} {
		all = append(all, op("order.preflight", "OPTIONS", path, "", "lets a browser confirm orders from any page", openAPI, preflight))
	}
	return append(all, op("iin.preflight", "OPTIONS", "/v2/iins/{id}", "", "lets a browser look up a card's brand", openAPI, preflight))
}
