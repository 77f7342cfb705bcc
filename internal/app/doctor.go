package app

import "context"

type doctorCommand struct{}

func (c *doctorCommand) run(_ context.Context, env Env) error { return nil }
