package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
)

// cost is what a process took.
type cost struct {
	cpu, wall float64 // seconds
	peak      int64   // bytes of resident memory, 0 if unknown
}

// flags are the flags that make a program make the pass. PassWrite alone has
// those of the platform, which only we know.
func (p Pass) flags() []string {
	flags := []string{"--pass", p.Name, "--format", p.Format, "--data", p.Data, "--workers", strconv.Itoa(p.Workers)}
	if p.Name == PassWrite {
		flags = append(flags, "--events", strconv.Itoa(p.Events), "--users", strconv.Itoa(p.Users),
			"--items", strconv.Itoa(p.Items), "--seed", strconv.FormatUint(p.Seed, 10))
	}
	return flags
}

// measure has a program make a pass and reads the Answer in the last line it
// prints.
func measure(ctx context.Context, command []string, p Pass, clock Clock) (Answer, cost, error) {
	var printed, complaint tail
	c := exec.CommandContext(ctx, command[0], append(command[1:len(command):len(command)], p.flags()...)...)
	c.Stdout, c.Stderr, c.WaitDelay = &printed, &complaint, killed
	// Told to stop, it removes its temporary files; it is killed if it does not.
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	started := clock()
	err := c.Run()
	wall := clock().Sub(started).Seconds()
	if ctx.Err() != nil {
		return Answer{}, cost{}, ctx.Err()
	}
	if err != nil {
		return Answer{}, cost{}, fmt.Errorf("%s: %w: %s", command[0], err, complaint.lastLine())
	}
	var a Answer
	if err := json.Unmarshal([]byte(printed.lastLine()), &a); err != nil {
		return a, cost{}, fmt.Errorf("%s: its last line %.80q is no JSON object: %w", command[0], printed.lastLine(), err)
	}
	took := cost{wall: wall, peak: peakOf(c.ProcessState)}
	took.cpu = (c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds()
	return a, took, nil
}
