package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
)

// CheckWrite reports whether s can be written to: it puts an empty object under
// probes/ and deletes it. Work that ends with a write should begin with it. The
// error is one that Unavailable recognises, or that of ctx.
func CheckWrite(ctx context.Context, s Store) error {
	key := "probes/" + rand.Text()
	_, err := s.Put(ctx, key, strings.NewReader(""), 0, Absent)
	if gone := s.Delete(context.WithoutCancel(ctx), key); err == nil {
		err = gone
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case !Unavailable(err):
		err = errors.Join(ErrUnreachable, err)
	}
	return fmt.Errorf("the store cannot be written to: %w", err)
}
