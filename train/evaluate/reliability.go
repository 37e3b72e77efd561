package evaluate

import (
	"fmt"
	"image/color"
	"io"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	canvas "gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"curio/experiments/run"
)

// reliabilitySize is the width and height of the diagram.
const reliabilitySize = 420

// Reliability draws the reliability diagram of c as SVG (DeGroot and Fienberg,
// The Statistician 32, 1983): for each bin the share that came over the mean that
// was foretold. Right forecasts lie on the diagonal.
func Reliability(w io.Writer, c *run.Calibration) error {
	p := plot.New()
	p.Title.Text = fmt.Sprintf("Reliability (calibration error %.4f)", c.ECE)
	p.X.Label.Text, p.Y.Label.Text = "foretold probability", "share taken up"
	p.X.Min, p.Y.Min = 0, 0
	most := 0.01
	points := make(plotter.XYs, len(c.Bins))
	for i, b := range c.Bins {
		points[i] = plotter.XY{X: b.Predicted, Y: b.Observed}
		most = max(most, b.Predicted, b.Observed)
	}
	diagonal, err := plotter.NewLine(plotter.XYs{{}, {X: most, Y: most}})
	if err != nil {
		return fmt.Errorf("draw reliability: %w", err)
	}
	line, dots, err := plotter.NewLinePoints(points)
	if err != nil {
		return fmt.Errorf("draw reliability: %w", err)
	}
	diagonal.Color, diagonal.Dashes = color.Gray{0x88}, []vg.Length{4, 3}
	line.Color = color.RGBA{R: 0x3d, G: 0x86, B: 0xc6, A: 0xff}
	dots.Color, dots.Shape = line.Color, canvas.CircleGlyph{}
	p.Add(diagonal, line, dots)
	p.X.Max, p.Y.Max = most*1.05, most*1.05
	drawing := vgsvg.New(reliabilitySize, reliabilitySize)
	p.Draw(canvas.New(drawing))
	if _, err := drawing.WriteTo(w); err != nil {
		return fmt.Errorf("write reliability diagram: %w", err)
	}
	return nil
}
