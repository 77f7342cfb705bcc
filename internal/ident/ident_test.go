package ident_test

import (
	"strings"
	"testing"
	"time"

	"paysim/internal/ident"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 123456700, time.UTC)

func TestOneSeedOneRun(t *testing.T) {
	draw := func(seed ident.Seed, parts ...string) string {
		s := ident.NewStream(seed, parts...)
		return s.Hex(16) + s.Text(8, "abc") + s.UUID(ident.MarkOf("t")).String()
	}
	first := draw(1, "a", "b")
	if again := draw(1, "a", "b"); again != first {
		t.Error("one seed gave two runs")
	}
	for name, other := range map[string]string{
		"another seed":          draw(2, "a", "b"),
		"another kind":          draw(1, "a", "c"),
		"parts cut differently": draw(1, "ab"),
		"parts cut at a colon":  draw(1, "a/1:b"),
	} {
		if other == first {
			t.Errorf("%s gives the same values", name)
		}
	}
}

func TestTimeUUIDsFollowTheClockAndEachOther(t *testing.T) {
	s := ident.NewStream(1, "t")
	mark := ident.MarkOf("shop")
	a, b := s.TimeUUID(noon, mark), s.TimeUUID(noon, mark)
	if a.Version() != 1 {
		t.Errorf("version %d, want 1", a.Version())
	}
	sec, nsec := a.Time().UnixTime()
	if got := time.Unix(sec, nsec); !got.Equal(noon) {
		t.Errorf("the UUID says %v, want %v", got, noon)
	}
	if b.Time() != a.Time()+1 {
		t.Error("two UUIDs of one instant are not consecutive")
	}
	if m, ok := ident.ParseMark(a.String()[24:]); !ok || m != mark {
		t.Errorf("the node %s does not lead back to the tenant", a.String()[24:])
	}
}

func TestRandomUUIDsCarryTheMark(t *testing.T) {
	mark := ident.MarkOf("shop")
	u := ident.NewStream(1, "t").UUID(mark)
	if u.Version() != 4 || !strings.HasSuffix(u.String(), mark.String()) {
		t.Errorf("%s is not a version 4 UUID ending in %s", u, mark)
	}
}

func TestSnowflakesAscendOnAFrozenClock(t *testing.T) {
	s := ident.NewStream(1, "t")
	epoch := time.Date(2022, 4, 20, 0, 0, 0, 0, time.UTC)
	last := int64(0)
	for range 1000 {
		id := s.Snowflake(noon, epoch)
		if id <= last {
			t.Fatalf("%d after %d", id, last)
		}
		last = id
	}
	first := ident.NewStream(1, "t").Snowflake(noon, epoch)
	if got := epoch.Add(time.Duration(first>>22) * time.Millisecond); !got.Equal(noon.Truncate(time.Millisecond)) {
		t.Errorf("the id says %v, want %v", got, noon)
	}
}

func TestParseMarkRefusesOtherText(t *testing.T) {
	for _, s := range []string{"", "12", strings.Repeat("g", 12), strings.Repeat("a", 13)} {
		if _, ok := ident.ParseMark(s); ok {
			t.Errorf("%q passed", s)
		}
	}
}

func TestSnowflakesFarFromTheirEpoch(t *testing.T) {
	epoch := time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, year := range []int{1970, 2015, 2085, 2086, 2120, 2200} {
		at := time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC)
		s := ident.NewStream(1, "t")
		first := s.Snowflake(at, epoch)
		if first <= 0 || s.Snowflake(at, epoch) <= first {
			t.Errorf("in %d the first is %d, and the next not above it", year, first)
		}
		if other := ident.NewStream(2, "t").Snowflake(at, epoch); other == first {
			t.Errorf("in %d two seeds begin with %d", year, first)
		}
	}
}
