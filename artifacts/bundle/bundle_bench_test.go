package bundle

import (
	"math/rand/v2"
	"testing"
)

func BenchmarkTensors(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	data := make([]float32, 4<<20) // 16 MiB
	for i := range data {
		data[i] = random.Float32()
	}
	encoded, err := EncodeTensors(map[string]Tensor{"a": {[]int{len(data)}, data}})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("Encode", func(b *testing.B) {
		b.SetBytes(int64(len(encoded)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := EncodeTensors(map[string]Tensor{"a": {[]int{len(data)}, data}}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Decode", func(b *testing.B) {
		b.SetBytes(int64(len(encoded)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := DecodeTensors(encoded); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkTable(b *testing.B) {
	rows := testRows(100_000)
	encoded, err := EncodeTable(rows)
	if err != nil {
		b.Fatal(err)
	}
	perSecond := func(b *testing.B) {
		b.ReportMetric(float64(len(rows))*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	}
	b.Run("Encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := EncodeTable(rows); err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b)
	})
	b.Run("Decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := DecodeTable[testRow](encoded, len(rows)); err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b)
	})
}
