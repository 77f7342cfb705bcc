package ident

import (
	"encoding/binary"
	"strings"
	"time"
)

// crockford is the alphabet of ULIDs: no I, L, O and U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const (
	ulidLength    = 26
	ulidTickBits  = 15 // of the random part, they count ids of one millisecond
	ulidMarkStart = 10 // the mark fills the last six of the sixteen bytes
)

// ULID gives a ULID in upper case: 48 bits of milliseconds, 32 bits that never
// repeat within one millisecond, and mark. ULIDs of one stream ascend; more than
// a few ten thousand at one instant run ahead of it, a millisecond at a time.
func (s *Stream) ULID(now time.Time, mark Mark) string {
	low := int64(s.IntN(1 << ulidTickBits))
	tick := s.Tick(now.UnixMilli()<<ulidTickBits | low)
	var b [16]byte
	s.Read(b[8:10])
	binary.BigEndian.PutUint64(b[:8], uint64(tick>>ulidTickBits)<<16|uint64(tick)&(1<<ulidTickBits-1))
	copy(b[ulidMarkStart:], mark[:])
	return encodeULID(b)
}

// ParseULID reads what a ULID holds, in either case: its time and, if ULID made
// it, its tenant's mark.
func ParseULID(text string) (at time.Time, mark Mark, ok bool) {
	if len(text) != ulidLength || text[0] > '7' {
		return at, mark, false
	}
	var b [16]byte
	for i := range len(text) {
		c := text[i]
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		digit := strings.IndexByte(crockford, c)
		if digit < 0 {
			return at, mark, false
		}
		shiftIn(&b, byte(digit))
	}
	copy(mark[:], b[ulidMarkStart:])
	return time.UnixMilli(int64(binary.BigEndian.Uint64(b[:8]) >> 16)).UTC(), mark, true
}

// encodeULID writes 128 bits as 26 digits of five bits, two of zero before them.
func encodeULID(b [16]byte) string {
	var out [ulidLength]byte
	for i := range out {
		first := 5*i - 2 // of the five bits
		digit := 0
		for bit := first; bit < first+5; bit++ {
			digit <<= 1
			if bit >= 0 && b[bit/8]&(0x80>>(bit%8)) != 0 {
				digit |= 1
			}
		}
		out[i] = crockford[digit]
	}
	return string(out[:])
}

// shiftIn moves all bits up by five and puts digit below them.
func shiftIn(b *[16]byte, digit byte) {
	for i := range b {
		next := digit
		if i+1 < len(b) {
			next = b[i+1] >> 3
		}
		b[i] = b[i]<<5 | next
	}
}
