package bench

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// script is a file whose interpreter is the test binary, which does as said.
func script(t *testing.T, does string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(asPeer, does)
	return write(t, "#!"+self+"\n")
}

func write(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "peer.py")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

const given = "--users 10 --items 20 --batch 8 --negatives 4 --dim 4 --steps 3 --threads 2"

func TestPeer(t *testing.T) {
	got, err := Peer(t.Context(), script(t, "works"), tiny(3))
	if err != nil {
		t.Fatal(err)
	}
	if want := (PeerSpeed{given, Speed{12.5, 640, 0.1}}); got != want {
		t.Errorf("peer is %+v, want %+v", got, want)
	}
}

// TestPeerWithoutInterpreter runs a script that names none by python3.
func TestPeerWithoutInterpreter(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a link needs rights there")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if err := os.Symlink(self, filepath.Join(bin, "python3")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	t.Setenv(asPeer, "works")
	for _, text := range []string{"", "import torch\n", "#!\n", "#!/no/line/end"} {
		if got, err := Peer(t.Context(), write(t, text), tiny(3)); err != nil || got.Name != given {
			t.Errorf("%q: peer is %+v, error %v", text, got, err)
		}
	}
}

func TestPeerFails(t *testing.T) {
	for does, want := range map[string][]string{
		"lacks torch":  {"has no module torch", "install it", "python3-torch"},
		"fails":        {"exit status 3", "out of luck"},
		"says nothing": {`its last line "" is no JSON object`},
		"says little":  {"has no ms_per_step above 0"},
	} {
		_, err := Peer(t.Context(), script(t, does), tiny(3))
		for _, text := range append(want, "peer.py") {
			if err == nil || !strings.Contains(err.Error(), text) {
				t.Errorf("a peer that %s: error %v does not say %q", does, err, text)
			}
		}
	}
}

func TestPeerWithoutPython(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for text, want := range map[string]string{
		"import torch\n":              "there is no python3 here: install Python",
		"#!/no/such/place/python3\n":  "there is no /no/such/place/python3 here",
		"#!/usr/bin/env no-such-py\n": "no-such-py",
	} {
		if _, err := Peer(t.Context(), write(t, text), tiny(3)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v does not say %q", text, err, want)
		}
	}
}

func TestPeerStops(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	started := time.Now()
	if _, err := Peer(ctx, script(t, "hangs"), tiny(3)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want that of the context", err)
	}
	if took := time.Since(started); took > time.Minute {
		t.Errorf("took %v to stop", took)
	}
}

func TestPaired(t *testing.T) {
	const ms = time.Millisecond
	// Steps of 5, 2.5 and 10 ms in the three rounds, each of 3 + 2 marks.
	var took []time.Duration
	for _, d := range []time.Duration{5 * ms, 2500 * time.Microsecond, 10 * ms} {
		took = append(took, slices.Repeat([]time.Duration{d}, warmUp+2)...)
	}
	var notes strings.Builder
	got, err := Paired(t.Context(), tiny(2), Pairing{Peer: script(t, "works"), Rounds: 3}, ticks(took...), &notes)
	if err != nil {
		t.Fatal(err)
	}
	want := &TwoTowerResult{
		Speed: Speed{5, 1600, 0}, Step: tiny(2), ISA: got.ISA,
		Peer:  &PeerSpeed{strings.Replace(given, "steps 3", "steps 2", 1), Speed{12.5, 640, 0}},
		Ratio: 2.5, Ratios: []float64{2.5, 5, 1.25},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := strings.Count(notes.String(), "\n"); n != 3 {
		t.Errorf("%d rounds were noted:\n%s", n, notes.String())
	}
	var out strings.Builder
	if err := got.Write(&out); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"5.00 ms a step", "12.50 ms a step", "2.50 times as long, 1.25..5.00 in 3 rounds"} {
		if !strings.Contains(out.String(), text) {
			t.Errorf("no %q in\n%s", text, out.String())
		}
	}
}

// TestSpeedup has a clock by which one worker takes 8, 9 and 5 ms where two take
// 5, 5 and 4.
func TestSpeedup(t *testing.T) {
	const ms = time.Millisecond
	var took []time.Duration
	for _, d := range []time.Duration{8 * ms, 5 * ms, 9 * ms, 5 * ms, 5 * ms, 4 * ms} {
		took = append(took, slices.Repeat([]time.Duration{d}, warmUp+2)...)
	}
	var notes, out strings.Builder
	got, err := Paired(t.Context(), tiny(2), Pairing{Speedup: true, Rounds: 3}, ticks(took...), &notes)
	if err != nil {
		t.Fatal(err)
	}
	want := &TwoTowerResult{
		Speed: Speed{5, 1600, 0}, Step: tiny(2), ISA: got.ISA,
		Speedup: &Speedup{MsPerStep: 8, Ratio: 1.6, Ratios: []float64{1.6, 1.8, 1.25}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if want := "round 3 of 3: one worker 5.00 ms, 4.00 ms\n"; !strings.HasSuffix(notes.String(), want) {
		t.Errorf("noted\n%s", notes.String())
	}
	if err := got.Write(&out); err != nil {
		t.Fatal(err)
	}
	if want := "one worker takes 8.00 ms a step, 1.60 times as long, 1.25..1.80 in 3 rounds\n"; !strings.HasSuffix(out.String(), want) {
		t.Errorf("wrote\n%s", out.String())
	}
}

func TestTailIsBounded(t *testing.T) {
	var kept tail
	for range 5 {
		if n, err := kept.Write([]byte(strings.Repeat("x", maxTail/2) + "\n")); n != maxTail/2+1 || err != nil {
			t.Fatal(n, err)
		}
	}
	kept.kept = kept.kept[:maxTail]
	if _, err := kept.Write([]byte("y")); err != nil || len(kept.kept) != maxTail {
		t.Errorf("%d bytes kept, error %v", len(kept.kept), err)
	}
	if _, err := kept.Write([]byte("\nthe end\n \n")); err != nil {
		t.Fatal(err)
	}
	if len(kept.kept) != maxTail || kept.lastLine() != "the end" {
		t.Errorf("%d bytes kept, the last line %q", len(kept.kept), kept.lastLine())
	}
}
