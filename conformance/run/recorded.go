package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"

	"paysim/conformance/recorded"
	"paysim/conformance/shape"
	"paysim/conformance/suite"
)

// Recorded calls a recorded kind again with values of our own and compares status, headers, ETag and shape.
func (r Runner) Recorded(ctx context.Context, tenant string, k recorded.Kind, rules recorded.Rules, plan recorded.Plan) Result {
	given, err := plan.For(k)
	if err != nil {
		return failed(err)
	}
	c := suite.Case{Fresh: []string{"reference"}, Skip: given.Skip, SimulatorOnly: given.SimulatorOnly}
	if reason := r.declined(c); reason != "" {
		return Result{Outcome: Skip, Declared: true, Reason: reason}
	}
	w, err := r.newWorld(tenant, c)
	if err != nil {
		return failed(err)
	}
	if err := w.setup(ctx, given.Setup); err != nil {
		return failed(fmt.Errorf("setup: %w", err))
	}
	request, err := w.again(ctx, k, given, plan)
	if err != nil {
		return failed(err)
	}
	client := r.Client
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(request)
	if err != nil {
		return failed(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return failed(err)
	}
	if err := w.judgeRecorded(k, rules, answer, body); err != nil {
		return failed(err)
	}
	return Result{Outcome: Pass}
}

func (w *world) again(ctx context.Context, k recorded.Kind, given recorded.Given, plan recorded.Plan) (*http.Request, error) {
	body, values, err := plan.Request(k, w.vars)
	if err != nil {
		return nil, err
	}
	maps.Copy(w.vars, values)
	base, err := w.Target.Base(w.Provider.Name)
	if err != nil {
		return nil, err
	}
	path, err := w.vars.Fill(k.Path)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, k.Method, base+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	for _, line := range given.Headers {
		if line, err = w.vars.Fill(line); err != nil {
			return nil, err
		}
		h := suite.Header(line)
		request.Header.Set(h.Name, h.Value)
	}
	return request, nil
}

func (w *world) judgeRecorded(k recorded.Kind, rules recorded.Rules, answer *http.Response, body []byte) error {
	var problems []error
	if answer.StatusCode != k.Status {
		problems = append(problems, fmt.Errorf("(status): want %d, got %d", k.Status, answer.StatusCode))
	}
	headers, err := shape.Parse(&k.Headers, nil)
	if err != nil {
		return err
	}
	got := rules.HeaderValues(func(name string) string { return strings.Join(answer.Header.Values(name), ", ") })
	for _, d := range shape.Compare(headers, got) {
		problems = append(problems, fmt.Errorf("header %s", d))
	}
	if etag := answer.Header.Get("ETag"); k.ETag && etag != recorded.ETag(body) {
		problems = append(problems, fmt.Errorf("header ETag: want %s, got %s", recorded.ETag(body), etag))
	}
	wanted, err := shape.Parse(&k.Body, w.vars.Fill)
	if err != nil {
		return err
	}
	v, err := shape.ParseJSON(body)
	if err != nil {
		problems = append(problems, err)
	} else if differences := shape.Compare(wanted, v); differences != nil {
		problems = append(problems, errors.New(shape.Report(differences)))
	}
	if problems != nil {
		problems = append(problems, fmt.Errorf("answer: %s", body))
	}
	return errors.Join(problems...)
}
