package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"curio/artifacts/command"
	"curio/serve/guard"
)

// keys is the program serve keys, which edits a file of API keys. A server takes the
// changes in by itself.
func keys(ctx context.Context, args []string, stdout io.Writer) error {
	var job string
	if len(args) > 0 {
		job, args = args[0], args[1:]
	}
	switch job {
	case "add":
		return addKey(ctx, args, stdout)
	case "list":
		return listKeys(args, stdout)
	case "remove":
		return removeKey(ctx, args, stdout)
	}
	return &command.UsageError{Faults: []string{"serve keys wants one of add, list, remove: serve keys add --help says more"}}
}

// defaultKeys is the file that the jobs edit.
const defaultKeys = "keys.json"

func addKey(ctx context.Context, args []string, stdout io.Writer) error {
	var (
		file, scopes string
		expires      time.Duration
		like         guard.Key
		name         []string
		f            = command.New("serve keys add", "Makes an API key with a NAME, adds it to a file, and prints it: it is kept nowhere else.")
	)
	f.String(&file, "keys", defaultKeys, "`FILE` of keys, which is made if need be")
	f.String(&scopes, "scopes", "read", "`SCOPES` with commas between: read (ask), events (tell what users did), admin (move aliases, metrics)")
	f.Float(&like.Rate, "rate", 0, 0, 1e6, "requests a second in the long run; 0 for no limit")
	f.Int(&like.Burst, "burst", 0, 0, 1_000_000, "requests at once; 0 for a second's worth")
	f.Duration(&expires, "expires", 0, 0, 100*365*24*time.Hour, "time after which it is worth nothing; 0 for never")
	f.Args(&name, "NAME")
	err := f.Parse(args, stdout, func() {
		var err error
		if like.Scopes, err = guard.ParseScope(strings.Split(scopes, ",")...); err != nil {
			f.Fault("--scopes: %v", err)
		}
	})
	if err != nil {
		return err
	}
	like.Name, like.Created = name[0], time.Now().UTC().Truncate(time.Second)
	if expires > 0 {
		like.Expires = like.Created.Add(expires)
	}
	plain, entry, err := guard.NewKey(like)
	if err != nil {
		return err
	}
	if err := guard.AddKey(ctx, file, entry); err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, plain)
	return err
}

func listKeys(args []string, stdout io.Writer) error {
	var file string
	f := command.New("serve keys list", "Lists the keys of a file: all but the keys.")
	f.String(&file, "keys", defaultKeys, "`FILE` of keys")
	if err := f.Parse(args, stdout, func() {}); err != nil {
		return err
	}
	all, err := guard.ReadKeys(file)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tNAME\tSCOPES\tRATE\tCREATED\tEXPIRES\tSTATE")
	day := func(t time.Time) string {
		if t.IsZero() {
			return "never"
		}
		return t.Format(time.RFC3339)
	}
	for _, k := range all {
		state, rate := "in use", "any"
		switch {
		case k.Disabled:
			state = "disabled"
		case !k.Expires.IsZero() && !k.Expires.After(time.Now()):
			state = "expired"
		}
		if k.Rate > 0 {
			rate = fmt.Sprintf("%g/s", k.Rate)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, k.Name, k.Scopes, rate, day(k.Created), day(k.Expires), state)
	}
	return w.Flush()
}

func removeKey(ctx context.Context, args []string, stdout io.Writer) error {
	var (
		file string
		id   []string
		f    = command.New("serve keys remove", "Removes the key with an ID from a file.")
	)
	f.String(&file, "keys", defaultKeys, "`FILE` of keys")
	f.Args(&id, "ID")
	if err := f.Parse(args, stdout, func() {}); err != nil {
		return err
	}
	err := guard.RemoveKey(ctx, file, id[0])
	if errors.Is(err, guard.ErrNoKey) {
		return &command.UsageError{Faults: []string{fmt.Sprintf("%s has no key %q; serve keys list shows those it has", file, id[0])}}
	}
	return err
}
