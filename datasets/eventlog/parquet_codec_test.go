package eventlog

import (
	"encoding/binary"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/encoding/rle"
	pq "github.com/parquet-go/parquet-go/format"
)

func TestHybrid(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for width := range 33 {
		for _, n := range []int{1, 7, 8, 9, 64, 1000} {
			want := make([]int32, n)
			for i := range want {
				if i > 0 && rng.IntN(3) > 0 {
					want[i] = want[i-1] // runs
				} else if width > 0 {
					want[i] = int32(rng.Uint32() >> (32 - width))
				}
			}
			src, err := (&rle.Encoding{BitWidth: width}).EncodeInt32(nil, want)
			if err != nil {
				t.Fatal(err)
			}
			h := hybrid{src: slices.Clip(src), width: width}
			got := make([]int32, n)
			for at := 0; at < n; {
				size := min(1+rng.IntN(20), n-at)
				if !h.next(got[at : at+size]) {
					t.Fatalf("width %d: %d of %d values", width, at, n)
				}
				at += size
			}
			if !slices.Equal(got, want) {
				t.Errorf("width %d: %v, want %v", width, got, want)
			}
			if width == 0 {
				continue
			}
			for cut := range src {
				h := hybrid{src: src[:cut], width: width}
				if h.next(make([]int32, n+8)) {
					t.Errorf("width %d: %d values out of %d of %d bytes", width, n+8, cut, len(src))
				}
			}
		}
	}
	// A run may claim more values than there are rows, and take no memory for it.
	h := hybrid{src: []byte{0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 1}, width: 1}
	one := []int32{0}
	if !h.next(one) || one[0] != 1 {
		t.Error("a long run")
	}
	overflow := binary.AppendUvarint(nil, 1<<60<<1|1) // groups of 16 bits each: 2^64 bytes
	for _, src := range [][]byte{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 1}, {0x80}, {2}, {}, append(overflow, 1, 2)} {
		if h := (hybrid{src: src, width: 16}); h.next(one) {
			t.Errorf("%v has a value", src)
		}
	}
}

func TestDeltas(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, spread := range []int64{1, 100, 1 << 20, 1 << 40, 1 << 61, math.MaxInt64} {
		for _, n := range []int{0, 1, 2, 32, 33, 128, 129, 1000} {
			want := make([]int64, n)
			for i := range want {
				want[i] = rng.Int64N(spread) - spread/2
			}
			if n > 2 && spread == math.MaxInt64 {
				want[1], want[2] = math.MaxInt64, math.MinInt64
			}
			src, err := new(delta.BinaryPackedEncoding).EncodeInt64(nil, want)
			if err != nil {
				t.Fatal(err)
			}
			src = append(src, "rest"...)
			got, rest, ok := deltas(nil, src, n)
			if !ok || !slices.Equal(got, want) || string(rest) != "rest" {
				t.Fatalf("%d within %d: %v, rest %q", n, spread, ok, rest)
			}
			if atMost(src, pq.DeltaBinaryPacked) != n {
				t.Errorf("%d values were counted as %d", n, atMost(src, pq.DeltaBinaryPacked))
			}
			if _, _, ok := deltas(nil, src, n-1); ok && n > 0 {
				t.Errorf("%d values where %d fit", n, n-1)
			}
		}
	}
}

func TestDeltasRefuses(t *testing.T) {
	head := func(block, minis, values uint64) []byte {
		b := binary.AppendUvarint(binary.AppendUvarint(binary.AppendUvarint(nil, block), minis), values)
		return append(b, make([]byte, 600)...) // a first value of 0 and differences of 0
	}
	for _, c := range []struct {
		block, minis, values uint64
		ok                   bool
	}{
		{128, 4, 100, true}, {1 << 16, 1, 100, true}, {128, 3, 100, false}, {128, 0, 100, false}, {100, 4, 100, false},
		{1<<16 + 128, 4, 100, false}, {128, 8, 100, false}, {128, 4, 1 << 40, false}, {0, 1, 100, false},
	} {
		if _, _, ok := deltas(nil, head(c.block, c.minis, c.values), 100); ok != c.ok {
			t.Errorf("%d values in blocks of %d, %d miniblocks: %v", c.values, c.block, c.minis, ok)
		}
	}
}

func TestPrefixedTexts(t *testing.T) {
	// The second text repeats the first, and so on: what they take grows with the
	// square of the input.
	n := 1 << 14
	prefixes, suffixes := make([]int64, n), make([]int64, n)
	for i := range n {
		prefixes[i], suffixes[i] = int64(i), 1
	}
	if _, _, ok := prefixedTexts(nil, prefixes, suffixes, make([]byte, n), nil); ok {
		t.Error("took more than the limit")
	}
	for _, bad := range [][2]int64{{1, 0}, {-1, 2}, {0, -1}, {0, 5}} {
		if _, _, ok := prefixedTexts(nil, []int64{bad[0]}, []int64{bad[1]}, []byte("abcd"), nil); ok {
			t.Errorf("prefix %d and suffix %d of nothing and four bytes", bad[0], bad[1])
		}
	}
}

func TestPrintable(t *testing.T) {
	for n := range 40 {
		good := []byte(strings.Repeat(" ~aZ", 10)[:n])
		if !printable(string(good)) {
			t.Errorf("%q", good)
		}
		for i := range n {
			for _, c := range []byte{0, '\n', 0x1F, 0x7F, 0x80, 0xFF} {
				bad := slices.Clone(good)
				bad[i] = c
				if printable(string(bad)) {
					t.Errorf("%q", bad)
				}
			}
		}
	}
}

// A number with few decimals is taken without its text, and is what the text says.
func FuzzExact(f *testing.F) {
	for _, x := range []float64{0, 0.1, 19.99, 4.335, -0.01, 1e15, 0.1 + 0.2, math.NaN(), math.Inf(1), math.Copysign(0, -1), 1e-300, 123456.789} {
		f.Add(x, uint8(2))
	}
	f.Fuzz(func(t *testing.T, x float64, digits uint8) {
		scale := int(digits % 5)
		for _, bits := range []int{64, 32} {
			if bits == 32 {
				x = float64(float32(x))
			}
			got, ok := exact(x, bits == 32, scale)
			want, number := new(big.Rat).SetString(strconv.FormatFloat(x, 'g', -1, bits))
			if !number {
				if ok {
					t.Errorf("%v is taken for %d", x, got)
				}
				continue
			}
			want.Mul(want, new(big.Rat).SetInt64(int64(tens[scale])))
			if ok && want.Cmp(new(big.Rat).SetInt64(got)) != 0 {
				t.Errorf("%v (%d bits) * 10^%d is %s, got %d", x, bits, scale, want, got)
			}
			if small := want.IsInt() && want.Num().BitLen() < 19; small && !ok {
				t.Errorf("%v (%d bits) * 10^%d is %s and is not taken", x, bits, scale, want)
			}
		}
	})
}

func TestExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 100_000 {
		scale := rng.IntN(5)
		n := rng.Int64N(1e12)
		x, _ := strconv.ParseFloat(strconv.FormatInt(n, 10)+"e-"+strconv.Itoa(scale), 64)
		if got, ok := exact(x, false, scale); !ok || got != n {
			t.Fatalf("%d*10^-%d: %d, %v", n, scale, got, ok)
		}
		if got, ok := exact(math.Nextafter(x, 0), false, scale); ok && n > 0 {
			t.Fatalf("below %d*10^-%d: taken for %d", n, scale, got)
		}
	}
}
