package main

import (
	"context"
	"io"
	"runtime"
	"strings"
	"time"

	"curio/artifacts/command"
	"curio/experiments/bench"
)

func benchSegmentsJob() job {
	f := command.New("experiments bench segments", "Measures how good segments are and what they take, on rows and a platform with planted ones and on real data, and scikit-learn's in turn.")
	var (
		s      bench.Segments
		only   string
		asJSON bool
	)
	f.String(&only, "only", "", "`PARTS` to run, with commas between: "+strings.Join(bench.SegmentParts(), ", ")+"; all whose data are named without")
	f.String(&s.KDD, "kdd", "", "`FOLDER` of KDD Cup 2015, for part "+bench.PartKDD)
	f.String(&s.Journey, "journey", "", "`FOLDER` of Complete Journey, for part "+bench.PartJourney)
	f.String(&s.Python, "peer", "", "Python `INTERPRETER` that has scikit-learn, such as /usr/bin/python3; without one it is not measured")
	f.Int(&s.Repeats, "repeats", 3, 1, 1000, "platforms to plant segments on, each with another seed")
	f.Seed(&s.Seed, "seed", 1, "seed of data and fits")
	f.Int(&s.Workers, "workers", runtime.NumCPU(), 1, 1024, "goroutines, and threads of scikit-learn")
	f.Bool(&asJSON, "json", "write the result as one line of JSON")
	return job{
		Command: command.Command{Name: "bench segments", Flags: f},
		check: func() {
			if only != "" {
				s.Parts = strings.Split(only, ",")
			}
			if err := s.Check(); err != nil {
				f.Fault("--only: %v", err)
			}
		},
		run: func(ctx context.Context, stdout, stderr io.Writer) error {
			r, err := s.Run(ctx, time.Now, stderr)
			if err != nil {
				return err
			}
			return show(stdout, r, asJSON, "")
		},
	}
}
