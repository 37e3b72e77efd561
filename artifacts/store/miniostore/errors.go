package miniostore

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/minio/minio-go/v7"

	"curio/artifacts/store"
)

// errSlow ends an attempt that ran into its deadline.
var errSlow = errors.New("no answer within the deadline")

// class is what an error amounts to.
type class struct {
	sentinel error  // of store; nil for what fits none
	advice   string // what to do about it
	again    bool   // another attempt may succeed
	once     bool   // a second attempt may, and no third
}

var (
	denied = class{sentinel: store.ErrDenied, advice: "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY and what they are allowed to do"}
	// A wrong secret, or a body that was damaged on its way to the server.
	unsigned    = class{sentinel: store.ErrDenied, advice: denied.advice + "; or bodies are damaged on their way", again: true, once: true}
	unreachable = class{sentinel: store.ErrUnreachable, advice: "check that the server runs and that the endpoint is right", again: true}
	corrupted   = class{sentinel: store.ErrUnreachable, advice: "the body was damaged on its way; check the network and any proxy", again: true}
	odd         = class{sentinel: store.ErrUnsupported, advice: "the request was damaged on its way, or the server lacks what is asked of it", again: true, once: true}
	noKey       = class{sentinel: store.ErrDenied, advice: "check the key that --s3-sse names"}
	nested      = class{sentinel: store.ErrInvalidKey, advice: "no key may be a folder of another"}
)

// codes maps the error codes of S3 and MinIO that mean more than their HTTP
// status does.
var codes = map[string]class{
	minio.NoSuchKey:                  {sentinel: store.ErrNotFound},
	"NoSuchVersion":                  {sentinel: store.ErrNotFound},
	minio.PreconditionFailed:         {sentinel: store.ErrConflict},
	"ConditionalRequestConflict":     {sentinel: store.ErrConflict, again: true},
	minio.NoSuchBucket:               {sentinel: store.ErrNoBucket, advice: "create it, or check its name and the endpoint"},
	minio.InvalidBucketName:          {sentinel: store.ErrNoBucket, advice: "check its name"},
	minio.AccessDenied:               denied,
	"AllAccessDisabled":              denied,
	"InvalidAccessKeyId":             denied,
	"SignatureDoesNotMatch":          unsigned,
	"ExpiredToken":                   denied,
	"InvalidToken":                   denied,
	"RequestTimeTooSkewed":           {sentinel: store.ErrDenied, advice: "set the clock of this machine: it differs too much from that of the server"},
	"BadDigest":                      corrupted,
	"XAmzContentChecksumMismatch":    corrupted,
	"XAmzContentSHA256Mismatch":      corrupted,
	"IncompleteBody":                 corrupted,
	"MalformedXML":                   corrupted,
	"InvalidPart":                    corrupted,
	"ObjectParentIsFile":             nested, // of Versity, as the next
	"ExistingObjectIsDirectory":      nested,
	"XMinioParentIsObject":           nested,
	"XMinioObjectExistsAsDirectory":  nested,
	"AuthorizationHeaderMalformed":   {again: true}, // minio-go has learned the region and signs for it next time
	"InvalidRegion":                  {again: true},
	"XMinioStorageFull":              {sentinel: store.ErrFull, advice: "free space on the server"},
	"XMinioAdminBucketQuotaExceeded": {sentinel: store.ErrFull, advice: "raise the quota of the bucket, or free space in it"},
	"QuotaExceeded":                  {sentinel: store.ErrFull, advice: "raise the quota, or free space"},
	"KMS.NotFoundException":          noKey,
	"kms:KeyNotFound":                noKey,
	"NoSuchUpload":                   {sentinel: store.ErrUnreachable, advice: "the server has forgotten the parts that were sent", again: true},
	"NotImplemented":                 {sentinel: store.ErrUnsupported, advice: "the server lacks what is asked of it; conditional writes need MinIO or a recent S3, encryption needs a server with a key management"},
}

// classify says what err amounts to. What arose on this side fits no sentinel and is
// not tried again.
func classify(err error) class {
	var response minio.ErrorResponse
	if errors.As(err, &response) {
		if c, ok := codes[response.Code]; ok {
			return c
		}
		switch status := response.StatusCode; {
		case status == http.StatusUnauthorized, status == http.StatusForbidden:
			return denied
		case status == http.StatusRequestTimeout, status == http.StatusTooManyRequests, status >= 500:
			return unreachable
		}
		return odd
	}
	var certificate x509.UnknownAuthorityError
	var host x509.HostnameError
	switch {
	case errors.Is(err, store.ErrDenied): // credentials that were to be had once
		return class{sentinel: store.ErrDenied}
	case errors.Is(err, store.ErrUnsupported):
		return class{sentinel: store.ErrUnsupported}
	case errors.Is(err, errDamaged):
		return corrupted
	case isLocal(err):
		return class{}
	case errors.As(err, &certificate), errors.As(err, &host):
		return class{sentinel: store.ErrUnreachable, advice: "its certificate is not trusted; name the file of its authority (--s3-ca)"}
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return class{sentinel: store.ErrUnreachable, advice: "it speaks plain HTTP; say so, or begin the endpoint with http://"}
	}
	// What is left comes from the network, also minio-go's "connection closed by
	// foreign host", which hides its cause.
	return unreachable
}

// isLocal reports whether err arose on this side, before the network.
func isLocal(err error) bool {
	var body bodyError
	return errors.As(err, &body) || errors.Is(err, store.ErrInvalidKey) || errors.Is(err, store.ErrSize) ||
		errors.Is(err, store.ErrConflict)
}

// explain adds to err what was done and where, the sentinel it amounts to and
// what to do about it. It returns nil for nil.
func (s *Store) explain(what, key string, err error) error {
	if err == nil {
		return nil
	}
	c := classify(err)
	if c.sentinel != nil && !errors.Is(err, c.sentinel) {
		// The cause is told, not wrapped: a deadline of ours is not the caller's,
		// and minio-go's types are nobody else's business.
		err = fmt.Errorf("%w (%v)", c.sentinel, err)
	}
	if c.advice != "" {
		err = fmt.Errorf("%w: %s", err, c.advice)
	}
	return s.locate(what, key, err)
}

// locate adds to err what was done and where.
func (s *Store) locate(what, key string, err error) error {
	if key == "" {
		return fmt.Errorf("%s %s: %w", what, s.where, err)
	}
	return fmt.Errorf("%s %q in %s: %w", what, key, s.where, err)
}
