package control

import "paysim/internal/webhook"

func (c *Control) webhooks(in *call) (any, error) {
	in.tenant.Lock()
	defer in.tenant.Unlock()
	return map[string]any{"webhooks": in.tenant.Outbox.All()}, nil
}

func (c *Control) redeliver(in *call) (any, error) {
	id := in.vars["id"]
	in.tenant.Lock()
	d := in.tenant.Outbox.Get(id)
	unheard := d != nil && d.State == webhook.Unheard
	in.tenant.Unlock()
	if unheard {
		return nil, conflict("no_address", nil, "webhook %s has no address: the merchant gave none", id)
	}
	made, ok := c.Engine.Redeliver(in.tenant, id)
	if !ok {
		return nil, notFound("unknown_webhook", "tenant %s has no webhook %q", in.tenant.Name, id)
	}
	return made, nil
}

func (c *Control) flush(in *call) (any, error) {
	return map[string]any{"webhooks": c.Engine.Flush(in.tenant)}, nil
}
