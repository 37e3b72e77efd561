package main

import (
	"context"
	"errors"
	"fmt"

	"curio/datasets/clean"
	"curio/datasets/event"
	"curio/datasets/eventlog"
	"curio/datasets/privacy"
	"curio/datasets/public"
	"curio/datasets/synth"
)

// errSource is wrapped by errors of a data set that cannot be opened.
var errSource = errors.New("data cannot be used")

// source opens the data set that c names, checked against its catalogue and
// without what must not be seen of its users. now is the time past which a row is
// not believed.
func source(ctx context.Context, c config, now event.Time) (*privacy.Source, error) {
	o := c.Privacy
	o.Now = now
	read := map[string]func() (event.Source, error){
		dataSynth: func() (event.Source, error) { return synth.New(c.Synth) },
		dataEvents: func() (event.Source, error) {
			options := eventlog.Options{Now: now, Mapping: c.Mapping, Endpoint: c.S3.Endpoint, Insecure: c.S3.Insecure}
			if o.Retain > 0 {
				options.From = now - event.Time(o.Retain.Milliseconds())
			}
			return eventlog.Open(ctx, c.Data, options)
		},
		dataLightGCN:  func() (event.Source, error) { return public.LightGCN(c.Data) },
		dataRecBole:   func() (event.Source, error) { return public.RecBole(c.Data) },
		dataMovieLens: func() (event.Source, error) { return public.MovieLens(c.Data) },
		dataMOOCCubeX: func() (event.Source, error) { return public.MOOCCubeX(c.Data) },
		dataBeauty:    func() (event.Source, error) { return public.Beauty(c.Data) },
		dataKDDCup:    func() (event.Source, error) { return public.KDDCup2015(c.Data) },
		dataJourney:   func() (event.Source, error) { return public.CompleteJourney(c.Data) },
	}
	s, err := read[c.Dataset]()
	if err != nil {
		return nil, fmt.Errorf("open data set %s: %w: %w", c.Dataset, errSource, err)
	}
	checked, err := clean.New(s, c.Checks)
	if err != nil {
		return nil, err
	}
	return privacy.Guard(checked, o)
}

// settings are what decides how the data set is read, by name.
func (c *config) settings() map[string]any {
	all := map[string]any{
		"max_watch": c.Checks.MaxWatch, "unknown_items": c.Checks.UnknownItems,
		"session_gap_minutes":     c.Profiles.SessionGapMinutes,
		"category_half_life_days": c.Profiles.CategoryHalfLifeDays, "tag_half_life_days": c.Profiles.TagHalfLifeDays,
		"need_days": c.Profiles.NeedDays, "drop_bots": c.Report.Bots.Drop, "min_group": c.Privacy.MinGroup,
	}
	if c.Dataset == dataSynth {
		all["users"], all["items"], all["events"] = c.Synth.Users, c.Synth.Items, c.Synth.Events
	}
	if c.Mapping != nil {
		all["mapping"] = c.Mapping.Name
	}
	if c.Checks.Currency.Base != "" {
		all["currency"] = c.Checks.Currency.Base
		for code, rate := range c.Checks.Currency.Rates {
			all["currency_rate_"+code] = rate
		}
	}
	if c.Privacy.Retain > 0 {
		all["retain_days"] = c.Privacy.Retain.Hours() / 24
	}
	if len(c.Privacy.Consent) > 0 {
		consent := make([]any, len(c.Privacy.Consent))
		for i, purpose := range c.Privacy.Consent {
			consent[i] = purpose
		}
		all["consent"] = consent
	}
	return all
}
