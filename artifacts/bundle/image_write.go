package bundle

import (
	"fmt"
	"io"

	"curio/datasets/event"
	"curio/features/profile"
)

// profileHead is what a profile.User holds besides its lists.
type profileHead struct {
	Learning    profile.Learning
	Purchase    profile.Purchase
	Interaction profile.Interaction
	Events      int64
	First, Last event.Time
	Gap         event.Time
	Touches     int64 // of this user and of all before
	Spans       int64 // likewise
}

// The numbers of a person, and of an item, that are no text.
type (
	personNumbers struct {
		Signup       event.Time
		Age, Segment int32
	}
	itemNumbers struct {
		Price, Duration int64
		Published       event.Time
		Difficulty      int32
		Unavailable     uint16 // 0 or 1
		Unlisted        uint16
	}
)

// WriteImage writes the image of a, which Decode made of b. The error wraps ErrNoImage
// if there can be none: on a machine whose memory is not like files, or of a bundle that
// is Secret.
func WriteImage(w io.Writer, a *Artifact, b *Bundle) error {
	switch {
	case !littleEndian():
		return fmt.Errorf("%w: numbers lie in memory in another order than in files", ErrNoImage)
	case b.Secret:
		return fmt.Errorf("%w: it was encrypted", ErrNoImage)
	}
	iw := &imageWriter{w: w, buf: make([]byte, 0, imageChunk)}
	for _, name := range []string{blobInterest, blobModel, blobSegments} {
		iw.section(b.Blobs[name])
	}
	a.writeUsers(iw)
	a.writeItems(iw)
	a.writeProfiles(iw)
	if err := iw.finish(a.Manifest.Digest()); err != nil {
		return fmt.Errorf("write image: %w", err)
	}
	return nil
}

func (a *Artifact) writeUsers(w *imageWriter) {
	n := len(a.People)
	numbers := make([]personNumbers, n)
	for i := range a.People {
		numbers[i] = personNumbers{a.People[i].SignupTS, a.People[i].Age, a.Membership[i]}
	}
	w.section(bytesOf(numbers))
	for _, at := range []func(*event.User) string{
		func(u *event.User) string { return u.ID },
		func(u *event.User) string { return u.Occupation },
		func(u *event.User) string { return u.Gender },
		func(u *event.User) string { return u.Region },
	} {
		writeTexts(w, n, func(i int) string { return at(&a.People[i]) })
	}
	writeLists(w, n, func(i int) []string { return a.People[i].Consent })
}

// itemTexts are the texts of an item, in the order of its columns.
func itemTexts(i *event.Item) []*string {
	return []*string{&i.ID, &i.Title, &i.Domain, &i.Category, &i.LecturerID, &i.LecturerBackground, &i.Currency, &i.PartnerID}
}

func (a *Artifact) writeItems(w *imageWriter) {
	n := len(a.Catalogue)
	numbers := make([]itemNumbers, n)
	one := map[bool]uint16{true: 1}
	for i := range a.Catalogue {
		x := &a.Catalogue[i]
		numbers[i] = itemNumbers{x.Price, x.Duration, x.PublishedAt, x.Difficulty, one[x.Unavailable], one[x.Unlisted]}
	}
	w.section(bytesOf(numbers))
	for t := range itemTexts(new(event.Item)) {
		writeTexts(w, n, func(i int) string { return *itemTexts(&a.Catalogue[i])[t] })
	}
	writeLists(w, n, func(i int) []string { return a.Catalogue[i].Tags })
	writeLists(w, n, func(i int) []string { return a.Catalogue[i].Prerequisites })
	w.section(bytesOf(a.Popularity))
}

func (a *Artifact) writeProfiles(w *imageWriter) {
	heads := make([]profileHead, len(a.Profiles))
	var touches, spans int64
	for i := range a.Profiles {
		p := &a.Profiles[i]
		touches += int64(len(p.Touches))
		spans += int64(len(p.Sessions.Spans))
		heads[i] = profileHead{p.Learning, p.Purchase, p.Interaction, p.Events, p.First, p.Last, p.Sessions.Gap, touches, spans}
	}
	w.section(bytesOf(heads))
	joined(w, a.Profiles, func(p *profile.User) []profile.Touch { return p.Touches })
	joined(w, a.Profiles, func(p *profile.User) []profile.Span { return p.Sessions.Spans })
}

// joined writes one section of the lists of all profiles.
func joined[T any](w *imageWriter, all []profile.User, of func(*profile.User) []T) {
	size := 0
	for i := range all {
		size += len(bytesOf(of(&all[i])))
	}
	w.begin(size)
	for i := range all {
		w.write(bytesOf(of(&all[i])))
	}
	w.pad()
}
