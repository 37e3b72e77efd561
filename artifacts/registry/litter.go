package registry

import (
	"context"
	"slices"
	"strings"

	"curio/artifacts/store"
)

func litter(i store.Info, why string) Litter { return Litter{i.Key, i.Size, i.Modified, why} }

// litter returns the objects that can go, when what is gone from the trash is gone.
// All of them have been there for longer than the grace period.
func (c *collector) litter(ctx context.Context, s *survey, gone map[string]bool) ([]Litter, error) {
	needed := s.blobs(gone)
	there := func(version string) bool {
		return s.versions[version].manifest != nil || s.intents[version].manifest != nil || (s.trash[version].manifest != nil && !gone[version])
	}
	var all []Litter
	for _, folder := range []struct {
		prefix string
		why    func(key string) string // why it can go; empty if it stays
	}{
		{blobFolder, func(key string) string {
			if digest := submatch(blobKey.FindStringSubmatch(key)); digest != "" && !needed[digest] {
				return "a blob of no version"
			}
			return ""
		}},
		{signatureFolder, func(key string) string {
			version, _, _ := strings.Cut(strings.TrimPrefix(key, signatureFolder), "/")
			if versionName.MatchString(version) && !there(version) {
				return "a signature of no version"
			}
			return ""
		}},
		{trashFolder, func(key string) string {
			if v := markedVersion(key); v != "" && s.versions[v].manifest != nil {
				return "of a version that stays"
			}
			return ""
		}},
		{intentFolder, func(string) string { return "of a publish or a move that was cut off" }},
		{sweepFolder, func(string) string { return "of a collection that was cut off" }},
		{probeFolder, func(string) string { return "of a look at the store that was cut off" }},
	} {
		for info, err := range c.store.List(ctx, folder.prefix) {
			if err != nil {
				return nil, err
			}
			if !c.old(info.Modified) {
				continue
			}
			if why := folder.why(info.Key); why != "" {
				all = append(all, litter(info, why))
			}
		}
	}
	files, err := c.unfinishedRuns(ctx)
	return append(all, files...), err
}

// unfinishedRuns returns the files of runs that have no record.
func (c *collector) unfinishedRuns(ctx context.Context) ([]Litter, error) {
	var files []Litter
	done := map[string]bool{}
	for info, err := range c.store.List(ctx, runFolder) {
		if err != nil {
			return nil, err
		}
		id, name, ok := strings.Cut(strings.TrimPrefix(info.Key, runFolder), "/")
		switch {
		case !ok || checkRun("run", id) != nil:
		case name == runRecord:
			done[id] = true
		case c.old(info.Modified):
			files = append(files, litter(info, "of a run that was cut off: "+id))
		}
	}
	return slices.DeleteFunc(files, func(l Litter) bool {
		id, _, _ := strings.Cut(strings.TrimPrefix(l.Key, runFolder), "/")
		return done[id]
	}), nil
}
