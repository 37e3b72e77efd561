package bundle

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"curio/artifacts/interest"
	"curio/artifacts/segment"
	"curio/artifacts/store/mapping"
	"curio/features/encode"
	"curio/features/vocab"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// published is small as it comes from a registry.
func published(t *testing.T) *Bundle {
	t.Helper()
	b, err := small(t).Encode()
	if err != nil {
		t.Fatal(err)
	}
	b.Manifest.Format, b.Manifest.MinReader = Format, MinReader
	return b
}

func imageOf(t testing.TB, a *Artifact, b *Bundle) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteImage(&out, a, b); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func mapped(t testing.TB, data []byte) *mapping.Mapping {
	t.Helper()
	path := filepath.Join(t.TempDir(), "image")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := mapping.Of(f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// sameArtifact compares all but what is made of other parts.
func sameArtifact(want, got *Artifact) string {
	return cmp.Diff(want, got, cmpopts.IgnoreUnexported(Artifact{}, Manifest{}),
		cmp.Comparer(func(a, b *vocab.Vocab) bool { return cmp.Equal(a.IDs(), b.IDs()) }),
		cmp.Comparer(func(a, b *interest.Model) bool { return cmp.Equal(a.Tensors(), b.Tensors()) }),
		cmp.Comparer(func(a, b *segment.Model) bool { return cmp.Equal(a.Segments(), b.Segments()) }),
		cmp.Comparer(func(a, b *encode.Users) bool { return a.Hash() == b.Hash() }),
		cmp.Comparer(func(a, b *encode.Items) bool { return a.Hash() == b.Hash() }),
	)
}

func TestImage(t *testing.T) {
	b := published(t)
	want, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	data := imageOf(t, want, b)
	if again := imageOf(t, want, b); !bytes.Equal(data, again) {
		t.Error("two images of one artifact differ")
	}
	got, err := ReadImage(mapped(t, data), &b.Manifest)
	if err != nil {
		t.Fatal(err)
	}
	if diff := sameArtifact(want, got); diff != "" {
		t.Errorf("(-decoded +of the image):\n%s", diff)
	}
	dst, other := make([]float32, want.SegmentSize()), make([]float32, got.SegmentSize())
	want.SegmentFeatures(dst, &want.People[0], &want.Profiles[0], want.AsOf)
	got.SegmentFeatures(other, &got.People[0], &got.Profiles[0], got.AsOf)
	if diff := cmp.Diff(dst, other); diff != "" {
		t.Errorf("features of segments (-decoded +of the image):\n%s", diff)
	}
}

// TestImageDamaged: wherever a byte is wrong, and wherever it is cut off.
func TestImageDamaged(t *testing.T) {
	b := published(t)
	a, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	whole := imageOf(t, a, b)
	refused := func(what string, data []byte, m *Manifest) {
		t.Helper()
		if _, err := ReadImage(mapped(t, data), m); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v, want ErrCorrupt", what, err)
		}
	}
	step := max(1, len(whole)/200)
	for at := 0; at < len(whole); at += step {
		data := bytes.Clone(whole)
		data[at] ^= 1
		refused("a bit", data, &b.Manifest)
	}
	for _, n := range []int{0, 1, imageTail - 1, imageTail, len(whole) / 2, len(whole) - 1} {
		refused("cut off", whole[:n], &b.Manifest)
	}
	refused("longer", append(bytes.Clone(whole), 0), &b.Manifest)
	other := b.Manifest
	other.Config = []byte(`{"another":true}`)
	refused("another artifact's", whole, &other)
}

// TestImageSections: a checked image whose sections are none is an error as well.
func TestImageSections(t *testing.T) {
	b := published(t)
	for name, sections := range map[string][][]byte{
		"None": nil, "Empty": make([][]byte, 40), "Odd": {{1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}, {11}, {12}, {13}, {14}, {15}},
	} {
		var out bytes.Buffer
		w := &imageWriter{w: &out, buf: make([]byte, 0, imageChunk)}
		for _, s := range sections {
			w.section(s)
		}
		if err := w.finish(b.Manifest.Digest()); err != nil {
			t.Fatal(err)
		}
		if a, err := ReadImage(mapped(t, out.Bytes()), &b.Manifest); err == nil {
			t.Errorf("%s: read as %+v", name, a)
		}
	}
}

func TestSecretHasNoImage(t *testing.T) {
	b := published(t)
	a, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	b.Secret = true
	var out bytes.Buffer
	if err := WriteImage(&out, a, b); !errors.Is(err, ErrNoImage) || out.Len() > 0 {
		t.Errorf("%v and %d bytes, want ErrNoImage and none", err, out.Len())
	}
}
