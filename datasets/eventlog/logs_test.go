package eventlog

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// logOf writes n plausible events as rows of one format.
func logOf(n int, row func(b *bytes.Buffer, ts int, user, item int, what, extra string)) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	extras := [][2]string{{"view", ""}, {"watch", "seconds"}, {"progress", "progress"}, {"rating", "rating"}}
	var b bytes.Buffer
	for i := range n {
		x := extras[rng.IntN(len(extras))]
		row(&b, 1700000000+i, rng.IntN(n/50+1), rng.IntN(1000), x[0], x[1])
	}
	return b.Bytes()
}

func jsonLog(n int) []byte {
	return logOf(n, func(b *bytes.Buffer, ts, user, item int, what, extra string) {
		fmt.Fprintf(b, `{"ts":%d,"user_id":"u%06d","item_id":"i%04d","type":"%s"`, ts, user, item, what)
		switch extra {
		case "seconds":
			b.WriteString(`,"seconds":312.5`)
		case "progress":
			b.WriteString(`,"progress":0.35`)
		case "rating":
			b.WriteString(`,"rating":4.5`)
		}
		b.WriteString("}\n")
	})
}

func csvLog(n int) []byte {
	body := logOf(n, func(b *bytes.Buffer, ts, user, item int, what, extra string) {
		cells := map[string]string{extra: "1"}
		fmt.Fprintf(b, "%d,u%06d,i%04d,%s,%s,%s,%s\n", ts, user, item, what, cells["seconds"], cells["progress"], cells["rating"])
	})
	return append([]byte("ts,user_id,item_id,type,seconds,progress,rating\n"), body...)
}

func mustOpen(t testing.TB, fsys fs.FS, o Options) *Source {
	t.Helper()
	s, err := open(context.Background(), "memory", folder{fsys}, selection{}, o.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func zipped(t testing.TB, data []byte) []byte {
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
