package registry

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
	"curio/artifacts/store/fsstore"
	"curio/artifacts/store/miniostore"
	"curio/artifacts/store/miniotest"
)

var start = time.Date(2026, 11, 24, 5, 0, 0, 0, time.UTC)

// clock is one second further at each look.
func clock() func() time.Time {
	var mu sync.Mutex
	now := start
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
}

func folder(t *testing.T) store.Store {
	t.Helper()
	s, err := fsstore.New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// eachStore runs test on a folder, and on MinIO if there is one.
func eachStore(t *testing.T, test func(t *testing.T, s store.Store)) {
	t.Run("Folder", func(t *testing.T) { test(t, folder(t)) })
	t.Run("MinIO", func(t *testing.T) {
		test(t, bucket(t))
	})
}

// bucket is a store in a new bucket of MinIO, if there is one.
func bucket(t *testing.T) store.Store {
	t.Helper()
	server := miniotest.Start(t)
	s, err := miniostore.New(t.Context(), miniostore.Options{
		Endpoint: server.Endpoint, AccessKey: server.AccessKey, SecretKey: server.SecretKey,
		Bucket: "curio-" + strings.ToLower(rand.Text()), CreateBucket: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// testBundle returns a bundle whose content depends on n; one blob is common to
// all.
func testBundle(t testing.TB, n int) *bundle.Bundle {
	t.Helper()
	b := &bundle.Bundle{Manifest: bundle.Manifest{Model: "test", Config: fmt.Appendf(nil, `{"seed":%d}`, n)}}
	for name, content := range map[string]string{"common": "the same for all", "own": fmt.Sprint("content ", n), "empty": ""} {
		if err := b.Add(name, "text", []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func publish(t *testing.T, r *Registry, n int) string {
	t.Helper()
	version, err := r.Publish(t.Context(), testBundle(t, n))
	if err != nil {
		t.Fatal(err)
	}
	return version
}

// counting counts the writes that reach a store, but for claims.
type counting struct {
	store.Store
	mu   sync.Mutex
	puts []string
}

func (c *counting) Put(ctx context.Context, key string, body io.ReadSeeker, size int64, when store.Condition) (store.Info, error) {
	if !strings.HasPrefix(key, "intents/") {
		c.mu.Lock()
		c.puts = append(c.puts, key)
		c.mu.Unlock()
	}
	return c.Store.Put(ctx, key, body, size, when)
}

func TestPublishAndLoad(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, s store.Store) {
		c := &counting{Store: s}
		r := New(c, clock())
		version := publish(t, r, 1)
		if want := testBundle(t, 1).Manifest.Version(); version != want {
			t.Errorf("version = %s, want %s", version, want)
		}
		if len(c.puts) != 4 || c.puts[3] != "versions/"+version+".json" {
			t.Errorf("written were %q, want three blobs and then the manifest", c.puts)
		}
		got, err := r.Load(t.Context(), version)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(testBundle(t, 1), got, cmpopts.IgnoreUnexported(bundle.Manifest{}, bundle.Bundle{}), cmpopts.EquateEmpty(),
			cmpopts.IgnoreFields(bundle.Manifest{}, "Format", "MinReader")); diff != "" {
			t.Error(diff)
		}
		m, err := r.Manifest(t.Context(), version)
		if err != nil || m.Version() != version || m.Format != bundle.Format {
			t.Errorf("Manifest = %+v, %v", m, err)
		}

		c.puts = nil
		if again := publish(t, r, 1); again != version {
			t.Errorf("published again it is %s, want %s", again, version)
		}
		if len(c.puts) != 1 || c.puts[0] != "versions/"+version+".json" {
			t.Errorf("the second time %q were sent, want nothing but the small manifest", c.puts)
		}
		c.puts = nil
		other := publish(t, r, 2)
		if len(c.puts) != 2 {
			t.Errorf("for another version %q were sent, want its own blob and its manifest", c.puts)
		}
		want := []string{min(version, other), max(version, other)}
		if versions, err := r.Versions(t.Context()); err != nil || !cmp.Equal(versions, want) {
			t.Errorf("Versions = %v, %v, want %v", versions, err, want)
		}
	})
}

func TestPublishRefusesWhatIsNotWhole(t *testing.T) {
	s := folder(t)
	b := testBundle(t, 1)
	b.Blobs["own"] = []byte("something else")
	if _, err := New(s, clock()).Publish(t.Context(), b); !errors.Is(err, bundle.ErrCorrupt) {
		t.Errorf("Publish = %v, want bundle.ErrCorrupt", err)
	}
	for info := range s.List(t.Context(), "") {
		t.Errorf("%s was written", info.Key)
	}
}

func TestPublishRepairs(t *testing.T) {
	s := folder(t)
	r := New(s, clock())
	version := publish(t, r, 1)
	for _, entry := range testBundle(t, 1).Manifest.Blobs {
		if err := s.Delete(t.Context(), "blobs/"+entry.SHA256); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Load(t.Context(), version); !errors.Is(err, bundle.ErrCorrupt) || errors.Is(err, store.ErrNotFound) {
		t.Errorf("Load without blobs = %v, want bundle.ErrCorrupt: the version itself is there", err)
	}
	publish(t, r, 1)
	if _, err := r.Load(t.Context(), version); err != nil {
		t.Errorf("Load after publishing again = %v, want nil", err)
	}
}

func overwrite(t *testing.T, s store.Store, key string, content []byte) {
	t.Helper()
	if _, err := s.Put(t.Context(), key, bytes.NewReader(content), int64(len(content)), store.Always); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, s store.Store, key string) []byte {
	t.Helper()
	data, _, err := New(s, nil).get(t.Context(), key, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestEveryBitCounts flips every bit of what is stored of a version.
func TestEveryBitCounts(t *testing.T) {
	t.Parallel()
	s := newMemory(t, folder(t))
	r := New(s, clock())
	version := publish(t, r, 1)
	flips := 0
	for key, content := range s.objects() {
		for i := range 8 * len(content) {
			content[i/8] ^= 1 << (i % 8)
			if _, err := r.Load(t.Context(), version); !errors.Is(err, bundle.ErrCorrupt) {
				t.Fatalf("a flip of bit %d of byte %d of %s: Load = %v, want bundle.ErrCorrupt", i%8, i/8, key, err)
			}
			content[i/8] ^= 1 << (i % 8)
			flips++
		}
		for n := range len(content) {
			s.content[key] = content[:n]
			if _, err := r.Load(t.Context(), version); !errors.Is(err, bundle.ErrCorrupt) {
				t.Fatalf("%s cut to %d bytes: Load = %v, want bundle.ErrCorrupt", key, n, err)
			}
		}
		s.content[key] = append(bytes.Clone(content), 0)
		if _, err := r.Load(t.Context(), version); !errors.Is(err, bundle.ErrCorrupt) {
			t.Fatalf("%s with a byte more: Load = %v, want bundle.ErrCorrupt", key, err)
		}
		s.content[key] = content
	}
	if _, err := r.Load(t.Context(), version); err != nil || flips < 1000 {
		t.Errorf("after %d flips and back: %v", flips, err)
	}
}

func TestLoadErrors(t *testing.T) {
	t.Parallel()
	s := folder(t)
	r := New(s, clock())
	tests := map[string]struct {
		manifest string // stored under its own version unless empty
		version  string
		want     error
		says     string
	}{
		"Missing":  {version: "0123456789abcdef", want: store.ErrNotFound, says: "0123456789abcdef"},
		"Short":    {version: "0123456789abcde", want: ErrName},
		"Long":     {version: "0123456789abcdef0", want: ErrName},
		"Upper":    {version: "0123456789ABCDEF", want: ErrName},
		"Up":       {version: "../versions/0123", want: ErrName},
		"Newer":    {manifest: `{"blobs":[],"format":9,"min_reader":9,"model":"m"}`, want: bundle.ErrFormat, says: "newer program"},
		"Unknown":  {manifest: `{"blobs":[],"format":1,"min_reader":1,"model":"m","more":1}`, want: bundle.ErrCorrupt},
		"NoJSON":   {manifest: `nonsense`, want: bundle.ErrCorrupt},
		"Empty":    {manifest: `{}`, want: bundle.ErrCorrupt},
		"Renamed":  {manifest: "", version: "00000000000000aa", want: bundle.ErrCorrupt, says: "digest"},
		"TooLarge": {manifest: strings.Repeat(" ", bundle.MaxManifest+1), want: bundle.ErrCorrupt},
	}
	overwrite(t, s, "versions/00000000000000aa.json", []byte(`{"blobs":[],"format":1,"min_reader":1,"model":"m"}`))
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.manifest != "" {
				test.version = bundle.VersionOf(bundle.DigestOf([]byte(test.manifest)))
				overwrite(t, s, "versions/"+test.version+".json", []byte(test.manifest))
			}
			if _, err := r.Load(t.Context(), test.version); !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("Load = %v, want %q that says %q", err, test.want, test.says)
			}
		})
	}
}

func TestBackcompat(t *testing.T) {
	for format := bundle.MinFormat; format <= bundle.Format; format++ {
		s, err := fsstore.New(filepath.Join("..", "bundle", "testdata", "backcompat", fmt.Sprint("v", format)))
		if err != nil {
			t.Fatal(err)
		}
		r := New(s, clock())
		versions, err := r.Versions(t.Context())
		if err != nil || len(versions) != 1 {
			t.Fatalf("Versions = %v, %v, want one", versions, err)
		}
		if _, err := r.Load(t.Context(), versions[0]); err != nil {
			t.Error(err)
		}
	}
}

func TestEmptyStore(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, s store.Store) {
		r := New(s, clock())
		for what, list := range map[string]func(context.Context) ([]string, error){"Versions": r.Versions, "Runs": r.Runs, "Aliases": r.Aliases} {
			if got, err := list(t.Context()); err != nil || len(got) != 0 {
				t.Errorf("%s = %v, %v, want nothing", what, got, err)
			}
		}
		if _, err := r.Resolve(t.Context(), "latest"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Resolve = %v, want store.ErrNotFound", err)
		}
		if _, err := r.History(t.Context(), "latest"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("History = %v, want store.ErrNotFound", err)
		}
	})
}
