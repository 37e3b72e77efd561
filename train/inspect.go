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
	"time"

	"curio/artifacts/registry"
	"curio/artifacts/store"
	"curio/artifacts/store/open"
	"curio/datasets/census"
	"curio/datasets/privacy/seal"
	"curio/train/pipeline"
)

// reportFile is the data report beside a run's record.
const reportFile = "data.json"

// errDrift is wrapped by the error of data that is too far from earlier data.
var errDrift = errors.New("the data has drifted")

// loadEarlier reads the report to compare with, if there is one to be. A report
// that is a file needs no store.
func (j *job) loadEarlier(ctx context.Context) error {
	if j.Compare == "" {
		return nil
	}
	data, err := os.ReadFile(j.Compare)
	if errors.Is(err, fs.ErrNotExist) {
		data, err = j.reportOf(ctx, j.Compare)
	}
	if err == nil {
		j.earlier, err = census.Read(bytes.NewReader(data))
	}
	if err != nil && !store.Unavailable(err) {
		err = fmt.Errorf("%w: %w", errSource, err)
	}
	if err != nil {
		return fmt.Errorf("--compare %q: %w", j.Compare, err)
	}
	return nil
}

// reportOf reads the data report of a run.
func (j *job) reportOf(ctx context.Context, run string) ([]byte, error) {
	s, err := open.Checked(ctx, j.Store, j.S3, storeTimeout)
	if err != nil {
		return nil, err
	}
	r := registry.New(s, time.Now)
	data, err := r.RunFile(ctx, run, reportFile)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, registry.ErrName) {
		if _, sealed := r.RunFile(ctx, run, reportFile+seal.Extension); sealed == nil {
			return nil, fmt.Errorf("the report of this run is encrypted: decrypt its %s%s with age and give the file", reportFile, seal.Extension)
		}
		return nil, fmt.Errorf("neither a file nor a run in %s with a data report (go run ./experiments list): %w", j.Store, err)
	}
	return data, err
}

// inspect makes the data report, and returns an error if the data is not to be
// used.
func (j *job) inspect(r pipeline.Reading) error {
	j.read = &r
	j.data = r.Census.Report(census.Reading{
		Dataset: r.Dataset.Name, Accepted: r.Accepted, Rejected: j.quarantine.Counts(), Examples: j.quarantine.all(), Notes: r.Notes,
	})
	if j.earlier != nil {
		j.data.Drift = census.Compare(j.earlier, j.data, j.Report.Drift)
	}
	if !j.Validate {
		if err := errors.Join(j.leftovers.keep(reportFile, j.data.JSON), j.leftovers.keep("data.html", j.data.HTML)); err != nil {
			return err
		}
	}
	if err := r.Check(j.MaxRejected, j.AllowDamaged); err != nil {
		return fmt.Errorf("%w (--max-rejected, --allow-damaged)", err)
	}
	if d := j.data.Drift; d != nil && d.Crossed > 0 {
		return fmt.Errorf("%w: %d of %d measures crossed their thresholds since %s", errDrift, d.Crossed, len(d.Measures), j.Compare)
	}
	return nil
}

// tell writes the data report as the flags of --validate ask.
func (j *job) tell(stdout io.Writer) error {
	write := j.data.Text
	if j.JSON {
		write = j.data.JSON
	}
	if err := write(stdout); err != nil {
		return err
	}
	if !j.JSON {
		if err := erased(stdout, j.Privacy.Erasures, j.source); err != nil {
			return err
		}
	}
	if j.HTML == "" {
		return nil
	}
	if err := replaceFile(j.HTML, j.data.HTML); err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	return nil
}

// replaceFile replaces a file by what write writes, at once. Only its owner can
// read it: a report names users.
func replaceFile(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // no longer there once it was renamed
	if err := errors.Join(write(f), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
