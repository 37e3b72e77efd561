package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"curio/artifacts/store/open"
)

// carrier is how one would write and read bytes without this program.
type carrier interface {
	name() string
	put(ctx context.Context, key string, data []byte) error
	get(ctx context.Context, key string, into []byte) error
	remove(ctx context.Context, key string) error
}

// plainOf returns the plain way to where a target is.
func plainOf(target string, o open.Options) (carrier, error) {
	rest, isBucket := strings.CutPrefix(target, "s3://")
	if !isBucket {
		return plainFiles{strings.TrimPrefix(target, "file://")}, nil
	}
	bucket, prefix, _ := strings.Cut(rest, "/")
	host, secure := o.Endpoint, !o.Insecure
	if scheme, after, ok := strings.Cut(o.Endpoint, "://"); ok {
		host, secure = strings.TrimSuffix(after, "/"), scheme == "https"
	}
	if host == "" {
		host = "s3.amazonaws.com"
	}
	c, err := minio.New(host, &minio.Options{Secure: secure, Creds: credentials.NewChainCredentials([]credentials.Provider{
		&credentials.EnvAWS{}, &credentials.EnvMinio{}, &credentials.FileAWSCredentials{},
	})})
	if err != nil {
		return nil, fmt.Errorf("connect plain minio-go: %w", err)
	}
	return plainBucket{c, bucket, prefix}, nil
}

// plainBucket is minio-go as its documentation has it.
type plainBucket struct {
	client         *minio.Client
	bucket, prefix string
}

func (p plainBucket) name() string { return "minio-go" }

func (p plainBucket) put(ctx context.Context, key string, data []byte) error {
	_, err := p.client.PutObject(ctx, p.bucket, path.Join(p.prefix, key), bytes.NewReader(data), int64(len(data)), minio.PutObjectOptions{})
	return err
}

func (p plainBucket) get(ctx context.Context, key string, into []byte) error {
	o, err := p.client.GetObject(ctx, p.bucket, path.Join(p.prefix, key), minio.GetObjectOptions{})
	if err != nil {
		return err
	}
	defer o.Close()
	_, err = io.ReadFull(o, into)
	return err
}

func (p plainBucket) remove(ctx context.Context, key string) error {
	return p.client.RemoveObject(ctx, p.bucket, path.Join(p.prefix, key), minio.RemoveObjectOptions{})
}

// plainFiles writes and reads as a program would that knows only files.
type plainFiles struct{ folder string }

func (p plainFiles) name() string { return "plain files" }

func (p plainFiles) put(_ context.Context, key string, data []byte) error {
	path := filepath.Join(p.folder, key)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Sync()
}

func (p plainFiles) get(_ context.Context, key string, into []byte) error {
	f, err := os.Open(filepath.Join(p.folder, key))
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.ReadFull(f, into)
	return err
}

func (p plainFiles) remove(_ context.Context, key string) error {
	return os.Remove(filepath.Join(p.folder, key))
}
