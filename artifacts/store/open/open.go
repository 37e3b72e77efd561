// Package open finds the store that a flag or a variable names.
package open

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"curio/artifacts/store"
	"curio/artifacts/store/fsstore"
	"curio/artifacts/store/miniostore"
)

// ErrTarget is wrapped by the error for a target that names no store: a matter
// of usage, not of the store.
var ErrTarget = errors.New("not a store")

// Options are what the target does not say. They matter to buckets alone.
type Options struct {
	Endpoint     string // default: AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL, else Amazon
	Insecure     bool   // plain HTTP, unless Endpoint is a URL that says
	Region       string // default: AWS_REGION or AWS_DEFAULT_REGION, else asked of the server
	CAFile       string // PEM of authorities to trust besides those of the system; default: AWS_CA_BUNDLE
	CreateBucket bool   // make the bucket if it is not there
	SSE          string // encryption by the server: "", "s3", "kms" or "kms:KEY"
}

// Open returns the store at target:
//
//	PATH, file://PATH    a folder, relative or absolute, made by the first write
//	s3://BUCKET[/PREFIX] a bucket, with the credentials of the AWS environment, of
//	                     its files, or of the role of this machine
//
// It sends nothing to the store unless the bucket is to be made, so an error means a bad
// target or bad options; store.Check tells whether the store answers.
func Open(ctx context.Context, target string, o Options) (store.Store, error) {
	scheme, rest, err := split(target)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if scheme == "s3" {
		return bucket(ctx, rest, o)
	}
	return folder(rest)
}

// split returns the scheme, file or s3, and what follows it.
func split(target string) (scheme, rest string, err error) {
	scheme, rest, ok := strings.Cut(target, "://")
	if !ok {
		scheme, rest = "file", target
	}
	switch {
	case rest == "":
		return "", "", fmt.Errorf("%q: %w: it names no place; %s", target, ErrTarget, forms)
	case scheme != "file" && scheme != "s3":
		return "", "", fmt.Errorf("%q: %w: unknown scheme %q; %s", target, ErrTarget, scheme, forms)
	}
	return scheme, rest, nil
}

// CheckTarget returns an error that wraps ErrTarget unless target is of a form that
// Open knows.
func CheckTarget(target string) error {
	_, _, err := split(target)
	return err
}

const forms = "use a path, file://PATH or s3://BUCKET/PREFIX"

func folder(path string) (store.Store, error) {
	s, err := fsstore.New(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTarget, err)
	}
	return s, nil
}

func bucket(ctx context.Context, rest string, o Options) (store.Store, error) {
	name, prefix, _ := strings.Cut(rest, "/")
	s, err := miniostore.New(ctx, miniostore.Options{
		Endpoint:     cmp.Or(o.Endpoint, os.Getenv("AWS_ENDPOINT_URL_S3"), os.Getenv("AWS_ENDPOINT_URL")),
		Insecure:     o.Insecure,
		Region:       cmp.Or(o.Region, os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")),
		Bucket:       name,
		Prefix:       prefix,
		CAFile:       cmp.Or(o.CAFile, os.Getenv("AWS_CA_BUNDLE")),
		CreateBucket: o.CreateBucket,
		SSE:          o.SSE,
	})
	if err != nil && !store.Unavailable(err) && ctx.Err() == nil {
		return nil, fmt.Errorf("%w: %w", ErrTarget, err)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}
