package guard

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"
)

// ErrTLS is wrapped by every error about what files of certificates hold.
var ErrTLS = errors.New("bad certificate")

const maxPEM = 1 << 20 // bytes of a file

// TLSFiles names files in PEM.
type TLSFiles struct {
	Certificate string // the server's, then those between it and its root
	Key         string // of the first certificate; others must not be able to read it
	// ClientCAs are those who may vouch for clients. With such a file a client
	// without a certificate of theirs is refused; empty asks for none.
	ClientCAs string
}

// TLS is a certificate and what is asked of clients, by files that may change
// while they are in use. It is safe for concurrent use.
type TLS struct{ held *held[terms] }

// terms are one reading of the files.
type terms struct {
	config  *tls.Config
	expires time.Time
}

// LoadTLS reads the files. From then on Reload takes in what changed, for the
// connections that come after; files that are gone, broken, do not belong
// together or are out of their time leave it as it was. Report is told of every
// change and of every new fault; nil for nobody.
func LoadTLS(f TLSFiles, clock func() time.Time, report func(Status)) (*TLS, error) {
	files := []file{{path: f.Certificate, limit: maxPEM}, {path: f.Key, secret: true, limit: maxPEM}}
	if f.ClientCAs != "" {
		files = append(files, file{path: f.ClientCAs, limit: maxPEM})
	}
	h := &held[terms]{files: files, clock: clock, report: report}
	h.parse = func(data [][]byte, _ *terms) (*terms, int, error) { return parseTerms(data, clock()) }
	if err := h.Reload(); err != nil {
		return nil, err
	}
	return &TLS{h}, nil
}

// Reload reads the files again and, when one changed, takes in what they say.
func (t *TLS) Reload() error { return t.held.Reload() }

// Status says how reading the files went.
func (t *TLS) Status() Status { return t.held.Status() }

// Expires returns when the certificate in use ends.
func (t *TLS) Expires() time.Time { return t.held.current.Load().expires }

// Config returns what an http.Server wants as TLSConfig; ServeTLS then wants no
// files. Every handshake goes by the files as they were last read.
func (t *TLS) Config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
			return t.held.current.Load().config, nil
		},
	}
}

func parseTerms(data [][]byte, now time.Time) (*terms, int, error) {
	pair, err := tls.X509KeyPair(data[0], data[1])
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %w", ErrTLS, err)
	}
	switch leaf := pair.Leaf; {
	case now.After(leaf.NotAfter):
		return nil, 0, fmt.Errorf("%w: it ended %s", ErrTLS, leaf.NotAfter.UTC().Format(time.RFC3339))
	case now.Before(leaf.NotBefore):
		return nil, 0, fmt.Errorf("%w: it begins %s", ErrTLS, leaf.NotBefore.UTC().Format(time.RFC3339))
	}
	c := &tls.Config{
		MinVersion:   tls.VersionTLS12,
		NextProtos:   []string{"h2", "http/1.1"},
		Certificates: []tls.Certificate{pair},
	}
	if len(data) > 2 {
		if c.ClientCAs, err = parseCAs(data[2]); err != nil {
			return nil, 0, err
		}
		c.ClientAuth = tls.RequireAndVerifyClientCert
		// A session taken up again would not be looked at anew.
		c.SessionTicketsDisabled = true
	}
	return &terms{c, pair.Leaf.NotAfter}, len(pair.Certificate), nil
}

// parseCAs reads one or more certificates. One that cannot be read is an error.
func parseCAs(data []byte) (*x509.CertPool, error) {
	pool, n := x509.NewCertPool(), 0
	begun := bytes.Count(data, []byte("-----BEGIN"))
	for {
		var b *pem.Block
		if b, data = pem.Decode(data); b == nil {
			break
		}
		ca, err := x509.ParseCertificate(b.Bytes)
		if err != nil || b.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("%w: block %d of the clients' CAs is no certificate", ErrTLS, n+1)
		}
		if !ca.IsCA {
			return nil, fmt.Errorf("%w: certificate %d of the clients' CAs is of no CA", ErrTLS, n+1)
		}
		pool.AddCert(ca)
		n++
	}
	if n == 0 || n != begun {
		return nil, fmt.Errorf("%w: %d of %d certificates of the clients' CAs can be read", ErrTLS, n, begun)
	}
	return pool, nil
}
