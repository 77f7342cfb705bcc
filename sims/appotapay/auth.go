package appotapay

import (
	"encoding/base64"
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"paysim/internal/ident"
	"paysim/internal/provider"
)

const (
	authHeader   = "X-APPOTAPAY-AUTH"
	keyPrefix    = "apk-"
	secretPrefix = "secret-"
	secretSuffix = "-0123456789abcdef0123456789abcdef" // HS256 keys below 32 bytes are refused by some JWT libraries
)

func keys(tenant string) []provider.Key {
	return []provider.Key{
		{Name: "partner code", Value: tenant, Env: "APPOTAPAY_PARTNER_CODE"},
		{Name: "API key", Value: keyPrefix + tenant, Env: "APPOTAPAY_API_KEY"},
		{Name: "secret key", Value: secretOf(tenant), Env: "APPOTAPAY_SECRET_KEY"},
	}
}

func secretOf(tenant string) string { return secretPrefix + tenant + secretSuffix }

// bearer is the JWT of a call. The card pages send it bare, the older pages and
// many clients behind "Bearer".
func bearer(c *provider.Call) string {
	raw := strings.TrimSpace(c.Request.Header.Get(authHeader))
	if scheme, token, ok := strings.Cut(raw, " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	return raw
}

// whose reads the tenant from the token's iss, or from the mark in the id of a
// page's URL.
func whose(c *provider.Call) provider.Claim {
	if c.Operation != nil && c.Operation.Page {
		return provider.Claim{Mark: pageMark(c.Request.Query())}
	}
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(bearer(c), claims); err != nil {
		return provider.Claim{}
	}
	iss, _ := claims["iss"].(string)
	return provider.Claim{Tenant: iss}
}

func pageMark(query url.Values) ident.Mark {
	_, mark, ok := ident.ParseULID(query.Get("id"))
	if ok {
		return mark
	}
	mark, _ = ident.ParseMark(tranValues(query.Get("tran")).Get("m"))
	return mark
}

// tranValues reads the tran of an order's page, which is a query string in
// base64.
func tranValues(tran string) url.Values {
	text, _ := base64.RawURLEncoding.DecodeString(tran)
	values, _ := url.ParseQuery(string(text))
	return values
}

// authenticate wants a token signed with the partner's secret key that has not
// run out, naming the partner and the API key that belongs to it. What else it
// claims, jti above all, real clients fill in so many ways that it proves
// nothing.
func authenticate(c *provider.Call) error {
	if c.Operation.Page {
		return nil
	}
	claims := jwt.MapClaims{}
	if _, err := parser(c).ParseWithClaims(bearer(c), claims, func(*jwt.Token) (any, error) { return []byte(secretOf(c.Tenant)), nil }); err != nil {
		return errUnauthorized.Because("%s", whyRefused(err))
	}
	if iss, _ := claims["iss"].(string); iss != c.Tenant {
		return errUnauthorized.Because("the token names no partner")
	}
	if key, _ := claims["api_key"].(string); key != keyPrefix+c.Tenant {
		return family(c, errNotGranted, errGatewayKeyUnknown).Because("the api_key is not the partner's")
	}
	if !mayCall(c.Request.Remote, c.Texts("allowed_ips")) {
		return family(c, errIPNotConfigured, errGatewayIP).Because("allowed_ips does not list the caller")
	}
	return nil
}

func parser(c *provider.Call) *jwt.Parser {
	signed := jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()})
	if !c.Flag("check_expiry") {
		return jwt.NewParser(signed, jwt.WithoutClaimsValidation())
	}
	return jwt.NewParser(signed, jwt.WithExpirationRequired(), jwt.WithTimeFunc(func() time.Time { return c.Now }))
}

// whyRefused says what is wrong with a token, for the journal.
func whyRefused(err error) string {
	for _, known := range []error{
		jwt.ErrTokenMalformed, jwt.ErrTokenUnverifiable, jwt.ErrTokenSignatureInvalid, jwt.ErrTokenExpired, jwt.ErrTokenNotValidYet, jwt.ErrTokenRequiredClaimMissing,
	} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return "the token is not valid"
}

func mayCall(from netip.Addr, allowed []string) bool {
	return len(allowed) == 0 || slices.Contains(allowed, from.String())
}
