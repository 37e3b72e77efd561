package pipeline

import "curio/train/itemgraph"

// Graph says how to build the item graph and what weight it has.
type Graph struct {
	itemgraph.Options
	Gain float64 // 0 leaves the graph out; negative learns Gain and Ridge in the rehearsal
}

// unrehearsed is the gain where it is neither given nor learned.
const unrehearsed = 0.5

// DefaultGraph learns what it can.
func DefaultGraph() Graph { return Graph{Options: itemgraph.Default(), Gain: -1} }
