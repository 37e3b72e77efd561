package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"curio/train/clustering"
)

// Segments asks how good segments are and what they take, part by part.
type Segments struct {
	Parts   []string `json:"-"` // of SegmentParts; nil for all whose data are there
	Seed    uint64   `json:"seed"`
	Repeats int      `json:"repeats"` // platforms that segments are planted on
	Workers int      `json:"workers"`
	// Python is an interpreter that has scikit-learn, whose clusterings are measured
	// beside; none if empty.
	Python  string `json:"-"`
	KDD     string `json:"-"` // folder of KDD Cup 2015; none if empty
	Journey string `json:"-"` // folder of Complete Journey; none if empty
}

// The parts of Segments.
const (
	PartGaussians = "gaussians"       // 20,000 rows of 8 normal components
	PartScale     = "scale"           // a million rows
	PartPlatform  = "platform"        // segments planted on the synthetic platform
	PartRetrains  = "retrains"        // ids of segments over ten retrains
	PartKDD       = "kddcup2015"      // drop-outs by segment of enrolments
	PartJourney   = "completejourney" // recency, frequency and amount of households
)

// SegmentParts lists the parts of Segments, in the order in which they are run.
func SegmentParts() []string {
	return []string{PartGaussians, PartScale, PartPlatform, PartRetrains, PartKDD, PartJourney}
}

// folder is where the data of a part are, and whether it needs any.
func (s *Segments) folder(part string) (dir string, needed bool) {
	switch part {
	case PartKDD:
		return s.KDD, true
	case PartJourney:
		return s.Journey, true
	}
	return "", false
}

// Check names what cannot be measured as asked.
func (s *Segments) Check() error {
	var faults []error
	for _, part := range s.Parts {
		if !slices.Contains(SegmentParts(), part) {
			faults = append(faults, fmt.Errorf("there is no part %q: choose from %s", part, strings.Join(SegmentParts(), ", ")))
		} else if dir, needed := s.folder(part); needed && dir == "" {
			faults = append(faults, fmt.Errorf("part %s needs the folder of its data", part))
		}
	}
	return errors.Join(faults...)
}

// SegmentsResult is what the parts found.
type SegmentsResult struct {
	Segments
	Parts []SegmentPart `json:"parts"`
}

// SegmentPart is what one part found.
type SegmentPart struct {
	Part     string       `json:"part"`
	About    string       `json:"about"` // the data, in a line
	Methods  []Clustering `json:"methods,omitempty"`
	Outcomes []Outcome    `json:"outcomes,omitempty"` // by segment
	Figures  []Figure     `json:"figures"`
}

// Clustering is a division of the same rows by one method. What was not measured is
// missing.
type Clustering struct {
	Method        string   `json:"method"`
	Clusters      int      `json:"clusters"`
	ARI           *float64 `json:"ari,omitempty"` // with the truth
	Silhouette    *float64 `json:"silhouette,omitempty"`
	DaviesBouldin *float64 `json:"davies_bouldin,omitempty"`
	CPUSeconds    float64  `json:"cpu_seconds,omitempty"` // of fitting and assigning
	Seconds       float64  `json:"seconds,omitempty"`
}

// Figure is a number and what it has to reach.
type Figure struct {
	Name  string   `json:"name"`
	Value float64  `json:"value"`
	Least *float64 `json:"least,omitempty"` // nil for no such bar
	Most  *float64 `json:"most,omitempty"`  // nil for no such bar
	Holds bool     `json:"holds"`
}

// least is a figure that has to be so large.
func least(name string, value, bar float64) Figure {
	return Figure{Name: name, Value: value, Least: &bar, Holds: value >= bar}
}

// most is a figure that may be so large.
func most(name string, value, bar float64) Figure {
	return Figure{Name: name, Value: value, Most: &bar, Holds: value <= bar}
}

// plain is a figure without a bar.
func plain(name string, value float64) Figure { return Figure{Name: name, Value: value, Holds: true} }

// Run runs the parts. Each is noted. Errors of the data wrap ErrData.
func (s *Segments) Run(ctx context.Context, clock Clock, notes io.Writer) (*SegmentsResult, error) {
	parts := s.Parts
	if parts == nil {
		for _, part := range SegmentParts() {
			if dir, needed := s.folder(part); !needed || dir != "" {
				parts = append(parts, part)
			}
		}
	}
	r := &SegmentsResult{Segments: *s}
	for _, part := range parts {
		p := &SegmentPart{Part: part}
		began := clock()
		if err := s.part(ctx, p, clock); err != nil {
			return nil, fmt.Errorf("bench segments, part %s: %w", part, err)
		}
		fmt.Fprintf(notes, "%s: %.1f s\n", part, clock().Sub(began).Seconds())
		r.Parts = append(r.Parts, *p)
	}
	return r, nil
}

func (s *Segments) part(ctx context.Context, p *SegmentPart, clock Clock) error {
	switch p.Part {
	case PartGaussians:
		return s.gaussians(ctx, p, clock)
	case PartScale:
		return s.scale(ctx, p, clock)
	case PartPlatform:
		return s.platform(ctx, p, clock)
	case PartRetrains:
		return s.retrains(ctx, p, clock)
	case PartKDD:
		return s.kdd(ctx, p, clock)
	case PartJourney:
		return s.journey(ctx, p, clock)
	}
	return fmt.Errorf("there is no part %q", p.Part)
}

// fit finds segments and says what it took.
func (s *Segments) fit(ctx context.Context, in clustering.Input, o clustering.Options, clock Clock) (*clustering.Result, Clustering, error) {
	o.Workers = s.Workers
	cpu, began := cpuTime(), clock()
	r, err := clustering.Fit(ctx, in, o)
	if err != nil {
		return nil, Clustering{}, err
	}
	return r, Clustering{
		Method: "curio", Clusters: len(r.Model.Segments()),
		CPUSeconds: roundTo((cpuTime() - cpu).Seconds(), 3), Seconds: roundTo(clock().Sub(began).Seconds(), 3),
	}, nil
}
