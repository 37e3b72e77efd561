package live

import (
	"context"
	"sync"
)

// Arm says whose a user is, and who answered: the other one while there is no model
// for theirs. Those who were not answered by their own side tell nothing of it.
type Arm struct{ Assigned, Served Side }

// Pair is a champion and perhaps a challenger. Its methods may be called from any
// goroutine.
type Pair struct {
	champion, challenger *Follower
	split                Split
}

// NewPair returns the pair of two followers. Without a challenger, nil, everybody is
// the champion's.
func NewPair(champion, challenger *Follower, split Split) *Pair {
	if challenger == nil {
		split.Share = 0
	}
	return &Pair{champion, challenger, split}
}

// For returns the model for an id, see Split.Side, and whose it is; nil while no model
// is in service.
func (p *Pair) For(id string) (*Model, Arm) {
	champion := p.champion.Current()
	if p.split.Share <= 0 {
		return champion, Arm{Champion, Champion}
	}
	challenger := p.challenger.Current()
	arm := Arm{Assigned: p.split.Side(id)}
	if challenger != nil && (arm.Assigned == Challenger || champion == nil) {
		arm.Served = Challenger
		return challenger, arm
	}
	arm.Served = Champion
	return champion, arm
}

// Current returns the champion's model, see Follower.
func (p *Pair) Current() *Model { return p.champion.Current() }

// Status returns the champion's status.
func (p *Pair) Status() Status { return p.champion.Status() }

// Challenger returns its model and its status, false when there is none to follow.
func (p *Pair) Challenger() (m *Model, s Status, ok bool) {
	if p.challenger == nil {
		return nil, Status{}, false
	}
	return p.challenger.Current(), p.challenger.Status(), true
}

// Run follows for both until ctx is done.
func (p *Pair) Run(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() { p.champion.Run(ctx) })
	if p.challenger != nil {
		both.Go(func() { p.challenger.Run(ctx) })
	}
	both.Wait()
}

// Step looks at both aliases once, see Follower, and returns how that ended; the
// second is empty without a challenger.
func (p *Pair) Step(ctx context.Context) (champion, challenger Result) {
	champion = p.champion.Step(ctx)
	if p.challenger != nil {
		challenger = p.challenger.Step(ctx)
	}
	return champion, challenger
}
