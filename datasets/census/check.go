package census

import (
	"errors"
	"fmt"
	"math"
)

// checker collects faults of a report that was read.
type checker struct{ faults []error }

// count notes a number that nothing can count up to.
func (c *checker) count(what string, n float64) {
	if !(n >= 0 && n <= math.MaxInt64) {
		c.faults = append(c.faults, fmt.Errorf("%s is %v", what, n))
	}
}

func (c *checker) atMost(what string, n, most int) {
	if n > most {
		c.faults = append(c.faults, fmt.Errorf("%d %s, at most %d are known", n, what, most))
	}
}

func (c *checker) precision(p Precision) {
	c.count("effective", p.Effective)
	c.count("directions", p.Directions)
	c.count("groups", float64(p.Groups))
}

// check refuses what no census reports and what cannot be compared or drawn.
func (r *Report) check() error {
	var c checker
	c.count("events", float64(r.Events))
	c.count("users", float64(r.Users))
	c.count("items", float64(r.Items))
	c.count("accepted", float64(r.Rows.Accepted))
	c.count("total", float64(r.Rows.Total))
	c.count("suspects", float64(r.Suspects.Users))
	c.count("events of suspects", float64(r.Suspects.Events))
	for _, code := range r.Rows.Codes {
		c.count(code.Code, float64(code.Rows))
	}
	for _, s := range []Shares{r.Types, r.Channels, r.Plans, r.Currencies} {
		c.precision(s.Precision)
		for _, v := range s.Values {
			c.count(v.Name, float64(v.Events))
		}
	}
	for _, f := range r.Fields {
		c.precision(f.Precision)
		c.count("missing "+f.Name, float64(f.Missing))
		c.count("present "+f.Name, float64(f.Expected)-float64(f.Missing))
	}
	c.atMost("numbers", len(r.Numbers), MaxCurrencies+100)
	for i := range r.Numbers {
		r.Numbers[i].check(&c)
	}
	if (r.Time == nil) != (r.Calendar == nil) {
		c.faults = append(c.faults, errors.New("time and calendar do not go together"))
	}
	if a := r.Calendar; a != nil {
		c.atMost("periods", len(a.Events), maxPeriods)
		c.atMost("days", a.Days, int(lastDay))
		for _, n := range a.Events {
			c.count("events of a period", float64(n))
		}
	}
	return errors.Join(c.faults...)
}

func (h *Histogram) check(c *checker) {
	c.precision(h.Precision)
	c.count(h.Name, float64(h.Count))
	c.atMost("bins", len(h.Bins), steps)
	if h.Count > 0 && len(h.Bins) == 0 {
		c.faults = append(c.faults, fmt.Errorf("%s has no bins", h.Name))
	}
	for _, b := range h.Bins {
		c.count(h.Name, float64(b.Count))
	}
}
