package citcon

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/tidwall/gjson"

	"paysim/internal/ident"
	"paysim/internal/provider"
)

const (
	keyPrefix   = "sk-development-"
	tokenPrefix = "UPI_"
)

// What proves a caller, as the operations table words it.
const (
	byKey    = "private key"
	byAny    = "client or server access token"
	byServer = "server access token"
)

func keys(tenant string) []provider.Key {
	return []provider.Key{{Name: "private key", Value: keyPrefix + tenant, Env: "CITCON_PRIVATE_KEY"}}
}

// bearer is the credential behind "Authorization: Bearer"; "" when there is none.
func bearer(c *provider.Call) string {
	scheme, value, _ := strings.Cut(c.Request.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(value)
}

// whose reads the tenant from the private key, from the first twelve digits of
// an access token's id, or from the last twelve of a page's or a charge's token
// in the address: pages and preflights come without a credential.
func whose(c *provider.Call) provider.Claim {
	credential := bearer(c)
	isPage := c.Operation != nil && c.Operation.Page
	if token := c.Vars["token"] + c.Vars["charge_token"]; len(token) == 32 && (isPage || credential == "") {
		mark, _ := ident.ParseMark(token[20:])
		return provider.Claim{Mark: mark}
	}
	if tenant, ok := strings.CutPrefix(credential, keyPrefix); ok {
		return provider.Claim{Tenant: tenant}
	}
	id := idOf(credential)
	mark, _ := ident.ParseMark(id[:min(12, len(id))])
	return provider.Claim{Mark: mark}
}

// idOf reads the id in an access token's payload. It proves nothing.
func idOf(credential string) string {
	_, payload, _ := strings.Cut(credential, ".")
	payload, _, _ = strings.Cut(payload, ".")
	text, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		return ""
	}
	return gjson.GetBytes(text, "id").String()
}

func authenticate(c *provider.Call) error {
	if c.Operation.Auth == "" {
		return nil
	}
	credential := bearer(c)
	switch {
	case c.Request.Header.Get("Authorization") == "":
		return errUnauthorized.Because("there is no Authorization header")
	case credential == "":
		return errUnauthorized.Because("the Authorization header is not \"Bearer\" and a credential")
	case c.Operation.Auth == byKey && credential == keyPrefix+c.Tenant:
		return nil
	case c.Operation.Auth == byKey:
		return errUnauthorized.Because("this call takes a private key, %s and the tenant's name", keyPrefix)
	case strings.HasPrefix(credential, keyPrefix):
		return errUnauthorized.Because("this call takes an access token; a private key only gets one")
	}
	row, err := verify(c, credential)
	if err != nil {
		return err
	}
	if c.Operation.Auth == byServer && row.Type != serverToken {
		return errUnauthorized.Because("a %s token may not do this; its permissions are %s", row.Type, strings.Join(permissions[row.Type], ", "))
	}
	return nil
}

// verify finds the access token that a credential is, if it is one of this
// tenant's and still good. Only what was issued is found, byte for byte, which
// proves its signature too.
func verify(c *provider.Call, credential string) (token, error) {
	if !strings.HasPrefix(credential, tokenPrefix) {
		return token{}, errUnauthorized.Because("an access token begins with %s", tokenPrefix)
	}
	row, ok := tokens.Get(c, sumOf(credential))
	switch {
	case !ok:
		return row, errUnauthorized.Because("the access token is not as it was issued, another merchant's, or gone by a reset or restart")
	case !c.Now.Before(row.expires()):
		return row, errUnauthorized.Because("the access token has expired")
	}
	return row, nil
}

// sumOf is what is kept of an access token to know it again.
func sumOf(bearer string) string {
	sum := sha256.Sum256([]byte(bearer))
	return hex.EncodeToString(sum[:])
}

// signingKey is what a tenant's access tokens are signed with.
func signingKey(tenant string) []byte { return []byte("access tokens of " + keyPrefix + tenant) }

// claims is an access token's payload, in wire order.
type claims struct {
	ID          string `json:"id"`           // 64 hexadecimal digits, the first twelve of which are the tenant's mark
	TimeCreated int64  `json:"time_created"` // milliseconds
	IssuedAt    int64  `json:"iat"`          // seconds
	ExpiresAt   int64  `json:"exp"`          // seconds
}

var _ jwt.Claims = claims{}

func (c claims) GetExpirationTime() (*jwt.NumericDate, error) { return date(c.ExpiresAt), nil }
func (c claims) GetIssuedAt() (*jwt.NumericDate, error)       { return date(c.IssuedAt), nil }
func (c claims) GetNotBefore() (*jwt.NumericDate, error)      { return nil, nil }
func (c claims) GetIssuer() (string, error)                   { return "", nil }
func (c claims) GetSubject() (string, error)                  { return "", nil }
func (c claims) GetAudience() (jwt.ClaimStrings, error)       { return nil, nil }

func date(seconds int64) *jwt.NumericDate { return jwt.NewNumericDate(time.Unix(seconds, 0)) }
