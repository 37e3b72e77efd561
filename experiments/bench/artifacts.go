package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// Artifacts measures publishing and loading of one large artifact, and a plain
// write and read of the same bytes in turn with them: by minio-go with a bucket, by
// files with a folder.
type Artifacts struct {
	Target string `json:"store"` // as the processes know it
	Size   int64  `json:"size_bytes"`
	Rounds int    `json:"rounds"`
	Seed   uint64 `json:"seed"`
	// Self is the command that makes an ArtifactPass in a process of its own, so that
	// each has memory and connections of its own; the flags --pass, --size, --seed and
	// --cache are added to it.
	Self []string `json:"-"`
}

// Run makes the rounds. Each has content of its own, in an order that changes with
// the round.
func (a Artifacts) Run(ctx context.Context, clock Clock, progress io.Writer) (*ArtifactsResult, error) {
	took := map[string][]ArtifactAnswer{}
	for round := range a.Rounds {
		cache, err := os.MkdirTemp("", "curio-bench-cache-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(cache)
		order := []string{PassPut, PassPublish, PassGet, PassLoad, PassCache, PassAgain, PassDrop}
		if round%2 == 1 {
			order = []string{PassPublish, PassPut, PassCache, PassAgain, PassLoad, PassGet, PassDrop}
		}
		var said []string
		for _, pass := range order {
			answer, err := a.make(ctx, pass, a.Seed+uint64(round), cache)
			if err != nil {
				return nil, fmt.Errorf("round %d: %s: %w", round+1, pass, err)
			}
			took[pass] = append(took[pass], answer)
			said = append(said, fmt.Sprintf("%s %.2f s", pass, answer.Seconds))
		}
		if err := os.RemoveAll(cache); err != nil {
			return nil, err
		}
		fmt.Fprintf(progress, "round %d of %d: %s\n", round+1, a.Rounds, strings.Join(said, ", "))
	}
	return a.result(took), nil
}

// make has a process make a pass and reads its answer.
func (a Artifacts) make(ctx context.Context, pass string, seed uint64, cache string) (ArtifactAnswer, error) {
	var answer ArtifactAnswer
	var printed, complaint tail
	args := append(a.Self[1:len(a.Self):len(a.Self)], "--pass", pass, "--size", strconv.FormatInt(a.Size, 10),
		"--seed", strconv.FormatUint(seed, 10), "--cache", cache)
	c := exec.CommandContext(ctx, a.Self[0], args...)
	c.Stdout, c.Stderr, c.WaitDelay = &printed, &complaint, killed
	err := c.Run()
	switch {
	case ctx.Err() != nil:
		return answer, ctx.Err()
	case err != nil:
		return answer, fmt.Errorf("%w: %s", err, complaint.lastLine())
	}
	if err := json.Unmarshal([]byte(printed.lastLine()), &answer); err != nil {
		return answer, fmt.Errorf("its last line %.80q is no JSON object: %w", printed.lastLine(), err)
	}
	return answer, nil
}

// since returns the seconds from began to now.
func since(clock Clock, began time.Time) float64 { return clock().Sub(began).Seconds() }
