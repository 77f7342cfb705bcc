package app

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"paysim/internal/clock"
)

// guardCommand runs a command for exec, and sees to it that nothing of it
// survives an exec that was killed or told to end. Whoever is left without a
// parent below the guard becomes the guard's child, so it finds all.
type guardCommand struct {
	Files   string   `arg:"" help:"Directory that is gone with exec."`
	Command []string `arg:"" passthrough:"" help:"What to run, after --."`
}

// orphaned is what the kernel sends to a guard without an exec. Nobody else
// sends it to a program like this one.
const orphaned = syscall.SIGPWR

// How long things may take, in real time.
const (
	sweepPause = 10 * time.Millisecond // between two looks at who is left
	sweepGrace = 2 * time.Second       // until who was told to end is killed
	sweepLimit = 10 * time.Second      // until we give up
)

func (g *guardCommand) run(ctx context.Context, env Env) error {
	command := afterDashes(g.Command)
	if len(command) == 0 {
		return misuse("guard is exec's own")
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = env.Stdin, env.Stdout, env.Stderr
	runtime.LockOSThread() // the kernel sends it when the thread that started the command ends
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, append(slices.Clone(passedOn), orphaned)...)
	if ctx.Err() != nil { // we were told to end before there was somebody to pass it on to
		return ended(128+int(syscall.SIGTERM), nil)
	}
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return ended(cannotRun(err))
	}
	status := make(chan int, 1)
	go func() { status <- bury(cmd.Process.Pid) }()
	told := false
	for {
		select {
		case s := <-signals:
			if s == orphaned {
				sweep(syscall.SIGKILL)
				return ended(128+int(syscall.SIGKILL), os.RemoveAll(g.Files))
			}
			told = told || slices.Contains(endings, s)
			pass(s, cmd.Process)
		case code := <-status:
			for len(signals) > 0 { // what ended the command may have been for us all
				told = told || slices.Contains(endings, <-signals)
			}
			if told {
				sweep(syscall.SIGTERM)
			}
			return ended(code, nil)
		}
	}
}

// bury waits for every child that ends until pid does, and gives pid's exit
// status.
func bury(pid int) int {
	for {
		var ws syscall.WaitStatus
		got, err := syscall.Wait4(-1, &ws, 0, nil)
		switch {
		case got == pid && err == nil:
			return shellStatus(ws)
		case err != nil && !errors.Is(err, syscall.EINTR):
			return exitFailed // no child is left, and the command was never seen to end
		}
	}
}

// sweep ends everyone below us, by a signal and then by force.
func sweep(first syscall.Signal) {
	ctx, cancel := context.WithTimeout(context.Background(), sweepLimit)
	defer cancel()
	forced := make(chan struct{})
	grace := clock.After(sweepGrace, func() { close(forced) })
	defer grace.Stop()
	for _, pid := range descendants() {
		syscall.Kill(pid, first)
	}
	for clock.Wait(ctx, sweepPause) == nil {
		left := descendants()
		if len(left) == 0 {
			return
		}
		select {
		case <-forced:
			first = syscall.SIGKILL
		default:
		}
		for _, pid := range left {
			if first == syscall.SIGKILL { // again, for who was born meanwhile
				syscall.Kill(pid, first)
			}
			syscall.Wait4(pid, nil, syscall.WNOHANG, nil) // only our own children heed it
		}
	}
}

// descendants lists everyone below us who has not been buried.
func descendants() []int {
	children := map[int][]int{}
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		// The name before the last parenthesis may hold anything; then come the
		// state and the parent.
		fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
		if len(fields) > 1 {
			parent, _ := strconv.Atoi(string(fields[1]))
			children[parent] = append(children[parent], pid)
		}
	}
	below := []int{os.Getpid()}
	for i := 0; i < len(below); i++ {
		below = append(below, children[below[i]]...)
	}
	return below[1:]
}
