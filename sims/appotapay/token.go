package appotapay

import (
	"strings"

	"paysim/internal/ident"
	"paysim/internal/provider"
)

const (
	single   = "SINGLE"
	multiple = "MULTIPLE"
)

func createToken(c *provider.Call) (provider.Reply, error) {
	f, err := readForm(c)
	if err != nil {
		return provider.Reply{}, err
	}
	k, cardErr := f.card()
	kind := f.oneOf("tokenType", single, multiple)
	reference := f.reference()
	f.customer()
	if err := firstOf(f.err(), cardErr); err != nil {
		return provider.Reply{}, err
	}
	if k.expired(c.Now) {
		return provider.Reply{}, errCardExpired
	}
	if _, ok := tokens.First(c, "reference", reference); ok {
		return provider.Reply{}, errTokenExists
	}
	if err := refused(c.Outcome("")); err != nil {
		return provider.Reply{}, err
	}
	t := token{
		ID:        strings.ToLower(c.Stream("token").ULID(c.Now, c.Mark)),
		Reference: reference, Type: kind, Account: c.Request.Header.Get("X-Account-Ref-ID"), Card: k, Created: c.Now,
	}
	if t.State, err = c.Step(&tokenStates, t.ID, t.State, "create"); err != nil {
		return provider.Reply{}, err
	}
	tokens.Put(c, t)
	return reply(wireToken{t.ID, t.Reference, t.Type, t.Card.wireCharge(false)})
}

// deleteToken takes merchantRefId from the query, as the page says, or from the
// body, as its example shows.
func deleteToken(c *provider.Call) (provider.Reply, error) {
	f, err := readParameters(c, "merchantRefId")
	if err != nil {
		return provider.Reply{}, err
	}
	reference := f.reference()
	if err := f.err(); err != nil {
		return provider.Reply{}, err
	}
	t, err := findToken(c, c.Vars["tokenId"])
	if err != nil {
		return provider.Reply{}, err
	}
	outcome := c.Outcome("")
	if err := refused(outcome); err != nil {
		return provider.Reply{}, err
	}
	if outcome == "token_busy" {
		return reply(wireDeletion{t.ID, reference, false})
	}
	if t.State, err = c.Step(&tokenStates, t.ID, t.State, "delete"); err != nil {
		return provider.Reply{}, err
	}
	tokens.Put(c, t)
	return reply(wireDeletion{t.ID, reference, true})
}

// findToken looks a token up for the sub account that the call names.
func findToken(c *provider.Call, id string) (token, error) {
	if _, _, ok := ident.ParseULID(id); !ok {
		return token{}, errTokenInvalid
	}
	t, ok := tokens.Get(c, id)
	if !ok {
		return t, errTokenUnknown
	}
	if t.Account != c.Request.Header.Get("X-Account-Ref-ID") {
		return t, errTokenForeign
	}
	return t, nil
}

// payingToken is a token that a charge or an enrollment names; it must be one
// that can still pay.
func payingToken(c *provider.Call, id string) (token, error) {
	t, err := findToken(c, id)
	if err != nil {
		return t, err
	}
	if _, err := tokenStates.Step(t.State, "charge"); err != nil {
		return t, err
	}
	if t.Card.expired(c.Now) {
		return t, errTokenExpired
	}
	return t, nil
}

// spend is what a charge does to its token.
func (t token) spend(c *provider.Call) error {
	to := tokenActive
	if t.Type == single {
		to = tokenUsed
	}
	var err error
	if t.State, err = c.Step(&tokenStates, t.ID, t.State, "charge", to); err != nil {
		return err
	}
	tokens.Put(c, t)
	return nil
}

// firstOf is the first error that is one.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
