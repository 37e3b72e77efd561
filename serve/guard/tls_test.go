package guard

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// authority signs certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
}

func issue(t *testing.T, name string, ca *authority, from, to time.Time) (certPEM, keyPEM []byte, cert *x509.Certificate, key *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: from, NotAfter: to, BasicConstraintsValid: true, IsCA: ca == nil,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		DNSNames:    []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	parent, signer := template, key
	if ca != nil {
		parent, signer = ca.cert, ca.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	if cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certPEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return certPEM, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), cert, key
}

func newAuthority(t *testing.T, name string) *authority {
	t.Helper()
	certPEM, _, cert, key := issue(t, name, nil, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	return &authority{cert, key, certPEM}
}

func (a *authority) issue(t *testing.T, name string) (certPEM, keyPEM []byte) {
	t.Helper()
	certPEM, keyPEM, _, _ = issue(t, name, a, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	return certPEM, keyPEM
}

func filesIn(t *testing.T) TLSFiles {
	dir := t.TempDir()
	return TLSFiles{Certificate: filepath.Join(dir, "tls.crt"), Key: filepath.Join(dir, "tls.key")}
}

// listen answers over TLS on loopback and returns the address.
func listen(t *testing.T, c *tls.Config) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, h := wrap(t, Options{Clock: time.Now}, nil)
	server := &http.Server{Handler: h, TLSConfig: c, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = server.ServeTLS(listener, "", "") }()
	t.Cleanup(func() { server.Close() })
	return listener.Addr().String()
}

// visit asks over a connection of its own and returns the name in the server's
// certificate.
func visit(addr string, c *tls.Config) (name string, r *http.Response, err error) {
	transport := &http.Transport{TLSClientConfig: c, DisableKeepAlives: true, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	r, err = (&http.Client{Transport: transport, Timeout: 10 * time.Second}).Get("https://" + addr)
	if err != nil {
		return "", nil, err
	}
	defer r.Body.Close()
	if r.StatusCode != 200 {
		return "", r, errors.New(r.Status)
	}
	return r.TLS.PeerCertificates[0].Subject.CommonName, r, nil
}

func pool(authorities ...*authority) *x509.CertPool {
	p := x509.NewCertPool()
	for _, a := range authorities {
		p.AddCert(a.cert)
	}
	return p
}

func TestCertificateRotation(t *testing.T) {
	ca, files := newAuthority(t, "root"), filesIn(t)
	put := func(certPEM, keyPEM []byte) {
		t.Helper()
		write(t, files.Certificate, string(certPEM))
		write(t, files.Key, string(keyPEM))
	}
	put(ca.issue(t, "first"))
	var told reports
	terms, err := LoadTLS(files, time.Now, told.add)
	if err != nil {
		t.Fatal(err)
	}
	addr, client := listen(t, terms.Config()), &tls.Config{RootCAs: pool(ca)}
	expect := func(want string) {
		t.Helper()
		name, r, err := visit(addr, client)
		if err != nil || name != want || r.ProtoMajor != 2 || r.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%q, %v, want %q", name, err, want)
		}
	}
	expect("first")

	// One file after the other: between the two the old pair serves.
	certPEM, keyPEM := ca.issue(t, "second")
	write(t, files.Certificate, string(certPEM))
	if err := terms.Reload(); !errors.Is(err, ErrTLS) {
		t.Errorf("half a pair: %v", err)
	}
	expect("first")
	write(t, files.Key, string(keyPEM))
	if err := terms.Reload(); err != nil {
		t.Error(err)
	}
	expect("second")
	if told.count() != 3 {
		t.Errorf("%d reports, want 3", told.count())
	}
	if want := time.Now().Add(time.Hour); terms.Expires().After(want) || terms.Expires().Before(want.Add(-time.Minute)) {
		t.Errorf("it ends %v", terms.Expires())
	}

	ended, endedKey, _, _ := issue(t, "ended", ca, time.Now().Add(-time.Hour), time.Now().Add(-time.Minute))
	begins, beginsKey, _, _ := issue(t, "begins", ca, time.Now().Add(time.Minute), time.Now().Add(time.Hour))
	for name, spoil := range map[string]func(){
		"ended":       func() { put(ended, endedKey) },
		"begins":      func() { put(begins, beginsKey) },
		"no PEM":      func() { put([]byte("x"), keyPEM) },
		"cut off":     func() { put(certPEM[:len(certPEM)/2], keyPEM) },
		"swapped":     func() { put(keyPEM, certPEM) },
		"no key":      func() { put(certPEM, keyPEM); os.Remove(files.Key) },
		"key is open": func() { put(certPEM, keyPEM); os.Chmod(files.Key, 0o644) },
	} {
		spoil()
		if err := terms.Reload(); err == nil || terms.Status().Err == nil {
			t.Errorf("%s: taken", name)
		}
		expect("second")
		os.Remove(files.Key)
	}
	put(ca.issue(t, "third"))
	if err := terms.Reload(); err != nil {
		t.Error(err)
	}
	expect("third")
}

func TestTLSVersions(t *testing.T) {
	ca, files := newAuthority(t, "root"), filesIn(t)
	certPEM, keyPEM := ca.issue(t, "server")
	write(t, files.Certificate, string(certPEM))
	write(t, files.Key, string(keyPEM))
	terms, err := LoadTLS(files, time.Now, nil)
	if err != nil {
		t.Fatal(err)
	}
	addr := listen(t, terms.Config())
	for version, ok := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		conn, err := tls.Dial("tcp", addr, &tls.Config{RootCAs: pool(ca), MinVersion: tls.VersionTLS10, MaxVersion: version})
		if ok != (err == nil) {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
		if err == nil {
			conn.Close()
		}
	}
}

func TestClientCertificates(t *testing.T) {
	ca, clients, others, files := newAuthority(t, "root"), newAuthority(t, "clients"), newAuthority(t, "others"), filesIn(t)
	files.ClientCAs = filepath.Join(filepath.Dir(files.Key), "clients.crt")
	certPEM, keyPEM := ca.issue(t, "server")
	write(t, files.Certificate, string(certPEM))
	write(t, files.Key, string(keyPEM))
	write(t, files.ClientCAs, string(clients.pem))
	terms, err := LoadTLS(files, time.Now, nil)
	if err != nil {
		t.Fatal(err)
	}
	addr := listen(t, terms.Config())
	client := func(certPEM, keyPEM []byte) *tls.Config {
		pair, err := tls.X509KeyPair(certPEM, keyPEM)
		if err != nil {
			t.Fatal(err)
		}
		return &tls.Config{
			RootCAs: pool(ca), ClientSessionCache: tls.NewLRUClientSessionCache(8),
			// Sends it whoever the server asks for.
			GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil },
		}
	}
	of, ofOthers := client(clients.issue(t, "shop")), client(others.issue(t, "shop"))
	ended, endedKey, _, _ := issue(t, "ended", clients, time.Now().Add(-time.Hour), time.Now().Add(-time.Minute))
	expect := func(when string, c *tls.Config, ok bool) {
		t.Helper()
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			c.MaxVersion = version
			for range 2 {
				_, r, err := visit(addr, c)
				if ok != (err == nil) || ok && r.TLS.DidResume {
					t.Errorf("%s, %s: %v", when, tls.VersionName(version), err)
				}
			}
		}
	}
	expect("without", &tls.Config{RootCAs: pool(ca)}, false)
	expect("with", of, true)
	expect("of others", ofOthers, false)
	expect("ended", client(ended, endedKey), false)

	write(t, files.ClientCAs, string(others.pem)) // no client of before comes in, not by its old session either
	if err := terms.Reload(); err != nil {
		t.Fatal(err)
	}
	expect("with, CA changed", of, false)
	expect("of others, CA changed", ofOthers, true)
	for name, bad := range map[string]string{
		"empty": "", "no CA": string(certPEM), "a key": string(keyPEM),
		"cut off": string(others.pem) + string(clients.pem[:len(clients.pem)/2]),
	} {
		write(t, files.ClientCAs, bad)
		if err := terms.Reload(); !errors.Is(err, ErrTLS) {
			t.Errorf("%s: %v", name, err)
		}
		expect(name, ofOthers, true)
	}
	write(t, files.ClientCAs, string(others.pem)+string(clients.pem))
	if err := terms.Reload(); err != nil {
		t.Fatal(err)
	}
	expect("with, both", of, true)
	expect("of others, both", ofOthers, true)
	expect("without, both", &tls.Config{RootCAs: pool(ca)}, false)
}
