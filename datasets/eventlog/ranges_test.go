package eventlog

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"
)

// openRanges opens the only object of a server for reads at any offset.
func openRanges(t *testing.T, s *server, o Options) (io.ReaderAt, int64) {
	t.Helper()
	src, err := Open(context.Background(), "s3://logs", o)
	if err != nil {
		t.Fatal(err)
	}
	at, size, done, err := src.place.openAt(context.Background(), src.files["events"][0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := done(); err != nil {
			t.Error(err)
		}
	})
	return at, size
}

// manyBytes is three and a half pieces of an object.
func manyBytes() string {
	rng := rand.New(rand.NewPCG(4, 4))
	b := make([]byte, rangeAhead*7/2)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return string(b)
}

func TestRanges(t *testing.T) {
	body := manyBytes()
	for name, cut := range map[string]int{"Whole": 0, "BreaksOff": 300_000} {
		t.Run(name, func(t *testing.T) {
			s := &server{objects: map[string]string{"events.jsonl": body}, cut: cut}
			at, size := openRanges(t, s, start(t, s))
			if size != int64(len(body)) {
				t.Fatalf("size %d, want %d", size, len(body))
			}
			for _, r := range [][2]int{{0, 0}, {0, 1}, {0, 100}, {5, 100}, {rangeAhead - 50, 100}, {rangeAhead + 7, 2 * rangeAhead},
				{0, len(body)}, {len(body) - 1, 1}, {len(body) - 10, 10}, {len(body), 0}, {3 * rangeAhead, rangeAhead / 2}} {
				p := make([]byte, r[1])
				n, err := at.ReadAt(p, int64(r[0]))
				if n != r[1] || err != nil || string(p) != body[r[0]:r[0]+r[1]] {
					t.Errorf("%d bytes at %d: %d, %v", r[1], r[0], n, err)
				}
			}
		})
	}
}

func TestRangesAtTheEnd(t *testing.T) {
	const body = "0123456789"
	s := &server{objects: map[string]string{"events.jsonl": body}}
	at, _ := openRanges(t, s, start(t, s))
	for off, want := range map[int64]string{8: "89", 10: "", 99: ""} {
		p := make([]byte, 5)
		if n, err := at.ReadAt(p, off); err != io.EOF || string(p[:n]) != want {
			t.Errorf("at %d: %q, %v; want %q and the end", off, p[:n], err, want)
		}
	}
	if _, err := at.ReadAt(make([]byte, 1), -1); err == nil || err == io.EOF {
		t.Errorf("before the beginning: %v", err)
	}
	if got, err := io.ReadAll(io.NewSectionReader(at, 0, 10)); err != nil || string(got) != body {
		t.Errorf("%q, %v", got, err)
	}
}

// Reads near one another need one request.
func TestRangesReadAhead(t *testing.T) {
	body := manyBytes()
	s := &server{objects: map[string]string{"events.jsonl": body}}
	at, _ := openRanges(t, s, start(t, s))
	for off := 0; off < rangeAhead; off += 1000 {
		p := make([]byte, 500)
		if _, err := at.ReadAt(p, int64(off)); err != nil || !bytes.Equal(p, []byte(body[off:off+500])) {
			t.Fatal(off, err)
		}
	}
	if len(s.gets) > 2 {
		t.Errorf("%d requests for a thousand small reads", len(s.gets))
	}
}

func TestRangesByManyAtOnce(t *testing.T) {
	body := manyBytes()
	s := &server{objects: map[string]string{"events.jsonl": body}}
	at, _ := openRanges(t, s, start(t, s))
	var readers sync.WaitGroup
	for i := range 8 {
		readers.Go(func() {
			for off := i * 1000; off < len(body)-1000; off += 400_000 {
				p := make([]byte, 1000)
				if _, err := at.ReadAt(p, int64(off)); err != nil || string(p) != body[off:off+1000] {
					t.Error(off, err)
				}
			}
		})
	}
	readers.Wait()
}

func TestRangesFail(t *testing.T) {
	for name, c := range map[string]struct {
		s    *server
		want error
	}{
		"Unavailable": {&server{refuse: 503}, ErrUnreachable}, "Denied": {&server{refuse: 403}, fs.ErrPermission},
		"RangesIgnored": {&server{ignore: true}, ErrUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			c.s.objects = map[string]string{"events.jsonl": strings.Repeat("x", 99)}
			o := start(t, c.s)
			o.Retries = 1
			at, _ := openRanges(t, c.s, o)
			if c.s.ignore {
				_, _ = at.ReadAt(make([]byte, 1), 0) // the whole from its beginning is no wrong answer
			}
			if n, err := at.ReadAt(make([]byte, 9), 50); n != 0 || !errors.Is(err, c.want) {
				t.Errorf("%d bytes, %v; want %v", n, err, c.want)
			}
		})
	}
}

func TestRangesNoticeAnotherContent(t *testing.T) {
	s := &server{objects: map[string]string{"events.jsonl": jsonEvents}}
	at, _ := openRanges(t, s, start(t, s))
	s.mu.Lock()
	s.tags = map[string]string{"events.jsonl": "another"}
	s.mu.Unlock()
	if _, err := at.ReadAt(make([]byte, 9), 5); err == nil || !strings.Contains(err.Error(), "changed") {
		t.Errorf("error %v, want one that says the object changed", err)
	}
}

func TestRangesTakeUpAStalledRead(t *testing.T) {
	s := &server{objects: map[string]string{"events.jsonl": jsonEvents}, silent: "body"}
	o := start(t, s)
	o.Stall = 100 * time.Millisecond
	at, size := openRanges(t, s, o)
	p := make([]byte, size)
	if _, err := at.ReadAt(p, 0); err != nil || string(p) != jsonEvents {
		t.Errorf("%v: %q", err, p)
	}
}
