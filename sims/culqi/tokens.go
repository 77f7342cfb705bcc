package culqi

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"paysim/internal/provider"
)

// tokenLife is how long a token can be used.
const tokenLife = 5 * time.Minute

var (
	digits     = regexp.MustCompile(`^[0-9]+$`)
	reviewMail = regexp.MustCompile(`^review\d*@culqi\.com$`)
)

func createToken(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	t := in.card(c)
	t.Email = in.email("email")
	t.Metadata = in.metadata()
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	if t, err = keepToken(c, t); err != nil {
		return provider.Reply{}, err
	}
	return reply(201, t.wire(c.Now)), nil
}

// card reads a card's members, in Culqi's order. What stays of the number is
// what it stands for.
func (in *input) card(c *provider.Call) tokenRow {
	number := strings.ReplaceAll(in.text("card_number", 13, 19), " ", "")
	known, isTest := testCardOf(number)
	if in.err == nil && (len(number) > 16 || !digits.MatchString(number) || !isTest && !checkDigit(number)) {
		in.fail("card_number")
	}
	if cvv := in.text("cvv", 3, 4); !digits.MatchString(cvv) {
		in.fail("cvv")
	}
	month := in.number("expiration_month", 1, 12)
	year := in.number("expiration_year", 0, 2999)
	if in.err == nil && year < 100 {
		year += 2000
	}
	if in.err == nil && year < 2000 {
		in.fail("expiration_year")
	}
	if in.err != nil {
		return tokenRow{}
	}
	t := tokenRow{Kind: "card", Masked: mask(number), LastFour: number[len(number)-4:], Bin: number[:6], Outcome: known.outcome, Flow: known.flow}
	over := time.Date(int(year), time.Month(month)+1, 1, 0, 0, 0, 0, lima)
	if t.succeeds() && c.Flag("check_expiry") && !c.Now.Before(over) {
		t.Outcome = "invalid_expiry"
	}
	return t
}

// mask keeps the first six digits, the last four and the length.
func mask(number string) string {
	return number[:6] + strings.Repeat("*", len(number)-10) + number[len(number)-4:]
}

func createYapeToken(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	phone := in.text("number_phone", 9, 9)
	otp := in.text("otp", 6, 6)
	in.number("amount", 1, 200_000)
	if in.err == nil && !digits.MatchString(phone) {
		in.fail("number_phone")
	}
	if in.err == nil && !digits.MatchString(otp) {
		in.fail("otp")
	}
	t := tokenRow{Kind: "yape", Metadata: in.metadata()}
	if in.err != nil {
		return provider.Reply{}, in.err
	}
	t.Masked, t.LastFour = phone[:3]+"***"+phone[6:], phone[5:]
	if phone == testPhone {
		t.Outcome = approved
	}
	if t, err = keepToken(c, t); err != nil {
		return provider.Reply{}, err
	}
	return reply(201, t.wire(c.Now)), nil
}

func keepToken(c *provider.Call, t tokenRow) (tokenRow, error) {
	s, prefix := c.Stream("token"), "tkn_test_"
	if t.Kind == "yape" {
		prefix = "ype_test_"
	}
	t.ID = prefix + s.Text(16, alphanumeric)
	t.Serial = s.Tick(25_000)
	t.Value = s.Text(32, alphanumeric)
	t.Created = c.Now.Truncate(time.Second)
	t.IP, t.Browser, t.Device = c.Request.Remote.String(), browserOf(c.Request.Header.Get("User-Agent")), deviceOf(c.Request.Header.Get("User-Agent"))
	if reviewMail.MatchString(t.Email) && t.succeeds() {
		t.Outcome, t.Flow = requires3DS, flowChallenge
	}
	var err error
	if t.State, err = c.Step(&tokenStates, t.ID, t.State, "create"); err != nil {
		return t, err
	}
	tokens.Put(c, t)
	c.At(c.Now.Add(tokenLife), "token.expire", t.ID)
	return t, tell(c.Tx, "token.creation.succeeded", "", eventToken(t))
}

// succeeds reports whether the card pays unless somebody says otherwise.
func (t tokenRow) succeeds() bool { return t.Outcome == "" || t.Outcome == approved }

// browserOf names the caller as Culqi does; servers are UNKNOWN.
func browserOf(agent string) string {
	for _, name := range []string{"Firefox", "Chrome", "Safari"} {
		if strings.Contains(agent, name+"/") {
			return strings.ToUpper(name)
		}
	}
	return "UNKNOWN"
}

func deviceOf(agent string) string {
	if strings.Contains(agent, "Mobile") {
		return "Móvil"
	}
	return "Escritorio"
}

// spend uses up a token. param is the member that named it.
func spend(tx *provider.Tx, id, param string) error {
	t, err := usable(tx, id, param)
	if err != nil {
		return err
	}
	if t.State, err = tx.Step(&tokenStates, t.ID, t.State, "use"); err != nil {
		return err
	}
	tokens.Put(tx, t)
	return nil
}

// usable finds a token that was neither used nor too old.
func usable(tx *provider.Tx, id, param string) (tokenRow, error) {
	t, ok := tokens.Get(tx, id)
	if !ok {
		return t, &refused{row: errUnknownToken, param: param, args: []any{id}}
	}
	if t.State != tokenActive {
		return t, &refused{row: errSpentToken, param: param, args: []any{id}}
	}
	return t, nil
}

func expireToken(tx *provider.Tx, id string) error {
	t, ok := tokens.Get(tx, id)
	if !ok || !tokenStates.Can(t.State, "expire") {
		return nil
	}
	var err error
	if t.State, err = tx.Step(&tokenStates, id, t.State, "expire"); err != nil {
		return err
	}
	tokens.Put(tx, t)
	if err := abandonReview(tx, id); err != nil {
		return err
	}
	return tell(tx, "token.expired", "", eventToken(t))
}

func tokenOf(c *provider.Call) (tokenRow, error) {
	t, ok := tokens.Get(c, c.Vars["id"])
	if !ok {
		return t, missing(errNotFound, "el token", c.Vars["id"])
	}
	return t, nil
}

var getToken = one(tokenOf, func(c *provider.Call, t tokenRow) any { return t.wire(c.Now) })

func listTokens(c *provider.Call) (provider.Reply, error) {
	return list(c, listing[tokenRow]{
		path: "/v2/tokens", rows: newest(tokens.All(c), func(tokenRow) bool { return true }), id: func(t tokenRow) string { return t.ID },
		facts: tokenRow.facts, wire: func(t tokenRow) any { return t.wire(c.Now) },
	})
}

// facts are what tokens, and cards by their token, are filtered by.
func (t tokenRow) facts() facts {
	i := iinOf(t.Bin)
	_, country := i.where()
	return facts{
		texts:    map[string]string{"card_brand": i.brand, "card_type": i.kind, "device_type": t.Device, "bin": t.Bin, "country_code": country, "email": t.Email},
		dates:    map[string]time.Time{"creation_date": t.Created},
		metadata: t.Metadata,
	}
}

func updateToken(c *provider.Call) (provider.Reply, error) {
	t, err := tokenOf(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if _, err := patched(c, &t.Metadata); err != nil {
		return provider.Reply{}, err
	}
	tokens.Put(c, t)
	return reply(200, t.wire(c.Now)), tell(c.Tx, "token.update.succeeded", "", eventToken(t))
}

func (t tokenRow) wire(now time.Time) wireToken {
	out := wireToken{
		Object: "token", ID: t.ID, Type: t.Kind, Created: whole(t.Created), Email: textOrNull(t.Email), Number: t.Masked, LastFour: t.LastFour,
		Active: now.Sub(t.Created) < tokenLife, Metadata: orEmpty(t.Metadata),
		Client: wireClient{IP: t.IP, Country: new("Peru"), CountryCode: new("PE"), Browser: &t.Browser, DeviceType: &t.Device},
	}
	if t.Kind == "yape" {
		out.IIN = wireIIN{Object: "iin", Issuer: wireIssuer{Name: "Yape", Country: "PERU", CountryCode: new("PE")}, Installments: []int64{}}
		return out
	}
	out.IIN = iinOf(t.Bin).wire()
	return out
}

// sparse is the token as the source of a charge that is read: with holes that
// the answer which made the charge does not have.
func (t tokenRow) sparse(now time.Time, country string) wireToken {
	out := t.wire(now)
	out.IIN.Category, out.IIN.Installments, out.IIN.Issuer.CountryCode = nil, nil, nil
	out.Client = wireClient{IP: t.IP, CountryCode: textOrNull(country)}
	return out
}

// with adds a member of Culqi's own to a metadata object.
func with(metadata []byte, name, value string) []byte {
	if len(metadata) <= len("{}") {
		return []byte("{" + strconv.Quote(name) + ":" + value + "}")
	}
	return []byte(string(metadata[:len(metadata)-1]) + "," + strconv.Quote(name) + ":" + value + "}")
}
