package appotapay

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/url"

	"paysim/internal/machine"
	"paysim/internal/provider"
)

func createEnrollment(c *provider.Call) (provider.Reply, error) {
	f, err := readForm(c)
	if err != nil {
		return provider.Reply{}, err
	}
	means := f.means()
	amount := f.amount("amount", false)
	reference := f.reference()
	returnURL := f.link("returnUrl", 2000)
	f.currency()
	f.customer()
	f.billing()
	if err := firstOf(f.err(), means.err, limits(c, amount)); err != nil {
		return provider.Reply{}, err
	}
	k, _, err := means.resolve(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if k.expired(c.Now) {
		return provider.Reply{}, errCardExpired
	}
	if _, ok := enrollments.First(c, "reference", reference); ok {
		return provider.Reply{}, errEnrollExists
	}
	says := only(k.Outcome, threeDS)
	if c.Later {
		says = "" // it waits, whatever the card does
	}
	outcome := c.Outcome(says)
	if err := refused(outcome); err != nil {
		return provider.Reply{}, err
	}
	e := enrollment{
		ID:        c.Stream("enrollment").ULID(c.Now, c.Mark),
		Reference: reference, TokenID: means.tokenID, Card: k, Amount: amount, ReturnURL: returnURL, Lang: language(c), Created: c.Now,
	}
	e.Page = c.Base + "/credit-card/authenticate?id=" + e.ID + "&signature=" + pageSignature(c.Tenant, e.ID)
	return begin(c, e, outcome)
}

// begin is how 3DS starts, by the outcome.
func begin(c *provider.Call, e enrollment, outcome string) (provider.Reply, error) {
	to := enrollPending
	switch outcome {
	case "card_enrolled":
		to = cardEnrolled
	case "verified_at_once":
		to, e.ECI = verified, e.Card.eci(eciAttempt)
	case "not_enrolled":
		to, e.ECI = notEnrolled, e.Card.eci(eciAttempt)
	case "enrollment_check_failed":
		to = checkFailed
	case "frictionless":
		e.Passes = string(verified)
	case "frictionless_failed":
		e.Passes = string(failed)
	}
	var err error
	if e.State, err = c.Step(&enrollmentStates, e.ID, e.State, "create", to); err != nil {
		return provider.Reply{}, err
	}
	enrollments.Put(c, e)
	if e.openPage() != "" {
		c.Opened("enrollment", e.ID)
	}
	return reply(e.wire())
}

func validateEnrollment(c *provider.Call) (provider.Reply, error) {
	e, ok := enrollments.Get(c, c.Vars["authenticationId"])
	if !ok {
		return provider.Reply{}, errAuthUnknown
	}
	return reply(e.wireAuthentication())
}

// authenticated ends a challenge: the cardholder's doing, or the bank's.
func authenticated(tx *provider.Tx, e enrollment, trigger string, to ...machine.State) (enrollment, error) {
	var err error
	if e.State, err = tx.Step(&enrollmentStates, e.ID, e.State, trigger, to...); err != nil {
		return e, err
	}
	switch {
	case e.State == failed:
		e.ECI = e.Card.eci(eciNone)
	case trigger == "pass_through":
		e.ECI = e.Card.eci(eciAttempt)
	default:
		e.ECI = e.Card.eci(eciFull)
	}
	enrollments.Put(tx, e)
	return e, nil
}

// authentication is the enrollment that a charge names, if it may be used for
// it.
func authentication(c *provider.Call, id string, k card, amount int64) (enrollment, error) {
	e, ok := enrollments.Get(c, id)
	switch {
	case !ok || !e.Card.same(k):
		return e, errAuthUnknown
	case e.UsedBy != "":
		return e, errAuthUsed
	case e.State == failed:
		return e, err3DSFailed
	case e.State == checkFailed:
		return e, err3DSError
	case e.State == enrollPending, e.State == cardEnrolled:
		return e, errVerifyFirst
	case amount > e.Amount:
		return e, errAuthAmount
	}
	return e, nil
}

// pageSignature is 64 hexadecimal digits that only we can make for a page's id.
func pageSignature(tenant, text string) string {
	mac := hmac.New(sha256.New, []byte(secretOf(tenant)))
	mac.Write([]byte("page " + text))
	return hex.EncodeToString(mac.Sum(nil))
}

// back leads the cardholder to the merchant's returnUrl. Nothing in it is signed.
func (e enrollment) back() string {
	return withQuery(e.ReturnURL, "authenticationId="+e.ID+"&status="+string(e.State))
}

// withQuery adds parameters to a URL and keeps those that it has.
func withQuery(link, query string) string {
	u, err := url.Parse(link)
	if err != nil {
		return link // it was a link when it was taken
	}
	if u.RawQuery != "" {
		query = u.RawQuery + "&" + query
	}
	u.RawQuery = query
	return u.String()
}
