package control

import (
	"errors"
	"net/http"

	"paysim/internal/scenario"
)

func (c *Control) loadScenario(in *call) (any, error) {
	src, err := in.body()
	if err != nil {
		return nil, err
	}
	report, err := c.desk.Load(in.Context(), in.tenant, src)
	if err != nil {
		return nil, wrongFile("invalid_scenario", "nothing was loaded", err)
	}
	return report, nil
}

// wrongFile refuses a file with everything that is wrong in it, or says that
// its turn did not come.
func wrongFile(code, message string, err error) error {
	var problems scenario.Problems
	if !errors.As(err, &problems) {
		return gone(err)
	}
	return &refusal{Status: http.StatusUnprocessableEntity, Code: code, Message: message, Details: map[string]any{"problems": problems}}
}

func (c *Control) showScenario(in *call) (any, error) {
	loaded, ok := scenario.Loaded(in.tenant)
	if !ok {
		return nil, notFound("no_scenario", "tenant %s has no scenario", in.tenant.Name)
	}
	return loaded, nil
}

func (c *Control) dropScenario(in *call) (any, error) {
	_, loaded := scenario.Loaded(in.tenant)
	scenario.Unload(in.tenant)
	return map[string]bool{"dropped": loaded}, nil
}

func (c *Control) verify(in *call) (any, error) {
	body, err := in.body()
	if err != nil {
		return nil, err
	}
	report, err := c.desk.Verify(in.Context(), in.tenant, body)
	switch {
	case err != nil:
		return nil, wrongFile("invalid_expectations", "nothing was checked", err)
	case !report.Holds:
		return nil, conflict("not_as_expected", report, "not everything is as expected")
	}
	return report, nil
}
