package synth

import (
	"slices"
	"strconv"
	"strings"
)

// Truth is what was planted. It is for tests and benchmarks that judge what was
// learned; nothing that learns may read it.
type Truth struct {
	Domains    []string
	Categories []string
	Segments   []Segment
	// Conversion[a][b] is the chance that a user who met an item of domain a
	// next meets a new one of domain b, for a catalogue that has items of every
	// domain and category. Rows and columns are in the order of Domains.
	Conversion [][]float64
	// Lag is by how many weeks the trends of a domain follow those of books.
	Lag []int
	// Quality is what raises an item's ratings and popularity, about -2..2, in
	// the order of the catalogue's items.
	Quality []float64

	platform *Platform
}

// Segment is one planted group of users.
type Segment struct {
	Share float64   // expected, of all users
	Taste []float64 // mean share of each category in what is chosen freely; sums to 1
	Style string    // how most of its users act
}

// Truth returns what was planted. The caller owns it.
func (p *Platform) Truth() *Truth {
	t := &Truth{
		Domains:    domainNames(),
		Categories: topicNames(),
		platform:   p,
	}
	for g := range p.groups {
		group := &p.groups[g]
		t.Segments = append(t.Segments, Segment{
			Share: group.share,
			Taste: slices.Clone(group.taste[:]),
			Style: styles[group.style].name,
		})
	}
	for d := range domains {
		t.Conversion = append(t.Conversion, slices.Clone(conversion[d][:]))
		t.Lag = append(t.Lag, domains[d].lag)
	}
	for i := range p.items {
		t.Quality = append(t.Quality, float64(p.items[i].quality))
	}
	return t
}

// Segment returns the index of a user's segment, and false for a user the
// platform does not have.
func (t *Truth) Segment(userID string) (int, bool) {
	u, ok := t.platform.userNumber(userID)
	if !ok {
		return 0, false
	}
	return t.platform.persona(u, newStream(t.platform.options.Seed)).segment, true
}

// Taste returns a user's own share of each category in what they choose freely,
// in the order of Categories, and false for a user the platform does not have.
func (t *Truth) Taste(userID string) ([]float64, bool) {
	u, ok := t.platform.userNumber(userID)
	if !ok {
		return nil, false
	}
	who := t.platform.persona(u, newStream(t.platform.options.Seed))
	return slices.Clone(who.taste[:]), true
}

// userNumber is the inverse of userID.
func (p *Platform) userNumber(id string) (int, bool) {
	digits, ok := strings.CutPrefix(id, "user-")
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > p.options.Users || p.userID(n-1) != id {
		return 0, false
	}
	return n - 1, true
}
