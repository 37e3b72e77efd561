package mapping

import (
	"strings"
	"time"

	"curio/datasets/event/field"

	"github.com/goccy/go-yaml/ast"
)

// unit is one unit of a kind of column.
type unit struct {
	name string
	line line // to the canonical unit; for times, to milliseconds
}

var timeUnits = []unit{
	{"s", line{times: 1000, by: 1}}, {"ms", line{times: 1, by: 1}}, {"us", line{times: 1, by: 1000}}, {"ns", line{times: 1, by: 1_000_000}},
}

var units = map[kind][]unit{
	kindTime:      timeUnits,
	kindPublished: timeUnits,
	kindSeconds: {
		{"s", line{}}, {"ms", line{times: 1, by: 1000}}, {"us", line{times: 1, by: 1_000_000}},
		{"min", line{times: 60, by: 1}}, {"h", line{times: 3600, by: 1}},
	},
	kindProgress: {{"percent", line{times: 1, by: 100}}},
	kindAmount:   {{"minor", line{}}, {"micros", line{times: 1, by: 1_000_000}}},
}

// conversion reads how texts of theirs become values of ours.
func (d *document) conversion(c *column, unit, layout, zone, scale ast.Node) {
	isTime := c.kind == kindTime || c.kind == kindPublished
	switch {
	case unit != nil && layout != nil:
		d.fault(layout, "%s has a unit and a layout: one of them says how times are written", c.name)
	case unit != nil && scale != nil:
		d.fault(scale, "%s has a unit and a scale: one of them says what its numbers mean", c.name)
	}
	if unit != nil {
		d.unit(c, unit, isTime)
	}
	if layout != nil {
		if !isTime {
			d.fault(layout, "%s is no time: it has no layout", c.name)
		}
		d.layout(c, layout)
	}
	if zone != nil {
		if layout == nil {
			d.fault(zone, "%s: a zone is for times with a layout", c.name)
		}
		z, err := zoneOf(d.text(zone, c.name+" zone"))
		if err != nil {
			d.fault(zone, "%s: %v", c.name, err)
		}
		c.zone = z
	}
	if scale != nil {
		d.scale(c, scale)
	}
}

func (d *document) unit(c *column, n ast.Node, isTime bool) {
	name := d.text(n, c.name+" unit")
	if name == "" {
		return
	}
	var names []string
	for _, u := range units[c.kind] {
		if u.name == name {
			c.line, c.instant, c.minor = u.line, isTime, name == "minor"
			return
		}
		names = append(names, u.name)
	}
	if names == nil {
		d.fault(n, "%s has no unit", c.name)
		return
	}
	d.fault(n, "%s unit is %q, must be one of %s", c.name, name, strings.Join(names, ", "))
}

func (d *document) layout(c *column, n ast.Node) {
	c.zone = time.UTC
	for _, text := range d.texts(n, c.name+" layout", maxFrom) {
		layout, err := parseLayout(text)
		if err != nil {
			d.fault(n, "%s: %v", c.name, err)
		}
		c.layouts = append(c.layouts, layout)
	}
}

// scale reads the ends of a scale, decimals of at most four places within a
// million, which become the ends of our range.
func (d *document) scale(c *column, n ast.Node) {
	var low, high int64 // our range
	switch c.kind {
	case kindProgress:
		low, high = 0, 1
	case kindRating, kindDifficulty:
		low, high = 1, 5
	default:
		d.fault(n, "%s has no scale", c.name)
		return
	}
	ends, ok := n.(*ast.SequenceNode)
	if !ok || len(ends.Values) != 2 {
		d.fault(n, "%s scale must be [low, high]", c.name)
		return
	}
	var theirs [2]int64
	for i, end := range ends.Values {
		text, _ := scalar(end)
		v, flaw := field.Fixed(text, 4)
		if back, _ := field.Fixed(text, 5); flaw != "" || back != v*10 || v > 1e10 || v < -1e10 {
			d.fault(end, "%s scale: %q is no number of at most four decimals within a million", c.name, text)
			return
		}
		theirs[i] = v
	}
	if theirs[0] >= theirs[1] {
		d.fault(n, "%s scale: the first must be less than the second", c.name)
		return
	}
	// low + (x - theirs0) * (high - low) / (theirs1 - theirs0), in ten-thousandths.
	by := theirs[1] - theirs[0]
	c.line = line{times: 1e4 * (high - low), plus: low*by - theirs[0]*(high-low), by: by}
}
