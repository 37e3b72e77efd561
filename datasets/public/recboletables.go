package public

import (
	"context"
	"strconv"
	"strings"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

func (r recbole) catalogue(ctx context.Context, reject func(event.Reject)) (*event.Catalogue, error) {
	var users table[event.User]
	var items table[event.Item]
	counts := make(map[string]int)
	if name := r.name + ".user"; r.dir.has(name) {
		err := atomic{r.dir, name}.rows(ctx, reject, []string{"user_id"}, func(row *record, where *at) error {
			u := event.User{
				ID:         strings.Clone(row.get("user_id")),
				Gender:     strings.Clone(row.get("gender")),
				Occupation: strings.Clone(row.get("occupation")),
				Region:     strings.Clone(row.get("zip_code")),
			}
			if age := row.get("age"); age != "" {
				var fault string
				if u.Age, fault = field.Age(age); fault != "" {
					counts["age_unreadable"]++
				}
			}
			if identified(where, "user_id", u.ID, code.UserMissing) && readable(where, u.Gender, u.Occupation, u.Region) {
				users.put(u.ID, u)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if name := r.name + ".item"; r.dir.has(name) {
		err := atomic{r.dir, name}.rows(ctx, reject, []string{"item_id"}, func(row *record, where *at) error {
			i := event.Item{
				ID:    strings.Clone(row.get("item_id")),
				Title: strings.Clone(row.get(row.first("movie_title", "title"))),
			}
			if row.first("movie_title") != "" {
				i.Domain = "film"
			}
			i.Tags = classes(row.get(row.first("class", "genre", "genres", "categories")))
			if len(i.Tags) > 0 {
				i.Category = i.Tags[0]
			}
			if year := row.get("release_year"); year != "" {
				var ok bool
				if i.PublishedAt, ok = yearOf(year); !ok {
					counts["release_year_unreadable"]++
				}
			}
			if identified(where, "item_id", i.ID, code.ItemMissing) && readable(where, append([]string{i.Title}, i.Tags...)...) {
				items.put(i.ID, i)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	counts["users_replaced"], counts["items_replaced"] = users.replaced, items.replaced
	r.setAll([]string{"users_replaced", "items_replaced", "age_unreadable", "release_year_unreadable"}, counts)
	return &event.Catalogue{Users: users.rows, Items: items.rows}, nil
}

// classes cuts a list of words apart, without repetitions.
func classes(cell string) []string {
	words := strings.Fields(cell)
	if strings.Contains(cell, ",") {
		words = strings.Split(cell, ",")
	}
	return distinct(words)
}

// distinct returns copies of the words in their order, without blanks around
// them, repetitions and empty ones.
func distinct(words []string) []string {
	var out []string
	seen := make(map[string]bool)
	for _, w := range words {
		if w = strings.TrimSpace(w); w != "" && !seen[w] {
			w = strings.Clone(w)
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

// yearOf returns the beginning of a year of four digits.
func yearOf(s string) (event.Time, bool) {
	y, err := strconv.ParseUint(s, 10, 16)
	if err != nil || len(s) != 4 || y == 0 {
		return 0, false
	}
	return field.Year(int(y)), true
}
