//go:build unix

package intake

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"curio/datasets/event"
)

var killRounds = flag.Int("kill-rounds", 30, "how often TestKilled kills a process that writes")

const (
	childFolder = "CURIO_INTAKE_TEST_FOLDER"
	childRound  = "CURIO_INTAKE_TEST_ROUND"
)

// TestKilled: whatever a process acknowledged before kill -9 is in the log exactly
// once, and every line of the log is an event.
func TestKilled(t *testing.T) {
	if dir := os.Getenv(childFolder); dir != "" {
		writeForever(t, dir, os.Getenv(childRound))
		return
	}
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(7, 7))
	acknowledged := make(map[string]bool)
	torn := int64(0)
	for round := range *killRounds {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		cmd.Env = append(os.Environ(), childFolder+"="+dir, fmt.Sprint(childRound, "=", round))
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		wait := time.Duration(rng.IntN(60_000)) * time.Microsecond
		if round%5 == 4 { // also while it starts
			go killAfter(cmd, wait/4)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			if n == 0 && round%5 != 4 {
				go killAfter(cmd, wait)
			}
			if id, whole := trimEnd(lines.Text()); whole {
				acknowledged[id] = true
			}
		}
		cmd.Wait()
		// What the next process does first.
		l := opened(t, dir, options())
		torn += l.Stats().Torn
		closed(t, l)
		n := times(t, dir)
		for id := range acknowledged {
			if n[id] != 1 {
				t.Fatalf("round %d: %s was acknowledged and stands %d times", round, id, n[id])
			}
		}
		for id, times := range n {
			if times != 1 {
				t.Fatalf("round %d: %s stands %d times", round, id, times)
			}
		}
	}
	if len(acknowledged) < *killRounds {
		t.Errorf("only %d events were acknowledged", len(acknowledged))
	}
	t.Logf("%d events acknowledged in %d rounds, %d segments, %d torn bytes", len(acknowledged), *killRounds, len(segmentsOf(t, dir)), torn)
}

func killAfter(cmd *exec.Cmd, wait time.Duration) {
	time.Sleep(wait)
	cmd.Process.Kill() // SIGKILL
}

// trimEnd reports whether a line that was printed is whole: the pipe may end in
// one that is not.
func trimEnd(line string) (id string, whole bool) {
	if line == "" || line[len(line)-1] != '.' {
		return "", false
	}
	return line[:len(line)-1], true
}

// writeForever appends events and prints their ids once they are acknowledged.
func writeForever(t *testing.T, dir, round string) {
	o := options()
	o.SegmentBytes = 16 << 10
	l, err := Open(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := 0; ; i++ {
				events := []event.Event{view(fmt.Sprint(round, "-", w, "-", i), "u", "i"), view(fmt.Sprint("all-", i), "u", "i")}
				results, err := l.Append(t.Context(), events)
				if err != nil {
					t.Error(err)
					return
				}
				for _, r := range results {
					if !r.Accepted() {
						t.Errorf("%+v", r)
						return
					}
					fmt.Fprintf(os.Stdout, "%s.\n", r.ID) // one write: lines do not mix
				}
			}
		})
	}
	wg.Wait()
}
