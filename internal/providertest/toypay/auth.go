package toypay

import (
	"strings"

	"paysim/internal/ident"
	"paysim/internal/provider"
)

const keyPrefix = "toy-"

func keys(tenant string) []provider.Key {
	return []provider.Key{{Name: "API key", Value: keyPrefix + tenant, Env: "TOYPAY_KEY"}}
}

// whose reads the tenant from the key, or from the last twelve digits of the
// id in a page's URL.
func whose(c *provider.Call) provider.Claim {
	if c.Operation != nil && c.Operation.Page {
		id := c.Vars["id"]
		mark, _ := ident.ParseMark(id[max(0, len(id)-12):])
		return provider.Claim{Mark: mark}
	}
	tenant, ok := strings.CutPrefix(c.Request.Header.Get("Toy-Key"), keyPrefix)
	if !ok {
		return provider.Claim{}
	}
	return provider.Claim{Tenant: tenant}
}

func authenticate(c *provider.Call) error {
	if c.Operation.Auth == "" || c.Request.Header.Get("Toy-Key") == keyPrefix+c.Tenant {
		return nil
	}
	return errUnauthorized.Because("the Toy-Key header is missing or malformed")
}
