package run

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"paysim/conformance/shape"
	"paysim/conformance/suite"
	"paysim/conformance/target"
	"paysim/conformance/tool"
)

// Runner sends one provider's samples to one target. It may be used by many goroutines.
type Runner struct {
	Target   *target.Target
	Provider suite.Provider
	Client   *http.Client // for the steps; http.DefaultClient if nil

	// Credentials adds to vars what follows from the keys and every call needs, steps included, such as a token that the
	// client makes itself. Nil where the keys are all that is needed.
	Credentials func(vars suite.Vars) error

	// Sign computes the variables that depend on the request itself, such as a digest of its body. It sees the request
	// with everything else filled in, and adds to vars; steps are signed likewise, without a tool. Nil for a provider
	// that signs nothing.
	Sign func(vars suite.Vars, toolName string, r tool.Request) error
}

// Result is what became of one case with one tool.
type Result struct {
	Outcome  Outcome
	Declared bool   // of a skip: the data says why
	Reason   string // of a skip or a failure, for people
	Command  string // the command as sent, if it came to that
}

// Outcome of a case.
type Outcome string

// The outcomes.
const (
	Pass Outcome = "pass"
	Fail Outcome = "fail"
	Skip Outcome = "skip"
)

// Case runs one case of a sample with one tool, in the world of the tenant.
func (r Runner) Case(ctx context.Context, tenant string, s suite.Sample, c suite.Case, one tool.Tool) Result {
	if reason := r.declined(c); reason != "" {
		return Result{Outcome: Skip, Declared: true, Reason: reason}
	}
	if reason := tool.Missing(ctx, one); reason != "" {
		return Result{Outcome: Skip, Reason: reason}
	}
	w, err := r.newWorld(tenant, c)
	if err != nil {
		return failed(err)
	}
	if err := w.setup(ctx, c.Setup); err != nil {
		return failed(fmt.Errorf("setup: %w", err))
	}
	request, err := w.request(s, c, one.Name())
	if err != nil {
		return failed(err)
	}
	command, err := one.Compose(r.shown(request))
	if err != nil {
		return failed(err)
	}
	answer, err := tool.Send(ctx, one, request)
	if err == nil {
		err = w.judge(c.Expect, answer)
	}
	if err != nil {
		return Result{Outcome: Fail, Reason: err.Error(), Command: command.String()}
	}
	return Result{Outcome: Pass, Command: command.String()}
}

// declined is the declared reason why a case does not apply to the target.
func (r Runner) declined(c suite.Case) string {
	if c.Skip != "" {
		return c.Skip
	}
	if c.SimulatorOnly != nil && !r.Target.IsSimulator() {
		return c.SimulatorOnly.Reason
	}
	return ""
}

// shown is the request as a report may show it: a real service's credentials stay out of it.
func (r Runner) shown(request tool.Request) tool.Request {
	if r.Target.IsSimulator() {
		return request
	}
	request.Headers = slices.Clone(request.Headers)
	for i, h := range request.Headers {
		if strings.EqualFold(h.Name, "Authorization") || strings.Contains(strings.ToLower(h.Name), "key") {
			request.Headers[i].Value = "(withheld)"
		}
	}
	return request
}

func failed(err error) Result { return Result{Outcome: Fail, Reason: err.Error()} }

// judge compares status and shape; its error lists every difference.
func (w *world) judge(want suite.Expect, got tool.Answer) error {
	var differences []shape.Difference
	if got.Status != want.Status {
		differences = append(differences, shape.Difference{Path: "(status)", Want: fmt.Sprint(want.Status), Got: fmt.Sprint(got.Status)})
	}
	for _, name := range slices.Sorted(maps.Keys(want.Headers)) {
		if value := got.Headers.Get(name); value != want.Headers[name] {
			differences = append(differences, shape.Difference{Path: "(header " + name + ")", Want: want.Headers[name], Got: value})
		}
	}
	inBody, err := w.judgeBody(want, got)
	if err != nil {
		return err
	}
	if differences = append(differences, inBody...); differences != nil {
		return fmt.Errorf("%s\nanswer: %s", shape.Report(differences), shown(got.Body))
	}
	return nil
}

func (w *world) judgeBody(want suite.Expect, got tool.Answer) ([]shape.Difference, error) {
	if want.Bytes != "" {
		fits, err := regexp.Compile(want.Bytes)
		if err != nil || fits.Match(got.Body) {
			return nil, err
		}
		return []shape.Difference{{Path: "(body)", Want: want.Bytes, Got: shown(got.Body)}}, nil
	}
	wanted, err := shape.Parse(&want.Body, w.vars.Fill)
	if err != nil {
		return nil, err
	}
	body, err := shape.ParseJSON(got.Body)
	if err != nil {
		return nil, fmt.Errorf("status %d: %w: %q", got.Status, err, got.Body)
	}
	return shape.Compare(wanted, body), nil
}

// shown is a body as a failure shows it: text as it is, anything else quoted and cut.
func shown(body []byte) string {
	if utf8.Valid(body) {
		return string(body)
	}
	return fmt.Sprintf("%.80q", body)
}
