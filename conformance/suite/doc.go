// Package suite is the data format of the conformance suite: what a provider's document prints, as data.
//
// A provider is a folder: provider.yaml (its keys and the steps that samples presuppose) and samples/*.yaml, one file
// for an operation. The format is described in this module's README. Loading is strict: an unknown key, a placeholder
// that does not occur, a step that does not exist, a shape that does not parse are errors that name file and line.
//
// The package holds data; package run makes calls of it.
package suite
