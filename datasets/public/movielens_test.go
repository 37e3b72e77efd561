package public

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"curio/datasets/event"
)

func openMovies(t testing.TB, files map[string]string) *source {
	t.Helper()
	s, err := movieLens(folderOf(files))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestMovieLens(t *testing.T) {
	s := openMovies(t, map[string]string{
		"ratings.dat": "1::10::5::978300760\r\n1::11::3::978300761\r\n1::10::5::978300760\r\n",
		"users.dat":   "1::F::1::10::48067\n2::M::56::16::70072\n3::M::20::99::\n",
		"movies.dat":  "10::The Harbour (1995)::Drama|Sea|Drama\n11::Caf\xe9 Noir (1950)::(no genres listed)\n12::Knots::Untied::Short\n",
	})
	if s.Fixed() {
		t.Error("there is no split")
	}
	d := readAll(t, s)
	diff(t, "events", []string{
		"train 1 rating 10 500 @978300760000", "train 1 rating 11 300 @978300761000", "train 1 rating 10 500 @978300760000",
	}, d.Events)
	diff(t, "rejects", []string(nil), d.Rejects)
	diff(t, "catalogue", &event.Catalogue{
		Users: []event.User{
			{ID: "1", Gender: "F", Age: 17, Occupation: "K-12 student", Region: "48067"},
			{ID: "2", Gender: "M", Age: 56, Occupation: "self-employed", Region: "70072"},
			{ID: "3", Gender: "M"},
		},
		Items: []event.Item{
			{ID: "10", Title: "The Harbour", Domain: "film", Category: "Drama", Tags: []string{"Drama", "Sea"}, PublishedAt: 788918400000},
			{ID: "11", Title: "Café Noir", Domain: "film", PublishedAt: -631152000000},
			{ID: "12", Title: "Knots::Untied", Domain: "film", Category: "Short", Tags: []string{"Short"}},
		},
	}, d.Catalogue)
	diff(t, "notes", map[string]int{"age_unreadable": 1, "occupation_unreadable": 1, "release_year_missing": 1, "latin1_lines": 1}, d.Notes)
}

func TestMovieLensHalfStars(t *testing.T) {
	d := readAll(t, openMovies(t, map[string]string{"ratings.dat": "1::10::0.5::9\n1::11::5::9\n", "movies.dat": ""}))
	diff(t, "events", []string{"train 1 rating 10 140 @9000", "train 1 rating 11 500 @9000"}, d.Events)
}

func TestMovieLensWithoutRatings(t *testing.T) {
	_, err := movieLens(folderOf(map[string]string{"users.dat": "", "movies.dat": "", "train.txt": ""}))
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "ratings.dat") || !strings.Contains(err.Error(), "LightGCN") {
		t.Errorf("%v, want an error that names ratings.dat and the other way", err)
	}
}

func TestMovieLensBadRows(t *testing.T) {
	d := readAll(t, openMovies(t, map[string]string{
		"ratings.dat": "1::10::5\n1::10::5::1::2\n::10::5::1\n1::::5::1\n1::10::six::1\n1::10::5::never\n1::10::5::1\n1\x01::10::5::1\n\xff::10::5::1\n",
		"users.dat":   "1::F::1::10\n::F::1::10::1\n",
		"movies.dat":  "1\n1::x\n::x::y\n1::\x00::y\n1::x::y\n1::x::y\n",
	}))
	diff(t, "rejects", []string{
		"users.dat:1 csv_columns", "users.dat:2 user_missing",
		"movies.dat:1 csv_columns", "movies.dat:2 csv_columns", "movies.dat:3 item_missing", "movies.dat:4 text_control_char",
		"ratings.dat:1 csv_columns", "ratings.dat:2 csv_columns", "ratings.dat:3 user_missing", "ratings.dat:4 item_missing",
		"ratings.dat:5 number_invalid six", "ratings.dat:6 ts_unparsable never", "ratings.dat:8 id_control_char", "ratings.dat:9 not_utf8",
	}, d.Rejects)
	if d.Notes["items_replaced"] != 1 {
		t.Errorf("notes %v, want one item replaced", d.Notes)
	}
}

func FuzzMovieLens(f *testing.F) {
	f.Add("1::2::3::4\n", "1::F::18::4::0\n", "2::A (1999)::x|y\n")
	f.Add("::::::\n1::2::0.5::\n:::\n", "\xff::::\n", "2::(1999)::\n::\n3::a::b::c (0000)\n")
	f.Fuzz(func(t *testing.T, ratings, users, movies string) {
		d := readAll(t, openMovies(t, map[string]string{"ratings.dat": ratings, "users.dat": users, "movies.dat": movies}))
		for _, i := range d.Catalogue.Items {
			if i.ID == "" || i.Domain != "film" || (len(i.Tags) > 0) != (i.Category != "") {
				t.Errorf("item %+v", i)
			}
		}
		if max := strings.Count(ratings, "\n") + 1; len(d.Events) > max {
			t.Errorf("%d events out of %d lines", len(d.Events), max)
		}
	})
}
