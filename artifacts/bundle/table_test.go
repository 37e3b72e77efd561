package bundle

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

type testRow struct {
	ID     string   `parquet:"id"`
	Count  int64    `parquet:"count"`
	Small  int32    `parquet:"small"`
	Weight float64  `parquet:"weight"`
	On     bool     `parquet:"on"`
	Tags   []string `parquet:"tags,list"`
	Sums   []int64  `parquet:"sums,list"`
}

func testRows(n int) []testRow {
	rows := make([]testRow, n)
	for i := range rows {
		rows[i] = testRow{ID: fmt.Sprintf("ünit-%d", i), Count: int64(i) - 1, Small: int32(-i), Weight: float64(i) / 3, On: i%2 == 0}
		for j := range i % 3 {
			rows[i].Tags = append(rows[i].Tags, fmt.Sprint("tag", j))
			rows[i].Sums = append(rows[i].Sums, int64(i*j))
		}
	}
	return rows
}

func TestTableRoundTrip(t *testing.T) {
	for _, n := range []int{0, 1, 2, chunkRows - 1, chunkRows, chunkRows + 1, groupRows + 1} {
		rows := testRows(n)
		data, err := EncodeTable(rows)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeTable[testRow](data, n)
		if err != nil {
			t.Fatalf("%d rows: %v", n, err)
		}
		if len(got) != n {
			t.Fatalf("%d rows come back as %d", n, len(got))
		}
		if diff := cmp.Diff(rows[max(0, n-100):], got[max(0, n-100):], cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%d rows: %.500s", n, diff)
		}
		if again, err := EncodeTable(got); err != nil || !bytes.Equal(again, data) {
			t.Errorf("%d rows: other bytes the second time, %v", n, err)
		}
	}
}

func TestTableRows(t *testing.T) {
	data, err := EncodeTable(testRows(10))
	if err != nil {
		t.Fatal(err)
	}
	for limit, ok := range map[int]bool{9: false, 10: true, 11: true} {
		if _, err := DecodeTable[testRow](data, limit); (err == nil) != ok {
			t.Errorf("10 rows with a limit of %d: %v, want ok %v", limit, err, ok)
		}
	}
}

// TestTableOfOneValue: columns that always say the same shrink to nothing and
// must still be read.
func TestTableOfOneValue(t *testing.T) {
	type flat struct {
		N int64 `parquet:"n"`
	}
	rows := make([]flat, 300_000)
	data, err := EncodeTable(rows)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := DecodeTable[flat](data, len(rows)); err != nil || len(got) != len(rows) {
		t.Errorf("%d bytes come back as %d rows, %v", len(data), len(got), err)
	}
}

func TestTableColumns(t *testing.T) {
	data, err := EncodeTable(testRows(3))
	if err != nil {
		t.Fatal(err)
	}
	type fewer struct {
		Tags []string `parquet:"tags,list"`
		ID   string   `parquet:"id"`
	}
	got, err := DecodeTable[fewer](data, 3)
	want := []fewer{{ID: "ünit-0"}, {ID: "ünit-1", Tags: []string{"tag0"}}, {ID: "ünit-2", Tags: []string{"tag0", "tag1"}}}
	if err != nil {
		t.Errorf("a table with more columns: %v", err)
	} else if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	type more struct {
		ID    string `parquet:"id"`
		Other string `parquet:"other"`
	}
	if _, err := DecodeTable[more](data, 3); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "other") {
		t.Errorf("a table without a column = %v, want ErrCorrupt that names it", err)
	}
	type retyped struct {
		ID int64 `parquet:"id"`
	}
	if _, err := DecodeTable[retyped](data, 3); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "id") {
		t.Errorf("a table with a column of another type = %v, want ErrCorrupt that names it", err)
	}
	type unlisted struct {
		Tags string `parquet:"tags"`
	}
	if _, err := DecodeTable[unlisted](data, 3); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a list read as one value = %v, want ErrCorrupt", err)
	}
	type later struct {
		ID    string  `parquet:"id"`
		Other int64   `parquet:"other"`
		List  []int64 `parquet:"list,list"`
	}
	if got, err := DecodeTable[later](data, 3, "other", "list"); err != nil || len(got) != 3 || got[1].ID != "ünit-1" || got[1].Other != 0 || len(got[1].List) != 0 {
		t.Errorf("a table without added columns = %+v, %v", got, err)
	}
	if _, err := DecodeTable[later](data, 3, "other"); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "list") {
		t.Errorf("a table without a column that was not added = %v, want ErrCorrupt that names it", err)
	}
	if _, err := DecodeTable[retyped](data, 3, "id"); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a table with an added column of another type = %v, want ErrCorrupt", err)
	}
	if _, err := DecodeTable[unlisted](data, 3, "tags"); !errors.Is(err, ErrCorrupt) {
		t.Errorf("an added list read as one value = %v, want ErrCorrupt", err)
	}
	type mapped struct {
		M map[string]int64 `parquet:"m"`
	}
	if _, err := EncodeTable([]mapped{{}}); err == nil {
		t.Error("EncodeTable of a map = nil, want an error")
	}
}

func TestTableDamaged(t *testing.T) {
	data, err := EncodeTable(testRows(50))
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(data); n += 7 { // also: no panic gets out
		if _, err := DecodeTable[testRow](data[:n], 50); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("cut to %d of %d bytes: %v, want ErrCorrupt", n, len(data), err)
		}
	}
	for i := 0; i < len(data); i += 3 {
		data[i] ^= 0xff
		if _, err := DecodeTable[testRow](data, 50); err != nil && !errors.Is(err, ErrCorrupt) {
			t.Fatalf("byte %d inverted: %v, want ErrCorrupt or nothing", i, err)
		}
		data[i] ^= 0xff
	}
}

func FuzzDecodeTable(f *testing.F) {
	for _, n := range []int{0, 1, 20} {
		data, err := EncodeTable(testRows(n))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("PAR1PAR1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		const limit = 1000
		rows, err := DecodeTable[testRow](data, limit)
		if err != nil && !errors.Is(err, ErrCorrupt) {
			t.Errorf("the error has no sentinel: %v", err)
		}
		if len(rows) > limit {
			t.Errorf("%d rows, more than %d", len(rows), limit)
		}
	})
}
