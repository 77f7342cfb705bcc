package paymenticon

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sort"
)

// independent signs as the document says, by other means than the provider:
// head is method, URL and time. What is no JSON object counts as empty.
func independent(key, head string, body []byte) string {
	return hmacHex(key, head+decoded(body).flatten("true", "false", ""))
}

func hmacHex(key, message string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(message))
	return hex.EncodeToString(mac.Sum(nil))
}

// signedBody is a body as encoding/json reads it.
type signedBody struct{ v any }

func decoded(body []byte) signedBody {
	var v map[string]any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return signedBody{}
	}
	return signedBody{v}
}

// flatten joins the values: sorted by key, objects in place.
func (b signedBody) flatten(yes, no, null string) string {
	out := ""
	switch v := b.v.(type) {
	case nil:
		return null
	case bool:
		if v {
			return yes
		}
		return no
	case map[string]any:
		names := make([]string, 0, len(v))
		for n := range v {
			names = append(names, n)
		}
		sort.Strings(names)
		for _, n := range names {
			out += signedBody{v[n]}.flatten(yes, no, null)
		}
		return out
	case []any:
		for _, m := range v {
			out += signedBody{m}.flatten(yes, no, null)
		}
		return out
	}
	return fmt.Sprint(b.v)
}
