// Package target is where the suite sends its calls: a freshly built simulator, or a service at an address given by the
// user.
//
// A simulator is built from this repository, started on free ports and stopped by Close; it has a control API and makes
// a new world for every key. A service has neither: it is used with the keys given, and what needs the control API does
// not apply to it.
package target
