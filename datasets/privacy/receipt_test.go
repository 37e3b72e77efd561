package privacy

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"curio/datasets/event"
)

var update = flag.Bool("update", false, "write the golden files")

func quoted(id string) string {
	data, _ := json.Marshal(id)
	return string(data)
}

// erasedPlatform has users in the table and the log, in one of them, and past
// their retention.
func erasedPlatform() *table {
	return &table{
		cat: event.Catalogue{Users: []event.User{{ID: "both"}, {ID: "listed"}, {ID: "stays"}}},
		events: []event.Event{
			{UserID: "both", TS: 9500}, {UserID: "acts", TS: 9500}, {UserID: "both", TS: 9600}, {UserID: "both", TS: 1},
			{UserID: "old", TS: 1}, {UserID: "stays", TS: 1}, {UserID: "stays", TS: 9500},
		},
	}
}

func receipt(t *testing.T, key *Pseudonymiser, workers int) *Receipt {
	t.Helper()
	s := guard(t, erasedPlatform(), Options{
		Retain: time.Second, Now: 10_000, Pseudonyms: key, Erasures: erase("both", "listed", "acts", "old", "nobody"),
	})
	if _, err := s.Receipt(); !errors.Is(err, ErrUnread) {
		t.Errorf("before reading: %v", err)
	}
	if _, err := s.Catalogue(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Receipt(); !errors.Is(err, ErrUnread) {
		t.Errorf("before reading events: %v", err)
	}
	read(t, s, workers)
	r, err := s.Receipt()
	if err != nil {
		t.Fatal(err)
	}
	r.CreatedAt = time.Date(2026, 11, 1, 12, 0, 0, 123_456_789, time.FixedZone("", 3600))
	r.Dataset, r.DatasetSHA, r.Artifact = "s3://logs/<main>", "ab12", "0123456789abcdef"
	return r
}

func TestReceiptGolden(t *testing.T) {
	for name, key := range map[string]*Pseudonymiser{"pseudonyms": testKey(t), "digests": nil} {
		data, err := receipt(t, key, 1).Encode()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", "receipt-"+name+".json")
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(data)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if more, err := receipt(t, key, 3).Encode(); err != nil || !bytes.Equal(more, data) {
			t.Errorf("%s: another number of workers gives\n%s%v", name, more, err)
		}
		for _, id := range []string{"both", "listed", "acts", "nobody", "stays"} {
			if strings.Contains(string(data), `"`+id) {
				t.Errorf("%s tells %s", name, id)
			}
		}
	}
}

func TestReceiptSaysWhatWasRemoved(t *testing.T) {
	p := testKey(t)
	r := receipt(t, p, 2)
	want := []ErasedUser{
		{User: p.User("both"), Events: 2, Listed: true}, {User: p.User("listed"), Listed: true},
		{User: p.User("acts"), Events: 1}, {User: p.User("old")},
	}
	slices.SortFunc(want, func(a, b ErasedUser) int { return strings.Compare(a.User, b.User) })
	if diff := cmp.Diff(want, r.Erased); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{p.User("nobody")}, r.NotFound); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(ReceiptCounts{Asked: 5, Erased: 4, NotFound: 1, Events: 3, Rows: 2}, r.Counts); diff != "" {
		t.Error(diff)
	}
	none := guard(t, erasedPlatform(), Options{})
	read(t, none, 1)
	if r, err := none.Receipt(); err != nil || r.Erased == nil || r.NotFound == nil || r.Counts != (ReceiptCounts{}) || r.PseudonymKey != "" {
		t.Errorf("nobody asked: %+v, %v", r, err)
	}
}

func TestReceiptTime(t *testing.T) {
	r := receipt(t, testKey(t), 1)
	r.CreatedAt = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	if _, err := r.Encode(); err != nil {
		t.Error(err)
	}
	r.CreatedAt = r.CreatedAt.Add(time.Second)
	if _, err := r.Encode(); err == nil {
		t.Error("a time past the year 9999 is written")
	}
}
