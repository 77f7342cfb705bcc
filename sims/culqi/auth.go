package culqi

import (
	"strings"

	"paysim/internal/ident"
	"paysim/internal/provider"
)

const (
	publicPrefix = "pk_test_"
	secretPrefix = "sk_test_"
)

// What proves the caller, as operations.go says it.
const (
	publicKey = "public key"
	secretKey = "secret key"
	eitherKey = "public or secret key"
)

func keys(tenant string) []provider.Key {
	return []provider.Key{
		{Name: "public key", Value: publicPrefix + tenant, Env: "CULQI_PUBLIC_KEY"},
		{Name: "secret key", Value: secretPrefix + tenant, Env: "CULQI_SECRET_KEY"},
		{Name: "rsa_id", Value: rsaID(tenant), Env: "CULQI_RSA_ID"},
		{Name: "rsa_public_key", Value: rsaPublicKey(tenant), Env: "CULQI_RSA_PUBLIC_KEY"},
	}
}

// whose reads the tenant from the key, or, where browsers call without one,
// from the mark or the public key in the address.
func whose(c *provider.Call) provider.Claim {
	if c.Operation == nil || c.Operation.Auth != "" {
		_, key := credential(c)
		return provider.Claim{Tenant: tenantOf(key)}
	}
	if mark, ok := ident.ParseMark(c.Vars["mark"]); ok {
		return provider.Claim{Mark: mark}
	}
	return provider.Claim{Tenant: tenantOf(c.Request.Query().Get("key"))}
}

func tenantOf(key string) string {
	for _, prefix := range []string{publicPrefix, secretPrefix} {
		if tenant, ok := strings.CutPrefix(key, prefix); ok {
			return tenant
		}
	}
	return ""
}

func credential(c *provider.Call) (scheme, key string) {
	scheme, key, _ = strings.Cut(c.Request.Header.Get("Authorization"), " ")
	return strings.ToLower(scheme), strings.TrimSpace(key)
}

func authenticate(c *provider.Call) error { return translated(c, proven(c)) }

// proven tells the kinds of keys apart. The beta's tokens also take the
// scheme Code, which only they know.
func proven(c *provider.Call) error {
	want := c.Operation.Auth
	if want == "" {
		return nil
	}
	scheme, key := credential(c)
	if key == "" {
		return errNoKey
	}
	if scheme != "bearer" && !(scheme == "code" && inBeta(c) && want == publicKey) {
		return errNoKey.Because("the scheme is not Bearer")
	}
	public, secret := key == publicPrefix+c.Tenant, key == secretPrefix+c.Tenant
	switch {
	case !public && !secret:
		return &refused{row: errBadKey, args: []any{shortened(key)}}
	case public && want == secretKey, secret && want == publicKey:
		return errWrongKey
	case c.Flag("merchant_disabled"):
		return errDisabled
	case c.Operation.ID == "token.create" && !c.Flag("pci_tokenization") && c.Request.Header.Get("Origin") == "":
		return errNoPCI
	}
	return nil
}

// shortened is a key as an error may repeat it: no more than its beginning.
func shortened(key string) string {
	const shown = len(publicPrefix) + 2
	if len(key) <= shown {
		return strings.Repeat("*", len(key))
	}
	return key[:shown] + "****"
}

func inBeta(c *provider.Call) bool { return strings.HasPrefix(c.Request.Path, "/api/v2/") }
