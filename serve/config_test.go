package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/command"
	"curio/artifacts/store/open"
)

func TestParseConfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "serve.yaml")
	if err := os.WriteFile(file, []byte("alias: champion\npoll: 3s\naddr: 127.0.0.1:1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	lenient := security{InFlight: 256, Queue: 1024, QueueWait: time.Second, Timeout: 10 * time.Second}
	defaults := config{
		Addr: "127.0.0.1:8080", Store: "./store", Alias: "latest", Poll: 2 * time.Second, CacheMiB: 16 << 10,
		Drain: 10 * time.Second, LogFormat: "text", LogLevel: slog.LevelInfo, Admin: "127.0.0.1:8081", TraceShare: .01, Experiment: "default", security: lenient,
	}
	for name, c := range map[string]struct {
		args []string
		env  map[string]string
		want func(*config)
	}{
		"Defaults": {},
		"Flags": {
			args: []string{"--addr", "localhost:0", "-store=s3://b/p", "--alias=champion", "--poll", "50ms", "--drain=0s",
				"--s3-endpoint", "127.0.0.1:9000", "--s3-insecure", "--log-format", "json", "--log-level", "warn", "--cache", "/c", "--cache-size", "1", "--admin-addr", "none"},
			want: func(c *config) {
				*c = config{Addr: "localhost:0", Store: "s3://b/p", Alias: "champion", Poll: 50 * time.Millisecond, Cache: "/c", CacheMiB: 1,
					S3: open.Options{Endpoint: "127.0.0.1:9000", Insecure: true}, LogFormat: "json", LogLevel: slog.LevelWarn, TraceShare: .01, Experiment: "default", security: lenient}
			},
		},
		"Environment":        {env: map[string]string{"CURIO_STORE": "/x", "CURIO_POLL": "1h"}, want: func(c *config) { c.Store, c.Poll = "/x", time.Hour }},
		"FlagOverVariable":   {args: []string{"--store", "/y"}, env: map[string]string{"CURIO_STORE": "/x"}, want: func(c *config) { c.Store = "/y" }},
		"File":               {args: []string{"--config", file}, want: func(c *config) { c.Alias, c.Poll, c.Addr = "champion", 3*time.Second, "127.0.0.1:1" }},
		"VariableOverFile":   {args: []string{"--config", file}, env: map[string]string{"CURIO_ALIAS": "a"}, want: func(c *config) { c.Alias, c.Poll, c.Addr = "a", 3*time.Second, "127.0.0.1:1" }},
		"InsecureAnywhere":   {args: []string{"--addr", ":80", "--insecure"}, want: func(c *config) { c.Addr, c.Insecure = ":80", true }},
		"LoopbackIPv6":       {args: []string{"--addr", "[::1]:80"}, want: func(c *config) { c.Addr = "[::1]:80" }},
		"LoopbackElsewhere":  {args: []string{"--addr", "127.8.9.1:80"}, want: func(c *config) { c.Addr = "127.8.9.1:80" }},
		"BooleanSpelledFull": {args: []string{"--insecure=false"}},
	} {
		t.Run(name, func(t *testing.T) {
			for k, v := range c.env {
				t.Setenv(k, v)
			}
			want := defaults
			if c.want != nil {
				c.want(&want)
			}
			got, err := parseConfig(c.args, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(config{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseConfigNamesEveryFault(t *testing.T) {
	file := filepath.Join(t.TempDir(), "serve.yaml")
	if err := os.WriteFile(file, []byte("colour: red\npoll: soon\nshape: round\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		want []string // one a fault, in order
	}{
		"UnknownFlags":   {[]string{"--colour", "red", "--shape=round", "--poll", "2s"}, []string{"--colour", "--shape"}},
		"Arguments":      {[]string{"start", "--poll", "2s", "now"}, []string{`"start"`, `"now"`}},
		"NoValue":        {[]string{"--alias"}, []string{"--alias wants a value"}},
		"Values":         {[]string{"--poll", "x", "--drain=y", "--insecure=z", "--log-format", "xml", "--log-level", "loud", "--alias=", "--store="}, []string{"--poll", "--drain", "--insecure", "--store", "--alias", "--log-format", "--log-level"}},
		"BelowPoll":      {[]string{"--poll", "49ms"}, []string{"50ms..1h"}},
		"AbovePoll":      {[]string{"--poll", "1h0m1s"}, []string{"50ms..1h"}},
		"Address":        {[]string{"--addr", "8080"}, []string{"want HOST:PORT"}},
		"Port":           {[]string{"--addr", "127.0.0.1:65536"}, []string{"0..65535"}},
		"AdminAnywhere":  {[]string{"--admin-addr", ":8081"}, []string{"--admin-addr"}},
		"HalfTLS":        {[]string{"--tls-cert", "c"}, []string{"--tls-key"}},
		"EveryInterface": {[]string{"--addr", ":8080"}, []string{"--insecure"}},
		"AnyAddress":     {[]string{"--addr", "0.0.0.0:8080"}, []string{"--insecure"}},
		"NamedHost":      {[]string{"--addr", "example.test:8080"}, []string{"--insecure"}},
		"File":           {[]string{"--config", file, "--colour=blue"}, []string{"--colour", `"colour"`, "--poll", `"shape"`}},
		"MissingFile":    {[]string{"--config", file + ".no", "--poll=x"}, []string{"--poll", "no such file"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseConfig(c.args, io.Discard)
			var usage *command.UsageError
			if !errors.As(err, &usage) {
				t.Fatalf("error %v, want a usage error", err)
			}
			if len(usage.Faults) != len(c.want) {
				t.Fatalf("faults:\n%s\nwant %d", err, len(c.want))
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("faults:\n%s\nwant one with %q", err, want)
				}
			}
		})
	}
}

func TestParseConfigHelp(t *testing.T) {
	for _, arg := range []string{"-h", "--help", "-help"} {
		var usage bytes.Buffer
		if _, err := parseConfig([]string{"--poll", "x", arg}, &usage); !errors.Is(err, flag.ErrHelp) {
			t.Errorf("%s: error %v", arg, err)
		}
		if !strings.Contains(usage.String(), "-s3-endpoint") {
			t.Errorf("%s: usage is %q", arg, usage.String())
		}
	}
}
