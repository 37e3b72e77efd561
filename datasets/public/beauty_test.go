package public

import (
	"fmt"
	"strings"
	"testing"

	"curio/datasets/event"
)

func openBeauty(t testing.TB, files map[string]string) *source {
	t.Helper()
	s, err := beautySource(folderOf(files))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestBeauty(t *testing.T) {
	s := openBeauty(t, map[string]string{
		beautySequences:  "1 5 3 9 4\n2 3 5 5\n3 8\n4\n",
		beautyAttributes: `{"5": [2, 1, 2], "9": [], "77": [1], "3": [4]}`,
	})
	if !s.Fixed() {
		t.Error("the last two items are held out")
	}
	d := readAll(t, s)
	diff(t, "events", []string{
		"train 1 view 5", "train 1 view 3", "validation 1 view 9", "test 1 view 4", "train 2 view 3", "test 2 view 5", "train 3 view 8",
	}, d.Events)
	diff(t, "rejects", []string{"Beauty.txt:2 duplicate 5"}, d.Rejects)
	diff(t, "catalogue", &event.Catalogue{
		Users: []event.User{{ID: "1"}, {ID: "2"}, {ID: "3"}, {ID: "4"}},
		Items: []event.Item{
			{ID: "3", Domain: "beauty", Tags: []string{"a4"}}, {ID: "4", Domain: "beauty"},
			{ID: "5", Domain: "beauty", Tags: []string{"a2", "a1"}}, {ID: "8", Domain: "beauty"}, {ID: "9", Domain: "beauty"},
		},
	}, d.Catalogue)
	diff(t, "notes", map[string]int{"duplicate_pairs": 1, "items_without_attributes": 3, "attributes_of_other_items": 1}, d.Notes)
	diff(t, "second reading", d, readAll(t, s))
}

func TestBeautyBadRows(t *testing.T) {
	many := strings.TrimSuffix(strings.Repeat("1,", maxTags+1), ",")
	d := readAll(t, openBeauty(t, map[string]string{
		beautySequences: "x 1\n1 2 -3 4\n1 5\n2147483648 1\n2 \xff\n",
		beautyAttributes: "{\"1\": 3, \"x\": [1],\n\"2\": [1],\n\n\"2\": [1], \"3\": [-1], \"4\": [\"a\"], \"5\": null, \"6\": [1.5], \"7\": [2147483648],\n\"8\": [" +
			many + "], \"9\": {\"a\": [1]}}",
	}))
	diff(t, "rejects", []string{
		"Beauty_item2attributes.json:1 json_type", "Beauty_item2attributes.json:1 id_not_number x", "Beauty_item2attributes.json:4 json_duplicate_key 2",
		"Beauty_item2attributes.json:4 number_range", "Beauty_item2attributes.json:4 json_type", "Beauty_item2attributes.json:4 json_type",
		"Beauty_item2attributes.json:4 json_type", "Beauty_item2attributes.json:4 json_type", "Beauty_item2attributes.json:5 list_too_long",
		"Beauty_item2attributes.json:5 json_type",
		"Beauty.txt:1 id_not_number", "Beauty.txt:2 id_not_number -3", "Beauty.txt:3 duplicate", "Beauty.txt:4 id_not_number",
		"Beauty.txt:5 id_not_number \uFFFD",
	}, d.Rejects)
	diff(t, "events", []string{"train 1 view 2", "test 1 view 4"}, d.Events)
}

func TestBeautyAttributesAreBounded(t *testing.T) {
	for n, rejects := range map[int]int{maxTags - 1: 0, maxTags: 0, maxTags + 1: 1} {
		list := "0"
		for i := range n - 1 {
			list += fmt.Sprint(",", i+1)
		}
		d := readAll(t, openBeauty(t, map[string]string{beautySequences: "1 1\n", beautyAttributes: `{"1":[` + list + `]}`}))
		if len(d.Rejects) != rejects || rejects == 0 && len(d.Catalogue.Items[0].Tags) != n {
			t.Errorf("%d attributes: %d tags, rejects %q", n, len(d.Catalogue.Items[0].Tags), d.Rejects)
		}
	}
	b := beauty{dir: folderOf(map[string]string{"x": "12345"})}
	for most, ok := range map[int64]bool{4: false, 5: true, 6: true} {
		if _, err := b.readAtMost("x", most); (err == nil) != ok {
			t.Errorf("5 bytes where %d are allowed: %v", most, err)
		}
	}
}

func TestBeautyRefusesWhatItCannotRead(t *testing.T) {
	for name, text := range map[string]string{
		"Empty": "", "List": "[1]", "Open": `{"1": [1]`, "Comma": `{"1": [1],}`, "Behind": `{} {}`, "Word": `{"1": nan}`,
		"Deep": `{"1": ` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`,
	} {
		s := openBeauty(t, map[string]string{beautySequences: "1 1\n", beautyAttributes: text})
		if _, err := s.Catalogue(t.Context(), nil); err == nil || !strings.Contains(err.Error(), beautyAttributes) {
			t.Errorf("%s: %v, want an error that names the file", name, err)
		}
	}
}

func FuzzBeauty(f *testing.F) {
	f.Add("1 5 3 9 4\n2 3 5\n", `{"5": [2, 1], "9": [3]}`)
	f.Add("1 1 1\n1\nx\n", `{"5": [2, {}], "": [], "5": [1]}`)
	f.Fuzz(func(t *testing.T, sequences, attributes string) {
		s := openBeauty(t, map[string]string{beautySequences: sequences, beautyAttributes: attributes})
		if _, err := s.Catalogue(t.Context(), nil); err != nil {
			return // no JSON object
		}
		d := readAll(t, s)
		users, items := ids(d.Catalogue)
		tested := make(map[string]bool)
		for _, e := range d.Events {
			word := strings.Split(e, " ")
			if !users[word[1]] || !items[word[3]] {
				t.Errorf("%s is not in the catalogue", e)
			}
			if word[0] == "test" && tested[word[1]] {
				t.Errorf("two test items of %s", word[1])
			}
			tested[word[1]] = tested[word[1]] || word[0] == "test"
		}
	})
}
