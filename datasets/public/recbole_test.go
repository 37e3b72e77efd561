package public

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"curio/datasets/event"
)

func openAtomic(t testing.TB, files map[string]string) *source {
	t.Helper()
	s, err := recBole(folderOf(files))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRecBole(t *testing.T) {
	s := openAtomic(t, map[string]string{
		"tiny.inter": "user_id:token\titem_id:token\trating:float\ttimestamp:float\n7\ta\t4\t1700000000\n8\ta\t1.5\t1700000001.0\r\n7\tb\t\t\n7\ta\t4\t1700000000\n7\ta\t4\t1700000009\n",
		"tiny.user":  "user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token\n7\t24\tM\ttechnician\t85711\n8\told\tF\t\t\n7\t25\tM\twriter\t1\n",
		"tiny.item":  "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\na\tThe Long Knot\t1970\tDrama Sea Drama\nb\t\tV\t\n",
	})
	if s.Fixed() {
		t.Error("there is no split")
	}
	d := readAll(t, s)
	diff(t, "events", []string{
		"train 7 rating a 400 @1700000000000", "train 8 rating a 150 @1700000001000", "train 7 view b",
		"train 7 rating a 400 @1700000000000", "train 7 rating a 400 @1700000009000",
	}, d.Events)
	diff(t, "rejects", []string(nil), d.Rejects)
	diff(t, "catalogue", &event.Catalogue{
		Users: []event.User{{ID: "7", Age: 25, Gender: "M", Occupation: "writer", Region: "1"}, {ID: "8", Gender: "F"}},
		Items: []event.Item{
			{ID: "a", Title: "The Long Knot", Domain: "film", Category: "Drama", Tags: []string{"Drama", "Sea"}, PublishedAt: 1},
			{ID: "b", Domain: "film"},
		},
	}, d.Catalogue)
	diff(t, "notes", map[string]int{"users_replaced": 1, "age_unreadable": 1, "release_year_unreadable": 1}, d.Notes)
	diff(t, "second reading", d, readAll(t, s))
}

func TestRecBoleOtherColumns(t *testing.T) {
	d := readAll(t, openAtomic(t, map[string]string{
		"x.inter": "\uFEFFextra:float\titem_id:token\tuser_id:token\n1\ta\tu\n",
		"x.item":  "title:token_seq\tgenre:token_seq\titem_id:token\nA Song\tSlow Folk, Sea Shanty, Slow Folk\ta\n",
	}))
	diff(t, "events", []string{"train u view a"}, d.Events)
	diff(t, "items", []event.Item{{ID: "a", Title: "A Song", Category: "Slow Folk", Tags: []string{"Slow Folk", "Sea Shanty"}}}, d.Catalogue.Items)
}

func TestRatingScales(t *testing.T) {
	for ratings, want := range map[string]string{
		"1 3 5":     "100 300 500",
		"2 3.5":     "200 350",
		"0 1":       "100 500",
		"0.5 5 2.5": "140 500 300",
		"0 5":       "100 500",
		"1 10 5.5":  "100 500 300",
		"0 10 5":    "100 500 300",
		"0 100 33":  "100 500 232",
		"7":         "367",
		"4 4":       "400 400",
		"1 1":       "view view",
		"0 0":       "view view",
		"-1 8 1":    "rejected 411 100",
		"101 3":     "rejected 300",
		"x 3":       "rejected 300",
		"nan inf 3": "rejected rejected 300",
	} {
		inter := "user_id:token\titem_id:token\trating:float\n"
		for i, r := range strings.Fields(ratings) {
			inter += "u\ti" + string(rune('a'+i)) + "\t" + r + "\n"
		}
		d := readAll(t, openAtomic(t, map[string]string{"x.inter": inter}))
		var got []string
		for i := range strings.Fields(ratings) {
			one := "rejected"
			for _, e := range d.Events {
				if word := strings.Fields(e); word[3] == "i"+string(rune('a'+i)) {
					one = word[len(word)-1]
					if word[2] == "view" {
						one = "view"
					}
				}
			}
			got = append(got, one)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s became %s, want %s", ratings, s, want)
		}
	}
}

func TestRecBoleBadRows(t *testing.T) {
	long := strings.Repeat("x", 257)
	d := readAll(t, openAtomic(t, map[string]string{
		"x.inter": "user_id:token\titem_id:token\trating:float\ttimestamp:float\nu\ti\t3\t1\nu\ti\t3\nu\ti\t3\t1\t\n\ti\t3\t1\nu\t\t3\t1\n" +
			long + "\ti\t3\t1\nu\t" + long + "\t3\t1\nu\ti\x00\t3\t1\nu\t\xff\t3\t1\nu\ti\tgood\t1\nu\ti\t3\tsoon\nsoon\ti\t3\tsoon\nu\ti\t3\t-5\n",
		"x.user": "user_id:token\tgender:token\nu\t\x00\n\tM\n",
		"x.item": "item_id:token\ttitle:token_seq\ni\t" + strings.Repeat("t", maxText) + "\nj\t" + strings.Repeat("t", maxText+1) + "\n",
	}))
	diff(t, "rejects", []string{
		"x.user:2 text_control_char", "x.user:3 user_missing", "x.item:3 text_too_long",
		"x.inter:3 csv_columns", "x.inter:4 csv_columns", "x.inter:5 user_missing", "x.inter:6 item_missing",
		"x.inter:7 id_too_long", "x.inter:8 id_too_long", "x.inter:9 id_control_char", "x.inter:10 not_utf8",
		"x.inter:11 number_invalid good", "x.inter:12 ts_unparsable soon", "x.inter:13 ts_unparsable", "x.inter:14 ts_range -5",
	}, d.Rejects)
	if len(d.Events) != 1 || len(d.Catalogue.Items) != 1 {
		t.Errorf("%d events and %d items, want one of each", len(d.Events), len(d.Catalogue.Items))
	}
}

func TestRecBoleRefusesWhatItCannotRead(t *testing.T) {
	for name, head := range map[string]string{
		"NoType": "user_id\titem_id:token\n", "UnknownType": "user_id:word\titem_id:token\n", "NoUser": "item_id:token\n",
		"Twice": "user_id:token\titem_id:token\titem_id:token\n", "NotUTF8": "user_id:token\titem_id:token\t\xff:token\n",
		"TooManyColumns": "user_id:token\titem_id:token" + strings.Repeat("\tx:float", maxColumns-1) + "\n",
	} {
		s := openAtomic(t, map[string]string{"x.inter": head})
		err := event.Each(t.Context(), s, nil, func(*event.Event, event.Part, event.Place) error { return nil })
		if err == nil || !strings.Contains(err.Error(), "x.inter") {
			t.Errorf("%s: %v, want an error that names the file", name, err)
		}
	}
	if _, err := recBole(folderOf(map[string]string{"a.inter": "", "b.inter": ""})); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("two data sets in one folder: %v", err)
	}
}

func FuzzRecBole(f *testing.F) {
	f.Add("user_id:token\titem_id:token\trating:float\ttimestamp:float\n1\t2\t3\t4\n", "user_id:token\tage:token\n1\t30\n",
		"item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n2\tA B\t1999\tx y\n")
	f.Add("item_id:token\tuser_id:token\n\xff\t\t\n\t\n1\t1\n1\t1", "user_id:token\n\n", "item_id:token\tgenre:token_seq\n1\t,,a,\n")
	f.Fuzz(func(t *testing.T, inter, users, items string) {
		s := openAtomic(t, map[string]string{"x.inter": inter, "x.user": users, "x.item": items})
		if _, err := s.Catalogue(t.Context(), nil); err != nil {
			return // a header it cannot read
		}
		err := event.Each(t.Context(), s, nil, func(e *event.Event, _ event.Part, _ event.Place) error {
			if e.UserID == "" || e.ItemID == "" || e.TS < 0 || e.Type == event.Rating && (e.Rating < 100 || e.Rating > 500) {
				t.Errorf("event %+v", *e)
			}
			return nil
		})
		if err == nil {
			readAll(t, s)
		}
	})
}
