package culqi

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"paysim/internal/provider"
)

// What the merchant's panel calls statements: transfers, balance, deposits and
// billed operations.

func listTransfers(c *provider.Call) (provider.Reply, error) {
	if !c.Flag("transfers_list") {
		return provider.Reply{}, errGateway
	}
	return list(c, listing[any]{path: "/v2/transfers"}) // nobody knows what one looks like
}

func getTransfer(c *provider.Call) (provider.Reply, error) {
	if !c.Flag("transfers_list") {
		return provider.Reply{}, errGateway
	}
	return provider.Reply{}, missing(errNotFound, "la transferencia", c.Vars["id"])
}

// wirePages is the envelope of statements, which is not that of lists.
type wirePages struct {
	List       []wireStatement `json:"list"`
	Pagination wirePagination  `json:"pagination"`
}

type wirePagination struct {
	Page  int `json:"page"`
	Limit int `json:"limit"`
	Total int `json:"total"`
}

type wireStatement struct {
	Reference     string `json:"reference_id"`
	Email         string `json:"email"`
	Card          string `json:"masked_card"`
	Type          string `json:"operation_type"`
	Amount        int64  `json:"operation_amount"`
	Currency      string `json:"currency"`
	FixedFee      int64  `json:"fixed_commission"`
	VariableFee   int64  `json:"variable_commission"`
	Fee           int64  `json:"commission"`
	FixedTaxes    int64  `json:"fixed_commission_igv"`
	VariableTaxes int64  `json:"variable_commission_igv"`
	Taxes         int64  `json:"igv"`
	Discount      int64  `json:"full_discount"`
	Payable       int64  `json:"payable_amount"`
	Date          int64  `json:"operation_date"`
}

// listBalance shows what was captured and given back, newest first.
func listBalance(c *provider.Call) (provider.Reply, error) {
	return statements(c, func(ch chargeRow) bool { return ch.captured() })
}

// listBilling shows what Culqi has billed its fee for.
func listBilling(c *provider.Call) (provider.Reply, error) {
	return statements(c, func(ch chargeRow) bool { return ch.captured() && ch.Refunded < ch.Amount })
}

var getBilling = one(chargeOf, func(c *provider.Call, ch chargeRow) any { return ch.statement(c.Tx) })

// wireDeposit is what one day's captures come to, as it is paid out.
type wireDeposit struct {
	ID       string `json:"id"`
	Status   string `json:"status"`
	Currency string `json:"currency"`
	Bank     string `json:"bank_name"`
	Holder   string `json:"account_holder"`
	Account  int64  `json:"account_number"`
	Voucher  int64  `json:"voucher_id"`
	Amount   int64  `json:"amount"`
	Date     string `json:"date"`
}

type wireDepositDetail struct {
	ID            string          `json:"id"`
	Currency      string          `json:"currency"`
	Status        string          `json:"status"`
	Voucher       int64           `json:"voucher_id"`
	Amount        int64           `json:"accumulated_amount"`
	FixedFee      int64           `json:"accumulated_fixed_commission"`
	VariableFee   int64           `json:"accumulated_variable_commission"`
	FixedTaxes    int64           `json:"accumulated_fixed_commission_igv"`
	VariableTaxes int64           `json:"accumulated_variable_commission_igv"`
	Taxes         int64           `json:"accumulated_igv"`
	Payable       int64           `json:"accumulated_payable_amount"`
	Date          string          `json:"date"`
	Sales         []wireStatement `json:"sales"`
}

// deposits are worked out from the charges: what was captured on a day in Lima
// and not given back is paid out when that day is over.
func deposits(tx *provider.Tx) []wireDepositDetail {
	var out []wireDepositDetail
	today := midnight(tx.Now)
	for _, ch := range charges.All(tx) {
		if !ch.captured() || ch.Refunded == ch.Amount || !ch.CapturedAt.Before(today) {
			continue
		}
		date := ch.CapturedAt.In(lima).Format(time.DateOnly)
		id := "dep_test_" + strings.ReplaceAll(date, "-", "") + ch.Currency
		i := slices.IndexFunc(out, func(d wireDepositDetail) bool { return d.ID == id })
		if i < 0 {
			i = len(out)
			out = append(out, wireDepositDetail{ID: id, Currency: ch.Currency, Status: "Depositado", Voucher: midnight(ch.CapturedAt).Unix() / 86_400, Date: date})
		}
		d, sale := &out[i], ch.statement(tx)
		d.Sales = append(d.Sales, sale)
		d.Amount, d.VariableFee, d.VariableTaxes = d.Amount+sale.Amount, d.VariableFee+sale.VariableFee, d.VariableTaxes+sale.VariableTaxes
		d.Taxes, d.Payable = d.VariableTaxes, d.Payable+sale.Payable
	}
	return out
}

func listDeposits(c *provider.Call) (provider.Reply, error) {
	out := []wireDeposit{}
	currency := c.Request.Query().Get("currency_code")
	for _, d := range deposits(c.Tx) {
		if currency == "" || currency == d.Currency {
			out = append(out, wireDeposit{d.ID, d.Status, d.Currency, "BBVA", c.Tenant, 1, d.Voucher, d.Payable, d.Date})
		}
	}
	return reply(200, out), nil
}

func getDeposit(c *provider.Call) (provider.Reply, error) {
	for _, d := range deposits(c.Tx) {
		if d.ID == c.Vars["id"] {
			return reply(200, d), nil
		}
	}
	return provider.Reply{}, missing(errNotFound, "el depósito", c.Vars["id"])
}

func statements(c *provider.Call, keep func(chargeRow) bool) (provider.Reply, error) {
	query := c.Request.Query()
	var rows []chargeRow
	for _, ch := range newest(charges.All(c), keep) {
		if currency := query.Get("currency_code"); currency == "" || currency == ch.Currency {
			rows = append(rows, ch)
		}
	}
	if query.Get("sort") == "ASC" {
		slices.Reverse(rows)
	}
	page, err := strconv.Atoi(query.Get("page"))
	if err != nil || page < 1 {
		page = 1
	}
	limit := limitOf(query)
	out := wirePages{List: []wireStatement{}, Pagination: wirePagination{Page: page, Limit: limit, Total: len(rows)}}
	from := min((min(page, 1<<20)-1)*limit, len(rows))
	for _, ch := range rows[from:min(from+limit, len(rows))] {
		out.List = append(out.List, ch.statement(c.Tx))
	}
	return reply(200, out), nil
}

func (ch chargeRow) statement(tx *provider.Tx) wireStatement {
	t, _ := tokens.Get(tx, ch.Token)
	rest := ch.Amount - ch.Refunded
	fee, taxes := fees(rest)
	kind := "Authorized"
	if rest == 0 {
		kind = "Return"
	}
	return wireStatement{
		Reference: ch.ID, Email: ch.Email, Card: t.Masked, Type: kind, Amount: rest, Currency: ch.Currency, VariableFee: fee, Fee: fee,
		VariableTaxes: taxes, Taxes: taxes, Discount: fee + taxes, Payable: rest - fee - taxes, Date: ch.Created.Truncate(time.Second).UnixMilli(),
	}
}
