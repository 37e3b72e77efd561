package bench

import (
	"context"
	"fmt"
	"hash/fnv"

	"curio/datasets/event"
	"curio/datasets/synth"
	"curio/train/clustering"
)

// retrainings is how often part retrains fits again.
const retrainings = 10

// retrains fits the synthetic platform again and again, each time with another seed and
// about 5 % more data: a fortieth of the users are new, and a twentieth of those there
// are do as much again as before. It asks how many of those who do nothing more keep
// the id of their segment.
func (s *Segments) retrains(ctx context.Context, p *SegmentPart, clock Clock) error {
	o := synth.Default()
	o.Seed = s.Seed
	platform, err := synth.New(o)
	if err != nil {
		return err
	}
	ids := make([]map[string]string, 0, retrainings+1) // of segments, by user and fit
	var before *clustering.Result
	for round := range retrainings + 1 {
		rows, err := s.read(ctx, p.Part, arrivals{platform, round}, clustering.All)
		if err != nil {
			return err
		}
		fit := clustering.Options{Seed: s.Seed + uint64(round)}
		if before != nil {
			fit.Previous = &clustering.Previous{Version: fmt.Sprintf("retrain-%d", round-1), Model: before.Model, Members: make([]int32, len(rows.Users))}
			segments := map[string]int32{}
			for c, t := range before.Model.Segments() {
				segments[t.ID] = int32(c)
			}
			for row, user := range rows.Users {
				fit.Previous.Members[row] = -1
				if id, ok := ids[round-1][user]; ok {
					fit.Previous.Members[row] = segments[id]
				}
			}
		}
		if before, _, err = s.fit(ctx, rows.Input, fit, clock); err != nil {
			return err
		}
		now := make(map[string]string, len(rows.Users))
		for row, user := range rows.Users {
			now[user] = before.Model.Segments()[before.Members[row]].ID
		}
		ids = append(ids, now)
	}
	k := len(before.Model.Segments())
	p.About = fmt.Sprintf("%d users of the synthetic platform, %d at first, %d times 5 %% more data and another seed; %d segments in the end",
		len(ids[retrainings]), len(ids[0]), retrainings, k)
	p.Figures = keeping(ids)
	return nil
}

// keeping is the share of users who keep their id from fit to fit, of those who do
// nothing in between, and over all fits.
func keeping(ids []map[string]string) []Figure {
	worst, total := 1.0, 0.0
	for round := 1; round < len(ids); round++ {
		kept, met := 0, 0
		for user, id := range ids[round-1] {
			if turn(user) != round {
				met++
				if ids[round][user] == id {
					kept++
				}
			}
		}
		share := float64(kept) / float64(max(met, 1))
		worst, total = min(worst, share), total+share
	}
	kept, met := 0, 0
	for user, id := range ids[0] {
		if at := turn(user); at == 0 || at >= len(ids) {
			met++
			same := true
			for _, fit := range ids[1:] {
				same = same && fit[user] == id
			}
			if same {
				kept++
			}
		}
	}
	return []Figure{
		plain("users who keep their id at a retrain, mean share", total/float64(max(len(ids)-1, 1))),
		plain("users who keep their id at a retrain, least share", worst),
		least(fmt.Sprintf("users who keep their id at all retrains, share of %d whose behaviour did not change", met), float64(kept)/float64(max(met, 1)), 0.95),
	}
}

// arrivals shows of a source what has arrived up to a round.
type arrivals struct {
	event.Source
	round int
}

func (a arrivals) Events(ctx context.Context, workers int, reject func(event.Reject), open func() event.Sink) error {
	return a.Source.Events(ctx, workers, reject, func() event.Sink {
		sink := open()
		return func(e *event.Event, part event.Part, place event.Place) error {
			if arrival(e) > a.round {
				return nil
			}
			return sink(e, part, place)
		}
	})
}

// arrival is the round in which an event comes.
func arrival(e *event.Event) int {
	at := turn(e.UserID)
	if at > 0 && !newcomer(e.UserID) && draw(e.ID)&1 == 0 {
		return 0
	}
	return at
}

// slots divide the users: one is for the newcomers of a round, two for those who do
// more in it, the rest for those who do not change.
const slots = 4 * retrainings

func slot(user string) int { return int(draw(user) % slots) }

// turn is the round in which a user comes, or does more; 0 for those who are there
// from the beginning and do nothing more.
func turn(user string) int {
	switch at := slot(user); {
	case at < retrainings:
		return at + 1
	case at < 3*retrainings:
		return (at-retrainings)/2 + 1
	}
	return 0
}

// newcomer reports whether a user is not there from the beginning.
func newcomer(user string) bool { return slot(user) < retrainings }

// draw is a number by which to draw.
func draw(id string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(id))
	x := h.Sum64()
	x ^= x >> 31
	x *= 0x9e3779b97f4a7c15
	return x ^ x>>29
}
