package target

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// startLimit is how long the simulator may take until it is healthy.
const startLimit = 20 * time.Second

// Simulator builds the program in root/cmd/simulator, starts it on free ports and waits until it is healthy. With race,
// the program is built with the race detector. The program is also given args.
func Simulator(ctx context.Context, root string, race bool, args ...string) (*Target, error) {
	dir, err := os.MkdirTemp("", "conformance-")
	if err != nil {
		return nil, err
	}
	t := &Target{Name: "simulator", stop: func() error { return os.RemoveAll(dir) }}
	program := filepath.Join(dir, "simulator")
	if err := build(ctx, root, program, race); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	if err := t.start(ctx, program, dir, args); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// Running is a simulator that someone else started and will stop; control is the address of its main listener.
func Running(ctx context.Context, control string) (*Target, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	t := &Target{Name: "simulator", Control: strings.TrimSuffix(control, "/")}
	if err := healthy(ctx, t.Control); err != nil {
		return nil, err
	}
	var err error
	t.bases, err = providers(ctx, t.Control)
	return t, err
}

func build(ctx context.Context, root, program string, race bool) error {
	args := []string{"build", "-o", program}
	if race {
		args = append(args, "-race")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, "./cmd/simulator")...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building the simulator: %w\n%s", err, out)
	}
	return nil
}

func (t *Target) start(ctx context.Context, program, dir string, args []string) error {
	cmd := exec.CommandContext(ctx, program, append([]string{"--port", "0"}, args...)...)
	cmd.Dir = dir // nothing of the user's is picked up from the working directory
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	t.stop = func() error { return stop(cmd, dir) }

	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if t.Control, err = mainAddress(ctx, stdout); err != nil {
		return err
	}
	if err := healthy(ctx, t.Control); err != nil {
		return err
	}
	t.bases, err = providers(ctx, t.Control)
	return err
}

// stop asks the program to end; one that has not ended in time is killed.
func stop(cmd *exec.Cmd, dir string) error {
	_ = cmd.Process.Signal(os.Interrupt)
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var err error
	select {
	case err = <-ended:
	case <-time.After(5 * time.Second):
		_ = cmd.Process.Kill()
		<-ended
		err = errors.New("the simulator did not end when asked to")
	}
	return errors.Join(err, os.RemoveAll(dir))
}

var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// mainAddress reads what the simulator prints at start until a line names the address of the control API. It goes on
// reading afterwards, so that the program never waits for a reader.
func mainAddress(ctx context.Context, stdout io.Reader) (string, error) {
	found := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if at := address.FindString(lines.Text()); at != "" && strings.Contains(lines.Text(), "/_sim") {
				found <- at
				break
			}
		}
		close(found)
		_, _ = io.Copy(io.Discard, stdout)
	}()
	select {
	case at, ok := <-found:
		if !ok {
			return "", errors.New("the simulator ended without printing its address")
		}
		return at, nil
	case <-ctx.Done():
		return "", errors.New("the simulator printed no address in time")
	}
}

// healthy asks until every listener serves.
func healthy(ctx context.Context, control string) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if err := get(ctx, control+"/_sim/health", nil); err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return errors.New("the simulator did not become healthy in time")
		}
	}
}

// providers asks for the address of every provider's own listener, where nothing stands in front of its paths.
func providers(ctx context.Context, control string) (map[string]string, error) {
	var answer struct {
		Providers []struct {
			Name     string   `json:"name"`
			BaseURLs []string `json:"base_urls"`
		} `json:"providers"`
	}
	if err := get(ctx, control+"/_sim/providers", &answer); err != nil {
		return nil, err
	}
	bases := map[string]string{}
	for _, p := range answer.Providers {
		if len(p.BaseURLs) > 0 { // the first is its own listener's
			bases[p.Name] = strings.TrimSuffix(p.BaseURLs[0], "/")
		}
	}
	return bases, nil
}

func get(ctx context.Context, url string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, answer.Status)
	}
	if into == nil {
		return nil
	}
	return json.NewDecoder(answer.Body).Decode(into)
}
