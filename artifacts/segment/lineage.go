package segment

// Lineage says how the segments of a model came from those of the model before it,
// by the users that both have put in a segment.
type Lineage struct {
	Version string  `json:"version"` // of the artifact with the model before
	Users   int     `json:"users"`   // in both
	Moved   float64 `json:"moved"`   // share of these whose segment has another id, 0..1
	// Changes has one entry for each segment of either model, in the order of ids.
	Changes []Change `json:"changes"`
	// Retired are the ids of all segments there were and are no more, sorted. They
	// are not given again.
	Retired []string `json:"retired,omitempty"`
}

// Change is what became of a segment, or where it came from.
type Change struct {
	Kind ChangeKind `json:"kind"`
	ID   string     `json:"id"`             // of the segment kept, split, merged, born or retired
	From []string   `json:"from,omitempty"` // ids before, most users first
	Into []string   `json:"into,omitempty"` // ids now, most users first
}

// ChangeKind is a way that segments change.
type ChangeKind string

// The ways segments change.
const (
	Kept    ChangeKind = "kept"
	Split   ChangeKind = "split"
	Merged  ChangeKind = "merged"
	Born    ChangeKind = "born"
	Retired ChangeKind = "retired"
)
