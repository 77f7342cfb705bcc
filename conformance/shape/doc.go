// Package shape says what an answer looks like without saying what is in it, and tells how another answer differs.
//
// A shape knows the members of an object in their order, the JSON type of every value, and the few values that never
// change. It does not know ids, times or amounts unless told so. It is written as YAML:
//
//	status: = "success"             a constant: any JSON scalar after the equals sign
//	amount: integer                 a type: any string number integer decimal boolean null object array
//	rate: number|null               one of several types
//	token: string ~ ^[0-9a-f]{32}$  a string that a regular expression finds
//	exchange?: {rate: number}       a member that may be absent
//	client: [string, string]        exactly these items
//	data: [{amount: number}, ...]   one or more items, all like the last one
//	payment: {method: string, ...: any}   further members may follow
//
// integer and decimal look at how a number is written: 100 is an integer, 100.0 and 1e2 are decimals, all are numbers.
// Null is a type of its own. An object with a member named twice never fits.
//
// The package compares and prints; it does not send requests and has no opinion on which document is right.
package shape
