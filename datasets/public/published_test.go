package public

import (
	"os"
	"path/filepath"
	"testing"

	"curio/datasets/event"
	"curio/datasets/event/code"

	"github.com/google/go-cmp/cmp"
)

// counts is what a data set holds.
type counts struct {
	Users, Items int // of the catalogue
	Listed       int // items that are not Unlisted
	Partners     int
	ActiveUsers  int // with an event
	SeenItems    int // of events
	Parts        [3]int
	Types        map[string]int
	Rejects      map[string]int
	Notes        map[string]int
}

func count(t *testing.T, s event.Source) counts {
	t.Helper()
	n := counts{Types: map[string]int{}, Rejects: map[string]int{}}
	reject := func(r event.Reject) { n.Rejects[r.Code]++ }
	c, err := s.Catalogue(t.Context(), reject)
	if err != nil {
		t.Fatal(err)
	}
	n.Users, n.Items, n.Partners = len(c.Users), len(c.Items), len(c.Partners)
	for _, i := range c.Items {
		if !i.Unlisted {
			n.Listed++
		}
	}
	users, items := make(map[string]bool), make(map[string]bool)
	last := event.Place(0)
	err = event.Each(t.Context(), s, reject, func(e *event.Event, part event.Part, at event.Place) error {
		if at < last {
			t.Fatalf("place %v behind %v", at, last)
		}
		last = at
		n.Parts[part]++
		n.Types[e.Type.String()]++
		if !users[e.UserID] {
			users[string([]byte(e.UserID))] = true
		}
		if !items[e.ItemID] {
			items[string([]byte(e.ItemID))] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	n.ActiveUsers, n.SeenItems = len(users), len(items)
	n.Notes = s.(Noter).Notes()
	return n
}

// The published data sets have the counts they were published with. They are not
// part of this project: CURIO_TEST_DATA names the folder they are in, one folder a
// data set.
func TestPublishedCounts(t *testing.T) {
	dir := os.Getenv("CURIO_TEST_DATA")
	if dir == "" {
		t.Skip("CURIO_TEST_DATA names no folder of published data sets")
	}
	none := map[string]int{}
	for _, set := range []struct {
		folder string
		open   func(string) (event.Source, error)
		want   counts
	}{
		{"gowalla", LightGCN, counts{
			Users: 29_858, Items: 40_981, Listed: 40_981, ActiveUsers: 29_858, SeenItems: 40_981,
			Parts: [3]int{810_128, 0, 217_242}, Types: map[string]int{"view": 1_027_370}, Rejects: none, Notes: none,
		}},
		{"ml-1m", LightGCN, counts{
			Users: 6_022, Items: 3_043, Listed: 3_043, ActiveUsers: 6_022, SeenItems: 3_043,
			Parts: [3]int{796_244, 99_455, 99_455}, Types: map[string]int{"view": 995_154}, Rejects: none, Notes: none,
		}},
		{"ml-100k", RecBole, counts{
			Users: 943, Items: 1_682, Listed: 1_682, ActiveUsers: 943, SeenItems: 1_682,
			Parts: [3]int{100_000, 0, 0}, Types: map[string]int{"rating": 100_000}, Rejects: none,
			Notes: map[string]int{"release_year_unreadable": 2},
		}},
		{"mooccubex", MOOCCubeX, counts{
			Users: 97_722, Items: 3_539, Listed: 3_321, ActiveUsers: 97_722, SeenItems: 3_366,
			Parts: [3]int{1_182_193, 0, 97_722}, Types: map[string]int{"view": 1_279_915}, Rejects: map[string]int{code.Duplicate: 552},
			Notes: map[string]int{
				"duplicate_pairs": 552, "out_of_catalogue_items": 218, "out_of_catalogue_interactions": 100_867,
				"graph_triples": 77_795, "graph_tags_dropped": 45_840,
			},
		}},
		{"beauty", Beauty, counts{
			Users: 22_363, Items: 12_101, Listed: 12_101, ActiveUsers: 22_363, SeenItems: 12_101,
			Parts: [3]int{153_776, 22_363, 22_363}, Types: map[string]int{"view": 198_502}, Rejects: none, Notes: none,
		}},
		{"kddcup2015", KDDCup2015, counts{
			Users: 28_360, Items: 16, Listed: 16, ActiveUsers: 28_359, SeenItems: 16,
			Parts: [3]int{1_529_499, 0, 0}, Types: map[string]int{"watch": 171_277, "view": 1_358_222}, Rejects: none,
			Notes: map[string]int{
				"enrolment_days": 28_360 * 30, "silent_days": 783_490, "page_closes": 254_424,
				"dropouts": 23_716, "labels_of_other_courses": 92_182,
			},
		}},
		{"completejourney", CompleteJourney, counts{
			Users: 801, Items: 92_331, Listed: 92_331, Partners: 6_471, ActiveUsers: 2_377, SeenItems: 20_902,
			Parts: [3]int{75_000, 0, 0}, Types: map[string]int{"purchase": 75_000}, Rejects: none,
			Notes: map[string]int{"purchases_of_no_piece": 416},
		}},
	} {
		t.Run(set.folder, func(t *testing.T) {
			s, err := set.open(filepath.Join(dir, set.folder))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(set.want, count(t, s)); d != "" {
				t.Error(d)
			}
		})
	}
}

// Beside the lists of ml-1m are the tables of MovieLens-1M, without two of its
// films and without its ratings: they are read with none.
func TestPublishedMovieLensTables(t *testing.T) {
	dir := os.Getenv("CURIO_TEST_DATA")
	if dir == "" {
		t.Skip("CURIO_TEST_DATA names no folder of published data sets")
	}
	files := map[string]string{"ratings.dat": ""}
	for _, name := range []string{"users.dat", "movies.dat"} {
		text, err := os.ReadFile(filepath.Join(dir, "ml-1m", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	d := readAll(t, openMovies(t, files))
	known := 0
	for _, u := range d.Catalogue.Users {
		if u.Age > 0 && u.Occupation != "" && u.Gender != "" {
			known++
		}
	}
	if users, films := len(d.Catalogue.Users), len(d.Catalogue.Items); users != 6_040 || known != 6_040 || films != 3_881 || d.Rejects != nil {
		t.Errorf("%d users, %d of them whole, %d films, rejects %q, notes %v", users, known, films, d.Rejects, d.Notes)
	}
}
