package synth

import (
	"fmt"

	"curio/datasets/event"
)

// item is what the generator needs to know of a catalogue item; all else is in
// the event.Item of the same index.
type item struct {
	quality    float32 // about -2..2
	difficulty float32 // 1..5, 0 if the domain has none
	price      int64   // minor units, 0 if free
	duration   int64   // milliseconds
	published  event.Time
	withdrawn  event.Time // nobody begins it from then on
	needs      []int32    // items to complete first
	next       int32      // the next course of its series, or -1
	first      int32      // the first of its series: itself, if it stands alone
	part       uint8      // its place in the series, from 1
	domain     uint8
	topic      uint8
	tags       [2]int8 // of its topic; the second may be -1
}

const currency = "EUR"

// newItems makes the catalogue. Items are shuffled over domains and topics, so
// that neither can be read off an index.
func (p *Platform) newItems(s *stream) {
	n := p.options.Items
	p.items = make([]item, n)
	p.catalogue = make([]event.Item, n)
	s.start(forItems, 0)
	order := s.Perm(n)
	popular := s.Perm(len(topics))
	weights := make([]float64, len(topics))
	for rank, c := range popular {
		weights[c] = 1 / (1 + 0.08*float64(rank))
	}
	courses := make([][]int32, len(topics))
	var done int
	for d := len(domains) - 1; d >= 0; d-- {
		last := done + int(domains[d].share*float64(n))
		if d == course {
			last = n
		}
		for ; done < last; done++ {
			i := int32(order[done])
			c := s.pick(weights)
			p.items[i] = item{domain: uint8(d), topic: uint8(c), next: -1, first: i, part: 1}
			if d == course {
				courses[c] = append(courses[c], i)
			}
		}
	}
	faculty := newFaculty(courses, s)
	for i := range p.items {
		p.fillItem(int32(i), faculty, s)
	}
	for _, list := range courses {
		p.newSeries(list, s)
	}
	for i := range p.items {
		p.nameItem(int32(i))
	}
}

// fillItem draws everything of item i that does not depend on other items.
func (p *Platform) fillItem(i int32, f faculty, s *stream) {
	it, out := &p.items[i], &p.catalogue[i]
	d := &domains[it.domain]
	t := &topics[it.topic]
	out.Domain, out.Category = d.name, t.name
	it.tags = [2]int8{int8(s.IntN(tagsPerTopic)), -1}
	if second := int8(s.IntN(tagsPerTopic)); second != it.tags[0] && s.chance(0.6) {
		it.tags[1] = second
	}
	if s.chance(0.4) {
		out.Tags = append(out.Tags, extraTags[s.IntN(len(extraTags))])
	}
	it.quality = float32(0.8 * s.NormFloat64())
	if it.domain != film {
		it.difficulty = hundredths(s.between(1, 4.5))
		lecturer := f.pick(int(it.topic), s)
		out.LecturerID, out.LecturerBackground = lecturer.id, lecturer.background
		it.quality += float32(0.6 * lecturer.quality)
	}
	minutes := int64(s.between(d.minutes[0], d.minutes[1]))
	it.duration = minutes * 60_000
	out.Duration = it.duration
	if !s.chance(d.free) {
		hours := float64(minutes) / 60
		it.price = 100*int64(3+s.between(2, 6)*hours) + 99
		out.Price, out.Currency = it.price, currency
	}
	it.published = p.begin - Prelude + event.Time(s.Int64N(int64(Prelude)))
	if s.chance(0.6) {
		it.published = p.begin + event.Time(s.Int64N(int64(Window-14*event.Day)))
	}
	it.published -= it.published % hour
	it.withdrawn = p.options.End
	if s.chance(0.02) {
		it.withdrawn -= 180 * event.Day
		out.Unavailable = true
	}
}

// nameItem writes what depends on a series into the catalogue.
func (p *Platform) nameItem(i int32) {
	it, out := &p.items[i], &p.catalogue[i]
	tags := topics[it.topic].tags
	about := tags[it.tags[0]]
	out.ID = p.itemID(i)
	out.Title = fmt.Sprintf("%s %s", openings[it.domain][int(it.first)%len(openings[0])], about)
	out.Tags = append([]string{about}, out.Tags...)
	if it.tags[1] >= 0 {
		out.Tags = append(out.Tags, tags[it.tags[1]])
	}
	out.Difficulty = int32(it.difficulty*100 + 0.5)
	out.PublishedAt = it.published
	for _, need := range it.needs {
		out.Prerequisites = append(out.Prerequisites, p.itemID(need))
	}
	if it.part > 1 || it.next >= 0 {
		out.Title = fmt.Sprintf("%s, part %d", out.Title, it.part)
	}
}

func (p *Platform) itemID(i int32) string {
	return fmt.Sprintf("%s-%0*d", domains[p.items[i].domain].name, p.itemDigits, i+1)
}

// hundredths rounds to what event.Item can hold.
func hundredths(x float64) float32 { return float32(int(x*100+0.5)) / 100 }
