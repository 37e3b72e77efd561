package registry

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/signature"
	"curio/artifacts/store"
)

func newKey(t testing.TB) signature.Private {
	t.Helper()
	key, err := signature.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func trusting(keys ...signature.Private) *Trust {
	t := &Trust{Keys: signature.Keys{}}
	for _, k := range keys {
		t.Keys[k.String()] = k.Public()
	}
	return t
}

func sign(t testing.TB, r *Registry, version string, key signature.Private) signature.Signature {
	t.Helper()
	s, err := r.Sign(t.Context(), version, key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTrust(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, s store.Store) {
		r := New(s, clock())
		ours, other, stranger := newKey(t), newKey(t), newKey(t)
		var v [4]string
		for i := range v {
			v[i] = publish(t, r, i)
		}
		sign(t, r, v[1], stranger)
		sign(t, r, v[2], stranger)
		sign(t, r, v[2], other)
		sign(t, r, v[3], ours)
		// The signature of another version under this one's name.
		overwrite(t, s, "signatures/"+v[0]+"/x.json", nil)
		for key := range keysOf(t, s, "signatures/"+v[3]) {
			overwrite(t, s, strings.Replace(key, v[3], v[0], 1), read(t, s, key))
		}
		reader := r.Trusting(trusting(ours, other))
		for version, want := range map[string]error{v[0]: signature.ErrForged, v[1]: signature.ErrStranger, v[2]: nil, v[3]: nil} {
			_, loadErr := reader.Load(t.Context(), version)
			_, manifestErr := reader.Manifest(t.Context(), version)
			moveErr := reader.Move(t.Context(), "latest", version, "", "", "")
			for what, err := range map[string]error{"Load": loadErr, "Manifest": manifestErr, "Move": moveErr} {
				if !errors.Is(err, want) || (want != nil && !errors.Is(err, signature.ErrUntrusted)) {
					t.Errorf("%s = %v, want %v", what, err, want)
				}
			}
			if _, err := r.Load(t.Context(), version); err != nil {
				t.Errorf("whoever trusts everybody: %v", err)
			}
		}
		if _, err := reader.Load(t.Context(), publish(t, r, 9)); !errors.Is(err, signature.ErrUnsigned) {
			t.Errorf("Load of an unsigned version = %v", err)
		}
		all, err := r.Signatures(t.Context(), v[2], nil)
		if err != nil || len(all) != 2 {
			t.Errorf("Signatures = %v, %v", all, err)
		}
		if _, err := r.Signatures(t.Context(), v[0], nil); !errors.Is(err, signature.ErrCorrupt) {
			t.Errorf("Signatures beside one that is none: %v", err)
		}
	})
}

func keysOf(t *testing.T, s store.Store, prefix string) map[string]bool {
	keys := map[string]bool{}
	for info, err := range s.List(t.Context(), prefix) {
		if err != nil {
			t.Fatal(err)
		}
		keys[info.Key] = true
	}
	return keys
}

// An alias that is moved back to what was signed in its time is of no use to whoever
// pins a later time.
func TestReplay(t *testing.T) {
	s := newRAM()
	r := New(s, clock())
	key := newKey(t)
	a, b, c := publish(t, r, 1), publish(t, r, 2), publish(t, r, 3)
	first, second := sign(t, r, a, key), sign(t, r, b, key)
	pin, err := signature.OpenPin(filepath.Join(t.TempDir(), "pin"))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		with    func(*Trust)
		a, b, c error
	}{
		"NoPin":       {func(*Trust) {}, nil, nil, signature.ErrUnsigned},
		"Time":        {func(t *Trust) { t.NotBefore = second.Signed }, signature.ErrOld, nil, signature.ErrUnsigned},
		"JustAfter":   {func(t *Trust) { t.NotBefore = second.Signed.Add(1) }, signature.ErrOld, signature.ErrOld, signature.ErrUnsigned},
		"FirstTime":   {func(t *Trust) { t.NotBefore = first.Signed }, nil, nil, signature.ErrUnsigned},
		"Version":     {func(t *Trust) { t.NotOlderThan = b }, signature.ErrOld, nil, signature.ErrUnsigned},
		"FirstOne":    {func(t *Trust) { t.NotOlderThan = a }, nil, nil, signature.ErrUnsigned},
		"UnsignedOne": {func(t *Trust) { t.NotOlderThan = c }, signature.ErrUntrusted, signature.ErrUntrusted, signature.ErrUnsigned},
		"NoSuchOne":   {func(t *Trust) { t.NotOlderThan = "0123456789abcdef" }, signature.ErrUntrusted, signature.ErrUntrusted, signature.ErrUnsigned},
		"EmptyPin":    {func(t *Trust) { t.Pin = pin }, nil, nil, signature.ErrUnsigned},
	} {
		trust := trusting(key)
		test.with(trust)
		reader := r.Trusting(trust)
		for version, want := range map[string]error{a: test.a, b: test.b, c: test.c} {
			if _, err := reader.Load(t.Context(), version); !errors.Is(err, want) {
				t.Errorf("%s: Load = %v, want %v", name, err, want)
			}
		}
	}

	trust := trusting(key)
	trust.Pin = pin
	reader := r.Trusting(trust)
	for _, v := range []string{a, b} {
		if err := reader.Raise(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := reader.Load(t.Context(), a); !errors.Is(err, signature.ErrOld) {
		t.Errorf("Load of what was signed before the newest that was served = %v", err)
	}
	if err := reader.Raise(t.Context(), a); !errors.Is(err, signature.ErrOld) || !pin.Time().Equal(second.Signed) {
		t.Errorf("Raise to an older one = %v, the pin is at %v", err, pin.Time())
	}
	sign(t, r, a, key) // on purpose
	if _, err := reader.Load(t.Context(), a); err != nil {
		t.Errorf("Load after it was signed again = %v", err)
	}
	if _, err := reader.Load(t.Context(), b); err != nil {
		t.Errorf("Load of the newest that was served = %v", err)
	}
	if err := r.Raise(t.Context(), c); err != nil {
		t.Errorf("Raise without a pin = %v", err)
	}

	// A signer whose clock is far ahead does not raise the pin.
	later := start.Add(time.Hour)
	for _, test := range []struct {
		ahead time.Duration
		ok    bool
	}{{maxAhead, true}, {maxAhead + time.Millisecond, false}} {
		sign(t, New(s, func() time.Time { return later.Add(test.ahead) }), c, key)
		if err := New(s, func() time.Time { return later }).Trusting(trust).Raise(t.Context(), c); (err == nil) != test.ok || !pin.Time().Equal(later.Add(maxAhead)) {
			t.Errorf("Raise to what was signed %v ahead = %v, the pin is at %v, want ok %v", test.ahead, err, pin.Time(), test.ok)
		}
	}
}

// Of a signed version every bit counts, its signature's included, and nothing that
// lies beside makes it less trusted.
func TestEveryBitOfASignedVersionCounts(t *testing.T) {
	t.Parallel()
	disk := newRAM()
	r := New(disk, clock())
	key, stranger := newKey(t), newKey(t)
	version := publish(t, r, 1)
	sign(t, r, version, key)
	s := newMemory(t, disk)
	reader := New(s, clock()).Trusting(trusting(key))
	flips := 0
	for name, content := range s.objects() {
		for i := range 8 * len(content) {
			content[i/8] ^= 1 << (i % 8)
			_, err := reader.Load(t.Context(), version)
			if !errors.Is(err, bundle.ErrCorrupt) && !errors.Is(err, signature.ErrUntrusted) {
				t.Fatalf("a flip of bit %d of byte %d of %s: Load = %v", i%8, i/8, name, err)
			}
			content[i/8] ^= 1 << (i % 8)
			flips++
		}
	}
	if flips < 3000 {
		t.Errorf("only %d flips", flips)
	}
	sign(t, r, version, stranger)
	for range maxSignatures + 3 { // of a key that it has not
		s := sign(t, r, version, key)
		s.Value = make([]byte, len(s.Value))
		data, err := s.Encode()
		if err != nil {
			t.Fatal(err)
		}
		overwrite(t, disk, "signatures/"+version+"/"+strings.Repeat("0", 16)+"-1.json", data)
	}
	if _, err := New(disk, clock()).Trusting(trusting(key)).Load(t.Context(), version); err != nil {
		t.Errorf("Load beside signatures of others = %v", err)
	}
}

// A version that is not what it was when it was signed is refused although it is
// consistent in itself: here a whole other one under its name cannot be, for its name
// is its digest, so the alias names another.
func TestSubstitute(t *testing.T) {
	r := New(newRAM(), clock())
	key := newKey(t)
	good, bad := publish(t, r, 1), publish(t, r, 2)
	sign(t, r, good, key)
	if err := r.Move(t.Context(), "latest", bad, "", "", ""); err != nil {
		t.Fatal(err)
	}
	reader := r.Trusting(trusting(key))
	p, err := reader.Resolve(t.Context(), "latest")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reader.Load(t.Context(), p.Version); !errors.Is(err, signature.ErrUnsigned) {
		t.Errorf("Load = %v, want signature.ErrUnsigned", err)
	}
}

// Whoever can write to the store cannot lower the time of a pinned version below
// those of its own signatures.
func TestPinnedVersionIsNotLowered(t *testing.T) {
	s := newRAM()
	r := New(s, clock())
	key, stranger := newKey(t), newKey(t)
	a, b := publish(t, r, 1), publish(t, r, 2)
	old := sign(t, r, a, key)
	sign(t, r, b, key)
	posing, err := stranger.Sign(versionDigest(t, r, b), old.Signed)
	if err != nil {
		t.Fatal(err)
	}
	posing.Key = key.String()
	for name, put := range map[string]signature.Signature{"OfAnother": old, "Posing": posing} {
		lowered := s.clone()
		for key := range keysOf(t, lowered, "signatures/"+b) {
			lowered.Delete(t.Context(), key)
		}
		data, err := put.Encode()
		if err != nil {
			t.Fatal(err)
		}
		overwrite(t, lowered, signatureKey(b, put), data)
		trust := trusting(key)
		trust.NotOlderThan = b
		if _, err := New(lowered, still).Trusting(trust).Load(t.Context(), a); !errors.Is(err, signature.ErrUntrusted) {
			t.Errorf("%s: Load of what is older = %v", name, err)
		}
	}
}

func versionDigest(t *testing.T, r *Registry, version string) string {
	t.Helper()
	m, err := r.Manifest(t.Context(), version)
	if err != nil {
		t.Fatal(err)
	}
	return m.Digest()
}

// Of many signatures the newest of each key are read.
func TestManySignatures(t *testing.T) {
	s := newRAM()
	r := New(s, clock())
	key, other := newKey(t), newKey(t)
	version := publish(t, r, 1)
	sign(t, r, version, other)
	var last signature.Signature
	for range maxSignatures + 1 {
		last = sign(t, r, version, key)
	}
	all, err := r.Signatures(t.Context(), version, nil)
	if err != nil || len(all) != maxSignatures+1 {
		t.Errorf("%d signatures are read, %v, want %d and the other's", len(all), err, maxSignatures)
	}
	if newest, err := trusting(key).Keys.Verify(versionDigest(t, r, version), all); err != nil || !newest.Signed.Equal(last.Signed) {
		t.Errorf("Verify = %+v, %v, want the newest", newest, err)
	}
	if only, err := r.Signatures(t.Context(), version, trusting(other).Keys); err != nil || len(only) != 1 {
		t.Errorf("of one key there are %v, %v", only, err)
	}
	// Under the name of a later one.
	later := last
	later.Signed = later.Signed.Add(time.Hour)
	overwrite(t, s, signatureKey(version, later), read(t, s, signatureKey(version, last)))
	if _, err := r.Signatures(t.Context(), version, nil); !errors.Is(err, signature.ErrCorrupt) {
		t.Errorf("with one under another's name: %v, want signature.ErrCorrupt", err)
	}
}

func TestSignatureNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"0123456789abcdef-1700000000000.json": true, "0123456789abcdef-1700000000000": false, "0123456789abcdef.json": false, "x": false, "": false,
		"a-b.json": false,
	} {
		if _, _, got := signatureName(name); got != ok {
			t.Errorf("signatureName(%q) is ok: %v, want %v", name, got, ok)
		}
	}
	r := New(newRAM(), func() time.Time { return start })
	key := newKey(t)
	version := publish(t, r, 1)
	first, second := sign(t, r, version, key), sign(t, r, version, key)
	all, err := r.Signatures(t.Context(), version, nil)
	if err != nil || len(all) != 1 || !slices.Equal(first.Value, second.Value) {
		t.Errorf("signed twice at the same time there are %v, %v", all, err)
	}
	if _, err := r.Sign(t.Context(), "0123456789abcdef", key); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Sign of nothing = %v", err)
	}
}
