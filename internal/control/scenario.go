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
	report, ok := c.desk.Load(in.tenant, in.Header.Get("Content-Type"), src)
	if !ok {
		return nil, wrongFile("invalid_scenario", "nothing was loaded", report)
	}
	return report, nil
}

// wrongFile refuses a file with everything that is wrong in it.
func wrongFile(code, message string, problems any) *refusal {
	return &refusal{Status: http.StatusUnprocessableEntity, Code: code, Message: message, Details: map[string]any{"problems": problems}}
}

func (c *Control) showScenario(in *call) (any, error) {
	loaded, ok := c.desk.Show(in.tenant)
	if !ok {
		return nil, notFound("no_scenario", "tenant %s has no scenario", in.tenant.Name)
	}
	return loaded, nil
}

func (c *Control) dropScenario(in *call) (any, error) {
	_, loaded := c.desk.Show(in.tenant)
	c.desk.Drop(in.tenant)
	return map[string]bool{"dropped": loaded}, nil
}

func (c *Control) verify(in *call) (any, error) {
	body, err := in.body()
	if err != nil {
		return nil, err
	}
	report, ok, err := c.desk.Verify(in.tenant, body)
	var problems scenario.Problems
	switch {
	case errors.As(err, &problems):
		return nil, wrongFile("invalid_expectations", "nothing was checked", problems)
	case err != nil:
		return nil, gone(err)
	case !ok:
		return nil, conflict("not_as_expected", report, "not everything is as expected")
	}
	return report, nil
}
