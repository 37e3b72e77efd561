package pipeline

import (
	"context"
	"strings"
	"testing"

	"curio/artifacts/bundle"
	"curio/train/clustering"
)

// TestSegmentsReadWhatWasAskedFor: the artifact's segments read the features of the
// preset, and put everybody where training did.
func TestSegmentsReadWhatWasAskedFor(t *testing.T) {
	p := platform(t, tiny())
	stated := func(name string) bool {
		return strings.HasPrefix(name, "age=") || strings.HasPrefix(name, "gender=") || strings.HasPrefix(name, "occupation=") || strings.HasPrefix(name, "region=")
	}
	interest := func(name string) bool {
		return strings.HasPrefix(name, clustering.Category+"=") || strings.HasPrefix(name, clustering.Tag+"=")
	}
	for name, tt := range map[string]struct {
		features                    clustering.Features
		behaviour, interest, stated bool
	}{
		"all":                   {clustering.Features{}, true, true, false},
		"interest+demographics": {clustering.Features{Preset: clustering.Interest, Stated: true}, false, true, true},
		"rfm":                   {clustering.Features{Preset: clustering.RFM}, true, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := settings(p)
			c.NoRehearsal, c.Interest.Epochs, c.SegmentFeatures = true, 1, tt.features
			r, err := Run(context.Background(), c, quiet())
			if err != nil {
				t.Fatal(err)
			}
			if r.Settings["segment_features"] != name || r.Segments.Features != name || r.Settings["segment_method"] != "em" || r.Settings["segment_sample"] != clustering.DefaultSample {
				t.Errorf("settings %v, record %q", r.Settings, r.Segments.Features)
			}
			a, err := bundle.Decode(r.Bundle)
			if err != nil {
				t.Fatal(err)
			}
			behaviours, interests, known := 0, 0, 0
			for _, name := range a.Segments.Features() {
				switch {
				case stated(name):
					known++
				case interest(name):
					interests++
				default:
					behaviours++
				}
			}
			if (behaviours > 0) != tt.behaviour || (interests > 0) != tt.interest || (known > 0) != tt.stated || name == "rfm" && behaviours != 3 {
				t.Errorf("%d behaviours, %d shares of interest, %d of what users state", behaviours, interests, known)
			}
			features := make([]float32, a.SegmentSize())
			for u := range a.Profiles {
				if a.Membership[u] < 0 {
					continue
				}
				a.SegmentFeatures(features, &a.People[u], &a.Profiles[u], a.AsOf)
				if got := a.Segments.Assign(features); got.Index != int(a.Membership[u]) {
					t.Errorf("user %d is in segment %d, the artifact says %d", u, a.Membership[u], got.Index)
				}
			}
		})
	}
}

// There is nothing to read of users without categories or tags.
func TestSegmentsWithoutFeatures(t *testing.T) {
	c := settings(uniform())
	c.SegmentFeatures.Preset = clustering.Interest
	r, err := Run(context.Background(), c, quiet())
	if err != nil {
		t.Fatal(err)
	}
	if r.Segments.K != 1 || r.Notes["segments_without_features"] != 1 {
		t.Errorf("segments %+v, notes %v", r.Segments, r.Notes)
	}
	c.SegmentFeatures.Preset = "moon"
	if _, err := Run(context.Background(), c, quiet()); !BadData(err) {
		t.Errorf("a preset that there is not: %v", err)
	}
}
