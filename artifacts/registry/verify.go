package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
)

// Fault is something that is wrong in a store.
type Fault struct {
	Subject string `json:"subject"` // a version, or the alias or key it is about
	Problem string `json:"problem"`
}

// Report is what Verify has read and found.
type Report struct {
	Versions   int     `json:"versions"`
	Blobs      int     `json:"blobs"`  // distinct ones
	Bytes      int64   `json:"bytes"`  // of these
	Sealed     int     `json:"sealed"` // encrypted ones that could be read but not checked, for want of an identity
	Signatures int     `json:"signatures"`
	Aliases    int     `json:"aliases"`
	States     int     `json:"states"` // of aliases, past and present
	Loose      int     `json:"loose"`  // blobs of no version, which Collect removes when they are old enough
	LooseBytes int64   `json:"loose_bytes"`
	Faults     []Fault `json:"faults"`
}

// Verify reads every byte of the versions given, with their signatures, or of the
// whole store for none: then also of versions in the trash, and every alias and its
// history. A version has a fault if it is not what was published, or if trust, which
// may be nil, refuses it. The error is for a store that cannot be read, or for a
// version that is not there.
func (r *Registry) Verify(ctx context.Context, versions []string, trust *Trust) (*Report, error) {
	v := &verifier{Registry: r, trust: trust, report: &Report{Faults: []Fault{}}, blobs: map[bundle.Blob]error{}, known: map[string]string{}}
	if err := v.run(ctx, versions); err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	return v.report, nil
}

type verifier struct {
	*Registry
	trust  *Trust
	report *Report
	blobs  map[bundle.Blob]error // what was found, by digest and size
	known  map[string]string     // digests of manifests, by version
}

func (v *verifier) run(ctx context.Context, versions []string) error {
	all := len(versions) == 0
	if all {
		var err error
		if versions, err = v.everyVersion(ctx); err != nil {
			return err
		}
	}
	for _, version := range versions {
		if err := v.version(ctx, version, all); err != nil {
			return err
		}
	}
	if !all {
		return nil
	}
	if err := v.aliases(ctx); err != nil {
		return err
	}
	return v.loose(ctx)
}

// fault notes what is wrong with a subject. It returns err if that is about the store
// as a whole.
func (v *verifier) fault(ctx context.Context, subject string, err error) error {
	switch {
	case err == nil:
		return nil
	case store.Unavailable(err) || ctx.Err() != nil:
		return errors.Join(err, ctx.Err())
	}
	v.report.Faults = append(v.report.Faults, Fault{subject, strings.ReplaceAll(err.Error(), "\n", "; ")})
	return nil
}

// everyVersion returns what is listed and what is in the trash.
func (v *verifier) everyVersion(ctx context.Context) (versions []string, err error) {
	for _, folder := range []string{versionFolder, trashFolder} {
		for info, err := range v.store.List(ctx, folder) {
			if err != nil {
				return nil, err
			}
			name := versionOfKey(info.Key)
			if name == "" {
				name = markedVersion(info.Key)
			}
			if name == "" {
				_ = v.fault(ctx, info.Key, errors.New("it is no name of a manifest"))
				continue
			}
			versions = append(versions, name)
		}
	}
	slices.Sort(versions)
	return slices.Compact(versions), nil
}

func (v *verifier) version(ctx context.Context, version string, listed bool) error {
	manifest, err := v.manifest(ctx, version)
	if errors.Is(err, store.ErrNotFound) {
		if listed {
			return nil // it was collected meanwhile
		}
		return fmt.Errorf("version %s: %w", version, err)
	}
	var m *bundle.Manifest
	if err == nil {
		v.known[version] = bundle.DigestOf(manifest)
		m, err = bundle.DecodeManifest(manifest)
	}
	v.report.Versions++
	if err != nil {
		return v.fault(ctx, version, err)
	}
	for _, entry := range m.Blobs {
		if err := v.fault(ctx, version, v.blob(ctx, entry)); err != nil {
			return err
		}
	}
	return v.signatures(ctx, version)
}

// blob reads a blob, once however many versions have it.
func (v *verifier) blob(ctx context.Context, entry bundle.Blob) error {
	content := bundle.Blob{SHA256: entry.SHA256, Size: entry.Size}
	err, done := v.blobs[content]
	if !done {
		err = v.read(ctx, content)
		if err != nil && !store.Unavailable(err) && ctx.Err() == nil {
			err = v.read(ctx, content) // damaged where it lies, or on its way
		}
		v.blobs[content] = err
		v.report.Blobs++
		v.report.Bytes += entry.Size
	}
	if err != nil {
		return fmt.Errorf("blob %q: %w", entry.Name, err)
	}
	return nil
}

func (v *verifier) read(ctx context.Context, entry bundle.Blob) error {
	in, info, err := v.openBlob(ctx, entry.SHA256)
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("%s is missing", blobFolder+entry.SHA256)
	}
	if err != nil {
		return err
	}
	defer in.Close()
	if isSealed(info.Key) {
		if v.opener == nil {
			v.report.Sealed++
			_, err := io.Copy(io.Discard, in)
			return err
		}
		_, err := v.unseal(entry, in)
		return err
	}
	digest := sha256.New()
	n, err := io.Copy(digest, in)
	switch got := hex.EncodeToString(digest.Sum(nil)); {
	case err != nil:
		return fmt.Errorf("read %s: %w", info.Key, err)
	case n != entry.Size:
		return fmt.Errorf("%s has %d bytes, the manifest says %d", info.Key, n, entry.Size)
	case got != entry.SHA256:
		return fmt.Errorf("%s has the digest %s", info.Key, got)
	}
	return nil
}

func (v *verifier) signatures(ctx context.Context, version string) error {
	all, err := v.Signatures(ctx, version, nil)
	if err := v.fault(ctx, version, err); err != nil {
		return err
	}
	v.report.Signatures += len(all)
	for _, s := range all {
		if s.ManifestSHA256 != v.known[version] {
			err := fmt.Errorf("the signature by key %s is of manifest %s", s.Key, s.ManifestSHA256)
			if err := v.fault(ctx, version, err); err != nil {
				return err
			}
		}
	}
	if v.trust == nil {
		return nil
	}
	_, err = v.trust.Verify(ctx, v.Registry, version, v.known[version])
	return v.fault(ctx, version, err)
}

// loose counts the blobs of no version.
func (v *verifier) loose(ctx context.Context) error {
	needed := map[string]bool{}
	for entry := range v.blobs {
		needed[entry.SHA256] = true
	}
	for info, err := range v.store.List(ctx, blobFolder) {
		if err != nil {
			return err
		}
		if digest := submatch(blobKey.FindStringSubmatch(info.Key)); digest != "" && !needed[digest] {
			v.report.Loose++
			v.report.LooseBytes += info.Size
		}
	}
	return nil
}
