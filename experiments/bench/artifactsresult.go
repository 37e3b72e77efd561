package bench

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// The bars of Artifacts.
const (
	ArtifactShare  = 0.7      // of the plain speed, at least
	ArtifactMemory = 64 << 20 // bytes of a load besides the artifact, at most
)

// ArtifactsResult is what the passes took: medians of the rounds.
type ArtifactsResult struct {
	Artifacts
	Plain  string               `json:"plain"`
	Passes []ArtifactPassResult `json:"passes"`
}

// ArtifactPassResult is what one pass took.
type ArtifactPassResult struct {
	Pass      string  `json:"pass"`
	Seconds   float64 `json:"seconds"`
	CPU       float64 `json:"cpu_s"`
	MBPerS    float64 `json:"mb_per_s"`
	PeakBytes int64   `json:"peak_bytes"` // the most of all rounds
	// Share is the speed as a share of the plain pass of the same kind: the median of
	// Shares, one a round. 0 for the plain passes.
	Share  float64   `json:"share,omitempty"`
	Shares []float64 `json:"shares,omitempty"`
}

// result sums up what each pass took, by round.
func (a Artifacts) result(took map[string][]ArtifactAnswer) *ArtifactsResult {
	r := &ArtifactsResult{Artifacts: a, Plain: took[PassPut][0].Plain}
	for _, pass := range []struct{ name, beside string }{
		{PassPut, ""}, {PassPublish, PassPut}, {PassGet, ""}, {PassLoad, PassGet}, {PassCache, PassGet}, {PassAgain, PassGet},
	} {
		var seconds, cpu []float64
		p := ArtifactPassResult{Pass: pass.name}
		for round, answer := range took[pass.name] {
			seconds, cpu = append(seconds, answer.Seconds), append(cpu, answer.CPU)
			p.PeakBytes = max(p.PeakBytes, answer.PeakBytes)
			if pass.beside != "" {
				p.Shares = append(p.Shares, roundTo(took[pass.beside][round].Seconds/max(answer.Seconds, tick), 3))
			}
		}
		p.Seconds, p.CPU = roundTo(median(seconds), 3), roundTo(median(cpu), 3)
		p.MBPerS = roundTo(float64(a.Size)/1e6/max(median(seconds), tick), 1)
		if p.Shares != nil {
			p.Share = roundTo(median(p.Shares), 3)
		}
		r.Passes = append(r.Passes, p)
	}
	return r
}

// Write prints the result for reading.
func (r *ArtifactsResult) Write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s: an artifact of %d MiB; rounds %d, of which medians; beside %s\n\n", r.Target, r.Size>>20, r.Rounds, r.Plain)
	fmt.Fprintln(t, "PASS\tSECONDS\tCPU-S\tMB/S\tPEAK MIB\tSPEED / PLAIN")
	most := int64(0)
	for _, p := range r.Passes {
		share := ""
		if p.Shares != nil {
			share = fmt.Sprintf("%.2f", p.Share)
		}
		fmt.Fprintf(t, "%s\t%.2f\t%.2f\t%.0f\t%.0f\t%s\n", p.Pass, p.Seconds, p.CPU, p.MBPerS, float64(p.PeakBytes)/(1<<20), share)
		switch p.Pass {
		case PassLoad, PassCache, PassAgain:
			most = max(most, p.PeakBytes)
		}
	}
	fmt.Fprintf(t, `
put and get are plain; publish stores the blob, the manifest and the alias; load reads them
and checks every byte; cache does so into an empty cache and again from it.
The bar is %.0f %% of the plain speed.
`, 100*ArtifactShare)
	if most > 0 {
		fmt.Fprintf(t, "A load took at most the artifact and %d MiB, of the %d it may take.\n", (most-r.Size)>>20, ArtifactMemory>>20)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}
