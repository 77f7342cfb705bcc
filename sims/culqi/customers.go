package culqi

import (
	"fmt"
	"strings"
	"time"

	"paysim/internal/provider"
)

func createCustomer(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	k := customerRow{Who: in.person(), Email: in.email("email"), Metadata: in.metadata()}
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	if _, taken := customers.First(c, "email", k.Email); taken {
		return provider.Reply{}, errEmailTaken
	}
	k = keepCustomer(c.Tx, k)
	out := k.wire(c.Tx, false)
	out.Created = k.Created.UnixMilli()
	return reply(201, out), tell(c.Tx, "customer.creation.succeeded", "", provider.Marshal(out))
}

func keepCustomer(tx *provider.Tx, k customerRow) customerRow {
	k.ID, k.Created = "cus_test_"+tx.Stream("customer").Text(16, alphanumeric), tx.Now.Truncate(time.Millisecond)
	customers.Put(tx, k)
	return k
}

func customerOf(c *provider.Call) (customerRow, error) {
	k, ok := customers.Get(c, c.Vars["id"])
	if !ok || k.Deleted {
		return k, missing(errNotFound, "el cliente", c.Vars["id"])
	}
	return k, nil
}

var getCustomer = one(customerOf, func(c *provider.Call, k customerRow) any { return k.wire(c.Tx, true) })

func listCustomers(c *provider.Call) (provider.Reply, error) {
	return list(c, listing[customerRow]{
		path: "/v2/customers", rows: newest(customers.All(c), func(k customerRow) bool { return !k.Deleted }), id: func(k customerRow) string { return k.ID }, uncounted: true,
		facts: func(k customerRow) facts {
			return facts{
				texts: map[string]string{
					"email": k.Email, "first_name": k.Who.First, "last_name": k.Who.Last, "address": k.Who.Address, "address_city": k.Who.City,
					"country_code": k.Who.Country, "phone_number": k.Who.Phone,
				},
				dates: map[string]time.Time{"creation_date": k.Created}, metadata: k.Metadata,
			}
		},
		wire: func(k customerRow) any { return k.wire(c.Tx, true) },
	})
}

func updateCustomer(c *provider.Call) (provider.Reply, error) {
	k, err := customerOf(c)
	if err != nil {
		return provider.Reply{}, err
	}
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	for _, m := range []struct {
		name        string
		least, most int
		to          *string
	}{
		{"first_name", 2, 50, &k.Who.First}, {"last_name", 2, 50, &k.Who.Last}, {"address", 5, 100, &k.Who.Address},
		{"address_city", 2, 30, &k.Who.City}, {"country_code", 2, 2, &k.Who.Country}, {"phone_number", 5, 15, &k.Who.Phone},
	} {
		if in.has(m.name) {
			*m.to = in.text(m.name, m.least, m.most)
		}
	}
	if m := in.metadata(); m != nil {
		k.Metadata = m
	}
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	customers.Put(c, k)
	return reply(200, k.wire(c.Tx, true)), nil
}

// deleteCustomer takes the customer's cards and their subscriptions along.
func deleteCustomer(c *provider.Call) (provider.Reply, error) {
	k, err := customerOf(c)
	if err != nil {
		return provider.Reply{}, err
	}
	for _, card := range cards.Where(c, "customer", k.ID) {
		if err := removeCard(c.Tx, card); err != nil {
			return provider.Reply{}, err
		}
	}
	k.Deleted = true
	customers.Put(c, k)
	out := deleted(k.ID, "el cliente")
	return reply(200, out), tell(c.Tx, "customer.delete.succeeded", "", provider.Marshal(out))
}

// deleted is the answer to a deletion. what is the object in Spanish, with its article.
func deleted(id, what string) wireDeleted {
	return wireDeleted{ID: id, Deleted: true, Merchant: fmt.Sprintf("Se eliminó %s con ID %s exitosamente.", what, id)}
}

func (k customerRow) wire(tx *provider.Tx, later bool) wireCustomer {
	out := wireCustomer{Object: "customer", ID: k.ID, Created: whole(k.Created), Email: k.Email, Antifraud: k.Who.wire(), Metadata: orEmpty(k.Metadata)}
	if later {
		all := []wireCard{}
		for _, card := range cards.Where(tx, "customer", k.ID) {
			all = append(all, card.wire(tx, false))
		}
		out.Cards = &all
	}
	return out
}

// payer is a customer as the charges show one, whose phone has lost its plus.
func (k customerRow) payer() *antifraud {
	who := k.Who
	who.Phone = strings.TrimPrefix(who.Phone, "+")
	return &who
}
