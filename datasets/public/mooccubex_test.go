package public

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"curio/datasets/event"
)

// campus is a small set: users 0..2, courses 0..2, and entities from 3 on.
func campus(change map[string]string) map[string]string {
	files := map[string]string{
		"train.txt":     "0 0 1 1\n1 2 7\n2\n5 0\n",
		"test.txt":      "0 2\n1 9\n",
		"user_list.txt": "org_id remap_id gender\nU_a 0 1\nU_b 1 2\nU_c 2 0\n",
		"item_list.txt": "org_id remap_id\nC_x 0\nC_y 1\nC_z 2\n",
		"kg_final.txt":  "0 1 100\n1 1 100\n0 1 100\n2 1 101\n7 2 200\n0 2 200\n50 2 200\n1 2 201\n",
	}
	maps.Copy(files, change)
	return files
}

func openCampus(t testing.TB, change map[string]string) *source {
	t.Helper()
	s, err := moocCubeX(folderOf(campus(change)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestMOOCCubeX(t *testing.T) {
	s := openCampus(t, nil)
	if !s.Fixed() {
		t.Error("the lists are a split")
	}
	d := readAll(t, s)
	diff(t, "events", []string{
		"train U_a view C_x", "train U_a view C_y", "train U_b view C_z", "train U_b view entity_7", "train user_5 view C_x",
		"test U_a view C_z", "test U_b view entity_9",
	}, d.Events)
	diff(t, "rejects", []string{"train.txt:1 duplicate 1"}, d.Rejects)
	diff(t, "catalogue", &event.Catalogue{
		Users: []event.User{{ID: "U_a", Gender: "1"}, {ID: "U_b", Gender: "2"}, {ID: "U_c"}, {ID: "user_5"}},
		Items: []event.Item{
			{ID: "C_x", Domain: "course", Tags: []string{"r1:100", "r2:200"}},
			{ID: "C_y", Domain: "course", Tags: []string{"r1:100"}},
			{ID: "C_z", Domain: "course"},
			{ID: "entity_7", Unlisted: true, Tags: []string{"r2:200"}},
			{ID: "entity_9", Unlisted: true},
		},
	}, d.Catalogue)
	diff(t, "notes", map[string]int{
		"out_of_catalogue_items": 2, "out_of_catalogue_interactions": 2, "out_of_list_users": 1, "duplicate_pairs": 1, "graph_triples": 8,
	}, d.Notes)
	diff(t, "second reading", d, readAll(t, s))
}

func TestMOOCCubeXWithoutGraph(t *testing.T) {
	files := campus(nil)
	delete(files, "kg_final.txt")
	s, err := moocCubeX(folderOf(files))
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range readAll(t, s).Catalogue.Items {
		if len(i.Tags) > 0 {
			t.Errorf("%s has tags %q out of nowhere", i.ID, i.Tags)
		}
	}
}

func TestMOOCCubeXTagsAreBounded(t *testing.T) {
	for _, n := range []int{maxTags - 1, maxTags, maxTags + 1} {
		var g strings.Builder
		for e := range n {
			fmt.Fprintf(&g, "0 1 %d\n1 1 %d\n", 1000+e, 1000+e)
		}
		g.WriteString("0 9 5\n1 9 5\n2 9 5\n") // shared by most
		d := readAll(t, openCampus(t, map[string]string{"kg_final.txt": g.String()}))
		tags := d.Catalogue.Items[0].Tags
		if want := min(n+1, maxTags); len(tags) != want || tags[0] != "r9:5" {
			t.Errorf("%d tags beginning with %s, want %d with the most shared first", len(tags), tags[0], want)
		}
		if want := 2 * max(0, n+1-maxTags); d.Notes["graph_tags_dropped"] != want {
			t.Errorf("%d tags noted as dropped, want %d", d.Notes["graph_tags_dropped"], want)
		}
	}
}

func TestMOOCCubeXBadRows(t *testing.T) {
	d := readAll(t, openCampus(t, map[string]string{
		"user_list.txt": "org_id remap_id gender\nU_a 0 1\nU_b 1\nU_c x 1\nU_a 3 1\nU_d 0 1\nU_\xff 4 1\nU_e -1 1\n" +
			strings.Repeat("u", 257) + " 6 1\n",
		"kg_final.txt": "0 1\n0 1 2 3\na b c\n",
	}))
	diff(t, "rejects", []string{
		"user_list.txt:3 csv_columns", "user_list.txt:4 id_not_number", "user_list.txt:5 duplicate", "user_list.txt:6 duplicate",
		"user_list.txt:7 not_utf8", "user_list.txt:8 id_not_number", "user_list.txt:9 id_too_long",
		"kg_final.txt:1 id_not_number", "kg_final.txt:2 id_not_number", "kg_final.txt:3 id_not_number",
		"train.txt:1 duplicate 1",
	}, d.Rejects)
}

func TestMOOCCubeXRefusesWhatItCannotRead(t *testing.T) {
	for name, change := range map[string]map[string]string{
		"NoHeader":     {"item_list.txt": "C_x 0\n"},
		"OtherHeader":  {"user_list.txt": "id remap_id\nU_a 0\n"},
		"AmbiguousIDs": {"item_list.txt": "org_id remap_id\nentity_7 0\n"},
	} {
		s := openCampus(t, change)
		if _, err := s.Catalogue(t.Context(), nil); err == nil {
			t.Errorf("%s: no error", name)
		}
		if err := event.Each(t.Context(), s, nil, func(*event.Event, event.Part, event.Place) error { return nil }); err == nil {
			t.Errorf("%s: no error of events", name)
		}
	}
	d := readAll(t, openCampus(t, map[string]string{"item_list.txt": "org_id remap_id\nentity_07 0\nentity_x 1\nentity_ 2\n"}))
	if d.Catalogue.Items[0].ID != "entity_07" {
		t.Error("an id that no number makes is refused")
	}
}

func FuzzMOOCCubeX(f *testing.F) {
	c := campus(nil)
	f.Add(c["train.txt"], c["user_list.txt"], c["item_list.txt"], c["kg_final.txt"])
	f.Add("0 1\n", "org_id remap_id gender\n\xff 0 1\n", "org_id remap_id\na 1\na 2\nb 1\n", "1 1 1 1\n-\n")
	f.Fuzz(func(t *testing.T, train, users, items, graph string) {
		s := openCampus(t, map[string]string{"train.txt": train, "user_list.txt": users, "item_list.txt": items, "kg_final.txt": graph})
		if _, err := s.Catalogue(t.Context(), nil); err != nil {
			return // a list without its header
		}
		d := readAll(t, s)
		knownUsers, knownItems := ids(d.Catalogue)
		if len(knownUsers) != len(d.Catalogue.Users) || len(knownItems) != len(d.Catalogue.Items) {
			t.Error("an id stands twice in the catalogue")
		}
		for _, e := range d.Events {
			word := strings.Split(e, " ")
			if len(word) == 4 && (!knownUsers[word[1]] || !knownItems[word[3]]) {
				t.Errorf("%s is not in the catalogue", e)
			}
		}
	})
}
