package app

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// enter furnishes the namespaces that we were started in: the loopback device
// is up, names lead to it, and no service is asked for names.
func enter(dir string, names []string) error {
	if err := ownWorld(); err != nil {
		return err
	}
	// What is mounted here must not be seen outside.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return cannotIsolate(fmt.Errorf("making the mounts private: %w", err))
	}
	if err := loopbackUp(); err != nil {
		return cannotIsolate(fmt.Errorf("bringing the loopback device up: %w", err))
	}
	before, err := os.ReadFile("/etc/hosts")
	if err != nil {
		return cannotIsolate(fmt.Errorf("names are led here by /etc/hosts: %w", err))
	}
	hosts := "127.0.0.1 localhost " + strings.Join(names, " ") + "\n" + string(before)
	if err := cover("/etc/hosts", filepath.Join(dir, "hosts"), hosts); err != nil {
		return cannotIsolate(err)
	}
	// A resolver that is reached without the network would know the real hosts.
	if order, err := os.ReadFile("/etc/nsswitch.conf"); err == nil {
		files := regexp.MustCompile(`(?m)^\s*hosts:.*$`).ReplaceAllString(string(order), "hosts: files")
		if err := cover("/etc/nsswitch.conf", filepath.Join(dir, "nsswitch.conf"), files); err != nil {
			return cannotIsolate(err)
		}
	}
	// What made this world is not for the command. The thread that starts it is
	// this one.
	runtime.LockOSThread()
	return unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
}

// ownWorld refuses a world that was not made for us: what enter does would be
// done to the machine. A new one is known by its loopback device, which is down.
func ownWorld() error {
	lo, err := net.InterfaceByName("lo")
	if err == nil && lo.Flags&net.FlagUp == 0 {
		return nil
	}
	return misuse("--inside is not for you: --isolate makes namespaces, and gives it")
}

// cover makes a file read as text to everybody, here only.
func cover(file, by, text string) error {
	if err := os.WriteFile(by, []byte(text), 0o644); err != nil {
		return err
	}
	if err := os.Chmod(by, 0o644); err != nil { // whatever the umask is
		return err
	}
	if err := unix.Mount(by, file, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("mounting over %s: %w", file, err)
	}
	return nil
}

// reachable sees to it that a command's clients can reach us at all: in a
// network namespace that was made to cut the command off, by unshare say, not
// even the loopback device is up.
func reachable() error {
	all, err := net.Interfaces()
	if err != nil || len(all) == 0 || slices.ContainsFunc(all, func(i net.Interface) bool { return i.Flags&net.FlagUp != 0 }) {
		return nil // somebody has seen to it, or we cannot tell
	}
	if err := loopbackUp(); err != nil {
		return fmt.Errorf("no network device is up, not even the loopback device that leads to us, and bringing it up failed: %w; \"ip link set lo up\" does it where that is allowed, and --isolate has one of its own", err)
	}
	return nil
}

func loopbackUp() error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(socket)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	if err := unix.IoctlIfreq(socket, unix.SIOCGIFFLAGS, lo); err != nil {
		return err
	}
	lo.SetUint16(lo.Uint16() | uint16(net.FlagUp))
	return unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, lo)
}

// switches are the settings that can forbid namespaces: the value that does, and
// to whom.
var switches = []struct{ file, value, whom string }{
	{"/proc/sys/user/max_mnt_namespaces", "0", "everybody"},
	{"/proc/sys/user/max_net_namespaces", "0", "everybody"},
	{"/proc/sys/user/max_user_namespaces", "0", "everybody but root"},
	{"/proc/sys/kernel/unprivileged_userns_clone", "0", "everybody but root"},
	{"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "everybody but root"},
}

func cannotIsolate(err error) error {
	if errors.Is(err, unix.ENOSPC) {
		err = errors.New("the kernel allows no more namespaces")
	}
	return fmt.Errorf("cannot isolate: %w\n%s\nwithout --isolate, exec works for clients that know proxies, and for Node", err, lacking())
}

// lacking says what would let us make namespaces.
func lacking() string {
	var found []string
	for _, s := range switches {
		if v, err := os.ReadFile(s.file); err == nil && strings.TrimSpace(string(v)) == s.value {
			name := strings.ReplaceAll(strings.TrimPrefix(s.file, "/proc/sys/"), "/", ".")
			found = append(found, fmt.Sprintf("%s is %s, which forbids them to %s", name, s.value, s.whom))
		}
	}
	if len(found) == 0 {
		found = []string{"no setting of the kernel forbids user namespaces, so a security profile does: a container's seccomp filter, say"}
	}
	return "it needs mount and network namespaces: the capability CAP_SYS_ADMIN (root; in a container --cap-add SYS_ADMIN and an AppArmor profile that lets mount), or user namespaces; " + strings.Join(found, "; ")
}
