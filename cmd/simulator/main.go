// Command simulator stands in for payment providers.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"paysim/internal/app"
	"paysim/sims"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(app.Main(ctx, app.Env{
		Args: os.Args[1:], Lookup: os.LookupEnv, Environ: os.Environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Providers: sims.All(),
	}))
}
