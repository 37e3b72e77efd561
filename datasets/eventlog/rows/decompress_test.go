package rows

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"
)

// packing is one way to compress.
type packing struct {
	name string
	pack func(t testing.TB, data []byte) []byte
	open func(io.Reader, Limits) io.ReadCloser
}

var packings = []packing{
	{"gzip", func(t testing.TB, data []byte) []byte {
		return packed(t, data, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil })
	}, Gunzip},
	{"zstd", func(t testing.TB, data []byte) []byte {
		return packed(t, data, func(w io.Writer) (io.WriteCloser, error) {
			return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithZeroFrames(true))
		})
	}, Unzstd},
}

func packed(t testing.TB, data []byte, open func(io.Writer) (io.WriteCloser, error)) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := open(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// eachPacking runs a test for each way to compress.
func eachPacking(t *testing.T, test func(*testing.T, packing)) {
	for _, p := range packings {
		t.Run(p.name, func(t *testing.T) {
			defer goleak.VerifyNone(t)
			test(t, p)
		})
	}
}

func noise(n int) []byte {
	rng := rand.New(rand.NewPCG(7, 7))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

func TestDecompress(t *testing.T) {
	eachPacking(t, func(t *testing.T, p packing) {
		a, b := noise(100_000), noise(50_000)
		members := append(p.pack(t, a), p.pack(t, b)...)
		z := p.open(iotest.HalfReader(bytes.NewReader(members)), Limits{})
		got, err := io.ReadAll(z)
		if err != nil || !bytes.Equal(got, append(a, b...)) {
			t.Fatalf("%d bytes, %v; want both members", len(got), err)
		}
		if err := z.Close(); err != nil {
			t.Error(err)
		}
		if _, err := z.Read(make([]byte, 1)); err == nil {
			t.Error("reads go on when it is closed")
		}
		if err := p.open(nil, Limits{}).Close(); err != nil {
			t.Error("closed before it was read:", err)
		}
	})
}

func TestDecompressDamage(t *testing.T) { eachPacking(t, testDamage) }

func testDamage(t *testing.T, p packing) {
	whole := p.pack(t, noise(10_000))
	flipped := bytes.Clone(whole)
	flipped[len(flipped)-map[string]int{"gzip": 6, "zstd": 2}[p.name]] ^= 1 // in the checksum
	for _, c := range []struct {
		name string
		in   []byte
		want error
	}{
		{"Empty", nil, ErrTruncated},
		{"HalfHeader", whole[:5], ErrTruncated},
		{"HalfBody", whole[:5000], ErrTruncated},
		{"NoTrailer", whole[:len(whole)-map[string]int{"gzip": 8, "zstd": 4}[p.name]], ErrTruncated},
		{"HalfTrailer", whole[:len(whole)-1], ErrTruncated},
		{"Other", []byte("this is plain text"), ErrCorrupt},
		{"Checksum", flipped, ErrCorrupt},
		{"Garbage", append(bytes.Clone(whole), "garbage that is no member"...), ErrCorrupt},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := p.open(bytes.NewReader(c.in), Limits{})
			defer r.Close()
			if _, err := io.ReadAll(r); !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if _, err := r.Read(make([]byte, 1)); !errors.Is(err, c.want) {
				t.Errorf("then %v, want %v again", err, c.want)
			}
		})
	}
}

// A failing disk is not a damaged file.
func TestDecompressPassesErrorsOfItsStream(t *testing.T) { eachPacking(t, testErrors) }

func testErrors(t *testing.T, p packing) {
	whole := p.pack(t, noise(10_000))
	for _, cause := range []error{errors.New("disk"), io.ErrUnexpectedEOF} {
		in := io.MultiReader(bytes.NewReader(whole[:5000]), iotest.ErrReader(cause))
		z := p.open(in, Limits{})
		_, err := io.ReadAll(z)
		z.Close()
		if !errors.Is(err, cause) || errors.Is(err, ErrTruncated) || errors.Is(err, ErrCorrupt) {
			t.Errorf("error %v, want %v alone", err, cause)
		}
	}
}

func TestDecompressLimits(t *testing.T) { eachPacking(t, testLimits) }

func testLimits(t *testing.T, p packing) {
	const size = 1000
	in := p.pack(t, noise(size))
	for _, c := range []struct {
		limit int64
		want  error
	}{{size + 1, nil}, {size, nil}, {size - 1, ErrBomb}, {0, nil}} {
		z := p.open(bytes.NewReader(in), Limits{Bytes: c.limit})
		if _, err := io.ReadAll(z); !errors.Is(err, c.want) {
			t.Errorf("limit %d of %d bytes: %v, want %v", c.limit, size, err, c.want)
		}
		z.Close()
	}
}

func TestDecompressRatio(t *testing.T) { eachPacking(t, testRatio) }

func testRatio(t *testing.T, p packing) {
	in := p.pack(t, []byte(strings.Repeat("0", 4*RatioFrom)))
	ratio := int64(4 * RatioFrom / len(in))
	for _, c := range []struct {
		in    []byte
		limit int64
		want  error
	}{
		{in, ratio + 50, nil},
		{in, ratio - 50, ErrBomb},
		{p.pack(t, []byte(strings.Repeat("0", RatioFrom))), 2, nil}, // small enough to pass at any ratio
		{p.pack(t, []byte(strings.Repeat("0", RatioFrom+1))), 2, ErrBomb},
	} {
		z := p.open(bytes.NewReader(c.in), Limits{Ratio: c.limit})
		n, err := io.Copy(io.Discard, z)
		z.Close()
		if !errors.Is(err, c.want) {
			t.Errorf("limit %d at ratio %d: %v, want %v", c.limit, ratio, err, c.want)
		}
		if c.want != nil && n >= 4*RatioFrom {
			t.Errorf("a bomb gave all its %d bytes", n)
		}
	}
}

// A zstd frame that needs more memory than is given to it.
func TestUnzstdWindow(t *testing.T) {
	defer goleak.VerifyNone(t)
	for window, want := range map[int]error{MaxWindow: nil, 2 * MaxWindow: ErrBomb} {
		var in bytes.Buffer
		w, err := zstd.NewWriter(&in, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window))
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // a frame that is written at once is given a smaller window
			_, err := w.Write(noise(10_000))
			if err := errors.Join(err, w.Flush()); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		z := Unzstd(&in, Limits{})
		if _, err := io.Copy(io.Discard, z); !errors.Is(err, want) {
			t.Errorf("window of %d: %v, want %v", window, err, want)
		}
		z.Close()
	}
}

func FuzzDecompress(f *testing.F) {
	f.Add([]byte("plain"))
	for _, p := range packings {
		f.Add(p.pack(f, []byte("a,b\n")))
		f.Add(append(p.pack(f, nil), p.pack(f, []byte(strings.Repeat("0", 1<<17)))...))
		f.Add(p.pack(f, nil)[:5])
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		for _, p := range packings {
			z := p.open(bytes.NewReader(in), Limits{Bytes: 1 << 16})
			n, err := io.Copy(io.Discard, z)
			z.Close()
			if n > 1<<16 {
				t.Errorf("%d bytes past the limit", n)
			}
			if err != nil && !errors.Is(err, ErrTruncated) && !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrBomb) {
				t.Errorf("undocumented error %v", err)
			}
		}
	})
}
