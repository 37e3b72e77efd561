package pipeline

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"curio/datasets/event"
	"curio/experiments/run"
	"curio/features/profile"
	"curio/train/evaluate"
)

// What strengths are learned from: at most so many users, every other of whom
// judges what the rest have taught, and about so many of their touches.
const (
	strengthUsers   = 5000
	strengthTouches = 500_000
	strengthJudges  = 30 // fewer do not judge, and nothing is learned
)

// The climb takes steps of factors 2^stride, then halves the exponent until it is
// below finest. No setting leaves 2^-reach..2^reach times what it was.
const (
	stride, finest = 1.0, 0.25
	reach          = 3.0
)

// strengthEvidence says what came of learning strengths: how users were served by
// the item graph alone.
type strengthEvidence struct {
	Tried profile.Strength // what was learned, whether it is used or not
	run.Evidence
}

// learnStrength returns the strengths under which histories and the item graph
// foretell best what a rehearsal holds out: those of in with some settings
// multiplied, or unchanged where users who took no part in learning are not better
// served. The graph is built by o where there is something to learn.
//
// The likelihood of a mixture is climbed one setting at a time, under a normal
// prior on the logarithm of each factor with a standard deviation of one octave.
// What is held out is in.truth, whatever is being learned. Settings of which the
// data says nothing stay as they are; none changes its sign; a refund keeps its
// proportion to a purchase and a dismissal to a view.
//
// The result is for histories. Which pairs show interest, and how much each counts
// in the loss, stays with the strengths it began with.
func learnStrength(ctx context.Context, v *views, in *inputs, o Graph, workers int) (profile.Strength, strengthEvidence, error) {
	s, evidence := in.strength, strengthEvidence{Tried: in.strength}
	task := strengthTask(v, in)
	judges := task
	var students []int32
	judges.Users = nil
	for n, u := range task.Users {
		if n%2 == 0 {
			students = append(students, u)
		} else {
			judges.Users = append(judges.Users, u)
		}
	}
	if len(judges.Users) < strengthJudges {
		return s, evidence, nil
	}
	settings := settingsOf(v, students, &s)
	if len(settings) < 2 { // one factor of everything changes nothing
		return s, evidence, nil
	}
	graph, err := in.graph(ctx, o, workers)
	if err != nil {
		return s, evidence, err
	}
	g := newEdges(graph)
	tried, err := newMixture(v, in, g, students).climb(ctx, s, settings)
	if err != nil {
		return s, evidence, fmt.Errorf("learn strengths: %w", err)
	}
	if evidence.Tried = tried; tried == s {
		return s, evidence, nil
	}
	var ndcg [2][]float64
	for i, strength := range []*profile.Strength{&s, &tried} {
		r, err := evaluate.Evaluate(ctx, judges, walker{g, v, strength}, evaluate.Options{Cutoffs: []int{20}, Bootstrap: -1, Workers: workers})
		if err != nil {
			return s, evidence, fmt.Errorf("judge learned strengths: %w", err)
		}
		ndcg[i] = r.PerUser.Metric("ndcg@20")
	}
	floats.Sub(ndcg[1], ndcg[0])
	evidence.Evidence = evidenceOf(ndcg[1])
	if evidence.Holds() {
		s = tried
	}
	return s, evidence, nil
}

// strengthTask is the task of a rehearsal, of fewer users where they have touched
// much.
func strengthTask(v *views, in *inputs) evaluate.Task {
	task := in.task(strengthUsers)
	touches := 0
	for _, u := range task.Users {
		touches += len(v.train[u].Touches)
	}
	if touches > strengthTouches {
		task = in.task(max(1, int(float64(len(task.Users))*strengthTouches/float64(touches))))
	}
	return task
}

// climb returns s with the settings multiplied that make the likelihood and the
// prior of the factors greatest, as far as single steps lead.
func (m mixture) climb(ctx context.Context, s profile.Strength, settings []setting) (profile.Strength, error) {
	at := make([]float64, len(settings)) // binary logarithms of the factors
	value := func() (profile.Strength, float64) {
		out, prior := s, 0.0
		for i, x := range at {
			if x != 0 {
				settings[i](&out, math.Exp2(x))
				prior -= x * x / 2
			}
		}
		return out, m.likelihood(&out) + prior
	}
	best, most := value()
	for step := stride; step >= finest; step /= 2 {
		for moved := true; moved; {
			moved = false
			for i, was := range at {
				for _, x := range [...]float64{was + step, was - step} {
					if err := ctx.Err(); err != nil {
						return s, err
					}
					if math.Abs(x) > reach {
						continue
					}
					at[i] = x
					if tried, y := value(); y > most {
						best, most, moved = tried, y, true
						break
					}
					at[i] = was
				}
			}
		}
	}
	return best, nil
}

// setting multiplies one setting of strengths.
type setting func(s *profile.Strength, factor float64)

// settingsOf lists the settings of s above zero of which the touches of some users
// say something.
func settingsOf(v *views, users []int32, s *profile.Strength) []setting {
	var met profile.Touch // what any touch has
	timed := false        // whether one has a time
	for _, u := range users {
		for i := range v.train[u].Touches {
			t := &v.train[u].Touches[i]
			for typ, n := range t.Counts {
				met.Counts[typ] |= n
			}
			met.Progress |= t.Progress
			met.Watched |= t.Watched
			timed = timed || t.Last != 0 && v.asOf[u] != 0
		}
	}
	var all []setting
	for typ := event.View; int(typ) < event.Types; typ++ {
		if met.Counts[typ] == 0 || s.Weights[typ] <= 0 {
			continue
		}
		all = append(all, func(s *profile.Strength, factor float64) {
			s.Weights[typ] *= float32(factor)
			switch typ {
			case event.Purchase:
				s.Weights[event.Refund] *= float32(factor)
			case event.View:
				s.Weights[event.Dismiss] *= float32(factor)
			}
		})
	}
	if met.Progress != 0 && s.ReachedWeight > 0 {
		all = append(all, func(s *profile.Strength, factor float64) { s.ReachedWeight *= float32(factor) })
	}
	if met.Watched != 0 && s.HoursWeight > 0 {
		all = append(all, func(s *profile.Strength, factor float64) { s.HoursWeight *= float32(factor) })
	}
	if met.Counts[event.Rating] != 0 {
		all = append(all, func(s *profile.Strength, factor float64) { s.RatingScale /= float32(factor) })
	}
	if timed && s.HalfLife > 0 {
		all = append(all, func(s *profile.Strength, factor float64) {
			s.HalfLife = max(1, event.Time(float64(s.HalfLife)*factor))
		})
	}
	return all
}
