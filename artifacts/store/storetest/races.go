package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"curio/artifacts/store"
)

const writers = 8

func parallel(n int, work func(worker int)) {
	var wg sync.WaitGroup
	for w := range n {
		wg.Go(func() { work(w) })
	}
	wg.Wait()
}

func conditions(t *testing.T, s store.Store) {
	first := put(t, s, "k", []byte("1"), store.Absent)
	_, err := write(t.Context(), s, "k", []byte("2"), store.Absent)
	wantError(t, "Put(Absent) where something is", err, store.ErrConflict)
	second := put(t, s, "k", []byte("2"), store.Matches(first.Tag))
	_, err = write(t.Context(), s, "k", []byte("3"), store.Matches(first.Tag))
	wantError(t, "Put with a stale tag", err, store.ErrConflict)
	_, err = write(t.Context(), s, "k", []byte("3"), store.Matches(""))
	wantError(t, "Put with an empty tag", err, store.ErrConflict)
	if content, info := get(t, s, "k"); string(content) != "2" || info.Tag != second.Tag {
		t.Errorf("the object is %q with tag %q, want 2 with %q", content, info.Tag, second.Tag)
	}
	if err := s.Delete(t.Context(), "k"); err != nil {
		t.Fatal(err)
	}
	_, err = write(t.Context(), s, "k", []byte("3"), store.Matches(second.Tag))
	wantError(t, "Put with the tag of a deleted object", err, store.ErrConflict)
	put(t, s, "k", []byte("4"), store.Absent)
}

func absentRace(t *testing.T, s store.Store) {
	for round := range 12 {
		key := fmt.Sprintf("race/%d", round)
		var winners atomic.Int32
		var won atomic.Value
		parallel(writers, func(w int) {
			body := fmt.Sprintf("writer %d", w)
			_, err := write(t.Context(), s, key, []byte(body), store.Absent)
			switch {
			case err == nil:
				winners.Add(1)
				won.Store(body)
			case !errors.Is(err, store.ErrConflict):
				t.Error(err)
			}
		})
		if winners.Load() != 1 {
			t.Fatalf("round %d: %d winners, want 1", round, winners.Load())
		}
		if content, _ := get(t, s, key); string(content) != won.Load() {
			t.Fatalf("round %d: the object is %q, the winner wrote %q", round, content, won.Load())
		}
	}
}

// increment adds one to the number in key by compare-and-swap.
func increment(t *testing.T, s store.Store, key string) error {
	for {
		content, info, err := read(t.Context(), s, key)
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(string(content))
		if err != nil {
			return err
		}
		_, err = write(t.Context(), s, key, []byte(strconv.Itoa(n+1)), store.Matches(info.Tag))
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}

func swapRace(t *testing.T, s store.Store) {
	const each = 10
	put(t, s, "counter", []byte("0"), store.Absent)
	parallel(writers, func(int) {
		for range each {
			if err := increment(t, s, "counter"); err != nil {
				t.Error(err)
				return
			}
		}
	})
	if content, _ := get(t, s, "counter"); string(content) != strconv.Itoa(writers*each) {
		t.Errorf("counter = %s, want %d", content, writers*each)
	}
}

// mixedRace: writers of all three kinds and deleters meet on one key. Each
// successful swap replaces exactly the content it read, so the chain of what
// every swap says it replaced never has two swaps behind one content.
func mixedRace(t *testing.T, s store.Store) {
	var replaced sync.Map
	parallel(writers, func(w int) {
		for i := range 15 {
			body := []byte(fmt.Sprintf("%d.%d", w, i))
			switch w % 4 {
			case 0:
				if _, err := write(t.Context(), s, "k", body, store.Always); err != nil {
					t.Error(err)
				}
			case 1:
				if _, err := write(t.Context(), s, "k", body, store.Absent); err != nil && !errors.Is(err, store.ErrConflict) {
					t.Error(err)
				}
			case 2:
				if err := s.Delete(t.Context(), "k"); err != nil {
					t.Error(err)
				}
			default:
				before, info, err := read(t.Context(), s, "k")
				if err != nil {
					continue
				}
				_, err = write(t.Context(), s, "k", body, store.Matches(info.Tag))
				if err != nil && !errors.Is(err, store.ErrConflict) {
					t.Error(err)
				}
				if err == nil {
					if _, twice := replaced.LoadOrStore(string(before), true); twice {
						t.Errorf("%q was replaced by two swaps", before)
					}
				}
			}
		}
	})
}

func wholeReads(t *testing.T, s store.Store) {
	const size = 300_000
	body := func(c byte) []byte { return bytes.Repeat([]byte{c}, size) }
	put(t, s, "k", body('a'), store.Always)
	var done atomic.Bool
	parallel(4, func(w int) {
		if w == 0 {
			defer done.Store(true)
			for i := range 15 {
				if _, err := write(t.Context(), s, "k", body('a'+byte(i%26)), store.Always); err != nil {
					t.Error(err)
				}
			}
			return
		}
		for !done.Load() {
			content, info, err := read(t.Context(), s, "k")
			if err != nil {
				t.Error(err)
				return
			}
			if len(content) != size || info.Size != size || strings.Trim(string(content), string(content[:1])) != "" {
				t.Errorf("a reader saw a mixture of %d bytes", len(content))
				return
			}
		}
	})
}
