package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

// written returns the content of a segment with events a, b and c and where each
// line begins.
func written(t *testing.T) (content []byte, begins []int) {
	t.Helper()
	for _, id := range []string{"a", "b", "c"} {
		e := view(id, "u", "i")
		e.ReceivedAt = event.Time(start.UnixMilli())
		begins = append(begins, len(content))
		content = append(content, line(&e)...)
	}
	return content, begins
}

// left makes a data set with one segment of an earlier run.
func left(t *testing.T, content []byte) (dir, path string) {
	t.Helper()
	dir = t.TempDir()
	path = filepath.Join(dir, tableFolder, segmentName(7, start))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, path
}

// TestTorn: wherever the last line breaks off, it is cut off and put aside, and
// the others stay.
func TestTorn(t *testing.T) {
	content, begins := written(t)
	for size := begins[2]; size <= len(content); size++ {
		dir, path := left(t, content[:size])
		kept := begins[2]
		if size == len(content) {
			kept = size
		}
		l := opened(t, dir, options())
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, content[:kept]) {
			t.Fatalf("of %d bytes %d are left, want %d", size, len(got), kept)
		}
		if got := l.Stats().Torn; got != int64(size-kept) {
			t.Errorf("of %d bytes %d are torn, want %d", size, got, size-kept)
		}
		aside, err := os.ReadFile(filepath.Join(dir, tableFolder, fmt.Sprint(tornPrefix, filepath.Base(path), "-", kept)))
		if !bytes.Equal(aside, content[kept:size]) || (err == nil) != (size > kept) {
			t.Errorf("of %d bytes %q are put aside, %v", size, aside, err)
		}
		want := []string{code.Duplicate, code.Duplicate, ""}
		if size == kept && size == len(content) {
			want[2] = code.Duplicate
		}
		if diff := cmp.Diff(want, add(t, l, view("a", "u", "i"), view("b", "u", "i"), view("c", "u", "i"))); diff != "" {
			t.Errorf("of %d bytes: %s", size, diff)
		}
		closed(t, l)
		if n := times(t, dir); n["a"] != 1 || n["b"] != 1 || n["c"] != 1 {
			t.Errorf("of %d bytes: %v", size, n)
		}
	}
}

// TestEnds: what a machine that lost power may leave behind the last event goes;
// what stands in front of one stays.
func TestEnds(t *testing.T) {
	content, begins := written(t)
	half := string(content[:20])
	for name, c := range map[string]struct {
		content string
		kept    int
		bad     int64
		known   int64
	}{
		"Whole":           {string(content), len(content), 0, 3},
		"Zeros":           {string(content) + strings.Repeat("\x00", 5000), len(content), 0, 3},
		"ZeroLines":       {string(content) + strings.Repeat("\x00\n", 5000), len(content), 0, 3},
		"HalfLines":       {string(content) + half + "\n" + half + "\n", len(content), 0, 3},
		"EmptyLines":      {string(content) + "\n\n", len(content), 0, 3},
		"LongTail":        {string(content) + strings.Repeat("x", 5*maxLine), len(content), 0, 3},
		"LongLine":        {string(content) + strings.Repeat("x", 5*maxLine) + "\n", len(content), 0, 3},
		"LongLines":       {string(content) + strings.Repeat(strings.Repeat("x", maxLine+3)+"\n", 5), len(content), 0, 3},
		"MiddleIsBad":     {string(content[:begins[1]]) + half + "\n" + string(content[begins[1]:]), len(content) + len(half) + 1, 1, 3},
		"MiddleIsLong":    {string(content[:begins[1]]) + strings.Repeat("x", 5*maxLine) + "\n" + string(content[begins[1]:]), len(content) + 5*maxLine + 1, 1, 3},
		"MiddleEndsWell":  {string(content[:begins[1]]) + strings.Repeat("x", maxLine+2) + string(content[begins[1]:]), len(content) + maxLine + 2, 1, 2},
		"HalfAndWhole":    {string(content[:begins[1]]) + half + string(content[begins[1]:]), len(content) + len(half), 1, 2},
		"NothingButHalf":  {half, 0, 0, 0},
		"NothingButZeros": {strings.Repeat("\x00", 3*maxLine), 0, 0, 0},
		"NothingButLines": {strings.Repeat("\n", 3*maxLine), 0, 0, 0},
		"Empty":           {"", 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir, path := left(t, []byte(c.content))
			l := opened(t, dir, options())
			got, err := os.ReadFile(path)
			if string(got) != c.content[:c.kept] || (err == nil) != (c.kept > 0) {
				t.Errorf("%d bytes are left, %v, want %d", len(got), err, c.kept)
			}
			s := l.Stats()
			if s.Torn != int64(len(c.content)-c.kept) || s.Bad != c.bad || s.Known != c.known {
				t.Errorf("Stats = %+v, want %d torn, %d bad, %d known", s, len(c.content)-c.kept, c.bad, c.known)
			}
			add(t, l, view("x", "u", "i"))
			closed(t, l)
			l = opened(t, dir, options())
			if s := l.Stats(); s.Torn != 0 || s.Known != c.known+1 {
				t.Errorf("the second time: %+v", s)
			}
		})
	}
}

// TestChunks: the last event is found wherever the chunks that are read end.
func TestChunks(t *testing.T) {
	e := view("a", "u", "i")
	e.ReceivedAt = e.TS
	one := line(&e)
	for _, tail := range []int{2*maxLine - 1, 2 * maxLine, 2*maxLine + 1, maxLine, 2*maxLine - len(one), 2*maxLine - len(one) + 1, 2*maxLine - len(one) - 1, 2*maxLine - 7} {
		content := strings.Repeat(one, 2000) + strings.Repeat("y", tail)
		got, err := end(strings.NewReader(content), int64(len(content)))
		if err != nil || got != int64(2000*len(one)) {
			t.Errorf("behind a tail of %d: %d, %v, want %d", tail, got, err, 2000*len(one))
		}
	}
}

func TestSegmentNames(t *testing.T) {
	for name, want := range map[string]struct {
		number int64
		ok     bool
	}{
		segmentName(1, start):                     {1, true},
		segmentName(999_999_999_999, start):       {999_999_999_999, true},
		"000000000007-20261101T120000Z.jsonl":     {7, true},
		"000000000007-20261101T120000Z.jsonl.zst": {7, false},
		"000000000007-20261301T120000Z.jsonl":     {7, false},
		"000000000007.jsonl":                      {0, false},
		"events.jsonl":                            {0, false},
		"00000000000x-20261101T120000Z.jsonl":     {0, false},
		"":                                        {0, false},
	} {
		if number, at, ok := parseSegment(name); number != want.number || ok != want.ok || ok && !at.Equal(start) {
			t.Errorf("%q: %d, %v, %v, want %v", name, number, at, ok, want)
		}
	}
}

// TestOtherFiles: files of others in the folder stay, and numbers go on behind
// those of packed segments.
func TestOtherFiles(t *testing.T) {
	content, _ := written(t)
	dir, _ := left(t, content)
	others := []string{"part-0001.jsonl", "000000000041-20261101T120000Z.jsonl.zst", "dt=2026-11-01"}
	for _, name := range others[:2] {
		if err := os.WriteFile(filepath.Join(dir, tableFolder, name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, tableFolder, others[2]), 0o700); err != nil {
		t.Fatal(err)
	}
	l := opened(t, dir, options())
	add(t, l, view("x", "u", "i"))
	for _, name := range append(others, segmentName(42, start)) {
		if info, err := os.Stat(filepath.Join(dir, tableFolder, name)); err != nil || name == others[0] && info.Size() != 4 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOpenEnds(t *testing.T) {
	content, _ := written(t)
	dir, _ := left(t, content)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, dir, options()); !errors.Is(err, context.Canceled) {
		t.Errorf("Open = %v, want context.Canceled", err)
	}
	opened(t, dir, options()) // it let go of the lock
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), file, options()); err == nil {
		t.Error("Open in a file = nil")
	}
}

// TestRotation: segments end by size, at the limit and above it, and by age.
func TestRotation(t *testing.T) {
	dir := t.TempDir()
	now := &clock{now: start}
	o := options()
	o.Clock, o.SegmentAge = now.Now, time.Minute
	one := view("0001", "u", "i")
	one.ReceivedAt = event.Time(start.UnixMilli())
	size := len(line(&one))
	fit := minSegment/size + 1
	o.SegmentBytes = int64(fit * size)
	l := opened(t, dir, o)
	next := 0
	send := func(n int) {
		events := make([]event.Event, n)
		for i := range events {
			next++
			events[i] = view(fmt.Sprintf("%04d", next), "u", "i")
		}
		add(t, l, events...)
	}
	expect := func(when string, want ...int) {
		t.Helper()
		var got []int
		for _, path := range segmentsOf(t, dir) {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, bytes.Count(content, []byte{'\n'}))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", when, diff)
		}
	}
	for range fit {
		send(1)
	}
	expect("at the size", fit)
	send(1)
	expect("above the size", fit, 1)
	send(3 * fit)
	expect("a large group", fit, 1, 3*fit)
	send(1)
	expect("behind it", fit, 1, 3*fit, 1)
	now.move(time.Minute - time.Millisecond)
	send(1)
	expect("before the age", fit, 1, 3*fit, 2)
	now.move(time.Millisecond)
	send(1)
	expect("at the age", fit, 1, 3*fit, 2, 1)
	now.move(-time.Hour)
	send(1)
	send(1)
	expect("when the clock is set back", fit, 1, 3*fit, 2, 1, 2)
	closed(t, l)
	l = opened(t, dir, o)
	send(1)
	expect("at a start", fit, 1, 3*fit, 2, 1, 2, 1)
	for i, e := range logged(t, dir) {
		if e.ID != fmt.Sprintf("%04d", i+1) {
			t.Fatalf("event %d is %s", i+1, e.ID)
		}
	}
	if s := l.Stats(); s.Segments != 6 || s.Known != int64(next) {
		t.Errorf("Stats = %+v", s)
	}
}

// TestFinishedStay: finished segments do not change, whatever follows.
func TestFinishedStay(t *testing.T) {
	dir := t.TempDir()
	l := opened(t, dir, options())
	add(t, l, view("a", "u", "i"))
	closed(t, l)
	before, err := os.Stat(segmentsOf(t, dir)[0])
	if err != nil {
		t.Fatal(err)
	}
	l = opened(t, dir, options())
	add(t, l, view("b", "u", "i"))
	after, err := os.Stat(segmentsOf(t, dir)[0])
	if err != nil || !after.ModTime().Equal(before.ModTime()) || after.Size() != before.Size() {
		t.Errorf("the first segment changed: %v, %v", after, err)
	}
}
