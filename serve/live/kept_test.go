package live

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/registry"
	"curio/artifacts/signature"
	"curio/artifacts/store"
	"curio/artifacts/store/blobcache"
	"curio/artifacts/store/faultproxy"
	"curio/artifacts/store/fsstore"
	"curio/artifacts/store/miniostore"
	"curio/artifacts/store/miniotest"
)

// machine is where a server runs: a store it reads and a cache folder.
type machine struct {
	store store.Store
	cache string
	trust *registry.Trust
}

// start returns the follower of a program that just started.
func (m *machine) start(t testing.TB, change func(*Options)) *Follower {
	t.Helper()
	cache, err := blobcache.New(m.cache, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	r := registry.New(m.store, time.Now).Caching(cache)
	if m.trust != nil {
		r = r.Trusting(m.trust)
	}
	kept, err := OpenKept(m.cache, "the store", r)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		Registry: r, Alias: "latest", Poll: time.Hour, ResolveTimeout: time.Second, Kept: kept, Cache: cache,
		Clock: time.Now, Jitter: func() float64 { return 0 }, Log: slog.New(slog.DiscardHandler),
	}
	if change != nil {
		change(&o)
	}
	return New(o)
}

func publish(t testing.TB, s store.Store, names ...string) (versions []string) {
	t.Helper()
	r := registry.New(s, time.Now)
	for _, name := range names {
		v, err := r.Publish(t.Context(), edition(t, name))
		if err != nil {
			t.Fatal(err)
		}
		versions = append(versions, v)
	}
	return versions
}

func move(t testing.TB, s store.Store, version string) {
	t.Helper()
	if err := registry.New(s, time.Now).Move(t.Context(), "latest", version, "", "", ""); err != nil {
		t.Fatal(err)
	}
}

func folder(t testing.TB) (*fsstore.Store, *machine) {
	t.Helper()
	s, err := fsstore.New(filepath.Join(t.TempDir(), "store"))
	if err != nil {
		t.Fatal(err)
	}
	return s, &machine{store: s, cache: filepath.Join(t.TempDir(), "cache")}
}

// A restart whose folder store was moved away serves what was served, says so, and
// goes on with the store when it is back.
func TestStartWithoutFolder(t *testing.T) {
	s, m := folder(t)
	v := publish(t, s, "a", "b")
	move(t, s, v[0])
	step(t, m.start(t, nil), Swapped)
	if err := os.Rename(s.Root(), s.Root()+"-away"); err != nil {
		t.Fatal(err)
	}

	f := m.start(t, nil)
	if k := f.o.Kept; !k.Has(t.Context(), "latest", "") || k.Has(t.Context(), "other", "") || !k.Has(t.Context(), "", v[0]) || k.Has(t.Context(), "", v[1]) {
		t.Error("what is kept is not told")
	}
	st := step(t, f, Absent)
	serves(t, f, v[0])
	if st.Source != FromCache || st.Since.IsZero() || st.Error == "" || st.Version != v[0] {
		t.Errorf("%+v", st)
	}
	since := st.Since
	if st := step(t, f, Absent); st.Source != FromCache || st.Since != since {
		t.Errorf("%+v", st)
	}
	if err := os.Rename(s.Root()+"-away", s.Root()); err != nil {
		t.Fatal(err)
	}
	engine := f.Current().Engine
	if st := step(t, f, Unchanged); st.Source != FromStore || !st.Since.After(since) {
		t.Errorf("%+v", st)
	}
	if f.Current().Engine != engine {
		t.Error("the model was loaded again")
	}
	move(t, s, v[1])
	step(t, f, Swapped)
	serves(t, f, v[1])
}

// What is kept is the last that was served, not the last that was named.
func TestRefusedIsNotKept(t *testing.T) {
	s, m := folder(t)
	v := publish(t, s, "a", "b")
	move(t, s, v[0])
	f := m.start(t, nil)
	step(t, f, Swapped)
	move(t, s, v[1])
	deny := func(o *Options) {
		o.Accept = func(b *bundle.Manifest) error {
			if b.Version() == v[1] {
				return os.ErrInvalid
			}
			return nil
		}
	}
	f.o.Accept = (func() func(*bundle.Manifest) error { var o Options; deny(&o); return o.Accept })()
	step(t, f, Refused)
	f = m.start(t, deny)
	step(t, f, Refused) // the store is there, and what it names is bad
	serves(t, f, v[0])
	if st := f.Status(); st.Source != FromCache || st.Refusal == nil {
		t.Errorf("%+v", st)
	}
}

// A first start has nothing, another store's is not taken, and damage is found out.
func TestNothingKept(t *testing.T) {
	s, m := folder(t)
	f := m.start(t, nil)
	step(t, f, Absent)
	if f.Current() != nil {
		t.Error("something is served")
	}
	v := publish(t, s, "a")
	move(t, s, v[0])
	step(t, f, Swapped)
	if err := os.RemoveAll(s.Root()); err != nil {
		t.Fatal(err)
	}
	f = m.start(t, func(o *Options) {
		var err error
		if o.Kept, err = OpenKept(m.cache, "another store", o.Kept.from); err != nil {
			t.Fatal(err)
		}
	})
	step(t, f, Absent)
	if f.Current() != nil {
		t.Error("what another store had is served")
	}
	manifests, err := filepath.Glob(filepath.Join(m.cache, "kept", "*", "versions", "*"))
	if err != nil || len(manifests) != 1 {
		t.Fatalf("%v, %v", manifests, err)
	}
	data, err := os.ReadFile(manifests[0])
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(manifests[0], data, 0o600); err != nil {
		t.Fatal(err)
	}
	f = m.start(t, nil)
	step(t, f, Absent)
	if f.Current() != nil {
		t.Error("a damaged manifest is served")
	}
}

// A damaged image is made again from the blobs, which are verified, and nothing of it is
// served.
func TestDamagedImage(t *testing.T) {
	s, m := folder(t)
	v := publish(t, s, "a")
	move(t, s, v[0])
	step(t, m.start(t, nil), Swapped)
	images, err := filepath.Glob(filepath.Join(m.cache, "*."+bundle.ImageKind()))
	if err != nil || len(images) != 1 {
		t.Fatalf("%v, %v", images, err)
	}
	whole, err := os.ReadFile(images[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func() error{
		"Bit": func() error {
			data := append([]byte(nil), whole...)
			data[len(data)/3] ^= 4
			return os.WriteFile(images[0], data, 0o600)
		},
		"Truncated": func() error { return os.WriteFile(images[0], whole[:len(whole)/2], 0o600) },
		"Empty":     func() error { return os.WriteFile(images[0], nil, 0o600) },
		"Shared":    func() error { return os.Chmod(images[0], 0o622) },
		"Gone":      func() error { return os.Remove(images[0]) },
	} {
		t.Run(name, func(t *testing.T) {
			if name == "Shared" && runtime.GOOS == "windows" {
				t.Skip("no such rights here")
			}
			if err := spoil(); err != nil {
				t.Fatal(err)
			}
			f := m.start(t, nil)
			step(t, f, Swapped)
			serves(t, f, v[0])
			again, err := os.ReadFile(images[0])
			info, _ := os.Stat(images[0])
			if err != nil || string(again) != string(whole) || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
				t.Errorf("the image was not made again: %v", err)
			}
		})
	}
}

// What is kept needs the signatures that the store's needs.
func TestKeptIsSigned(t *testing.T) {
	s, m := folder(t)
	v := publish(t, s, "a")
	move(t, s, v[0])
	key, err := signature.Generate()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := registry.New(s, time.Now).Sign(t.Context(), v[0], key); err != nil {
		t.Fatal(err)
	}
	trusting := func(key signature.Private) *registry.Trust {
		public := key.Public()
		return &registry.Trust{Keys: signature.Keys{public.ID(): public}}
	}
	m.trust = trusting(key)
	step(t, m.start(t, nil), Swapped)
	if err := os.RemoveAll(s.Root()); err != nil {
		t.Fatal(err)
	}
	f := m.start(t, nil)
	step(t, f, Absent)
	serves(t, f, v[0])

	other, err := signature.Generate()
	if err != nil {
		t.Fatal(err)
	}
	for name, trust := range map[string]*registry.Trust{
		"AnotherKey": trusting(other),
		"Later":      {Keys: trusting(key).Keys, NotBefore: time.Now().Add(time.Hour)},
	} {
		m.trust = trust
		f := m.start(t, nil)
		step(t, f, Absent)
		if f.Current() != nil {
			t.Errorf("%s: served", name)
		}
	}
}

// A pinned version is served whatever the alias says, and without the store as well.
func TestPin(t *testing.T) {
	s, m := folder(t)
	v := publish(t, s, "a", "b")
	move(t, s, v[1])
	pin := func(version string) func(*Options) { return func(o *Options) { o.Pin = version } }
	f := m.start(t, pin(v[0]))
	st := step(t, f, Swapped)
	serves(t, f, v[0])
	if st.Pin != v[0] || st.Alias != "" || st.Age(time.Now().Add(time.Hour)) != 0 {
		t.Errorf("%+v", st)
	}
	if f.Current().Pointer.ManifestSHA256 == "" {
		t.Error("the digest of the manifest is not known")
	}
	if err := os.RemoveAll(s.Root()); err != nil {
		t.Fatal(err)
	}
	step(t, f, Unchanged)
	f = m.start(t, pin(v[0]))
	step(t, f, Refused)
	serves(t, f, v[0])
	if st := f.Status(); st.Source != FromCache {
		t.Errorf("%+v", st)
	}
	f = m.start(t, pin(v[1]))
	step(t, f, Refused)
	if f.Current() != nil {
		t.Error("a version that was never served is")
	}
}

// A bucket that fails in every way there is, from before the start, is done without.
func TestStartWithFaults(t *testing.T) {
	server := miniotest.Start(t)
	proxy := faultproxy.Start(t, server.Endpoint)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	s, err := miniostore.New(t.Context(), miniostore.Options{
		Endpoint: proxy.URL, AccessKey: server.AccessKey, SecretKey: server.SecretKey,
		Bucket: "curio-" + strings.ToLower(rand.Text()), CreateBucket: true, Transport: transport,
	})
	if err != nil {
		t.Fatal(err)
	}
	m := &machine{store: s, cache: t.TempDir()}
	v := publish(t, s, "a", "b")
	move(t, s, v[0])
	step(t, m.start(t, nil), Swapped)
	for _, fault := range []faultproxy.Fault{
		{Kind: faultproxy.ResetEarly}, {Kind: faultproxy.Busy}, {Kind: faultproxy.LoseAnswer}, {Kind: faultproxy.ResetAnswer, At: 0.5},
		{Kind: faultproxy.ShortAnswer, At: 0.5}, {Delay: time.Minute},
	} {
		t.Run(string(fault.Kind), func(t *testing.T) {
			proxy.Follow(func(*http.Request) faultproxy.Fault { return fault })
			f := m.start(t, nil)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			if r := f.Step(ctx); r != Unavailable {
				t.Errorf("%s: %+v", r, f.Status())
			}
			serves(t, f, v[0])
			proxy.Follow(func(*http.Request) faultproxy.Fault { return faultproxy.Fault{} })
			step(t, f, Unchanged)
			if st := f.Status(); st.Source != FromStore {
				t.Errorf("%+v", st)
			}
		})
	}
	// The alias can be read and the next version cannot: the one before is served.
	move(t, s, v[1])
	proxy.Follow(func(r *http.Request) faultproxy.Fault {
		if strings.Contains(r.URL.Path, "/aliases/") {
			return faultproxy.Fault{}
		}
		return faultproxy.Fault{Kind: faultproxy.ResetEarly}
	})
	f := m.start(t, func(o *Options) { o.LoadTimeout = 2 * time.Second })
	if r := f.Step(t.Context()); r != Unavailable {
		t.Errorf("%s: %+v", r, f.Status())
	}
	serves(t, f, v[0])
	proxy.Follow(func(*http.Request) faultproxy.Fault { return faultproxy.Fault{} })
	step(t, f, Swapped)
	serves(t, f, v[1])
}
