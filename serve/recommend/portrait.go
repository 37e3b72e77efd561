package recommend

import (
	"encoding/json"

	"curio/datasets/event"
	"curio/features/profile"
)

// Portrait is what is known of a user by what they did.
type Portrait struct {
	AsOf        event.Time // up to when; 0 when the log has no time
	Events      int64
	First, Last event.Time // of the earliest and latest event with a time, 0 if none had one
	Touched     int        // items
	Finished    int        // items, among those touched
	Sessions    int64
	Active      int64 // milliseconds, of all sessions together

	Learning    profile.Learning
	Purchase    profile.Purchase // amounts in minor units
	Interaction profile.Interaction

	Categories, Tags []Interest    // the strongest first
	Needs            profile.Needs // the most recent first; items by index
	Segment          *Membership   // nil for none
	Ignored          int           // events on items outside the catalogue
}

// Interest is one category or tag that a user is interested in.
type Interest struct {
	Topic  string
	Weight float64 // > 0, see profile.Interest
	Share  float64 // 0..1: of the weights of all
}

// Portrait describes a user with events folded in, with n interests and needs of each
// kind at most; false when the artifact does not know the user and nothing was folded in.
func (e *Engine) Portrait(user string, events []event.Event, n int) (Portrait, bool) {
	v := e.visits.Get().(*visit)
	defer e.visits.Put(v)
	if e.know(v, user, events) < 0 && v.profile.Events == 0 {
		return Portrait{Ignored: v.ignored}, false
	}
	n = max(n, 0)
	p, options := v.profile, e.profileOptions()
	interests := e.topics().Interests(p, v.asOf, &e.art.Strength, &options)
	out := Portrait{
		AsOf: v.asOf, Events: p.Events, First: p.First, Last: p.Last, Touched: len(p.Touches),
		Sessions: p.Sessions.Count(), Active: p.Sessions.Total(),
		Learning: p.Learning, Purchase: p.Purchase, Interaction: p.Interaction,
		Categories: strongest(interests.Categories, n), Tags: strongest(interests.Tags, n),
		Needs: p.Needs(e.art.Catalogue, v.asOf, &options), Ignored: v.ignored,
	}
	for i := range p.Touches {
		if p.Touches[i].Finished() {
			out.Finished++
		}
	}
	out.Needs.Unfinished = out.Needs.Unfinished[:min(n, len(out.Needs.Unfinished))]
	out.Needs.Sought = out.Needs.Sought[:min(n, len(out.Needs.Sought))]
	if m, ok := e.SegmentOfSession(user, events); ok {
		out.Segment = &m
	}
	return out, true
}

// strongest returns the first n interests with their shares in all.
func strongest(all []profile.Interest, n int) []Interest {
	var total float64
	for _, i := range all {
		total += i.Weight
	}
	list := make([]Interest, min(n, len(all)))
	for k := range list {
		list[k] = Interest{all[k].Topic, all[k].Weight, all[k].Weight / total}
	}
	return list
}

// profileOptions are those that the artifact was trained with, as far as its settings
// say.
func (e *Engine) profileOptions() profile.Options {
	o := profile.DefaultOptions()
	settings := struct {
		Category *float64 `json:"category_half_life_days"`
		Tag      *float64 `json:"tag_half_life_days"`
		Need     *int     `json:"need_days"`
	}{&o.CategoryHalfLifeDays, &o.TagHalfLifeDays, &o.NeedDays}
	if json.Unmarshal(e.art.Manifest.Config, &settings) != nil || o.Validate() != nil {
		return profile.DefaultOptions()
	}
	return o
}
