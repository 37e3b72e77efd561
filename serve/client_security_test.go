package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"curio/serve/client"
)

// newKey adds a key to a file as an operator does, and returns it.
func newKey(t *testing.T, file, scopes string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(t.Context(), slices.Concat([]string{"keys", "add", "--keys", file, "--scopes", scopes}, args, []string{"test"}), &out, &errs); code != 0 {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	return strings.TrimSpace(out.String())
}

func TestKeysAndScopes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys.json")
	keys := map[string]string{}
	for _, scopes := range []string{"read", "events", "admin", "read,events,admin"} {
		keys[scopes] = newKey(t, file, scopes)
	}
	s, _, version := shelved(t, "--keys", file, "--event-log", t.TempDir())
	operations := map[string]func(c *client.Client) error{
		"read": func(c *client.Client) error { _, err := c.ShowModel(t.Context()); return err },
		"events": func(c *client.Client) error {
			_, err := c.ReportEvents(t.Context(), &client.ReportBody{Events: []client.ReportEvent{}})
			return err
		},
		"admin": func(c *client.Client) error {
			_, err := c.MoveAlias(t.Context(), "x", &client.AliasBody{Version: version})
			return err
		},
	}
	for scope, ask := range operations {
		for scopes, key := range keys {
			err := ask(s.asking(t, key))
			if strings.Contains(scopes, scope) {
				done(t, scope+" with "+scopes, err)
				continue
			}
			refusedWith(t, err, 403, "missing_scope")
		}
		refusedWith(t, ask(s.asking(t, "")), 401, "missing_key")
		for _, wrong := range []string{"x", keys["admin"] + "x", keys["admin"][:len(keys["admin"])-1]} {
			refusedWith(t, ask(s.asking(t, wrong)), 401, "wrong_key")
		}
	}
	a, err := s.asking(t, keys["admin"]).MoveAlias(t.Context(), "y", &client.AliasBody{Version: version})
	if done(t, "move", err) && (!strings.HasPrefix(a.MovedBy, "key ") || strings.Contains(a.MovedBy, keys["admin"])) {
		t.Errorf("moved by %q", a.MovedBy)
	}
	// A key that is added later is good soon, and one that is removed is not.
	late := s.asking(t, newKey(t, file, "read"))
	until(t, "taken in", func() bool { _, err := late.ShowModel(t.Context()); return err == nil })
	var list bytes.Buffer
	if code := run(t.Context(), []string{"keys", "list", "--keys", file}, &list, io.Discard); code != 0 {
		t.Fatal(list.String())
	}
	for _, line := range strings.Split(list.String(), "\n")[1:] {
		if id, _, ok := strings.Cut(line, " "); ok {
			if code := run(t.Context(), []string{"keys", "remove", "--keys", file, id}, io.Discard, io.Discard); code != 0 {
				t.Errorf("remove %s: exit code %d", id, code)
			}
		}
	}
	until(t, "refused", func() bool { _, err := late.ShowModel(t.Context()); return err != nil })
	_, err = late.ShowModel(t.Context())
	refusedWith(t, err, 401, "wrong_key")
}

// Each key has its own limit; the client waits as long as it is told.
func TestLimitedByKey(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys.json")
	slow, free := newKey(t, file, "read", "--rate", "2", "--burst", "1"), newKey(t, file, "read")
	s, _, _ := shelved(t, "--keys", file)
	ask := func(c *client.Client) error { _, err := c.ShowModel(t.Context()); return err }
	c := s.asking(t, slow)
	done(t, "first", ask(c))
	if p := refusedWith(t, ask(c), 429, "rate_limited"); p.RetryAfter != time.Second {
		t.Errorf("retry after %s", p.RetryAfter)
	}
	for range 5 {
		done(t, "another key", ask(s.asking(t, free)))
	}
	patient, err := client.New(client.Options{URL: s.url, Key: slow, HTTP: s.client, Retries: 2, Wait: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	done(t, "with patience", ask(patient))
	for range 3 { // health is answered whatever the limit
		_, err := c.IsLive(t.Context())
		done(t, "health", err)
	}
}

// Callers without a key share one limit.
func TestLimitedTogether(t *testing.T) {
	s, _, _ := shelved(t, "--rate", "0.001", "--burst", "3")
	c := s.asking(t, "")
	limited := 0
	for range 5 {
		if _, err := c.ListSegments(t.Context()); err != nil {
			limited++
			if p := refusedWith(t, err, 429, "rate_limited"); p.RetryAfter < time.Minute {
				t.Errorf("retry after %s", p.RetryAfter)
			}
		}
	}
	if limited != 2 {
		t.Errorf("%d limited", limited)
	}
}

func TestSecureHeaders(t *testing.T) {
	s, _, _ := shelved(t)
	for path, policy := range map[string]string{"/v1/model": "default-src 'none'; frame-ancestors 'none'", "/nowhere": "default-src 'none'; frame-ancestors 'none'", "/health/live": "", "/docs": "script-src 'self'", "/openapi.json": ""} {
		r := s.answer(t, http.MethodGet, s.url+path, "", "Origin", "https://shop.example")
		h := r.Header
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("Cache-Control") == "" || h.Get("X-Request-ID") == "" || !strings.Contains(h.Get("Content-Security-Policy"), policy) {
			t.Errorf("%s: %v", path, h)
		}
		for name := range h {
			if strings.HasPrefix(name, "Access-Control-") || name == "Server" || name == "X-Powered-By" || name == "Strict-Transport-Security" || name == "Set-Cookie" {
				t.Errorf("%s: %s: %s", path, name, h.Get(name))
			}
		}
	}
	// Pages of elsewhere may ask nothing that changes something, nor whether they may.
	for _, method := range []string{http.MethodPost, http.MethodOptions} {
		r := s.answer(t, method, s.url+"/v1/recommendations", "{}", "Origin", "https://shop.example", "Access-Control-Request-Method", "POST", "Sec-Fetch-Site", "cross-site", "Content-Type", "application/json")
		if r.StatusCode < 400 || r.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %d %v", method, r.StatusCode, r.Header)
		}
	}
}

func TestPagesOfOneOrigin(t *testing.T) {
	s, _, _ := shelved(t, "--cors-origins", "https://shop.example")
	for origin, want := range map[string]string{"https://shop.example": "https://shop.example", "https://shop.example.evil": "", "http://shop.example": "", "null": ""} {
		r := s.answer(t, http.MethodGet, s.url+"/v1/model", "", "Origin", origin)
		if got := r.Header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s: %q, want %q", origin, got, want)
		}
	}
}

// The client asks a server whose certificate it knows, and no other.
func TestClientOverTLS(t *testing.T) {
	certificate, key := filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	root := selfSigned(t, certificate, key)
	shelf := newShelf(t)
	shelf.move(t, shelf.publish(t, "a"))
	s := launch(t, "--store", shelf.dir, "--tls-cert", certificate, "--tls-key", key)
	if !strings.HasPrefix(s.url, "https://") || !strings.HasPrefix(s.admin, "https://") {
		t.Fatal(s.url, s.admin)
	}
	transport := s.client.Transport.(*http.Transport)
	if _, err := s.asking(t, "").IsLive(t.Context()); !errors.As(err, new(*tls.CertificateVerificationError)) {
		t.Errorf("a stranger's certificate: %v", err)
	}
	transport.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
	transport.TLSClientConfig.RootCAs.AddCert(root)
	s.client.Transport = transport.Clone()
	defer s.client.CloseIdleConnections()
	c := s.asking(t, "")
	until(t, "ready", func() bool { _, err := c.IsReady(t.Context()); return err == nil })
	if a, err := c.RecommendUser(t.Context(), "user-01", client.RecommendUserQuery{}); err != nil || len(a.Items) != 10 {
		t.Error(a, err)
	}
	if r, err := c.ReloadModel(t.Context()); err != nil || r.Result != "unchanged" {
		t.Error(r, err)
	}
	r := s.answer(t, http.MethodGet, s.url+"/health/live", "")
	if r.Header.Get("Strict-Transport-Security") == "" || r.TLS.Version < tls.VersionTLS12 {
		t.Errorf("%v, version %x", r.Header, r.TLS.Version)
	}
	plain, err := client.New(client.Options{URL: "http" + strings.TrimPrefix(s.url, "https"), HTTP: s.client})
	if err != nil {
		t.Fatal(err)
	}
	var p *client.Problem
	if _, err := plain.IsLive(t.Context()); !errors.As(err, &p) || p.Status != 400 || p.Code != "" {
		t.Errorf("without TLS: %v", err)
	}
}

// selfSigned writes a certificate for 127.0.0.1 and its key.
func selfSigned(t *testing.T, certificate, key string) *x509.Certificate {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{certificate: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: encoded}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	root, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return root
}
