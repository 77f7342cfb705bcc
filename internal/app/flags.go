package app

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// commands is the command line. Every flag can be given as an environment
// variable too: --public-url as SIM_PUBLIC_URL.
type commands struct {
	Serve      serveCommand      `cmd:"" default:"withargs" help:"Serve the providers and the control API (the default; serve --help lists its flags)."`
	Exec       execCommand       `cmd:"" help:"Run a command whose clients come here, though their code names the real hosts: simulator exec -- npm test"`
	Guard      guardCommand      `cmd:"" hidden:"" help:"Between exec and its command."`
	Doctor     doctorCommand     `cmd:"" help:"Look which clients on this machine exec leads here, and say what each must be told."`
	CA         caCommand         `cmd:"" name:"ca" help:"Print the certificate of the authority that vouches for the hosts; made at first use."`
	Env        envCommand        `cmd:"" help:"Print addresses and keys of a tenant as shell exports. Asks nobody: give the flags that serve is given."`
	Keys       keysCommand       `cmd:"" help:"Print the keys of a tenant."`
	Operations operationsCommand `cmd:"" help:"Print the providers' operations."`
	States     statesCommand     `cmd:"" help:"Print the providers' state tables as Mermaid diagrams."`
	Errors     errorsCommand     `cmd:"" help:"Print the providers' error catalogues."`
	Outcomes   outcomesCommand   `cmd:"" help:"Print the outcomes that operations can be told to have, and the cards that make them happen."`
	Check      checkCommand      `cmd:"" help:"Look for mistakes in scenario files: exits 0 without, 1 with some, 2 when a file cannot be read."`
	Schema     schemaCommand     `cmd:"" help:"Print the JSON Schema of scenario files, for editors."`
	Wait       waitCommand       `cmd:"" help:"Wait until a simulator is healthy."`
	Version    versionCommand    `cmd:"" help:"Print the version."`
}

// listening is where a simulator listens.
type listening struct {
	Port   int    `default:"4010" help:"Main port; each provider's own follows it. 0 picks free ports and prints them."`
	Listen string `default:"127.0.0.1" placeholder:"ADDR" help:"Address to listen on; 0.0.0.0 in containers."`
}

// addresses is where a simulator listens and how it is reached.
type addresses struct {
	listening
	PublicURL string `name:"public-url" placeholder:"URL" help:"What links begin with, instead of the address that the caller came in by."`
}

type serveCommand struct {
	addresses
	vouching
	TLSPort      *int     `name:"tls-port" placeholder:"PORT" help:"Port that speaks TLS; 9 after the main port when absent, 0 for a free one."`
	ProxyAllow   []string `placeholder:"HOST" help:"Host that the forward proxy lets out, besides answering for the providers'; repeatable, *.example.com for all under one, * for all."`
	Config       string   `placeholder:"FILE" help:"YAML file with start values and tenants' settings."`
	Scenario     string   `placeholder:"FILE" help:"Scenario of the tenant default; loaded again when the file changes."`
	Seed         *uint64  `help:"What ids and everything random follow from; drawn and printed when absent."`
	Tenants      []string `placeholder:"NAME,…" help:"The only tenants that exist; by default any name is one."`
	WebhookAllow []string `placeholder:"HOST" help:"Host outside this machine's own networks that webhooks may go to; repeatable, * for all."`
	ControlToken string   `placeholder:"TOKEN" help:"Bearer token that the control API asks for."`
	LogLevel     string   `default:"info" enum:"debug,info,warn,error" help:"Least level that is logged: ${enum}."`
	LogFormat    string   `default:"text" enum:"text,json" help:"How it is logged: ${enum}."`
	JournalKeep  int      `name:"journal-entries" default:"5000" help:"Entries that a tenant's journal remembers."`
	Rows         int      `default:"10000" help:"Rows of each kind that a tenant remembers."`

	settings settings
	tenant   string // whom Scenario is for
	usual    bool   // listen on 443 and 80 too
}

// vouching is where the authority is kept.
type vouching struct {
	CADir string `name:"ca-dir" placeholder:"DIR" help:"Where the certificate authority is kept; in the user's cache directory when absent."`
}

// runner is a command that can be run.
type runner interface {
	run(context.Context, Env) error
}

// parse reads the command line and gives what it asks for.
func parse(env Env) (runner, error) {
	chosen, err := read(env, nil)
	if err != nil {
		return nil, err
	}
	if serve, ok := chosen.(*serveCommand); ok && serve.Config != "" {
		file, err := readConfig(serve.Config, env.Providers)
		if err != nil {
			return nil, err
		}
		return read(env, file)
	}
	return chosen, nil
}

// read parses flags; what they leave out comes from the environment, then from
// the file, then from the defaults.
func read(env Env, file *config) (chosen runner, err error) {
	cmd := &commands{}
	done := false
	k, err := kong.New(cmd,
		kong.Name("simulator"),
		kong.Description("Stands in for payment providers. No money moves."),
		kong.Writers(env.Stdout, env.Stderr),
		kong.Exit(func(int) { done = true; panic(errDone) }), // after --help
		kong.Resolvers(file, environment(env)),               // the later wins
		kong.ValueFormatter(describe),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		return nil, err
	}
	defer func() {
		if v := recover(); v != nil && !done {
			panic(v)
		}
		if done {
			err = errDone
		}
	}()
	ctx, err := k.Parse(env.Args)
	if err != nil {
		var bad *kong.ParseError
		if errors.As(err, &bad) {
			err = bad.Unwrap()
		}
		return nil, misuse("%w%s; --help lists what there is", err, origin(env, err))
	}
	if file != nil {
		cmd.Serve.settings = file.settings
	}
	return ctx.Selected().Target.Addr().Interface().(runner), nil
}

var flagName = regexp.MustCompile(`^--([a-z-]+): `)

// origin names the variable behind a fault that was not made on the command
// line.
func origin(env Env, err error) string {
	m := flagName.FindStringSubmatch(err.Error())
	if m == nil || slices.ContainsFunc(env.Args, func(a string) bool { return strings.HasPrefix(a, "--"+m[1]) }) {
		return ""
	}
	if v, ok := env.Lookup(variable(m[1])); !ok || v == "" {
		return " (in the --config file)"
	}
	return " (in the variable " + variable(m[1]) + ")"
}

func variable(flag string) string {
	return "SIM_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// noVariable are flags that say what to print, once, and nothing of the program.
var noVariable = []string{"help", "path"}

// environment gives flags the values of their variables. An empty variable is
// an absent one.
func environment(env Env) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if v, ok := env.Lookup(variable(flag.Name)); ok && v != "" && !slices.Contains(noVariable, flag.Name) && !flag.Hidden {
			return v, nil
		}
		return nil, nil
	})
}

// describe is a flag's help with its variable.
func describe(v *kong.Value) string {
	if v.Flag == nil || slices.Contains(noVariable, v.Name) {
		return v.Help
	}
	return v.Help + " ($" + variable(v.Name) + ")"
}
