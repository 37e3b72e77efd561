package pipeline

import (
	"context"
	"fmt"

	"curio/datasets/census"
	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/eventlog/rowhash"
	"curio/datasets/timeline"
	"curio/features/vocab"
)

// log is a data set as the job reads it: who and what it names, and what they did.
type log struct {
	users, items *vocab.Vocab
	people       []event.User // by user index
	catalogue    []event.Item // by item index
	timelines    *timeline.Timelines
	index        []int32      // of an item, by its number in timelines; -1 for those that only the dropped met
	cuts         []event.Time // by user index: from when on their events are held out
	validated    bool         // some event is on the validation side of the data's own split
	census       *census.Census
	rejects      map[string]int64 // by code
	digest       string
	events       int64
	accepted     int64 // rows of all tables
	rejected     int64 // duplicates left out
	damaged      int64 // files that were not read, or not to their end
	dropped      int   // users that look like programs
}

func (l *log) close() { _ = l.timelines.Close() } // of temporary data

// read loads a whole source. Users and items that only events name are part of
// it; such items are marked Unlisted unless the source lists none at all. Users
// that the census suspects to be programs are no part of it if it drops them.
func read(ctx context.Context, c *Config, reject func(event.Reject), progress func(events int)) (*log, error) {
	l := &log{rejects: map[string]int64{}}
	count := func(r event.Reject) {
		l.rejects[r.Code]++
		reject(r)
	}
	cat, err := c.Source.Catalogue(ctx, count)
	if err != nil {
		return nil, fmt.Errorf("read catalogue: %w", err)
	}
	o := c.Timeline
	o.Workers = c.Workers
	if l.timelines, err = timeline.Gather(ctx, c.Source, o, count, progress); err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	if err := l.survey(ctx, c, cat); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

// survey visits everybody once to learn who and what there is.
func (l *log) survey(ctx context.Context, c *Config, cat *event.Catalogue) error {
	var surveys []*survey
	err := l.timelines.Each(ctx, func() func(*timeline.User) error {
		s := newSurvey(c, len(l.timelines.Items()))
		surveys = append(surveys, s)
		return s.visit
	})
	if err != nil {
		return fmt.Errorf("survey users: %w", err)
	}
	digest := l.timelines.Digest()
	var names rowhash.Digest
	names.AddCatalogue(cat)
	digest.Merge(&names)
	l.digest = digest.Sum()
	l.events = l.timelines.Events()
	l.accepted = l.events + int64(len(cat.Users)+len(cat.Items)+len(cat.Partners)+len(cat.Trends))
	for c, n := range l.rejects {
		l.rejected += n
		if code.OfFile(c) {
			l.damaged += n
		}
	}
	l.rejected -= l.rejects[code.Duplicate]
	l.freeze(cat, surveys)
	l.cuts, err = cuts(c, l.users, surveys)
	l.census = surveys[0].census
	for _, s := range surveys {
		l.validated = l.validated || s.validated
	}
	for _, s := range surveys[1:] {
		l.census.Merge(s.census)
	}
	return err
}

// freeze gives everybody and everything that was named an index.
func (l *log) freeze(cat *event.Catalogue, surveys []*survey) {
	var users, items []string
	dropped := map[string]bool{}
	for _, s := range surveys {
		users = append(users, s.users...)
		for n, met := range s.met {
			if met > 0 {
				items = append(items, l.timelines.Items()[n])
			}
		}
		for _, id := range s.dropped {
			dropped[id] = true
		}
	}
	for i := range cat.Users {
		if id := cat.Users[i].ID; !dropped[id] {
			users = append(users, id)
		}
	}
	for i := range cat.Items {
		items = append(items, cat.Items[i].ID)
	}
	l.dropped = len(dropped)
	l.users, l.items = vocab.New(users), vocab.New(items)
	for _, id := range l.timelines.Items() {
		i, _ := l.items.Index(id)
		l.index = append(l.index, i)
	}
	l.people = make([]event.User, l.users.Len())
	for i := range l.people {
		l.people[i].ID = l.users.ID(int32(i))
	}
	for _, u := range cat.Users {
		if i, ok := l.users.Index(u.ID); ok {
			l.people[i] = u
		}
	}
	l.catalogue = make([]event.Item, l.items.Len())
	for i := range l.catalogue {
		l.catalogue[i] = event.Item{ID: l.items.ID(int32(i)), Unlisted: len(cat.Items) > 0}
	}
	for _, item := range cat.Items {
		i, _ := l.items.Index(item.ID)
		l.catalogue[i] = item
	}
}
