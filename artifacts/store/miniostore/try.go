package miniostore

import (
	"context"
	"time"
)

// deadline is how long one attempt may take that transfers size bytes.
func (s *Store) deadline(size int64) time.Duration {
	return s.timeout + time.Duration(size/(minRate<<10))*time.Second
}

// try calls op until it succeeds, fails for good, has failed s.attempts times,
// or ctx is done; then it explains. size is what op transfers, in bytes.
func (s *Store) try(ctx context.Context, what, key string, size int64, op func(ctx context.Context) error) error {
	for attempt := 0; ; attempt++ {
		err := ctx.Err()
		if err == nil {
			err = s.once(ctx, size, op)
		}
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return s.locate(what, key, ctx.Err())
		}
		if c := classify(err); attempt+1 >= s.attempts || !c.again || c.once && attempt > 0 {
			return s.explain(what, key, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(s.pause(attempt)):
		}
	}
}

func (s *Store) once(ctx context.Context, size int64, op func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, s.deadline(size), errSlow)
	defer cancel()
	err := op(ctx)
	if err != nil && context.Cause(ctx) == errSlow {
		return errSlow
	}
	return err
}
