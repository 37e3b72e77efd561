package table

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"curio/datasets/event"
	"curio/features/encode"
	"curio/features/profile"

	"github.com/parquet-go/parquet-go"
)

func rowsOf[T any](t *testing.T, file []byte) []T {
	t.Helper()
	rows, err := parquet.Read[T](bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func pointer[T any](x T) *T { return &x }

func TestSameProfilesGiveTheSameBytes(t *testing.T) {
	var first, again, items, itemsAgain bytes.Buffer
	w := newWorld(2, 150, 30)
	w.writeUsers(t, &first)
	w.writeItems(t, &items)
	r := rand.New(rand.NewPCG(7, 7))
	for u := range w.profiles { // a profile rebuilt by merging
		parts := []profile.User{{}, w.profiles[u], {}}
		var p profile.User
		for _, i := range r.Perm(len(parts)) {
			p.Merge(&parts[i])
		}
		w.profiles[u] = p
	}
	w.writeUsers(t, &again)
	w.writeItems(t, &itemsAgain)
	if !bytes.Equal(first.Bytes(), again.Bytes()) || !bytes.Equal(items.Bytes(), itemsAgain.Bytes()) {
		t.Error("the tables of equal profiles differ")
	}
}

// TestFeaturesAreTheEncoders checks every feature of every user and the order of
// the columns in the file.
func TestFeaturesAreTheEncoders(t *testing.T) {
	w := newWorld(3, 80, 20)
	var file bytes.Buffer
	schema := w.writeUsers(t, &file)
	f, err := parquet.OpenFile(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range f.Root().Columns() {
		if c.Name() != schema[i].Name {
			t.Fatalf("column %d is %q, want %q", i, c.Name(), schema[i].Name)
		}
	}
	for key, want := range map[string]string{
		KeySchema: schema.Hash(), KeyEncoder: w.userEncoder.Hash(), KeyDataset: meta.Dataset, KeyAsOf: fmt.Sprint(int64(now)),
	} {
		if got, ok := f.Lookup(key); !ok || got != want {
			t.Errorf("metadata %s = %q, want %q", key, got, want)
		}
	}
	names := w.userEncoder.Names()
	if got, _ := f.Lookup(KeyFeatures); !strings.HasPrefix(got, `[["f_learning_log_watched_hours","learning.log_watched_hours"],`) || strings.Count(got, "],[") != len(names)-1 {
		t.Errorf("metadata %s = %s", KeyFeatures, got)
	}
	raw := len(schema) - len(names)
	rows := f.RowGroups()[0].Rows()
	defer rows.Close()
	var buffer [1]parquet.Row
	want := make([]float32, len(names))
	for u := range w.users {
		if n, err := rows.ReadRows(buffer[:]); n != 1 {
			t.Fatal(n, err)
		}
		w.userEncoder.Encode(want, &w.users[u], &w.profiles[u], now)
		var got []float32
		buffer[0].Range(func(_ int, values []parquet.Value) bool {
			if f.Schema().Columns()[values[0].Column()][0] == schema[raw+len(got)].Name {
				got = append(got, values[0].Float())
			}
			return len(got) < len(want)
		})
		for j := range want {
			if j >= len(got) || math.Float32bits(got[j]) != math.Float32bits(want[j]) {
				t.Fatalf("user %d: features %v, want %v", u, got, want)
			}
		}
	}
}

func TestRowsPastOneGroup(t *testing.T) {
	for _, n := range []int{0, 1, batchRows - 1, batchRows, batchRows + 1, groupRows, groupRows + 1} {
		var file bytes.Buffer
		table := NewItems(&file, encode.FitItems(nil, nil, 0), Meta{})
		for i := range n {
			if err := table.Write(&event.Item{ID: fmt.Sprint(i)}, &profile.Item{Users: int64(i)}, nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := table.Close(); err != nil {
			t.Fatal(err)
		}
		rows := rowsOf[itemRow](t, file.Bytes())
		if len(rows) != n {
			t.Fatalf("%d rows, want %d", len(rows), n)
		}
		for i := range rows {
			if rows[i].ItemID != fmt.Sprint(i) || rows[i].Users != int64(i) {
				t.Fatalf("row %d of %d is %+v", i, n, rows[i])
			}
		}
	}
}

// full fails after so many bytes.
type full struct{ left int }

var errFull = errors.New("no space left")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestOutputFails(t *testing.T) {
	for _, left := range []int{0, 100, 10_000} {
		table := NewItems(&full{left}, encode.FitItems(nil, nil, 0), Meta{})
		var err error
		for i := 0; i < 3*groupRows && err == nil; i++ {
			err = table.Write(&event.Item{ID: fmt.Sprint(i)}, &profile.Item{}, nil)
		}
		if got := table.Write(&event.Item{}, &profile.Item{}, nil); !errors.Is(got, errFull) {
			t.Errorf("%d bytes: Write = %v, want the error of the output", left, got)
		}
		if got := table.Close(); !errors.Is(err, errFull) || !errors.Is(got, errFull) {
			t.Errorf("%d bytes: Write = %v, Close = %v, want the error of the output", left, err, got)
		}
	}
}
