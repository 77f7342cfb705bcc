package page

import "testing"

func TestAccept(t *testing.T) {
	tests := []struct {
		who, accept string
		json, image bool
	}{
		{"nobody", "", false, false},
		{"curl, wget, fetch, python-requests", "*/*", false, false},
		{"Chrome, navigation", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7", false, false},
		{"Chrome, img", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", false, true},
		{"Firefox, navigation", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false, false},
		{"Firefox 92, navigation", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", false, false},
		{"Firefox 128, navigation", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8", false, false},
		{"Firefox, img", "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", false, true},
		{"Firefox 92, img", "image/avif,image/webp,*/*", false, true},
		{"Safari, navigation", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false, false},
		{"Safari, img", "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", false, true},
		{"Safari 13, img", "image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", false, true},
		{"Edge Legacy, navigation", "text/html, application/xhtml+xml, image/jxr, */*", false, false},
		{"axios", "application/json, text/plain, */*", true, false},
		{"httpie with JSON", "application/json, */*;q=0.5", true, false},
		{"HAL client", "application/hal+json", true, false},
		{"asked for JSON", "application/json", true, false},
		{"asked for JSON, case and space", " Application/JSON ; charset=utf-8 ; Q=0.9 ", true, false},
		{"asked for PNG", "image/png", false, true},
		{"rather JSON", "text/html;q=0.8, application/json;q=0.9", true, false},
		{"rather the page", "application/json;q=0.8, text/html;q=0.9", false, false},
		{"equal, page first", "text/html, application/json", false, false},
		{"equal, JSON first", "application/json, text/html", true, false},
		{"any text as much as JSON", "text/*, application/json", true, false},
		{"image, but the page more", "image/*;q=0.5, text/html", false, false},
		{"anything but", "application/json;q=0, image/*;q=0", false, false},
		{"nothing at all", "*/*;q=0", false, false},
		{"page ruled out", "text/html;q=0, application/json;q=0.1, */*", true, false},
		{"a quality that is none", "application/json;q=2, image/png;q=NaN", false, false},
		{"rubbish", ",;,/,text,application/,/json;q", false, false},
		{"rubbish beside sense", "???, application/json", true, false},
	}
	for _, tt := range tests {
		t.Run(tt.who, func(t *testing.T) {
			if got := WantsJSON(tt.accept); got != tt.json {
				t.Errorf("WantsJSON(%q) = %v", tt.accept, got)
			}
			if got := WantsImage(tt.accept); got != tt.image {
				t.Errorf("WantsImage(%q) = %v", tt.accept, got)
			}
		})
	}
}

func TestLanguage(t *testing.T) {
	for accept, want := range map[string]string{
		"": "es", "*": "es", "fr": "es", "en": "en", "EN-us,es;q=0.9": "en", "es-PE,es;q=0.9,en;q=0.8": "es", "en;q=0.5, es;q=0.7": "es",
		"en;q=0": "es", "en;q=x": "es", "fr;q=1, en;q=0.1": "en", ",;=": "es", "zh-Hant-TW": "es",
	} {
		if got := Language(accept, "es", "en"); got != want {
			t.Errorf("%q: %s, want %s", accept, got, want)
		}
	}
}
