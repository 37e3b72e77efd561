package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"text/tabwriter"
	"time"

	"curio/artifacts/store/faultproxy"
	"curio/artifacts/store/miniostore"
	"curio/artifacts/store/miniotest"
)

// ServeSoak asks a server whose store is behind a proxy that delays, refuses, cuts off and
// falsifies what passes, while the alias moves. The server has no cache: every model comes
// through the proxy.
type ServeSoak struct {
	Serve
	Requests int           `json:"requests"`
	Editions int           `json:"editions"`
	Every    time.Duration `json:"every_ns"` // from one move of the alias to the next, or longer: until it is in effect
	Share    float64       `json:"share"`    // of the server's requests to the store that meet a fault
	Pace     time.Duration `json:"pace_ns"`  // at least from a request of a connection to its next
}

// soakFaults are what requests to the store meet, besides delays.
var soakFaults = []faultproxy.Kind{faultproxy.Internal, faultproxy.Busy, faultproxy.ResetEarly, faultproxy.LoseAnswer, faultproxy.ResetAnswer, faultproxy.ShortAnswer, faultproxy.FlipAnswer}

// ServeSoakResult is what clients saw.
type ServeSoakResult struct {
	ServeSoak
	Load       *Loaded        `json:"load"`
	Swapped    int            `json:"swapped"`
	SwapMedian float64        `json:"swap_median_s"`
	SwapMax    float64        `json:"swap_max_s"`
	Asked      int            `json:"store_requests"`
	Faults     map[string]int `json:"faults"`
	RestBefore Rest           `json:"rest_before"`
	RestAfter  Rest           `json:"rest_after"`
}

// Run starts a MinIO server, the proxy and the server, and asks until all requests are
// answered.
func (s ServeSoak) Run(ctx context.Context, clock Clock, notes io.Writer) (*ServeSoakResult, error) {
	w, err := s.open(ctx, clock, notes)
	if err != nil {
		return nil, fmt.Errorf("bench serve: soak: %w", err)
	}
	r := &ServeSoakResult{ServeSoak: s, Faults: map[string]int{}}
	err = onStage(ctx, w.scratch, func(t *stage) error { return s.play(ctx, w, t, r) })
	if err := w.end(ctx, err); err != nil {
		return nil, fmt.Errorf("bench serve: soak: %w", err)
	}
	return r, nil
}

// soakBucket is where the artifacts are.
const soakBucket = "soak"

func (s ServeSoak) play(ctx context.Context, w *workshop, t *stage, r *ServeSoakResult) error {
	minio := miniotest.Start(t)
	proxy := faultproxy.Start(t, minio.Endpoint)
	bucket, err := miniostore.New(ctx, miniostore.Options{
		Endpoint: minio.Endpoint, AccessKey: minio.AccessKey, SecretKey: minio.SecretKey, Bucket: soakBucket, CreateBucket: true,
	})
	if err != nil {
		return err
	}
	shelf, err := stock(ctx, bucket, w.clock, s.Known, s.Editions, 0, nil)
	if err != nil {
		return err
	}
	if err := shelf.Move(ctx, servedAlias, shelf.good[0], "", "", ""); err != nil {
		return err
	}
	env := []string{"AWS_ACCESS_KEY_ID=" + minio.AccessKey, "AWS_SECRET_ACCESS_KEY=" + minio.SecretKey}
	on, err := w.launch(ctx, "soak", env, "--store", "s3://"+soakBucket, "--s3-endpoint", proxy.URL, "--s3-insecure", "--poll", "500ms")
	if err != nil {
		return err
	}
	if err := on.ready(ctx); err != nil {
		return err
	}
	m := mover{shelf, on, w.clock, nil}
	for _, version := range shelf.good {
		if err := m.move(ctx, version); err != nil {
			return err
		}
	}
	if r.RestBefore, err = on.rest(ctx); err != nil {
		return err
	}
	if err := s.soak(ctx, w, proxy, &m, r); err != nil {
		return err
	}
	proxy.Follow(faultproxy.Through)
	r.RestAfter, err = on.rest(ctx)
	return err
}

// soak makes the faults and the requests.
func (s ServeSoak) soak(ctx context.Context, w *workshop, proxy *faultproxy.Proxy, m *mover, r *ServeSoakResult) error {
	requests, err := s.Known.mixture(freshRequests, s.Seed)
	if err != nil {
		return err
	}
	before := proxy.Requests()
	var mu sync.Mutex
	random := faultproxy.Random(s.Seed, s.Share, soakFaults...)
	proxy.Follow(func(q *http.Request) faultproxy.Fault {
		f := random(q)
		mu.Lock()
		defer mu.Unlock()
		if f.Kind != faultproxy.None {
			r.Faults[string(f.Kind)]++
		}
		if f.Delay > 0 {
			r.Faults["delay"]++
		}
		return f
	})
	m.took = nil
	moving, stop := context.WithCancel(ctx)
	defer stop()
	moved := make(chan error, 1)
	go func() { moved <- m.moves(moving, 1<<30, s.Every, w.notes) }()
	load := Load{
		Address: m.on.address, Connections: s.Connections, Requests: requests, Most: s.Requests, Pace: s.Pace,
		Check: m.check, CheckEvery: 1,
	}
	r.Load, err = load.Run(ctx, w.clock)
	interrupted := false
	select {
	case moveErr := <-moved: // it ended by itself
		err = firstError(err, moveErr)
	default:
		stop()
		<-moved
		interrupted = true
	}
	if interrupted && len(m.took) > 0 {
		m.took = m.took[:len(m.took)-1] // the last may have been cut off
	}
	proxy.Follow(faultproxy.Through)
	r.Swapped, _, r.SwapMedian, r.SwapMax = m.summary()
	r.Asked = proxy.Requests() - before
	return err
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Write prints the result for reading.
func (r *ServeSoakResult) Write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	l := r.Load
	fmt.Fprintf(t, "%d requests by %d connections in %.0f s; %d swaps among %d editions, each in service after %.1f s (median, at most %.1f)\n\n",
		l.Requests, r.Connections, l.Seconds, r.Swapped, r.Editions, r.SwapMedian, r.SwapMax)
	fmt.Fprintln(t, "REQUESTS/S\tP50 MS\tP99 MS\tMAX MS\tFAILED\tMIXED")
	fmt.Fprintf(t, "%.0f\t%.2f\t%.2f\t%.1f\t%d\t%d\n\n", l.PerSecond, l.P50, l.P99, l.Max, l.Failed, l.Wrong)
	fmt.Fprintf(t, "the server asked the store %d times, and met", r.Asked)
	for _, kind := range append([]faultproxy.Kind{"delay"}, soakFaults...) {
		fmt.Fprintf(t, " %s %d", kind, r.Faults[string(kind)])
	}
	fmt.Fprintf(t, "\nat rest: heap %.1f MiB before, %.1f after; goroutines %.0f and %.0f\n", r.RestBefore.Heap, r.RestAfter.Heap, r.RestBefore.Goroutines, r.RestAfter.Goroutines)
	if l.Failure != "" {
		fmt.Fprintf(t, "first failure: %s\n", l.Failure)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}
