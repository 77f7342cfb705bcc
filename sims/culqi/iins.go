package culqi

import (
	"slices"
	"strings"

	"paysim/internal/provider"
)

// iin is what the first six digits of a card say. Category is "" for null.
type iin struct {
	bin, brand, kind, category, issuer, country, code string
	installments                                      []int64
}

var (
	inBBVA      = []int64{2, 4, 6, 8, 10, 12, 3, 5, 7, 9, 24, 48}
	inInterbank = []int64{24, 2, 3, 4, 5, 6, 7, 8, 9, 12, 48}
)

// iins are those of the test cards, newest first as Culqi lists them.
var iins = []iin{
	{bin: "411111", brand: "Visa", kind: "credito", category: "Clásica", issuer: "BBVA", installments: inBBVA},
	{bin: "511111", brand: "MasterCard", kind: "debito", category: "Clásica", issuer: "INTERBANK", installments: inInterbank},
	{bin: "371212", brand: "Amex", kind: "credito", issuer: "AMERICAN EXPRESS COMPANY"},
	{bin: "360012", brand: "Diners", kind: "debito", issuer: "BERLINER BANK AG"},
	{bin: "400002", brand: "Visa", kind: "credito", category: "Clásica", issuer: "RIVER VALLEY C.U."},
	{bin: "400003", brand: "Visa", kind: "credito"},
	{bin: "400004", brand: "Visa", kind: "debito"},
	{bin: "540000", brand: "MasterCard", kind: "credito", category: "Oro", issuer: "SAMBA FINANCIAL GROUP"},
	{bin: "540002", brand: "MasterCard", kind: "credito", issuer: "BARCLAYS BANK PLC"},
	{bin: "370001", brand: "Amex", kind: "credito", issuer: "AMERICAN EXPRESS COMPANY"},
	{bin: "370002", brand: "Amex", kind: "credito", issuer: "AMERICAN EXPRESS COMPANY"},
	{bin: "360000", brand: "Diners", kind: "credito"},
	{bin: "360001", brand: "Diners", kind: "credito"},
	{bin: "360002", brand: "Diners", kind: "credito"},
	{bin: "444433", brand: "Visa", kind: "credito", issuer: "JPMORGAN CHASE BANK, N.A.", country: "UNITED STATES", code: "US"},
}

// iinOf knows the test cards; of any other card it knows the brand.
func iinOf(bin string) iin {
	if i := slices.IndexFunc(iins, func(i iin) bool { return i.bin == bin }); i >= 0 {
		return iins[i]
	}
	out := iin{bin: bin, brand: "Visa", kind: "credito"}
	for prefix, brand := range map[string]string{"34": "Amex", "37": "Amex", "30": "Diners", "36": "Diners", "38": "Diners", "5": "MasterCard", "2": "MasterCard"} {
		if strings.HasPrefix(bin, prefix) {
			out.brand = brand
		}
	}
	return out
}

func (i iin) where() (country, code string) {
	if i.country == "" {
		return "PERU", "PE"
	}
	return i.country, i.code
}

func (i iin) wire() wireIIN {
	country, code := i.where()
	installments := i.installments
	if installments == nil {
		installments = []int64{}
	}
	return wireIIN{
		Object: "iin", Bin: i.bin, Brand: &i.brand, Type: &i.kind, Category: textOrNull(i.category),
		Issuer: wireIssuer{Name: i.issuer, Country: country, CountryCode: &code}, Installments: installments,
	}
}

func getIIN(c *provider.Call) (provider.Reply, error) {
	bin := c.Vars["id"]
	if !slices.ContainsFunc(iins, func(i iin) bool { return i.bin == bin }) {
		return provider.Reply{}, missing(errNotFound, "el IIN", bin)
	}
	return reply(200, iinOf(bin).wire()), nil
}

func listIINs(c *provider.Call) (provider.Reply, error) {
	return list(c, listing[iin]{path: "/v2/iins", rows: iins, id: func(i iin) string { return i.bin }, uncounted: true,
		facts: func(i iin) facts {
			_, code := i.where()
			return facts{texts: map[string]string{"bin": i.bin, "card_brand": i.brand, "card_type": i.kind, "country_code": code}}
		},
		wire: func(i iin) any { return i.wire() },
	})
}
