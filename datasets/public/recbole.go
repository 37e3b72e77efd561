package public

import (
	"context"
	"fmt"
	"io/fs"
	"strings"

	"curio/datasets/event"
)

// RecBole reads a data set of atomic files, the format of Zhao et al., "RecBole:
// Towards a Unified, Comprehensive and Efficient Framework for Recommendation
// Algorithms" (CIKM 2021): NAME.inter, and NAME.user and NAME.item where they
// exist, of tab-separated rows behind a header of name:type. NAME is that of the
// one .inter file in the folder.
//
//	.inter  user_id item_id rating timestamp
//	.user   user_id age gender occupation zip_code (the region)
//	.item   item_id movie_title or title; release_year; class, genre, genres or categories
//
// Other columns are passed over. A row of .inter is an event of type Rating, or
// View where there is no rating; in event.Train, as there is no fixed split.
// Ratings of a data set lie on the first of the scales 1..5, 0..1, 0..5, 1..10,
// 0..10 and 0..100 that holds all of them; 1..5 stays as it is, the ends of the
// others become 1 and 5 stars and what lies between is spread evenly. If all
// ratings are 0 or all are 1 they mark interactions, and the events are views.
// Negative ratings are rejected. Times are Unix seconds or milliseconds.
//
// The first class of an item is its category and all are its tags; classes are
// separated by commas where there are any, else by blanks. A release year becomes
// its first of January. An item of a file with movie_title is a film, the domain
// of others is not known. An age or a year that cannot be read is left out.
//
// Notes: users_replaced and items_replaced (rows whose id came again later; the
// last counts), age_unreadable, release_year_unreadable.
func RecBole(dir string) (event.Source, error) {
	f, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	return recBole(f)
}

func recBole(dir folder) (*source, error) {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil, fmt.Errorf("open data set: %w", err)
	}
	var found []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".inter"); ok && dir.has(e.Name()) {
			found = append(found, name)
		}
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("RecBole data set in %s has no .inter file (wanted: NAME.inter, optionally NAME.user and NAME.item): %w",
			dir.name, fs.ErrNotExist)
	case 1:
	default:
		return nil, fmt.Errorf("RecBole data set in %s has several .inter files (%s): keep one in the folder",
			dir.name, shown(strings.Join(found, ", ")))
	}
	r := recbole{dir: dir, name: found[0], notes: &notes{}}
	return &source{files: []string{r.name + ".inter"}, notes: r.notes, catalogue: r.catalogue, events: r.events}, nil
}

type recbole struct {
	dir  folder
	name string
	*notes
}

func (r recbole) events(ctx context.Context, reject func(event.Reject), sink event.Sink) error {
	file := atomic{r.dir, r.name + ".inter"}
	need := []string{"user_id", "item_id"}
	var ratings span
	err := file.rows(ctx, func(event.Reject) {}, need, func(row *record, _ *at) error {
		if rating := row.get("rating"); rating != "" {
			ratings.add(rating)
		}
		return nil
	})
	if err != nil {
		return err
	}
	x := interactions{scale: ratings.scale()}
	return file.rows(ctx, reject, need, func(row *record, where *at) error {
		e := x.accept(where, row.get("user_id"), row.get("item_id"), row.get("rating"), row.get("timestamp"))
		if e == nil {
			return nil
		}
		return sink(e, event.Train, event.PlaceOf(0, where.line))
	})
}
