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

// runCommand runs a command to its end and gives its exit status. What a
// terminal sends, the command hears from the terminal.
func (s *surroundings) runCommand(ctx context.Context, env Env, command []string) (int, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = s.environ
	cmd.Stdin, cmd.Stdout, cmd.Stderr = env.Stdin, env.Stdout, env.Stderr
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	if err := ctx.Err(); err != nil { // we were told to end before there was somebody to pass it on to
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return cannotRun(err)
	}
	done := make(chan struct{})
	passed := make(chan struct{})
	go func() {
		defer close(passed)
		for {
			select {
			case s := <-signals:
				if s == syscall.SIGTERM {
					cmd.Process.Signal(s)
				}
			case <-done:
				return
			}
		}
	}()
	err := cmd.Wait()
	close(done)
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

func reachable() error { return nil }

// guardCommand stands between exec and its command on Linux only.
type guardCommand struct{}

func (*guardCommand) run(context.Context, Env) error { return errLinuxOnly }
