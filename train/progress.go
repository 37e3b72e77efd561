package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"curio/train/twotower"
)

// bars tell on standard error how a run is going: a line an epoch, and on a
// terminal a progress bar a stage.
type bars struct {
	out      io.Writer
	terminal bool
	clock    func() time.Time
	stage    string
	known    bool // how much the stage has to do
	bar      *progressbar.ProgressBar

	ended time.Time
}

func newBars(stderr io.Writer, clock func() time.Time) *bars {
	f, ok := stderr.(*os.File)
	return &bars{out: stderr, terminal: ok && term.IsTerminal(int(f.Fd())), clock: clock}
}

// show moves the bar of stage to done of total. A total of 0 is not known.
func (b *bars) show(stage string, done, total int) {
	if stage != b.stage || total > 0 && !b.known {
		began := b.ended
		if stage != b.stage {
			began = b.clock()
		}
		b.close()
		b.stage, b.known, b.ended = stage, total > 0, began
		if b.terminal {
			if total == 0 {
				total = -1
			}
			b.bar = progressbar.NewOptions(total,
				progressbar.OptionSetWriter(b.out), progressbar.OptionSetDescription(stage),
				progressbar.OptionSetWidth(30), progressbar.OptionShowCount(), progressbar.OptionShowIts(),
				progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(),
				progressbar.OptionThrottle(100e6))
		}
	}
	if b.bar != nil {
		_ = b.bar.Set(done) // a bar that cannot be drawn is no reason to stop
	}
}

// epoch writes a line on an epoch of a stage. The time left is that of the epochs
// left, at the pace of this one; fewer may do.
func (b *bars) epoch(stage string, e twotower.Epoch) {
	took := b.clock().Sub(b.ended)
	b.ended = b.clock()
	line := fmt.Sprintf("%s: epoch %d of %d, loss %.4f", stage, e.Number, e.Of, e.Loss)
	if e.Judged {
		line += fmt.Sprintf(", NDCG@20 %.4f", e.Value)
		if e.Best {
			line += ", the best so far"
		}
	}
	if took > 0 && !e.Resumed {
		left := time.Duration(e.Of-e.Number) * took
		line += fmt.Sprintf(", %.0f samples/s, %s left", float64(e.Samples)/took.Seconds(), left.Round(time.Second))
	}
	b.line(line)
}

// warn says what went wrong without ending the run.
func (b *bars) warn(err error) { b.line("train: " + err.Error()) }

// line writes a line of its own.
func (b *bars) line(text string) {
	if b.bar != nil {
		_ = b.bar.Clear()
	}
	fmt.Fprintln(b.out, text)
}

func (b *bars) close() {
	if b.bar != nil {
		_ = b.bar.Finish()
		b.bar = nil
	}
	b.stage = ""
}
