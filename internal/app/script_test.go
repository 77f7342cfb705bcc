package app_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"paysim/internal/app"
	"paysim/internal/provider"
	"paysim/internal/providertest/toypay"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"simulator": simulator, "fetch": fetch, "linger": linger})
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

// fetch METHOD URL [BODY] is a client that knows nothing of a simulator: it
// prints the status and the body of the answer, or fails. It waits as long as it
// takes, because a hundred of it may share a core.
func fetch() {
	body := ""
	if len(os.Args) > 3 {
		body = os.Args[3]
	}
	r, err := http.NewRequest(os.Args[1], os.Args[2], strings.NewReader(body))
	if err == nil {
		r.Header.Set("Toy-Key", os.Getenv("TOYPAY_KEY"))
		var resp *http.Response
		patient := &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment}}
		if resp, err = patient.Do(r); err == nil {
			text, _ := io.ReadAll(resp.Body)
			fmt.Println(resp.StatusCode, string(text))
			return
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// linger [deaf] prints its process id and where the simulator is, and waits. A
// signal that can be heard ends it with status 9.
func linger() {
	heard := make(chan os.Signal, 1)
	if len(os.Args) > 1 {
		signal.Ignore(os.Interrupt, syscall.SIGTERM)
	} else {
		signal.Notify(heard, os.Interrupt, syscall.SIGTERM)
	}
	fmt.Println(os.Getpid(), os.Getenv("SIM_URL"))
	<-heard
	os.Exit(9)
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Condition: func(name string) (bool, error) {
			if name == "isolation" {
				return canIsolate(), nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
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

// freePorts sets PORT to a main port that is free with those that follow it: OWN,
// the provider's, and TLS.
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
		third, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port+9))
		if err != nil {
			continue
		}
		third.Close()
		ts.Setenv("TLS", strconv.Itoa(port+9))
		ts.Setenv("PORT", strconv.Itoa(port))
		ts.Setenv("OWN", strconv.Itoa(port+1))
		return
	}
	ts.Fatalf("no free ports")
}

// occupy PORT listens there until the script ends.
func occupy(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:"+args[0])
	ts.Check(err)
	ts.Defer(func() { l.Close() })
}
