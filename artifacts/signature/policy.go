package signature

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The reasons why an artifact is not trusted. ErrUntrusted is all of them.
var (
	ErrUntrusted = errors.New("artifact is not trusted")
	ErrUnsigned  = fmt.Errorf("%w: it is not signed", ErrUntrusted)
	ErrStranger  = fmt.Errorf("%w: no trusted key signed it", ErrUntrusted)
	ErrForged    = fmt.Errorf("%w: its signature is not of this manifest", ErrUntrusted)
	ErrOld       = fmt.Errorf("%w: it was signed too long ago", ErrUntrusted)
)

// Keys are the keys that are trusted, each by its id.
type Keys map[string]Public

// LoadKeys reads files of public keys. The error names every file that is wrong.
func LoadKeys(files ...string) (Keys, error) {
	keys := Keys{}
	var faults []error
	for _, file := range files {
		list, err := LoadPublic(file)
		if err != nil {
			faults = append(faults, err)
		}
		for _, k := range list {
			keys[k.ID()] = k
		}
	}
	return keys, errors.Join(faults...)
}

// IDs returns the ids of the keys, in their order.
func (k Keys) IDs() []string {
	var ids []string
	for id := range k {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Verify returns the newest of the signatures of a manifest that a trusted key
// made; other signatures beside it do not matter. The error wraps ErrUnsigned,
// ErrStranger or ErrForged.
func (k Keys) Verify(manifest string, all []Signature) (Signature, error) {
	var (
		newest  Signature
		found   bool
		reasons []string
		forged  bool
	)
	for _, s := range all {
		key, known := k[s.Key]
		switch {
		case !known:
			reasons = append(reasons, "key "+s.Key+" is not trusted")
		case s.ManifestSHA256 != manifest || !s.By(key):
			forged = true
			reasons = append(reasons, "what names key "+s.Key+" was not made with it for this manifest")
		case !found || s.Signed.After(newest.Signed):
			newest, found = s, true
		}
	}
	switch slices.Sort(reasons); {
	case found:
		return newest, nil
	case len(all) == 0:
		return newest, ErrUnsigned
	case forged:
		return newest, fmt.Errorf("%w: %s", ErrForged, strings.Join(slices.Compact(reasons), "; "))
	}
	return newest, fmt.Errorf("%w: %s", ErrStranger, strings.Join(slices.Compact(reasons), "; "))
}

// NotBefore returns an error that wraps ErrOld if s was signed before a time that
// what describes.
func (s *Signature) NotBefore(t time.Time, what string) error {
	if s.Signed.Before(t) {
		return fmt.Errorf("%w: at %s, and %s asks for %s or later; to go back on purpose, sign it again",
			ErrOld, s.Signed.Format(time.RFC3339), what, t.UTC().Format(time.RFC3339))
	}
	return nil
}
