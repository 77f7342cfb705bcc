package app

import (
	"context"
	"errors"
	"fmt"
	"io"

	"paysim/internal/provider"
)

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1 // what was asked for did not work out
	exitMisuse = 2 // what was asked for makes no sense

	exitNotRunnable = 126 // the command of exec is no program
	exitNotFound    = 127 // there is no such command
)

// Env is the world around the program.
type Env struct {
	Args      []string // without the program's name
	Lookup    func(string) (string, bool)
	Environ   []string // of the commands that it starts
	Stdin     io.Reader
	Stdout    io.Writer
	Stderr    io.Writer
	Providers []*provider.Provider
}

// Main runs the program until it is done or ctx ends, and gives its exit
// status.
func Main(ctx context.Context, env Env) int {
	chosen, err := parse(env)
	if err == nil {
		err = chosen.run(ctx, env)
	}
	var misuse *misuseError
	var status exitStatus
	switch {
	case err == nil || errors.Is(err, errDone):
		return exitOK
	case errors.As(err, &status):
		if status.why != nil {
			fmt.Fprintf(env.Stderr, "simulator: %v\n", status.why)
		}
		return status.code
	case errors.As(err, &misuse):
		fmt.Fprintf(env.Stderr, "simulator: %v\n", err)
		return exitMisuse
	}
	fmt.Fprintf(env.Stderr, "simulator: %v\n", err)
	return exitFailed
}

// errDone says that all there was to do is done: help was shown, say.
var errDone = errors.New("done")

// exitStatus is that of a command that was run or should have been. It wins over
// what else went wrong.
type exitStatus struct {
	code int
	why  error // nil when the command has said it
}

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", s.code) }

func (s exitStatus) Unwrap() error { return s.why }

// ended is what becomes of a command's exit status, and of what else went wrong.
func ended(status int, err error) error {
	if status == exitOK {
		return err
	}
	return exitStatus{status, err}
}

// misuseError says that the program was called in a way that makes no sense.
type misuseError struct{ error }

func (e *misuseError) Unwrap() error { return e.error }

func misuse(format string, args ...any) error { return &misuseError{fmt.Errorf(format, args...)} }
