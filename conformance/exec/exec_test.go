package exec

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// want is what every shop prints; where it differs, in its language's way.
const want = "created 1000 venta_exitosa\ncaptured true\nrefunded 400 true\ndeclined card_error stolen_card\n"

// missing skips a test, or fails it where everything is said to be there.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CONFORMANCE_REQUIRE_TOOLS") != "" {
		t.Fatalf("%s is missing", what)
	}
	t.Skipf("NOT TRIED: %s is missing; ../install puts it into place", what)
}

// built is a directory with the simulator, and with what the shops in Go and Java
// are compiled to where there is who compiles them.
var built string

func TestMain(m *testing.M) {
	var err error
	if built, err = os.MkdirTemp("", "conformance-"); err != nil {
		log.Fatal(err)
	}
	status := m.Run()
	os.RemoveAll(built)
	os.Exit(status)
}

// simulator is the program under test.
func simulator(t *testing.T) string {
	t.Helper()
	if err := build(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(built, "simulator")
}

// What is built, once.
var (
	build = sync.OnceValue(func() error {
		return compile("../..", "go", "build", "-o", filepath.Join(built, "simulator"), "./cmd/simulator")
	})
	shopInGo   = sync.OnceValue(func() error { return compile("testdata", "go", "build", "-o", filepath.Join(built, "shop"), "app.go") })
	shopInJava = sync.OnceValue(func() error { return compile("testdata", "javac", "-d", built, "App.java") })
)

// compile runs a compiler in a directory.
func compile(dir string, command ...string) error {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	return nil
}

// canIsolate reports whether namespaces can be made here.
func canIsolate() bool {
	return exec.Command("unshare", "--user", "--map-root-user", "--mount", "--net", "true").Run() == nil
}

// shop is a program that pays and knows nothing of a simulator.
type shop struct {
	name     string
	needs    []string     // programs and files that must be there
	compiled func() error // makes it a program; nil for what is one
	run      []string
	environ  []string // what it has besides
	onlyIn   string   // the one world that it can be led in; "" for all
	notIn    string   // the one world that it cannot be led in
}

// shops are every stack that we know to lead, each doing the same.
func shops(t *testing.T) []shop {
	t.Helper()
	clients, err := filepath.Abs("../culqi/clients")
	if err != nil {
		t.Fatal(err)
	}
	modules := filepath.Join(clients, "node_modules")
	python := filepath.Join(clients, "culqi-api-python/.venv/bin/python")
	java := []string{"javac", "java", "keytool"}
	return []shop{
		{name: "culqi-node", needs: []string{"node", filepath.Join(modules, "culqi-node")}, run: []string{"node", "testdata/app.cjs"}, environ: []string{"NODE_PATH=" + modules}},
		{name: "culqi-api-python", needs: []string{python}, run: []string{python, "testdata/app.py"}},
		{name: "go", compiled: shopInGo, run: []string{filepath.Join(built, "shop")}},
		// The JVM's proxy is no variable but an option, and told in the same breath as whom to trust.
		{name: "java.net.http", needs: java, compiled: shopInJava, run: []string{"java", "-cp", built, "App", "client"}, notIn: toldNothing},
		{name: "HttpURLConnection", needs: java, compiled: shopInJava, run: []string{"java", "-cp", built, "App", "connection"}, notIn: toldNothing},
		{name: "ruby net-http", needs: []string{"ruby"}, run: []string{"ruby", "testdata/app.rb"}},
		{name: "php curl", needs: []string{"php"}, run: []string{"php", "testdata/app.php", "curl"}},
		{name: "php streams", needs: []string{"php"}, run: []string{"php", "testdata/app.php", "streams"}, onlyIn: toldNothing},
	}
}

const toldNothing = "isolated, told of no proxy"

func TestUnmodifiedClients(t *testing.T) {
	program := simulator(t)
	run := []string{program, "exec", "--expect", "testdata/expect.yaml", "--"}
	isolated := []string{program, "exec", "--isolate", "--expect", "testdata/expect.yaml", "--"}
	bare := append(isolated, "env", "NODE_OPTIONS=", "HTTP_PROXY=", "HTTPS_PROXY=", "ALL_PROXY=", "http_proxy=", "https_proxy=", "all_proxy=")
	worlds := []struct {
		name     string
		command  []string
		isolates bool
	}{
		{"beside a network", run, false},
		{"with the network cut", append([]string{"unshare", "--user", "--map-root-user", "--net"}, run...), true},
		{"isolated", isolated, true},
		{toldNothing, bare, true},
	}
	for _, s := range shops(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.ready(t)
			for _, world := range worlds {
				if world.name == s.notIn || s.onlyIn != "" && world.name != s.onlyIn {
					continue
				}
				t.Run(world.name, func(t *testing.T) {
					if world.isolates && !canIsolate() {
						t.Skip("NOT TRIED: no namespaces can be made on this machine")
					}
					s.sells(t, world.command)
				})
			}
		})
	}
}

// ready sees to it that the shop can be run.
func (s shop) ready(t *testing.T) {
	t.Helper()
	for _, what := range s.needs {
		if _, err := exec.LookPath(what); err == nil {
			continue
		}
		if _, err := os.Stat(what); err != nil {
			missing(t, what)
		}
	}
	if s.compiled != nil {
		if err := s.compiled(); err != nil {
			t.Fatal(err)
		}
	}
}

// sells runs the shop by a command that leads it, and compares what it prints.
func (s shop) sells(t *testing.T, by []string) {
	t.Helper()
	args := append(append([]string{}, by...), s.run...)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), s.environ...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s%s", err, out.String(), said.String())
	}
	if got := strings.ToLower(out.String()); got != want { // Python says True
		t.Errorf("it prints\n%s\nand not\n%s\n%s", got, want, said.String())
	}
}

// TestByHand does what doctor says to those who do not use exec, beside a simulator that keeps its authority.
func TestByHand(t *testing.T) {
	program := simulator(t)
	said, err := exec.Command(program, "doctor").Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	home := t.TempDir()
	serve := exec.Command(program, "--port", "0", "--seed", "1")
	serve.Env = append(os.Environ(), "XDG_CACHE_HOME="+home)
	out, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { serve.Process.Kill(); serve.Wait() })
	var address string
	if _, err := fmt.Fscanf(out, "control http://127.0.0.1:%s", &address); err != nil {
		t.Fatal(err)
	}
	port := strings.TrimSuffix(address, "/_sim")
	var exports []string
	for line := range strings.Lines(string(said)) {
		if strings.HasPrefix(line, "  export ") {
			exports = append(exports, strings.ReplaceAll(line, "127.0.0.1:4010", "127.0.0.1:"+port))
		}
	}
	if len(exports) != 4 {
		t.Fatalf("doctor says what to export in %d lines:\n%s", len(exports), said)
	}
	keys := "export CULQI_PUBLIC_KEY=pk_test_default CULQI_SECRET_KEY=sk_test_default\n"
	java := "keytool -importcert -noprompt -file $CURL_CA_BUNDLE -keystore $XDG_CACHE_HOME/trust.p12 -storepass changeit && java" +
		" -Djavax.net.ssl.trustStore=$XDG_CACHE_HOME/trust.p12 -Djavax.net.ssl.trustStorePassword=changeit -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=" + port
	// What takes the place of the program's name, where the exports are not enough.
	commands := map[string]string{
		"culqi-api-python": "",
		"go":               "",
		"java.net.http":    java,
		"ruby net-http":    "",
		"php curl":         "php -d curl.cainfo=$CURL_CA_BUNDLE -d openssl.cafile=$CURL_CA_BUNDLE",
	}
	for _, s := range shops(t) {
		command, tried := commands[s.name]
		if !tried {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			s.ready(t)
			if command != "" {
				s.run = s.run[1:]
			}
			s.environ = append(s.environ, "XDG_CACHE_HOME="+home, "PATH="+built+string(filepath.ListSeparator)+os.Getenv("PATH"))
			s.sells(t, []string{"sh", "-ec", strings.Join(exports, "") + keys + command + ` "$@"`, "sh"})
		})
	}
}

// TestNodesSockets opens sockets in every way that Node has. Node 20 knows no proxy, so it is the file that NODE_OPTIONS
// requires which leads them.
func TestNodesSockets(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		missing(t, "node")
	}
	cmd := exec.Command(simulator(t), "exec", "--", "node", "testdata/sockets.cjs")
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	want := `https reached
http reached
tls reached
tls by a wrong name ERR_SSL_TLSV1_UNRECOGNIZED_NAME
options reached
port and host reached
socket reached
own port reached
own host reached
own name reached
own name, https reached
elsewhere refused
elsewhere, plain refused
elsewhere, by address refused
path ENOENT
fetch 401
`
	if err != nil || string(out) != want {
		t.Errorf("%v: it prints\n%s\nand not\n%s\n%s", err, out, want, said.String())
	}
	for _, refused := range []string{"example.com:443", "example.com:80", "[2001:db8::1]:443"} {
		if !strings.Contains(said.String(), "refused "+refused+"; --proxy-allow") {
			t.Errorf("nobody is told of %s:\n%s", refused, said.String())
		}
	}
}

// TestDoctorFindsNothingWrong lets every client on this machine call a provider's host; where all are said to be there, all.
func TestDoctorFindsNothingWrong(t *testing.T) {
	out, err := exec.Command(simulator(t), "doctor").CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
	for _, stack := range []string{"curl", "wget", "openssl", "node", "python3", "go", "java", "ruby", "php"} {
		if _, err := exec.LookPath(stack); err != nil {
			missing(t, stack)
		}
	}
}
