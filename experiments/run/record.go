// Package run is the record of one training run: what went in, what came out,
// how well it ranks and what it took. It reads, writes, compares and prints
// records; where they are kept is the registry's business.
package run

import "time"

// Record is one run. It is written once, when the run ends.
type Record struct {
	RunID     string    `json:"run_id"`
	Version   string    `json:"version"` // of the artifact; empty if none was published
	CreatedAt time.Time `json:"created_at"`
	Status    Status    `json:"status"`
	Reason    string    `json:"reason,omitempty"` // why it did not end well, in one line
	// Config holds every setting by its name in the configuration: strings,
	// booleans, numbers, and lists of these. A number read back is a json.Number.
	Config  map[string]any   `json:"config"`
	Dataset Dataset          `json:"dataset"`
	Rejects map[string]int64 `json:"rejects"`         // rows not accepted, by code
	Notes   map[string]int   `json:"notes,omitempty"` // what a reader found worth counting in rows it accepted
	Metrics Reports          `json:"metrics"`
	Strata  []Stratum        `json:"strata,omitempty"` // parts of the same task, and cold items
	// Calibration is of the probabilities the model tells, if it does.
	Calibration *Calibration `json:"calibration,omitempty"`
	// Segments is the user grouping that was fitted.
	Segments Segments `json:"segments"`
	Curve    []Epoch  `json:"curve"`
	// Rehearsal is the fit to a part of the training data that settings were chosen
	// on; nil if there was none.
	Rehearsal *Rehearsal         `json:"rehearsal,omitempty"`
	Timings   map[string]float64 `json:"timings"` // seconds by stage
	PeakRSS   int64              `json:"peak_rss_bytes"`
}

// Status says how a run ended.
type Status string

// The ways a run ends.
const (
	Done        Status = "done"
	Failed      Status = "failed"
	Interrupted Status = "interrupted"
)

// Dataset describes the data a run was trained on.
type Dataset struct {
	Name     string `json:"name"`
	Digest   string `json:"digest"`             // of the accepted events; equal digests are equal data
	Events   int64  `json:"events"`             // accepted
	Rejected int64  `json:"rejected,omitempty"` // in the record of a run only
	Users    int    `json:"users"`
	Items    int    `json:"items"`
}

// Reports are the metrics of the model and of the baselines on the same task.
type Reports struct {
	Model      Metrics `json:"model"`
	Popularity Metrics `json:"popularity"`
	ItemCF     Metrics `json:"itemcf"`
}

// Scorers are the names of the fields of Reports, in order.
var Scorers = [...]string{"model", "popularity", "itemcf"}

// Of returns the metrics of one of Scorers, nil for any other name.
func (r *Reports) Of(scorer string) Metrics {
	switch scorer {
	case Scorers[0]:
		return r.Model
	case Scorers[1]:
		return r.Popularity
	case Scorers[2]:
		return r.ItemCF
	}
	return nil
}

// Worse reports whether a baseline beats the model by a metric, the intervals apart.
func (r *Reports) Worse(metric string) bool {
	model, ok := r.Model[metric]
	for _, baseline := range []Metrics{r.Popularity, r.ItemCF} {
		if b, has := baseline[metric]; ok && has && model.HasInterval() && b.HasInterval() && model.High < b.Low {
			return true
		}
	}
	return false
}

// Rehearsal is a fit to a part of the training data. The rest of it judges.
type Rehearsal struct {
	Users  int     `json:"users"`   // who judge; 0 when nothing could be held out
	Epochs int     `json:"epochs"`  // the best number of them
	NDCG   float64 `json:"ndcg_20"` // of what was chosen
	Curve  []Epoch `json:"curve"`   // of what was chosen
	Tried  []Trial `json:"tried"`
	// Alignment is the mean cosine of the item vectors of the rehearsal's model and
	// the final one's, turned towards it: how well the head of one suits the other.
	Alignment float64 `json:"alignment,omitempty"`
	// Strength is what learned strengths of behaviours gain over the configured
	// ones, by the item graph alone.
	Strength Evidence `json:"strength"`
	// Order is what the order of a head's probabilities gains over that of scores.
	Order Evidence `json:"order"`
}

// Evidence is a mean gain for those who took no part in learning what is judged, and
// its standard error: in NDCG@20 unless it says otherwise.
type Evidence struct {
	Judges int     `json:"judges"` // 0 when there was nothing to judge
	Gain   float64 `json:"gain"`
	Error  float64 `json:"error"`
}

// Holds reports whether the gain is more than chance: more than two standard errors.
// Only then is what was learned used.
func (e Evidence) Holds() bool { return e.Judges > 1 && e.Gain > 2*e.Error }

// Trial is one combination that a rehearsal judged.
type Trial struct {
	Settings map[string]any `json:"settings"`
	NDCG     float64        `json:"ndcg_20"`
}

// Epoch is one pass over the training interactions.
type Epoch struct {
	Epoch int     `json:"epoch"`             // 1 for the first
	Loss  float64 `json:"loss"`              // mean over the samples of the epoch
	NDCG  float64 `json:"ndcg_20,omitempty"` // of the towers, in a rehearsal
}
