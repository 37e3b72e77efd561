package clustering

import "curio/artifacts/segment"

// Previous is an earlier segmentation of the same platform, whose segments the new
// ones are to go on with.
type Previous struct {
	Version string // of its artifact
	Model   *segment.Model
	Members []int32 // by row of Input: index of the segment the user was in, -1 for none
}
