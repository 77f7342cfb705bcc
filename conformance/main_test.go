package conformance_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"paysim/conformance/report"
	"paysim/conformance/suite"
	"paysim/conformance/target"
)

var (
	baseURL      = flag.String("base-url", os.Getenv("CONFORMANCE_BASE_URL"), "address of a real service; by default a simulator is built and started")
	providerName = flag.String("provider", os.Getenv("CONFORMANCE_PROVIDER"), "the one provider to try; needed with -base-url, where it is citcon by default")
	keyList      = flag.String("key", os.Getenv("CONFORMANCE_KEY"), "credentials for -base-url: the key, or name=value,name=value")
	simulator    = flag.String("simulator", os.Getenv("CONFORMANCE_SIMULATOR"), "address of the control API of a simulator that already runs, such as http://127.0.0.1:4010")
	race         = flag.Bool("race-simulator", false, "build the simulator with the race detector")
)

// providers are the folders of samples with their reports, set by TestMain.
var providers []provider

// there is the target, set by TestMain.
var there *target.Target

type provider struct {
	suite.Provider
	report *report.Report
}

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := testAll(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		code = 1
	}
	os.Exit(code)
}

func testAll(m *testing.M) (code int, err error) {
	if *baseURL != "" && *providerName == "" {
		*providerName = "citcon"
	}
	loaded, err := load()
	if err != nil {
		return 1, err
	}
	switch {
	case *baseURL != "":
		there, err = target.Service(*baseURL, loaded[0], strings.Split(*keyList, ","))
	case *simulator != "":
		there, err = target.Running(context.Background(), *simulator)
	default:
		there, err = target.Simulator(context.Background(), "..", *race)
	}
	if err != nil {
		return 1, err
	}
	defer func() {
		if closing := there.Close(); err == nil {
			err = closing
		}
	}()
	for _, p := range loaded {
		providers = append(providers, provider{p, report.New(p.Name, there.Name, p.Document)})
	}
	code = m.Run()
	for _, p := range providers {
		if there.IsSimulator() {
			calls, err := there.Calls(context.Background(), p.Name)
			if err != nil {
				return 1, err
			}
			p.report.Calls(calls)
			operations, err := there.Operations(context.Background(), p.Name)
			if err != nil {
				return 1, err
			}
			p.report.Operations(operations)
		}
		if err := p.report.Write("results"); err != nil {
			return 1, err
		}
	}
	return code, nil
}

// load reads the data of every provider, or of the one asked for.
func load() ([]suite.Provider, error) {
	dirs, err := suite.Find(".")
	if err != nil {
		return nil, err
	}
	var loaded []suite.Provider
	for _, dir := range dirs {
		p, err := suite.Load(dir)
		if err != nil {
			return nil, err
		}
		if *providerName == "" || *providerName == p.Name {
			loaded = append(loaded, p)
		}
	}
	if loaded == nil {
		return nil, fmt.Errorf("no samples for provider %q", *providerName)
	}
	return loaded, nil
}
