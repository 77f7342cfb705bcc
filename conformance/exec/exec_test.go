package exec

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// want is what both shops print, each in its language's way.
const (
	wantNode   = "created 1000 venta_exitosa\ncaptured true\nrefunded 400 true\ndeclined card_error stolen_card\n"
	wantPython = "created 1000 venta_exitosa\ncaptured True\nrefunded 400 True\ndeclined card_error stolen_card\n"
)

// missing skips a test, or fails it where everything is said to be there.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CONFORMANCE_REQUIRE_TOOLS") != "" {
		t.Fatalf("%s is missing", what)
	}
	t.Skipf("NOT TRIED: %s is missing; ../install puts it into place", what)
}

func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "simulator")
	cmd := exec.Command("go", "build", "-o", program, "./cmd/simulator")
	cmd.Dir = "../.."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// canIsolate reports whether namespaces can be made here.
func canIsolate() bool {
	return exec.Command("unshare", "--user", "--map-root-user", "--mount", "--net", "true").Run() == nil
}

func TestUnmodifiedSDKs(t *testing.T) {
	clients, err := filepath.Abs("../culqi/clients")
	if err != nil {
		t.Fatal(err)
	}
	simulator := build(t)
	shops := []struct {
		name, needs, want string
		command           []string
	}{
		{"culqi-node", "node_modules/culqi-node", wantNode, []string{"node", "testdata/app.cjs"}},
		{"culqi-api-python", ".venv/bin/python", wantPython, []string{filepath.Join(clients, ".venv/bin/python"), "testdata/app.py"}},
	}
	run := []string{simulator, "exec", "--expect", "testdata/expect.yaml"}
	isolated := []string{simulator, "exec", "--isolate", "--expect", "testdata/expect.yaml", "--"}
	bare := append(isolated, "env", "NODE_OPTIONS=", "HTTP_PROXY=", "HTTPS_PROXY=", "ALL_PROXY=", "http_proxy=", "https_proxy=", "all_proxy=")
	worlds := []struct {
		name     string
		command  []string
		isolates bool
	}{
		{"beside a network", append(run, "--"), false},
		{"with the network cut", append([]string{simulator, "exec", "--isolate", "--quiet", "--"}, append(run, "--")...), true},
		{"isolated", isolated, true},
		{"isolated, told of no proxy", bare, true},
	}
	for _, shop := range shops {
		for _, world := range worlds {
			t.Run(shop.name+" "+world.name, func(t *testing.T) {
				if _, err := os.Stat(filepath.Join(clients, shop.needs)); err != nil {
					missing(t, shop.name)
				}
				if world.isolates && !canIsolate() {
					t.Skip("NOT TRIED: no namespaces can be made on this machine")
				}
				args := append(append([]string{}, world.command...), shop.command...)
				cmd := exec.Command(args[0], args[1:]...)
				cmd.Env = append(os.Environ(), "NODE_PATH="+filepath.Join(clients, "node_modules"))
				var out, said bytes.Buffer
				cmd.Stdout, cmd.Stderr = &out, &said
				if err := cmd.Run(); err != nil {
					t.Fatalf("%v\n%s%s", err, out.String(), said.String())
				}
				if out.String() != shop.want {
					t.Errorf("it prints\n%s\nand not\n%s\n%s", out.String(), shop.want, said.String())
				}
			})
		}
	}
}

// TestNodesSockets opens sockets in every way that Node has. Node 20 knows no proxy, so it is the file that NODE_OPTIONS
// requires which leads them.
func TestNodesSockets(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		missing(t, "node")
	}
	cmd := exec.Command(build(t), "exec", "--quiet", "--", "node", "testdata/sockets.cjs")
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	want := `https reached
http reached
tls reached
tls by a wrong name ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR
options reached
port and host reached
socket reached
own port reached
own host reached
elsewhere refused
elsewhere, plain refused
path ENOENT
fetch 401
`
	if err != nil || string(out) != want {
		t.Errorf("%v: it prints\n%s\nand not\n%s\n%s", err, out, want, said.String())
	}
}

// TestDoctorFindsNothingWrong lets every client on this machine call a provider's host.
func TestDoctorFindsNothingWrong(t *testing.T) {
	out, err := exec.Command(build(t), "doctor").CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}
