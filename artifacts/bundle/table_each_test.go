package bundle

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func each(data []byte, most int) (rows []testRow, visits int64, err error) {
	var n atomic.Int64
	rows = make([]testRow, most)
	err = EachRow(data, most, func(i int, row *testRow) error {
		n.Add(1)
		rows[i] = *row
		return nil
	})
	return rows, n.Load(), err
}

func TestEachRow(t *testing.T) {
	for _, n := range []int{0, 1, chunkRows + 1, groupRows, groupRows + 1, 2*groupRows + 7} {
		want := testRows(n)
		data, err := EncodeTable(want)
		if err != nil {
			t.Fatal(err)
		}
		got, visits, err := each(data, n)
		if err != nil || visits != int64(n) {
			t.Fatalf("%d rows: %d visits, %v", n, visits, err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%d rows (-written +read):\n%s", n, diff)
		}
		if n == 0 {
			continue
		}
		if _, _, err := each(data, n-1); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%d rows, one less allowed: %v", n, err)
		}
	}
}

func TestEachRowRefused(t *testing.T) {
	data, err := EncodeTable(testRows(groupRows + 10))
	if err != nil {
		t.Fatal(err)
	}
	stop := errors.New("stop")
	err = EachRow(data, groupRows+10, func(i int, row *testRow) error {
		if i == groupRows+5 {
			return stop
		}
		return nil
	})
	if err != stop {
		t.Errorf("%v, want what visit returned", err)
	}
}

// What DecodeTable refuses EachRow refuses, and neither panics.
func TestEachRowDamaged(t *testing.T) {
	whole, err := EncodeTable(testRows(50))
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		data := bytes.Clone(whole)
		if random.IntN(4) == 0 {
			data = data[:random.IntN(len(data))]
		}
		for range 1 + random.IntN(3) {
			if len(data) > 0 {
				data[random.IntN(len(data))] ^= 1 << random.IntN(8)
			}
		}
		want, wantErr := DecodeTable[testRow](data, 50)
		got, _, err := each(data, 50)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("DecodeTable: %v, EachRow: %v", wantErr, err)
		}
		if err == nil && !cmp.Equal(want, got[:len(want)], cmpopts.EquateEmpty(), cmpopts.EquateNaNs()) {
			t.Fatal("they read different rows")
		}
	}
}
