package bench

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"curio/artifacts/registry"
	"curio/artifacts/store"
	"curio/artifacts/store/miniotest"
	"curio/artifacts/store/open"
)

// lossy forgets every other blob.
type lossy struct {
	store.Store
	n int
}

func (l *lossy) Put(ctx context.Context, key string, body io.ReadSeeker, size int64, when store.Condition) (store.Info, error) {
	if strings.HasPrefix(key, "blobs/") {
		if l.n++; l.n%2 == 0 {
			return store.Info{Key: key, Size: size}, nil
		}
	}
	return l.Store.Put(ctx, key, body, size, when)
}

// publishes is the test binary as a process to be killed, one that stores what it
// publishes or does so in part.
func publishes(args []string, whole bool) int {
	var (
		p      Publisher
		target string
		o      open.Options
		f      = flag.NewFlagSet("publishes", flag.ContinueOnError)
	)
	f.StringVar(&target, "store", "", "")
	f.StringVar(&o.Endpoint, "s3-endpoint", "", "")
	f.IntVar(&p.From, "from", 0, "")
	f.Uint64Var(&p.Seed, "seed", 0, "")
	f.IntVar(&p.Large, "large", 0, "")
	err := f.Parse(args)
	if err == nil {
		var s store.Store
		if s, err = open.Open(context.Background(), target, o); err == nil {
			if !whole {
				s = &lossy{Store: s}
			}
			err = p.Run(context.Background(), registry.New(s, time.Now), os.Stdout)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// TestPublishKill kills a few publishing processes on both stores; bench
// publish-kill kills many.
func TestPublishKill(t *testing.T) {
	t.Setenv(asPeer, "publishes")
	kill := func(t *testing.T, target string, o open.Options) {
		s, err := open.Open(t.Context(), target, o)
		if err != nil {
			t.Fatal(err)
		}
		p := PublishKill{Target: target, Rounds: 6, Seed: 3, Large: 17 << 20, Grace: 2 * time.Second,
			Self: []string{os.Args[0], "--store", target, "--s3-endpoint", o.Endpoint}}
		r, err := p.Run(t.Context(), s, time.Now, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		if r.Kills != p.Rounds || r.Moves < p.Rounds+1 || r.Loads < 2*p.Rounds || r.Left == 0 {
			t.Errorf("%+v", r)
		}
		if _, err := p.Run(t.Context(), s, time.Now, io.Discard); !errors.Is(err, ErrData) {
			t.Errorf("Run in a store that is not empty = %v, want ErrData", err)
		}
		var out bytes.Buffer
		if err := r.Write(&out); err != nil || !strings.Contains(out.String(), "6 processes killed") {
			t.Errorf("Write = %q, %v", out.String(), err)
		}
	}
	t.Run("Folder", func(t *testing.T) {
		folder := t.TempDir()
		kill(t, folder, open.Options{})
		if left, err := filepath.Glob(filepath.Join(folder, ".store", "tmp-*")); err != nil || len(left) != 0 {
			t.Errorf("left are %v, %v", left, err)
		}
	})
	t.Run("MinIO", func(t *testing.T) {
		s := miniotest.Start(t)
		t.Setenv("AWS_ACCESS_KEY_ID", s.AccessKey)
		t.Setenv("AWS_SECRET_ACCESS_KEY", s.SecretKey)
		kill(t, "s3://curio-"+strings.ToLower(rand.Text()), open.Options{Endpoint: s.Endpoint, CreateBucket: true})
	})
}

// TestPublishKillNotices: a publisher that loses blobs is found out.
func TestPublishKillNotices(t *testing.T) {
	t.Setenv(asPeer, "publishes in part")
	folder := t.TempDir()
	s, err := open.Open(t.Context(), folder, open.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := PublishKill{Target: folder, Rounds: 50, Seed: 3, Large: 1 << 20, Grace: 2 * time.Second, Self: []string{os.Args[0], "--store", folder}}
	if _, err := p.Run(t.Context(), s, time.Now, io.Discard); !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), "not whole") {
		t.Errorf("Run = %v, want ErrBroken", err)
	}
}

// TestEditionsTell: an edition that is not what it says is found out.
func TestEditionsTell(t *testing.T) {
	e := editions{seed: 1, large: 10}
	b, err := e.make(3)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := e.number(b); n != 3 || err != nil {
		t.Errorf("number = %d, %v, want 3", n, err)
	}
	b.Blobs["large"][5] ^= 1
	if _, err := e.number(b); !errors.Is(err, ErrBroken) {
		t.Errorf("number of a damaged edition = %v, want ErrBroken", err)
	}
	if _, err := (editions{seed: 2, large: 10}).number(b); !errors.Is(err, ErrBroken) {
		t.Errorf("number of an edition of another seed = %v, want ErrBroken", err)
	}
}
