package public

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"
	"unsafe"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

// MovieLens reads the files of MovieLens 1M and 10M as GroupLens publishes them
// (Harper and Konstan, "The MovieLens Datasets: History and Context", TiiS 2015;
// the README in the archive describes them):
//
//	ratings.dat   UserID::MovieID::Rating::Timestamp
//	users.dat     UserID::Gender::Age::Occupation::Zip-code (1M only)
//	movies.dat    MovieID::Title (Year)::Genre|Genre|...
//
// Every rating is an event of type Rating, in event.Train as there is no fixed
// split. Ratings of 1..5 stay as they are; half stars from 0.5 on, as in 10M, are
// put on that scale as RecBole says.
//
// An age is given as a band: the source has its first year, and 17 for the band
// under 18. Occupations are the words of the README for their codes. Films have
// the domain film, the year of the title as publication date and the title
// without it; the first genre is the category and all are tags. Lines that are
// not UTF-8 are read as ISO-8859-1.
//
// Notes: users_replaced, items_replaced (rows whose id came again later; the last
// counts), age_unreadable, occupation_unreadable, release_year_missing,
// latin1_lines (of users.dat and movies.dat).
func MovieLens(dir string) (event.Source, error) {
	f, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	return movieLens(f)
}

const movieWanted = "ratings.dat, movies.dat, optionally users.dat"

func movieLens(dir folder) (*source, error) {
	if !dir.has("ratings.dat") && (dir.has("users.dat") || dir.has("movies.dat")) {
		return nil, fmt.Errorf("MovieLens data set in %s has users or movies but no ratings.dat to join them with (wanted: %s); "+
			"a folder with train.txt and test.txt can be read as LightGCN lists: %w", dir.name, movieWanted, fs.ErrNotExist)
	}
	if err := dir.need("MovieLens", movieWanted, "ratings.dat", "movies.dat"); err != nil {
		return nil, err
	}
	m := movielens{dir: dir, notes: &notes{}}
	return &source{files: []string{"ratings.dat"}, notes: m.notes, catalogue: m.catalogue, events: m.events}, nil
}

type movielens struct {
	dir folder
	*notes
}

func (m movielens) events(ctx context.Context, reject func(event.Reject), sink event.Sink) error {
	var ratings span
	err := m.dir.lines(ctx, "ratings.dat", maxRow, func(event.Reject) {}, func(line []byte, _ *at) error {
		if cells, ok := double(line); ok && len(cells) == 4 {
			ratings.add(cells[2])
		}
		return nil
	})
	if err != nil {
		return err
	}
	x := interactions{scale: ratings.scale()}
	return m.dir.lines(ctx, "ratings.dat", maxRow, reject, func(line []byte, where *at) error {
		cells, ok := double(line)
		if !ok || len(cells) != 4 {
			where.refuse(code.CSVColumns, "", "", "want UserID::MovieID::Rating::Timestamp")
			return nil
		}
		e := x.accept(where, cells[0], cells[1], cells[2], cells[3])
		if e == nil {
			return nil
		}
		return sink(e, event.Train, event.PlaceOf(0, where.line))
	})
}

// double cuts a line at double colons, at most five of them. The cells are valid
// as long as the line.
func double(line []byte) ([]string, bool) {
	text := unsafe.String(unsafe.SliceData(line), len(line))
	cells := strings.SplitN(text, "::", 6)
	return cells, len(cells) < 6
}

// latin1 returns the line as UTF-8, taking it for ISO-8859-1 if it is not, and
// whether it did.
func latin1(line []byte) (string, bool) {
	if utf8.Valid(line) {
		return string(line), false
	}
	runes := make([]rune, len(line))
	for i, c := range line {
		runes[i] = rune(c)
	}
	return string(runes), true
}
