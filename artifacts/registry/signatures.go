package registry

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"curio/artifacts/bundle"
	"curio/artifacts/signature"
	"curio/artifacts/store"
)

// maxSignatures bounds how many signatures of one key are read of a version, the
// newest first.
const maxSignatures = 16

// Sign signs a version and stores the signature beside it, where any number can be.
func (r *Registry) Sign(ctx context.Context, version string, key signature.Private) (signature.Signature, error) {
	manifest, err := r.manifest(ctx, version)
	var s signature.Signature
	if err == nil {
		s, err = key.Sign(bundle.DigestOf(manifest), r.clock())
	}
	var data []byte
	if err == nil {
		data, err = s.Encode()
	}
	if err == nil {
		err = r.create(ctx, signatureKey(version, s), bytes.NewReader(data), int64(len(data)))
	}
	if err != nil {
		return s, fmt.Errorf("sign version %s: %w", version, err)
	}
	return s, nil
}

// signatureKey orders the signatures of a key by their time.
func signatureKey(version string, s signature.Signature) string {
	return fmt.Sprintf("%s%s/%s-%013d%s", signatureFolder, version, s.Key, s.Signed.UnixMilli(), suffix)
}

// signatureName takes the rest of such a key apart.
func signatureName(name string) (key string, milli int64, ok bool) {
	name, isOne := strings.CutSuffix(name, suffix)
	key, digits, ok := strings.Cut(name, "-")
	milli, err := strconv.ParseInt(digits, 10, 64)
	return key, milli, isOne && ok && err == nil
}

// Signatures returns the signatures of a version, by whatever keys, unverified, in
// the order of key and time. With keys, only those that say they are by one of
// these. Of what cannot be read as a signature it returns an error beside the others,
// which wraps signature.ErrCorrupt.
func (r *Registry) Signatures(ctx context.Context, version string, keys signature.Keys) ([]signature.Signature, error) {
	if err := checkVersion(version); err != nil {
		return nil, fmt.Errorf("signatures: %w", err)
	}
	names, err := r.names(ctx, signatureFolder+version+"/", "", func(string) bool { return true })
	if err != nil {
		return nil, fmt.Errorf("signatures of version %s: %w", version, err)
	}
	slices.SortFunc(names, func(a, b string) int { // the newest first
		_, x, _ := signatureName(a)
		_, y, _ := signatureName(b)
		return cmp.Or(cmp.Compare(y, x), strings.Compare(a, b))
	})
	var (
		all    []signature.Signature
		faults []error
		read   = map[string]int{}
	)
	for _, name := range names {
		key, _, ok := signatureName(name)
		_, wanted := keys[key]
		if keys != nil && !wanted || read[key] == maxSignatures {
			continue
		}
		read[key]++
		s, err := r.signatureAt(ctx, version, name, ok)
		switch {
		case errors.Is(err, store.ErrNotFound):
		case errors.Is(err, signature.ErrCorrupt):
			faults = append(faults, err)
		case err != nil:
			return nil, fmt.Errorf("signatures of version %s: %w", version, err)
		default:
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b signature.Signature) int {
		return cmp.Or(strings.Compare(a.Key, b.Key), a.Signed.Compare(b.Signed))
	})
	return all, errors.Join(faults...)
}

func (r *Registry) signatureAt(ctx context.Context, version, name string, isOne bool) (s signature.Signature, err error) {
	key := signatureFolder + version + "/" + name
	data, _, err := r.get(ctx, key, signature.MaxSize)
	switch {
	case errors.Is(err, errTooLarge) || err == nil && !isOne:
		return s, fmt.Errorf("%q: %w", key, signature.ErrCorrupt)
	case err != nil:
		return s, err
	}
	s, err = signature.Decode(data)
	if err == nil && signatureKey(version, s) != key {
		err = fmt.Errorf("%w: it is not what its name says", signature.ErrCorrupt)
	}
	if err != nil {
		return s, fmt.Errorf("%q: %w", key, err)
	}
	return s, nil
}
