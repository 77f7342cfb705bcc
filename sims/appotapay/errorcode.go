package appotapay

import "paysim/internal/provider"

// listErrorCodes lists the card API's codes in the caller's language. The head
// says "Success" in both: the Vietnamese page prints it so.
func listErrorCodes(c *provider.Call) (provider.Reply, error) {
	out := wireCodes{ErrorCode: number(errSuccess), Message: errSuccess.Message}
	lang := language(c)
	for _, row := range cardErrorRows {
		out.Data = append(out.Data, wireCode{number(row), wording(row, lang)})
	}
	c.Cites(errSuccess)
	return reply(out)
}
