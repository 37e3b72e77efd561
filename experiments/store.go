package main

import (
	"context"
	"time"

	"curio/artifacts/command"
	"curio/artifacts/registry"
	"curio/artifacts/store/open"
)

// checkTimeout bounds the first look at the store.
const checkTimeout = 15 * time.Second

// storeFlags say where runs are kept.
type storeFlags struct {
	target  string
	options open.Options
}

func (s *storeFlags) define(f *command.Flags) {
	open.Flags(f, &s.target, &s.options, "where runs are")
}

func (s *storeFlags) check(f *command.Flags) { open.CheckFlags(f, s.target) }

func (s *storeFlags) open(ctx context.Context) (*registry.Registry, error) {
	in, err := open.Checked(ctx, s.target, s.options, checkTimeout)
	if err != nil {
		return nil, err
	}
	return registry.New(in, time.Now), nil
}
