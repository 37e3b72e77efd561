package twotower

import (
	"io"

	"curio/artifacts/interest"
)

// Watch follows a fit. Every field may be left out.
type Watch struct {
	// Step is told after each step how many of all steps are done.
	Step func(done, total int)
	// Epoch is told of every epoch, in order. A fit that goes on from a checkpoint
	// tells of those before it again.
	Epoch func(Epoch)
	// Judge rates the model of an epoch, which more is better for; the best epoch
	// is kept, and not the last.
	Judge func(*interest.Model) (float64, error)
	// Checkpoint keeps what a fit that is cut off can go on from.
	Checkpoint Checkpoint
}

// Epoch is what a finished pass over the data reports.
type Epoch struct {
	Number  int     `json:"number"` // 1-based
	Of      int     `json:"of"`
	Samples int     `json:"samples"`          // pairs that were trained on
	Loss    float64 `json:"loss"`             // mean of the steps
	Value   float64 `json:"value"`            // from Watch.Judge; 0 without it
	Judged  bool    `json:"judged,omitempty"` // whether there was a judge
	Best    bool    `json:"best,omitempty"`   // no epoch before it was judged as good
	Resumed bool    `json:"-"`                // told again by a fit that goes on from a checkpoint
}

// Checkpoint is where the state of one fit is kept.
type Checkpoint interface {
	// Open returns the state that was saved last; the error is fs.ErrNotExist
	// when there is none.
	Open() (io.ReadCloser, error)
	// Due reports whether it is time to save. It is asked after each step.
	Due() bool
	// Save replaces the state, wholly or not at all.
	Save(write func(io.Writer) error) error
}
