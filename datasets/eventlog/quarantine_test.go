package eventlog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"curio/datasets/event"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

func someRejects() []event.Reject {
	var all []event.Reject
	for i := range 10 {
		all = append(all, event.Reject{File: "events.jsonl", Line: i + 1, Code: "a", Field: "ts", Value: "<&>", Message: "m"})
	}
	return append(all, event.Reject{File: "f", Code: "b", Message: "n"})
}

func TestQuarantine(t *testing.T) {
	var out bytes.Buffer
	q := NewQuarantine(&out, 3)
	for _, r := range someRejects() {
		q.Add(r)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"a": 10, "b": 1}, q.Counts()); diff != "" {
		t.Error(diff)
	}
	if q.Total() != 11 {
		t.Errorf("total %d, want 11", q.Total())
	}
	if diff := cmp.Diff(someRejects()[:3], q.Examples("a")); diff != "" {
		t.Error(diff)
	}
	if n := len(q.Examples("none")); n != 0 {
		t.Errorf("%d examples of a code that never came", n)
	}
	z, err := zstd.NewReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	var got []event.Reject
	for d := json.NewDecoder(z); d.More(); {
		var r event.Reject
		if err := d.Decode(&r); err != nil {
			t.Fatal(err)
		}
		got = append(got, r)
	}
	if diff := cmp.Diff(someRejects(), got); diff != "" {
		t.Error(diff)
	}
	q.Add(event.Reject{Code: "late"})
	if q.Counts()["late"] != 1 {
		t.Error("a reject after the end is not counted")
	}
}

func TestQuarantineBytesRepeat(t *testing.T) {
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		q := NewQuarantine(w, 0)
		for _, r := range someRejects() {
			q.Add(r)
		}
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same rejects gave other bytes")
	}
}

var errFull = errors.New("disk is full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestQuarantineReportsAFailedWrite(t *testing.T) {
	q := NewQuarantine(full{}, 1)
	for i := range 20_000 {
		q.Add(event.Reject{Code: "a", Value: fmt.Sprint(i * 7919)})
	}
	if err := q.Close(); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
	if q.Total() != 20_000 {
		t.Errorf("total %d, want 20000", q.Total())
	}
}

func TestQuarantineWithoutStream(t *testing.T) {
	q := NewQuarantine(nil, 1)
	q.Add(event.Reject{Code: "a"})
	if err := q.Close(); err != nil || q.Total() != 1 {
		t.Error(err, q.Total())
	}
}
