package pipeline

import (
	"fmt"

	"curio/datasets/census"
	"curio/experiments/run"
)

// Reading is what was read of a data set.
type Reading struct {
	Dataset  run.Dataset
	Census   *census.Census
	Accepted int64 // rows of all tables
	Rejected int64 // rows, those left out that repeat an earlier one
	Damaged  int64 // files that were not read, or not to their end
	Notes    map[string]int
}

// Check returns an error that wraps ErrData if a file was not read, or not to its
// end, unless damaged allows that: nobody knows how many rows that lost. It does too
// if more than a share of the events and the rejected rows were rejected. Rows of
// other tables do not count as accepted, so that a long catalogue hides no broken
// log. A row that only repeats another takes nothing away and does not count as
// rejected.
func (r *Reading) Check(most float64, damaged bool) error {
	if r.Damaged > 0 && !damaged {
		return fmt.Errorf("%w: %d files were not read, or not to their end", ErrData, r.Damaged)
	}
	rows := r.Dataset.Events + r.Rejected
	if r.Rejected == 0 || float64(r.Rejected) <= most*float64(rows) {
		return nil
	}
	return fmt.Errorf("%w: %d rows were rejected beside %d events, %.3g%%, and at most %.3g%% may be", ErrData,
		r.Rejected, r.Dataset.Events, 100*float64(r.Rejected)/float64(rows), 100*most)
}
