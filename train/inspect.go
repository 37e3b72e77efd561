package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"curio/artifacts/registry"
	"curio/artifacts/store"
	"curio/datasets/census"
	"curio/train/pipeline"
)

// reportFile is the data report beside a run's record.
const reportFile = "data.json"

// errDrift is wrapped by the error of data that is too far from earlier data.
var errDrift = errors.New("the data has drifted")

// loadEarlier reads the report to compare with, nil if there is none to be.
func (j *job) loadEarlier(ctx context.Context) error {
	if j.Compare == "" {
		return nil
	}
	data, err := os.ReadFile(j.Compare)
	if errors.Is(err, fs.ErrNotExist) && j.registry != nil && filepath.Base(j.Compare) == j.Compare {
		data, err = j.registry.RunFile(ctx, j.Compare, reportFile)
		if errors.Is(err, store.ErrNotFound) || errors.Is(err, registry.ErrName) {
			return fmt.Errorf("--compare %q is neither a file nor a run in %s with a data report (go run ./experiments list): %w: %w", j.Compare, j.Store, errSource, err)
		}
	}
	if err != nil {
		return fmt.Errorf("--compare %q: %w: %w", j.Compare, errSource, err)
	}
	if j.earlier, err = census.Read(bytes.NewReader(data)); err != nil {
		return fmt.Errorf("--compare %q: %w: %w", j.Compare, errSource, err)
	}
	return nil
}

// inspect makes the data report, and returns an error if the data is not to be
// used.
func (j *job) inspect(r pipeline.Reading) error {
	counts := map[string]int{}
	for code, n := range j.quarantine.Counts() {
		counts[code] = n
	}
	j.data = r.Census.Report(census.Reading{
		Dataset: r.Dataset.Name, Accepted: r.Accepted, Rejected: counts, Examples: j.quarantine.all(), Notes: r.Notes,
	})
	if j.earlier != nil {
		j.data.Drift = census.Compare(j.earlier, j.data, j.Report.Drift)
	}
	if !j.Validate {
		if err := errors.Join(j.leftovers.keep(reportFile, j.data.JSON), j.leftovers.keep("data.html", j.data.HTML)); err != nil {
			return err
		}
	}
	if err := r.Check(j.MaxRejected); err != nil {
		return fmt.Errorf("%w (--max-rejected)", err)
	}
	if d := j.data.Drift; d != nil && d.Crossed > 0 {
		return fmt.Errorf("%w: %d of %d measures crossed their thresholds since %s", errDrift, d.Crossed, len(d.Measures), j.Compare)
	}
	return nil
}

// tell writes the data report as the flags of --validate ask.
func (j *job) tell(stdout io.Writer) error {
	if j.HTML != "" {
		if err := writeFile(j.HTML, j.data.HTML); err != nil {
			return fmt.Errorf("--html: %w", err)
		}
	}
	if j.JSON {
		return j.data.JSON(stdout)
	}
	return j.data.Text(stdout)
}

// writeFile replaces a file by what write writes, at once.
func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // no longer there once it was renamed
	err = errors.Join(write(f), f.Chmod(0o644), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
