package page

import (
	"bytes"
	"maps"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestPolicyFitsThePage computes the hashes as a browser does, from what stands between the tags.
func TestPolicyFitsThePage(t *testing.T) {
	html := views()["open"].HTML()
	csp := Header().Get("Content-Security-Policy")
	for _, tag := range []string{"style", "script"} {
		all := regexp.MustCompile(`(?s)<`+tag+`>(.*?)</`+tag+`>`).FindAllSubmatch(html, -1)
		if len(all) != 1 {
			t.Fatalf("%d <%s> elements", len(all), tag)
		}
		if want := tag + "-src " + source(string(all[0][1])); !strings.Contains(csp, want) {
			t.Errorf("policy %q lacks %q", csp, want)
		}
	}
	for _, absent := range []string{"form-action", "frame-ancestors", "unsafe"} {
		if strings.Contains(csp, absent) {
			t.Errorf("policy %q has %s", csp, absent)
		}
	}
	for _, load := range []string{"http-equiv", "<img", "<iframe", "@import", "url(", " onclick", " src="} {
		if bytes.Contains(html, []byte(load)) {
			t.Errorf("the page has %q", load)
		}
	}
}

func TestHeaderIsFresh(t *testing.T) {
	h := Header()
	h.Set("Content-Type", "image/png")
	if got := Header().Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("changed by a caller: %q", got)
	}
	for key := range h {
		if h.Get(key) == "" {
			t.Errorf("%s is not in canonical form or empty", key)
		}
	}
}

// TestContrast holds every pair of colours that meet on a page to WCAG 2 AA: 4.5 for text, 3 for the edge of a
// control. It reads them from style.css, for every accent, light and dark.
func TestContrast(t *testing.T) {
	pairs := []struct {
		front, back string
		atLeast     float64
	}{
		{"ink", "card", 4.5}, {"soft", "card", 4.5}, {"text", "card", 4.5}, {"ink", "hover", 4.5}, {"soft", "hover", 4.5},
		{"text", "hover", 4.5}, {"bad-ink", "card", 4.5}, {"bad-ink", "hover", 4.5}, {"soft", "bad", 4.5},
		{"banner-ink", "banner", 4.5}, {"open-ink", "open", 4.5}, {"good-ink", "good", 4.5}, {"bad-ink", "bad", 4.5},
		{"neutral-ink", "neutral", 4.5}, {"on-panel", "panel", 4.5}, {"on-panel", "panel-end", 4.5},
		{"on-panel-soft", "panel", 4.5}, {"on-panel-soft", "panel-end", 4.5}, {"white", "fill", 4.5},
		{"white", "fill-hover", 4.5}, {"edge", "card", 3},
	}
	light, dark, found := strings.Cut(style, "@media (prefers-color-scheme: dark)")
	if !found {
		t.Fatal("no dark scheme")
	}
	dark, _, _ = strings.Cut(dark, "\n}")
	for _, accent := range []Accent{Indigo, Blue, Teal, Plum, Amber, Slate} {
		colours := map[string]string{"white": "#ffffff"}
		for i, sheet := range []string{light, dark} {
			maps.Copy(colours, variables(sheet, ":root"))
			own := variables(sheet, ".accent-"+string(accent))
			if accent != Indigo && len(own) != 5 {
				t.Errorf("%s sets %d colours, want 5", accent, len(own))
			}
			maps.Copy(colours, own)
			for _, p := range pairs {
				if got := contrast(t, colours[p.front], colours[p.back]); got < p.atLeast {
					t.Errorf("%s, %s: %s on %s is %.2f, want %.1f", accent, []string{"light", "dark"}[i], p.front, p.back, got, p.atLeast)
				}
			}
		}
	}
}

func variables(sheet, selector string) map[string]string {
	found := map[string]string{}
	rule := regexp.MustCompile(regexp.QuoteMeta(selector) + `\s*\{([^}]*)\}`).FindStringSubmatch(sheet)
	if rule == nil {
		return found
	}
	for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(rule[1], -1) {
		found[m[1]] = m[2]
	}
	return found
}

// contrast is the ratio of WCAG 2, 1.4.3.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + .05) / (min(la, lb) + .05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil {
		t.Fatalf("colour %q: %v", hex, err)
	}
	linear := func(shift uint) float64 {
		c := float64(n>>shift&255) / 255
		if c <= .04045 {
			return c / 12.92
		}
		return math.Pow((c+.055)/1.055, 2.4)
	}
	return .2126*linear(16) + .7152*linear(8) + .0722*linear(0)
}

func TestEveryLanguageHasEveryWord(t *testing.T) {
	for lang, w := range languages {
		v := reflect.ValueOf(w)
		for i := range v.NumField() {
			if v.Field(i).String() == "" {
				t.Errorf("%s: no %s", lang, v.Type().Field(i).Name)
			}
		}
		if strings.Count(w.ReturnTo, "{merchant}") != 1 {
			t.Errorf("%s: ReturnTo %q", lang, w.ReturnTo)
		}
	}
}

func TestWordsFor(t *testing.T) {
	for in, want := range map[string]string{"": "en", "en": "en", "EN-us": "en", "zh-CN": "zh", "zh_Hant_TW": "zh", "es-419": "es", "pl": "pl", "vi": "vi", "fr": "en", "zhx": "en"} {
		if got, w := wordsFor(in); got != want || w.Simulator != languages[want].Simulator {
			t.Errorf("wordsFor(%q) = %q, want %q", in, got, want)
		}
	}
}
