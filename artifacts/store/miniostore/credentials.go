package miniostore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/minio/minio-go/v7/pkg/credentials"

	"curio/artifacts/store"
)

// How long it may take to ask the surroundings for credentials. A machine that is
// no instance of a cloud has nobody who answers at the address of the first.
const (
	instanceTimeout = 2 * time.Second
	roleTimeout     = 10 * time.Second
)

// credentials returns what requests are signed with, and shows that there is
// something.
func (o Options) credentials() (*credentials.Credentials, error) {
	if o.AccessKey != "" {
		return credentials.NewStaticV4(o.AccessKey, o.SecretKey, o.SessionToken), nil
	}
	c := credentials.New(newSearch())
	if _, err := c.GetWithContext(nil); err != nil {
		return nil, err
	}
	return c, nil
}

// search finds credentials in the first of several places that has some, and
// says of each place why it has none.
type search struct {
	places []place
	found  credentials.Provider
}

type place struct {
	name string
	credentials.Provider
	timeout time.Duration
}

// newSearch looks where the tools of AWS look, in their order, and where those of
// MinIO do.
func newSearch() *search {
	s := &search{places: []place{
		{name: "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", Provider: &credentials.EnvAWS{}},
		{name: "MINIO_ROOT_USER and MINIO_ROOT_PASSWORD", Provider: &credentials.EnvMinio{}},
		{name: "profile " + cmp.Or(os.Getenv("AWS_PROFILE"), "default") + " of the shared credentials file", Provider: &credentials.FileAWSCredentials{}},
	}}
	// What answers inside a cloud is never behind a proxy; what gives a role to a
	// token may be.
	direct := &http.Transport{DisableKeepAlives: true}
	iam := &credentials.IAM{Client: &http.Client{Transport: direct}}
	role := place{name: "role of this container", Provider: iam, timeout: roleTimeout}
	if os.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE") != "" {
		direct.Proxy = http.ProxyFromEnvironment
	}
	if os.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE") == "" &&
		os.Getenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") == "" && os.Getenv("AWS_CONTAINER_CREDENTIALS_FULL_URI") == "" {
		if os.Getenv("AWS_EC2_METADATA_DISABLED") == "true" {
			return s
		}
		role.name, role.timeout = "role of this instance", instanceTimeout
		iam.Endpoint = os.Getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT")
	}
	s.places = append(s.places, role)
	return s
}

// RetrieveWithCredContext implements credentials.Provider. Its error wraps
// store.ErrDenied.
func (s *search) RetrieveWithCredContext(cc *credentials.CredContext) (credentials.Value, error) {
	var faults []error
	for _, p := range s.places {
		v, err := p.ask(cc)
		switch {
		case err == nil && v.AccessKeyID != "" && v.SecretAccessKey != "":
			s.found = p.Provider
			return v, nil
		case err == nil && (v.AccessKeyID != "" || v.SecretAccessKey != ""):
			err = errors.New("one of the two is missing")
		case err == nil:
			err = errors.New("not set")
		}
		faults = append(faults, fmt.Errorf("%s: %v", p.name, err))
	}
	return credentials.Value{}, fmt.Errorf("%w: there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; looked at\n%w",
		store.ErrDenied, errors.Join(faults...))
}

func (p place) ask(cc *credentials.CredContext) (credentials.Value, error) {
	if p.timeout == 0 {
		return p.RetrieveWithCredContext(cc)
	}
	ctx := context.Background()
	if cc != nil && cc.Context != nil {
		ctx = cc.Context
	}
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	return p.RetrieveWithCredContext(&credentials.CredContext{Context: ctx})
}

// Retrieve implements credentials.Provider.
func (s *search) Retrieve() (credentials.Value, error) { return s.RetrieveWithCredContext(nil) }

// IsExpired implements credentials.Provider.
func (s *search) IsExpired() bool { return s.found == nil || s.found.IsExpired() }
