package miniostore

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"curio/artifacts/store"
)

// Options says which bucket to use and how. Only Bucket is required.
type Options struct {
	Endpoint string // host or host:port, or a URL whose scheme decides over Insecure; default Amazon
	Insecure bool   // plain HTTP
	Region   string // default: asked of the server
	Bucket   string
	Prefix   string // before every key, with or without a slash at its end

	// Credentials. Without an AccessKey they are taken from AWS_ACCESS_KEY_ID,
	// AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, else from MINIO_ROOT_USER and
	// MINIO_ROOT_PASSWORD, else from the shared credentials file of AWS.
	AccessKey, SecretKey, SessionToken string

	CreateBucket bool // make the bucket if it is not there

	Attempts int           // of each call; default 5
	Timeout  time.Duration // of an attempt that transfers nothing, and of a pause in a transfer; default 30 s
	PartSize int64         // bytes from which an unconditional upload goes in parts of this size; default 16 MiB, at least 5 MiB

	// Transport carries the requests; default one of its own. For tests and
	// proxies.
	Transport http.RoundTripper
}

const (
	amazon      = "s3.amazonaws.com"
	minPartSize = 5 << 20
	maxPrefix   = 256 // bytes; with store.MaxKey it stays below the 1,024 of S3

	firstPause = 200 * time.Millisecond
	lastPause  = 2 * time.Second

	partAttempts = 3  // of each part, within each attempt of the whole
	minRate      = 64 // KiB/s; a slower transfer runs into its deadline
)

var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// complete fills in the defaults and names every fault at once.
func (o Options) complete() (Options, error) {
	if scheme, host, ok := strings.Cut(o.Endpoint, "://"); ok {
		o.Insecure = scheme == "http"
		o.Endpoint = strings.TrimSuffix(host, "/")
		if scheme != "http" && scheme != "https" {
			o.Endpoint = scheme + "://" + host // reported below
		}
	}
	if o.Endpoint == "" {
		o.Endpoint = amazon
	}
	if o.Attempts == 0 {
		o.Attempts = 5
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	if o.PartSize == 0 {
		o.PartSize = 16 << 20
	}
	o.Prefix = strings.TrimSuffix(o.Prefix, "/")

	var faults []error
	fault := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	fault(o.Bucket == "", "the bucket is missing")
	fault(o.Bucket != "" && !bucketName.MatchString(o.Bucket),
		"bucket %q is no name of a bucket: 3 to 63 of a-z, 0-9, dot and hyphen", o.Bucket)
	fault(strings.ContainsAny(o.Endpoint, "/ "), "endpoint %q is not host:port or http(s)://host:port", o.Endpoint)
	fault(o.Prefix != "" && store.CheckKey(o.Prefix) != nil, "prefix %q is no valid key", o.Prefix)
	fault(len(o.Prefix) > maxPrefix, "the prefix has %d bytes, more than %d", len(o.Prefix), maxPrefix)
	fault(o.Attempts < 1, "attempts %d is below 1", o.Attempts)
	fault(o.Timeout < 0, "timeout %v is negative", o.Timeout)
	fault(o.PartSize < minPartSize, "part size %d is below %d", o.PartSize, minPartSize)
	if len(faults) > 0 {
		return o, fmt.Errorf("open bucket store s3://%s: %w", o.Bucket, errors.Join(faults...))
	}
	return o, nil
}

func (o Options) clients() (single, parts *minio.Client, err error) {
	creds := credentials.NewChainCredentials([]credentials.Provider{
		&credentials.EnvAWS{}, &credentials.EnvMinio{}, &credentials.FileAWSCredentials{},
	})
	if o.AccessKey != "" {
		creds = credentials.NewStaticV4(o.AccessKey, o.SecretKey, o.SessionToken)
	}
	value, err := creds.GetWithContext(nil)
	if err != nil || value.AccessKeyID == "" || value.SecretAccessKey == "" {
		return nil, nil, fmt.Errorf("open bucket store s3://%s: %w: there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
			o.Bucket, store.ErrDenied)
	}
	if o.Transport == nil {
		if o.Transport, err = o.transport(); err != nil {
			return nil, nil, fmt.Errorf("open bucket store s3://%s: %w", o.Bucket, err)
		}
	}
	client := func(attempts int, checksums bool) (*minio.Client, error) {
		c, err := minio.New(o.Endpoint, &minio.Options{
			Creds: creds, Secure: !o.Insecure, Region: o.Region, Transport: o.Transport,
			MaxRetries: attempts, TrailingHeaders: checksums,
		})
		if err != nil {
			return nil, fmt.Errorf("open bucket store s3://%s at %s: %w", o.Bucket, o.Endpoint, err)
		}
		return c, nil
	}
	// A checksum of the whole body needs TrailingHeaders. Parts must go without:
	// there it means a running checksum that a repeated part gets wrong.
	if single, err = client(1, true); err != nil {
		return nil, nil, err
	}
	parts, err = client(partAttempts, false)
	return single, parts, err
}

func (o Options) transport() (http.RoundTripper, error) {
	t, err := minio.DefaultTransport(!o.Insecure)
	if err != nil {
		return nil, err
	}
	t.DialContext = (&net.Dialer{Timeout: min(5*time.Second, o.Timeout)}).DialContext
	t.ResponseHeaderTimeout = o.Timeout
	return t, nil
}

// pause returns how long to wait after a failed attempt, counted from 0:
// doubling, capped, and shortened at random by up to a half so that those who
// failed together do not return together.
func (o Options) pause(attempt int) time.Duration {
	p := min(firstPause<<min(attempt, 10), lastPause)
	var b [8]byte
	rand.Read(b[:])
	return p - time.Duration(binary.LittleEndian.Uint64(b[:])%uint64(p/2))
}
