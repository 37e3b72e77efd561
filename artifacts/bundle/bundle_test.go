package bundle

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// testBundle returns a small bundle with a blob of every type.
func testBundle(t testing.TB) *Bundle {
	t.Helper()
	tensors, err := EncodeTensors(testTensors())
	if err != nil {
		t.Fatal(err)
	}
	table, err := EncodeTable(testRows(3))
	if err != nil {
		t.Fatal(err)
	}
	b := &Bundle{Manifest: Manifest{Model: "test"}}
	for _, blob := range []struct {
		name, typ string
		data      []byte
	}{
		{"weights.safetensors", "safetensors", tensors},
		{"rows.parquet", "parquet", table},
		{"settings.json", "json", []byte(`{"a":1}`)},
		{"empty", "text", nil},
	} {
		if err := b.Add(blob.name, blob.typ, blob.data); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func TestBundleOrderDoesNotMatter(t *testing.T) {
	var versions []string
	for _, order := range [][]string{{"a", "b", "c"}, {"c", "a", "b"}} {
		b := &Bundle{Manifest: Manifest{Model: "test"}}
		for _, name := range order {
			if err := b.Add(name, "text", []byte(name)); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Verify(); err != nil {
			t.Fatal(err)
		}
		versions = append(versions, b.Manifest.Version())
	}
	if versions[0] != versions[1] || len(versions[0]) != VersionLen {
		t.Errorf("versions %q, want two equal ones of %d digits", versions, VersionLen)
	}
}

func TestAddRefuses(t *testing.T) {
	b := testBundle(t)
	before := b.Manifest.Version()
	for name, args := range map[string][2]string{
		"Twice": {"empty", "text"}, "Up": {"../x", "text"}, "Slash": {"a/b", "text"}, "NoName": {"", "text"}, "NoType": {"x", ""},
	} {
		if err := b.Add(args[0], args[1], []byte("x")); err == nil {
			t.Errorf("%s: Add(%q, %q) = nil, want an error", name, args[0], args[1])
		}
	}
	if b.Manifest.Version() != before || b.Verify() != nil {
		t.Error("a refused blob changed the bundle")
	}
	full := &Bundle{Manifest: Manifest{Model: "test"}}
	for i := range MaxBlobs {
		if err := full.Add(fmt.Sprint(i), "text", nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := full.Add("one-more", "text", nil); err == nil {
		t.Error("Add of one blob too many = nil, want an error")
	}
}

func TestVerifyNamesEveryFault(t *testing.T) {
	b := testBundle(t)
	delete(b.Blobs, "settings.json")
	b.Blobs["rows.parquet"] = b.Blobs["rows.parquet"][1:]
	b.Blobs["weights.safetensors"][0] ^= 1
	b.Blobs["stray"], b.Blobs["stray2"] = nil, nil
	err := b.Verify()
	if !errors.Is(err, ErrCorrupt) {
		t.Fatalf("Verify = %v, want ErrCorrupt", err)
	}
	for _, says := range []string{`"settings.json" is missing`, `"rows.parquet" has`, `"weights.safetensors" has the digest`, "not in the manifest"} {
		if !strings.Contains(err.Error(), says) {
			t.Errorf("Verify = %v, want it to say %q", err, says)
		}
	}
	newer := testBundle(t)
	newer.Manifest.Format, newer.Manifest.MinReader = Format+1, Format+1
	if err := newer.Verify(); !errors.Is(err, ErrFormat) {
		t.Errorf("Verify of a newer bundle = %v, want ErrFormat", err)
	}
}

// TestEveryBitCounts flips every bit of every blob, and of the manifest.
func TestEveryBitCounts(t *testing.T) {
	b := testBundle(t)
	if err := b.Verify(); err != nil {
		t.Fatal(err)
	}
	flips := 0
	flip := func(data []byte, changed func() bool) {
		for i := range 8 * len(data) {
			data[i/8] ^= 1 << (i % 8)
			if changed() {
				t.Errorf("a flip of bit %d of byte %d goes unnoticed", i%8, i/8)
			}
			data[i/8] ^= 1 << (i % 8)
			flips++
		}
	}
	for _, entry := range b.Manifest.Blobs {
		data := b.Blobs[entry.Name]
		flip(data, func() bool { return entry.Verify(data) == nil })
	}
	manifest := mustEncode(t, &b.Manifest)
	digest := DigestOf(manifest)
	flip(manifest, func() bool {
		m, err := DecodeManifest(manifest)
		return err == nil && m.Digest() == digest
	})
	if err := b.Verify(); err != nil || flips < 8*1000 {
		t.Errorf("after %d flips and back: %v", flips, err)
	}
}
