package census

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"curio/datasets/event"
	"curio/datasets/event/field"
)

// examplesPerCode is how many rejected rows are shown of each code.
const examplesPerCode = 3

// Report tells what was counted so far.
func (c *Census) Report(r Reading) *Report {
	var events, users int64
	for i := range c.groups {
		events += c.groups[i].events
		users += c.groups[i].users
	}
	report := &Report{
		Format: Format, Dataset: r.Dataset,
		Events: events, Users: users, Items: int64(len(c.tally)), Pairs: c.pairs,
		Density:    ratio(float64(c.pairs), float64(users)*float64(len(c.tally))),
		Rows:       rows(r, events),
		Types:      c.types(),
		Channels:   c.shares(&c.channels, withChannel, users),
		Plans:      c.shares(&c.plans, withPlan, users),
		Currencies: c.shares(&c.currencies, withCurrency, users),
		Fields:     c.fields(users),
		Numbers:    c.numbers(users),
		Heavy:      slices.Clone(c.heavy.list),
		Suspects: Suspects{
			Dropped: c.options.Bots.Drop,
			Users:   c.accused.users, Events: c.accused.events,
			Top: slices.Clone(c.suspects.list),
		},
		Notes: maps.Clone(r.Notes),
	}
	everyone := users
	if c.options.Bots.Drop {
		everyone += c.accused.users
	}
	report.Suspects.Share = ratio(float64(c.accused.users), float64(everyone))
	for _, rule := range Rules() {
		report.Suspects.Rules = append(report.Suspects.Rules, Rule{rule, c.rules[rule]})
	}
	var timed int64
	c.days.each(func(_, n int64) { timed += n })
	report.Timeless = events - timed
	report.Time, report.Calendar = c.time(timed)
	return report
}

func rows(r Reading, events int64) Rows {
	rows := Rows{Accepted: cmp.Or(r.Accepted, events), Codes: []Code{}}
	for code, n := range r.Rejected {
		rows.Rejected += int64(n)
		rows.Codes = append(rows.Codes, Code{Code: code, Rows: int64(n)})
	}
	slices.SortFunc(rows.Codes, func(a, b Code) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Code, b.Code))
	})
	for i := range rows.Codes {
		code := &rows.Codes[i]
		for _, e := range r.Examples {
			if e.Code == code.Code && len(code.Examples) < examplesPerCode {
				code.Examples = append(code.Examples, e)
			}
		}
	}
	rows.Total = rows.Accepted + rows.Rejected
	rows.RejectedShare = ratio(float64(rows.Rejected), float64(rows.Total))
	return rows
}

// ratio is a/b to nine digits, 0 for 0/0.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return rounded(a / b)
}

func rounded(x float64) float64 {
	if x == 0 {
		return 0
	}
	scale := math.Pow10(8 - int(math.Floor(math.Log10(math.Abs(x)))))
	if y := math.Round(x*scale) / scale; !math.IsNaN(y) && !math.IsInf(y, 0) {
		return y
	}
	return x
}

func (c *Census) types() Shares {
	s := Shares{Values: []Count{}}
	var users int64
	counts := make([][]int64, groups)
	for i := range c.groups {
		g := &c.groups[i]
		users += g.users
		counts[i] = make([]int64, event.Types)
		for t := range g.values {
			for _, n := range g.values[t] {
				counts[i][t] += n
			}
		}
	}
	for t := range event.Types {
		var n int64
		for i := range counts {
			n += counts[i][t]
		}
		if n > 0 {
			s.Values = append(s.Values, Count{event.Type(t).String(), n})
			s.Events += n
		}
	}
	slices.SortFunc(s.Values, mostFrequent)
	s.Precision = precision(counts, users, false)
	return s
}

func mostFrequent(a, b Count) int {
	return byCount(a.Events, a.Name, b.Events, b.Name)
}

// shares tells of a field that texts hold; with is its flag.
func (c *Census) shares(names *kept[byGroup], with int, users int64) Shares {
	names.trim()
	s := Shares{Values: make([]Count, 0, len(names.values)), Many: names.full()}
	order := slices.Sorted(maps.Keys(names.values))
	counts := make([][]int64, groups)
	for g := range counts {
		var present, listed int64
		for t := range c.groups[g].texts {
			for set, n := range c.groups[g].texts[t] {
				if set&with != 0 {
					present += n
				}
			}
		}
		counts[g] = make([]int64, 0, len(order)+1)
		for _, name := range order {
			n := names.values[name][g]
			listed += n
			counts[g] = append(counts[g], n)
		}
		counts[g] = append(counts[g], present-listed)
		s.Events += present
		s.Other += present - listed
	}
	for _, name := range order {
		var n int64
		for _, m := range names.values[name] {
			n += m
		}
		s.Values = append(s.Values, Count{name, n})
	}
	slices.SortFunc(s.Values, mostFrequent)
	s.Precision = precision(counts, users, false)
	return s
}

// numbers lists the histograms in the order of the report.
func (c *Census) numbers(users int64) []Histogram {
	half := func(i int) float64 { return float64(stepFrom(i)) }
	all := []Histogram{
		c.histogram("events_per_user", "events", users, half, func(g *group) []int64 { return g.eventsPerUser[:] }),
		c.histogram("items_per_user", "items", users, half, func(g *group) []int64 { return g.itemsPerUser[:] }),
		c.eventsPerItem(),
		c.histogram("hour_of_day", "hour UTC", users, func(i int) float64 { return float64(i) }, func(g *group) []int64 { return g.hours[:] }),
		c.histogram("seconds", "s", users, half, func(g *group) []int64 { return g.seconds[:] }),
		c.histogram("progress", "share", users, func(i int) float64 { return float64(i*5) / 100 }, func(g *group) []int64 { return g.progress[:] }),
		c.histogram("rating", "stars", users, func(i int) float64 { return 1 + float64(i)/4 }, func(g *group) []int64 { return g.rating[:] }),
		c.histogram("lateness", "s", users, func(i int) float64 { return float64(lateness[i]) / 1000 }, func(g *group) []int64 { return g.late[:] }),
	}
	var watched, progressed, rated sum
	for i := range c.groups {
		watched.add(uint64(c.groups[i].watched))
		progressed.add(uint64(c.groups[i].progressed))
		rated.add(uint64(c.groups[i].rated))
	}
	events := float64(c.events())
	all[0].Mean = ratio(events, float64(users))
	all[1].Mean = ratio(float64(c.pairs), float64(users))
	all[4].Mean = ratio(float64(watched)/1000, float64(all[4].Count))
	all[5].Mean = ratio(float64(progressed)/10_000, float64(all[5].Count))
	all[6].Mean = ratio(float64(rated)/100, float64(all[6].Count))

	c.amounts.trim()
	for _, currency := range slices.Sorted(maps.Keys(c.amounts.values)) {
		all = append(all, amountsIn(currency, c.amounts.values[currency], users))
	}
	return all
}

func amountsIn(currency string, a *amounts, users int64) Histogram {
	unit, minor := currency, 1.0
	if money, fault := field.Currency(currency); fault == "" {
		minor = math.Pow10(money.Decimals)
	}
	counts := make([][]int64, groups)
	for g := range counts {
		counts[g] = a.bins[g][:]
	}
	h := binned(amountPrefix+currency, unit, counts, users, func(i int) float64 { return float64(stepFrom(i)) / minor })
	h.Mean = ratio(float64(a.sum)/minor, float64(h.Count))
	return h
}

func (c *Census) eventsPerItem() Histogram {
	counts := make([]int64, steps)
	var events int64
	for _, t := range c.tally {
		counts[step(t.events)]++
		events += t.events
	}
	h := binned("events_per_item", "events", [][]int64{counts}, int64(len(c.tally)), func(i int) float64 { return float64(stepFrom(i)) })
	h.Precision = independent(int64(len(c.tally)))
	h.Mean = ratio(float64(events), float64(len(c.tally)))
	return h
}

func (c *Census) events() int64 {
	var n int64
	for i := range c.groups {
		n += c.groups[i].events
	}
	return n
}

func (c *Census) histogram(name, unit string, users int64, from func(int) float64, bins func(*group) []int64) Histogram {
	counts := make([][]int64, groups)
	for g := range counts {
		counts[g] = bins(&c.groups[g])
	}
	return binned(name, unit, counts, users, from)
}

func binned(name, unit string, counts [][]int64, users int64, from func(int) float64) Histogram {
	h := Histogram{Name: name, Unit: unit, Bins: []Bin{}, Precision: precision(counts, users, true)}
	total := make([]int64, len(counts[0]))
	for _, c := range counts {
		add(total, c)
	}
	last := -1
	for i, n := range total {
		h.Count += n
		if n > 0 {
			last = i
		}
	}
	for i := range last + 1 {
		h.Bins = append(h.Bins, Bin{rounded(from(i)), total[i]})
	}
	return h
}

// used is how many bins have something in them.
func (h *Histogram) used() int {
	var n int
	for _, b := range h.Bins {
		if b.Count > 0 {
			n++
		}
	}
	return n
}
