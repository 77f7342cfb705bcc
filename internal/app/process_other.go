//go:build !linux

package app

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// runToEnd runs a command and gives its exit status. What a terminal sends, the
// command hears from the terminal.
func runToEnd(ctx context.Context, cmd *exec.Cmd) (int, error) {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	if err := ctx.Err(); err != nil { // we were told to end before there was somebody to pass it on to
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	ended := make(chan struct{})
	passed := make(chan struct{})
	go func() {
		defer close(passed)
		for {
			select {
			case s := <-signals:
				if s == syscall.SIGTERM {
					cmd.Process.Signal(s)
				}
			case <-ended:
				return
			}
		}
	}()
	err := cmd.Wait()
	close(ended)
	<-passed
	var failed *exec.ExitError
	if !errors.As(err, &failed) {
		return exitOK, err
	}
	return max(failed.ExitCode(), exitFailed), nil
}

var errLinuxOnly = errors.New("--isolate needs Linux; without it, exec works for clients that know proxies, and for Node")

func isolated(context.Context, Env) error { return errLinuxOnly }

func enter(string, []string) error { return errLinuxOnly }
