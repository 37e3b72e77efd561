package bundle

import (
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"curio/artifacts/store/mapping"
)

type closer struct {
	n   int
	err error
}

func (c *closer) Close() error { c.n++; return c.err }

func TestClose(t *testing.T) {
	failed := errors.New("failed")
	heap := &Bundle{Blobs: map[string][]byte{"a": nil}}
	if err := heap.Close(); err != nil || heap.Blobs == nil {
		t.Errorf("Close of a bundle on the heap = %v, and its blobs are %v", err, heap.Blobs)
	}
	b := &Bundle{Blobs: map[string][]byte{"a": nil}}
	one, two := &closer{err: failed}, &closer{}
	b.Hold(one)
	b.Hold(two)
	if err := b.Close(); !errors.Is(err, failed) || one.n != 1 || two.n != 1 || b.Blobs != nil {
		t.Errorf("Close = %v and closed %d and %d times", err, one.n, two.n)
	}
	if err := b.Close(); err != nil || one.n != 1 {
		t.Errorf("Close again = %v", err)
	}
}

// TestDecodeSharesNothing decodes an artifact from mapped files and uses it after
// they are gone: a look at one of them faults.
func TestDecodeSharesNothing(t *testing.T) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	want, err := small(t).Encode()
	if err != nil {
		t.Fatal(err)
	}
	b := &Bundle{Manifest: want.Manifest, Blobs: map[string][]byte{}}
	for name, data := range want.Blobs {
		path := filepath.Join(t.TempDir(), "blob")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		m, err := mapping.Of(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		b.Blobs[name] = m.Bytes()
		b.Hold(m)
	}
	a, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := a.Encode() // looks at every part
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, again, cmpopts.IgnoreUnexported(Manifest{}, Bundle{}), cmpopts.IgnoreFields(Manifest{}, "Format", "MinReader")); d != "" {
		t.Error(d)
	}
}
