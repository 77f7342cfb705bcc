package providertest

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/tidwall/gjson"
)

// secrets: what the harness sent as a card number, a check code or a key stands
// in no journal and in no log. Every world of every theme is searched when it
// ends; this one is for what is sent when all goes well, and when a call ends
// with each outcome.
func secrets(h *harness) {
	w := h.world()
	for _, key := range h.examples() {
		h.try(func() { c := w.fresh(); c.Do(c.example(key)) })
		for _, outcome := range h.suite.Provider.Operation(operationOf(key)).Outcomes {
			h.try(func() { c := w.fresh(); c.Do(c.example(key).with("Sim-Outcome", outcome)) })
		}
	}
}

var (
	digitRuns = regexp.MustCompile(`\b\d+\b`)
	checkName = regexp.MustCompile(`(?i)^(cvv|cvc|cvn|cid|cvv2|cvc2|card_?cvv|security_?code|verification_?(value|code))$`)
	checkLike = regexp.MustCompile(`^\d{3,4}$`)
)

// keepSecrets remembers what a request holds that nobody may record.
func (w *world) keepSecrets(r *Request) {
	if len(r.Body) > 16<<10 {
		return // nonsense that the theme dialect made
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, n := range digitRuns.FindAll(r.Body, -1) {
		if cardLike(n) {
			w.secrets[regexp.QuoteMeta(string(n))] = true
		}
	}
	if gjson.ValidBytes(r.Body) {
		w.checkCodes(gjson.ParseBytes(r.Body))
	}
}

func (w *world) checkCodes(v gjson.Result) {
	v.ForEach(func(name, value gjson.Result) bool {
		if checkName.MatchString(name.String()) && checkLike.MatchString(value.String()) {
			w.secrets[fmt.Sprintf(`(?i)%s\W{1,8}%s\b`, regexp.QuoteMeta(name.String()), value.String())] = true
		}
		if value.IsObject() || value.IsArray() {
			w.checkCodes(value)
		}
		return true
	})
}

// keysOf is a tenant's secret keys.
func (w *world) keysOf(tenant string) map[string]bool {
	out := map[string]bool{}
	for _, k := range w.provider.Keys(tenant) {
		if !slices.Contains(w.suite.Public, k.Name) {
			out[regexp.QuoteMeta(k.Value)+`\b`] = true
		}
	}
	return out
}

// searchSecrets looks for secrets in what was recorded.
func (w *world) searchSecrets(text []byte, secrets map[string]bool) {
	if len(text) == 0 {
		return
	}
	for _, s := range slices.Sorted(maps.Keys(secrets)) {
		at := regexp.MustCompile(s).FindIndex(text)
		if at == nil {
			continue
		}
		from, to := bytes.LastIndexByte(text[:at[0]], '\n')+1, at[1]+60
		w.found("secrets", "%q is in the journal or the log: …%s", text[at[0]:at[1]], text[max(from, at[0]-200):min(to, len(text))])
	}
}

// cardLike reports whether a whole run of digits can be a card number. A part
// of a longer run is none: identifiers are made of such.
func cardLike(run []byte) bool {
	return len(run) >= 14 && len(run) <= 19 && run[0] >= '2' && run[0] <= '6' && luhn(run)
}

// luhn reports whether digits end in the check digit of a card number.
func luhn(digits []byte) bool {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum%10 == 0
}
