package app

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// endings are the signals that ask a program to end.
var endings = []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT}

// passedOn are the signals that a command hears through us.
var passedOn = append(slices.Clone(endings), syscall.SIGUSR1, syscall.SIGUSR2)

// runCommand runs a command to its end and gives its exit status. Between it
// and us is a guard, who outlives us when we are killed.
func (s *surroundings) runCommand(ctx context.Context, env Env, command []string) (int, error) {
	cmd := ourselves(env, append([]string{"guard", s.dir, "--"}, command...))
	cmd.Env = s.environ
	return runToEnd(ctx, cmd, orphaned)
}

// ourselves is this program with other arguments.
func ourselves(env Env, args []string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", args...)
	cmd.Args[0] = "simulator"
	cmd.Env = env.Environ
	cmd.Stdin, cmd.Stdout, cmd.Stderr = env.Stdin, env.Stdout, env.Stderr
	return cmd
}

// runToEnd runs a program to its end and gives its exit status. If we end
// first, however that may be, it is sent a signal.
func runToEnd(ctx context.Context, cmd *exec.Cmd, without syscall.Signal) (int, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	// The kernel sends this when the thread that started the program ends, so
	// that thread is kept until the program has ended.
	cmd.SysProcAttr.Pdeathsig = without
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, passedOn...)
	defer signal.Stop(signals)
	if err := ctx.Err(); err != nil { // we were told to end before there was somebody to pass it on to
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	done := make(chan struct{})
	passed := make(chan struct{})
	go func() {
		defer close(passed)
		for {
			select {
			case s := <-signals:
				pass(s, cmd.Process)
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
	return shellStatus(failed.Sys().(syscall.WaitStatus)), nil
}

// shellStatus is an exit status as a shell gives it: that of a program that a
// signal ended is 128 and the signal's number.
func shellStatus(ws syscall.WaitStatus) int {
	if ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return ws.ExitStatus()
}

// pass passes a signal on, unless the receiver has heard it already: a terminal
// sends what is typed to everyone in the foreground.
func pass(s os.Signal, to *os.Process) {
	if s == syscall.SIGINT || s == syscall.SIGQUIT {
		if tty, err := os.Open("/dev/tty"); err == nil {
			defer tty.Close()
			if foreground, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP); err == nil && foreground == unix.Getpgrp() {
				return
			}
		}
	}
	to.Signal(s)
}

// isolated runs the same command line in namespaces of its own, and gives its
// exit status as an error.
func isolated(ctx context.Context, env Env) error {
	at := slices.Index(env.Args, "exec")
	args := slices.Insert(slices.Clone(env.Args), at+1, "--inside")
	status, err := inNamespaces(func(attr *syscall.SysProcAttr) (int, error) {
		cmd := ourselves(env, args)
		cmd.SysProcAttr = attr
		return runToEnd(ctx, cmd, syscall.SIGKILL)
	})
	if err != nil {
		return cannotIsolate(err)
	}
	return ended(status, nil)
}

// inNamespaces starts something in mount and network namespaces of its own.
func inNamespaces(start func(*syscall.SysProcAttr) (int, error)) (int, error) {
	worlds := uintptr(unix.CLONE_NEWNS | unix.CLONE_NEWNET)
	if os.Geteuid() == 0 {
		if status, err := start(&syscall.SysProcAttr{Cloneflags: worlds}); !errors.Is(err, unix.EPERM) {
			return status, err
		}
	}
	// Who may not make these for everybody may in a user namespace, and stays
	// who they are in it.
	return start(&syscall.SysProcAttr{
		Cloneflags:  worlds | unix.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: os.Geteuid(), HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getegid(), HostID: os.Getegid(), Size: 1}},
		AmbientCaps: []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_NET_ADMIN, unix.CAP_NET_BIND_SERVICE},
	})
}
