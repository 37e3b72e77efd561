package recommend

import (
	"context"
	"runtime"

	"curio/artifacts/audience"
)

// MaxWishes is the most items that SegmentItems has for a segment.
const MaxWishes = 100

// The questions here are about many users. One of them at a time uses all cores;
// others wait for their turn until their context ends, and what is asked of single
// users goes on beside them.

// take waits for the turn. give ends it.
func (e *Engine) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case e.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *Engine) give() { <-e.turn }

// Segment returns the index of a segment that may be told of, with the errors of
// audience.Segment.
func (e *Engine) Segment(id string) (int, error) { return e.audience.Segment(id) }

// SegmentItems returns the n items, at most MaxWishes, that a segment wants most:
// see audience.Items. They are found out once. The error is that of ctx.
func (e *Engine) SegmentItems(ctx context.Context, segment, n int) (audience.Wishes, error) {
	found := e.wishes[segment].Load()
	if found == nil {
		var err error
		if found, err = e.askSegment(ctx, segment); err != nil {
			return audience.Wishes{}, err
		}
	}
	wishes := *found
	wishes.Items = wishes.Items[:min(n, len(wishes.Items))]
	return wishes, nil
}

func (e *Engine) askSegment(ctx context.Context, segment int) (*audience.Wishes, error) {
	if err := e.take(ctx); err != nil {
		return nil, err
	}
	defer e.give()
	if found := e.wishes[segment].Load(); found != nil {
		return found, nil // while this one waited
	}
	found, err := e.audience.Items(ctx, segment, MaxWishes, runtime.GOMAXPROCS(0))
	if err != nil {
		return nil, err
	}
	e.wishes[segment].Store(&found)
	return &found, nil
}

// ItemUsers returns the n users whom an item interests most, of one segment or of
// audience.Everybody, with the errors of audience.Users and of ctx.
func (e *Engine) ItemUsers(ctx context.Context, item string, segment, n int) (audience.Fans, error) {
	index, ok := e.art.Items.Index(item)
	if !ok {
		return audience.Fans{}, audience.ErrUnknown
	}
	if err := e.take(ctx); err != nil {
		return audience.Fans{}, err
	}
	defer e.give()
	return e.audience.Users(ctx, index, segment, n, runtime.GOMAXPROCS(0))
}

// Members returns up to n members of a segment after the first offset, in the order
// of user index, and how many the segment has.
func (e *Engine) Members(segment, offset, n int) (members []audience.Member, all int) {
	users := e.audience.Members(segment)
	rest := users[min(offset, len(users)):]
	r := e.audience.Reader()
	for _, u := range rest[:min(n, len(rest))] {
		members = append(members, r.Member(u))
	}
	return members, len(users)
}

// UserID returns the id that the artifact has for a user.
func (e *Engine) UserID(index int32) string { return e.art.Users.ID(index) }

// UserSegment returns the id of the segment that a user is in; empty for none, and
// for one that may not be told of.
func (e *Engine) UserSegment(index int32) string { return e.audience.SegmentOf(index) }
