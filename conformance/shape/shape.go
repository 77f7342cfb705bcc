package shape

import "regexp"

// Shape is what a value must look like. Parse makes one; Compare uses it.
type Shape interface {
	compare(path string, got Value, found *[]Difference)
}

// Constant wants exactly this scalar, numbers in exactly this spelling.
type Constant struct{ Want Value }

// Types wants one of the named types; a pattern, if given, must find the string.
type Types struct {
	Names   []string
	Pattern *regexp.Regexp
}

// Object wants these fields in this order. An open object may have more members, anywhere.
type Object struct {
	Fields []Field
	Open   bool
}

// Field is one member of an Object.
type Field struct {
	Name     string
	Optional bool
	Shape    Shape
}

// Array wants exactly these items; with Repeat, the last one may come again any number of times.
type Array struct {
	Items  []Shape
	Repeat bool
}

var (
	_ Shape = Constant{}
	_ Shape = Types{}
	_ Shape = Object{}
	_ Shape = Array{}
)
