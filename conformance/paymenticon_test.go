package conformance_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"paysim/conformance/suite"
	"paysim/conformance/tool"
)

func init() {
	sign["paymenticon"] = signPaymenticon
	// The pinned clients, where ./install has put them, before those of the machine.
	if pinned, err := filepath.Abs("paymenticon/clients/.venv/bin"); err == nil {
		if _, err := os.Stat(filepath.Join(pinned, "http")); err == nil {
			os.Setenv("PATH", pinned+string(os.PathListSeparator)+os.Getenv("PATH"))
		}
	}
}

// signPaymenticon computes X-Paymenticon-Time and the digest of the Authorization header as the document's chapter on
// authorization says.
func signPaymenticon(vars suite.Vars, _ string, r tool.Request) error {
	vars["now"] = strconv.FormatInt(time.Now().Unix(), 10)
	values := ""
	if r.Body != "" {
		d := json.NewDecoder(strings.NewReader(r.Body))
		d.UseNumber()
		var body map[string]any
		if err := d.Decode(&body); err != nil {
			return err
		}
		values = glued(body)
	}
	vars["digest"] = paymenticonDigest(vars["api-key"], r.Method, r.URL, vars["now"], values)
	return nil
}

func paymenticonDigest(key, method, url, now, values string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(method + url + now + values))
	return hex.EncodeToString(mac.Sum(nil))
}

// glued are the values sorted by their keys and glued together, nested objects in the same manner.
func glued(v any) string {
	var all strings.Builder
	switch v := v.(type) {
	case map[string]any:
		var keys []string
		for key := range v {
			keys = append(keys, key)
		}
		sort.Strings(keys)
		for _, key := range keys {
			all.WriteString(glued(v[key]))
		}
	case []any:
		for _, item := range v {
			all.WriteString(glued(item))
		}
	case nil:
	default:
		fmt.Fprint(&all, v)
	}
	return all.String()
}

// TestPaymenticonSigner checks the signer with the document's complete example.
func TestPaymenticonSigner(t *testing.T) {
	body := map[string]any{
		"client_ip": "127.0.0.1", "amount": json.Number("1000"), "currency": "PLN", "description": "order 123",
		"success_url": "https://myshop.com/order/success.html", "error_url": "https://myshop.com/order/error.html",
	}
	const want = "818d3a296abcd9d2631156548442ee364efe72af7a986dc24b92d2beaa8da0c3"
	got := paymenticonDigest("fb5e9519-0e2b-478d-9e04-15b31239c1cc", "POST", "https://pay.paymenticon.com/session/45158fcc-a33b-4439-b94e-4883f379633d", "1470041886", glued(body))
	if got != want {
		t.Errorf("signed %s, want %s", got, want)
	}
	nested := map[string]any{"ccc": "valueofCCC", "zzz": map[string]any{"222": "valueZZZ222", "111": "valueZZZ111"}, "aaa": "valueofAAA"}
	if got := glued(nested); got != "valueofAAAvalueofCCCvalueZZZ111valueZZZ222" {
		t.Errorf("glued %s", got)
	}
}
