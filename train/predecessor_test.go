package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/bundle"
	"curio/artifacts/command"
	"curio/artifacts/segment"
	record "curio/experiments/run"
	"curio/train/pipeline"
)

// trained runs the program and returns the record of the run and what it said.
func trained(t *testing.T, args ...string) (*record.Record, string) {
	t.Helper()
	code, stdout, stderr := program(context.Background(), append(args, "--json")...)
	if code != command.Done {
		t.Fatalf("exit code %d, standard error %q", code, stderr)
	}
	rec, err := record.Decode([]byte(stdout))
	if err != nil {
		t.Fatal(err)
	}
	return rec, stderr
}

// published is the segmentation of a version in a store.
func published(t *testing.T, store, version string) *bundle.Segmentation {
	t.Helper()
	b, err := registryIn(t, store).LoadParts(context.Background(), version, bundle.SegmentationBlobs()...)
	if err != nil {
		t.Fatal(err)
	}
	s, err := bundle.DecodeSegmentation(b)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ids(s *bundle.Segmentation) []string {
	var all []string
	for _, s := range s.Model.Segments() {
		all = append(all, s.ID)
	}
	slices.SortFunc(all, segment.CompareIDs)
	return all
}

func TestSegmentsGoOn(t *testing.T) {
	data, store := platformLogs(t), filepath.Join(t.TempDir(), "store")
	first, _ := trained(t, threeArgs(data, store)...)
	if s := published(t, store, first.Version); s.Model.Spec().Lineage != nil || s.Manifest.Parent != "" {
		t.Errorf("the first version goes on from %q", s.Manifest.Parent)
	}

	retrained, said := trained(t, threeArgs(data, store, "--seed", "2")...)
	after := published(t, store, retrained.Version)
	lineage := after.Model.Spec().Lineage
	if lineage == nil || lineage.Version != first.Version || after.Manifest.Parent != first.Version {
		t.Fatalf("lineage %+v, parent %q; want both from %s", lineage, after.Manifest.Parent, first.Version)
	}
	if lineage.Users == 0 || strings.Contains(said, "anew") || len(retrained.Notes) > 0 && retrained.Notes[pipeline.NobodyInCommon] > 0 {
		t.Errorf("%d users are in both; it said %q", lineage.Users, said)
	}

	t.Run("RepeatedIsTheSame", func(t *testing.T) {
		again, _ := trained(t, threeArgs(data, store, "--seed", "2", "--workers", "1")...)
		if again.Version != retrained.Version {
			t.Errorf("version %s, want %s", again.Version, retrained.Version)
		}
	})
	// What does not matter to the segments leaves them as they are.
	t.Run("OtherModelSameSegments", func(t *testing.T) {
		other, _ := trained(t, threeArgs(data, store, "--seed", "2", "--epochs", "1", "--no-rehearsal")...)
		if other.Version == retrained.Version {
			t.Fatal("the settings made no difference")
		}
		got := published(t, store, other.Version)
		if d := cmp.Diff(after.Model.Spec(), got.Model.Spec()) + cmp.Diff(after.Membership, got.Membership); d != "" {
			t.Error(d)
		}
	})
	t.Run("NewData", func(t *testing.T) {
		change(t, filepath.Join(data, "events.jsonl"), func(line string) string {
			return strings.Replace(line, `"planted-0001`, `"newcomer-0001`, 1)
		})
		rec, _ := trained(t, threeArgs(data, store, "--seed", "3")...)
		if got := published(t, store, rec.Version); got.Manifest.Parent == "" || got.Manifest.Parent == first.Version {
			t.Errorf("it goes on from %q, want from the version before", got.Manifest.Parent)
		}
	})
	t.Run("None", func(t *testing.T) {
		rec, _ := trained(t, threeArgs(data, store, "--segments-after", "none")...)
		if got := published(t, store, rec.Version); got.Manifest.Parent != "" || got.Model.Spec().Lineage != nil || ids(got)[0] != "s1" {
			t.Errorf("it goes on from %q with %v", got.Manifest.Parent, ids(got))
		}
	})
	t.Run("Version", func(t *testing.T) {
		rec, _ := trained(t, threeArgs(data, store, "--seed", "4", "--segments-after", first.Version, "--alias", "candidate")...)
		if got := published(t, store, rec.Version); got.Manifest.Parent != first.Version {
			t.Errorf("it goes on from %q, want %s", got.Manifest.Parent, first.Version)
		}
	})
}

func TestSegmentsAfterWhatIsNotThere(t *testing.T) {
	store := filepath.Join(t.TempDir(), "store")
	for name, args := range map[string][]string{
		"Alias":   {"--segments-after", "champion"},
		"Version": {"--segments-after", "0123456789abcdef"},
		"NoName":  {"--segments-after", "../x"},
		"DryRun":  {"--segments-after", "latest", "--dry-run"},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, stderr := program(context.Background(), append(append([]string{"--store", store}, small...), args...)...)
			if code != command.BadUsage || !strings.Contains(stderr, "--segments-after") {
				t.Errorf("exit code %d, standard error %q", code, stderr)
			}
		})
	}
}

// A version before that is damaged or of other users does not stop a run, which says so.
func TestSegmentsBeginAnew(t *testing.T) {
	data, folder := platformLogs(t), t.TempDir()
	key := filepath.Join(folder, "key")
	if err := os.WriteFile(key, []byte("6f1d0e9b7a3c58d24e0f9a6b1c7d83e5420b9f8a17c6d3e05b4a2f9e8d7c6b1a"), 0o600); err != nil {
		t.Fatal(err)
	}
	store := filepath.Join(folder, "store")
	first, _ := trained(t, threeArgs(data, store)...)
	before := ids(published(t, store, first.Version))

	for name, args := range map[string][]string{
		"OtherKey":   threeArgs(data, store, "--pseudonym-key-file", key, "--segments-after", first.Version, "--alias", "pseudonyms"),
		"OtherUsers": append([]string{"--store", store, "--segments-after", first.Version, "--alias", "other"}, small...),
	} {
		t.Run(name, func(t *testing.T) {
			rec, said := trained(t, args...)
			if rec.Notes[pipeline.NobodyInCommon] != 1 || !strings.Contains(said, "begin anew") || !strings.Contains(said, first.Version) {
				t.Errorf("notes %v, standard error %q", rec.Notes, said)
			}
			got := published(t, store, rec.Version)
			if l := got.Model.Spec().Lineage; l == nil || l.Users != 0 || !cmp.Equal(l.Retired, before) {
				t.Errorf("lineage %+v, want %v retired", l, before)
			}
			for _, id := range ids(got) {
				if slices.Contains(before, id) {
					t.Errorf("id %s is given again", id)
				}
			}
			if again, _ := trained(t, args...); again.Version != rec.Version {
				t.Errorf("version %s, want %s again", again.Version, rec.Version)
			}
		})
	}

	t.Run("Damaged", func(t *testing.T) {
		b, err := registryIn(t, store).Manifest(t.Context(), first.Version)
		if err != nil {
			t.Fatal(err)
		}
		for _, blob := range b.Blobs {
			if blob.Name == "users.parquet" {
				path := filepath.Join(store, "blobs", blob.SHA256)
				if err := os.Chmod(path, 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte("rubbish"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		rec, said := trained(t, threeArgs(data, store, "--seed", "2")...)
		if rec.Notes["segments_before_unreadable"] != 1 || !strings.Contains(said, "begin anew") {
			t.Errorf("notes %v, standard error %q", rec.Notes, said)
		}
		if got := published(t, store, rec.Version); got.Model.Spec().Lineage != nil {
			t.Errorf("lineage %+v", got.Model.Spec().Lineage)
		}
	})
}

// threeArgs are logArgs that ask for three segments: so few users are one without asking.
func threeArgs(data, store string, more ...string) []string {
	return logArgs(data, store, append([]string{"--segments", "3"}, more...)...)
}
