package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"text/tabwriter"
	"time"

	"curio/artifacts/command"
	"curio/artifacts/registry"
)

func artifactGCJob() job {
	f := command.New("experiments artifacts gc", "Prints which versions and leftovers a store could do without, and with --apply removes them. Versions go to the trash first, where they can be read and moved to, and from there when they have been in it for --grace. Runs stay.")
	var (
		in     storeFlags
		o      registry.Retention
		apply  bool
		asJSON bool
	)
	const years = 10 * 365 * 24 * time.Hour
	in.define(f)
	f.Int(&o.Keep, "keep", 10, 0, math.MaxInt32, "newest versions that stay whether or not anything needs them")
	f.Duration(&o.OlderThan, "older-than", 30*24*time.Hour, 0, years, "age of the other versions from which they can go")
	f.Int(&o.History, "history", 3, 0, 1_000_000, "moves of every alias that can be taken back: the versions it was at stay")
	f.Duration(&o.Grace, "grace", 24*time.Hour, time.Second, years, "time in the trash, and age of leftovers; longer than any publish takes and than a process may stand still, and the same for collections at one time")
	f.Bool(&apply, "apply", "do it; without, nothing is changed")
	f.Bool(&asJSON, "json", "write {applied, retention, now, keep, trash, restore, wait, purge, delete, unfinished}: what would be done, or with --apply was")
	return job{
		Command: command.Command{Name: "artifacts gc", Flags: f},
		check:   func() { in.check(f) },
		run: func(ctx context.Context, stdout, _ io.Writer) error {
			r, err := in.openThere(ctx)
			if err != nil {
				return err
			}
			plan, err := r.Plan(ctx, o)
			if err != nil {
				return err
			}
			c := collected{Applied: apply, Plan: plan}
			if !asJSON || !apply {
				if err := show(stdout, &c, asJSON, "  "); err != nil || !apply {
					return err
				}
			}
			c.Plan, err = r.Collect(ctx, plan)
			if err == nil {
				c.Unfinished, err = r.Clean(ctx, o.Grace)
			}
			if asJSON {
				if jsonErr := writeJSON(stdout, &c, "  "); err == nil {
					err = jsonErr
				}
				return err
			}
			fmt.Fprintf(stdout, "done: %s, %d unfinished writes removed\n", counts(c.Plan), c.Unfinished)
			return err
		},
	}
}

// collected is what a collection would do, or has done.
type collected struct {
	Applied bool `json:"applied"`
	*registry.Plan
	Unfinished int `json:"unfinished"` // writes that were cut off and removed
}

// Write prints what there is to do, for people.
func (c *collected) Write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, list := range []struct {
		word     string
		verdicts []registry.Verdict
	}{{"keep", c.Keep}, {"trash", c.Trash}, {"restore", c.Restore}, {"wait", c.Wait}, {"purge", c.Purge}} {
		for _, v := range list.verdicts {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", list.word, v.Version, moment(v.Since), v.Why)
		}
	}
	for _, l := range c.Delete {
		fmt.Fprintf(t, "delete\t%s\t%s\t%s, %s\n", l.Key, moment(l.Modified), l.Why, size(l.Size))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "%d versions stay; to do: %s\n", len(c.Keep), counts(c.Plan))
	if !c.Applied && !c.Empty() {
		fmt.Fprintln(w, "nothing was changed; --apply does it")
	}
	return nil
}

func counts(p *registry.Plan) string {
	return fmt.Sprintf("%d versions to the trash, %d back, %d out of it, %d objects deleted (%s)",
		len(p.Trash), len(p.Restore), len(p.Purge), len(p.Delete), size(p.Frees()))
}
