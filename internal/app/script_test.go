package app_test

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"paysim/internal/app"
	"paysim/internal/provider"
	"paysim/internal/providertest/toypay"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"simulator": simulator})
}

// simulator is the program with the reference provider.
func simulator() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(app.Main(ctx, app.Env{
		Args: os.Args[1:], Lookup: os.LookupEnv, Environ: os.Environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Providers: []*provider.Provider{toypay.Provider()},
	}))
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"freeports": freePorts,
			"occupy":    occupy,
		},
	})
}

// exits STATUS PROGRAM ARGS… runs a program and wants that exit status.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits status program args...")
	}
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit status %d, want %s", got, args[0])
	}
}

// freePorts sets PORT to the first of two free ports in a row, and OWN to the
// second.
func freePorts(ts *testscript.TestScript, _ bool, _ []string) {
	for range 50 {
		first, err := net.Listen("tcp", "127.0.0.1:0")
		ts.Check(err)
		port := first.Addr().(*net.TCPAddr).Port
		second, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port+1))
		first.Close()
		if err != nil {
			continue
		}
		second.Close()
		ts.Setenv("PORT", strconv.Itoa(port))
		ts.Setenv("OWN", strconv.Itoa(port+1))
		return
	}
	ts.Fatalf("no two free ports in a row")
}

// occupy PORT listens there until the script ends.
func occupy(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:"+args[0])
	ts.Check(err)
	ts.Defer(func() { l.Close() })
}
