// Package storetest is the acceptance suite of store.Store: what every
// implementation does alike, and the list of what they do differently.
package storetest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"curio/artifacts/store"
)

// Differences names what stores may do differently, so that nobody builds on
// it. Known besides these, and not worth a field:
//
//   - Tags: fsstore uses the SHA-256 of up to 1 MiB, and size and time above;
//     S3 uses the MD5, or for uploads in parts or with encryption something else
//     of its own. The same content may have another tag elsewhere.
//   - Names that differ only in case, or in the normal form of Unicode, are
//     different keys on S3 and on Linux, and the same file on macOS and Windows.
//   - A reader of an object that is replaced meanwhile gets the old content from
//     fsstore; from S3 it gets the old content or, if its connection also fails
//     in the middle, ErrConflict. Neither ever mixes the two.
//   - S3 keeps the time of a change in seconds or milliseconds, a file system in
//     nanoseconds.
//   - Damage: an object that S3 got in one request is checked against its SHA-256
//     when it is read, one that it got in parts is not, nor is a file. Readers that
//     must know compare a digest of their own.
//   - Changes: MinIO tells of them at once; Amazon and Versity do not, and a folder
//     does not. Watch looks for itself in any case.
//   - What a killed writer leaves, Clean finds: temporary files in a folder, unfinished
//     uploads in S3. Amazon keeps those for ever unless a lifecycle rule says
//     otherwise, MinIO for a day.
//   - Delete removes a file for good. In a bucket with versioning it leaves a marker,
//     and the content stays until a lifecycle rule lets it go.
//   - A full disk is ErrFull in a folder and from MinIO; Amazon has none.
//   - Encryption by the server is done by MinIO and Amazon with a key management;
//     MinIO without one refuses it, others may ignore it and are refused here.
type Differences struct {
	// Nested: a key may be a folder of another, "a" of "a/b". S3 itself and MinIO
	// allow it; a file system does not, nor does Versity, which keeps objects as files:
	// they answer ErrInvalidKey.
	Nested bool
}

// Run checks that the stores that open returns pass. open is called once for
// each part of the suite and returns an empty store. With names only those parts
// are run: for the same store in other circumstances.
func Run(t *testing.T, open func(t *testing.T) store.Store, d Differences, names ...string) {
	parts := []struct {
		name string
		run  func(t *testing.T, s store.Store)
	}{
		{"RoundTrip", roundTrip},
		{"Empty", empty},
		{"Big", big},
		{"Missing", missing},
		{"Delete", remove},
		{"WrongSize", wrongSize},
		{"BodyFails", bodyFails},
		{"BodyStaysOpen", bodyStaysOpen},
		{"LegalKeys", legalKeys},
		{"IllegalKeys", illegalKeys},
		{"NestedKeys", func(t *testing.T, s store.Store) { nestedKeys(t, s, d.Nested) }},
		{"ListOrder", listOrder},
		{"ListMany", listMany},
		{"ListStops", listStops},
		{"Check", check},
		{"Conditions", conditions},
		{"AbsentRace", absentRace},
		{"SwapRace", swapRace},
		{"MixedRace", mixedRace},
		{"WholeReads", wholeReads},
		{"ReplacedWhileRead", replacedWhileRead},
		{"Cancelled", cancelled},
		{"CancelledWhileReading", cancelledWhileReading},
		{"CancelledWhileWriting", cancelledWhileWriting},
	}
	for _, p := range parts {
		if len(names) > 0 && !slices.Contains(names, p.name) {
			continue
		}
		t.Run(p.name, func(t *testing.T) { p.run(t, open(t)) })
	}
}

// put stores content and fails the test if that fails.
func put(t *testing.T, s store.Store, key string, content []byte, when store.Condition) store.Info {
	t.Helper()
	info, err := write(t.Context(), s, key, content, when)
	if err != nil {
		t.Fatalf("Put(%q): %v", key, err)
	}
	return info
}

func write(ctx context.Context, s store.Store, key string, content []byte, when store.Condition) (store.Info, error) {
	return s.Put(ctx, key, bytes.NewReader(content), int64(len(content)), when)
}

// get reads an object and fails the test if that fails.
func get(t *testing.T, s store.Store, key string) ([]byte, store.Info) {
	t.Helper()
	content, info, err := read(t.Context(), s, key)
	if err != nil {
		t.Fatalf("Open(%q): %v", key, err)
	}
	return content, info
}

func read(ctx context.Context, s store.Store, key string) ([]byte, store.Info, error) {
	r, info, err := s.Open(ctx, key)
	if err != nil {
		return nil, info, err
	}
	var content bytes.Buffer
	content.Grow(int(info.Size) + bytes.MinRead)
	_, err = content.ReadFrom(r)
	return content.Bytes(), info, errors.Join(err, r.Close())
}

// keys lists prefix and fails the test if that fails.
func keys(t *testing.T, s store.Store, prefix string) []string {
	t.Helper()
	var found []string
	for info, err := range s.List(t.Context(), prefix) {
		if err != nil {
			t.Fatalf("List(%q): %v", prefix, err)
		}
		found = append(found, info.Key)
	}
	return found
}

// wantError fails the test unless err wraps want.
func wantError(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s = %v, want an error that wraps %q", what, err, want)
	}
}
