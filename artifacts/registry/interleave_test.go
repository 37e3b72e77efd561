package registry

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"
	"testing"

	"curio/artifacts/store"
)

// paused is a store that stops its user before each call until it may go on: turn
// is received from before the call, and after the last one done is closed.
type paused struct {
	store.Store
	turn chan bool // false: as if killed
	ask  chan struct{}
	dead bool
}

// actor runs work on a store of its own, call by call.
type actor struct {
	*paused
	done  chan struct{}
	err   error
	ended bool
}

func begin(s store.Store, work func(store.Store) error) *actor {
	a := &actor{paused: &paused{Store: s, turn: make(chan bool), ask: make(chan struct{})}, done: make(chan struct{})}
	go func() {
		defer close(a.done)
		a.err = work(a.paused)
	}()
	a.wait()
	return a
}

// wait returns when the actor stands before a call, or has ended.
func (a *actor) wait() {
	select {
	case <-a.ask:
	case <-a.done:
		a.ended = true
	}
}

// step lets it make up to n calls, all of them if n is negative, and returns how many
// it made.
func (a *actor) step(n int) (made int) {
	for ; made != n && !a.ended; made++ {
		a.turn <- true
		a.wait()
	}
	return made
}

// kill ends it without another call that reaches the store.
func (a *actor) kill() {
	for !a.ended {
		a.turn <- false
		a.wait()
	}
}

func (p *paused) pass() error {
	if p.dead {
		return errStopped
	}
	p.ask <- struct{}{}
	if !<-p.turn {
		p.dead = true
		return errStopped
	}
	return nil
}

func (p *paused) Open(ctx context.Context, key string) (io.ReadCloser, store.Info, error) {
	if err := p.pass(); err != nil {
		return nil, store.Info{}, err
	}
	return p.Store.Open(ctx, key)
}

func (p *paused) Stat(ctx context.Context, key string) (store.Info, error) {
	if err := p.pass(); err != nil {
		return store.Info{}, err
	}
	return p.Store.Stat(ctx, key)
}

func (p *paused) Put(ctx context.Context, key string, body io.ReadSeeker, size int64, when store.Condition) (store.Info, error) {
	if err := p.pass(); err != nil {
		return store.Info{}, err
	}
	return p.Store.Put(ctx, key, body, size, when)
}

func (p *paused) List(ctx context.Context, prefix string) iter.Seq2[store.Info, error] {
	if err := p.pass(); err != nil {
		return func(yield func(store.Info, error) bool) { yield(store.Info{}, err) }
	}
	return p.Store.List(ctx, prefix)
}

func (p *paused) Delete(ctx context.Context, key string) error {
	if err := p.pass(); err != nil {
		return err
	}
	return p.Store.Delete(ctx, key)
}

// The versions of aStoreWithHistory.
const (
	atAlias  = iota // latest names it
	unneeded        // nothing needs it, since long
	dueTrash        // in the trash, due to go for good
	cutOff          // its blobs were left by a publish that was killed long ago
	unheard         // not in the store
)

func aStoreWithHistory(t *testing.T) *ram {
	s := newRAM()
	r := New(s, still)
	publish(t, r, dueTrash)
	s.pass(2 * day)
	collect(t, r, strict)
	if err := publishAndMove(t.Context(), r, testBundle(t, atAlias)); err != nil {
		t.Fatal(err)
	}
	publish(t, r, unneeded)
	cut := &stopping{Store: s, at: 6}
	if _, err := New(cut, still).Publish(t.Context(), testBundle(t, cutOff)); !errors.Is(err, errStopped) {
		t.Fatalf("the publish that was to be cut off ended with %v", err)
	}
	s.pass(2 * day)
	return s
}

var everyMeeting = flag.Bool("every-meeting", false, "hold all of the 25,000 meetings of TestMeetings, not one in eight")

// TestMeetings lets a collection and another process meet on one store in every way
// in which each is interrupted once: the other makes i calls, the collection makes j,
// the other goes on to its end, then the collection does; or either is killed instead
// of going on. At no time is a version that is listed or named not whole, what was
// published and named is there in the end, and the next collection leaves no orphan.
func TestMeetings(t *testing.T) {
	others := map[string]func(ctx context.Context, s store.Store) error{}
	for name, n := range map[string]int{"Unneeded": unneeded, "DueTrash": dueTrash, "CutOff": cutOff, "Unheard": unheard} {
		b := testBundle(t, n)
		others["Publish"+name] = func(ctx context.Context, s store.Store) error { return publishAndMove(ctx, New(s, still), b) }
	}
	for name, n := range map[string]int{"Unneeded": unneeded, "DueTrash": dueTrash} {
		version := versionOf(t, n)
		others["Move"+name] = func(ctx context.Context, s store.Store) error {
			return New(s, still).Move(ctx, "latest", version, "", "", "")
		}
	}
	others["Collect"] = collectAll
	// Of two copies the second meets the lists of the first.
	origin := aStoreWithHistory(t)
	for name, other := range others {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			meetings := 0
			for i := 0; ; i++ {
				more := true
				for j := 0; more; j++ {
					for e, end := range []string{"Both", "KillOther", "KillCollection"} {
						if !*everyMeeting && (i+j+3*e)%8 != 0 {
							continue
						}
						m := meeting{t: t, s: origin.clone(), name: fmt.Sprintf("%d calls, then %d of the collection, then %s", i, j, end)}
						more = m.hold(other, i, j, end)
						meetings++
					}
					if t.Failed() {
						return
					}
				}
				if other := begin(origin.clone(), func(s store.Store) error { return other(t.Context(), s) }); other.step(i) < i {
					break
				} else {
					other.kill()
				}
			}
			t.Logf("%d meetings", meetings)
			if meetings < 200 {
				t.Errorf("only %d meetings", meetings)
			}
		})
	}
}

func collectAll(ctx context.Context, s store.Store) error {
	r := New(s, still)
	p, err := r.Plan(ctx, strict)
	if err == nil {
		_, err = r.Collect(ctx, p)
	}
	return err
}

type meeting struct {
	t    *testing.T
	s    *ram
	name string
	seen int // changes of s when it was last found whole
}

// hold reports whether the collection could have made more than j calls.
func (m *meeting) hold(other func(context.Context, store.Store) error, i, j int, end string) (more bool) {
	ctx := m.t.Context()
	a := begin(m.s, func(s store.Store) error { return other(ctx, s) })
	a.step(i)
	b := begin(m.s, func(s store.Store) error { return collectAll(ctx, s) })
	more = b.step(j) == j
	m.whole("when both stand still")
	if end == "KillOther" {
		a.kill()
	}
	for !a.ended {
		a.step(1)
		m.whole("while the other goes on")
	}
	if end == "KillCollection" {
		b.kill()
	}
	for !b.ended {
		b.step(1)
		m.whole("while the collection goes on")
	}
	for who, err := range map[string]error{"the other": a.err, "the collection": b.err} {
		if err != nil && !errors.Is(err, errStopped) && !errors.Is(err, store.ErrNotFound) {
			m.t.Errorf("%s: %s ended with %v", m.name, who, err)
		}
	}
	m.after(a.err)
	return more
}

// whole checks that what every listed version, and the one that the alias names,
// consists of is there.
func (m *meeting) whole(when string) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	if m.seen == m.s.changes {
		return
	}
	m.seen = m.s.changes
	var p Pointer
	if err := json.Unmarshal(m.s.objects["aliases/latest.json"].content, &p); err != nil {
		m.t.Errorf("%s: %s: %v", m.name, when, err)
	}
	found := false
	for key, o := range m.s.objects {
		version := versionOfKey(key)
		if version == "" && markedVersion(key) == p.Version && strings.HasPrefix(key, trashFolder) {
			version = p.Version
		}
		if version == "" {
			continue
		}
		found = found || version == p.Version
		for _, digest := range digests.FindAllString(string(o.content), -1) {
			if !m.s.home(digest) {
				m.t.Errorf("%s: %s: blob %s of version %s is gone", m.name, when, digest, version)
			}
		}
	}
	if !found {
		m.t.Errorf("%s: %s: version %s, which the alias names, is gone", m.name, when, p.Version)
	}
}

// digests are the only texts of their form in the manifests of tests.
var digests = regexp.MustCompile(`[0-9a-f]{64}`)

// home reports whether a blob has one. The caller holds the lock.
func (r *ram) home(digest string) bool {
	if _, ok := r.objects["blobs/"+digest]; ok {
		return true
	}
	for key := range r.objects {
		if strings.HasPrefix(key, "blobs/"+digest+".") {
			return true
		}
	}
	return false
}

// after checks what is left when all is done.
func (m *meeting) after(err error) {
	r := New(m.s, still)
	at, resolveErr := r.Resolve(m.t.Context(), "latest")
	if resolveErr != nil || at.Version == "" {
		m.t.Errorf("%s: %v", m.name, resolveErr)
	}
	m.s.pass(2 * day)
	collect(m.t, r, strict)
	m.whole("after the next collection")
	m.s.pass(2 * day)
	collect(m.t, r, strict)
	wantWhole(m.t, m.s)
	wantClean(m.t, m.s)
	again, resolveErr := r.Resolve(m.t.Context(), "latest")
	if resolveErr != nil || again.Version != at.Version {
		m.t.Errorf("%s: the alias was at %s and is at %s, %v", m.name, at.Version, again.Version, resolveErr)
	}
	if m.t.Failed() {
		m.t.Errorf("%s: the other ended with %v", m.name, err)
	}
}
