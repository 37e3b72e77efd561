package intake

import (
	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

// The longest ids and texts, in bytes, and the instants, that a reader of data
// sets takes.
const (
	maxText            = 256
	latest  event.Time = 253402300799999 // the last millisecond of the year 9999
)

// check returns the code a reader of data sets would reject e with, empty if it
// would not. A time of zero passes: it is filled in.
func check(e *event.Event) string {
	switch {
	case e.UserID == "":
		return code.UserMissing
	case e.Type == 0 || int(e.Type) >= event.Types:
		return code.TypeUnknown
	case e.ItemID == "" && e.Type != event.Search:
		return code.ItemMissing
	case e.TS < 0 || e.TS > latest:
		return code.TSRange
	}
	for _, id := range []string{e.UserID, e.ItemID, e.ID} {
		if why := field.ID(id, maxText); why != "" {
			return why
		}
	}
	for _, text := range []string{e.Plan, e.Channel} {
		if why := field.Text(text, maxText); why != "" {
			return why
		}
	}
	return checkMeasures(e)
}

func checkMeasures(e *event.Event) string {
	has := func(what event.Has) bool { return e.Has&what != 0 }
	switch {
	case has(event.HasWatched) && e.Watched < 0:
		return code.SecondsNegative
	case has(event.HasWatched) && e.Watched > field.MaxSeconds*1000:
		return code.NumberRange
	case has(event.HasProgress) && (e.Progress < 0 || e.Progress > 10_000):
		return code.ProgressRange
	case has(event.HasRating) && (e.Rating < 100 || e.Rating > 500):
		return code.RatingRange
	case !has(event.HasProgress) && e.Type == event.Progress:
		return code.ProgressMissing
	case !has(event.HasRating) && e.Type == event.Rating:
		return code.RatingMissing
	case has(event.HasAmount) && e.Amount < 0:
		return code.AmountNegative
	case has(event.HasAmount) && e.Amount > 0 && e.Currency == "":
		return code.CurrencyUnknown
	}
	if e.Currency != "" {
		if m, why := field.Currency(e.Currency); why != "" || m.Code != e.Currency {
			return code.CurrencyUnknown
		}
	}
	return ""
}
