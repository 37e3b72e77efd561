package public

import (
	"context"
	"strconv"
	"strings"
	"time"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

// enrolment is one row.
type enrolment struct {
	id     string
	day    event.Time
	date   string // of the day, as it is written
	counts []int  // by kind
	closes int
}

// read fills e from a row, unless it rejects it.
func (e *enrolment) read(r *record, where *at) bool {
	e.id, e.date = r.get("enrollment_id"), r.get("time")
	if !identified(where, "enrollment_id", e.id, code.UserMissing) {
		return false
	}
	fault := code.TSUnparsable
	if len(e.date) == len(time.DateOnly) && e.date[4] == '-' {
		e.day, fault = field.Time(e.date)
	}
	if fault != "" {
		where.refuse(fault, "time", hide(e.date, e.id), "not a date after 1970-01-01, written as that one")
		return false
	}
	ok := true
	count := func(kind string) int {
		text := r.get("event_" + kind)
		n, err := strconv.ParseUint(text, 10, 64)
		switch {
		case !ok:
		case err != nil:
			where.refuse(code.NumberInvalid, "event_"+kind, hide(text, e.id), "not a count")
			ok = false
		case n > kddMost:
			where.refuse(code.NumberRange, "event_"+kind, hide(text, e.id), "more acts than anybody has on a day")
			ok = false
		}
		return int(n)
	}
	e.counts = e.counts[:0]
	for _, kind := range kddKinds {
		e.counts = append(e.counts, count(kind))
	}
	e.closes = count("page_close")
	return ok
}

func (k kddcup) catalogue(ctx context.Context, reject func(event.Reject)) (*event.Catalogue, error) {
	var c event.Catalogue
	known := make(map[string]bool)
	for i, file := range k.files {
		c.Items = append(c.Items, event.Item{ID: k.courses[i], Domain: "course"})
		err := commas{k.dir, file}.rows(ctx, func(event.Reject) {}, kddNeed, func(r *record, _ *at) error {
			id := r.get("enrollment_id")
			if id != "" && !known[id] && field.ID(id, maxID) == "" {
				id = strings.Clone(id)
				known[id] = true
				c.Users = append(c.Users, event.User{ID: id})
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if truth := k.dir.either("truth_train.csv"); truth != "" {
		if err := k.labels(ctx, truth, known, reject); err != nil {
			return nil, err
		}
	}
	return &c, nil
}

// labels counts what the enrolments of the course files came to.
func (k kddcup) labels(ctx context.Context, file string, known map[string]bool, reject func(event.Reject)) error {
	dropouts, others := 0, 0
	labelled := make(map[string]bool)
	err := commas{k.dir, file}.rows(ctx, reject, []string{"enrollment_id", "label"}, func(r *record, where *at) error {
		id, label := r.get("enrollment_id"), r.get("label")
		switch {
		case !identified(where, "enrollment_id", id, code.UserMissing):
		case label != "0" && label != "1":
			where.refuse(code.BoolInvalid, "label", hide(label, id), "must be 0 or 1")
		case !known[id]:
			others++
		case labelled[id]:
			where.refuse(code.Duplicate, "enrollment_id", "", "the enrolment had a label earlier")
		default:
			labelled[strings.Clone(id)] = true
			if label == "1" {
				dropouts++
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	k.setAll([]string{"dropouts", "labels_of_other_courses", "enrolments_without_label"},
		map[string]int{"dropouts": dropouts, "labels_of_other_courses": others, "enrolments_without_label": len(known) - len(labelled)})
	return nil
}
