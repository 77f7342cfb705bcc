package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// passedOn are the signals that a command hears through us.
var passedOn = []os.Signal{
	syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2,
}

// runToEnd runs a command that ends when we do, however that may be, and gives
// its exit status.
func runToEnd(ctx context.Context, cmd *exec.Cmd) (int, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	// The kernel sends this when the thread that started the command ends, so
	// that thread is kept until the command has ended.
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
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
	ended := make(chan struct{})
	passed := make(chan struct{})
	go func() {
		defer close(passed)
		for {
			select {
			case s := <-signals:
				if !fromTerminal(s) {
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
	if ws, ok := failed.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal()), nil
	}
	return failed.ExitCode(), nil
}

// fromTerminal reports whether the command has heard a signal already: a
// terminal sends what is typed to everyone in the foreground.
func fromTerminal(s os.Signal) bool {
	if s != syscall.SIGINT && s != syscall.SIGQUIT {
		return false
	}
	tty, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer tty.Close()
	foreground, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err == nil && foreground == unix.Getpgrp()
}

// isolated runs the same command line in namespaces of its own, and gives its
// exit status as an error.
func isolated(ctx context.Context, env Env) error {
	at := slices.Index(env.Args, "exec")
	args := slices.Insert(slices.Clone(env.Args), at+1, "--inside")
	start := func(attr *syscall.SysProcAttr) (int, error) {
		cmd := exec.Command("/proc/self/exe", args...)
		cmd.Args[0] = "simulator"
		cmd.Env, cmd.SysProcAttr = env.Environ, attr
		cmd.Stdin, cmd.Stdout, cmd.Stderr = env.Stdin, env.Stdout, env.Stderr
		return runToEnd(ctx, cmd)
	}
	worlds := uintptr(unix.CLONE_NEWNS | unix.CLONE_NEWNET)
	status, err := 0, error(unix.EPERM)
	if os.Geteuid() == 0 {
		status, err = start(&syscall.SysProcAttr{Cloneflags: worlds})
	}
	if errors.Is(err, unix.EPERM) {
		// Who may not make these for everybody may in a user namespace, and
		// stays who they are in it.
		status, err = start(&syscall.SysProcAttr{
			Cloneflags:  worlds | unix.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: os.Geteuid(), HostID: os.Geteuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getegid(), HostID: os.Getegid(), Size: 1}},
			AmbientCaps: []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_NET_ADMIN, unix.CAP_NET_BIND_SERVICE},
		})
	}
	if err != nil {
		return cannotIsolate(err)
	}
	if status != exitOK {
		return exitStatus(status)
	}
	return nil
}

func cannotIsolate(err error) error {
	return fmt.Errorf("cannot isolate: %w\n%s\nwithout --isolate, exec works for clients that know proxies, and for Node", err, lacking())
}
