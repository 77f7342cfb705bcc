package paymenticon

import (
	"net/http"
	"strings"
	"time"

	"paysim/internal/page"
	"paysim/internal/provider"
)

// imageLife is how long a voucher's picture can be fetched: as long as a
// session lives, which is what the document's example shows.
const imageLife = lifetime

// newWallet is an anonymous wallet with a voucher, not kept yet.
func newWallet(c *provider.Call, width int, pin bool) wallet {
	ids := c.Stream("wallet")
	w := wallet{
		Ref: walletPrefix + strings.ToUpper(ids.Hex(10)), Category: "anonymous", CreationSource: "ONLINE", RegistrationSource: "ONLINE", DistributorSymbol: "SLR-001",
		VoucherID: ids.Hex(24), VoucherType: "voucher", ManualNumber: ids.Text(12, "0123456789"),
		ImageID: ids.UUID(c.Mark).String(), ImageWidth: width, ImageExpires: c.Now.Add(imageLife),
	}
	if pin {
		w.PIN = ids.Text(4, "0123456789")
	}
	return w
}

func (w wallet) label() string { return "*" + w.ManualNumber[max(0, len(w.ManualNumber)-3):] }

func (w wallet) made(c *provider.Call, requestID string) wireNewWallet {
	return wireNewWallet{w.Ref, wireVoucher{w.label(), c.Base + "/get-voucher/" + w.ImageID + ".png", w.ImageExpires.Unix(), w.PIN}, requestID}
}

// getVoucher is a POST because its id must not stand in a URL.
func getVoucher(c *provider.Call) (provider.Reply, error) {
	f := &fields{body: caller(c).body}
	kind, id := f.oneOf("id_type", true, "manual_number", "voucher_id"), f.text("id", true)
	if f.err != nil {
		return provider.Reply{}, f.err
	}
	index := "voucher"
	if kind == "manual_number" {
		index = "number"
	}
	w, ok := wallets.First(c, index, id)
	if !ok {
		return provider.Reply{}, errNotFound.Because("no such voucher")
	}
	return provider.JSON(http.StatusOK, wireVoucherInfo{w.label(), w.VoucherType, !w.Deactivated, w.Ref}), nil
}

// getVoucherImage draws the voucher's id as a QR code of the width asked for, or
// wider where a camera could not read that.
func getVoucherImage(c *provider.Call) (provider.Reply, error) {
	w, ok := wallets.First(c, "image", strings.TrimSuffix(c.Vars["file"], ".png"))
	if !ok {
		return provider.Reply{}, errNotFound.Because("no such picture")
	}
	if c.Now.After(w.ImageExpires) {
		return provider.Reply{}, errGone.Because("the link lived until %s", w.ImageExpires.Format(time.RFC3339))
	}
	png, err := page.QRPNG(w.VoucherID, w.ImageWidth)
	if err != nil {
		return provider.Reply{}, err
	}
	h := http.Header{"Content-Type": {"image/png"}, "Cache-Control": {"no-store"}}
	return provider.Reply{Status: http.StatusOK, Header: h, Body: png}, nil
}
