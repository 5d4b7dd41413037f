package main

import "context"

type stormCommand struct{}

func (c *stormCommand) Run(ctx context.Context, s *stack) error { return nil }
