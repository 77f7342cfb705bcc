package paymenticon

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"paysim/internal/provider"
)

// payerOf finds the wallet that logged in to the caller's session.
func payerOf(c *provider.Call) (session, wallet, error) {
	s, err := mine(c)
	if err != nil {
		return s, wallet{}, err
	}
	w, ok := wallets.Get(c, s.Consumer)
	if !ok {
		return s, w, errNoPayer.Because("nobody has logged in")
	}
	return s, w, nil
}

// granted finds the wallet whose owner accepted the session's scope, while the
// session's time lasts.
func granted(c *provider.Call, scope string) (wallet, error) {
	s, w, err := payerOf(c)
	switch {
	case err == nil && (s.Status != accepted || s.Closed):
		err = errNoScope.Because("access is %s, closed %v", s.Status, s.Closed)
	case err == nil && !slices.Contains(s.Scopes, scope):
		err = errNoScope.Because("the session does not ask for %s", scope)
	}
	return w, err
}

func confirmFunds(c *provider.Call) (provider.Reply, error) {
	w, err := granted(c, "get_confirmation_of_funds")
	if err != nil {
		return provider.Reply{}, err
	}
	f := &fields{body: caller(c).body}
	amount, currency := f.whole("amount", true), f.currency("currency", true)
	if f.err != nil {
		return provider.Reply{}, f.err
	}
	return provider.JSON(http.StatusOK, wireFunds{w.Ref, balance(c.Tx, w.Ref, currency).available() >= amount}), nil
}

func getFunds(c *provider.Call) (provider.Reply, error) {
	w, err := granted(c, "get_wallet_funds")
	if err != nil {
		return provider.Reply{}, err
	}
	out := wireBalances{WalletRef: w.Ref}
	for _, currency := range currencies {
		a, ok := accounts.Get(c, w.Ref+"/"+currency)
		if ok || slices.Contains(held, currency) {
			out.Available = append(out.Available, wireSum{currency, a.available()})
			out.Balance = append(out.Balance, wireSum{currency, a.Booked})
		}
	}
	return provider.JSON(http.StatusOK, out), nil
}

// isoSecond is how the document writes times here: no zone, UTC.
const isoSecond = "2006-01-02T15:04:05"

// listing is what a caller asks of a list of transactions.
type listing struct {
	page, by            int
	order               string
	falling             bool
	currency, direction string
	from, to            time.Time
}

func readListing(body value) (listing, error) {
	f := &fields{body: body}
	l := listing{page: cmp.Or(int(f.whole("page", false)), 1), by: cmp.Or(int(f.whole("paginate_by", false)), 10)}
	l.order, l.falling = strings.CutPrefix(cmp.Or(f.text("order_by", false), "-date"), "-")
	if !slices.Contains([]string{"currency", "date", "title", "amount"}, l.order) {
		f.fail("order_by", "names a field that cannot be ordered by")
	}
	if filters, ok := f.get("filters"); ok {
		if filters.kind != object {
			f.fail("filters", "is not an object")
		}
		g := &fields{body: filters}
		l.currency = g.currency("currency", false)
		l.direction = g.oneOf("direction", false, "incoming", "outgoing")
		l.from, l.to = g.moment("date_from"), g.moment("date_to")
		if f.err == nil {
			f.err = g.err
		}
	}
	if l.by > 1000 {
		f.fail("paginate_by", "is larger than 1000")
	}
	if l.page > 1_000_000 {
		f.fail("page", "is larger than 1,000,000")
	}
	return l, f.err
}

// moments are the forms of ISO 8601 that are understood: with seconds or
// without, with a zone or in UTC, or a day alone.
var moments = []string{isoSecond, time.RFC3339, isoSecond + "Z0700", "2006-01-02T15:04", "2006-01-02T15:04Z07:00", "2006-01-02T15:04Z0700", time.DateOnly}

// moment reads an ISO 8601 time; the zero one when it is absent or null.
func (f *fields) moment(name string) time.Time {
	s := f.text(name, false)
	if s == "" {
		return time.Time{}
	}
	for _, layout := range moments {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	f.fail(name, "is not an ISO 8601 time")
	return time.Time{}
}

func listTransactions(c *provider.Call) (provider.Reply, error) {
	w, err := granted(c, "get_transactions")
	if err != nil {
		return provider.Reply{}, err
	}
	l, err := readListing(caller(c).body)
	if err != nil {
		return provider.Reply{}, err
	}
	var all []side
	for _, m := range movements.Where(c, "from", w.Ref) {
		all = append(all, side{m, "outgoing", m.To})
	}
	for _, m := range movements.Where(c, "to", w.Ref) {
		all = append(all, side{m, "incoming", m.From})
	}
	all = slices.DeleteFunc(all, l.hides)
	slices.SortStableFunc(all, l.compare)
	out := wireTransactions{WalletRef: w.Ref, Transactions: []wireTransaction{}, Pagination: wirePagination{PaginateBy: l.by, Page: l.page, Total: len(all)}}
	first, last := min((l.page-1)*l.by, len(all)), min(l.page*l.by, len(all))
	for _, s := range all[first:last] {
		out.Transactions = append(out.Transactions, s.wire(c))
	}
	if l.page > 1 && (l.page-2)*l.by < max(len(all), 1) {
		out.Pagination.Previous = l.page - 1
	}
	if last < len(all) {
		out.Pagination.Next = l.page + 1
	}
	return provider.JSON(http.StatusOK, out), nil
}

// side is a movement as one of its two wallets sees it.
type side struct {
	movement
	direction, other string
}

func (s side) wire(c *provider.Call) wireTransaction {
	out := wireTransaction{
		Amount: s.Amount, Currency: s.Currency, Date: s.At.Format(isoSecond), Direction: s.direction, Opposite: s.other, Resource: s.Resource, Title: s.Title,
		TrnID: s.ID, WalletRef: s.other, ID: s.ID, Wallet: s.other,
	}
	if s.other == outside {
		out.Opposite, out.WalletRef, out.Wallet = "Bank transfer", "", ""
	} else if w, ok := wallets.Get(c, s.other); ok && w.FirstName != "" {
		out.Opposite = w.FirstName + " " + w.LastName + "\n" + s.other
	}
	return out
}

// hides reports whether the filters keep a side out of the list.
func (l listing) hides(s side) bool {
	at := s.At.Truncate(time.Second)
	return l.currency != "" && s.Currency != l.currency ||
		l.direction != "" && s.direction != l.direction ||
		!l.from.IsZero() && at.Before(l.from) ||
		!l.to.IsZero() && at.After(l.to)
}

func (l listing) compare(a, b side) int {
	var n int
	switch l.order {
	case "amount":
		n = cmp.Compare(a.Amount, b.Amount)
	case "currency":
		n = strings.Compare(a.Currency, b.Currency)
	case "title":
		n = strings.Compare(a.Title, b.Title)
	}
	if n == 0 {
		n = cmp.Compare(a.Serial, b.Serial)
	}
	if l.falling {
		return -n
	}
	return n
}
