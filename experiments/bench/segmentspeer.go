package bench

import (
	"context"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// mixtures is how the peer calls the method that bars are set by.
const mixtures = "GaussianMixture(n_init=5)"

//go:embed sklearn/clusters.py
var sklearn string

// peerTask is what scikit-learn is to divide.
type peerTask struct {
	x          []float64 // rows x columns
	columns, k int
	given      []int32 // our division, for sklearn.metrics to judge too
	truth      []int32 // nil if nobody knows
}

// beside adds what scikit-learn makes of a task, and what it says of our division, the
// last of p.Methods.
func (s *Segments) beside(ctx context.Context, p *SegmentPart, t peerTask) error {
	lines, err := s.askSklearn(ctx, t)
	if err != nil {
		return err
	}
	for _, c := range lines {
		if c.Method == "given" {
			ours := &p.Methods[len(p.Methods)-1]
			ours.ARI, ours.Silhouette, ours.DaviesBouldin = c.ARI, c.Silhouette, c.DaviesBouldin
		}
	}
	for _, c := range lines {
		if c.Method != "given" {
			c.CPUSeconds, c.Seconds = roundTo(c.CPUSeconds, 3), roundTo(c.Seconds, 3)
			p.Methods = append(p.Methods, c)
		}
	}
	return nil
}

// askSklearn runs sklearn/clusters.py on a task. The rows are in files of a temporary
// folder meanwhile.
func (s *Segments) askSklearn(ctx context.Context, t peerTask) ([]Clustering, error) {
	dir, err := os.MkdirTemp("", "curio-sklearn-")
	if err != nil {
		return nil, fmt.Errorf("no folder for the rows: %w", err)
	}
	defer os.RemoveAll(dir)
	rows, given, truth := filepath.Join(dir, "rows.f64"), filepath.Join(dir, "given.i32"), "-"
	files := []struct {
		path   string
		values any
	}{{rows, t.x}, {given, t.given}}
	if t.truth != nil {
		truth = filepath.Join(dir, "truth.i32")
		files = append(files, struct {
			path   string
			values any
		}{truth, t.truth})
	}
	for _, f := range files {
		data, err := binary.Append(nil, binary.LittleEndian, f.values)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(f.path, data, 0o600); err != nil {
			return nil, err
		}
	}
	var printed strings.Builder
	var complaint tail
	c := exec.CommandContext(ctx, s.Python, "-c", sklearn, rows, strconv.Itoa(t.columns), strconv.Itoa(t.k), given, truth)
	for _, name := range []string{"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"} {
		c.Env = append(c.Env, fmt.Sprintf("%s=%d", name, s.Workers))
	}
	c.Env = append(os.Environ(), c.Env...)
	c.Stdout, c.Stderr, c.WaitDelay = &printed, &complaint, killed
	if err := c.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("scikit-learn: %s", explain(err, s.Python, complaint.lastLine()))
	}
	return readClusterings(printed.String())
}

// readClusterings reads a line of JSON a clustering.
func readClusterings(text string) ([]Clustering, error) {
	var all []Clustering
	for line := range strings.Lines(text) {
		var c Clustering
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			return nil, fmt.Errorf("scikit-learn: %.80q is no JSON object: %w", line, err)
		}
		if c.Method == "" || c.Method != "given" && !(c.CPUSeconds > 0) {
			return nil, fmt.Errorf("scikit-learn: %.200q has no method, or no cpu_seconds above 0", line)
		}
		all = append(all, c)
	}
	if len(all) == 0 || all[0].Method != "given" {
		return nil, fmt.Errorf("scikit-learn: its first line is not about the division given")
	}
	return all, nil
}
