// Package scenarios is the library of trouble: scenario files that a user can
// load today, a folder for each provider. Its tests load and play every one of
// them, with a client that fails as real code does and one that survives.
package scenarios

//go:generate go test -run=TestTheSchemaIsFresh . -update
