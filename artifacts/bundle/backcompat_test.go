package bundle

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"curio/datasets/event"
	"curio/features/profile"
)

var update = flag.Bool("update", false, "write the golden bundle of this format if there is none")

// TestBackcompat loads a bundle of every format that is still read, as it was
// written then. They are never written again.
func TestBackcompat(t *testing.T) {
	if *update {
		writeGolden(t)
	}
	for format := MinFormat; format <= Format; format++ {
		t.Run(fmt.Sprint("v", format), func(t *testing.T) {
			b := readGolden(t, filepath.Join("testdata", "backcompat", fmt.Sprint("v", format)))
			if err := b.Verify(); err != nil {
				t.Fatal(err)
			}
			tensors, err := DecodeTensors(b.Blobs["weights.safetensors"])
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(testTensors(), tensors); diff != "" {
				t.Error(diff)
			}
			rows, err := DecodeTable[testRow](b.Blobs["rows.parquet"], 3)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(testRows(3), rows, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestFirstProfilesLoad decodes an artifact whose profiles were written before
// they had sessions, times of purchases and ages, and writes and reads it again.
func TestFirstProfilesLoad(t *testing.T) {
	a, err := Decode(readGolden(t, filepath.Join("testdata", "backcompat", "two-tower-1")))
	if err != nil {
		t.Fatal(err)
	}
	u := &a.Profiles[0]
	if u.Events != 5 || u.Purchase.Count != 1 || u.Purchase.Amount != 990 || len(u.Touches) != 2 || a.Popularity[0].Users != 1 {
		t.Errorf("profile %+v, popularity %+v", u, a.Popularity[0])
	}
	if diff := cmp.Diff(profile.Sessions{}, u.Sessions); diff != "" || u.Purchase.Last != 0 || a.Popularity[0].Ages != [profile.Bands]int64{} {
		t.Errorf("something stands where nothing was written: %+v, %+v", u, a.Popularity[0])
	}
	u.Fold(0, &event.Event{Type: event.Purchase, TS: a.AsOf + event.Day})
	a.Popularity[0].FoldAge(profile.BandOf(30))
	b, err := a.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a.Profiles, again.Profiles); diff != "" {
		t.Errorf("profiles changed:\n%s", diff)
	}
	if diff := cmp.Diff(a.Popularity, again.Popularity); diff != "" {
		t.Errorf("popularity changed:\n%s", diff)
	}
}

// readGolden reads the one bundle in a folder laid out as a store.
func readGolden(t *testing.T, folder string) *Bundle {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "versions", "*.json"))
	if err != nil || len(found) != 1 {
		t.Fatalf("manifests in %s: %v, %v, want one", folder, found, err)
	}
	data, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	m, err := DecodeManifest(data)
	if err != nil {
		t.Fatal(err)
	}
	if name := m.Version() + ".json"; name != filepath.Base(found[0]) {
		t.Errorf("%s has the version %s", found[0], name)
	}
	b := &Bundle{Manifest: *m, Blobs: map[string][]byte{}}
	for _, entry := range m.Blobs {
		if b.Blobs[entry.Name], err = os.ReadFile(filepath.Join(folder, "blobs", entry.SHA256)); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func writeGolden(t *testing.T) {
	t.Helper()
	folder := filepath.Join("testdata", "backcompat", fmt.Sprint("v", Format))
	if _, err := os.Stat(folder); err == nil {
		t.Logf("%s is there and stays as it is", folder)
		return
	}
	b := testBundle(t)
	b.Manifest.Config = []byte(`{"seed":1}`)
	files := map[string][]byte{"versions/" + b.Manifest.Version() + ".json": mustEncode(t, &b.Manifest)}
	for _, entry := range b.Manifest.Blobs {
		files["blobs/"+entry.SHA256] = b.Blobs[entry.Name]
	}
	for name, data := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
