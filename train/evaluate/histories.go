package evaluate

import (
	"fmt"
	"math"
	"slices"
)

// Histories is the binary user x item training matrix in compressed rows.
// It is immutable and safe for concurrent use.
type Histories struct {
	items int
	start []int   // users+1; row u is item[start[u]:start[u+1]]
	item  []int32 // ascending and distinct in each row
}

// NewHistories builds the matrix from the items of each user, in any order;
// repeats count once. It calls row for users 0, 1, ... in turn and copies what it
// returns. An item outside the catalogue is an error.
func NewHistories(users, items int, row func(user int32) []int32) (*Histories, error) {
	if users < 0 || users > math.MaxInt32 || items < 0 || items > math.MaxInt32 {
		return nil, fmt.Errorf("histories of %d users and %d items: want 0..%d of each", users, items, math.MaxInt32)
	}
	h := &Histories{items: items, start: make([]int, 1, users+1)}
	for u := range users {
		from := len(h.item)
		h.item = append(h.item, row(int32(u))...)
		list := h.item[from:]
		slices.Sort(list)
		if err := ascending(list, items); err != nil {
			return nil, fmt.Errorf("history of user %d: %w", u, err)
		}
		h.item = h.item[:from+len(slices.Compact(list))]
		h.start = append(h.start, len(h.item))
	}
	return h, nil
}

// Users is the number of rows, Items the number of columns.
func (h *Histories) Users() int { return len(h.start) - 1 }

// Items is the size of the catalogue.
func (h *Histories) Items() int { return h.items }

// Of returns the user's items, ascending; a user without a row has none. The
// caller must not write to it.
func (h *Histories) Of(user int32) []int32 {
	if user < 0 || int(user) >= h.Users() {
		return nil
	}
	return h.item[h.start[user]:h.start[user+1]:h.start[user+1]]
}

// Counts returns the number of users of each item: its training popularity.
func (h *Histories) Counts() []int64 {
	n := make([]int64, h.items)
	for _, item := range h.item {
		n[item]++
	}
	return n
}

// limited returns histories of at most limit items a user, h itself if no user
// has more. Longer ones are thinned to limit items at even distances, so that no
// part of the catalogue is preferred and the same items remain every time.
func (h *Histories) limited(limit int) *Histories {
	fits := true
	for u := range h.Users() {
		fits = fits && h.start[u+1]-h.start[u] <= limit
	}
	if fits {
		return h
	}
	out := &Histories{items: h.items, start: make([]int, 1, len(h.start))}
	for u := range h.Users() {
		row := h.Of(int32(u))
		if n := len(row); n <= limit {
			out.item = append(out.item, row...)
		} else {
			for i := range limit {
				out.item = append(out.item, row[i*n/limit])
			}
		}
		out.start = append(out.start, len(out.item))
	}
	return out
}

// transposed returns the users of each item as compressed rows: those of item i
// are user[start[i]:start[i+1]], ascending.
func (h *Histories) transposed() (start []int, user []int32) {
	start = make([]int, h.items+1)
	for _, item := range h.item {
		start[item+1]++
	}
	for i := range h.items {
		start[i+1] += start[i]
	}
	user = make([]int32, len(h.item))
	next := slices.Clone(start)
	for u := range h.Users() {
		for _, item := range h.Of(int32(u)) {
			user[next[item]] = int32(u)
			next[item]++
		}
	}
	return start, user
}
