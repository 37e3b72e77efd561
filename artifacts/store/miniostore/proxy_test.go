package miniostore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"curio/artifacts/store"
	"curio/artifacts/store/faultproxy"
	"curio/artifacts/store/miniotest"
)

// behind returns a store behind a proxy before the server, quick to give up and to
// try again.
func behind(t *testing.T, o Options) (*Store, *faultproxy.Proxy) {
	t.Helper()
	proxy := faultproxy.Start(t, o.Endpoint)
	o.Endpoint, o.CreateBucket, o.Region, o.Attempts, o.Timeout, o.PartSize = proxy.URL, false, "us-east-1", 4, 2*time.Second, minPartSize
	s := open(t, o)
	s.pause = func(int) time.Duration { return time.Millisecond }
	return s, proxy
}

// documented reports whether err is one that a caller can tell the kind of.
func documented(err error) bool {
	return store.Unavailable(err) || errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrConflict)
}

func content(random *rand.Rand, size int) []byte {
	body := make([]byte, size)
	for i := range body {
		body[i] = byte(random.Uint32())
	}
	return body
}

// TestEachFault: a request that meets one fault of any kind is repeated, and what
// is written and read is right all the same.
func TestEachFault(t *testing.T) {
	t.Parallel()
	o := options(miniotest.Start(t))
	direct := open(t, o)
	s, proxy := behind(t, o)
	random := rand.New(rand.NewPCG(1, 1))
	for _, size := range []int{0, 1, 4000, smallSize + 1, 2*minPartSize + 1} {
		for _, kind := range faultproxy.Kinds() {
			t.Run(fmt.Sprintf("%s/%d", kind, size), func(t *testing.T) {
				body := content(random, size)
				proxy.Follow(faultproxy.Each(faultproxy.Fault{Kind: kind, At: random.Float64()}))
				_, err := s.Put(t.Context(), "k", bytes.NewReader(body), int64(size), store.Always)
				if err != nil {
					t.Fatalf("Put = %v, want nil", err)
				}
				if got := readAll(t, direct, "k"); !bytes.Equal(got, body) {
					t.Fatal("what was written is not what was to be written")
				}
				proxy.Follow(faultproxy.Each(faultproxy.Fault{Kind: kind, At: random.Float64()}))
				got, err := tryRead(t.Context(), s, "k")
				if err != nil && documented(err) && size > smallSize && (kind == faultproxy.FlipAnswer || kind == faultproxy.ShortAnswer) {
					return // found at the end of what had been handed on already
				}
				if err == nil && size > minPartSize && (kind == faultproxy.FlipAnswer || kind == faultproxy.ShortAnswer) {
					return // uploaded in parts, whose content has no checksum: the registry's digest finds it
				}
				if err != nil || !bytes.Equal(got, body) {
					t.Errorf("read were %d bytes of %d, %v", len(got), size, err)
				}
			})
		}
	}
}

func tryRead(ctx context.Context, s store.Store, key string) ([]byte, error) {
	in, _, err := s.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return io.ReadAll(in)
}

func listed(ctx context.Context, s store.Store) (keys []string, err error) {
	for info, err := range s.List(ctx, "") {
		if err != nil {
			return nil, err
		}
		keys = append(keys, info.Key)
	}
	return keys, nil
}

func readAll(t *testing.T, s store.Store, key string) []byte {
	t.Helper()
	got, err := tryRead(t.Context(), s, key)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// schedules returns how many random schedules of faults to try.
func schedules(t *testing.T, few int) int {
	if n, err := strconv.Atoi(os.Getenv("CURIO_TEST_FAULTS")); err == nil {
		return n
	}
	return few
}

// TestRandomFaults runs a writer and reader of a few objects over random schedules
// of faults. Each call succeeds with the right bytes or fails with a documented
// error, within what its attempts may take. CURIO_TEST_FAULTS is the number of
// schedules.
func TestRandomFaults(t *testing.T) {
	t.Parallel()
	o := options(miniotest.Start(t))
	direct := open(t, o)
	s, proxy := behind(t, o)
	failed, calls := 0, 0
	for seed := range schedules(t, 20) {
		random := rand.New(rand.NewPCG(uint64(seed), 1))
		proxy.Follow(faultproxy.Random(uint64(seed), 0.1+0.8*random.Float64(), faultproxy.Kinds()...))
		before := proxy.Requests()
		began := time.Now()
		check := func(what string, err error) bool {
			t.Helper()
			calls++
			if err == nil {
				return true
			}
			failed++
			if !documented(err) || errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("seed %d: %s = %v, which is no documented error", seed, what, err)
			}
			return false
		}
		key := fmt.Sprintf("r/%d", seed)
		size := []int{10, 1000, smallSize + 1, minPartSize - 1}[random.IntN(4)]
		first, second := content(random, size), content(random, size)
		is := func(what string, got []byte, may ...[]byte) {
			t.Helper()
			for _, body := range may {
				if bytes.Equal(got, body) {
					return
				}
			}
			t.Errorf("seed %d: %s: %d bytes that nobody wrote", seed, what, len(got))
		}
		info, err := s.Put(t.Context(), key, bytes.NewReader(first), int64(size), store.Absent)
		check("Put(Absent)", err)
		if got, err := tryRead(t.Context(), s, key); check("Open", err) {
			is("Open", got, first)
		}
		_, swapErr := s.Put(t.Context(), key, bytes.NewReader(second), int64(size), store.Matches(info.Tag))
		check("Put(Matches)", swapErr)
		if stat, err := s.Stat(t.Context(), key); check("Stat", err) && stat.Size != int64(size) {
			t.Errorf("seed %d: Stat says %d bytes, want %d", seed, stat.Size, size)
		}
		if got, err := tryRead(t.Context(), s, key); check("Open", err) {
			is("Open", got, first, second)
		}
		found, err := listed(t.Context(), s)
		there, directErr := listed(t.Context(), direct)
		if check("List", err) && (directErr != nil || !slices.Equal(found, there)) {
			t.Errorf("seed %d: List yields %q, want %q, %v", seed, found, there, directErr)
		}
		// Each of the 6 calls and their requests is bounded by the attempts.
		if n, most := proxy.Requests()-before, 8*2*s.attempts; n > most {
			t.Errorf("seed %d: %d requests, more than %d", seed, n, most)
		}
		if took := time.Since(began); took > time.Duration(8*s.attempts)*(s.timeout+s.deadline(smallSize)) {
			t.Errorf("seed %d: took %v", seed, took)
		}
		// Whatever was answered: what lies there was written by one of the two.
		if got, err := tryRead(t.Context(), direct, key); err == nil {
			is("in the end", got, first, second)
			if swapErr == nil && !bytes.Equal(got, second) {
				t.Errorf("seed %d: a write that succeeded is not there", seed)
			}
		} else if !errors.Is(err, store.ErrNotFound) || info.Tag != "" {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
	t.Logf("%d of %d calls failed", failed, calls)
	if failed == 0 || failed > calls*9/10 {
		t.Errorf("%d of %d calls failed: the faults do not test much", failed, calls)
	}
}

// TestClockSkew: in a bubble the clock shows the year 2000, years behind the
// server's.
func TestClockSkew(t *testing.T) {
	server := miniotest.Start(t)
	o := options(server)
	open(t, o) // makes the bucket
	o.CreateBucket, o.Region = false, "us-east-1"
	synctest.Test(t, func(t *testing.T) {
		transport := &http.Transport{}
		defer transport.CloseIdleConnections()
		o.Transport = transport
		s, err := New(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Put(t.Context(), "k", bytes.NewReader(nil), 0, store.Always)
		if !errors.Is(err, store.ErrDenied) || !bytes.Contains([]byte(err.Error()), []byte("set the clock")) {
			t.Errorf("Put with a clock of %v = %v, want store.ErrDenied that speaks of the clock", time.Now(), err)
		}
		if err := store.Check(t.Context(), s); !errors.Is(err, store.ErrDenied) {
			t.Errorf("Check = %v, want store.ErrDenied", err)
		}
	})
}
