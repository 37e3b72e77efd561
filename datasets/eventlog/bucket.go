package eventlog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// ErrUnreachable is wrapped by the errors of a bucket whose server does not
// answer.
var ErrUnreachable = errors.New("object store cannot be reached")

// bucket is a place in an S3 bucket.
type bucket struct {
	client *minio.Core
	name   string
	prefix string // empty, or ending in a slash
	o      Options
}

// newBucket is the folder with a prefix in a bucket; it sends nothing.
func newBucket(name, prefix string, o Options) (*bucket, error) {
	if name == "" {
		return nil, errors.New("name the bucket: s3://BUCKET/PREFIX")
	}
	if prefix = strings.Trim(prefix, "/"); prefix != "" {
		prefix += "/"
	}
	host := cmp.Or(o.Endpoint, os.Getenv("AWS_ENDPOINT_URL_S3"), os.Getenv("AWS_ENDPOINT_URL"), "s3.amazonaws.com")
	secure := !o.Insecure
	if rest, ok := strings.CutPrefix(host, "http://"); ok {
		host, secure = rest, false
	} else if rest, ok := strings.CutPrefix(host, "https://"); ok {
		host, secure = rest, true
	}
	client, err := minio.NewCore(strings.TrimSuffix(host, "/"), &minio.Options{
		Creds: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{}, &credentials.EnvMinio{}, &credentials.FileAWSCredentials{},
		}),
		Secure:     secure,
		Region:     cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")),
		MaxRetries: 3,
	})
	if err != nil {
		return nil, fmt.Errorf("endpoint %q: %w", host, err)
	}
	return &bucket{client: client, name: name, prefix: prefix, o: o}, nil
}

func (b *bucket) list(ctx context.Context, dir, prefix string, found func(entry) error) error {
	return b.listUnder(ctx, dir+prefix, false, found)
}

func (b *bucket) walk(ctx context.Context, dir string, found func(entry) error) error {
	return b.listUnder(ctx, dir, true, found)
}

func (b *bucket) listUnder(ctx context.Context, prefix string, recursive bool, found func(entry) error) error {
	o := minio.ListObjectsOptions{Prefix: b.prefix + prefix, Recursive: recursive}
	for e := range b.client.ListObjectsIter(ctx, b.name, o) {
		if e.Err != nil {
			return b.explain(e.Err)
		}
		name := strings.TrimPrefix(e.Key, b.prefix)
		if name == "" || strings.HasSuffix(name, "/") && (recursive || name == prefix) { // a mark that the folder is there
			continue
		}
		if err := found(entry{name: name, tag: e.ETag, size: e.Size}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (b *bucket) open(ctx context.Context, f file) (io.ReadCloser, error) {
	r := &object{ctx: ctx, bucket: b, file: f}
	if err := r.resume(); err != nil {
		return nil, err
	}
	return r, nil
}

// explain gives an error of the server a cause to tell it by, and says what to
// do.
func (b *bucket) explain(err error) error {
	answer := minio.ToErrorResponse(err)
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case answer.StatusCode == http.StatusPreconditionFailed:
		return fmt.Errorf("the object changed since it was listed; start again: %w", err)
	case answer.Code == "NoSuchBucket":
		return fmt.Errorf("there is no bucket %s at %s: %w: %w", b.name, b.client.EndpointURL().Host, fs.ErrNotExist, err)
	case answer.Code == "InvalidAccessKeyId", answer.Code == "SignatureDoesNotMatch", answer.Code == "InvalidTokenId",
		answer.Code == "ExpiredToken":
		return fmt.Errorf("%w: the credentials are wrong (%s): %w; check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN",
			fs.ErrPermission, answer.Code, err)
	case answer.Code == "AuthorizationHeaderMalformed", answer.Code == "PermanentRedirect":
		return fmt.Errorf("the bucket is in another region: %w; check AWS_REGION", err)
	case answer.StatusCode == http.StatusNotFound:
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	case answer.StatusCode == http.StatusForbidden, answer.StatusCode == http.StatusUnauthorized:
		return fmt.Errorf("%w: %w; check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the bucket's policy", fs.ErrPermission, err)
	case minio.IsNetworkOrHostDown(err, false), answer.StatusCode >= http.StatusInternalServerError:
		return fmt.Errorf("%w at %s: %w", ErrUnreachable, b.client.EndpointURL(), err)
	}
	return err
}
