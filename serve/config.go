package main

import (
	"io"
	"log/slog"
	"net"
	"os"
	"strconv"
	"time"

	"curio/artifacts/command"
	"curio/artifacts/registry"
	"curio/artifacts/store/open"
	"curio/datasets/privacy"
	"curio/datasets/privacy/seal"
)

// config is everything a run of serve depends on, checked.
type config struct {
	Addr      string
	Store     string
	S3        open.Options
	Alias     string
	Poll      time.Duration
	Cache     string // folder; empty for none
	CacheMiB  int
	Drain     time.Duration
	Insecure  bool
	LogFormat string
	LogLevel  slog.Level
	Key       *privacy.Pseudonymiser // nil: users are asked for by their own ids
	Trust     *registry.Trust        // nil: every artifact is served, whoever made it
	Identity  *seal.Identity         // nil: encrypted artifacts cannot be read
}

// The bounds of the durations.
const (
	minPoll, maxPoll = 50 * time.Millisecond, time.Hour
	maxDrain         = 10 * time.Minute
)

// parseConfig reads the command line. Its error is flag.ErrHelp, after the usage
// was written to usage, or a *command.UsageError that names every fault.
func parseConfig(args []string, usage io.Writer) (config, error) {
	var (
		c       config
		level   string
		keyFile string
		secret  string
		trusted trusted
		f       = command.New("serve", "serve answers recommendation and segment queries over HTTP from the artifact that an alias names.")
	)
	f.String(&c.Addr, "addr", "127.0.0.1:8080", "`HOST:PORT` to listen on")
	open.Flags(f, &c.Store, &c.S3, "where artifacts are")
	f.String(&c.Alias, "alias", "latest", "alias to follow")
	f.Duration(&c.Poll, "poll", 2*time.Second, minPoll, maxPoll, "time between looks at the alias when nothing is heard of it; whether it moved is asked every 0.7 s at least, and MinIO says so at once")
	f.String(&c.Cache, "cache", "", "`FOLDER` for copies of what was loaded, which are not fetched again and are mapped into memory; they hold what the artifact holds, also of users")
	f.Int(&c.CacheMiB, "cache-size", 16<<10, 1, 1<<30, "MiB that the folder of --cache may grow to")
	f.Duration(&c.Drain, "drain", 10*time.Second, 0, maxDrain, "how long requests may take to finish after a signal to stop")
	f.Bool(&c.Insecure, "insecure", "allow an address that other machines can reach, although there is no authentication")
	f.Choice(&c.LogFormat, "log-format", "text", []string{"text", "json"}, "form of the log on standard error")
	f.Choice(&level, "log-level", "info", []string{"debug", "info", "warn", "error"}, "least level that is logged; requests are logged at info")
	f.String(&keyFile, "pseudonym-key-file", "", "`FILE` with the key of users' pseudonyms, 64 hexadecimal digits; the key itself may be in "+privacy.KeyVariable)
	f.String(&secret, "identity", "", "`FILE` with the age identity that encrypted artifacts are read with")
	trusted.define(f)
	err := f.Parse(args, usage, func() {
		c.check(f)
		c.Trust = trusted.trust(f)
		var err error
		if secret != "" {
			if c.Identity, err = seal.LoadIdentity(secret); err != nil {
				f.Fault("--identity: %v", err)
			}
		}
		key, err := privacy.LoadKey(keyFile, os.LookupEnv)
		if err != nil {
			f.Fault("--pseudonym-key-file: %v", err)
		}
		c.Key = key
	})
	// The words above are those that slog knows.
	_ = c.LogLevel.UnmarshalText([]byte(level))
	return c, err
}

// check looks at what the types of the flags cannot say.
func (c *config) check(f *command.Flags) {
	host, port, err := net.SplitHostPort(c.Addr)
	switch n, portErr := strconv.Atoi(port); {
	case err != nil:
		f.Fault("--addr %q: want HOST:PORT", c.Addr)
	case portErr != nil || n < 0 || n > 65535:
		f.Fault("--addr %q: the port is not in 0..65535", c.Addr)
	case !loopback(host) && !c.Insecure:
		f.Fault("--addr %q can be reached from other machines and there is no authentication: listen on 127.0.0.1, or say --insecure", c.Addr)
	}
	open.CheckFlags(f, c.Store)
	if err := registry.CheckAlias(c.Alias); err != nil {
		f.Fault("--alias: %v", err)
	}
}

// loopback reports whether only this machine can reach host. A name other than
// localhost is not looked up: what it stands for may change.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
