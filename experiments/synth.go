package main

import (
	"context"
	"fmt"
	"io"

	"curio/artifacts/command"
	"curio/datasets/synth"
)

func synthJob() job {
	f := command.New("experiments synth", "Writes the synthetic platform as logs, to try formats with.")
	o, dir, format := synth.Default(), "", ""
	f.String(&dir, "out", "", "`FOLDER` to write users, items, partners, trends and events to")
	f.Choice(&format, "format", synth.JSONL, synth.Formats(), "of the files")
	f.Int(&o.Users, "users", o.Users, 1, synth.MaxUsers, "users of the platform")
	f.Int(&o.Items, "items", o.Items, 1, synth.MaxItems, "items of the platform")
	f.Int(&o.Events, "events", o.Events, 1, 2_000_000_000, "events of the platform")
	f.Seed(&o.Seed, "seed", 1, "seed of everything random")
	return job{
		Command: command.Command{Name: "synth", Flags: f},
		check: func() {
			if dir == "" {
				f.Fault("--out is missing: name the folder to write to")
			}
			if err := o.Validate(); err != nil {
				f.Fault("%v", err)
			}
		},
		run: func(ctx context.Context, stdout, _ io.Writer) error {
			p, err := synth.New(o)
			if err != nil {
				return err
			}
			if err := p.Write(ctx, dir, format); err != nil {
				return err
			}
			_, err = fmt.Fprintf(stdout, "%d events of up to %d users about %d items are in %s\n", o.Events, o.Users, o.Items, dir)
			return err
		},
	}
}
