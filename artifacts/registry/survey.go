package registry

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
)

// survey is what a collection knows of a store when it decides.
type survey struct {
	now      time.Time
	versions map[string]shelved
	trash    map[string]shelved
	intents  map[string]shelved
	wanted   map[string][]string // by version: who needs it
}

// shelved is a manifest in one of its places: since when, by the clock of the store
// the latest if there are several.
type shelved struct {
	manifest *bundle.Manifest
	since    time.Time
}

// collector looks at a store several times in the course of one collection.
type collector struct {
	*Registry
	o         Retention
	now       time.Time
	manifests map[string]*bundle.Manifest // by version; they never change
}

// survey looks where every version is and who needs it. A version on its way from
// an intent to its place, or from there to the trash, is seen at least once, because
// it is in the next place before it leaves the one before, and they are looked at in
// this order. One that came back from the trash meanwhile is in its place for the
// grace period at least, which is looked at again. Then come the aliases: a move that
// had ended its claim has moved its alias by then.
//
// What cannot be read could be needed, so it is an error.
func (c *collector) survey(ctx context.Context) (*survey, error) {
	s := &survey{now: c.now, wanted: map[string][]string{}}
	var err error
	if s.intents, err = c.shelf(ctx, intentFolder, markedVersion); err != nil {
		return nil, err
	}
	if s.versions, err = c.shelf(ctx, versionFolder, versionOfKey); err != nil {
		return nil, err
	}
	if s.trash, err = c.shelf(ctx, trashFolder, markedVersion); err != nil {
		return nil, err
	}
	back, err := c.shelf(ctx, versionFolder, versionOfKey)
	if err != nil {
		return nil, err
	}
	maps.Copy(s.versions, back)
	for v, claimed := range s.intents {
		if c.old(claimed.since) {
			delete(s.intents, v)
			continue
		}
		s.wanted[v] = append(s.wanted[v], "a publish or a move needs it")
	}
	return s, c.aliases(ctx, s)
}

// old reports whether something has been there for longer than the grace period.
func (c *collector) old(since time.Time) bool { return c.now.Sub(since) > c.o.Grace }

func submatch(parts []string) string {
	if parts == nil {
		return ""
	}
	return parts[1]
}

func versionOfKey(key string) string {
	name, ok := strings.CutSuffix(strings.TrimPrefix(key, versionFolder), suffix)
	if !ok || !versionName.MatchString(name) {
		return ""
	}
	return name
}

// shelf reads the manifests in a folder; version says whose a key is, if any.
func (c *collector) shelf(ctx context.Context, folder string, version func(key string) string) (map[string]shelved, error) {
	all := map[string]shelved{}
	for info, err := range c.store.List(ctx, folder) {
		if err != nil {
			return nil, err
		}
		v := version(info.Key)
		if v == "" {
			continue
		}
		m, err := c.read(ctx, info.Key, v)
		if errors.Is(err, store.ErrNotFound) {
			continue // it has moved on since it was listed
		}
		if err != nil {
			return nil, fmt.Errorf("%q: what it needs cannot be known: %w", info.Key, err)
		}
		since := info.Modified
		if before := all[v].since; before.After(since) {
			since = before
		}
		all[v] = shelved{m, since}
	}
	return all, nil
}

func (c *collector) read(ctx context.Context, key, version string) (*bundle.Manifest, error) {
	if m := c.manifests[version]; m != nil {
		return m, nil
	}
	data, err := c.manifestAt(ctx, key, version)
	if err != nil {
		return nil, err
	}
	m, err := bundle.DecodeManifest(data)
	if err == nil {
		c.manifests[version] = m
	}
	return m, err
}

// aliases finds out which versions aliases need.
func (c *collector) aliases(ctx context.Context, s *survey) error {
	names, err := c.Aliases(ctx)
	if err != nil {
		return err
	}
	for _, alias := range names {
		p, err := c.Resolve(ctx, alias)
		if errors.Is(err, store.ErrNotFound) {
			continue // removed by hand since it was listed
		}
		if err != nil {
			return err
		}
		s.want(p.Version, "alias "+alias)
		if err := c.whole(ctx, s, p); err != nil {
			return err
		}
		for ago := 1; ago <= c.o.History && p.From != ""; ago++ {
			s.want(p.From, fmt.Sprintf("alias %s, %d moves ago", alias, ago))
			if ago == c.o.History {
				break
			}
			if p, err = c.recorded(ctx, alias, p.Seq-1); err != nil {
				return fmt.Errorf("history of alias %q: %w", alias, err)
			}
		}
	}
	return nil
}

// whole returns an error if an alias is at a version that has no manifest any more: its
// blobs would be taken for those of no version.
func (c *collector) whole(ctx context.Context, s *survey, p Pointer) error {
	if s.versions[p.Version].manifest != nil || s.intents[p.Version].manifest != nil || s.trash[p.Version].manifest != nil {
		return nil
	}
	// Unless it was published since they were listed.
	_, err := c.manifest(ctx, p.Version)
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("alias %q names version %s, whose manifest is lost, so that what it needs cannot be known: publish it again, or move the alias: %w",
			p.Alias, p.Version, bundle.ErrCorrupt)
	}
	return err
}

func (s *survey) want(version, why string) {
	if !slices.Contains(s.wanted[version], why) {
		s.wanted[version] = append(s.wanted[version], why)
	}
}

// storeNow returns the time by the clock of the store, so that no other clock
// matters.
func (r *Registry) storeNow(ctx context.Context) (time.Time, error) {
	key := probeFolder + newNonce()
	if _, err := r.store.Put(ctx, key, strings.NewReader(""), 0, store.Absent); err != nil {
		return time.Time{}, err
	}
	info, err := r.store.Stat(ctx, key)
	return info.Modified, errors.Join(err, r.store.Delete(ctx, key))
}
