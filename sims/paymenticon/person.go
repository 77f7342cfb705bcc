package paymenticon

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"sync"

	"paysim/internal/provider"
)

func getPayer(c *provider.Call) (provider.Reply, error) {
	_, w, err := payerOf(c)
	if err != nil {
		return provider.Reply{}, err
	}
	out := wirePayer{
		WalletRef: w.Ref, Category: w.Category, Phone: w.Phone,
		Personal: wirePersonal{w.FirstName, nil, w.LastName, w.Gender, w.Birth, w.Address, w.City, w.Postal, w.Country, w.NationalID, w.Nation, w.Verified},
		Accounts: []wireAccount{},
	}
	if w.Email != "" {
		out.Email = &w.Email
	}
	if w.IBAN != "" {
		out.Accounts = append(out.Accounts, wireAccount{w.IBAN, w.Swift, w.AccountCurrency})
	}
	return provider.JSON(http.StatusOK, out), nil
}

func getPayerStats(c *provider.Call) (provider.Reply, error) {
	_, w, err := payerOf(c)
	if err != nil {
		return provider.Reply{}, err
	}
	return provider.JSON(http.StatusOK, wireStats{w.CreationSource, w.RegistrationSource, w.DistributorSymbol}), nil
}

func listDocuments(c *provider.Call) (provider.Reply, error) {
	s, w, err := payerOf(c)
	if err != nil {
		return provider.Reply{}, err
	}
	out := wireDocuments{WalletRef: w.Ref, Category: w.Category, Documents: []wireDocument{}}
	if w.Verified {
		token := documentToken()
		out.Documents = append(out.Documents, wireDocument{
			Type: "id", ContentType: "image/png", Filename: "id-card.png", Expires: "2035-01-01", Checksum: token, Version: 1,
			Created: "2020-01-01 00:00:00", Modified: "2020-01-01 00:00:00", FileURL: c.Base + "/sessions/" + s.ID + "/document/" + token + "/",
		})
	}
	return provider.JSON(http.StatusOK, out), nil
}

// getDocument answers a picture, which carries no signature.
func getDocument(c *provider.Call) (provider.Reply, error) {
	_, w, err := payerOf(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if !w.Verified || c.Vars["token"] != documentToken() {
		return provider.Reply{}, errNotFound.Because("no such document")
	}
	return provider.Reply{Status: http.StatusOK, Header: http.Header{"Content-Type": {"image/png"}}, Body: documentImage()}, nil
}

// documentToken is the picture's MD5 in hexadecimal, which is also its checksum.
func documentToken() string {
	sum := md5.Sum(documentImage())
	return hex.EncodeToString(sum[:])
}

// documentImage is an identity card that shows nobody: a frame, a head, lines.
var documentImage = sync.OnceValue(func() []byte {
	const w, h = 320, 200
	img := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.White, color.Gray{0x60}, color.Gray{0xd0}})
	fill := func(x0, y0, x1, y1 int, c uint8) {
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				img.SetColorIndex(x, y, c)
			}
		}
	}
	fill(0, 0, w, 6, 1)
	fill(0, h-6, w, h, 1)
	fill(0, 0, 6, h, 1)
	fill(w-6, 0, w, h, 1)
	fill(24, 40, 104, 150, 2)
	for i := range 5 {
		fill(128, 48+22*i, 290-20*(i%2), 56+22*i, 1)
	}
	var b bytes.Buffer
	png.Encode(&b, img) // into memory: cannot fail
	return b.Bytes()
})
