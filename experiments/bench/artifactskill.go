package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"time"

	"curio/artifacts/registry"
	"curio/artifacts/store"
)

// ErrBroken is wrapped by the error for a promise that did not hold.
var ErrBroken = errors.New("a promise is broken")

// PublishKill kills a publishing process at random points, again and again, and
// checks after each kill that whoever reads sees a whole version, no older than the
// last that was published, that every listed version is whole, and that the next
// publish succeeds; and at the end that a collection leaves nothing but what is
// needed.
type PublishKill struct {
	Target string `json:"store"`  // as the process knows it
	Rounds int    `json:"rounds"` // kills
	Seed   uint64 `json:"seed"`
	Large  int    `json:"large_bytes"` // of the largest blob of every third edition
	// Grace is that of the collections; no publish takes longer.
	Grace time.Duration `json:"grace_ns"`
	// Self is the command that publishes as Publisher says; the flags --from, --seed
	// and --large are added to it.
	Self []string `json:"-"`
}

// killing is a run of PublishKill.
type killing struct {
	PublishKill
	editions
	store    store.Store
	registry *registry.Registry
	result   *PublishKillResult
	random   *rand.Rand
	next     int              // the edition that is published next
	least    int              // the edition that the alias is at, or a later one
	whole    map[string]bool  // versions that were read
	cycle    [2]time.Duration // what the latest publish took of an edition without the large blob, and with
}

// Run kills the rounds. It begins with an empty store.
func (p PublishKill) Run(ctx context.Context, s store.Store, clock Clock, progress io.Writer) (*PublishKillResult, error) {
	began := clock()
	k := &killing{
		PublishKill: p, editions: editions{p.Seed, p.Large}, store: s, registry: registry.New(s, clock),
		result: &PublishKillResult{PublishKill: p}, random: rand.New(rand.NewPCG(p.Seed, 0)), whole: map[string]bool{},
	}
	for info, err := range s.List(ctx, "") {
		if err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%w: the store is not empty: it has %q", ErrData, info.Key)
	}
	for range 2 { // one of each kind
		if err := k.publish(ctx, clock); err != nil {
			return nil, err
		}
	}
	for round := range p.Rounds {
		if err := k.round(ctx, clock); err != nil {
			return nil, fmt.Errorf("round %d: %w", round, err)
		}
		if (round+1)%50 == 0 {
			if err := k.collect(ctx); err != nil {
				return nil, fmt.Errorf("round %d: %w", round, err)
			}
			fmt.Fprintf(progress, "%d rounds, %d editions\n", round+1, k.next)
		}
	}
	if err := k.end(ctx); err != nil {
		return nil, err
	}
	k.result.Seconds = roundTo(clock().Sub(began).Seconds(), 1)
	return k.result, nil
}

// round kills one process, looks, and publishes what it may have left half done, or
// in every other round something else, so that it stays half done.
func (k *killing) round(ctx context.Context, clock Clock) error {
	last, err := k.kill(ctx)
	if err != nil {
		return err
	}
	if last >= 0 {
		k.least, k.next = last, last+1
	}
	if err := k.look(ctx); err != nil {
		return err
	}
	if k.random.IntN(2) == 0 {
		k.next++
	}
	if err := k.publish(ctx, clock); err != nil {
		return fmt.Errorf("%w: the next publish fails: %w", ErrBroken, err)
	}
	return k.look(ctx)
}

// kill starts a publishing process and kills it somewhere within the next two
// editions. It returns the last edition that the process said it had published, or
// -1.
func (k *killing) kill(ctx context.Context) (last int, err error) {
	args := append(k.Self[1:len(k.Self):len(k.Self)], "--from", strconv.Itoa(k.next),
		"--seed", strconv.FormatUint(k.Seed, 10), "--large", strconv.Itoa(k.Large))
	var complaint tail
	c := exec.CommandContext(ctx, k.Self[0], args...)
	c.Stderr, c.WaitDelay = &complaint, killed
	out, err := c.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := c.Start(); err != nil {
		return 0, fmt.Errorf("start a publishing process: %w", err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		err := c.Wait()
		return 0, fmt.Errorf("the publishing process ended before it began: %w: %s", errors.Join(err, ctx.Err()), complaint.lastLine())
	}
	window := 1.5 * k.random.Float64() * float64(*k.took(k.next)+*k.took(k.next + 1))
	timer := time.AfterFunc(time.Duration(window), func() { c.Process.Kill() })
	defer timer.Stop()
	last = -1
	for lines.Scan() {
		n, err := strconv.Atoi(lines.Text())
		if err == nil { // the last line may be cut off, and says less then
			last = max(last, n)
			k.result.Editions++
		}
	}
	err = c.Wait()
	if ctx.Err() != nil {
		return last, ctx.Err()
	}
	if err == nil || complaint.lastLine() != "" {
		return last, fmt.Errorf("%w: the publishing process ended by itself: %w: %s", ErrBroken, err, complaint.lastLine())
	}
	k.result.Kills++
	return last, nil
}

func (k *killing) publish(ctx context.Context, clock Clock) error {
	began := clock()
	if err := publishEdition(ctx, k.registry, k.editions, k.next); err != nil {
		return err
	}
	*k.took(k.next) = clock().Sub(began)
	k.result.Editions++
	k.least = k.next
	k.next++
	return nil
}

// took is what an edition like n took.
func (k *killing) took(n int) *time.Duration {
	if n%3 == 0 {
		return &k.cycle[1]
	}
	return &k.cycle[0]
}
