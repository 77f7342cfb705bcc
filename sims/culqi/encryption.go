package culqi

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"sync"

	"paysim/internal/ident"
	"paysim/internal/provider"
)

// keyBits is the size of a tenant's RSA key, that of the keys in the SDKs' tests.
const keyBits = 1024

// rsaKeys caches what follows from a tenant's name and takes a while to find.
var rsaKeys sync.Map // tenant → func() *rsa.PrivateKey

// rsaKey is the key pair of a tenant. It follows from the name alone, so that a
// client can be configured before the simulator starts, and is found at first
// use. crypto/rsa cannot make keys that repeat, hence the primes of our own.
func rsaKey(tenant string) *rsa.PrivateKey {
	find, _ := rsaKeys.LoadOrStore(tenant, sync.OnceValue(func() *rsa.PrivateKey {
		s := ident.NewStream(0, tenant, "culqi", "rsa")
		for {
			if k := keyFrom(prime(s), prime(s)); k != nil {
				return k
			}
		}
	}))
	return find.(func() *rsa.PrivateKey)()
}

const publicExponent = 65537

// keyFrom makes a key of two primes; nil when they do not fit.
func keyFrom(p, q *big.Int) *rsa.PrivateKey {
	one := big.NewInt(1)
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	d := new(big.Int).ModInverse(big.NewInt(publicExponent), phi)
	n := new(big.Int).Mul(p, q)
	if d == nil || n.BitLen() != keyBits || p.Cmp(q) == 0 {
		return nil
	}
	k := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: publicExponent}, D: d, Primes: []*big.Int{p, q}}
	k.Precompute()
	if k.Validate() != nil {
		return nil
	}
	return k
}

// prime takes numbers from the stream until one is prime. The two highest bits
// are set, so that a product of two has all its bits.
func prime(s *ident.Stream) *big.Int {
	b := make([]byte, keyBits/16)
	for {
		s.Read(b)
		b[0] |= 0xc0
		b[len(b)-1] |= 1
		if p := new(big.Int).SetBytes(b); p.ProbablyPrime(20) {
			return p
		}
	}
}

func rsaID(tenant string) string {
	return ident.NewStream(0, tenant, "culqi", "rsa id").UUID(ident.MarkOf(tenant)).String()
}

func rsaPublicKey(tenant string) string {
	der, err := x509.MarshalPKIXPublicKey(&rsaKey(tenant).PublicKey)
	if err != nil {
		panic(err) // an RSA key can always be written
	}
	return strings.TrimSpace(string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
}

// wireEncrypted is a body in encrypted mode.
type wireEncrypted struct {
	Data string `json:"encrypted_data"`
	Key  string `json:"encrypted_key"`
	IV   string `json:"encrypted_iv"`
}

// plainBody is the body as it was before the client encrypted it, if it did.
func plainBody(c *provider.Call) ([]byte, error) {
	id := c.Request.Header.Get("X-Culqi-Rsa-Id")
	var w wireEncrypted
	if json.Unmarshal(c.Request.Body, &w) != nil || w.Key == "" {
		return c.Request.Body, nil
	}
	if id != rsaID(c.Tenant) {
		return nil, errEncryption.Because("x-culqi-rsa-id is not the tenant's")
	}
	plain, err := w.open(rsaKey(c.Tenant))
	if err != nil {
		return nil, errEncryption.Because("%v", err)
	}
	c.Note("the body was encrypted")
	return plain, nil
}

// open decrypts AES-256 in GCM whose tag the clients throw away. Sealing what
// was sealed gives the plain text back, because GCM is a stream cipher.
func (w wireEncrypted) open(k *rsa.PrivateKey) ([]byte, error) {
	key, err := unwrap(k, w.Key)
	if err != nil {
		return nil, fmt.Errorf("encrypted_key: %w", err)
	}
	iv, err := unwrap(k, w.IV)
	if err != nil {
		return nil, fmt.Errorf("encrypted_iv: %w", err)
	}
	data, err := base64.StdEncoding.DecodeString(w.Data)
	if err != nil {
		return nil, fmt.Errorf("encrypted_data: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("encrypted_key: %w", err)
	}
	if len(iv) == 0 {
		return nil, fmt.Errorf("encrypted_iv is empty")
	}
	gcm, err := cipher.NewGCMWithNonceSize(block, len(iv))
	if err != nil {
		return nil, err
	}
	return gcm.Seal(nil, iv, data, nil)[:len(data)], nil
}

func unwrap(k *rsa.PrivateKey, text string) ([]byte, error) {
	sealed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	return rsa.DecryptOAEP(sha256.New(), nil, k, sealed, nil)
}
