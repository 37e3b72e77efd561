package run

import (
	"fmt"
	"io"
)

// Calibration says how far probabilities are right: of what was foretold with
// probability p, a share of p should come.
type Calibration struct {
	AUC         Value   `json:"auc"`           // 0.5 is no better than chance
	LogLoss     Value   `json:"log_loss"`      // in nats
	BaseLogLoss float64 `json:"base_log_loss"` // of foretelling the base rate for everything
	// ECE is the expected calibration error: the mean over all forecasts of how far
	// their bin is off.
	ECE  float64 `json:"ece"`
	Bins []Bin   `json:"bins"` // by probability, ascending
}

// Bin is what was foretold of some forecasts of like probability, and what came.
type Bin struct {
	Predicted float64 `json:"predicted"` // mean, 0..1
	Observed  float64 `json:"observed"`  // share, 0..1
	Count     int     `json:"count"`
}

// MaxBins bounds the bins of a calibration.
const MaxBins = 1000

// line prints it in one line of a table.
func (c *Calibration) line(t io.Writer) {
	fmt.Fprintf(t, "probability\tAUC %v, log-loss %v (%.4f of always telling the base rate), calibration error %.4f\n", c.AUC, c.LogLoss, c.BaseLogLoss, c.ECE)
}

func (f *faults) calibration(c *Calibration) {
	if c == nil {
		return
	}
	f.share("calibration auc", c.AUC.Value)
	f.share("calibration ece", c.ECE)
	if !(c.LogLoss.Value >= 0 && c.BaseLogLoss >= 0) {
		f.add("calibration log-loss is %v and %v, want 0 or more", c.LogLoss.Value, c.BaseLogLoss)
	}
	if len(c.Bins) > MaxBins {
		f.add("calibration has %d bins, want at most %d", len(c.Bins), MaxBins)
		return
	}
	for i, b := range c.Bins {
		what := fmt.Sprintf("calibration bin %d", i)
		f.share(what+" predicted", b.Predicted)
		f.share(what+" observed", b.Observed)
		f.count(what, int64(b.Count))
	}
}
