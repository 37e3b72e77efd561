package census

import (
	"bytes"
	"fmt"
	"html/template"
	"image/color"
	"math"
	"slices"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// The size of a plot on the page; wide ones span both columns.
const (
	plotHeight = 180
	plotWidth  = 360
	wideWidth  = 740
)

// Colours that stand out from white and from black. Black itself is left out of
// what the drawing says, and the page gives it the colour of its text.
var (
	barColour  = color.RGBA{R: 0x3d, G: 0x86, B: 0xc6, A: 0xff}
	lineColour = color.RGBA{R: 0x88, G: 0x88, B: 0x88, A: 0xff}
)

// bars is a chart of counts in successive bins.
type bars struct {
	counts []int64
	label  func(i int) string // what the axis says at the beginning of bin i
	xTitle string
	yTitle string
	width  vg.Length
	alt    string // what it shows, for those who do not see it
}

// chart is the plot of b. It has no background and black text.
func (b bars) chart() (*plot.Plot, error) {
	p := plot.New()
	p.BackgroundColor = nil
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.LineStyle.Color = lineColour
		axis.Tick.LineStyle.Color = lineColour
		axis.Label.TextStyle.Font.Size = 10
		axis.Tick.Label.Font.Size = 9
	}
	p.X.Label.Text, p.Y.Label.Text = b.xTitle, b.yTitle
	values := make(plotter.Values, len(b.counts))
	for i, n := range b.counts {
		values[i] = float64(n)
	}
	chart, err := plotter.NewBarChart(values, (b.width-70)/vg.Length(len(values)+1)*0.86)
	if err != nil {
		return nil, fmt.Errorf("plot %s: %w", b.xTitle, err)
	}
	chart.Color, chart.LineStyle.Width = barColour, 0
	p.Add(chart)
	p.X.Min, p.X.Max = -0.6, float64(len(values))-0.4
	step := countStep(slices.Max(values))
	p.Y.Min, p.Y.Max = 0, max(1, math.Ceil(slices.Max(values)/step))*step
	p.X.Tick.Marker = plot.TickerFunc(func(_, _ float64) []plot.Tick { return b.ticks() })
	p.Y.Tick.Marker = plot.TickerFunc(countTicks)
	return p, nil
}

// svg draws the chart. It holds no text of the data set but what label and the
// titles give, escaped, and refers to nothing outside.
func (b bars) svg() (template.HTML, error) {
	p, err := b.chart()
	if err != nil {
		return "", err
	}
	canvas := vgsvg.New(b.width, plotHeight)
	p.Draw(draw.New(canvas))
	var out bytes.Buffer
	if _, err := canvas.WriteTo(&out); err != nil {
		return "", fmt.Errorf("plot %s: %w", b.xTitle, err)
	}
	// Within a page there is no XML declaration.
	drawing := out.Bytes()
	at := bytes.Index(drawing, []byte("<svg"))
	if at < 0 {
		return "", fmt.Errorf("plot %s: no drawing", b.xTitle)
	}
	head := `<svg role="img" aria-label="` + template.HTMLEscapeString(b.alt) + `"`
	return template.HTML(head + string(drawing[at+len("<svg"):])), nil
}

// ticks labels about eight bins.
func (b bars) ticks() []plot.Tick {
	every := max(1, (len(b.counts)+7)/8)
	var ticks []plot.Tick
	for i := 0; i < len(b.counts); i += every {
		ticks = append(ticks, plot.Tick{Value: float64(i), Label: b.label(i)})
	}
	return ticks
}

// countStep is the distance of the marks on an axis of counts up to most: 1, 2 or
// 5 times a power of ten, so that there are at most six.
func countStep(most float64) float64 {
	step := 1.0
	for {
		for _, by := range []float64{1, 2, 5} {
			if most <= 5*by*step {
				return by * step
			}
		}
		step *= 10
	}
}

func countTicks(_, high float64) []plot.Tick {
	step := countStep(high)
	var ticks []plot.Tick
	for i := range 6 {
		if v := float64(i) * step; v <= high {
			ticks = append(ticks, plot.Tick{Value: v, Label: grouped(int64(v))})
		}
	}
	return ticks
}

// figure is a plot and what it shows in words.
type figure struct {
	Title string
	Alt   string
	Wide  bool
	Plot  template.HTML
}

func (a *Calendar) figure() (figure, error) {
	first, err := time.Parse(time.DateOnly, a.From)
	if err != nil {
		return figure{}, fmt.Errorf("calendar: %w", err)
	}
	period := fmt.Sprintf("%d days", a.Days)
	switch a.Days {
	case 1:
		period = "day"
	case 7:
		period = "week"
	}
	start := func(i int) string { return first.AddDate(0, 0, i*a.Days).Format(time.DateOnly) }
	var peak int
	for i, n := range a.Events {
		if n > a.Events[peak] {
			peak = i
		}
	}
	alt := fmt.Sprintf("Bar chart of events per %s from %s; the most, %s, from %s.",
		period, a.From, grouped(a.Events[peak]), start(peak))
	if n := a.Before + a.After; n > 0 {
		alt += fmt.Sprintf(" Not shown: %s events before and %s after.", grouped(a.Before), grouped(a.After))
	}
	drawing, err := bars{a.Events, start, "beginning of the " + period + " (UTC)", "events per " + period, wideWidth, alt}.svg()
	return figure{"Events per " + period, alt, true, drawing}, err
}

func (h *Histogram) figure() (figure, error) {
	counts := make([]int64, len(h.Bins))
	for i, b := range h.Bins {
		counts[i] = b.Count
	}
	unit, counted := plain(h.Unit), "events"
	switch h.Name {
	case "events_per_user", "items_per_user":
		counted = "users"
	case "events_per_item":
		counted = "items"
	case "seconds":
		unit = "time (log scale)"
	case "lateness":
		unit = "delay, from"
	case "progress":
		unit = "share of the item"
	}
	alt := fmt.Sprintf("Bar chart of %s %s; median %s, nine in ten up to about %s.", grouped(h.Count), counted,
		h.label(h.quantile(0.5)), h.label(h.quantile(0.9)))
	drawing, err := bars{counts, func(i int) string { return h.label(h.Bins[i].From) }, unit, counted, plotWidth, alt}.svg()
	return figure{Title: h.title(), Alt: alt, Plot: drawing}, err
}
