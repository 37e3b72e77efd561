package bench

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"curio/artifacts/registry"
)

// Publisher publishes edition after edition and moves an alias to each, until it is
// stopped: what PublishKill kills.
type Publisher struct {
	Seed  uint64
	From  int // the first edition
	Large int // bytes of the largest blob of every third edition
}

// publishAlias is the alias that Publisher moves.
const publishAlias = "latest"

// Run publishes until ctx is done. It prints a line when it begins, and then the
// number of each edition that is published and to which the alias was moved.
func (p Publisher) Run(ctx context.Context, r *registry.Registry, said io.Writer) error {
	if _, err := fmt.Fprintln(said, "ready"); err != nil {
		return err
	}
	for n := p.From; ; n++ {
		if err := publishEdition(ctx, r, editions{p.Seed, p.Large}, n); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(said, n); err != nil {
			return err
		}
	}
}

func publishEdition(ctx context.Context, r *registry.Registry, e editions, n int) error {
	b, err := e.make(n)
	if err != nil {
		return err
	}
	version, err := r.Publish(ctx, b)
	if err != nil {
		return err
	}
	return r.Move(ctx, publishAlias, version, "", "bench", strconv.Itoa(n))
}
