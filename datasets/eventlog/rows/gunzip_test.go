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
)

func zip(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func noise(n int) []byte {
	rng := rand.New(rand.NewPCG(7, 7))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

func TestGunzip(t *testing.T) {
	a, b := noise(100_000), noise(50_000)
	members := append(zip(t, a), zip(t, b)...)
	got, err := io.ReadAll(Gunzip(bytes.NewReader(members), Limits{}))
	if err != nil || !bytes.Equal(got, append(a, b...)) {
		t.Fatalf("%d bytes, %v; want both members", len(got), err)
	}
}

func TestGunzipDamage(t *testing.T) {
	whole := zip(t, noise(10_000))
	flipped := bytes.Clone(whole)
	flipped[len(flipped)-6] ^= 1 // in the checksum
	for _, c := range []struct {
		name string
		in   []byte
		want error
	}{
		{"Empty", nil, ErrTruncated},
		{"HalfHeader", whole[:5], ErrTruncated},
		{"HalfBody", whole[:5000], ErrTruncated},
		{"NoTrailer", whole[:len(whole)-8], ErrTruncated},
		{"HalfTrailer", whole[:len(whole)-1], ErrTruncated},
		{"NotGzip", []byte("this is plain text"), ErrCorrupt},
		{"Checksum", flipped, ErrCorrupt},
		{"Garbage", append(bytes.Clone(whole), "garbage that is no member"...), ErrCorrupt},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Gunzip(bytes.NewReader(c.in), Limits{})
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
func TestGunzipPassesErrorsOfItsStream(t *testing.T) {
	whole := zip(t, noise(10_000))
	for _, cause := range []error{errors.New("disk"), io.ErrUnexpectedEOF} {
		in := io.MultiReader(bytes.NewReader(whole[:5000]), iotest.ErrReader(cause))
		_, err := io.ReadAll(Gunzip(in, Limits{}))
		if !errors.Is(err, cause) || errors.Is(err, ErrTruncated) || errors.Is(err, ErrCorrupt) {
			t.Errorf("error %v, want %v alone", err, cause)
		}
	}
}

func TestGunzipLimits(t *testing.T) {
	const size = 1000
	in := zip(t, noise(size))
	for _, c := range []struct {
		limit int64
		want  error
	}{{size + 1, nil}, {size, nil}, {size - 1, ErrBomb}, {0, nil}} {
		if _, err := io.ReadAll(Gunzip(bytes.NewReader(in), Limits{Bytes: c.limit})); !errors.Is(err, c.want) {
			t.Errorf("limit %d of %d bytes: %v, want %v", c.limit, size, err, c.want)
		}
	}
}

func TestGunzipRatio(t *testing.T) {
	in := zip(t, []byte(strings.Repeat("0", 4*RatioFrom)))
	ratio := int64(4 * RatioFrom / len(in))
	for _, c := range []struct {
		in    []byte
		limit int64
		want  error
	}{
		{in, ratio + 50, nil},
		{in, ratio - 50, ErrBomb},
		{zip(t, []byte(strings.Repeat("0", RatioFrom))), 2, nil}, // small enough to pass at any ratio
		{zip(t, []byte(strings.Repeat("0", RatioFrom+1))), 2, ErrBomb},
	} {
		n, err := io.Copy(io.Discard, Gunzip(bytes.NewReader(c.in), Limits{Ratio: c.limit}))
		if !errors.Is(err, c.want) {
			t.Errorf("limit %d at ratio %d: %v, want %v", c.limit, ratio, err, c.want)
		}
		if c.want != nil && n >= 4*RatioFrom {
			t.Errorf("a bomb gave all its %d bytes", n)
		}
	}
}

func FuzzGunzip(f *testing.F) {
	f.Add([]byte("plain"))
	f.Add(zip(f, []byte("a,b\n")))
	f.Add(zip(f, nil)[:12])
	f.Fuzz(func(t *testing.T, in []byte) {
		n, err := io.Copy(io.Discard, Gunzip(bytes.NewReader(in), Limits{Bytes: 1 << 16}))
		if n > 1<<16 {
			t.Errorf("%d bytes past the limit", n)
		}
		if err != nil && !errors.Is(err, ErrTruncated) && !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrBomb) {
			t.Errorf("undocumented error %v", err)
		}
	})
}
