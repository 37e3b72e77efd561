package bundle

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDecodeSegmentation(t *testing.T) {
	a := small(t)
	b, err := a.Encode()
	if err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(b.Blobs, func(name string, _ []byte) bool { return name != blobSegments && name != blobUsers })
	got, err := DecodeSegmentation(b)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(a.Users.IDs(), got.Users.IDs()) + cmp.Diff(a.Membership, got.Membership) + cmp.Diff(a.Segments.Spec(), got.Model.Spec()); d != "" {
		t.Error(d)
	}
	if got.Version != b.Manifest.Version() {
		t.Errorf("version %s, want %s", got.Version, b.Manifest.Version())
	}
}

func TestDecodeSegmentationRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		says    string
		breakIt func(*Bundle)
	}{
		"Kind":           {`"lstm", this program reads "two-tower"`, func(b *Bundle) { b.Manifest.Model = "lstm" }},
		"SegmentsAbsent": {blobSegments, func(b *Bundle) { delete(b.Blobs, blobSegments) }},
		"UsersAbsent":    {blobUsers, func(b *Bundle) { delete(b.Blobs, blobUsers) }},
		"NoModel":        {"no segments", func(b *Bundle) { b.Blobs[blobSegments] = []byte("null") }},
		"NotAModel":      {blobSegments, func(b *Bundle) { b.Blobs[blobSegments] = []byte("{}") }},
		"NotATable":      {blobUsers, func(b *Bundle) { b.Blobs[blobUsers] = b.Blobs[blobUsers][:40] }},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := small(t).Encode()
			if err != nil {
				t.Fatal(err)
			}
			test.breakIt(b)
			if _, err := DecodeSegmentation(b); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("DecodeSegmentation = %v, want an error that says %q", err, test.says)
			}
		})
	}
	a := small(t)
	a.Membership[1] = 1
	b, err := a.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := DecodeSegmentation(b); !errors.Is(err, ErrArtifact) {
		t.Errorf("a user in a segment that is not there: %v, want ErrArtifact", err)
	}
}
