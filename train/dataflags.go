package main

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"

	"curio/artifacts/command"
	"curio/artifacts/signature"
	"curio/datasets/eventlog/mapping"
	"curio/datasets/privacy"
	"curio/datasets/privacy/seal"
)

// paths are flags that name what is opened, or taken apart, once all are read.
type paths struct {
	mapping, erasures, key, encryptTo, consent, signKey, sealTo, identity string
	retainDays                                                            int
}

// dataFlags defines the flags of reading data and of the people in it.
func (c *config) dataFlags(f *command.Flags, p *paths) {
	f.Group("data")
	f.Bool(&c.Validate, "validate", "read the data, print a report of it, and do nothing else")
	f.String(&c.HTML, "html", "", "with --validate: write the report with plots to `FILE`")
	f.String(&c.Compare, "compare", "", "fail when the data has drifted from that of an earlier run: its id, or the `FILE` of a report")
	f.Share(&c.MaxRejected, "max-rejected", 0.1, "fail when more of the rows are rejected, repeated ones left out")
	f.Bool(&c.AllowDamaged, "allow-damaged", "go on although files cannot be read, or not to their end")
	f.Bool(&c.Report.Bots.Drop, "drop-bots", "leave out users that look like programs")
	f.String(&c.TempDir, "temp-dir", "", "folder for events that do not fit into memory; the system's without")
	f.Group("people")
	f.Int(&p.retainDays, "retain", 0, 0, 36500, "days that events are kept; older ones are not read; 0 keeps all")
	f.String(&p.consent, "consent", "", "purposes a user must have agreed to, joined by commas: "+strings.Join(privacy.Purposes(), ", "))
	f.String(&p.erasures, "erasures", "", "`FILE` of users to forget, an id a line; a receipt is stored with the run")
	f.Int(&c.Privacy.MinGroup, "min-group", privacy.MinGroup, 1, 1_000_000, "fewest users behind anything that is published of a group")
	f.String(&p.key, "pseudonym-key-file", "", "`FILE` with a key, 64 hexadecimal digits: user ids become pseudonyms; the key itself may be in "+privacy.KeyVariable)
	f.String(&p.encryptTo, "encrypt-to", "", "age recipients (age1..., or files of them), joined by commas, that alone can read rejected rows and feature tables")
}

// open opens what the flags name.
func (c *config) open(f *command.Flags, p paths) {
	var err error
	if p.mapping != "" {
		if c.Mapping, err = mapping.Open(p.mapping); err != nil {
			f.Fault("--mapping: %v", err)
		}
	}
	if p.erasures != "" {
		if c.Privacy.Erasures, err = privacy.LoadErasures(p.erasures); err != nil {
			f.Fault("--erasures: %v", err)
		}
	}
	if c.Privacy.Pseudonyms, err = privacy.LoadKey(p.key, os.LookupEnv); err != nil {
		f.Fault("--pseudonym-key-file: %v", err)
	}
	if p.encryptTo != "" {
		if c.Encrypter, err = seal.New(strings.Split(p.encryptTo, ",")...); err != nil {
			f.Fault("--encrypt-to: %v", err)
		}
	}
	if p.sealTo != "" {
		if c.Sealer, err = seal.New(strings.Split(p.sealTo, ",")...); err != nil {
			f.Fault("--encrypt-artifact-to: %v", err)
		}
	}
	if p.identity != "" {
		if c.Identity, err = seal.LoadIdentity(p.identity); err != nil {
			f.Fault("--identity: %v", err)
		}
	}
	if p.signKey != "" {
		key, err := signature.LoadPrivate(p.signKey)
		if err != nil {
			f.Fault("--sign-key: %v", err)
		}
		c.SignKey = &key
	}
	if p.consent != "" {
		c.Privacy.Consent = strings.Split(p.consent, ",")
	}
	c.Privacy.Retain = time.Duration(p.retainDays) * 24 * time.Hour
	check := c.Privacy
	check.Now = 1 // known when the run starts
	if err := check.Validate(); err != nil {
		f.Fault("%v", err)
	}
	if c.TempDir != "" {
		if info, err := os.Stat(c.TempDir); errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
			f.Fault("--temp-dir %q is no folder", c.TempDir)
		}
	}
}
