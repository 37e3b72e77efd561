package public

import (
	"context"
	"strings"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

// The bands of users.dat: codes and the age that stands for them.
var movieAges = map[string]int32{"1": 17, "18": 18, "25": 25, "35": 35, "45": 45, "50": 50, "56": 56}

// The occupations of users.dat by their code.
var movieOccupations = map[string]string{
	"0": "other", "1": "academic/educator", "2": "artist", "3": "clerical/admin", "4": "college/grad student",
	"5": "customer service", "6": "doctor/health care", "7": "executive/managerial", "8": "farmer", "9": "homemaker",
	"10": "K-12 student", "11": "lawyer", "12": "programmer", "13": "retired", "14": "sales/marketing", "15": "scientist",
	"16": "self-employed", "17": "technician/engineer", "18": "tradesman/craftsman", "19": "unemployed", "20": "writer",
}

func (m movielens) catalogue(ctx context.Context, reject func(event.Reject)) (*event.Catalogue, error) {
	counts := make(map[string]int)
	var users table[event.User]
	if m.dir.has("users.dat") {
		err := m.dir.lines(ctx, "users.dat", maxRow, reject, func(line []byte, where *at) error {
			text, recoded := latin1(line)
			if recoded {
				counts["latin1_lines"]++
			}
			cells := strings.SplitN(text, "::", 6)
			if len(cells) != 5 {
				where.refuse(code.CSVColumns, "", "", "want UserID::Gender::Age::Occupation::Zip-code")
				return nil
			}
			u := event.User{ID: cells[0], Gender: cells[1], Age: movieAges[cells[2]], Occupation: movieOccupations[cells[3]], Region: cells[4]}
			if u.Age == 0 {
				counts["age_unreadable"]++
			}
			if u.Occupation == "" {
				counts["occupation_unreadable"]++
			}
			if identified(where, "user_id", u.ID, code.UserMissing) && readable(where, u.Gender, u.Region) {
				users.put(u.ID, u)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	var films table[event.Item]
	err := m.dir.lines(ctx, "movies.dat", maxRow, reject, func(line []byte, where *at) error {
		text, recoded := latin1(line)
		if recoded {
			counts["latin1_lines"]++
		}
		i, ok := film(text)
		if !ok {
			where.refuse(code.CSVColumns, "", "", "want MovieID::Title (Year)::Genre|Genre")
			return nil
		}
		if i.PublishedAt == 0 {
			counts["release_year_missing"]++
		}
		if identified(where, "item_id", i.ID, code.ItemMissing) && readable(where, append([]string{i.Title}, i.Tags...)...) {
			films.put(i.ID, i)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	counts["users_replaced"], counts["items_replaced"] = users.replaced, films.replaced
	m.setAll([]string{"users_replaced", "items_replaced", "age_unreadable", "occupation_unreadable", "release_year_missing", "latin1_lines"}, counts)
	return &event.Catalogue{Users: users.rows, Items: films.rows}, nil
}

// film reads a line of movies.dat. Titles may hold double colons, so the id ends
// at the first and the genres begin behind the last.
func film(line string) (event.Item, bool) {
	id, rest, ok := strings.Cut(line, "::")
	last := strings.LastIndex(rest, "::")
	if !ok || last < 0 {
		return event.Item{}, false
	}
	i := event.Item{ID: id, Title: strings.TrimSpace(rest[:last]), Domain: "film"}
	if genres := rest[last+2:]; genres != "(no genres listed)" {
		i.Tags = distinct(strings.Split(genres, "|"))
	}
	if len(i.Tags) > 0 {
		i.Category = i.Tags[0]
	}
	if head, year, ok := cutYear(i.Title); ok {
		i.Title, i.PublishedAt = head, year
	}
	return i, true
}

// cutYear splits the "(1995)" off the end of a title.
func cutYear(title string) (head string, year event.Time, ok bool) {
	n := len(title) - len("(1995)")
	if n < 0 || title[n] != '(' || title[len(title)-1] != ')' {
		return title, 0, false
	}
	year, ok = yearOf(title[n+1 : len(title)-1])
	return strings.TrimSpace(title[:n]), year, ok
}
