// Package public reads public data sets in the formats they are published in, as
// sources of events.
//
// Each function takes the folder the files of one data set are in. Its error
// wraps fs.ErrNotExist when a file it cannot do without is missing, and says
// which files it wants. Rows that cannot be read are reported with codes of
// package code: rows of users and items by Catalogue, interactions by Events.
// The sources may be read by several goroutines at once.
package public

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"sync"

	"curio/datasets/event"
)

// Noter is what the sources of this package are besides event.Source.
type Noter interface {
	// Notes returns counts of what was accepted and still is worth knowing, as
	// of the latest reading that got to know it. Counts of zero are left out.
	// The functions that make sources name their counts.
	Notes() map[string]int
}

// source is a data set read by two functions.
type source struct {
	fixed     bool
	files     []string // with places by file and line; without any they count the events
	catalogue func(ctx context.Context, reject func(event.Reject)) (*event.Catalogue, error)
	events    func(ctx context.Context, reject func(event.Reject), sink event.Sink) error
	*notes
}

func (s *source) Fixed() bool { return s.fixed }

func (s *source) Catalogue(ctx context.Context, reject func(event.Reject)) (*event.Catalogue, error) {
	return s.catalogue(ctx, orDiscard(reject))
}

// Files is empty where a row may hold several events whose order counts: their
// places are those in the data set then, the first is line 1.
func (s *source) Files() []string { return s.files }

// Events uses one worker. Events of one row have its place, in their order.
func (s *source) Events(ctx context.Context, _ int, reject func(event.Reject), open func() event.Sink) error {
	return s.events(ctx, orDiscard(reject), open())
}

func orDiscard(reject func(event.Reject)) func(event.Reject) {
	if reject == nil {
		return func(event.Reject) {}
	}
	return reject
}

// notes is a set of named counts.
type notes struct {
	mu     sync.Mutex
	counts map[string]int // guarded by mu
}

func (n *notes) Notes() map[string]int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return maps.Clone(n.counts)
}

func (n *notes) set(name string, count int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.counts == nil {
		n.counts = make(map[string]int)
	}
	delete(n.counts, name)
	if count != 0 {
		n.counts[name] = count
	}
}

// setAll replaces the counts of some names.
func (n *notes) setAll(names []string, counts map[string]int) {
	for _, name := range names {
		n.set(name, counts[name])
	}
}

// folder is where a data set is.
type folder struct {
	fs.FS
	name string // for messages
}

func openFolder(dir string) (folder, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return folder{}, fmt.Errorf("open data set: %w", err)
	}
	if !info.IsDir() {
		return folder{}, fmt.Errorf("open data set %s: it is a file; give the folder the files are in", dir)
	}
	return folder{os.DirFS(dir), dir}, nil
}

// has reports whether there is a file of that name.
func (f folder) has(name string) bool {
	info, err := fs.Stat(f, name)
	return err == nil && info.Mode().IsRegular()
}

// need returns an error that wraps fs.ErrNotExist if one of the files is missing.
func (f folder) need(format string, wanted string, names ...string) error {
	for _, n := range names {
		if !f.has(n) {
			return fmt.Errorf("%s data set in %s has no %s (wanted: %s): %w", format, f.name, n, wanted, fs.ErrNotExist)
		}
	}
	return nil
}

var _ interface {
	event.Source
	Noter
} = (*source)(nil)
