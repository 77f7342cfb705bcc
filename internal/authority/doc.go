// Package authority is a certificate authority of this machine's own. It makes
// certificates on demand for the names that it was made for, so that a client
// with a hard-coded https address can be answered.
//
// It promises that the key is readable by its owner only, that two processes
// that open the same directory get the same authority, and that its
// certificates are good for no other name: the names are constraints in the
// authority's own certificate, so a stolen key is worth little. It installs
// nothing anywhere; whom a client trusts is the client's affair.
package authority
