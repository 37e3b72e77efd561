package main

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// bars shows one progress bar a stage on a terminal and nothing elsewhere.
type bars struct {
	out   io.Writer
	stage string
	bar   *progressbar.ProgressBar
}

// newBars returns nil when stderr is no terminal.
func newBars(stderr io.Writer) *bars {
	f, ok := stderr.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return &bars{out: stderr}
}

// show moves the bar of stage to done of total. A total of 0 is not known.
func (b *bars) show(stage string, done, total int) {
	if b == nil {
		return
	}
	if stage != b.stage {
		b.close()
		b.stage = stage
		if total == 0 {
			total = -1
		}
		b.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(b.out), progressbar.OptionSetDescription(stage),
			progressbar.OptionSetWidth(30), progressbar.OptionShowCount(), progressbar.OptionShowIts(),
			progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(),
			progressbar.OptionThrottle(100e6))
	}
	_ = b.bar.Set(done) // a bar that cannot be drawn is no reason to stop
}

func (b *bars) close() {
	if b != nil && b.bar != nil {
		_ = b.bar.Finish()
		b.bar = nil
	}
}
