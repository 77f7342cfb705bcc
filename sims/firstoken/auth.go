package firstoken

import (
	"net/netip"
	"slices"
	"strings"

	"paysim/internal/provider"
)

const (
	keyHeader = "x-api-key"
	keyPrefix = "ft-test-"
)

// allPermissions is what a key can be allowed, in the panel's order.
var allPermissions = []string{
	"tokenize", "detokenize", "inspect_token", "delete_token",
	"create_transaction", "get_transaction", "inspect_transaction", "delete_transaction",
	"payment_request",
}

// permissions says which permission an operation needs; the payments family is
// not listed and needs payment_request.
var permissions = map[string]string{
	"token.create":            "tokenize",
	"token.detokenize":        "detokenize",
	"token.inspect":           "inspect_token",
	"token.delete":            "delete_token",
	"temporal_token.create":   "create_transaction",
	"temporal_token.get":      "get_transaction",
	"temporal_token.inspect":  "inspect_transaction",
	"temporal_token.delete":   "delete_transaction",
	"temporal_token.tokenize": "tokenize",
}

func keys(tenant string) []provider.Key {
	return []provider.Key{{Name: keyHeader, Value: keyPrefix + tenant, Env: "FIRSTOKEN_API_KEY"}}
}

func whose(c *provider.Call) provider.Claim {
	tenant, ok := strings.CutPrefix(c.Request.Header.Get(keyHeader), keyPrefix)
	if !ok {
		return provider.Claim{}
	}
	return provider.Claim{Tenant: tenant}
}

// authenticate looks at the key, then the caller's address, then what the key
// may do; the body comes later.
func authenticate(c *provider.Call) error {
	switch key := c.Request.Header.Get(keyHeader); {
	case key == "":
		return errKeyMissing
	case key != keyPrefix+c.Tenant:
		return errKeyUnknown
	case !allowed(c.Texts(allowedIPs), c.Request.Remote):
		return errAddress.Because("%s is not on the key's list", c.Request.Remote)
	}
	needs, ok := permissions[c.Operation.ID]
	if !ok {
		needs = "payment_request"
	}
	if !slices.Contains(c.Texts(keyPermissions), needs) {
		return errPermission.Because("the key lacks %s", needs)
	}
	return nil
}

// allowed reports whether the list has the address, alone or within a range. The
// range 0.0.0.0/0 stands for all traffic, so also for addresses of version 6.
func allowed(list []string, from netip.Addr) bool {
	for _, text := range list {
		if text == everywhere {
			return true
		}
		if one, err := netip.ParseAddr(text); err == nil && one.Unmap() == from {
			return true
		}
		if many, err := netip.ParsePrefix(text); err == nil && many.Contains(from) {
			return true
		}
	}
	return false
}
