package recommend

import (
	"curio/datasets/event"
	"curio/features/profile"
)

// Why a user may not be shown an item.
const (
	StatusUnavailable   = "unavailable"   // to nobody, whatever the request
	StatusUnlisted      = "unlisted"      // to nobody: only events name it
	StatusOwned         = "owned"         // bought, and not given back; lifted by IncludeSeen as the next two are
	StatusCompleted     = "completed"     // to its end
	StatusSeen          = "seen"          // touched in any way
	StatusPrerequisites = "prerequisites" // it asks for an item that is not finished; lifted by IgnorePrerequisites
)

// status returns all the reasons why a user may not be shown an item, nil for none.
func (e *Engine) status(p *profile.User, item int32) []string {
	var list []string
	add := func(holds bool, status string) {
		if holds {
			list = append(list, status)
		}
	}
	meta, touch := &e.art.Catalogue[item], p.Touch(item)
	add(meta.Unavailable, StatusUnavailable)
	add(meta.Unlisted, StatusUnlisted)
	if touch != nil {
		add(touch.Counts[event.Purchase] > touch.Counts[event.Refund], StatusOwned)
		add(touch.Finished(), StatusCompleted)
		list = append(list, StatusSeen)
	}
	add(!e.rules.Ready(p, item), StatusPrerequisites)
	return list
}
