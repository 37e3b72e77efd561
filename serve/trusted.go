package main

import (
	"regexp"
	"strings"
	"time"

	"curio/artifacts/command"
	"curio/artifacts/registry"
	"curio/artifacts/signature"
)

// trusted are the flags that say whose artifacts are served.
type trusted struct{ keys, notOlderThan, pinFile string }

func (t *trusted) define(f *command.Flags) {
	f.String(&t.keys, "trusted-keys", "", "`FILES` of public keys, with commas between: an artifact that none of them signed is refused")
	f.String(&t.notOlderThan, "not-older-than", "", "refuse artifacts that were signed before this `VERSION`, or before a time such as 2026-11-24T05:00:00Z, wherever the alias is moved")
	f.String(&t.pinFile, "pin-file", "", "`FILE` that remembers when the newest artifact that was served was signed: those signed before it are refused, also after a restart")
}

var isVersion = regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString

// trust returns what the flags ask of an artifact, nil for nothing.
func (t *trusted) trust(f *command.Flags) *registry.Trust {
	if t.keys == "" {
		if t.notOlderThan != "" || t.pinFile != "" {
			f.Fault("--not-older-than and --pin-file go by signatures: they want --trusted-keys")
		}
		return nil
	}
	trust := new(registry.Trust)
	var err error
	if trust.Keys, err = signature.LoadKeys(strings.Split(t.keys, ",")...); err != nil {
		f.Fault("--trusted-keys: %v", err)
	}
	switch at, err := time.Parse(time.RFC3339, t.notOlderThan); {
	case t.notOlderThan == "":
	case isVersion(t.notOlderThan):
		trust.NotOlderThan = t.notOlderThan
	case err != nil:
		f.Fault("--not-older-than %q: want a version, 16 hexadecimal digits, or a time such as 2026-11-24T05:00:00Z", t.notOlderThan)
	default:
		trust.NotBefore = at
	}
	if t.pinFile != "" {
		if trust.Pin, err = signature.OpenPin(t.pinFile); err != nil {
			f.Fault("--pin-file: %v", err)
		}
	}
	return trust
}
