package run

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"paysim/conformance/shape"
	"paysim/conformance/suite"
	"paysim/conformance/tool"
)

// setup runs the steps and keeps what they capture.
func (w *world) setup(ctx context.Context, setup []suite.Use) error {
	steps, err := w.Provider.Resolve(setup)
	if err != nil {
		return err
	}
	for _, step := range steps {
		if err := w.step(ctx, step); err != nil {
			return fmt.Errorf("step %s: %w", step.Name, err)
		}
	}
	return nil
}

func (w *world) step(ctx context.Context, s suite.Used) error {
	vars, err := w.scope(s)
	if err != nil {
		return err
	}
	request, err := w.stepRequest(ctx, s, vars)
	if err != nil {
		return err
	}
	client := w.Client
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	wanted := s.Status
	if wanted == 0 {
		wanted = http.StatusOK
	}
	if answer.StatusCode != wanted {
		return fmt.Errorf("want status %d, got %d: %s", wanted, answer.StatusCode, body)
	}
	return w.capture(s, body)
}

// scope is what the step's own text may name: the run's variables, then the step's defaults, then what the case gives
// this use of the step. A fresh reference is kept for the calls that follow.
func (w *world) scope(s suite.Used) (suite.Vars, error) {
	given := map[string]string{}
	for name, template := range s.With {
		value, err := w.vars.Fill(template)
		if err != nil {
			return nil, err
		}
		given[name] = value
	}
	for _, name := range s.Fresh {
		if value, ok := given[name]; ok {
			w.vars[name] = value
		} else if _, ok := w.set[name]; !ok {
			w.vars[name] = fresh()
		}
	}
	vars := maps.Clone(w.vars)
	maps.Copy(vars, s.Set)
	maps.Copy(vars, w.set)
	maps.Copy(vars, given)
	return vars, nil
}

func (w *world) stepRequest(ctx context.Context, s suite.Used, vars suite.Vars) (*http.Request, error) {
	base, path := w.Target.Control+"/_sim/tenants/"+w.tenant, s.Control
	if path == "" {
		var err error
		if base, err = w.Target.Base(w.Provider.Name); err != nil {
			return nil, err
		}
		path = s.Path
	}
	path, err := vars.Fill(path)
	if err != nil {
		return nil, err
	}
	body, err := vars.Fill(s.Body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, s.Method, base+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return nil, err
	}
	if w.Sign != nil && s.Control == "" {
		if err := w.Sign(vars, "", tool.Request{Method: s.Method, URL: base + path, Body: body}); err != nil {
			return nil, fmt.Errorf("signing: %w", err)
		}
	}
	for _, line := range s.Headers {
		if line, err = vars.Fill(line); err != nil {
			return nil, err
		}
		h := suite.Header(line)
		request.Header.Add(h.Name, h.Value)
	}
	return request, nil
}

func (w *world) capture(s suite.Used, body []byte) error {
	if len(s.Capture) == 0 {
		return nil
	}
	v, err := shape.ParseJSON(body)
	if err != nil {
		return err
	}
	for name, path := range s.Capture {
		path, fromPath := strings.CutSuffix(path, "|path")
		found, ok := v.At(path)
		if !ok || strings.TrimSpace(found.Text) == "" {
			return fmt.Errorf("no %s in %s", path, body)
		}
		w.vars[name] = found.Text
		if fromPath {
			u, err := url.Parse(found.Text)
			if err != nil {
				return err
			}
			w.vars[name] = u.RequestURI()
		}
	}
	return nil
}
