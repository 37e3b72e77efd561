package bundle

import (
	"fmt"

	"curio/artifacts/segment"
	"curio/features/vocab"
)

// Segmentation is the part of an artifact that says who is in which segment.
type Segmentation struct {
	Version    string
	Manifest   Manifest
	Model      *segment.Model
	Users      *vocab.Vocab
	Membership []int32 // by user index; -1 for a user without a segment
}

// SegmentationBlobs are the blobs that DecodeSegmentation reads.
func SegmentationBlobs() []string { return []string{blobSegments, blobUsers} }

// DecodeSegmentation reads a Segmentation from b, which need hold no more than
// SegmentationBlobs, and shares nothing with it. Its errors are those of Decode.
func DecodeSegmentation(b *Bundle) (*Segmentation, error) {
	if err := checkKind(b); err != nil {
		return nil, err
	}
	var a Artifact
	if err := decodeParts(b, []part{{blobSegments, a.decodeSegments}, {blobUsers, a.decodeUsers}}); err != nil {
		return nil, err
	}
	if err := a.checkMembership(); err != nil {
		return nil, err
	}
	return &Segmentation{Version: b.Manifest.Version(), Manifest: b.Manifest, Model: a.Segments, Users: a.Users, Membership: a.Membership}, nil
}

// checkMembership checks that everybody is in a segment that there is, or in none.
func (a *Artifact) checkMembership() error {
	if a.Segments == nil {
		return fmt.Errorf("no segments: %w", ErrArtifact)
	}
	for u, s := range a.Membership {
		if s < -1 || int(s) >= len(a.Segments.Segments()) {
			return fmt.Errorf("user %d is in segment %d of %d: %w", u, s, len(a.Segments.Segments()), ErrArtifact)
		}
	}
	return nil
}
