package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"curio/artifacts/bundle"
	"curio/artifacts/signature"
	"curio/artifacts/store"
)

// A copy is the same, byte for byte, and copying it back changes nothing.
func TestCopy(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, s store.Store) {
		home := folder(t)
		laptop, remote := New(home, clock()), New(s, clock())
		key := newKey(t)
		version := publish(t, laptop, 1)
		sign(t, laptop, version, key)
		sign(t, laptop, version, newKey(t))
		if err := errors.Join(putFile(t.Context(), laptop, "run", "log.txt", "x"), laptop.PutRun(t.Context(), "run", []byte("{}"))); err != nil {
			t.Fatal(err)
		}
		publish(t, remote, 2) // has a blob in common with it
		for try, want := range []Copied{{version, 3, 1, 9, 2}, {version, 3, 0, 0, 2}} {
			if got, err := remote.Copy(t.Context(), laptop, version); err != nil || got != want {
				t.Errorf("copy %d: %+v, %v, want %+v", try, got, err, want)
			}
			if err := remote.CopyRun(t.Context(), laptop, "run"); err != nil {
				t.Error(err)
			}
		}
		if _, err := remote.Trusting(trusting(key)).Load(t.Context(), version); err != nil {
			t.Errorf("Load of the copy = %v", err)
		}
		back := New(newRAM(), clock())
		if _, err := back.Copy(t.Context(), remote, version); err != nil {
			t.Fatal(err)
		}
		if err := back.CopyRun(t.Context(), remote, "run"); err != nil {
			t.Fatal(err)
		}
		for key := range keysOf(t, home, "") {
			if !bytes.Equal(read(t, home, key), read(t, back.store, key)) {
				t.Errorf("%s is not what it was", key)
			}
		}
		if _, err := remote.Copy(t.Context(), laptop, "0123456789abcdef"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Copy of nothing = %v", err)
		}
	})
}

// A copy that is cut off goes on where it was, and until then there is no version.
func TestCopyInterrupted(t *testing.T) {
	from := New(newRAM(), clock())
	version := publish(t, from, 1)
	sign(t, from, version, newKey(t))
	for at := 1; ; at++ {
		s := newRAM()
		cut := &stopping{Store: s, at: at, after: at%2 == 0}
		_, err := New(cut, clock()).Copy(t.Context(), from, version)
		if err != nil && !errors.Is(err, errStopped) {
			t.Fatal(err)
		}
		wantWhole(t, s)
		again := &counting{Store: s}
		r := New(again, clock())
		if _, err := r.Copy(t.Context(), from, version); err != nil {
			t.Fatalf("cut off at call %d and repeated: %v", at, err)
		}
		wantWhole(t, s)
		if all, err := r.Signatures(t.Context(), version, nil); err != nil || len(all) != 1 {
			t.Errorf("cut off at call %d and repeated there are the signatures %v, %v", at, all, err)
		}
		if cut.n < at {
			break
		}
	}
}

// swift is a store where files of a run are collected just before its record is there.
type swift struct{ *ram }

func (s swift) Put(ctx context.Context, key string, body io.ReadSeeker, size int64, when store.Condition) (store.Info, error) {
	if strings.HasSuffix(key, "/run.json") {
		for _, file := range s.keys(strings.TrimSuffix(key, "run.json")) {
			s.Delete(ctx, file)
		}
	}
	return s.ram.Put(ctx, key, body, size, when)
}

func TestCopyRunWhileItIsCollected(t *testing.T) {
	from, target := New(newRAM(), clock()), newRAM()
	if err := errors.Join(putFile(t.Context(), from, "run", "log.txt", "x"), from.PutRun(t.Context(), "run", []byte("{}"))); err != nil {
		t.Fatal(err)
	}
	to := New(swift{target}, clock())
	if err := to.CopyRun(t.Context(), from, "run"); err != nil {
		t.Fatal(err)
	}
	if data, err := to.RunFile(t.Context(), "run", "log.txt"); err != nil || string(data) != "x" {
		t.Errorf("RunFile = %q, %v", data, err)
	}
}

// Damage does not spread: nothing that is wrong where it comes from gets into the
// other store.
func TestCopyOfDamage(t *testing.T) {
	for name, prefix := range map[string]string{"Blob": "blobs/" + bundle.DigestOf([]byte("content 1")), "Manifest": "versions/", "Signature": "signatures/"} {
		t.Run(name, func(t *testing.T) {
			s := newRAM()
			from := New(s, clock())
			version := publish(t, from, 1)
			sign(t, from, version, newKey(t))
			key := s.keys(prefix)[0]
			content := read(t, s, key)
			content[len(content)/2] ^= 1
			overwrite(t, s, key, content)
			target := newRAM()
			_, err := New(target, clock()).Copy(t.Context(), from, version)
			if !errors.Is(err, bundle.ErrCorrupt) && !errors.Is(err, signature.ErrCorrupt) && !errors.Is(err, signature.ErrUntrusted) {
				t.Errorf("Copy = %v, want an error about the damage", err)
			}
			for _, key := range target.keys("") {
				if bytes.Equal(read(t, target, key), content) {
					t.Errorf("%s was copied all the same", key)
				}
			}
			wantWhole(t, target)
		})
	}
}

func TestVerify(t *testing.T) {
	key := newKey(t)
	build := func(t *testing.T) (*ram, *Registry, [3]string) {
		s := newRAM()
		r := New(s, clock())
		var v [3]string
		for i := range v {
			v[i] = publish(t, r, i)
			if err := r.Move(t.Context(), "latest", v[i], "", "", ""); err != nil {
				t.Fatal(err)
			}
		}
		sign(t, r, v[2], key)
		return s, r, v
	}
	verify := func(t *testing.T, r *Registry, trust *Trust, versions ...string) *Report {
		t.Helper()
		report, err := r.Verify(t.Context(), versions, trust)
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	s, r, v := build(t)
	if got, want := fmt.Sprintf("%+v", *verify(t, r, nil)), "{Versions:3 Blobs:5 Bytes:43 Sealed:0 Signatures:1 Aliases:1 States:3 Loose:0 LooseBytes:0 Faults:[]}"; got != want {
		t.Errorf("Verify = %s, want %s", got, want)
	}
	if got := verify(t, r, trusting(key)).Faults; len(got) != 2 {
		t.Errorf("faults of two unsigned versions: %+v", got)
	}
	if got := verify(t, r, trusting(key), v[2]); len(got.Faults) != 0 || got.Versions != 1 || got.Aliases != 0 {
		t.Errorf("Verify of the signed one = %+v", got)
	}
	if _, err := r.Verify(t.Context(), []string{"0123456789abcdef"}, nil); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Verify of nothing = %v", err)
	}
	// Every object, missing, cut or changed, is a fault; it may be told of several
	// versions.
	for _, key := range s.keys("") {
		for what, damage := range map[string]func(*ram, []byte){
			"missing": func(s *ram, _ []byte) { s.Delete(t.Context(), key) },
			"cut":     func(s *ram, content []byte) { overwrite(t, s, key, content[:len(content)/2]) },
			"changed": func(s *ram, content []byte) {
				content = append([]byte(nil), content...)
				if content = append(content, "x"...); len(content) > 1 {
					content = content[:len(content)-1]
					content[len(content)/3] ^= 1
				}
				overwrite(t, s, key, content)
			},
		} {
			damaged := s.clone()
			content := read(t, s, key)
			if what == "cut" && len(content) == 0 {
				continue
			}
			damage(damaged, content)
			report := verify(t, New(damaged, clock()), nil)
			// What is not there any more and nobody asks for is no damage.
			fine := what == "missing" && (key == "versions/"+v[0]+".json" || key == "versions/"+v[1]+".json" || key[:4] == "sign" || key == stepKey("latest", 3))
			if fine != (len(report.Faults) == 0) {
				t.Errorf("%s %s: %+v", key, what, report.Faults)
			}
		}
	}
	// What nothing needs is told, not a fault.
	overwrite(t, s, "blobs/"+bundle.DigestOf([]byte("x")), []byte("x"))
	if got := verify(t, r, nil); got.Loose != 1 || got.LooseBytes != 1 || len(got.Faults) != 0 {
		t.Errorf("with a loose blob: %+v", got)
	}
	if _, err := New(&stopping{Store: s, at: 5}, clock()).Verify(t.Context(), nil, nil); !errors.Is(err, store.ErrUnreachable) {
		t.Errorf("Verify of a store that fails = %v", err)
	}
}

// A history that does not fit together is a fault.
func TestVerifyHistory(t *testing.T) {
	s := newRAM()
	r := New(s, clock())
	for i := range 4 {
		if err := publishAndMove(t.Context(), r, testBundle(t, i)); err != nil {
			t.Fatal(err)
		}
	}
	for name, change := range map[string]func(s *ram){
		"Swapped": func(s *ram) {
			overwrite(t, s, stepKey("latest", 2), bytes.Replace(read(t, s, stepKey("latest", 3)), []byte(`"seq":3`), []byte(`"seq":2`), 1))
		},
		"OtherPresent": func(s *ram) {
			overwrite(t, s, stepKey("latest", 4), bytes.Replace(read(t, s, stepKey("latest", 4)), []byte(`"moved":"2026`), []byte(`"moved":"2025`), 1))
		},
		"OtherDigest": func(s *ram) {
			digest := versionDigest(t, r, versionOf(t, 1))
			other := digest[:63] + string("01"[strings.Count(digest[63:], "0")])
			overwrite(t, s, stepKey("latest", 2), bytes.Replace(read(t, s, stepKey("latest", 2)), []byte(digest), []byte(other), 1))
		},
		"Gap":        func(s *ram) { s.Delete(t.Context(), stepKey("latest", 2)) },
		"NoStart":    func(s *ram) { s.Delete(t.Context(), stepKey("latest", 1)) },
		"NoEnd":      func(s *ram) { s.Delete(t.Context(), stepKey("latest", 3)); s.Delete(t.Context(), stepKey("latest", 4)) },
		"Gone":       func(s *ram) { s.Delete(t.Context(), "aliases/latest.json") },
		"Dangling":   func(s *ram) { s.Delete(t.Context(), "versions/"+versionOf(t, 3)+".json") },
		"OtherAlias": func(s *ram) { overwrite(t, s, "aliases/other.json", read(t, s, "aliases/latest.json")) },
	} {
		t.Run(name, func(t *testing.T) {
			changed := s.clone()
			change(changed)
			report, err := New(changed, clock()).Verify(t.Context(), nil, nil)
			if err != nil || len(report.Faults) == 0 {
				t.Errorf("Verify = %+v, %v, want a fault", report, err)
			}
		})
	}
}

// failing fails to read anything.
type failing struct{ store.Store }

func (failing) Open(context.Context, string) (io.ReadCloser, store.Info, error) {
	return nil, store.Info{}, errStopped
}

func TestInventory(t *testing.T) {
	s := newRAM()
	r := New(s, clock())
	a := publish(t, r, 1)
	s.pass(day)
	b := publish(t, r, 2)
	s.pass(day)
	c := publish(t, r, 3)
	sign(t, r, b, newKey(t))
	for _, alias := range []string{"latest", "champion"} {
		if err := r.Move(t.Context(), alias, b, "", "", ""); err != nil {
			t.Fatal(err)
		}
	}
	overwrite(t, s, "versions/"+a+".json", nil)
	all, err := r.Inventory(t.Context())
	if err != nil || len(all) != 3 {
		t.Fatalf("Inventory = %+v, %v", all, err)
	}
	if all[2].Version != b || all[0].Version != c && all[1].Version != c {
		t.Errorf("Inventory = %+v, want the newest first", all)
	}
	for _, e := range all {
		switch e.Version {
		case a:
			if !errors.Is(e.Err, bundle.ErrCorrupt) || e.Size() != 0 {
				t.Errorf("the damaged one: %+v", e)
			}
		case b:
			one, err := r.Entry(t.Context(), b)
			if err != nil || len(e.Aliases) != 2 || len(e.Signatures) != 1 || e.Size() != 25 || len(one.Aliases) != 2 || !one.Stored.Equal(e.Stored) {
				t.Errorf("the signed one: %+v and %+v, %v", e, one, err)
			}
		}
	}
	if _, err := r.Entry(t.Context(), "0123456789abcdef"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Entry of nothing = %v", err)
	}
	if _, err := New(failing{s}, clock()).Inventory(t.Context()); !errors.Is(err, store.ErrUnreachable) {
		t.Errorf("Inventory of a store that fails = %v", err)
	}
}
