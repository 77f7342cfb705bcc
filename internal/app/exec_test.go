package app_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
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
	for range 100 {
		all.Go(func() {
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

// lingering starts a command that lingers, and gives its process id as it sees it
// and the address of the simulator.
func lingering(t *testing.T, flags ...string) (cmd *exec.Cmd, pid int, address string) {
	t.Helper()
	dir := programs(t)
	cmd = exec.Command(filepath.Join(dir, "simulator"), append(append([]string{"exec"}, flags...), "--", filepath.Join(dir, "linger"))...)
	cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir()) // a killed one leaves its files there
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var at string
	if _, err := fmt.Sscan(line, &pid, &at); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	return cmd, pid, u.Host
}

func TestAKilledParentLeavesNothing(t *testing.T) {
	for _, flags := range [][]string{nil, {"--isolate"}} {
		t.Run(strings.Join(append([]string{"exec"}, flags...), " "), func(t *testing.T) {
			if flags != nil && !canIsolate() {
				t.Skip("SKIPPED: no namespaces can be made on this machine")
			}
			cmd, pid, address := lingering(t, flags...)
			if flags == nil {
				conn, err := net.Dial("tcp", address)
				if err != nil {
					t.Fatal(err)
				}
				conn.Close()
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			cmd.Wait()
			eventually(t, "the command is gone", func() bool { return !alive(pid) })
			eventually(t, "the port is free", func() bool {
				_, err := net.Dial("tcp", address)
				return errors.Is(err, syscall.ECONNREFUSED)
			})
		})
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); <-time.After(10 * time.Millisecond) {
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

func TestSignalsReachTheCommand(t *testing.T) {
	for _, flags := range [][]string{nil, {"--isolate"}} {
		if flags != nil && !canIsolate() {
			continue
		}
		cmd, pid, _ := lingering(t, flags...)
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		err := cmd.Wait()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 9 {
			t.Errorf("exec %s ends with %v, and the command with 9", flags, err)
		}
		if alive(pid) {
			t.Errorf("exec %s leaves the command behind", flags)
		}
	}
}
