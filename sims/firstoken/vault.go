package firstoken

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"paysim/internal/provider"
)

// card is card data in the clear. It exists only while a call runs; what stays
// is its sealed form.
type card struct {
	Number string `json:"n"`
	Name   string `json:"h,omitempty"`
	Exp    string `json:"e"`
	Code   string `json:"c,omitempty"` // the check code; a permanent token has none
	Info   string `json:"i,omitempty"` // additional_info, as the caller wrote it
}

// letters writes bytes without any digit, so that no sealed card looks like it
// held a card number or a check code.
var letters = base32.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef").WithPadding(base32.NoPadding)

// keyName is the one row of vaultKeys.
const keyName = "cards"

// newKey draws the tenant's key.
func newKey(tx *provider.Tx) {
	key := make([]byte, 32)
	tx.Stream("vault key").Read(key)
	vaultKeys.Put(tx, vaultKey{Name: keyName, Key: letters.EncodeToString(key)})
}

// vault is the tenant's key at work.
type vault struct{ key []byte }

func openVault(tx *provider.Tx) (vault, error) {
	k, _ := vaultKeys.Get(tx, keyName)
	key, err := letters.DecodeString(k.Key)
	if err != nil || len(key) != 32 {
		return vault{}, fmt.Errorf("the vault has no key: %w", provider.ErrInternal)
	}
	return vault{key}, nil
}

// seal encrypts a card for the token with that id. The nonce follows from both,
// so that the same call gives the same bytes.
func (v vault) seal(id string, c card) (string, error) {
	plain, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("sealing: %w", provider.ErrInternal)
	}
	gcm, err := v.cipher()
	if err != nil {
		return "", err
	}
	nonce := v.mac("nonce", id, string(plain))[:gcm.NonceSize()]
	return letters.EncodeToString(gcm.Seal(nonce, nonce, plain, []byte(id))), nil
}

// open is the inverse of seal.
func (v vault) open(id, sealed string) (card, error) {
	var c card
	gcm, err := v.cipher()
	if err != nil {
		return c, err
	}
	raw, err := letters.DecodeString(sealed)
	if err != nil || len(raw) < gcm.NonceSize() {
		return c, fmt.Errorf("a sealed card is damaged: %w", provider.ErrInternal)
	}
	plain, err := gcm.Open(nil, raw[:gcm.NonceSize()], raw[gcm.NonceSize():], []byte(id))
	if err != nil || json.Unmarshal(plain, &c) != nil {
		return c, fmt.Errorf("a sealed card is damaged: %w", provider.ErrInternal)
	}
	return c, nil
}

// index is 32 hexadecimal digits that are the same for the same parts.
func (v vault) index(parts ...string) string { return hex.EncodeToString(v.mac(parts...)[:16]) }

func (v vault) cipher() (cipher.AEAD, error) {
	block, err := aes.NewCipher(v.key)
	if err != nil {
		return nil, fmt.Errorf("the vault's key: %w", provider.ErrInternal)
	}
	return cipher.NewGCM(block)
}

func (v vault) mac(parts ...string) []byte {
	h := hmac.New(sha256.New, v.key)
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return h.Sum(nil)
}

// truncate shows of a card number its first six and last four digits.
func truncate(number string) string {
	if len(number) <= 10 {
		return strings.Repeat("*", len(number))
	}
	return number[:6] + strings.Repeat("*", len(number)-10) + number[len(number)-4:]
}

// The two tokens printed in the documents, which every tenant has.
const (
	printedPermanent = "0beb9110-45d6-4df1-9d61-6b8081cd83b2"
	printedTemporal  = "fa5f200d-2c48-41a5-a4c8-b4ec27819868"
)

// world gives a new tenant its key and the printed tokens, both for the card of
// the printed examples. The temporal one never expires, so that the examples run
// whatever the clock shows.
func world(tx *provider.Tx) {
	newKey(tx)
	v, err := openVault(tx)
	if err != nil {
		panic(err) // the key was written a line ago
	}
	c := card{Number: "4111111111111111", Name: "John Doe", Exp: "01/24"}
	permanent := token{ID: printedPermanent, Truncated: truncate(c.Number), State: alive, Created: tx.Now}
	permanent.Sealed, _ = v.seal(permanent.ID, c)
	tokens.Put(tx, permanent)

	c.Code, c.Info = "001", "{}"
	passing := temporal{ID: printedTemporal, Amount: "0", Currency: "COP", Index: v.index("pan", c.Number), State: alive, Created: tx.Now}
	passing.Sealed, _ = v.seal(passing.ID, c)
	temporals.Put(tx, passing)
}
