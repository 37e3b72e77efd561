package registry

import (
	"context"
	"fmt"
	"time"

	"curio/artifacts/store"
)

// Clean removes what writes that were begun longer than age ago and never finished
// have left in the store, and returns how much that was. It is no part of any
// version, and Collect does not see it.
func (r *Registry) Clean(ctx context.Context, age time.Duration) (int, error) {
	c, ok := r.store.(store.Cleaner)
	if !ok {
		return 0, nil
	}
	n, err := c.Clean(ctx, age)
	if err != nil {
		return n, fmt.Errorf("remove what was never finished: %w", err)
	}
	return n, nil
}
