package citcon

import (
	"slices"

	"paysim/internal/provider"
)

// plans are the instalment plans of a card in Mexico: how many instalments and
// what percentage they add. The document prints them for an amount of 100.
var plans = []struct{ instalments, percent int64 }{{1, 0}, {3, 4}, {6, 8}, {9, 12}, {12, 16}}

// promotions are the two that the document prints. It prints them for an amount
// below their minimum, so they are for any.
var promotions = []wirePromotion{promotion(false), promotion(true)}

func promotion(token bool) wirePromotion {
	return wirePromotion{
		DiscountAmount: 600, MinOriginalAmount: 2000, MaxOriginalAmount: 99999999, DiscountCode: "12861", Expiry: 1659196800000,
		Issuer: "BC", Balance: 1000000, TokenPayment: token,
	}
}

func getConsult(c *provider.Call) (provider.Reply, error) {
	q := c.Request.Query()
	name, currency, country, client := q.Get("method"), q.Get("currency"), q.Get("country"), q.Get("client")
	m, _ := methodOf(name)
	amount, ok := whole(q.Get("amount"))
	switch {
	case name == "alipay ":
		return provider.Reply{}, errBadRequest.Because("method is \"alipay \": a plus in a query is a space unless it is sent as %%2B")
	case !m.consults:
		return provider.Reply{}, errBadRequest.Because("method is not one that can be consulted")
	case !ok || amount < 1 || amount > maxAmount:
		return provider.Reply{}, errBadRequest.Because("amount is not a whole number from 1 to %d", int64(maxAmount))
	case !currencyForm.MatchString(currency):
		return provider.Reply{}, errBadRequest.Because("currency is not three capital letters")
	case country != "" && !countryForm.MatchString(country):
		return provider.Reply{}, errBadRequest.Because("country is not two capital letters")
	case client != "" && !slices.Contains([]string{desktop, mobile}, client):
		return provider.Reply{}, errBadRequest.Because("client is neither %s nor %s", desktop, mobile)
	}
	if err := trouble(c.Outcome("")); err != nil {
		return provider.Reply{}, err
	}
	var w wireConsult
	w.Installments.Data, w.Promotions.Data = []wireInstallment{}, []wirePromotion{}
	e := wireEnvelope{Status: "success", App: app, Version: version}
	switch {
	case name == "alipay+":
		w.Promotions.Data = promotions
		e.Version = "v0.1.0" // as printed, for this method alone
	case name == "card" && country == "MX":
		for _, p := range plans {
			total := rounded(amount*(100+p.percent), 100)
			w.Installments.Data = append(w.Installments.Data, wireInstallment{TotalAmount: total, InstallmentNo: p.instalments, InstallmentAmount: rounded(total, p.instalments)})
		}
	}
	e.Data = w
	return provider.JSON(200, e), nil
}

// rounded is a quotient of positive numbers, to the nearest.
func rounded(n, by int64) int64 { return (2*n + by) / (2 * by) }
