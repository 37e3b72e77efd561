package public

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curio/datasets/event"
)

func TestLightGCN(t *testing.T) {
	s, err := lightGCN(folderOf(map[string]string{
		"train.txt": "0 5 7 5\r\n2\r\n\r\n1\t7 \r\n0 5 9\r\n0 9",
		"valid.txt": "0 5",
		"test.txt":  "3 10\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	if !s.Fixed() {
		t.Error("the lists are a split")
	}
	d := readAll(t, s)
	diff(t, "events", []string{
		"train 0 view 5", "train 0 view 7", "train 1 view 7", "train 0 view 9", "validation 0 view 5", "test 3 view 10",
	}, d.Events)
	diff(t, "rejects", []string{"train.txt:1 duplicate 5", "train.txt:5 duplicate 5", "train.txt:6 duplicate 9"}, d.Rejects)
	diff(t, "catalogue", &event.Catalogue{
		Users: []event.User{{ID: "0"}, {ID: "1"}, {ID: "2"}, {ID: "3"}},
		Items: []event.Item{{ID: "5"}, {ID: "7"}, {ID: "9"}, {ID: "10"}},
	}, d.Catalogue)
	diff(t, "notes", map[string]int{"duplicate_pairs": 3}, d.Notes)
	diff(t, "second reading", d, readAll(t, s))
}

func TestLightGCNBadRows(t *testing.T) {
	s, err := lightGCN(folderOf(map[string]string{
		"train.txt": "0 1 x 2 -3 4.5 2147483647 2147483648\nalice 1 2\n00 01\n1 \xff\x00\n",
		"test.txt":  "",
	}))
	if err != nil {
		t.Fatal(err)
	}
	d := readAll(t, s)
	diff(t, "events", []string{"train 0 view 1", "train 0 view 2", "train 0 view 2147483647"}, d.Events)
	diff(t, "rejects", []string{
		"train.txt:1 id_not_number x", "train.txt:1 id_not_number -3", "train.txt:1 id_not_number 4.5",
		"train.txt:1 id_not_number 2147483648", "train.txt:2 id_not_number", "train.txt:3 duplicate 1",
		"train.txt:4 id_not_number \uFFFD\x00",
	}, d.Rejects)
}

func TestLightGCNFolder(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"train.txt": "0 1\n", "test.txt": "0 2\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := LightGCN(dir)
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "events", []string{"train 0 view 1", "test 0 view 2"}, readAll(t, s.(*source)).Events)
}

func FuzzLightGCN(f *testing.F) {
	f.Add("0 1 2\n1\n", "0 3\n")
	f.Add("0 1 1 \r\n\n0 1\n9999999999 1\n", "\xff 1\n- -\n1 1")
	f.Fuzz(func(t *testing.T, train, test string) {
		s, err := lightGCN(folderOf(map[string]string{"train.txt": train, "test.txt": test}))
		if err != nil {
			t.Fatal(err)
		}
		d := readAll(t, s)
		users, items := ids(d.Catalogue)
		seen := make(map[string]bool)
		for _, e := range d.Events {
			word := strings.Fields(e)
			if !users[word[1]] || !items[word[3]] {
				t.Errorf("%s is not in the catalogue", e)
			}
			if seen[e] {
				t.Errorf("%s came twice", e)
			}
			seen[e] = true
		}
		words := len(strings.FieldsFunc(train+"\n"+test, func(r rune) bool { return strings.ContainsRune(" \t\r\n", r) }))
		if len(d.Events)+len(d.Rejects) > words {
			t.Errorf("%d events and %d rejects out of %d words", len(d.Events), len(d.Rejects), words)
		}
	})
}

// ids returns the ids of a catalogue, each of which must stand once.
func ids(c *event.Catalogue) (users, items map[string]bool) {
	users, items = make(map[string]bool), make(map[string]bool)
	for _, u := range c.Users {
		users[u.ID] = true
	}
	for _, i := range c.Items {
		items[i.ID] = true
	}
	return users, items
}
