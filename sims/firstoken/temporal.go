package firstoken

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"paysim/internal/provider"
)

// longestTTL is in seconds: eight hours.
const longestTTL = 28800

// panIndex is the member of additional_info that the vault adds.
const panIndex = "pan_index"

// createTemporal keeps a card with its check code until ttl has passed.
func createTemporal(c *provider.Call) (provider.Reply, error) {
	body, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	chd := body.member("chd").object(true)
	in := card{
		Number: chd.member("card").digits(true), Name: chd.member("name").text(true),
		Exp: chd.member("exp").text(true), Code: chd.member("cvv").digits(true), Info: "{}",
	}
	chd.member("card").cardNumber(in.Number)
	chd.member("exp").pattern(in.Exp, monthTwoYear)
	chd.member("cvv").pattern(in.Code, threeFourCode)
	chd.only("card", "name", "exp", "cvv")
	t := temporal{Amount: body.member("amount").amount(true, true), Currency: body.member("currency").currency()}
	if info := body.member("additional_info").object(false); info.there {
		raw := member(c.Request.Body, "additional_info")
		if info.member(panIndex).there { // the vault's own takes its place
			raw = without(raw, panIndex)
		}
		in.Info = compact(raw)
	}
	ttl := body.member("ttl").integer(true, 1, longestTTL)
	body.only("chd", "amount", "currency", "additional_info", "ttl")
	if body.r.err != nil {
		return provider.Reply{}, body.r.err
	}
	if err := t.keep(c.Tx, in, time.Duration(ttl)*time.Second); err != nil {
		return provider.Reply{}, err
	}
	return vaultReply(wireID{t.ID}), nil
}

func compact(raw json.RawMessage) string {
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return "{}"
	}
	return b.String()
}

// without is an object less one of its members.
func without(object json.RawMessage, name string) json.RawMessage {
	var members map[string]json.RawMessage
	if json.Unmarshal(object, &members) != nil {
		return object
	}
	delete(members, name)
	rest, err := json.Marshal(members)
	if err != nil {
		return object
	}
	return rest
}

// keep gives t an id and writes it.
func (t *temporal) keep(tx *provider.Tx, in card, ttl time.Duration) error {
	v, err := openVault(tx)
	if err != nil {
		return err
	}
	for s := tx.Stream("temporal token"); ; {
		t.ID = newUUID(s).String()
		if _, taken := temporals.Get(tx, t.ID); !taken {
			break
		}
	}
	t.Index, t.Created, t.Expires = v.index("pan", in.Number), tx.Now, tx.Now.Add(ttl)
	if t.Sealed, err = v.seal(t.ID, in); err != nil {
		return err
	}
	if t.State, err = tx.Step(&temporalStates, t.ID, "", create); err != nil {
		return err
	}
	temporals.Put(tx, *t)
	tx.At(t.Expires, expireTimer, t.ID)
	return nil
}

// expireTemporal forgets a temporal token, card data and all.
func expireTemporal(tx *provider.Tx, id string) error {
	t, ok := temporals.Get(tx, id)
	if !ok {
		return nil
	}
	if _, err := tx.Step(&temporalStates, id, t.State, expire); err != nil {
		return err
	}
	temporals.Delete(tx, id)
	return nil
}

// opened finds the temporal token that the path names, with its card.
func opened(c *provider.Call) (temporal, card, error) {
	t, ok := temporals.Get(c, c.Vars["id"])
	if !ok {
		return t, card{}, errToken
	}
	v, err := openVault(c.Tx)
	if err != nil {
		return t, card{}, err
	}
	in, err := v.open(t.ID, t.Sealed)
	return t, in, err
}

// info is additional_info with the index of the card number at its end.
func (t temporal) info(in card) json.RawMessage {
	head := strings.TrimSuffix(in.Info, "}")
	if head != "{" {
		head += ","
	}
	return json.RawMessage(head + strconv.Quote(panIndex) + ":" + strconv.Quote(t.Index) + "}")
}

// getTemporal tells what the token stands for; card number and check code in the
// clear only if the merchant has it so.
func getTemporal(c *provider.Call) (provider.Reply, error) {
	t, in, err := opened(c)
	if err != nil {
		return provider.Reply{}, err
	}
	w := wireTemporal{ID: t.ID, PAN: in.Number, Exp: in.Exp, Name: in.Name, CVV: in.Code, Currency: t.Currency, Amount: t.Amount, AdditionalInfo: t.info(in)}
	if !c.Flag(clearCardData) {
		w.PAN, w.CVV = truncate(in.Number), strings.Repeat("*", len(in.Code))
	}
	return vaultReply(w), nil
}

// inspectTemporal answers for a token that is gone, too: that it is.
func inspectTemporal(c *provider.Call) (provider.Reply, error) {
	t, in, err := opened(c)
	if errors.Is(err, errToken) {
		return vaultReply(wireAlive{ID: echo(c.Vars["id"]), Status: "fail"}), nil
	}
	if err != nil {
		return provider.Reply{}, err
	}
	return vaultReply(wireAlive{ID: t.ID, Currency: t.Currency, Amount: t.Amount, AdditionalInfo: t.info(in), Status: "success"}), nil
}

func deleteTemporal(c *provider.Call) (provider.Reply, error) {
	t, _, err := opened(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if _, err := c.Step(&temporalStates, t.ID, t.State, remove); err != nil {
		return provider.Reply{}, err
	}
	temporals.Delete(c, t.ID)
	return vaultReply(wireDeleted{ID: t.ID, Status: "success"}), nil
}

// tokenizeTemporal makes a permanent token of the card; the check code stays
// behind, and the temporal token lives on.
func tokenizeTemporal(c *provider.Call) (provider.Reply, error) {
	body, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	k := readKept(c, body, false)
	body.only("tags", "scheme")
	if body.r.err != nil {
		return provider.Reply{}, body.r.err
	}
	_, in, err := opened(c)
	if err != nil {
		return provider.Reply{}, err
	}
	made, err := keep(c.Tx, in, k)
	if err != nil {
		return provider.Reply{}, err
	}
	w := wireConverted{Card: made.Truncated, Tags: k.tags, Scheme: k.raw, CreatedBy: wireUser{creator, creator}, CreatedAt: made.Created.Format(instant)}
	if made.ID != "" {
		w.Token, w.Status = &made.ID, 1
	}
	return vaultReply(wireTokens{[]wireConverted{w}}), nil
}
