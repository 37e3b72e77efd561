package synth

import (
	"fmt"

	"curio/datasets/event"
)

const hour = event.Day / 24

// lecturer teaches courses, gives talks and writes books on one topic.
type lecturer struct {
	id         string
	background string
	quality    float64
}

// faculty is the lecturers by topic.
type faculty [][]lecturer

// newFaculty has one lecturer for about six courses, and one a topic at least.
func newFaculty(courses [][]int32, s *stream) faculty {
	f := make(faculty, len(courses))
	var n int
	for c, list := range courses {
		f[c] = make([]lecturer, 1+len(list)/6)
		for i := range f[c] {
			n++
			f[c][i] = lecturer{
				id:         fmt.Sprintf("lecturer-%04d", n),
				background: backgrounds[s.IntN(len(backgrounds))],
				quality:    s.NormFloat64(),
			}
		}
	}
	return f
}

func (f faculty) pick(topic int, s *stream) *lecturer {
	return &f[topic][s.IntN(len(f[topic]))]
}

// newSeries ties courses of one topic into series of up to four parts. The
// parts of a series share lecturer and first tag, get harder, come out one after
// the other, and each needs the one before it.
func (p *Platform) newSeries(list []int32, s *stream) {
	s.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	for len(list) > 0 {
		n := min(1+s.pick([]float64{0.40, 0.25, 0.20, 0.15}), len(list))
		p.tie(list[:n], s)
		list = list[n:]
	}
}

func (p *Platform) tie(parts []int32, s *stream) {
	if len(parts) < 2 {
		return
	}
	first := parts[0]
	p.items[first].difficulty = hundredths(s.between(1, 2.4))
	latest := p.options.End - event.Time(len(parts))*60*event.Day
	if p.items[first].published > latest {
		p.items[first].published = latest - latest%hour
	}
	for k, i := range parts[1:] {
		before := parts[k]
		it, was := &p.items[i], &p.items[before]
		p.catalogue[i].LecturerID = p.catalogue[before].LecturerID
		p.catalogue[i].LecturerBackground = p.catalogue[before].LecturerBackground
		it.tags[0] = was.tags[0]
		if it.tags[1] == it.tags[0] {
			it.tags[1] = -1
		}
		it.quality = was.quality + float32(0.3*s.NormFloat64())
		it.difficulty = hundredths(float64(was.difficulty) + s.between(0.3, 0.8))
		it.published = was.published + event.Time(s.between(7, 45)*24)*hour
		it.needs = []int32{before}
		if k > 0 && s.chance(0.25) {
			it.needs = append(it.needs, first)
		}
		it.first, it.part = first, was.part+1
		was.next = i
	}
}
