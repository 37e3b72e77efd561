// Package timeline gathers the events of a data set by user, each event once and
// in order of time, in bounded memory: Options.Memory, and in a visit, for each
// worker, a 256th of all events or all those of one user, whichever is more.
//
// Gathering is an external group-by. Events are written to partitions by a hash of
// their user; those past Options.Memory go to one temporary file. Duplicates are
// found by a second set of partitions, of the 128-bit names of the events (package
// rowhash), where equal names meet; all repeats of one event meet in one of them.
// Visiting then takes one partition at a time.
package timeline

import (
	"cmp"
	"fmt"
	"os"
	"runtime"

	"curio/datasets/event"
	"curio/datasets/eventlog/rowhash"
)

// partitions is how many parts events are divided into: a billion events are
// visited with some 300 MB a worker.
const partitions = 256

// Options say where events are kept. The zero value is ready.
type Options struct {
	Workers int    // goroutines that read and visit; GOMAXPROCS if 0
	Memory  int64  // bytes of events held before the rest goes to disk; 256 MiB if 0, none if negative
	chunk   int    // bytes of a partition that go to disk together; chunkSize if 0
	Dir     string // for the temporary file, some 100 bytes an event past Memory; os.TempDir() if empty
}

func (o Options) withDefaults() Options {
	o.Workers = cmp.Or(max(o.Workers, 0), runtime.GOMAXPROCS(0))
	o.Memory = cmp.Or(o.Memory, 256<<20)
	o.chunk = cmp.Or(o.chunk, chunkSize)
	o.Dir = cmp.Or(o.Dir, os.TempDir())
	return o
}

// Entry is one event of a user. Its texts are valid during the visit only. The id
// of the event is not kept, only that there was one.
type Entry struct {
	event.Event
	Item  int32 // index into Timelines.Items, -1 for none
	Named bool
	Part  event.Part
	At    event.Place
}

// User is all that one user did, in order of TS, then of place, each event once.
type User struct {
	ID      string
	Entries []Entry
}

// Timelines are the events of a data set, ready to be visited as often as needed.
// Close gives back the disk space they take.
type Timelines struct {
	o      Options
	files  []string
	spill  *spill
	events *spool
	items  items
	// repeated are the places of duplicates, by the partition of their event.
	repeated  *spool
	accepted  int64
	repeats   int64 // events that stood earlier
	conflicts int64 // of these: under an id that says something else
	digest    rowhash.Digest
	summed    bool // the digest is known
}

// Events is the number of events, duplicates left out.
func (t *Timelines) Events() int64 { return t.accepted }

// Items lists the ids of all items that events name, in no order that is said.
// The caller must not change it.
func (t *Timelines) Items() []string { return t.items.ids }

// Spilled is the number of bytes that were written to disk.
func (t *Timelines) Spilled() int64 { return t.spill.written() }

// Close removes what was written to disk. The Timelines cannot be used afterwards.
func (t *Timelines) Close() error { return t.spill.close() }

// name returns the file of a place, empty when the source reads none.
func (t *Timelines) name(at event.Place) string {
	if f := at.File(); f < len(t.files) {
		return t.files[f]
	}
	return ""
}

func wrap(err error) error { return fmt.Errorf("hold events by user: %w", err) }
