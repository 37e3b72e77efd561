package main

import (
	"context"
	"time"

	"curio/artifacts/command"
	"curio/artifacts/registry"
	"curio/artifacts/store/open"
)

// storeFlags say where runs are kept.
type storeFlags struct {
	target   string
	endpoint string
	insecure bool
}

func (s *storeFlags) define(f *command.Flags) {
	f.String(&s.target, "store", "./store", "where runs are: file://PATH, a plain path, or s3://bucket/prefix")
	f.String(&s.endpoint, "s3-endpoint", "", "`HOST:PORT` of the S3 server, for s3:// stores")
	f.Bool(&s.insecure, "s3-insecure", "speak plain HTTP to the S3 server")
}

func (s *storeFlags) check(f *command.Flags) {
	if s.target == "" {
		f.Fault("--store is empty: name a folder or s3://bucket/prefix")
	}
}

func (s *storeFlags) open(ctx context.Context) (*registry.Registry, error) {
	in, err := open.Open(ctx, s.target, open.Options{Endpoint: s.endpoint, Insecure: s.insecure})
	if err != nil {
		return nil, err
	}
	return registry.New(in, time.Now), nil
}
