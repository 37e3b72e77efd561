package bundle

import (
	"fmt"
	"slices"
	"strconv"

	"curio/datasets/event"
	"curio/features/encode"
	"curio/features/profile"
)

// SegmentSize is the length of what SegmentFeatures writes.
func (a *Artifact) SegmentSize() int { return len(a.Segments.Features()) }

// SegmentFeatures writes what Segments.Assign reads of a user: the features that the
// segments name, in their order, as the encoder of users tells them. a must come
// from Decode. It does not allocate.
func (a *Artifact) SegmentFeatures(dst []float32, u *event.User, p *profile.User, asOf event.Time) {
	a.segmentFeatures.Write(dst, u, p, asOf)
}

// findSegmentFeatures finds the features that the segments name.
func (a *Artifact) findSegmentFeatures() error {
	names := a.Segments.Features()
	if unnamed(names) {
		names = slices.Clone(a.UserEncoder.BehaviourNames())
		for _, c := range a.UserEncoder.Categories() {
			names = append(names, encode.CategoryField+"="+c)
		}
		if len(names) != a.SegmentSize() {
			return fmt.Errorf("segments read %d features without names, encoder writes %d: %w", a.SegmentSize(), len(names), ErrArtifact)
		}
	}
	var err error
	if a.segmentFeatures, err = a.UserEncoder.Features(names); err != nil {
		return fmt.Errorf("segments read a feature that the encoder does not write: %w: %w", ErrArtifact, err)
	}
	return nil
}

// unnamed reports whether features have their places for names, as those of the
// first artifacts may: they are all behaviours and then the shares of all categories.
func unnamed(names []string) bool {
	for i, name := range names {
		if name != strconv.Itoa(i) {
			return false
		}
	}
	return len(names) > 0
}
