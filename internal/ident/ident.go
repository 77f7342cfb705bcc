// Package ident makes everything that looks random: ids, tokens, keys.
//
// Every value comes from a Stream that is derived from (seed, tenant,
// provider, kind), so one seed and the same calls give the same bytes. No
// other package of the simulator draws random numbers.
package ident

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	mathrand "math/rand/v2"
	"time"

	"github.com/google/uuid"
)

// Seed is what all streams of a simulator begin with.
type Seed uint64

// Unguessable is for keys that must stay secret. What a tenant sees comes from
// a Stream.
var Unguessable = rand.Reader

// NewSeed draws a seed from the machine.
func NewSeed() Seed {
	var b [8]byte
	rand.Read(b[:]) // never fails, by its contract
	return Seed(binary.LittleEndian.Uint64(b[:]) >> 1)
}

// Stream is a reproducible source of values of one kind. It is not safe for
// concurrent use; a tenant's transactions take turns.
type Stream struct {
	source *mathrand.ChaCha8
	rand   *mathrand.Rand
	last   int64 // the last tick handed out, so that time-based ids never repeat
}

// NewStream derives a stream. Each part is kept apart from its neighbours:
// ("a", "bc") and ("ab", "c") give different streams.
func NewStream(seed Seed, parts ...string) *Stream {
	h := sha256.New()
	fmt.Fprintf(h, "%d", seed)
	for _, p := range parts {
		fmt.Fprintf(h, "/%d:%s", len(p), p)
	}
	source := mathrand.NewChaCha8([32]byte(h.Sum(nil)))
	return &Stream{source: source, rand: mathrand.New(source)}
}

// Read fills b. It never fails.
func (s *Stream) Read(b []byte) (int, error) { return s.source.Read(b) }

// IntN gives a number in [0, n).
func (s *Stream) IntN(n int) int { return s.rand.IntN(n) }

// Hex gives n hexadecimal digits in lower case.
func (s *Stream) Hex(n int) string {
	b := make([]byte, (n+1)/2)
	s.Read(b)
	return hex.EncodeToString(b)[:n]
}

// Text gives n characters of an alphabet of ASCII characters.
func (s *Stream) Text(n int, alphabet string) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[s.IntN(len(alphabet))]
	}
	return string(b)
}

// Tick gives the first number that is neither below at nor handed out before,
// so that ids made from a frozen clock still differ and still ascend.
func (s *Stream) Tick(at int64) int64 {
	s.last = max(at, s.last+1)
	return s.last
}

// A snowflake is 41 bits of time and 22 of chance.
const (
	snowflakeTimeBits   = 41
	snowflakeChanceBits = 22
)

// Snowflake is a time-ordered number above 0: milliseconds since epoch, then
// random lower bits. The time begins again 69 years after epoch; a clock that
// stands before it is as far from it as one behind it.
func (s *Stream) Snowflake(now, epoch time.Time) int64 {
	low := int64(s.IntN(1 << snowflakeChanceBits))
	ms := now.UnixMilli() - epoch.UnixMilli()
	ms = max(ms, -ms) & (1<<snowflakeTimeBits - 1)
	return s.Tick(ms<<snowflakeChanceBits | low)
}

// UUID gives a random (version 4) UUID whose last 48 bits are mark.
func (s *Stream) UUID(mark Mark) uuid.UUID {
	var u uuid.UUID
	s.Read(u[:])
	u[6] = u[6]&0x0f | 0x40
	u[8] = u[8]&0x3f | 0x80
	copy(u[10:], mark[:])
	return u
}

// timeUUIDEpoch is 15 October 1582, where version 1 UUIDs count from.
var timeUUIDEpoch = time.Date(1582, 10, 15, 0, 0, 0, 0, time.UTC)

// TimeUUID gives a time-based (version 1) UUID. Its node is mark; UUIDs made at
// one instant are consecutive.
func (s *Stream) TimeUUID(now time.Time, mark Mark) uuid.UUID {
	// time.Duration ends after 292 years, so the distance is taken in seconds.
	at := (now.Unix()-timeUUIDEpoch.Unix())*1e7 + int64(now.Nanosecond())/100
	t := s.Tick(at)
	var u uuid.UUID
	binary.BigEndian.PutUint32(u[0:], uint32(t))
	binary.BigEndian.PutUint16(u[4:], uint16(t>>32))
	binary.BigEndian.PutUint16(u[6:], uint16(t>>48)&0x0fff|0x1000)
	u[8], u[9] = 0x80|mark[0]&0x3f, mark[1]
	copy(u[10:], mark[:])
	return u
}

// Mark is 48 bits that stand for a tenant inside the ids it hands out, so that
// an id in a URL leads back to its tenant without a list of ids.
type Mark [6]byte

// MarkOf derives a tenant's mark from its name. Two of n tenants share a mark
// with a chance of n²/2⁴⁹.
func MarkOf(tenant string) Mark {
	sum := sha256.Sum256([]byte("tenant mark " + tenant))
	return Mark(sum[:6])
}

// String is the mark as twelve hexadecimal digits.
func (m Mark) String() string { return hex.EncodeToString(m[:]) }

// ParseMark reads twelve hexadecimal digits.
func ParseMark(s string) (Mark, bool) {
	var m Mark
	if len(s) != 2*len(m) {
		return m, false
	}
	_, err := hex.Decode(m[:], []byte(s))
	return m, err == nil
}
