package ident

import (
	"strings"
	"testing"
	"time"
)

func TestULIDHoldsTimeAndMark(t *testing.T) {
	now := time.Date(2024, 2, 26, 3, 54, 22, 281e6, time.UTC)
	mark := MarkOf("ann")
	id := NewStream(1, "ann").ULID(now, mark)
	if len(id) != 26 || !strings.HasPrefix(id, "01HQHRS9P9") { // the time of a published id made then
		t.Errorf("%s does not begin with its time", id)
	}
	for _, text := range []string{id, strings.ToLower(id)} {
		at, m, ok := ParseULID(text)
		if !ok || !at.Equal(now) || m != mark {
			t.Errorf("%s: %v %v %v", text, at, m, ok)
		}
	}
}

func TestULIDsAscendAtOneInstant(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	s, mark := NewStream(7, "t"), MarkOf("t")
	last := ""
	for range 50_000 {
		id := s.ULID(now, mark)
		if id <= last {
			t.Fatalf("%s after %s", id, last)
		}
		last = id
	}
	if at, _, _ := ParseULID(last); at.Sub(now) > 10*time.Millisecond {
		t.Errorf("ran ahead by %v", at.Sub(now))
	}
}

func TestOneSeedGivesOneULID(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	if a, b := NewStream(3, "x").ULID(now, Mark{1}), NewStream(3, "x").ULID(now, Mark{1}); a != b {
		t.Errorf("%s and %s", a, b)
	}
}

func TestParseULIDRefuses(t *testing.T) {
	for _, text := range []string{"", "01HQHRS9P9J5YPCJ09D94VW84", "81HQHRS9P9J5YPCJ09D94VW84F", "01HQHRS9P9J5YPCJ09D94VW84U", "01HQHRS9P9J5YPCJ09D94VW84FF", "01HQHRS9P9J5YPCJ09D94VW8é", "01HQHRS9P9J5YPCJ09D94VW8ſ"} {
		if _, _, ok := ParseULID(text); ok {
			t.Errorf("took %q", text)
		}
	}
	if _, mark, ok := ParseULID("01HQHRS9P9J5YPCJ09D94VW84F"); !ok || mark == (Mark{}) {
		t.Error("refused a published id")
	}
}
