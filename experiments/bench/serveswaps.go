package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"curio/artifacts/store/fsstore"
)

// ServeSwaps moves the alias again and again while a load asks: to one edition after the
// other, and each tenth time to one that is damaged.
type ServeSwaps struct {
	Serve
	Swaps    int           `json:"swaps"` // the damaged ones among them
	Editions int           `json:"editions"`
	Every    time.Duration `json:"every_ns"` // from one move to the next, or longer: until it is in effect
}

// badEditions are how many editions are damaged, and badEvery how often one's turn comes.
const badEditions, badEvery = 10, 10

// Run publishes the editions, looks at the server at rest, measures under load before, during
// and after the swaps, and looks at the server at rest again.
func (s ServeSwaps) Run(ctx context.Context, clock Clock, notes io.Writer) (*ServeSwapsResult, error) {
	w, err := s.open(ctx, clock, notes)
	if err != nil {
		return nil, fmt.Errorf("bench serve: swaps: %w", err)
	}
	r, err := s.run(ctx, w)
	if err := w.end(ctx, err); err != nil {
		return nil, fmt.Errorf("bench serve: swaps: %w", err)
	}
	return r, nil
}

func (s ServeSwaps) run(ctx context.Context, w *workshop) (*ServeSwapsResult, error) {
	folder := filepath.Join(w.scratch, "store")
	files, err := fsstore.New(folder)
	if err != nil {
		return nil, err
	}
	shelf, err := stock(ctx, files, w.clock, s.Known, s.Editions, badEditions, damageFile(folder))
	if err != nil {
		return nil, err
	}
	on, err := w.launch(ctx, "swaps", nil, "--store", folder, "--cache", filepath.Join(w.scratch, "cache"), "--poll", "50ms")
	if err != nil {
		return nil, err
	}
	m := mover{shelf, on, w.clock, nil}
	for _, version := range append(slices.Clone(shelf.good), shelf.good...) { // all that is kept for the next time is there then
		if err := m.move(ctx, version); err != nil {
			return nil, err
		}
	}
	requests, err := s.Known.mixture(freshRequests, s.Seed)
	if err != nil {
		return nil, err
	}
	r := &ServeSwapsResult{ServeSwaps: s}
	load := Load{Address: on.address, Connections: s.Connections, Requests: requests, For: s.For, Check: shelf.check, CheckEvery: 1}
	warm := load
	warm.For = s.For / 5
	if _, err := warm.Run(ctx, w.clock); err != nil {
		return nil, err
	}
	if r.RestBefore, err = on.rest(ctx); err != nil {
		return nil, err
	}
	if r.Before, err = load.Run(ctx, w.clock); err != nil {
		return nil, err
	}
	if r.During, err = s.swapping(ctx, load, &m, w); err != nil {
		return nil, err
	}
	r.Swapped, r.Refused, r.SwapMedian, r.SwapMax = m.summary()
	if r.After, err = load.Run(ctx, w.clock); err != nil {
		return nil, err
	}
	r.RestAfter, err = on.rest(ctx)
	return r, err
}

// swapping loads the server until all swaps are made.
func (s ServeSwaps) swapping(ctx context.Context, load Load, m *mover, w *workshop) (*Loaded, error) {
	m.took = nil
	loading, done := context.WithCancel(ctx)
	moved := make(chan error, 1)
	go func() {
		defer done()
		moved <- m.moves(ctx, s.Swaps, s.Every, w.notes)
	}()
	load.For = 0
	r, err := load.Run(loading, w.clock)
	done()
	if moveErr := <-moved; err == nil {
		err = moveErr
	}
	return r, err
}

// mover moves the alias and waits until the server has seen it.
type mover struct {
	*shelf
	on    *serving
	clock Clock
	took  []swap
}

type swap struct {
	seconds float64
	refused bool
}

// moves makes n moves, of which each tenth is to a damaged version if there are any.
func (m *mover) moves(ctx context.Context, n int, every time.Duration, notes io.Writer) error {
	for i := range n {
		began := m.clock()
		next := m.good[i%len(m.good)]
		if len(m.bad) > 0 && i%badEvery == badEvery-1 {
			next = m.bad[i/badEvery%len(m.bad)]
		}
		if err := m.move(ctx, next); err != nil {
			return fmt.Errorf("swap %d: %w", i, err)
		}
		if (i+1)%100 == 0 {
			fmt.Fprintf(notes, "%d swaps\n", i+1)
		}
		select {
		case <-time.After(every - m.clock().Sub(began)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// move moves the alias to a version and waits until it is in service or refused.
func (m *mover) move(ctx context.Context, version string) error {
	began := m.clock()
	if err := m.Move(ctx, servedAlias, version, "", "", ""); err != nil {
		return err
	}
	refused := false
	err := m.on.until(ctx, "version "+version+" is in service or refused", func() bool {
		var a struct {
			Version string `json:"model_version"`
			Follow  struct {
				Refused *struct{ Version string } `json:"refused"`
			} `json:"follow"`
		}
		body, err := m.on.get(ctx, m.on.address, "/v1/model")
		if err != nil || json.Unmarshal(body, &a) != nil {
			return false
		}
		refused = a.Follow.Refused != nil && a.Follow.Refused.Version == version
		return refused || a.Version == version
	})
	if err == nil && refused != slices.Contains(m.bad, version) {
		err = fmt.Errorf("%w: version %s was refused: %t", ErrBroken, version, refused)
	}
	m.took = append(m.took, swap{since(m.clock, began), refused})
	return err
}

// summary is how many moves ended how, and the seconds of those that swapped.
func (m *mover) summary() (swapped, refused int, middle, most float64) {
	var seconds []float64
	for _, s := range m.took {
		if s.refused {
			refused++
			continue
		}
		seconds = append(seconds, s.seconds)
	}
	if len(seconds) == 0 {
		return 0, refused, 0, 0
	}
	return len(seconds), refused, roundTo(median(seconds), 4), roundTo(slices.Max(seconds), 4)
}

// Rest is a server that is not asked anything.
type Rest struct {
	Heap       float64 `json:"heap_mib"` // after collections
	Resident   float64 `json:"resident_mib"`
	Goroutines float64 `json:"goroutines"`
}

// rest collects garbage, twice as pools take it, and looks at what is left when
// connections are gone.
func (s *serving) rest(ctx context.Context) (r Rest, err error) {
	s.client.CloseIdleConnections()
	for range 3 {
		if _, err = s.get(ctx, s.admin, "/debug/pprof/heap?gc=1"); err != nil {
			return r, err
		}
		time.Sleep(200 * time.Millisecond)
	}
	for name, to := range map[string]*float64{
		"go_memstats_heap_alloc_bytes": &r.Heap, "process_resident_memory_bytes": &r.Resident, "go_goroutines": &r.Goroutines,
	} {
		if *to, err = s.metric(ctx, name); err != nil {
			return r, err
		}
	}
	r.Heap, r.Resident = roundTo(r.Heap/(1<<20), 1), roundTo(r.Resident/(1<<20), 1)
	return r, nil
}
