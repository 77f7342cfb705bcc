// Package recorded turns exchanges recorded with a real service into shapes, and shapes back into requests of our own.
//
// Derive reads the exchanges and keeps, for every kind of exchange, the operation, what was asked (member names, types
// and a few constants), and what the answer looked like. Nothing of the recorded persons, references, ids or times is
// kept. The result is a file in the project; the exchanges themselves are not.
//
// Which values count as constants, which follow a pattern and which repeat the request is said by rules beside the
// result. The package proves each rule against every exchange and refuses what does not hold.
package recorded
