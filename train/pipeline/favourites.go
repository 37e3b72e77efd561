package pipeline

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"curio/artifacts/segment"
	"curio/datasets/event"
	"curio/features/profile"
)

const (
	favoured = 5   // items, and lecturers, that are told of a segment at most
	chance   = 3.0 // standard errors beyond which a share of a sample is no accident
)

// favour returns m with the items and lecturers that set each segment apart: with
// the share of its users who showed interest, as s sees it, ordered by how much larger
// that is than among all users in segments. What everybody likes is nobody's
// favourite, and of a rare item its rarity alone does not make one; nor do a few users
// more than a random part of everybody would have. Nothing is told that fewer than the
// least users of the segment are interested in, and nothing of a segment that is
// withheld. members has the segment of each user, -1 for none.
func favour(m *segment.Model, members []int32, profiles []profile.User, items []event.Item, s *profile.Strength, least int) (*segment.Model, error) {
	users := make([][]int32, len(m.Segments()))
	everybody := 0
	for u, c := range members {
		if c >= 0 {
			users[c] = append(users[c], int32(u))
			everybody++
		}
	}
	lecturers, lecturer := teaching(items)
	byItem, byLecturer := newTally(len(items)), newTally(len(lecturers))
	for _, own := range users {
		for _, u := range own {
			for i := range profiles[u].Touches {
				t := &profiles[u].Touches[i]
				if t.Item < 0 || int(t.Item) >= len(items) || !(s.Of(t) > 0) {
					continue
				}
				byItem.take(u, t.Item)
				if l := lecturer[t.Item]; l >= 0 {
					byLecturer.take(u, l)
				}
			}
		}
		byItem.close(max(least, 1))
		byLecturer.close(max(least, 1))
	}
	spec := m.Spec()
	spec.Segments = slices.Clone(spec.Segments)
	for c := range spec.Segments {
		told := &spec.Segments[c]
		if told.Withheld {
			continue
		}
		told.TopItems = byItem.top(c, len(users[c]), everybody, func(i int32) string { return items[i].ID })
		told.TopLecturers = byLecturer.top(c, len(users[c]), everybody, func(l int32) string { return lecturers[l] })
	}
	told, err := segment.New(spec)
	if err != nil {
		return nil, fmt.Errorf("favourites of segments: %w", err)
	}
	return told, nil
}

// teaching returns the lecturers there are and, by item, which of them it has, -1 for
// none.
func teaching(items []event.Item) (ids []string, of []int32) {
	of = make([]int32, len(items))
	index := make(map[string]int32)
	for i := range items {
		of[i] = -1
		id := items[i].LecturerID
		if id == "" {
			continue
		}
		l, ok := index[id]
		if !ok {
			l = int32(len(ids))
			index[id] = l
			ids = append(ids, id)
		}
		of[i] = l
	}
	return ids, of
}

// tally counts users by thing, one segment after the other.
type tally struct {
	counts, all []int32  // of the segment so far and of all before it, by thing
	last        []int32  // user counted last, plus 1
	met         []int32  // things of this segment
	segments    [][]held // those that enough users of a segment have
}

// held is a number of users who have a thing.
type held struct{ thing, users int32 }

func newTally(things int) *tally {
	return &tally{counts: make([]int32, things), all: make([]int32, things), last: make([]int32, things)}
}

// take counts user once for thing; all of a user's things come in one go.
func (t *tally) take(user, thing int32) {
	if t.last[thing] == user+1 {
		return
	}
	t.last[thing] = user + 1
	if t.counts[thing] == 0 {
		t.met = append(t.met, thing)
	}
	t.counts[thing]++
}

// close ends a segment.
func (t *tally) close(least int) {
	var list []held
	for _, thing := range t.met {
		n := t.counts[thing]
		if int(n) >= least {
			list = append(list, held{thing, n})
		}
		t.all[thing] += n
		t.counts[thing] = 0
	}
	t.met = t.met[:0]
	t.segments = append(t.segments, list)
}

// top returns the favourites of a segment of so many users, out of everybody.
func (t *tally) top(c, users, everybody int, name func(int32) string) []segment.Share {
	more := func(h held) float64 {
		return float64(h.users)/float64(users) - float64(t.all[h.thing])/float64(everybody)
	}
	accident := func(h held) bool { // the share of a sample without replacement varies less the more it takes
		p := float64(t.all[h.thing]) / float64(everybody)
		return !(more(h) > chance*math.Sqrt(p*(1-p)*(1/float64(users)-1/float64(everybody))))
	}
	list := slices.DeleteFunc(t.segments[c], accident)
	slices.SortFunc(list, func(a, b held) int {
		return cmp.Or(cmp.Compare(more(b), more(a)), cmp.Compare(a.thing, b.thing))
	})
	var told []segment.Share
	for _, h := range list[:min(len(list), favoured)] {
		told = append(told, segment.Share{Name: name(h.thing), Share: float64(h.users) / float64(users)})
	}
	return told
}
