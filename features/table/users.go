package table

import (
	"io"

	"curio/datasets/event"
	"curio/features/encode"
	"curio/features/profile"
)

// Users writes the table of users. It is for one goroutine.
type Users struct {
	*writer[user]
	encoder  *encode.Users
	strength profile.Strength
	cat      []event.Item
	topics   *profile.Topics
	options  profile.Options
	asOf     event.Time
	features []float32
}

// user is one row.
type user struct {
	id        string
	person    *event.User
	p         *profile.User
	asOf      event.Time
	cat       []event.Item
	interests profile.Interests
	needs     profile.Needs
}

// NewUsers begins a table of users on out. cat is the catalogue, by item index,
// that the encoder is bound to and the touches of profiles refer to; o says how
// sessions, interests and needs are read.
func NewUsers(out io.Writer, e *encode.Users, cat []event.Item, o profile.Options, m Meta) *Users {
	return &Users{
		writer:  newWriter(out, "users", userColumns(), e.Names(), e.Hash(), m),
		encoder: e, strength: e.Strength(), cat: cat, topics: profile.NewTopics(cat), options: o, asOf: m.AsOf,
		features: make([]float32, e.Dim()),
	}
}

// Write adds a user. person is what is known besides behaviour and may be nil; p
// is the profile as of the table's time. Errors are those of the output.
func (t *Users) Write(id string, person *event.User, p *profile.User) error {
	t.encoder.Encode(t.features, person, p, t.asOf)
	if person == nil {
		person = &event.User{}
	}
	return t.write(&user{
		id: id, person: person, p: p, asOf: t.asOf, cat: t.cat,
		interests: t.topics.Interests(p, t.asOf, &t.strength, &t.options),
		needs:     p.Needs(t.cat, t.asOf, &t.options),
	}, t.features)
}

// month is the time that the frequency of purchases is told for.
const month = 30 * event.Day

// purchasesAMonth adds the purchases in 30 days, counted from the first of them
// and over at least that long.
func (u *user) purchasesAMonth(c *cells) {
	p := &u.p.Purchase
	if p.First == 0 || u.asOf == 0 {
		return
	}
	c.number(float64(p.Count) / max((float64(u.asOf)-float64(p.First))/float64(month), 1))
}

func topics(c *cells, list []profile.Interest) {
	for _, x := range list[:min(len(list), Most)] {
		c.text(x.Topic)
	}
}

// topicShares adds what part each of the first topics is of the weight of all.
func topicShares(c *cells, list []profile.Interest) {
	total := 0.0
	for _, x := range list {
		total += x.Weight
	}
	for _, x := range list[:min(len(list), Most)] {
		c.number(x.Weight / total)
	}
}

// items adds the ids of the items of needs.
func (u *user) items(c *cells, needs []profile.Need) {
	for _, n := range known(needs, len(u.cat)) {
		c.text(u.cat[n.Item].ID)
	}
}

func (u *user) progress(c *cells, needs []profile.Need) {
	for _, n := range known(needs, len(u.cat)) {
		c.number(float64(n.Progress) / profile.FullProgress)
	}
}

// known returns the first needs whose items are in a catalogue of that length.
func known(needs []profile.Need, items int) []profile.Need {
	var list []profile.Need
	for _, n := range needs {
		if n.Item >= 0 && int(n.Item) < items && len(list) < Most {
			list = append(list, n)
		}
	}
	return list
}
