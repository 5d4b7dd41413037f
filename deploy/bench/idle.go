package main

import "context"

type idleCommand struct{}

func (c *idleCommand) Run(ctx context.Context, s *stack) error { return nil }
