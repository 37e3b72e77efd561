package bench

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"time"
)

// The passes of Speed.
const (
	ServeConstant = "constant" // gin with a body that is always the same
	ServeKnown    = "known"    // users' recommendations, which few users have asked for before
	ServeFirst    = "first"    // the same, which nobody has asked for before
	ServeFresh    = "fresh"    // session, filter and exclusions
)

// ServePass is one kind of requests to one server.
type ServePass struct {
	Name  string `json:"pass"`
	Users int    `json:"users,omitempty"`
	Items int    `json:"items,omitempty"`

	on       *serving
	check    func([]byte) error
	warm     [][]byte                 // asked before; nil: what is asked
	requests func(round int) [][]byte // of which
	once     bool                     // no request is asked twice
	then     func(round, asked int)   // told how many were asked
	Rounds   []ServeFigure            `json:"rounds"`
}

// ServeFigure is one measurement.
type ServeFigure struct {
	Loaded
	// Server is the processor time of the server in microseconds a request; 0 where it
	// is not known.
	Server float64 `json:"server_us"`
}

// freshRequests is how many different ones there are.
const freshRequests = 8192

// checkEvery is how often an answer is looked at.
const checkEvery = 256

// Speed measures every pass in turn, and again for every round. The first two are next
// to each other, in an order that changes with the round, so that both see the same
// machine.
func (s Serve) Speed(ctx context.Context, clock Clock, notes io.Writer) (*ServeSpeed, error) {
	w, err := s.open(ctx, clock, notes)
	if err != nil {
		return nil, fmt.Errorf("bench serve: %w", err)
	}
	passes, err := w.passes(ctx)
	if err == nil {
		err = w.rounds(ctx, passes)
	}
	if err == nil && s.Profiles != "" {
		err = w.profiles(ctx, passes)
	}
	if err := w.end(ctx, err); err != nil {
		return nil, fmt.Errorf("bench serve: %w", err)
	}
	return &ServeSpeed{Serve: s, Passes: passes}, nil
}

func (w *workshop) passes(ctx context.Context) ([]*ServePass, error) {
	peer, err := launchConstant(ctx, w.Self, w.scratch)
	if err != nil {
		return nil, fmt.Errorf("start the peer: %w", err)
	}
	w.running = append(w.running, peer)
	few, err := w.stand(ctx, w.Known)
	if err != nil {
		return nil, err
	}
	plain, err := rendered("GET", "/", nil)
	if err != nil {
		return nil, err
	}
	draws := few.model.draws(100_000, w.Seed)
	passes := []*ServePass{
		{Name: ServeConstant, on: peer, requests: func(int) [][]byte { return [][]byte{plain} }},
		{Name: ServeKnown, on: few.serving, check: checkKnown, requests: func(int) [][]byte { return draws }},
		w.first(few, few.model.differing(w.Rounds*int(w.For.Seconds()*20_000+1), w.Seed), draws),
	}
	for i, model := range w.Fresh {
		many, err := w.stand(ctx, model)
		if err != nil {
			return nil, err
		}
		fresh, err := model.fresh(freshRequests, w.Seed)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			passes = append(passes, w.manyUsers(many, fresh)...)
		}
		passes = append(passes, &ServePass{Name: ServeFresh, on: many.serving, check: checkFresh, requests: func(int) [][]byte { return fresh }})
		last := passes[len(passes)-1]
		last.Users, last.Items = model.Users, model.Items
	}
	for _, p := range passes[1:3] {
		p.Users, p.Items = few.model.Users, few.model.Items
	}
	return passes, nil
}

// first is a pass whose requests are all asked once: each round has its part of them.
func (w *workshop) first(on *stand, all, warm [][]byte) *ServePass {
	return &ServePass{
		Name: ServeFirst, on: on.serving, check: checkKnown, once: true, warm: warm,
		requests: func(round int) [][]byte { return all[len(all)*round/w.Rounds : len(all)*(round+1)/w.Rounds] },
	}
}

// manyUsers are two passes: users who ask for the first time, and the same again.
func (w *workshop) manyUsers(on *stand, warm [][]byte) []*ServePass {
	first := w.first(on, on.model.everyone(w.Seed), nil)
	first.warm, first.Users, first.Items = warm, on.model.Users, on.model.Items
	asked := 0
	first.then = func(_, n int) { asked = n }
	again := &ServePass{
		Name: ServeKnown, on: on.serving, check: checkKnown, Users: on.model.Users, Items: on.model.Items,
		requests: func(round int) [][]byte { return first.requests(round)[:asked] },
	}
	return []*ServePass{first, again}
}

func (w *workshop) rounds(ctx context.Context, passes []*ServePass) error {
	for round := range w.Rounds {
		order := append([]*ServePass(nil), passes...)
		if round%2 == 1 {
			order[0], order[1] = order[1], order[0]
		}
		for _, p := range order {
			f, err := w.measure(ctx, p, round)
			if err != nil {
				return fmt.Errorf("%s, %d items: %w", p.Name, p.Items, err)
			}
			p.Rounds = append(p.Rounds, *f)
			fmt.Fprintf(w.notes, "round %d of %d: %s, %d items: %.0f requests/s, p99 %.2f ms, server %.0f µs, client %.0f µs a request, %d failed %s\n",
				round+1, w.Rounds, p.Name, p.Items, f.PerSecond, f.P99, f.Server, f.Client, f.Failed+f.Wrong, f.Failure)
		}
	}
	return nil
}

// measure warms up and measures one pass. Meanwhile this process runs on one thread: more
// of them would look for work that there is not, and take processor time from the server.
func (w *workshop) measure(ctx context.Context, p *ServePass, round int) (*ServeFigure, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	requests := p.requests(round)
	load := Load{Address: p.on.address, Connections: w.Connections, Requests: requests, For: w.For / 5, Check: p.check, CheckEvery: checkEvery}
	if p.warm != nil {
		load.Requests, load.Check = p.warm, nil
	}
	if _, err := load.Run(ctx, w.clock); err != nil {
		return nil, err
	}
	load.Requests, load.For, load.Check = requests, w.For, p.check
	if p.once {
		load.Most = len(requests)
	}
	used := p.on.used()
	r, err := load.Run(ctx, w.clock)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if p.then != nil {
		p.then(round, r.Requests)
	}
	return &ServeFigure{Loaded: *r, Server: roundTo(float64((p.on.used()-used).Microseconds())/float64(max(r.Requests, 1)), 1)}, nil
}

// profiles measures every pass but the peer's and those that ask once again, with a
// profiler on.
func (w *workshop) profiles(ctx context.Context, passes []*ServePass) error {
	seconds := max(int(w.For/time.Second), 1)
	for _, p := range passes[1:] {
		if p.once {
			continue
		}
		load := Load{Address: p.on.address, Connections: w.Connections, Requests: p.requests(w.Rounds - 1), For: time.Duration(seconds)*time.Second + w.For/5}
		done := make(chan error, 1)
		go func() {
			_, err := load.Run(ctx, w.clock)
			done <- err
		}()
		file := filepath.Join(w.Profiles, fmt.Sprintf("%s-%d.pprof", p.Name, p.Items))
		err := p.on.profile(ctx, seconds, file)
		if loadErr := <-done; err == nil {
			err = loadErr
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(w.notes, "profile in %s\n", file)
	}
	return nil
}
