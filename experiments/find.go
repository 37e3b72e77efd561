package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"curio/artifacts/command"
	"curio/artifacts/registry"
	record "curio/experiments/run"
)

// latest names the newest run, unless a run has that id.
const latest = "latest"

// suggestions is how many runs are named when none or several are meant.
const suggestions = 5

// find reads the runs that names mean. The error for names that mean none, or
// several, is a *command.UsageError for all of them.
func (s *storeFlags) find(ctx context.Context, names []string, notes io.Writer) ([]*record.Record, error) {
	r, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	ids, err := r.Runs(ctx)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, &command.UsageError{Faults: []string{fmt.Sprintf("no runs in %s; train puts them there", s.target)}}
	}
	var found []*record.Record
	var faults command.UsageError
	for _, name := range names {
		rec, err := findOne(ctx, r, ids, name, notes)
		if usage := new(command.UsageError); errors.As(err, &usage) {
			faults.Faults = append(faults.Faults, usage.Faults...)
		} else if err != nil {
			return nil, err
		}
		found = append(found, rec)
	}
	if len(faults.Faults) > 0 {
		return nil, &faults
	}
	return found, nil
}

func findOne(ctx context.Context, r *registry.Registry, ids []string, name string, notes io.Writer) (*record.Record, error) {
	if name == latest && !slices.Contains(ids, latest) {
		all, err := newestFirst(ctx, r, ids, notes)
		if err != nil {
			return nil, err
		}
		if len(all) == 0 {
			return nil, fmt.Errorf("%w: none of %d records can be read", record.ErrInvalid, len(ids))
		}
		return all[0], nil
	}
	id, err := match(ids, name)
	if err != nil {
		return nil, err
	}
	return readOne(ctx, r, id)
}

// match returns the id that name is, or the only one it begins.
func match(ids []string, name string) (string, error) {
	var begun []string
	for _, id := range ids {
		if id == name {
			return id, nil
		}
		if strings.HasPrefix(id, name) {
			begun = append(begun, id)
		}
	}
	switch len(begun) {
	case 1:
		return begun[0], nil
	case 0:
		return "", usageError("no run begins with %q; the nearest: %s", name, firstFew(nearest(ids, name)))
	}
	slices.Reverse(begun) // the newest are the likeliest
	return "", usageError("%q begins %d runs: %s", name, len(begun), firstFew(begun))
}

func usageError(format string, args ...any) error {
	return &command.UsageError{Faults: []string{fmt.Sprintf(format, args...)}}
}

// firstFew names the first few ids and counts the rest.
func firstFew(ids []string) string {
	if more := len(ids) - suggestions; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(ids[:suggestions], ", "), more)
	}
	return strings.Join(ids, ", ")
}

// nearest returns a few ids like name: those that contain it, then those that
// begin most like it, the later id first among equals.
func nearest(ids []string, name string) []string {
	near := slices.Clone(ids)
	slices.SortFunc(near, func(a, b string) int {
		return cmp.Or(cmp.Compare(likeness(b, name), likeness(a, name)), strings.Compare(b, a))
	})
	return near[:min(suggestions, len(near))]
}

func likeness(id, name string) int {
	if strings.Contains(id, name) {
		return len(name) + 1
	}
	n := 0
	for n < min(len(id), len(name)) && id[n] == name[n] {
		n++
	}
	return n
}
