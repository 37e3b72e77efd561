package synth

import (
	"fmt"
	"math"

	"curio/datasets/event"
)

// person is what the platform's records say of user u. Occupation and age lean
// a little towards the user's segment; some of it is missing.
func (p *Platform) person(u int, s *stream) event.User {
	signup := p.span(u, s).signup
	g := &p.groups[p.persona(u, s).segment]
	s.start(forPerson, u)
	out := event.User{ID: p.userID(u), SignupTS: signup}
	job := s.IntN(len(occupations))
	if s.chance(0.25) {
		job = g.occupation
	}
	if s.chance(0.92) {
		out.Occupation = occupations[job]
	}
	age := math.Round(0.3*g.age + 0.7*(36+11*s.NormFloat64()))
	if s.chance(0.88) {
		out.Age = int32(min(max(age, 16), 84))
	}
	if s.chance(0.90) {
		out.Gender = genders[s.pick([]float64{0.49, 0.49, 0.02})]
	}
	out.Region = regions[s.pick([]float64{0.30, 0.25, 0.20, 0.15, 0.10})]
	switch x := s.Float64(); {
	case x < 0.50:
		out.Consent = []string{"recommend", "analyse", "share_with_partners"}
	case x < 0.90:
		out.Consent = []string{"recommend", "analyse"}
	case x < 0.95:
		out.Consent = []string{"recommend"}
	case x < 0.98:
		out.Consent = []string{"analyse"}
	default:
		out.Consent = []string{} // to nothing
	}
	return out
}

func (p *Platform) userID(u int) string { return fmt.Sprintf("user-%0*d", p.userDigits, u+1) }
