// Package tool composes the commands that providers print in their documents (curl, wget, httpie, python-requests), runs
// them with the real program, and reads the answer back.
//
// Compose gives the command as a document prints it. Send adds only what is needed to see the answer (where to put
// headers and body, a time limit, no personal configuration); the request on the wire stays the printed one.
//
// The package does not invent requests and does not fall back to a library when a program is missing: Missing says so,
// and the caller decides what that means.
package tool
