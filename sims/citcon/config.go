package citcon

import (
	"encoding/base64"

	"paysim/internal/provider"
)

// createConfig gives an SDK what it opens the gateway's own fields with. Nothing
// behind it can be opened here: a nonce comes from outside.
func createConfig(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	data := in.object("data")
	m, gateway := in.object("payment").method(), data.text("gateway")
	data.required("consumer_id")
	if err := in.err(); err != nil {
		return provider.Reply{}, err
	}
	if err := trouble(c.Outcome("")); err != nil {
		return provider.Reply{}, err
	}
	if gateway == "" {
		gateway = "braintree"
	}
	w := wireConfig{Object: "config", Gateway: gateway, Payment: wireConfigPayment{m.name}}
	w.Config.ClientToken = base64.StdEncoding.EncodeToString([]byte(c.Stream("client token").Hex(64)))
	w.Config.PublishableKey = "pk_" + c.Stream("publishable key").Hex(24)
	return success(w), nil
}
