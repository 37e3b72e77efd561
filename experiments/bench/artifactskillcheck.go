package bench

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"curio/artifacts/registry"
)

// look reads as a server would, and then every version that was not read before.
func (k *killing) look(ctx context.Context) error {
	p, err := k.registry.Resolve(ctx, publishAlias)
	if err != nil {
		return fmt.Errorf("%w: the alias cannot be read: %w", ErrBroken, err)
	}
	n, err := k.read(ctx, p.Version)
	if err != nil {
		return err
	}
	if n < k.least {
		return fmt.Errorf("%w: the alias is at edition %d, although it was moved to %d", ErrBroken, n, k.least)
	}
	k.next = max(k.next, n+1)
	versions, err := k.registry.Versions(ctx)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if k.whole[v] {
			continue
		}
		if _, err := k.read(ctx, v); err != nil {
			return err
		}
		k.whole[v] = true
	}
	return nil
}

// read loads a version and returns which edition it is.
func (k *killing) read(ctx context.Context, version string) (int, error) {
	b, err := k.registry.Load(ctx, version)
	if err != nil {
		return 0, fmt.Errorf("%w: a version is not whole: %w", ErrBroken, err)
	}
	defer b.Close()
	k.result.Loads++
	return k.editions.number(b)
}

// collect collects once, while nobody publishes.
func (k *killing) collect(ctx context.Context) error {
	if _, err := k.collectOnce(ctx, 3); err != nil {
		return err
	}
	return k.look(ctx)
}

// collectOnce plans and collects, and reports whether there was nothing to do. A
// collection that a busy machine makes too slow leaves the rest to the next.
func (k *killing) collectOnce(ctx context.Context, keep int) (nothing bool, err error) {
	plan, err := k.registry.Plan(ctx, registry.Retention{Keep: keep, Grace: k.Grace})
	if err != nil || plan.Empty() && len(plan.Wait) == 0 {
		return err == nil, err
	}
	done, err := k.registry.Collect(ctx, plan)
	k.result.Collected += len(done.Delete)
	if errors.Is(err, registry.ErrLate) {
		err = nil
	}
	return false, err
}

// end collects until there is nothing more to do, and looks at what is left.
func (k *killing) end(ctx context.Context) error {
	for tries := 0; ; tries++ {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(k.Grace + time.Second): // S3 tells time in seconds
		}
		nothing, err := k.collectOnce(ctx, 1)
		if err != nil {
			return err
		}
		if nothing {
			break
		}
		if tries == 10 {
			return fmt.Errorf("%w: there is still something to collect after %d collections", ErrBroken, tries)
		}
	}
	var err error
	if k.result.Unfinished, err = k.registry.Clean(ctx, k.Grace); err != nil {
		return err
	}
	if err := k.look(ctx); err != nil {
		return err
	}
	if err := k.history(ctx); err != nil {
		return err
	}
	return k.orphans(ctx)
}

// history checks that the alias went from each state to the next, forward.
func (k *killing) history(ctx context.Context) error {
	states, err := k.registry.History(ctx, publishAlias)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	from := ""
	for i, p := range states {
		if p.Seq != int64(i+1) || p.From != from {
			return fmt.Errorf("%w: state %d of the alias is %+v after %q", ErrBroken, i+1, p, from)
		}
		from = p.Version
	}
	k.result.Moves = len(states)
	return nil
}

// orphans finds objects that belong to no version and no alias.
func (k *killing) orphans(ctx context.Context) error {
	needed := map[string]bool{}
	versions, err := k.registry.Versions(ctx)
	if err != nil {
		return err
	}
	for _, v := range versions {
		m, err := k.registry.Manifest(ctx, v)
		if err != nil {
			return err
		}
		needed["versions/"+v+".json"] = true
		for _, b := range m.Blobs {
			needed["blobs/"+b.SHA256] = true
		}
	}
	for info, err := range k.store.List(ctx, "") {
		if err != nil {
			return err
		}
		// A blob that could not be put at home lives beside it.
		home, _, _ := strings.Cut(info.Key, ".")
		if !needed[info.Key] && !needed[home] && !strings.HasPrefix(info.Key, "aliases/"+publishAlias) {
			return fmt.Errorf("%w: %q is left and belongs to nothing", ErrBroken, info.Key)
		}
		k.result.Left++
	}
	return nil
}
