package main

import (
	"context"
	"errors"
	"fmt"

	"curio/datasets/event"
	"curio/datasets/eventlog"
	"curio/datasets/public"
	"curio/datasets/synth"
)

// errSource is wrapped by errors of a data set that cannot be opened.
var errSource = errors.New("data cannot be used")

// source opens the data set that c names. now is the time past which a row is
// not believed.
func source(ctx context.Context, c config, now event.Time) (event.Source, error) {
	read := map[string]func() (event.Source, error){
		dataSynth: func() (event.Source, error) { return synth.New(c.Synth) },
		dataEvents: func() (event.Source, error) {
			return eventlog.Open(ctx, c.Data, eventlog.Options{Now: now, Endpoint: c.S3.Endpoint, Insecure: c.S3.Insecure})
		},
		dataLightGCN:  func() (event.Source, error) { return public.LightGCN(c.Data) },
		dataRecBole:   func() (event.Source, error) { return public.RecBole(c.Data) },
		dataMovieLens: func() (event.Source, error) { return public.MovieLens(c.Data) },
		dataMOOCCubeX: func() (event.Source, error) { return public.MOOCCubeX(c.Data) },
	}
	s, err := read[c.Dataset]()
	if err != nil {
		return nil, fmt.Errorf("open data set %s: %w: %w", c.Dataset, errSource, err)
	}
	return s, nil
}
