package main

import "context"

type actCommand struct{}

func (c *actCommand) Run(ctx context.Context, s *stack) error { return nil }
