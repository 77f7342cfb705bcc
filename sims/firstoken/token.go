package firstoken

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"paysim/internal/ident"
	"paysim/internal/provider"
)

// instant is how the vault writes times.
const instant = "2006-01-02T15:04:05.000Z"

// creator is who made a token: the documents show a person's name or API.
const creator = "API"

// kept says how cards are to be turned into tokens.
type kept struct {
	tags       []string
	scheme     int64
	raw        json.RawMessage // the scheme as the caller wrote it
	eight      bool            // the first eight digits stay, not six
	persistent bool            // the same card gives the same token
}

// readKept reads tags and scheme, and for the vault's own call what is optional.
func readKept(c *provider.Call, body node, options bool) kept {
	k := kept{tags: body.member("tags").texts()}
	scheme := body.member("scheme")
	k.scheme = scheme.integer(true, 0, 99)
	if _, known := schemes[k.scheme]; !known {
		scheme.refuse("must be one of [1, 3, 7, 8]")
	}
	k.raw = member(c.Request.Body, "scheme")
	if !options {
		return k
	}
	if n := body.member("isEightDigitsBin"); n.there {
		var ok bool
		if k.eight, ok = n.value.(bool); !ok {
			n.refuse("must be a boolean")
		}
	}
	if n := body.member("type"); n.there {
		k.persistent = n.oneOf("persistent") == "persistent"
	}
	return k
}

// member gives a member of a body that is known to be an object, as written.
func member(body []byte, name string) json.RawMessage {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(body, &members) // it has been decoded once
	return members[name]
}

// createTokens puts cards into the vault. A card that is none does not spoil the
// others: it comes back without a token and with status 0.
func createTokens(c *provider.Call) (provider.Reply, error) {
	body, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	list := body.member("chd")
	var cards []card
	for _, n := range list.list(true) {
		one := n.object(true)
		in := card{Number: one.member("card").digits(true), Name: one.member("name").text(true), Exp: one.member("exp").text(true)}
		one.member("exp").pattern(in.Exp, monthTwoYear)
		one.only("card", "name", "exp")
		cards = append(cards, in)
	}
	if list.there && len(cards) == 0 {
		list.refuse("must contain at least 1 items")
	}
	k := readKept(c, body, true)
	body.only("chd", "tags", "scheme", "isEightDigitsBin", "type")
	if body.r.err != nil {
		return provider.Reply{}, body.r.err
	}
	made := make([]wireToken, len(cards))
	for i, in := range cards {
		t, err := keep(c.Tx, in, k)
		if err != nil {
			return provider.Reply{}, err
		}
		made[i] = wireToken{Card: t.Truncated, Tags: k.tags, Scheme: k.raw, CreatedBy: wireCreator{creator}, CreatedAt: t.Created.Format(instant)}
		if t.ID != "" {
			made[i].Token, made[i].Status = &t.ID, 1
		}
	}
	return vaultReply(wireTokens{made}), nil
}

func vaultReply(data any) provider.Reply {
	return provider.JSON(200, wireVaultReply{StatusCode: 200, Status: "success", Desc: "Success", Data: data})
}

// keep puts a card into the vault. The token has no id if the card cannot have
// one.
func keep(tx *provider.Tx, in card, k kept) (token, error) {
	in.Code, in.Info = "", "" // these belong to temporal tokens
	t := token{Truncated: truncate(in.Number), Created: tx.Now}
	if !luhn(in.Number) {
		return t, nil
	}
	v, err := openVault(tx)
	if err != nil {
		return t, err
	}
	if k.persistent {
		t.Persistent = v.index("token", in.Number, strconv.FormatInt(k.scheme, 10), strconv.FormatBool(k.eight))
		if before, ok := tokens.First(tx, "persistent", t.Persistent); ok {
			return before, nil
		}
	}
	if t.ID = newToken(tx, in.Number, k); t.ID == "" {
		return t, nil
	}
	if t.Sealed, err = v.seal(t.ID, in); err != nil {
		return t, err
	}
	if t.State, err = tx.Step(&tokenStates, t.ID, "", create); err != nil {
		return t, err
	}
	tokens.Put(tx, t)
	return t, nil
}

// schemes say what stands between the first and the last digits of a token; of
// scheme 7, a UUID, nothing of the card stays. Tokens of scheme 8 pass Luhn's
// check and those of scheme 1 do not, as none of the printed ones does.
var schemes = map[int64]string{
	1: digitsOnly,
	3: digitsOnly + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
	7: "",
	8: digitsOnly,
}

const digitsOnly = "0123456789"

// attempts is how often a free token is looked for; a short card number leaves
// room for few.
const attempts = 1000

// newToken draws a token that is not in use; "" when there is none.
func newToken(tx *provider.Tx, number string, k kept) string {
	s := tx.Stream("token")
	head := 6
	if k.eight {
		head = 8
	}
	tail := len(number) - 4
	for range attempts {
		var id string
		switch {
		case k.scheme == 7:
			id = newUUID(s).String()
		case tail-head < 1:
			return ""
		default:
			id = number[:head] + s.Text(tail-head, schemes[k.scheme]) + number[tail:]
		}
		if k.scheme == 3 && strings.Trim(id, digitsOnly) == "" || k.scheme == 1 && luhn(id) || k.scheme == 8 && !luhn(id) || id == number {
			continue
		}
		if _, taken := tokens.Get(tx, id); !taken {
			return id
		}
	}
	return ""
}

// newUUID is a version 4 UUID that says nothing of its tenant.
func newUUID(s *ident.Stream) uuid.UUID {
	var mark ident.Mark
	s.Read(mark[:])
	return s.UUID(mark)
}

// readTokens reads a body that only lists tokens.
func readTokens(c *provider.Call) ([]string, error) {
	body, err := read(c)
	if err != nil {
		return nil, err
	}
	list := body.member("tokens").texts()
	body.only("tokens")
	return list, body.r.err
}

// detokenize tells what tokens stand for, the card number truncated unless the
// merchant has it otherwise.
func detokenize(c *provider.Call) (provider.Reply, error) {
	list, err := readTokens(c)
	if err != nil {
		return provider.Reply{}, err
	}
	v, err := openVault(c.Tx)
	if err != nil {
		return provider.Reply{}, err
	}
	out := make([]wireCard, len(list))
	for i, id := range list {
		out[i].Token = echo(id)
		t, ok := tokens.Get(c, id)
		if !ok {
			continue
		}
		in, err := v.open(t.ID, t.Sealed)
		if err != nil {
			return provider.Reply{}, err
		}
		if !c.Flag(clearCardData) {
			in.Number = t.Truncated
		}
		out[i] = wireCard{Card: &in.Number, Name: &in.Name, Exp: &in.Exp, Token: id, Status: 1}
	}
	return vaultReply(wireCards{out}), nil
}

// echo is a token that is in no vault, as it is answered: one that may be a card
// number in the wrong place is truncated like one.
func echo(id string) string {
	if luhn(id) {
		return truncate(id)
	}
	return id
}

func inspectToken(c *provider.Call) (provider.Reply, error) {
	t, ok := tokens.Get(c, c.Vars["token"])
	if !ok {
		return provider.Reply{}, errToken
	}
	return vaultReply(wireInspected{Token: t.ID, CardTruncated: t.Truncated, Status: 1, CreatedBy: wireCreator{creator}, CreatedAt: t.Created.Format(instant)}), nil
}

// deleteTokens takes tokens out of the vault; those that are not there fail one
// by one.
func deleteTokens(c *provider.Call) (provider.Reply, error) {
	list, err := readTokens(c)
	if err != nil {
		return provider.Reply{}, err
	}
	out := make([]wireDeleted, len(list))
	for i, id := range list {
		out[i] = wireDeleted{ID: echo(id), Status: "fail"}
		t, ok := tokens.Get(c, id)
		if !ok {
			continue
		}
		if _, err := c.Step(&tokenStates, t.ID, t.State, remove); err != nil {
			return provider.Reply{}, err
		}
		tokens.Delete(c, id)
		out[i] = wireDeleted{ID: id, Status: "success"}
	}
	return vaultReply(wireTokens{out}), nil
}
