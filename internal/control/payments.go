package control

import (
	"encoding/json"
	"errors"
	"slices"

	"paysim/internal/catalog"
	"paysim/internal/engine"
	"paysim/internal/machine"
	"paysim/internal/provider"
	"paysim/internal/tenant"
)

func (c *Control) payments(in *call) (any, error) {
	return map[string]any{"payments": c.Engine.Payments(in.tenant)}, nil
}

func (c *Control) act(in *call) (any, error) {
	p, err := c.provider(in.vars["provider"])
	if err != nil {
		return nil, err
	}
	id, action := in.vars["id"], in.vars["action"]
	outcome, err := in.outcome(p, action)
	if err != nil {
		return nil, err
	}
	if err := c.Engine.Act(in.tenant, p.Name, id, action, outcome); err != nil {
		return nil, c.refusedAct(in.tenant, p, id, err)
	}
	pay, _ := c.payment(in.tenant, p.Name, id)
	return map[string]any{"payment": pay}, nil
}

// outcome reads the reason that an action may be given.
func (c *call) outcome(p *provider.Provider, action string) (string, error) {
	given, err := c.members("outcome")
	if err != nil || given["outcome"] == nil {
		return "", err
	}
	var text *string
	if json.Unmarshal(given["outcome"], &text) != nil || text == nil {
		return "", bad("invalid_body", `"outcome" is a text`)
	}
	if a := p.Action(action); a != nil && *text != "" && !slices.Contains(a.Outcomes, *text) {
		known := list(a.Outcomes)
		problem := bad("unknown_outcome", "action %s of %s has no outcome %q%s", action, p.Name, *text, nearest(*text, known))
		problem.Details = map[string]any{"outcomes": known}
		return "", problem
	}
	return *text, nil
}

func (c *Control) refusedAct(t *tenant.Tenant, p *provider.Provider, id string, err error) error {
	var action *engine.UnknownActionError
	var payment *provider.UnknownPaymentError
	var illegal *machine.IllegalError
	var row *catalog.Error
	switch {
	case errors.As(err, &action):
		problem := notFound("unknown_action", "%v", err)
		problem.Details = map[string]any{"actions": list(action.Known)}
		return problem
	case errors.As(err, &payment):
		return notFound("unknown_payment", "tenant %s has no payment %q with %s", t.Name, id, p.Name)
	case errors.As(err, &illegal):
		pay, _ := c.payment(t, p.Name, id)
		return conflict("illegal_action", map[string]any{"state": illegal.From, "actions": list(pay.Actions)}, "%v", err)
	case errors.As(err, &row):
		return conflict("refused", map[string]any{"error": row}, "%s refuses: %v", p.Name, err)
	}
	return err
}

func (c *Control) payment(t *tenant.Tenant, name, id string) (provider.Payment, bool) {
	for _, pay := range c.Engine.Payments(t) {
		if pay.Provider == name && pay.ID == id {
			return pay, true
		}
	}
	return provider.Payment{}, false
}
