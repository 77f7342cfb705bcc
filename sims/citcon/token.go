package citcon

import (
	"time"

	"github.com/golang-jwt/jwt/v5"

	"paysim/internal/provider"
)

// The kinds of access token.
const (
	clientToken = "client"
	serverToken = "server"
)

// tokenLife is how long an access token is good: 24 hours, by the document.
const tokenLife = 24 * time.Hour

// permissions are what a token's answer lists, in wire order. Those of a client
// token are from the WebSDK manual of 2022; nothing newer is public.
var permissions = map[string][]string{
	serverToken: {"inquiry", "charge", "vault", "consult", "encryption-config", "refund", "capture"},
	clientToken: {"inquiry", "charge", "vault", "installment"},
}

func createToken(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	kind := in.oneOf("token_type", clientToken, serverToken)
	if err := in.err(); err != nil {
		return provider.Reply{}, err
	}
	if err := trouble(c.Outcome("")); err != nil {
		return provider.Reply{}, err
	}
	row, ok := reusable(c, kind)
	if !ok {
		row = token{ID: c.Mark.String() + c.Stream("access token").Hex(52), Type: kind, Issued: c.Now}
		row.Sum = sumOf(row.bearer(c.Tenant))
		tokens.Put(c, row)
		latest.Put(c, latestToken{Type: kind, Sum: row.Sum})
	}
	return success(wireToken{
		AccessToken: row.bearer(c.Tenant), TokenType: kind, Expiry: row.expires().Unix(), Permission: permissions[kind],
	}), nil
}

// reusable is the newest token of a kind while it is young enough to be
// answered again.
func reusable(c *provider.Call, kind string) (token, bool) {
	newest, ok := latest.Get(c, kind)
	if !ok {
		return token{}, false
	}
	row, ok := tokens.Get(c, newest.Sum)
	window := min(time.Duration(min(c.Number("token_reuse_minutes"), 24*60))*time.Minute, tokenLife)
	return row, ok && c.Now.Before(row.Issued.Add(window))
}

func (t token) expires() time.Time { return t.Issued.Truncate(time.Second).Add(tokenLife) }

// bearer is the token as it goes out. It is not kept: the same claims and key
// give the same bytes.
func (t token) bearer(tenant string) string {
	told := claims{ID: t.ID, TimeCreated: t.Issued.UnixMilli(), IssuedAt: t.Issued.Unix(), ExpiresAt: t.expires().Unix()}
	signed, err := jwt.NewWithClaims(jwt.SigningMethodHS256, told).SignedString(signingKey(tenant))
	if err != nil {
		panic(err) // three numbers and a string, signed with bytes: cannot fail
	}
	return tokenPrefix + signed
}
