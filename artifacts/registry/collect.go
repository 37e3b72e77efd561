package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
)

// Plan returns what Collect would do now. It changes nothing but for an empty object
// that it puts and removes to learn the time of the store.
func (r *Registry) Plan(ctx context.Context, o Retention) (*Plan, error) {
	p, err := r.plan(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("plan a collection: %w", err)
	}
	return p, nil
}

// Collect does what a plan says, as far as it still holds, and returns what it has
// done, also beside an error. It can be interrupted and repeated at any point, and
// run beside publishes, moves, readers and other collections.
//
// # Why nothing is lost
//
// A store has no way to delete an object on a condition, so there is always a moment
// between the last look and the deletion. Three rules make it harmless:
//
//  1. Versions go through the trash. Their manifest is put there before it is deleted
//     from its place, stays for the grace period, and can be read, and moved to, all
//     that time; the next collection brings back what is needed. Its blobs are
//     untouched until it has left the trash.
//  2. Whoever is about to need a version says so first (claim), then looks at what
//     collections are deleting (sweeping). Whoever is about to delete blobs says so
//     first (sweep), then looks at who needs them (survey). Of two that meet, at least
//     one sees the other: either the collection leaves the blob, or the publisher puts
//     it where that collection does not delete (see putBlob). A move looks again
//     whether the version is there, after its claim.
//  3. An object is deleted under a name that nothing new is put under while it may
//     happen: trash, claims and lists have names of their own each time, and blobs have
//     rule 2. A copy that needs a signature or a file of a run under its one name fails
//     while that is announced.
//
// So a version that is listed is whole at any moment, and so is one that an alias
// names. This takes for granted that a publish or a move ends within the grace period
// of its claim, and a deletion within half of it of its announcement, which the
// collection itself sees to; and that collections at one time have one grace period.
func (r *Registry) Collect(ctx context.Context, p *Plan) (done *Plan, err error) {
	c := &collector{Registry: r, o: p.Retention, now: p.Now, manifests: maps.Clone(p.manifests)}
	done = &Plan{Retention: p.Retention, Now: p.Now, Keep: p.Keep, Wait: p.Wait}
	for _, step := range []func(context.Context, *Plan, *Plan) error{c.restore, c.discard, c.purge, c.clear} {
		if err := step(ctx, p, done); err != nil {
			return done, fmt.Errorf("collect: %w", err)
		}
	}
	return done, nil
}

func (r *Registry) plan(ctx context.Context, o Retention) (*Plan, error) {
	if o.Grace <= 0 || o.Keep < 0 || o.OlderThan < 0 || o.History < 0 {
		return nil, fmt.Errorf("retention %+v makes no sense: the grace period must be above 0, and nothing below", o)
	}
	now, err := r.storeNow(ctx)
	if err != nil {
		return nil, err
	}
	c := &collector{Registry: r, o: o, now: now, manifests: map[string]*bundle.Manifest{}}
	s, err := c.survey(ctx)
	if err != nil {
		return nil, err
	}
	p := s.judge(o)
	p.Delete, err = c.litter(ctx, s, set(p.Purge))
	p.manifests = c.manifests
	return p, err
}

// again decides anew about versions.
func (c *collector) again(ctx context.Context) (*Plan, error) {
	s, err := c.survey(ctx)
	if err != nil {
		return nil, err
	}
	return s.judge(c.o), nil
}

// restore brings back from the trash what is needed.
func (c *collector) restore(ctx context.Context, p, done *Plan) error {
	for _, v := range p.Restore {
		data, err := c.trashed(ctx, v.Version)
		if err != nil {
			return fmt.Errorf("restore version %s: %w", v.Version, err)
		}
		if err := c.create(ctx, versionFolder+v.Version+suffix, bytes.NewReader(data), int64(len(data))); err != nil {
			return fmt.Errorf("restore version %s: %w", v.Version, err)
		}
		done.Restore = append(done.Restore, v)
	}
	return nil
}

// discard moves versions to the trash.
func (c *collector) discard(ctx context.Context, p, done *Plan) error {
	if len(p.Trash) == 0 {
		return nil
	}
	began := c.clock()
	for _, v := range p.Trash {
		data, err := c.manifestAt(ctx, versionFolder+v.Version+suffix, v.Version)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err == nil {
			_, err = c.store.Put(ctx, newTrashKey(v.Version), bytes.NewReader(data), int64(len(data)), store.Absent)
		}
		if err != nil {
			return fmt.Errorf("discard version %s: %w", v.Version, err)
		}
	}
	now, err := c.again(ctx)
	if err != nil {
		return err
	}
	still := set(now.Trash)
	for _, v := range p.Trash {
		if !still[v.Version] {
			continue
		}
		if err := c.delete(ctx, versionFolder+v.Version+suffix, began); err != nil {
			return err
		}
		done.Trash = append(done.Trash, v)
	}
	return nil
}

// purge removes versions from the trash.
func (c *collector) purge(ctx context.Context, p, done *Plan) error {
	if len(p.Purge) == 0 {
		return nil
	}
	began := c.clock()
	now, err := c.again(ctx)
	if err != nil {
		return err
	}
	still := set(now.Purge)
	for _, v := range p.Purge {
		if !still[v.Version] {
			continue
		}
		for info, err := range c.store.List(ctx, trashFolder+v.Version+".") {
			if err == nil && c.old(info.Modified) {
				err = c.delete(ctx, info.Key, began)
			}
			if err != nil {
				return err
			}
		}
		done.Purge = append(done.Purge, v)
	}
	return nil
}

// clear deletes what is of no version and what killed processes have left.
func (c *collector) clear(ctx context.Context, p, done *Plan) error {
	for list := range slices.Chunk(p.Delete, maxSweep) {
		if err := c.sweep(ctx, list, done); err != nil {
			return err
		}
	}
	return nil
}

// sweep announces what it is about to delete, looks whether anybody needs it after
// all, and deletes the rest.
func (c *collector) sweep(ctx context.Context, list []Litter, done *Plan) error {
	body := sweepList{Format: sweepFormat}
	for _, l := range list {
		body.Keys = append(body.Keys, l.Key)
	}
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	key := sweepFolder + newNonce() + suffix
	if _, err := c.store.Put(ctx, key, bytes.NewReader(data), int64(len(data)), store.Absent); err != nil {
		return err
	}
	began := c.clock()
	s, err := c.survey(ctx)
	if err != nil {
		return err
	}
	still, err := c.litter(ctx, s, nil)
	if err != nil {
		return err
	}
	due := map[string]bool{}
	for _, l := range still {
		due[l.Key] = true
	}
	for _, l := range list {
		if !due[l.Key] {
			continue
		}
		if err := c.delete(ctx, l.Key, began); err != nil {
			return err
		}
		done.Delete = append(done.Delete, l)
	}
	return c.store.Delete(ctx, key)
}

// ErrLate is wrapped by the error of a collection that was too slow to go on safely.
var ErrLate = errors.New("it took longer than half the grace period since it was looked at, so what is left stays: collect again")

// delete deletes an object that was looked at since began.
func (c *collector) delete(ctx context.Context, key string, began time.Time) error {
	if c.clock().Sub(began) > c.o.Grace/2 {
		return fmt.Errorf("delete %q: %w", key, ErrLate)
	}
	return c.store.Delete(ctx, key)
}
