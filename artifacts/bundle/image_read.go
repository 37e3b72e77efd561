package bundle

import (
	"encoding/json"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"curio/artifacts/store/mapping"
	"curio/datasets/event"
	"curio/features/profile"
)

// ReadImage returns the artifact with a manifest from its image, all of it checked. Its
// vectors and histories lie in the image, which is given back when nobody holds the
// artifact any more: whoever keeps one of its slices keeps the artifact too. Text is on
// the heap. The error wraps ErrCorrupt, or is one of Decode; the image is closed then.
func ReadImage(m *mapping.Mapping, manifest *Manifest) (*Artifact, error) {
	a, err := readImage(m, manifest)
	if err != nil {
		_ = m.Close() // whatever it says: it is not used
		return nil, fmt.Errorf("read image: %w", err)
	}
	m.Release()
	return a, nil
}

func readImage(m *mapping.Mapping, manifest *Manifest) (*Artifact, error) {
	if !littleEndian() {
		return nil, ErrNoImage
	}
	r, err := checkImage(m.Bytes(), manifest.Digest())
	if err != nil {
		return nil, err
	}
	a := &Artifact{Version: manifest.Version(), Manifest: *manifest, memory: m}
	vectors, model, segments := r.section(), r.section(), r.section()
	users, items, profiles := readUsers(r), readItems(r), readProfiles(r)
	if r.err != nil {
		return nil, r.err
	}
	var g errgroup.Group
	for _, part := range []func() error{
		func() error { return users.decode(a) },
		func() (err error) { a.Interest, err = decodeInterest(vectors, view[float32]); return err },
		func() error { return items.decode(a) },
		func() error { return json.Unmarshal(segments, &a.Segments) },
		func() error { return a.decodeModel(model) },
		func() error { return profiles.decode(a) },
	} {
		g.Go(func() error { return caught(part) })
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if len(a.Profiles) != a.Users.Len() || len(a.Popularity) != a.Items.Len() {
		return nil, fmt.Errorf("%d profiles of %d users, %d items with %d rows of popularity: %w", len(a.Profiles), a.Users.Len(), a.Items.Len(), len(a.Popularity), ErrArtifact)
	}
	a.UserEncoder.Bind(a.Catalogue)
	return a, a.check()
}

type userColumns struct {
	numbers                        []byte
	id, occupation, gender, region column
	consent                        listColumn
}

func readUsers(r *imageReader) userColumns {
	return userColumns{r.section(), readTexts(r), readTexts(r), readTexts(r), readTexts(r), readLists(r)}
}

func (c *userColumns) decode(a *Artifact) error {
	numbers, err := view[personNumbers](c.numbers)
	if err != nil {
		return err
	}
	ids, err := c.id.shared()
	if err == nil {
		a.Users, err = ordered(ids) // copies them
	}
	if err != nil {
		return err
	}
	var texts [3][]string
	for i, t := range []column{c.occupation, c.gender, c.region} {
		if texts[i], err = t.strings(); err != nil {
			return err
		}
	}
	consent, err := c.consent.lists()
	if err != nil {
		return err
	}
	a.People, a.Membership = make([]event.User, len(numbers)), make([]int32, len(numbers))
	for i := range numbers {
		n := &numbers[i]
		a.People[i] = event.User{
			ID: a.Users.ID(int32(i)), Occupation: texts[0][i], Gender: texts[1][i], Region: texts[2][i],
			Age: n.Age, SignupTS: n.Signup, Consent: consent[i],
		}
		a.Membership[i] = n.Segment
	}
	return nil
}

type itemColumns struct {
	numbers             []byte
	texts               []column
	tags, prerequisites listColumn
	popularity          []byte
}

func readItems(r *imageReader) (c itemColumns) {
	c.numbers = r.section()
	for range itemTexts(new(event.Item)) {
		c.texts = append(c.texts, readTexts(r))
	}
	c.tags, c.prerequisites, c.popularity = readLists(r), readLists(r), r.section()
	return c
}

func (c *itemColumns) decode(a *Artifact) error {
	numbers, err := view[itemNumbers](c.numbers)
	if err != nil {
		return err
	}
	a.Catalogue = make([]event.Item, len(numbers))
	for t := range c.texts {
		values, err := c.texts[t].strings()
		if err != nil {
			return err
		}
		for i := range a.Catalogue {
			*itemTexts(&a.Catalogue[i])[t] = values[i]
		}
	}
	tags, err := c.tags.lists()
	if err != nil {
		return err
	}
	prerequisites, err := c.prerequisites.lists()
	if err != nil {
		return err
	}
	ids := make([]string, len(numbers))
	for i := range numbers {
		n, x := &numbers[i], &a.Catalogue[i]
		x.Price, x.Duration, x.PublishedAt, x.Difficulty = n.Price, n.Duration, n.Published, n.Difficulty
		x.Unavailable, x.Unlisted = n.Unavailable != 0, n.Unlisted != 0
		x.Tags, x.Prerequisites = tags[i], prerequisites[i]
		ids[i] = x.ID
	}
	if a.Items, err = ordered(ids); err != nil {
		return err
	}
	a.Popularity, err = view[profile.Item](c.popularity)
	return err
}

type profileColumns struct{ heads, touches, spans []byte }

func readProfiles(r *imageReader) profileColumns {
	return profileColumns{r.section(), r.section(), r.section()}
}

func (c *profileColumns) decode(a *Artifact) error {
	heads, err := view[profileHead](c.heads)
	if err != nil {
		return err
	}
	touches, err := view[profile.Touch](c.touches)
	if err != nil {
		return err
	}
	spans, err := view[profile.Span](c.spans)
	if err != nil {
		return err
	}
	a.Profiles = make([]profile.User, len(heads))
	workers := runtime.GOMAXPROCS(0)
	var g errgroup.Group
	for w := range workers {
		g.Go(func() error {
			return caught(func() error {
				fillProfiles(a.Profiles, heads, touches, spans, len(heads)*w/workers, len(heads)*(w+1)/workers)
				return nil
			})
		})
	}
	return g.Wait()
}

// fillProfiles makes the profiles first..end-1.
func fillProfiles(all []profile.User, heads []profileHead, touches []profile.Touch, spans []profile.Span, first, end int) {
	var t, s int64
	if first > 0 {
		t, s = heads[first-1].Touches, heads[first-1].Spans
	}
	for i := first; i < end; i++ {
		h := &heads[i]
		p := &all[i]
		p.Learning, p.Purchase, p.Interaction = h.Learning, h.Purchase, h.Interaction
		p.Events, p.First, p.Last, p.Sessions.Gap = h.Events, h.First, h.Last, h.Gap
		if h.Touches > t {
			p.Touches = touches[t:h.Touches:h.Touches]
		}
		if h.Spans > s {
			p.Sessions.Spans = spans[s:h.Spans:h.Spans]
		}
		t, s = h.Touches, h.Spans
	}
}
