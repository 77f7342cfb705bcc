package app

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"paysim/internal/clock"
)

// waitPause is the time between two questions, in real time.
const waitPause = 50 * time.Millisecond

type waitCommand struct {
	listening
	URL     string        `name:"url" placeholder:"URL" help:"Where the simulator is, when not where the other flags say."`
	Timeout time.Duration `default:"10s" help:"How long to wait."`
}

func (c *waitCommand) run(ctx context.Context, env Env) error {
	if err := c.check(env.Providers); err != nil {
		return err
	}
	url := strings.TrimSuffix(c.URL, "/")
	if url == "" {
		if c.Port == 0 {
			return misuse("which port? give --url or --port")
		}
		url = c.main()
	}
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	for {
		err := healthy(ctx, url+"/_sim/health")
		if err == nil {
			return nil
		}
		if clock.Wait(ctx, waitPause) != nil {
			return fmt.Errorf("no healthy simulator at %s within %s: %w", url, c.Timeout, err)
		}
	}
}

func healthy(ctx context.Context, url string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", resp.Status)
	}
	return nil
}
