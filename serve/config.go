package main

import (
	"io"
	"log/slog"
	"net"
	"net/url"
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
	Addr       string
	Admin      string // address; empty for none
	EventLog   string // folder; empty for none
	Traces     string // URL of an OTLP collector; empty for none
	TraceShare float64
	security
	Store      string
	S3         open.Options
	Alias      string
	Pin        string  // version to stay with; empty to follow Alias
	Challenger string  // alias of the other model; empty for none
	Split      float64 // share of the users that the challenger answers
	Experiment string
	Shadow     bool
	Exposures  string        // folder; empty for none
	Warmup     string        // file; empty for none
	MaxAge     time.Duration // 0 for any
	Poll       time.Duration
	Cache      string // folder; empty for none
	CacheMiB   int
	StopDelay  time.Duration
	Drain      time.Duration
	LogFormat  string
	LogLevel   slog.Level
	Key        *privacy.Pseudonymiser // nil: users are asked for by their own ids
	Trust      *registry.Trust        // nil: every artifact is served, whoever made it
	Identity   *seal.Identity         // nil: encrypted artifacts cannot be read
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
		f       = command.New("serve", "serve answers recommendation and segment queries over HTTP from the artifact that an alias names. serve keys add|list|remove edits the file of those who may ask.")
	)
	f.String(&c.Addr, "addr", "127.0.0.1:8080", "`HOST:PORT` to listen on")
	f.String(&c.Admin, "admin-addr", "127.0.0.1:8081", "`HOST:PORT` of metrics, profiles and what changes the model; none for no such side")
	open.Flags(f, &c.Store, &c.S3, "where artifacts are")
	f.String(&c.Alias, "alias", "latest", "alias to follow")
	f.String(&c.Pin, "pin", "", "`VERSION` to stay with, wherever the alias is moved")
	f.String(&c.Challenger, "challenger", "", "`ALIAS` of a second model, which --split or --shadow ask")
	f.Share(&c.Split, "split", 0, "share of the users that the challenger answers, such as 5%; who they are depends on --experiment and their ids alone")
	f.String(&c.Experiment, "experiment", "default", "`NAME` of the experiment: another name splits the users anew")
	f.Bool(&c.Shadow, "shadow", "ask the challenger, too, what the champion was asked, and tell in the metrics how far apart they are")
	f.String(&c.Exposures, "exposure-log", "", "`FOLDER` for a log of who was shown what by which model, under pseudonyms")
	f.String(&c.Warmup, "warmup", "", "`FILE` of requests that a model answers before it is put in service, a line each as POST /v1/recommendations takes them")
	f.Duration(&c.MaxAge, "max-model-age", 0, 0, 10*365*24*time.Hour, "age of the model from which on the server is not ready; 0 for any")
	f.Duration(&c.Poll, "poll", 2*time.Second, minPoll, maxPoll, "time between looks at the alias when nothing is heard of it; whether it moved is asked every 0.7 s at least, and MinIO says so at once")
	f.String(&c.Cache, "cache", "", "`FOLDER` for what was loaded, in a form that is mapped into memory: a start is faster, and needs no store. It holds what the artifact holds, also of users")
	f.Int(&c.CacheMiB, "cache-size", 16<<10, 1, 1<<30, "MiB that the folder of --cache may grow to")
	f.Duration(&c.StopDelay, "stop-delay", 0, 0, maxDrain, "how long to go on answering after a signal to stop, not ready any more, so that balancers notice")
	f.Duration(&c.Drain, "drain", 10*time.Second, 0, maxDrain, "how long requests may take to finish after a signal to stop")
	f.Choice(&c.LogFormat, "log-format", "text", []string{"text", "json"}, "form of the log on standard error")
	f.Choice(&level, "log-level", "info", []string{"debug", "info", "warn", "error"}, "least level that is logged; requests are logged at info")
	f.String(&keyFile, "pseudonym-key-file", "", "`FILE` with the key of users' pseudonyms, 64 hexadecimal digits; the key itself may be in "+privacy.KeyVariable)
	f.String(&secret, "identity", "", "`FILE` with the age identity that encrypted artifacts are read with")
	f.String(&c.EventLog, "event-log", "", "`FOLDER` where POST /v1/events keeps what users did, as a data set of train has it")
	f.String(&c.Traces, "otlp-endpoint", "", "`URL` of an OpenTelemetry collector that spans are sent to, such as http://127.0.0.1:4318")
	f.Share(&c.TraceShare, "trace-share", 0.01, "share of the requests that are traced, of those that come without a trace of their own")
	trusted.define(f)
	c.security.define(f)
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
	c.security.check(f)
	c.address(f, "addr", c.Addr)
	if c.Admin == "none" {
		c.Admin = ""
	} else {
		c.address(f, "admin-addr", c.Admin)
	}
	if u, err := url.Parse(c.Traces); c.Traces != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		f.Fault("--otlp-endpoint %q: want a URL such as http://127.0.0.1:4318", c.Traces)
	}
	open.CheckFlags(f, c.Store)
	if err := registry.CheckAlias(c.Alias); err != nil {
		f.Fault("--alias: %v", err)
	}
	if c.Pin != "" && !isVersion(c.Pin) {
		f.Fault("--pin %q: want a version, 16 hexadecimal digits", c.Pin)
	}
	if c.Challenger == "" {
		if c.Split > 0 || c.Shadow {
			f.Fault("--split and --shadow ask for a --challenger")
		}
	} else if err := registry.CheckAlias(c.Challenger); err != nil {
		f.Fault("--challenger: %v", err)
	}
}

// address looks at an address to listen on.
func (c *config) address(f *command.Flags, name, addr string) {
	host, port, err := net.SplitHostPort(addr)
	switch n, portErr := strconv.Atoi(port); {
	case err != nil:
		f.Fault("--%s %q: want HOST:PORT", name, addr)
	case portErr != nil || n < 0 || n > 65535:
		f.Fault("--%s %q: the port is not in 0..65535", name, addr)
	default:
		c.security.reachable(f, name, host)
	}
}

// loopback reports whether only this machine can reach host. A name other than
// localhost is not looked up: what it stands for may change.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
