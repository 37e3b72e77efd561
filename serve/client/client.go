// Package client asks the API of serve. Types and methods are generated from the
// document that serve makes of its own types; nothing but the standard library is needed.
//
//	c, err := client.New(client.Options{URL: "https://curio.example", Key: key, Retries: 2})
//	...
//	answer, err := c.RecommendUser(ctx, "user-07", client.RecommendUserQuery{N: 20, Explain: true})
//	var problem *client.Problem
//	switch {
//	case errors.As(err, &problem) && problem.Code == "unknown_user":
//		...
package client

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"
)

//go:generate go run ./generate

// ErrOptions is wrapped by the errors of New.
var ErrOptions = errors.New("bad option of the client")

// Options says where the API is and how it is asked. Only URL is required.
type Options struct {
	URL      string       // of the API, such as https://curio.example; a path before /v1 is kept
	AdminURL string       // of its admin side, which MoveAlias and ReloadModel ask; URL by default
	Key      string       // API key; empty for none
	HTTP     *http.Client // by default one with a time limit of 30 s, of its own

	// Retries is how often at most a request is sent again that was answered 429 or
	// 503: requests that change nothing, and events that all have ids. 0 for never.
	Retries int
	// Wait is the time before the first repetition; it doubles from one to the next, up
	// to MaxWait, and each is cut by up to half at random. 100 ms and 10 s by default.
	// A server that asks for more than MaxWait, by Retry-After, is not asked again.
	Wait, MaxWait time.Duration
	Random        func() float64 // 0..1, called concurrently; that of math/rand/v2 by default
}

// Client asks one API. It is safe for concurrent use and never changed.
type Client struct {
	o            Options
	public, side string // base URLs without a slash at the end
}

// maxRetries bounds Options.Retries.
const maxRetries = 10

// New returns a client, or an error that wraps ErrOptions and names every fault.
func New(o Options) (*Client, error) {
	var faults []error
	base := func(name, text string) string {
		u, err := url.Parse(text)
		switch {
		case err != nil: // the error of package url repeats the text, which may hold a password
			faults = append(faults, fmt.Errorf("%w: %s is no URL", ErrOptions, name))
		case u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
			faults = append(faults, fmt.Errorf("%w: %s is not of the form https://HOST[:PORT][/PATH]", ErrOptions, name))
		}
		return strings.TrimRight(text, "/")
	}
	if o.AdminURL == "" {
		o.AdminURL = o.URL
	}
	c := &Client{public: base("URL", o.URL)}
	if o.AdminURL != o.URL {
		c.side = base("AdminURL", o.AdminURL)
	} else {
		c.side = c.public
	}
	check := func(ok bool, what string) {
		if !ok {
			faults = append(faults, fmt.Errorf("%w: %s", ErrOptions, what))
		}
	}
	check(strings.Trim(o.Key, printable) == "", "Key has characters that no key has")
	check(o.Retries >= 0 && o.Retries <= maxRetries, fmt.Sprintf("Retries is not in 0..%d", maxRetries))
	check(o.Wait >= 0 && o.MaxWait >= 0, "Wait or MaxWait is negative")
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	if o.HTTP == nil {
		// The API redirects nobody; following would take the key elsewhere.
		o.HTTP = &http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	if o.Wait == 0 {
		o.Wait = 100 * time.Millisecond
	}
	if o.MaxWait == 0 {
		o.MaxWait = 10 * time.Second
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	c.o = o
	return c, nil
}

// printable are the characters of a bearer token (RFC 6750, section 2.1).
const printable = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/="

// Envelope is what every answer has.
type Envelope struct {
	RequestID    string  `json:"request_id"`
	ModelVersion string  `json:"model_version"` // empty when no model is loaded
	Strategy     string  `json:"strategy"`      // how the answer was found; "none" where no model was asked
	TookMS       float64 `json:"took_ms"`       // from the request's arrival to its encoding
}
