package conformance_test

import (
	"paysim/conformance/suite"
	"paysim/conformance/tool"
)

// sign holds, for providers whose requests carry something computed from the request itself, the function that computes
// it. It is given the request with everything else filled in and adds variables, which the samples' placeholders name.
var sign = map[string]func(vars suite.Vars, toolName string, r tool.Request) error{}

// credentials holds, for providers whose clients make a token of their keys, the function that makes it and adds it to
// the variables.
var credentials = map[string]func(vars suite.Vars) error{}
