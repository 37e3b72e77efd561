package intake

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"curio/datasets/event"
)

// recover puts segments right and reads again what has to be known.
func (l *Log) recover(ctx context.Context, folder string) error {
	all, next, err := listSegments(folder)
	if err != nil {
		return err
	}
	l.out.number = next
	kept := all[:0]
	for _, s := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		left, torn, err := repair(s.path)
		if err != nil {
			return fmt.Errorf("put right %s: %w", filepath.Base(s.path), err)
		}
		l.count.start.Torn += torn
		if left > 0 {
			kept = append(kept, s)
		}
	}
	l.count.start.Segments = len(kept)
	from, err := l.needed(ctx, kept)
	if err != nil {
		return err
	}
	for _, s := range kept[from:] {
		if err := l.replay(ctx, s.path); err != nil {
			return fmt.Errorf("read %s: %w", filepath.Base(s.path), err)
		}
	}
	l.count.known.Store(int64(l.seen.len()))
	return nil
}

// needed returns the first of the segments that hold the last Window ids and the
// events that are recent.
func (l *Log) needed(ctx context.Context, all []found) (from int, err error) {
	since := l.o.Clock()
	if l.o.Recent != nil {
		since = since.Add(-l.o.Recent.o.Age)
	}
	from = len(all)
	for lines := 0; from > 0; from-- {
		late := l.o.Recent != nil && (from == len(all) || all[from].start.After(since))
		if lines >= l.o.Window && !late {
			break
		}
		n, err := countLines(ctx, all[from-1].path)
		if err != nil {
			return 0, err
		}
		lines += n
	}
	return from, nil
}

func countLines(ctx context.Context, path string) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	n := 0
	for b := make([]byte, 1<<20); ; {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		got, err := f.Read(b)
		n += bytes.Count(b[:got], []byte{'\n'})
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return 0, err
		}
	}
}

// replay reads the events of a segment.
func (l *Log) replay(ctx context.Context, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	oldest := event.Time(0)
	if l.o.Recent != nil {
		oldest = event.Time(l.o.Clock().Add(-l.o.Recent.o.Age).UnixMilli())
	}
	var content []byte
	n := 0
	bad, err := scan(f, func(e *event.Event) error {
		if n++; n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		content = appendContent(content[:0], e)
		name := nameOf(e.ID)
		if _, ok := l.seen.get(name); ok {
			return nil // it stands twice after a write that could not be taken back
		}
		l.seen.add(name, saidBy(content, e.TS, e.ReceivedAt))
		if l.o.Recent != nil && e.ReceivedAt > oldest {
			l.o.Recent.add(e)
		}
		return nil
	})
	l.count.start.Replayed += int64(n)
	l.count.start.Bad += int64(bad)
	return err
}
