package control

import (
	"net/http"

	"paysim/internal/engine"
)

func (c *Control) showSettings(in *call) (any, error) {
	p, err := c.provider(in.vars["provider"])
	if err != nil {
		return nil, err
	}
	return map[string]any{"settings": c.Engine.Settings(in.tenant, p.Name)}, nil
}

func (c *Control) changeSettings(in *call) (any, error) {
	p, err := c.provider(in.vars["provider"])
	if err != nil {
		return nil, err
	}
	body, err := in.body()
	if err != nil {
		return nil, err
	}
	settings, err := engine.ParseSettings(p, body)
	if err != nil {
		return nil, &refusal{
			Status: http.StatusUnprocessableEntity, Code: "invalid_settings", Message: "nothing was changed: " + all(err)[0],
			Details: map[string]any{"errors": all(err)},
		}
	}
	c.Engine.Configure(in.tenant, p.Name, settings)
	return c.showSettings(in)
}
