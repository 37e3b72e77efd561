package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"curio/artifacts/command"
	"curio/serve/api"
	"curio/serve/guard"
)

// security are the flags that say who may ask what, and how much.
type security struct {
	Keys      string // file; empty for none
	Insecure  bool
	TLS       guard.TLSFiles // zero for plain HTTP
	Origins   string
	Hosts     string
	Rate      float64
	Burst     int
	InFlight  int
	Queue     int
	QueueWait time.Duration
	Timeout   time.Duration
}

const maxURL = 8 << 10 // bytes of path and query

func (s *security) define(f *command.Flags) {
	f.String(&s.Keys, "keys", "", "`FILE` of API keys: without one of them nothing but /health, /docs and /openapi.json is answered; serve keys add makes them")
	f.Bool(&s.Insecure, "insecure", "allow addresses that other machines can reach, although nobody is asked for a key or a certificate")
	f.String(&s.TLS.Certificate, "tls-cert", "", "`FILE` with the certificate of the server, PEM; it is read again when it changes")
	f.String(&s.TLS.Key, "tls-key", "", "`FILE` with the key of --tls-cert")
	f.String(&s.TLS.ClientCAs, "client-ca", "", "`FILE` with the CAs of which clients must have a certificate")
	f.String(&s.Origins, "cors-origins", "", "`ORIGINS` whose web pages may ask, with commas between, such as https://shop.example; * for all")
	f.String(&s.Hosts, "hosts", "", "`NAMES` that requests may call the server by, with commas between; any by default, but on a loopback address without --keys those of this machine")
	f.Float(&s.Rate, "rate", 0, 0, 1e6, "requests a second of all callers without a key together; 0 for no limit. Keys have their own")
	f.Int(&s.Burst, "burst", 0, 0, 1_000_000, "requests at once of callers without a key; 0 for a second's worth")
	f.Int(&s.InFlight, "max-in-flight", 256, 1, 1_000_000, "requests that are answered at a time")
	f.Int(&s.Queue, "queue", 1024, 0, 1_000_000, "requests that wait beyond --max-in-flight; more are answered 503 at once")
	f.Duration(&s.QueueWait, "queue-wait", time.Second, time.Millisecond, time.Minute, "how long a request waits before it is answered 503")
	f.Duration(&s.Timeout, "request-timeout", 10*time.Second, time.Millisecond, 10*time.Minute, "how long answering a request may take")
}

func (s *security) check(f *command.Flags) {
	if (s.TLS.Certificate == "") != (s.TLS.Key == "") {
		f.Fault("--tls-cert and --tls-key: give both or neither")
	}
	if s.TLS.ClientCAs != "" && s.TLS.Certificate == "" {
		f.Fault("--client-ca asks for --tls-cert")
	}
}

// reachable refuses an address that others can reach while nobody is asked who they
// are.
func (s *security) reachable(f *command.Flags, name, host string) {
	if !loopback(host) && s.Keys == "" && s.TLS.ClientCAs == "" && !s.Insecure {
		f.Fault("--%s: %q can be reached from other machines and nobody is asked who they are: give --keys or --client-ca, listen on 127.0.0.1, or say --insecure", name, host)
	}
}

// guards are what stands before the API.
type guards struct {
	public, admin *guard.Guard
	keys          *guard.Keys // nil for none
	tls           *guard.TLS  // nil for plain HTTP
	files         []guard.Reloader
}

// open reads the files and makes the guards of the sides at two addresses. A side that
// only this machine can reach, and that asks for no keys, goes by the names of this
// machine alone: a web page cannot reach it by a name of its own.
func (s *security) open(addr, admin string, log *slog.Logger) (*guards, error) {
	var g guards
	report := func(what string) func(guard.Status) {
		return func(status guard.Status) {
			if status.Err != nil {
				log.Warn(what+" not taken in", "file", status.File, "error", status.Err)
				return
			}
			log.Info(what+" in use", "file", status.File, "count", status.Count)
		}
	}
	o := guard.Options{
		Needs: api.ScopeOf, Health: api.IsHealth, Refuse: api.Refuse, Clock: time.Now,
		Rate: s.Rate, Burst: s.Burst, Concurrent: s.InFlight, Queue: s.Queue, Wait: s.QueueWait,
		Timeout: s.Timeout, MaxURL: maxURL, MaxBody: api.MaxBody, Origins: list(s.Origins), Hosts: list(s.Hosts),
		Policy: func(path string) string {
			if api.IsPage(path) {
				return guard.PolicyPage
			}
			return guard.PolicyData
		},
	}
	if o.Hosts == nil && s.Keys == "" && alone(addr) {
		o.Hosts = guard.LoopbackHosts()
	}
	if s.Keys != "" {
		keys, err := guard.LoadKeys(s.Keys, time.Now, report("API keys"))
		if err != nil {
			return nil, err
		}
		o.Keys, g.keys, g.files = keys, keys, append(g.files, keys)
	}
	if s.TLS.Certificate != "" {
		var err error
		if g.tls, err = guard.LoadTLS(s.TLS, time.Now, report("certificate")); err != nil {
			return nil, err
		}
		g.files = append(g.files, g.tls)
	}
	if s.Keys != "" && s.TLS.Certificate == "" && !alone(addr) {
		log.Warn("keys and answers are sent in the clear: give --tls-cert, or end TLS before this server", "addr", addr)
	}
	var err error
	if g.public, err = guard.New(o); err != nil {
		return nil, err
	}
	// The admin side stays open when the public one is full, and profiles take their
	// time.
	o.Needs = func(*http.Request) guard.Scope { return guard.Admin }
	o.Concurrent, o.Queue, o.Timeout, o.Origins = 0, 0, 0, nil
	if o.Hosts = list(s.Hosts); o.Hosts == nil && s.Keys == "" && alone(admin) {
		o.Hosts = guard.LoopbackHosts()
	}
	g.admin, err = guard.New(o)
	return &g, err
}

// alone reports whether only this machine can reach an address.
func alone(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && loopback(host)
}

// follow keeps the files up to date until ctx is done.
func (g *guards) follow(ctx context.Context) {
	ticker := time.NewTicker(reloadEvery)
	defer ticker.Stop()
	guard.Follow(ctx, ticker.C, g.files...)
}

func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}
