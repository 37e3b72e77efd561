package public

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unsafe"

	"curio/datasets/event"
	"curio/datasets/event/field"
)

// KDDCup2015 reads the learning behaviour on XuetangX of the KDD Cup 2015
// (Predicting Dropouts in MOOC), in the form that counts it by enrolment and day:
//
//	trainCourseNAME.csv   enrollment_id,time,event_access,event_discussion,event_navigate,
//	                      event_page_close,event_problem,event_video,event_wiki
//	truth_train.csv       enrollment_id,label, optional
//
// each plain or with .gz. A user of the source is an enrolment, which has one
// course, as the files do not say who enrolled; an item is a course, by the NAME
// of its file.
//
// Every counted act is an event, so that the events of a user add up to the
// counts: a count of n gives n events, with the ids ENROLMENT/DAY/KIND/1 to n.
// They differ in nothing but that. TS is the beginning of the day (UTC), as the
// time of day was not published, and ReceivedAt the end, when the count was known.
// Videos are of type Watch, without a duration. The other kinds say that a page
// was opened (of the course, its forum, its assignments, its wiki) and are of type
// View. Channel holds the kind. Closing a page is no act of interest and gives no
// event. A count above 10,000 is rejected with its row.
//
// The catalogue holds every enrolment of a course file and every course. The
// labels (1 for an enrolment that dropped out) are counted only: no event says
// that somebody stayed away.
//
// Notes: enrolment_days (rows), silent_days (those without any act),
// page_closes, dropouts, enrolments_without_label, labels_of_other_courses.
func KDDCup2015(dir string) (event.Source, error) {
	f, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	return kddCup2015(f)
}

const (
	kddPrefix = "trainCourse"
	kddWanted = "trainCourseNAME.csv or .csv.gz, optionally truth_train.csv or .csv.gz"
	kddMost   = 10_000 // acts of a kind in a row
)

// The kinds of acts, each counted in a column event_KIND.
var (
	kddKinds = []string{"access", "discussion", "navigate", "problem", "video", "wiki"}
	kddNeed  = []string{"enrollment_id", "time", "event_access", "event_discussion", "event_navigate", "event_page_close",
		"event_problem", "event_video", "event_wiki"}
)

func kddCup2015(dir folder) (*source, error) {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil, fmt.Errorf("open data set: %w", err)
	}
	k := kddcup{dir: dir, notes: &notes{}}
	for _, e := range entries {
		name, ok := strings.CutPrefix(e.Name(), kddPrefix)
		course, csv := strings.CutSuffix(strings.TrimSuffix(name, ".gz"), ".csv")
		if !ok || !csv || !dir.has(e.Name()) {
			continue
		}
		if fault := field.ID(course, maxID); course == "" || fault != "" || slices.Contains(k.courses, course) {
			return nil, fmt.Errorf("KDD Cup 2015 data set in %s: %q does not name a course of its own", dir.name, shown(e.Name()))
		}
		k.files, k.courses = append(k.files, e.Name()), append(k.courses, course)
	}
	if len(k.files) == 0 {
		return nil, fmt.Errorf("KDD Cup 2015 data set in %s has no %sNAME.csv (wanted: %s): %w", dir.name, kddPrefix, kddWanted, fs.ErrNotExist)
	}
	return &source{notes: k.notes, catalogue: k.catalogue, events: k.events}, nil
}

type kddcup struct {
	dir            folder
	files, courses []string // of equal length
	*notes
}

func (k kddcup) events(ctx context.Context, reject func(event.Reject), sink event.Sink) error {
	days, silent, closes, acts := 0, 0, 0, 0
	var row enrolment
	var id []byte
	for n, file := range k.files {
		err := commas{k.dir, file}.rows(ctx, reject, kddNeed, func(r *record, where *at) error {
			if !row.read(r, where) {
				return nil
			}
			days++
			closes += row.closes
			if row.closes == 0 && !slices.ContainsFunc(row.counts, func(n int) bool { return n > 0 }) {
				silent++
			}
			for i, kind := range kddKinds {
				e := event.Event{
					TS: row.day, ReceivedAt: row.day + event.Day, UserID: row.id, ItemID: k.courses[n], Type: event.View, Channel: kind,
				}
				if kind == "video" {
					e.Type = event.Watch
				}
				for act := range row.counts[i] {
					id = fmt.Appendf(id[:0], "%s/%s/%s/%d", row.id, row.date, kind, act+1)
					e.ID = unsafe.String(unsafe.SliceData(id), len(id))
					acts++
					if err := sink(&e, event.Train, event.PlaceOf(0, acts)); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	k.setAll([]string{"enrolment_days", "silent_days", "page_closes"},
		map[string]int{"enrolment_days": days, "silent_days": silent, "page_closes": closes})
	return nil
}
