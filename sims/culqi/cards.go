package culqi

import (
	"time"

	"paysim/internal/provider"
)

func createCard(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	customer, token := in.text("customer_id", 1, 40), in.text("token_id", 1, 40)
	validate, authenticated, metadata := in.flag("validate", true), in.authenticated(), in.metadata()
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	k, ok := customers.Get(c, customer)
	if !ok || k.Deleted {
		return provider.Reply{}, missing(errNotFound, "el cliente", customer)
	}
	if _, err := usable(c.Tx, token, "token_id"); err != nil {
		return provider.Reply{}, err
	}
	about := ""
	if validate {
		ch, err := validateCard(c, k, token, authenticated)
		about = ch.ID
		switch {
		case err != nil:
			return provider.Reply{}, err
		case hidden(ch.State):
			return askForAuthentication(), nil
		case ch.State == chargeDeclined:
			return ch.declined(400), tell(c.Tx, "card.creation.failed", ch.ID, provider.Marshal(ch.outcome()))
		}
	}
	card, err := keepCard(c.Tx, cardRow{Customer: customer, Token: token, Metadata: metadata})
	if err != nil {
		return provider.Reply{}, err
	}
	out := card.wire(c.Tx, true)
	out.Created = card.Created.UnixMilli()
	if validate { // a mark of the validation that later answers do not have
		out.Metadata = with(metadata, "ZDA", "true")
	}
	return reply(201, out), tell(c.Tx, "card.creation.succeeded", about, provider.Marshal(card.wire(c.Tx, true)))
}

// validateCard charges a small sum and gives it back at once.
func validateCard(c *provider.Call, k customerRow, token string, authenticated bool) (chargeRow, error) {
	a := ask{
		source: token, param: "token_id", amount: c.Number("card_validation_amount"), currency: "PEN", email: k.Email, description: "Validacion de tarjeta",
		capture: true, authenticated: authenticated, antifraud: k.payer(), validation: true,
	}
	ch, err := charge(c.Tx, a, c.Outcome)
	if err != nil || ch.State != chargeCaptured {
		return ch, err
	}
	r, err := refund(c.Tx, ch, refundRow{Charge: ch.ID, Amount: ch.Amount, Reason: "solicitud_comprador"})
	if err != nil {
		return ch, err
	}
	return ch, tell(c.Tx, "refund.creation.succeeded", ch.ID, eventRefund(r))
}

func keepCard(tx *provider.Tx, card cardRow) (cardRow, error) {
	if err := spend(tx, card.Token, "token_id"); err != nil {
		return card, err
	}
	card.ID, card.Created = "crd_test_"+tx.Stream("card").Text(16, alphanumeric), tx.Now.Truncate(time.Millisecond)
	cards.Put(tx, card)
	return card, nil
}

func cardOf(c *provider.Call) (cardRow, error) {
	card, ok := cards.Get(c, c.Vars["id"])
	if !ok || card.Deleted {
		return card, missing(errNotFound, "la tarjeta", c.Vars["id"])
	}
	return card, nil
}

var getCard = one(cardOf, func(c *provider.Call, card cardRow) any { return card.wire(c.Tx, false) })

func listCards(c *provider.Call) (provider.Reply, error) {
	return list(c, listing[cardRow]{
		path: "/v2/cards", rows: newest(cards.All(c), func(card cardRow) bool { return !card.Deleted }), id: func(card cardRow) string { return card.ID },
		facts: func(card cardRow) facts {
			t, _ := tokens.Get(c, card.Token)
			f := t.facts()
			f.dates, f.metadata = map[string]time.Time{"creation_date": card.Created}, card.Metadata
			f.texts["customer_id"] = card.Customer
			return f
		},
		wire: func(card cardRow) any { return card.wire(c.Tx, false) },
	})
}

// updateCard changes the metadata, or puts another token behind the card.
func updateCard(c *provider.Call) (provider.Reply, error) {
	card, err := cardOf(c)
	if err != nil {
		return provider.Reply{}, err
	}
	in, err := patched(c, &card.Metadata)
	if err != nil {
		return provider.Reply{}, err
	}
	token := in.optional("token_id", 40)
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	if token != "" {
		if err := spend(c.Tx, token, "token_id"); err != nil {
			return provider.Reply{}, err
		}
		card.Token = token
	}
	cards.Put(c, card)
	out := card.wire(c.Tx, false)
	return reply(200, out), tell(c.Tx, "card.updated.succeeded", "", provider.Marshal(out))
}

func deleteCard(c *provider.Call) (provider.Reply, error) {
	card, err := cardOf(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if err := removeCard(c.Tx, card); err != nil {
		return provider.Reply{}, err
	}
	return reply(200, deleted(card.ID, "la tarjeta")), nil
}

// removeCard forgets a card and ends what it pays for.
func removeCard(tx *provider.Tx, card cardRow) error {
	card.Deleted = true
	cards.Put(tx, card)
	for _, s := range subscriptions.Where(tx, "card", card.ID) {
		if err := endSubscription(tx, s); err != nil {
			return err
		}
	}
	return tell(tx, "card.delete.succeeded", "", provider.Marshal(deleted(card.ID, "la tarjeta")))
}

// wire is a saved card. While it is being saved its token still counts down.
func (card cardRow) wire(tx *provider.Tx, fresh bool) wireCard {
	t, _ := tokens.Get(tx, card.Token)
	source := t.wire(tx.Now)
	if !fresh {
		source.Active = true
	}
	return wireCard{Object: "card", ID: card.ID, Active: !card.Deleted, Created: whole(card.Created), Customer: card.Customer, Source: source, Metadata: orEmpty(card.Metadata)}
}
