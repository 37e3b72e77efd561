package census

import (
	"time"

	"curio/datasets/event"
)

// maxPeriods bounds the periods of a calendar.
const maxPeriods = 400

// lastDay is 9999-12-31; anything later counts as that.
const lastDay = 2_932_896

// dayCounts is the number of events on each day since 1970-01-01, up to lastDay,
// in pages that are made when a day of theirs has events.
type dayCounts [lastDay/daysOfPage + 1]*[daysOfPage]int64

const daysOfPage = 1024

// add takes a day 0..lastDay.
func (d *dayCounts) add(day, events int64) {
	if events == 0 {
		return
	}
	page := &d[day/daysOfPage]
	if *page == nil {
		*page = new([daysOfPage]int64)
	}
	(*page)[day%daysOfPage] += events
}

// each visits the days that have events, in order.
func (d *dayCounts) each(visit func(day, events int64)) {
	for i, page := range d {
		if page == nil {
			continue
		}
		for j, events := range page {
			if events > 0 {
				visit(int64(i*daysOfPage+j), events)
			}
		}
	}
}

// periods are the lengths a period may have, in days; the last is long enough
// for all of history.
var periods = []int64{1, 7, 28, 364, 3640, 36_400}

// time tells when the timed events happened, nothing without any.
func (c *Census) time(timed int64) (*Span, *Calendar) {
	if timed == 0 {
		return nil, nil
	}
	low, high := c.middle(timed)
	span := &Span{
		First: instant(c.first), Last: instant(c.last),
		MostFrom: date(low), MostTo: date(high),
	}
	from, to := min(int64(c.first/event.Day), lastDay), min(int64(c.last/event.Day), lastDay)
	if to-from > maxPeriods && to-from > 3*(high-low) {
		from, to = low, high
	}
	return span, c.calendar(from, to)
}

// middle is the days between which all but half a per cent at either end lie.
func (c *Census) middle(timed int64) (low, high int64) {
	var seen int64
	c.days.each(func(day, events int64) {
		if seen <= timed/200 {
			low = day
		}
		if seen < timed-timed/200 {
			high = day
		}
		seen += events
	})
	return low, high
}

// calendar counts events from one day to another, inclusive.
func (c *Census) calendar(from, to int64) *Calendar {
	length := periods[len(periods)-1]
	for _, p := range periods {
		if (to-from)/p+2 <= maxPeriods {
			length = p
			break
		}
	}
	if length > 1 {
		from -= (from + 3) % 7 // 1970-01-01 was a Thursday
	}
	a := &Calendar{From: date(from), Days: int(length), Events: make([]int64, (to-from)/length+1)}
	c.days.each(func(day, n int64) {
		switch {
		case day < from:
			a.Before += n
		case day > to:
			a.After += n
		default:
			a.Events[(day-from)/length] += n
		}
	})
	return a
}

func instant(t event.Time) string {
	return time.UnixMilli(int64(t)).UTC().Format("2006-01-02T15:04:05.000Z")
}

func date(day int64) string {
	return time.UnixMilli(day * int64(event.Day)).UTC().Format(time.DateOnly)
}
