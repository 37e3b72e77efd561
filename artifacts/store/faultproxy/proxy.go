// Package faultproxy gives tests a proxy that stands between a client and an
// HTTP server and damages what passes, as networks, balancers and overloaded
// servers do.
package faultproxy

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync/atomic"
	"testing"
	"time"
)

// Proxy is a running proxy.
type Proxy struct {
	URL string // http://host:port

	server   *httptest.Server
	target   *url.URL
	onward   *http.Transport
	plan     atomic.Pointer[Plan]
	requests atomic.Int64
}

// Start returns a proxy before the server at the URL target, which lets
// everything through until Follow. It stops with the test.
func Start(t testing.TB, target string) *Proxy {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{target: u, onward: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16}}
	p.Follow(Through)
	p.server = httptest.NewServer(http.HandlerFunc(p.serve))
	p.URL = p.server.URL
	t.Cleanup(func() {
		p.server.CloseClientConnections()
		p.server.Close()
		p.onward.CloseIdleConnections()
	})
	return p
}

// Follow makes the requests from now on meet what plan says.
func (p *Proxy) Follow(plan Plan) { p.plan.Store(&plan) }

// Requests returns how many requests came so far.
func (p *Proxy) Requests() int { return int(p.requests.Load()) }

// Cut closes every connection to a client.
func (p *Proxy) Cut() { p.server.CloseClientConnections() }

func (p *Proxy) serve(w http.ResponseWriter, r *http.Request) {
	p.requests.Add(1)
	fault := (*p.plan.Load())(r)
	select {
	case <-time.After(fault.Delay):
	case <-r.Context().Done():
		return
	}
	switch fault.Kind {
	case Internal:
		refuse(w, http.StatusInternalServerError, "InternalError")
		return
	case Busy:
		io.Copy(io.Discard, r.Body)
		refuse(w, http.StatusServiceUnavailable, "SlowDown")
		return
	case ResetEarly:
		reset(w)
		return
	}
	resp, err := p.forward(r, fault)
	if err != nil || fault.Kind == LoseAnswer {
		if err == nil {
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
		reset(w)
		return
	}
	defer resp.Body.Close()
	answer(w, resp, fault)
}

// forward asks the server, with the host that the client has signed.
func (p *Proxy) forward(r *http.Request, fault Fault) (*http.Response, error) {
	out := r.Clone(r.Context())
	out.URL.Scheme, out.URL.Host, out.RequestURI = p.target.Scheme, p.target.Host, ""
	if r.ContentLength == 0 {
		out.Body = nil
	} else if at := position(fault.At, r.ContentLength); fault.Kind == ResetUpload {
		out.Body = io.NopCloser(io.MultiReader(io.LimitReader(r.Body, at), broken{}))
	} else if fault.Kind == FlipUpload {
		out.Body = io.NopCloser(&flipped{Reader: r.Body, left: at})
	}
	return p.onward.RoundTrip(out)
}

// answer passes an answer on, with its fault.
func answer(w http.ResponseWriter, resp *http.Response, fault Fault) {
	var body io.Reader = resp.Body
	size := resp.ContentLength
	at := position(fault.At, size)
	switch {
	case size <= 0 || resp.Request.Method == http.MethodHead: // a stream, or no body
		fault.Kind = None
	case fault.Kind == ResetAnswer || fault.Kind == ShortAnswer:
		body = io.LimitReader(body, at)
	case fault.Kind == FlipAnswer:
		body = &flipped{Reader: body, left: at}
	}
	header := w.Header()
	for name, values := range resp.Header {
		header[name] = values
	}
	if fault.Kind == ShortAnswer {
		header.Set("Content-Length", strconv.FormatInt(at, 10))
	}
	w.WriteHeader(resp.StatusCode)
	flush := http.NewResponseController(w)
	buf := make([]byte, 64<<10)
	for {
		n, err := body.Read(buf)
		if n > 0 {
			w.Write(buf[:n])
			flush.Flush()
		}
		if err == io.EOF && fault.Kind != ResetAnswer {
			return
		}
		if err != nil {
			reset(w)
			return
		}
	}
}

// refuse answers as an S3 server does.
func refuse(w http.ResponseWriter, status int, code string) {
	body := fmt.Sprintf("<Error><Code>%s</Code><Message>by the proxy</Message></Error>", code)
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	io.Copy(w, bytes.NewReader([]byte(body)))
}

// reset ends the connection without a word.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}

func position(share float64, size int64) int64 { return int64(share * float64(max(size, 0))) }

// flipped has a bit flipped in its byte number left.
type flipped struct {
	io.Reader
	left int64
}

func (f *flipped) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if f.left >= 0 && f.left < int64(n) {
		p[f.left] ^= 1 << (f.left % 8)
	}
	f.left -= int64(n)
	return n, err
}

// broken fails.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
