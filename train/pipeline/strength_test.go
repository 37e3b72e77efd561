package pipeline

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/interest"
	"curio/datasets/event"
	"curio/features/profile"
	"curio/train/evaluate"
	"curio/train/itemgraph"
	"curio/train/twotower"
)

// shelf is how many items a topic of the taught users has.
const shelf = 20

// taught are users who touch up to four items of one topic of five, of which what
// is held out of them is also, and up to eight of another. deep is done to the
// first, glance to the others.
func taught(t testing.TB, users int, deep, glance func(touch *profile.Touch)) (*views, *inputs) {
	t.Helper()
	const topics = 5
	r := rand.New(rand.NewPCG(3, 3))
	v, in := &views{}, &inputs{strength: profile.DefaultStrength()}
	for u := range users {
		var p profile.User
		add := func(topic int, do func(*profile.Touch)) bool {
			item := int32(topic*shelf + r.IntN(shelf))
			if p.Touch(item) != nil {
				return false
			}
			p.Fold(item, &event.Event{Type: event.View, TS: event.Day})
			touch := p.Touch(item)
			touch.Counts[event.View] = 0
			do(touch)
			return true
		}
		v.asOf = append(v.asOf, 100*event.Day)
		for n := r.IntN(4); n >= 0; {
			if add(u%topics, deep) {
				n--
			}
		}
		for n := r.IntN(8); n >= 0; {
			if add((u+1)%topics, glance) {
				n--
			}
		}
		held := int32(-1)
		for held < 0 || p.Touch(held) != nil {
			held = int32(u%topics*shelf + r.IntN(shelf))
		}
		v.train = append(v.train, p)
		in.truth = append(in.truth, []int32{held})
		for i := range p.Touches {
			in.data.Pairs = append(in.data.Pairs, twotower.Pair{User: int32(u), Item: p.Touches[i].Item, Weight: 1})
		}
	}
	in.data.Users, in.data.Items = users, topics*shelf
	var err error
	in.histories, err = evaluate.NewHistories(users, topics*shelf, func(u int32) []int32 { return touched(&v.train[u]) })
	if err != nil {
		t.Fatal(err)
	}
	return v, in
}

func did(types ...event.Type) func(*profile.Touch) {
	return func(t *profile.Touch) {
		for _, typ := range types {
			t.Counts[typ]++
		}
	}
}

func at(day event.Time) func(*profile.Touch) {
	return func(t *profile.Touch) {
		t.Counts[event.View] = 1
		t.First, t.Last = day*event.Day, day*event.Day
	}
}

func rated(stars uint32) func(*profile.Touch) {
	return func(t *profile.Touch) { t.Counts[event.Rating], t.RatingSum = 1, stars*100 }
}

func TestStrengthIsLearned(t *testing.T) {
	tests := []struct {
		name         string
		deep, glance func(*profile.Touch)
		ratio        func(s *profile.Strength) float64 // what is to grow
	}{
		{"Completed", did(event.Complete), did(event.View), func(s *profile.Strength) float64 {
			return float64(s.Weights[event.Complete] / s.Weights[event.View])
		}},
		{"AgainstTheDefault", did(event.View), did(event.Purchase), func(s *profile.Strength) float64 {
			return float64(s.Weights[event.View] / s.Weights[event.Purchase])
		}},
		{"Reached", func(t *profile.Touch) { t.Counts[event.View], t.Progress = 1, profile.FullProgress }, did(event.View),
			func(s *profile.Strength) float64 { return float64(s.ReachedWeight / s.Weights[event.View]) }},
		{"Watched", func(t *profile.Touch) { t.Counts[event.View], t.Watched = 1, 3_600_000 }, did(event.View),
			func(s *profile.Strength) float64 { return float64(s.HoursWeight / s.Weights[event.View]) }},
		{"Rated", rated(5), rated(4), func(s *profile.Strength) float64 { return 1 / float64(s.RatingScale) }},
		{"Recent", at(95), at(60), func(s *profile.Strength) float64 { return 1 / float64(s.HalfLife) }},
		{"Old", at(10), at(95), func(s *profile.Strength) float64 { return float64(s.HalfLife) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, in := taught(t, 600, tt.deep, tt.glance)
			s, evidence, err := learnStrength(t.Context(), v, in, DefaultGraph(), 1)
			if err != nil {
				t.Fatal(err)
			}
			if before, after := tt.ratio(&in.strength), tt.ratio(&s); after < 1.4*before {
				t.Errorf("%v, was %v: want it to grow; evidence %+v", after, before, evidence)
			}
			if evidence.Judges != 300 || !evidence.Holds() || evidence.Tried != s {
				t.Errorf("evidence is %+v", evidence)
			}
			for typ, w := range s.Weights {
				if was := in.strength.Weights[typ]; was != 0 && (w/was < 0.125 || w/was > 8) {
					t.Errorf("weight of %s is %v, was %v: want at most eight times as much or as little", event.Type(typ), w, was)
				}
			}
			again, same, err := learnStrength(t.Context(), v, in, DefaultGraph(), 8)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(s, again) + cmp.Diff(evidence, same); diff != "" {
				t.Errorf("with 8 workers:\n%s", diff)
			}
		})
	}
}

// Without evidence the default stays.
func TestStrengthStays(t *testing.T) {
	either := func(t *profile.Touch) {
		if t.Item%2 == 0 {
			t.Counts[event.Complete] = 1
		} else {
			t.Counts[event.View] = 1
		}
	}
	tests := []struct {
		name         string
		users        int
		deep, glance func(*profile.Touch)
		judges       int
	}{
		{"OneBehaviour", 600, func(t *profile.Touch) { t.Counts[event.View], t.Last = 1, 0 }, func(t *profile.Touch) { t.Counts[event.View], t.Last = 2, 0 }, 0},
		{"NothingToTell", 600, either, either, -1},
		{"NotEnoughJudges", 59, did(event.Complete), did(event.View), 0},
		{"NoInterest", 600, did(event.Dismiss), did(event.Refund), 0},
		{"Nobody", 0, did(event.View), did(event.View), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, in := taught(t, tt.users, tt.deep, tt.glance)
			graph := DefaultGraph()
			if tt.judges == 0 {
				graph.Ridge = -1 // could not be built
			}
			s, evidence, err := learnStrength(t.Context(), v, in, graph, 2)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(profile.DefaultStrength(), s); diff != "" {
				t.Error(diff)
			}
			if evidence.Holds() || tt.judges >= 0 && evidence.Judges != tt.judges {
				t.Errorf("evidence is %+v", evidence)
			}
		})
	}
	t.Run("JustEnoughJudges", func(t *testing.T) {
		v, in := taught(t, 60, did(event.Complete), did(event.View))
		_, evidence, err := learnStrength(t.Context(), v, in, DefaultGraph(), 2)
		if err != nil || evidence.Judges != 30 {
			t.Errorf("evidence is %+v, error %v", evidence, err)
		}
	})
}

// Every behaviour is a setting; what takes interest away keeps its proportion.
func TestStrengthSettings(t *testing.T) {
	var all profile.Touch
	for typ := event.View; int(typ) < event.Types; typ++ {
		all.Counts[typ] = 1
	}
	all.Progress, all.Watched, all.Last = 1, 1, event.Day
	from := profile.DefaultStrength()
	multiplied := func(touch profile.Touch, from profile.Strength) profile.Strength {
		v := &views{train: []profile.User{{Touches: []profile.Touch{touch}}}, asOf: []event.Time{2 * event.Day}}
		s := from
		for _, setting := range settingsOf(v, []int32{0}, &from) {
			setting(&s, 4)
		}
		return s
	}
	want := from
	for typ := range want.Weights {
		want.Weights[typ] *= 4
	}
	want.ReachedWeight, want.HoursWeight, want.RatingScale, want.HalfLife = 4, 2, 50, 360*event.Day
	if diff := cmp.Diff(want, multiplied(all, from)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(from, multiplied(profile.Touch{}, from)); diff != "" {
		t.Errorf("an empty touch has settings:\n%s", diff)
	}
	none := profile.Strength{RatingScale: 1, HalfLife: -1}
	if diff := cmp.Diff(profile.Strength{RatingScale: 0.25, HalfLife: -1}, multiplied(all, none)); diff != "" {
		t.Errorf("weights of zero are settings:\n%s", diff)
	}
}

func mixtureOf(t *testing.T, v *views, in *inputs, users ...int32) (mixture, edges) {
	t.Helper()
	g, err := in.graph(t.Context(), DefaultGraph(), 1)
	if err != nil {
		t.Fatal(err)
	}
	return newMixture(v, in, newEdges(g), users), newEdges(g)
}

// What a single user says moves little.
func TestClimbWantsEvidence(t *testing.T) {
	v, in := taught(t, 600, did(event.Complete), did(event.View))
	m, _ := mixtureOf(t, v, in, 7)
	settings := settingsOf(v, []int32{7}, &in.strength)
	s, err := m.climb(t.Context(), in.strength, settings)
	if err != nil {
		t.Fatal(err)
	}
	before, after := in.strength.Weights[event.Complete]/in.strength.Weights[event.View], s.Weights[event.Complete]/s.Weights[event.View]
	if after < 1.1*before || after > 2*before {
		t.Errorf("a completion is worth %v views after one user, before %v", after, before)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.climb(ctx, in.strength, settings); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

// The likelihood is that of probabilities that sum to one over what is new to the
// user, and are in proportion to what the item graph says and its floor. Of
// several items it is the mean.
func TestMixtureIsAProbability(t *testing.T) {
	v, in := taught(t, 40, did(event.Complete), did(event.View))
	_, g := mixtureOf(t, v, in, 0)
	for e := range g.Weight {
		g.Weight[e] = max(g.Weight[e], 0)
	}
	s := profile.DefaultStrength()
	logs := func(user int32, truth ...int32) float64 {
		in.truth[user] = truth
		return newMixture(v, in, g, []int32{1, user, 2})[1:2].likelihood(&s)
	}
	score := make([]float32, in.histories.Items())
	for user := range int32(5) {
		walker{g, v, &s}.Score(score, user)
		var weight, total, sum float64
		history := interest.History(nil, &v.train[user], &s, v.asOf[user])
		for _, t := range history {
			weight += float64(t.Weight) / float64(len(history))
		}
		var fresh []int32
		for item, x := range score {
			if v.train[user].Touch(int32(item)) == nil {
				fresh = append(fresh, int32(item))
				total += itemgraph.Floor + float64(x)/weight
			}
		}
		for _, item := range fresh {
			p, want := math.Exp(logs(user, item)), (itemgraph.Floor+float64(score[item])/weight)/total
			if sum += p; math.Abs(p-want) > 1e-6 {
				t.Errorf("item %d has probability %v for user %d, want %v", item, p, user, want)
			}
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("probabilities for user %d sum to %v", user, sum)
		}
		a, b := fresh[0], fresh[len(fresh)-1]
		if got, want := logs(user, a, b), (logs(user, a)+logs(user, b))/2; math.Abs(got-want) > 1e-6 {
			t.Errorf("likelihood of two items %v, want their mean %v", got, want)
		}
	}
}

// What is below zero in the graph is left out, so that a probability is one.
func TestMixtureLeavesOutNegativeEdges(t *testing.T) {
	v, in := taught(t, 40, did(event.Complete), did(event.View))
	_, g := mixtureOf(t, v, in, 0)
	s := profile.DefaultStrength()
	for e := range g.Weight {
		g.Weight[e] = -1
	}
	fresh := float64(in.data.Items - len(v.train[0].Touches))
	if got, want := newMixture(v, in, g, []int32{0}).likelihood(&s), -math.Log(fresh); math.Abs(got-want) > 1e-9 {
		t.Errorf("likelihood %v without an edge above zero, want %v", got, want)
	}
}

func BenchmarkLearnStrength(b *testing.B) {
	v, in := taught(b, 5000, did(event.View, event.Complete), did(event.View))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := learnStrength(context.Background(), v, in, DefaultGraph(), 1); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(5000*float64(b.N)/b.Elapsed().Seconds(), "users/s")
}
