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
	// MINIO_ROOT_PASSWORD, else from the profile AWS_PROFILE of the shared
	// credentials and configuration files of AWS, else from the role of the pod,
	// container or instance. New asks for them and waits for a role for up to 10 s.
	AccessKey, SecretKey, SessionToken string

	// CAFile is a file of PEM certificates of authorities that are trusted besides
	// those of the system.
	CAFile string
	// SSE asks the server to encrypt what is written: "s3" with a key of its own,
	// "kms" with the default key of its key management, "kms:KEY" with that key.
	// A server that does not do it is refused at the first write.
	SSE string

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

	minRate = 64 // KiB/s; a slower transfer runs into its deadline
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
	_, err := o.encryption()
	fault(err != nil, "%w", err)
	fault(o.PartSize < minPartSize, "part size %d is below %d", o.PartSize, minPartSize)
	if len(faults) > 0 {
		return o, fmt.Errorf("open bucket store s3://%s: %w", o.Bucket, errors.Join(faults...))
	}
	return o, nil
}

// connect gives s its clients. It sends nothing but what credentials need.
func (o Options) connect(s *Store) error {
	creds, err := o.credentials()
	if err != nil {
		return fmt.Errorf("open bucket store s3://%s: %w", o.Bucket, err)
	}
	s.stream = o.Transport
	if o.Transport == nil {
		if o.Transport, s.stream, err = o.transports(); err != nil {
			return fmt.Errorf("open bucket store s3://%s: %w", o.Bucket, err)
		}
	}
	client := func(checksums bool) (*minio.Client, error) {
		c, err := minio.New(o.Endpoint, &minio.Options{
			Creds: creds, Secure: !o.Insecure, Region: o.Region, Transport: o.Transport,
			// minio-go rewinds a body that its transport may still be reading, so it is
			// not left to try again: Put does, with a reader of its own each time.
			MaxRetries: 1, TrailingHeaders: checksums,
		})
		if err != nil {
			return nil, fmt.Errorf("open bucket store s3://%s at %s: %w", o.Bucket, o.Endpoint, err)
		}
		return c, nil
	}
	// A checksum of the whole body needs TrailingHeaders. Parts must go without:
	// there it means a running checksum that a repeated part gets wrong.
	if s.single, err = client(true); err != nil {
		return err
	}
	s.parts, err = client(false)
	return err
}

// transports returns what carries requests, and what carries streams.
func (o Options) transports() (requests, streams http.RoundTripper, err error) {
	t, err := minio.DefaultTransport(!o.Insecure)
	if err != nil {
		return nil, nil, err
	}
	t.DialContext = (&net.Dialer{Timeout: min(5*time.Second, o.Timeout)}).DialContext
	if o.CAFile != "" && !o.Insecure {
		if t.TLSClientConfig.RootCAs, err = authorities(o.CAFile); err != nil {
			return nil, nil, err
		}
	}
	s := t.Clone()
	s.DisableKeepAlives = true // a stream has its connection for itself
	t.ResponseHeaderTimeout, s.ResponseHeaderTimeout = o.Timeout, 0
	return t, s, nil
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
