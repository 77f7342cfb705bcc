package app_test

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// programs is a directory with the programs of TestMain.
func programs(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"simulator", "fetch", "linger"} {
		if err := os.Symlink(self, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// canIsolate reports whether namespaces can be made here.
var canIsolate = sync.OnceValue(func() bool {
	return exec.Command("unshare", "--user", "--map-root-user", "--mount", "--net", "true").Run() == nil
})

func TestAHundredRunsDoNotDisturbEachOther(t *testing.T) {
	dir := programs(t)
	expect := filepath.Join(dir, "expect.yaml")
	text := "- calls: {on: toypay.charge.create, count: 1}\n- money: {provider: toypay, reference: A-1, captured: 0, payments: 1}\n"
	if err := os.WriteFile(expect, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	places := make(chan struct{}, sideBySide)
	for range 100 {
		all.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			cmd := exec.Command(filepath.Join(dir, "simulator"), "exec", "--expect", expect, "--", filepath.Join(dir, "fetch"), "POST", "https://api.toypay.test/v1/charges", someCharge)
			var said bytes.Buffer
			cmd.Stdout, cmd.Stderr = &said, &said
			if err := cmd.Run(); err != nil || !strings.HasPrefix(said.String(), "201 ") {
				t.Errorf("%v: %s", err, said.String())
			}
		})
	}
	all.Wait()
}

// household is an exec whose command lingers, and so do those that the command
// has started.
type household struct {
	*exec.Cmd
	members []int  // process ids
	address string // of the simulator, as the command sees it
	files   string // the directory for temporary ones
}

func (h *household) alive() bool { return slices.ContainsFunc(h.members, alive) }

// lingering starts a household. Its command is the first member; the second is a
// child of one that has ended; the third is deaf to what asks it to end.
func lingering(t *testing.T, flags ...string) *household {
	t.Helper()
	dir := programs(t)
	h := &household{files: t.TempDir()}
	linger := filepath.Join(dir, "linger")
	h.Cmd = exec.Command(filepath.Join(dir, "simulator"), append(append([]string{"exec"}, flags...), "--", "sh", "-c",
		`(setsid "$0" >second 2>&1 &); "$0" deaf >third & while ! [ -s second ] || ! [ -s third ]; do sleep 0.01; done; cat second third; exec "$0"`, linger)...)
	h.Dir = t.TempDir()
	h.Env = append(os.Environ(), "TMPDIR="+h.files)
	h.Stderr = os.Stderr
	out, err := h.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Process.Kill(); h.Wait() })
	var at string
	for range 3 {
		var pid int
		if _, err := fmt.Fscanln(out, &pid, &at); err != nil {
			t.Fatal(err)
		}
		h.members = append(h.members, pid)
	}
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	h.address = u.Host
	return h
}

// worlds are the flags that decide where a command runs.
func worlds(t *testing.T, in func(*testing.T, ...string)) {
	for _, flags := range [][]string{nil, {"--isolate"}} {
		t.Run(strings.Join(append([]string{"exec"}, flags...), " "), func(t *testing.T) {
			t.Parallel()
			if flags != nil && !canIsolate() {
				t.Skip("SKIPPED: no namespaces can be made on this machine")
			}
			in(t, flags...)
		})
	}
}

func TestAKilledParentLeavesNothing(t *testing.T) {
	worlds(t, func(t *testing.T, flags ...string) {
		h := lingering(t, flags...)
		if flags == nil {
			conn, err := net.Dial("tcp", h.address)
			if err != nil {
				t.Fatal(err)
			}
			conn.Close()
		}
		if err := h.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		h.Wait()
		eventually(t, "everyone is gone", func() bool { return !h.alive() })
		if flags == nil { // an isolated address is another world's: somebody else may hold it here
			eventually(t, "the port is free", func() bool {
				_, err := net.Dial("tcp", h.address)
				return errors.Is(err, syscall.ECONNREFUSED)
			})
		}
		eventually(t, "its files are gone", func() bool {
			left, err := os.ReadDir(h.files)
			return err == nil && len(left) == 0
		})
	})
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !ok(); <-time.After(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// alive reports whether a process runs; one that waits to be buried does not.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

// TestSignalsReachTheCommand asks an exec to end. What the command left behind is
// asked too, and then killed.
func TestSignalsReachTheCommand(t *testing.T) {
	worlds(t, func(t *testing.T, flags ...string) {
		h := lingering(t, flags...)
		if err := h.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		err := h.Wait()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 9 {
			t.Errorf("it ends with %v, and the command with 9", err)
		}
		if h.alive() {
			t.Error("it leaves somebody behind")
		}
	})
}

// TestWhatACommandLeavesBehindIsItsAffair ends a command that was not asked to.
func TestWhatACommandLeavesBehindIsItsAffair(t *testing.T) {
	dir := programs(t)
	cmd := exec.Command(filepath.Join(dir, "simulator"), "exec", "--quiet", "--", "sh", "-c", `"$0" >pid 2>&1 & while ! [ -s pid ]; do sleep 0.01; done`, filepath.Join(dir, "linger"))
	cmd.Dir = t.TempDir()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(cmd.Dir, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Sscan(string(text), &pid); err != nil {
		t.Fatal(err)
	}
	if !alive(pid) {
		t.Error("it is gone")
	}
	syscall.Kill(pid, syscall.SIGKILL)
}
